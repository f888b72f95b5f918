/** Free text. It is kept as written, without what cannot be stored or turns the direction of writing. */
import { z } from 'zod'
import { text as say, words } from '../../../locales/say.js'
import { withFound, type Field, type Offer } from '../field.js'
import { SHOWN_MAX } from '../lookups.js'

interface Options<A> {
  /** Longest answer, in letters (Unicode code points) */
  upTo: number
  /** Proposed as choices */
  suggest?: (earlier: A) => string[]
  /** Proposed as choices: the domain's list of this name, most useful first */
  recent?: string
}

const lettersOf = (said: string): number => [...said].length

export const text = <A = unknown>({ upTo, suggest, recent }: Options<A>): Field<string, A> => ({
  kind: 'text',
  schema: z.string().refine((said) => said !== '' && lettersOf(said) <= upTo),
  takes: [],
  numeric: true,
  typed: true,
  offer(at): Offer {
    const offered = (said: string) => ({ value: said, label: words(said), answer: said })
    if (!recent) return { choices: (suggest?.(at.answers) ?? []).map(offered) }
    const lookup = { kind: 'list', query: { of: recent, search: '', limit: SHOWN_MAX } } as const
    return withFound(at, lookup, ({ items }) => ({ choices: items.map(({ name }) => offered(name)) }))
  },
  read(said) {
    if (said.kind !== 'text' || said.text === '') return { reject: say('fields.text.empty') }
    const letters = lettersOf(said.text)
    return letters <= upTo ? { accept: said.text } : { reject: say('fields.text.long', { count: letters, upTo }) }
  },
  show: (said) => words(said),
  texts: () => ['fields.text.empty', 'fields.text.long'],
})
