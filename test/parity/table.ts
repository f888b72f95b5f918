/** The parity table: each dialogue on each channel, and what a channel does otherwise. */
import type { ChannelName } from '../../bot/channels/channel.js'

export type Verdict = 'same' | { differs: string } | { failed: string }

/** What a platform cannot do, by channel and dialogue. Anything that is not named here is a fault. */
export const DIFFERENCES: Partial<Record<ChannelName, Record<string, string>>> = {
  zalo_bot: {
    'a place that nobody asked for': 'the platform has no places: people type where they are',
    'join a shop, register a lot, its label': 'the platform carries no files: the text says where they lie',
  },
}

export function parityTable(dialogues: string[], verdicts: ReadonlyMap<ChannelName, Map<string, Verdict>>): string {
  const channels = [...verdicts.keys()]
  const wide = Math.max(...dialogues.map(({ length }) => length))
  const cell = (verdict: Verdict | undefined) =>
    verdict === 'same' ? '=' : verdict === undefined ? '?' : 'differs' in verdict ? '≠' : 'FAILED'
  const rows = dialogues.map((dialogue) =>
    [
      dialogue.padEnd(wide),
      ...channels.map((name) => cell(verdicts.get(name)!.get(dialogue)).padEnd(name.length)),
    ].join('  '),
  )
  const named = channels.flatMap((name) =>
    [...verdicts.get(name)!].flatMap(([dialogue, verdict]) =>
      verdict === 'same' ? [] : [`  ${name}, ${dialogue}: ${'differs' in verdict ? verdict.differs : verdict.failed}`],
    ),
  )
  return [[' '.repeat(wide), ...channels].join('  '), ...rows, ...(named.length > 0 ? ['', ...named] : [])].join('\n')
}
