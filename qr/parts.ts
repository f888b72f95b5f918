/** Texts that several symbols say together (structured append). */
import type { Found } from './step.js'
import { textOfBytes } from './symbol-text.js'

export interface Said {
  format: string
  text: string
}

/** What a photo's codes say: the parts of a text in one, where all of them are there; each by itself, where some are missing. */
export function saidBy(codes: readonly Pick<Found, 'format' | 'text' | 'bytes' | 'part'>[]): Said[] {
  const said: Said[] = []
  const joined = new Set<string>()
  for (const { format, text, part } of codes) {
    const parts = part && wholeOf(codes, part.id, part.of)
    if (!part || !parts) said.push({ format, text })
    else if (!joined.has(part.id)) {
      joined.add(part.id)
      // a letter's bytes may be parted between two symbols
      const bytes = Buffer.concat(parts.map((one) => one.bytes))
      said.push({ format, text: textOfBytes(bytes) ?? parts.map((one) => one.text).join('') })
    }
  }
  return said
}

function wholeOf<T extends Pick<Found, 'part'>>(codes: readonly T[], id: string, of: number): T[] | undefined {
  const parts = Array.from({ length: of }, (_, i) => codes.find(({ part }) => part?.id === id && part.index === i))
  return parts.every((part) => part !== undefined) ? parts : undefined
}
