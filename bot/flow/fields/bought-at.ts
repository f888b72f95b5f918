/**
 * Where something was bought: a shop, by its badge or number, typed or photographed; or a ward, with the place in the
 * person's words. Where somebody stands is not kept: a place that is sent leads to the choice of its ward.
 */
import { z } from 'zod'
import { text, words as wordsOf, type Text } from '../../../locales/say.js'
import { withFound, type At, type Field, type Offer, type Offered, type Read, type ReadCode } from '../field.js'
import { listItem, SHOWN_MAX, type Found, type ListItem } from '../lookups.js'
import { holdsWords } from '../words.js'
import { named } from './list.js'

const kept = z.union([
  z.object({ shop: listItem }),
  z.object({ ward: listItem, words: z.string().optional() }),
  z.object({ words: z.string().min(1) }),
])
export type BoughtAt = z.infer<typeof kept>

/** Said, but not yet which ward or which of several shops. `search`: of the wards, '' is all. */
const half = z.union([
  z.object({ shops: z.array(listItem) }),
  z.object({ search: z.string(), words: z.string().optional() }),
])

/** `upTo`: longest place in words, in letters. */
export const boughtAt = ({ upTo }: { upTo: number }): Field<BoughtAt> => ({
  kind: 'bought-at',
  schema: kept,
  takes: ['photo', 'place'],
  numeric: false,
  typed: true,
  offer(at): Offer {
    const soFar: z.infer<typeof half> = half.safeParse(at.soFar).data ?? { search: '' }
    if ('shops' in soFar)
      return { choices: soFar.shops.map((shop) => ({ value: shop.value, label: named(shop), answer: { shop } })) }
    const { search, words } = soFar
    return wardsNamed(at, search, ({ items, more = 0 }) => ({
      choices: [
        ...items.map((ward) => ({ value: ward.value, label: named(ward), answer: { ward, ...(words && { words }) } })),
        ...(words ? [withoutWard(words)] : []),
      ],
      ...(more > 0 && { hints: [text('fields.search.more', { count: more })] }),
    }))
  },
  read(said, at): Read {
    if (said.kind === 'place') return { partial: { search: '' }, note: text('fields.bought-at.not-kept') }
    const none = text('fields.code.none-read')
    if (said.kind === 'photo') {
      if (said.codes.length === 0) return { reject: none }
      return sellers(at, { codes: said.codes }, (found) => settle(found) ?? { reject: none })
    }
    if (said.kind !== 'text' || said.text === '') return { reject: text('fields.text.empty') }
    const letters = [...said.text].length
    if (letters > upTo) return { reject: text('fields.text.long', { count: letters, upTo }) }
    return sellers(at, { typed: said.text }, (found) => settle(found) ?? inWords(at, said.text))
  },
  show: shown,
  texts: () => [
    ...['not-kept', 'no-ward', 'which', 'shown'].map((name) => `fields.bought-at.${name}`),
    ...['fields.search.more', 'fields.search.which', 'fields.list.named', 'fields.code.none-read'],
    ...['fields.text.empty', 'fields.text.long'],
  ],
})

function shown(at: BoughtAt): Text {
  if ('shop' in at) return named(at.shop)
  if (!('ward' in at)) return wordsOf(at.words)
  return at.words ? text('fields.bought-at.shown', { place: at.words, ward: named(at.ward) }) : named(at.ward)
}

const withoutWard = (words: string): Offered => ({
  value: 'no-ward',
  label: text('fields.bought-at.no-ward'),
  answer: { words },
  skips: true,
})

const wardsNamed = <T>(at: At<unknown>, search: string, then: (found: Found<ListItem>) => T) =>
  withFound(at, { kind: 'list', query: { of: 'wards', search, limit: SHOWN_MAX } }, then)

const sellers = (
  at: At<unknown>,
  query: { typed: string } | { codes: ReadCode[] },
  then: (found: Found<ListItem>) => Read,
): Read => withFound(at, { kind: 'seller', query }, then)

/** Undefined: no shop was named. */
function settle({ items, refused }: Found<ListItem>): Read | undefined {
  const [only, ...others] = items
  if (only && others.length === 0) return { accept: { shop: only } }
  if (only) return { partial: { shops: items }, note: text('fields.search.which', { count: items.length }) }
  return refused && { reject: refused }
}

/** A ward's name alone goes with the words that were said before it. */
const inWords = (at: At<unknown>, typed: string): Read =>
  wardsNamed(at, typed, ({ items, more = 0 }): Read => {
    const [only, ...others] = items
    const soFar = half.safeParse(at.soFar).data
    const before = soFar && 'words' in soFar ? soFar.words : undefined
    const isName = only !== undefined && items.every((ward) => holdsWords(named(ward), typed))
    const words = isName ? before : typed
    if (only && others.length === 0 && more === 0) return { accept: { ward: only, ...(words && { words }) } }
    return {
      partial: { search: only ? typed : '', ...(words && { words }) },
      note: text('fields.bought-at.which'),
    }
  })
