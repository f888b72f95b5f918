/** An album that grows, one photo a turn, until "Xong". Kept as ids of our files, each once, in the order of coming. */
import { z } from 'zod'
import { text } from '../../../locales/say.js'
import type { Field, Offered } from '../field.js'

export const photos = ({ upTo, atLeast = 1 }: { upTo: number; atLeast?: number }): Field<number[]> => {
  const ids = z.array(z.number().int())
  const inHand = (soFar: unknown): number[] => ids.catch([]).parse(soFar)
  return {
    kind: 'photos',
    schema: ids.min(atLeast).max(upTo),
    takes: ['photo'],
    numeric: false,
    typed: false,
    offer({ soFar }) {
      const count = inHand(soFar).length
      if (count === 0) return { choices: [] }
      const done: Offered = { value: 'done', label: text('flow.done'), skips: true }
      const clear = { value: 'clear', label: text('fields.photos.clear') }
      return {
        choices: count < atLeast ? [clear] : [done, clear],
        hints: [text(count < upTo ? 'fields.photos.count' : 'fields.photos.full', { count })],
      }
    },
    read(said, { soFar }) {
      const have = inHand(soFar)
      if (said.kind === 'choice') {
        return said.value === 'done' && have.length >= atLeast ? { accept: have } : { partial: [] }
      }
      if (said.kind !== 'photo') return { reject: text('fields.photos.not-photo') }
      if (have.includes(said.fileId)) return { partial: have, note: text('fields.photos.twice') }
      // Nothing is thrown out for the one too many.
      if (have.length >= upTo) return { partial: have, note: text('fields.photos.no-more', { count: upTo }) }
      return { partial: [...have, said.fileId] }
    },
    show: (kept) => text('fields.photos.shown', { count: kept.length }),
    reopen: (kept) => kept,
    texts: () =>
      ['clear', 'count', 'full', 'no-more', 'not-photo', 'twice', 'shown'].map((name) => `fields.photos.${name}`),
  }
}
