/**
 * What the fields that choose among found things have in common: product, lot, code, list. The most useful ones are
 * offered; typed words narrow them, and a photo's codes name them.
 */
import { z } from 'zod'
import { text, type Text } from '../../../locales/say.js'
import type { At, Field, Need, Offer, Offered, Read, ReadCode } from '../field.js'
import type { Codes, Found } from '../lookups.js'
import { isLabel, quote } from '../words.js'

type Ask = { search: string } | Codes

interface Finding<Item, Kept, Beside, A> {
  kind: string
  schema: z.ZodType<Kept>
  /** Looks up and goes on with what was found */
  find: <T>(at: At<A>, ask: Ask, then: (found: Found<Item> & { beside?: Beside }) => T) => T | Need
  value: (item: Item) => string
  label: (item: Item) => Text
  show: (kept: Kept) => Text
  /** A photo's codes can name it */
  byPhoto: boolean
  /** A typed code names one thing: the only one found is the answer. Typed words only narrow. */
  byName: boolean
  /** Nothing is offered before something is said */
  silent?: boolean
  /** Whether typed words mean the only one found, so that it is the answer. `former`: what the person came back from */
  means?: (item: Item, said: string, former: unknown) => boolean
  /** Choices below the found ones, such as "a new one" */
  extra?: (search: string, beside: Partial<Beside>) => Offered[]
  /** The answer when none of those found is meant; undefined: the choices are offered */
  instead?: (search: string, found: Item[], beside: Partial<Beside>) => Kept | undefined
  /** Said with them when nothing was found */
  none?: (said: string) => Text
  texts?: string[]
}

const asks: z.ZodType<Ask> = z.union([
  z.object({ search: z.string() }),
  z.object({ codes: z.array(z.object({ format: z.string(), text: z.string() })) }),
])

/** Longest text to search by, in UTF-16 units: the longest Digital Link that fits a label's code, with room. */
const SEARCH_MAX = 500

/** `Beside`: what the look-up tells of the words searched for */
export function found<Item, Kept, Beside, A>(what: Finding<Item, Kept, Beside, A>): Field<Kept, A> {
  const offered = (item: Item): Offered => ({ value: what.value(item), label: what.label(item), answer: item })
  const searched = (ask: Ask) => ('search' in ask ? ask.search : '')

  return {
    kind: what.kind,
    schema: what.schema,
    takes: what.byPhoto ? ['photo'] : [],
    numeric: false,
    typed: true,
    offer(at): Offer {
      const narrowed = asks.safeParse(at.soFar)
      if (what.silent && !narrowed.success) return { choices: [] }
      const ask: Ask = narrowed.success ? narrowed.data : { search: '' }
      return what.find(at, ask, ({ items, more = 0, uncounted, beside = {} }) => ({
        choices: [...items.map(offered), ...(what.extra?.(searched(ask), beside) ?? [])],
        ...(more > 0 && { hints: [text('fields.search.more', { count: more })] }),
        ...(uncounted && { hints: [text('fields.search.uncounted')] }),
      }))
    },
    read(said, at): Read {
      const ask = asked(said)
      if (!ask) return { reject: text(said.kind === 'photo' ? 'fields.code.none-read' : 'fields.search.empty') }
      return what.find(at, ask, ({ items, refused, sure, beside = {} }): Read => {
        const [only, ...others] = items
        const extra = ('search' in ask && what.extra?.(ask.search, beside)) || []
        const wanted = quote(searched(ask))
        const none = what.none?.(wanted) ?? text('fields.search.none', { said: wanted })
        const exact = items.filter((item) => isLabel(searched(ask), what.label(item)))
        if (exact.length === 1 && !refused) return { accept: exact[0]! }
        const instead = !refused && 'search' in ask ? what.instead?.(ask.search, items, beside) : undefined
        if (instead !== undefined) return { accept: instead }
        // Nothing found by that name, yet it may be a new one: the choice is offered with the name in it.
        if (!only && extra.length > 0) return { partial: ask, note: refused ?? none }
        if (!only) return { reject: refused ?? none }
        // Possible typing errors of what was refused: proposed, never taken.
        if (refused) return { partial: ask, note: refused }
        const meant = what.byName || sure || 'codes' in ask || what.means?.(only, ask.search, at.former)
        if (others.length === 0 && meant) return { accept: only }
        return { partial: ask, note: text('fields.search.which', { count: items.length }) }
      })
    },
    show: what.show,
    texts: () => [
      ...['empty', 'none', 'more', 'uncounted', 'which'].map((name) => `fields.search.${name}`),
      ...(what.byPhoto ? ['fields.code.none-read'] : []),
      ...(what.texts ?? []),
    ],
  }
}

function asked(said: { kind: string; text?: string; codes?: ReadCode[] }): Ask | undefined {
  if (said.kind === 'text' && said.text) return { search: said.text.slice(0, SEARCH_MAX) }
  return said.kind === 'photo' && said.codes?.length ? { codes: said.codes } : undefined
}
