/**
 * Where goods were taken from: a supplier's lot, by its code typed or photographed; a supplier by name ("mua của cô Lan",
 * told to nobody but officials); or the place or country of origin, which everybody sees. What was said for earlier lots is
 * proposed.
 */
import { z } from 'zod'
import { text, words, type Text } from '../../../locales/say.js'
import { withFound, type At, type Field, type Offer, type Offered, type Read } from '../field.js'
import { shownCode } from './code.js'
import { codeItem, SHOWN_MAX, type CodeItem, type Found } from '../lookups.js'

const kept = z.union([
  z.object({ lot: codeItem }),
  z.object({ supplier: z.string().min(1) }),
  z.object({ origin: z.string().min(1) }),
])
export type Source = z.infer<typeof kept>

/** How people say that they bought from somebody; what follows is the name. */
const BOUGHT_FROM = /^(?:(?:mua|lấy|lay|nhập|nhap|bought)\s+)?(?:của|cua|from)\s+(.+)$/iu

/** Words as an answer. */
export const sourceOfWords = (said: string): Source => {
  const name = BOUGHT_FROM.exec(said)?.[1]
  return name ? { supplier: name } : { origin: said }
}

/** Codes that may have been meant by a mistyped one. */
const meant = z.array(codeItem)

interface Options {
  /** Longest answer in words, in letters */
  upTo: number
  /** Proposed: the domain's list of this name */
  recent: string
}

export const source = ({ upTo, recent }: Options): Field<Source> => ({
  kind: 'source',
  schema: kept,
  takes: ['photo'],
  numeric: false,
  typed: true,
  offer(at): Offer {
    const perhaps = meant.safeParse(at.soFar)
    if (perhaps.success) return { choices: perhaps.data.map(offeredLot) }
    const lookup = { kind: 'list', query: { of: recent, search: '', limit: SHOWN_MAX } } as const
    return withFound(at, lookup, ({ items }) => ({
      choices: items.map(({ value, name }) => {
        const answer = sourceOfWords(name)
        return { value, label: shown(answer), answer }
      }),
    }))
  },
  read(said, at): Read {
    if (said.kind === 'photo') {
      if (said.codes.length === 0) return { reject: text('fields.code.none-read') }
      return codesOf(at, { codes: said.codes }, (found) => settle(found) ?? { reject: text('fields.code.none-read') })
    }
    if (said.kind !== 'text' || said.text === '') return { reject: text('fields.text.empty') }
    const letters = [...said.text].length
    if (letters > upTo) return { reject: text('fields.text.long', { count: letters, upTo }) }
    return codesOf(at, { typed: said.text }, (found) => settle(found) ?? { accept: sourceOfWords(said.text) })
  },
  show: shown,
  texts: () => [
    'fields.source.supplier',
    'fields.code.none-read',
    'fields.code.shown',
    'fields.text.empty',
    'fields.text.long',
  ],
})

function shown(answer: Source): Text {
  if ('lot' in answer) return shownCode(answer.lot)
  return 'supplier' in answer ? text('fields.source.supplier', { name: answer.supplier }) : words(answer.origin)
}

const offeredLot = (lot: CodeItem): Offered => ({
  value: lot.code,
  label: shownCode(lot),
  answer: { lot },
})

const codesOf = (
  at: At<unknown>,
  query: { typed: string } | { codes: { format: string; text: string }[] },
  then: (found: Found<CodeItem>) => Read,
): Read => withFound(at, { kind: 'code', query }, then)

/** Undefined: there was no code in it. */
function settle({ items, refused }: Found<CodeItem>): Read | undefined {
  const [only, ...others] = items
  if (only && others.length === 0 && !refused) return { accept: { lot: only } }
  if (only) return { partial: items, note: refused ?? text('fields.search.which', { count: items.length }) }
  return refused && { reject: refused }
}
