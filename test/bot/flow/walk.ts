/**
 * Walks through a flow wherever its choices and a few likely answers lead, in every language and on every channel's
 * capabilities, and says what it found wrong. For flows of the house as well as for those of tests.
 */
import type { Capabilities, Reply } from '../../../bot/channels/channel.js'
import { fit } from '../../../bot/channels/fit.js'
import type { Said } from '../../../bot/flow/field.js'
import type { AnyFlow } from '../../../bot/flow/flow.js'
import type { State } from '../../../bot/flow/state.js'
import { textsOf } from '../../../bot/flow/texts.js'
import { hasText, LANGUAGES, say } from '../../../locales/say.js'
import { Drive, keysOf, type DriveOptions } from './drive.js'

export interface WalkOptions extends DriveOptions {
  capabilities: Record<string, Capabilities>
  /** Said at every question besides its choices */
  sayings?: Said[]
  /** Answers at hand when the flow begins */
  answers?: State['answers']
  /** So many turns are played at most. */
  turnsMax?: number
}

export interface Walked {
  /** What is wrong, one line each: a missing text, an unfilled place, a part too long ... */
  wrong: string[]
  /** Questions that were shown */
  questions: Set<string>
  /** Texts that were said */
  told: Set<string>
  /** How many ways led to the end */
  ends: number
  turns: number
}

/** Something for each kind of field, right or wrong. */
export const SAYINGS: Said[] = [
  { kind: 'text', text: 'abc' },
  { kind: 'text', text: '2 cân' },
  { kind: 'text', text: 'hôm nay' },
  { kind: 'text', text: '0912 345 678' },
  { kind: 'text', text: 'bỏ qua' },
  { kind: 'text', text: 'quay lại' },
  { kind: 'text', text: 'giúp' },
  { kind: 'photo', fileId: 1, codes: [{ format: 'qr_code', text: '7K3M9PQ2X' }] },
  { kind: 'place', latitude: 21.03, longitude: 105.83 },
  { kind: 'other', name: 'sticker' },
]

export async function walk(flow: AnyFlow, options: WalkOptions): Promise<Walked> {
  const { capabilities, sayings = SAYINGS, answers, turnsMax = 1500 } = options
  const wrong = new Set<string>()
  const found: Walked = { wrong: [], questions: new Set(), told: new Set(), ends: 0, turns: 0 }
  for (const key of textsOf(flow)) {
    for (const language of LANGUAGES) if (!hasText(language, key)) wrong.add(`${key} has no text in ${language}`)
  }

  const talk = await new Drive(flow, options).start({ answers })
  const seen = new Set<string>()
  const checked = new Set<string>()
  const waiting: State[] = []
  const look = (): void => {
    found.turns += 1
    if (talk.done) found.ends += 1
    for (const reply of talk.last.replies) {
      if (reply.question) found.questions.add(reply.question)
      for (const key of reply.text.flatMap(keysOf)) found.told.add(key)
      const said = JSON.stringify([reply.text, reply.choices?.map(({ label }) => label)])
      if (checked.has(said)) continue
      checked.add(said)
      for (const [name, can] of Object.entries(capabilities))
        for (const problem of check(reply, can)) wrong.add(`${name}: ${problem}`)
    }
    const where = talk.state && shapeOf(talk.state)
    if (where && talk.state && !seen.has(where)) {
      seen.add(where)
      waiting.push(talk.state)
    }
  }

  look()
  // By turns the newest and the oldest state: deep enough to end, broad enough to miss nothing near the beginning.
  for (let n = 0; waiting.length > 0 && found.turns < turnsMax; n++) {
    const state = (n % 2 ? waiting.shift() : waiting.pop())!
    const choices = state.offered.map(({ value }): Said => ({ kind: 'choice', value }))
    for (const said of [...choices, ...sayings]) {
      talk.state = state
      await talk.hear(said)
      look()
    }
  }
  return { ...found, wrong: [...wrong] }
}

/** Two states of one shape are walked once: which questions are answered, what is open, and what is offered. */
const shapeOf = ({ answers, asked, offered, editing }: State): string =>
  JSON.stringify([asked, Object.keys(answers).sort(), offered.map(({ value }) => value).slice(0, 3), editing?.line])

/** What a reply breaks on a channel. */
export function check(reply: Reply, can: Capabilities): string[] {
  const wrong: string[] = []
  for (const language of LANGUAGES) {
    const parts = fit(reply, can, language)
    const whole = parts.map(({ text }) => text).join('\n')
    const where = `${reply.question ?? 'a reply'} in ${language}`
    if (/\{\{|\}\}/.test(whole)) wrong.push(`${where} has an unfilled place: ${whole}`)
    const first = say(language, reply.text[0]!).split('\n')[0]!
    if (!whole.startsWith(first)) wrong.push(`${where} begins with something else than "${first}"`)
    for (const { text, buttons = [], files } of parts) {
      if (text.length > can.textMax) wrong.push(`${where} is too long`)
      if (files && text.length > can.captionMax) wrong.push(`${where} has too long a caption`)
      if (text === '' && !files) wrong.push(`${where} is empty`)
      const all = buttons.flat()
      if (all.length > (can.buttons?.max ?? 0)) wrong.push(`${where} has too many buttons`)
      if (new Set(all.map(({ label }) => label)).size < all.length) wrong.push(`${where} has two buttons alike`)
      for (const { label, data = '' } of all) {
        if (label.length > can.buttons!.labelMax || label === '') wrong.push(`${where} has the label "${label}"`)
        if (Buffer.byteLength(data) > can.buttons!.dataMaxBytes) wrong.push(`${where} has the data "${data}"`)
      }
    }
    const shown = parts.flatMap(({ buttons = [] }) => buttons.flat())
    for (const { label, data, role = 'answer' } of reply.choices ?? []) {
      const said = say(language, label)
      const byButton = shown.some((button) => button.data === data)
      const byWord = role !== 'answer' && whole.includes(say(language, { key: `fit.word.${role}` }))
      if (!byButton && !byWord && !whole.includes(said)) wrong.push(`${where} does not show "${said}"`)
    }
  }
  return wrong
}
