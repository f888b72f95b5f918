/** A product of the establishment's own catalogue, or a new one: a name that nothing there is like. */
import { z } from 'zod'
import { text, words } from '../../../locales/say.js'
import { withFound, type Field } from '../field.js'
import { listItem, productItem, SHOWN_MAX, type ProductItem, type UsualOf } from '../lookups.js'
import { isSmallTalk, namesPart, quote } from '../words.js'
import { found } from './found.js'

const known = productItem.extend({ new: z.undefined().optional() })
const fresh = z.object({
  new: z.literal(true),
  name: z.string(),
  id: z.undefined().optional(),
  uom: z.undefined().optional(),
  /** Usual for what its name speaks of */
  shelfLifeDays: z.number().int().nullish(),
  category: listItem.optional(),
})
export type ProductAnswer = z.infer<typeof known> | z.infer<typeof fresh>

/** Longest name of a new product taken from a search, in letters. */
const NAME_MAX = 100
/** A name that is said alone is short; "30 hộp", a question or a sentence is perhaps no name, and is asked about. */
const SURELY_NAME = /^\p{L}[^\d?!:\n]{1,39}$/u

export const product = (): Field<ProductAnswer> =>
  found<ProductItem, ProductAnswer, UsualOf, unknown>({
    kind: 'product',
    schema: z.union([fresh, known]),
    find: (at, ask, then) => {
      const search = 'search' in ask ? ask.search : ''
      return withFound(at, { kind: 'product', query: { search, limit: SHOWN_MAX } }, then)
    },
    value: ({ id }) => String(id),
    label: ({ name }) => words(name),
    show: (kept) => (kept.new ? text('fields.product.new', { name: kept.name }) : words(kept.name)),
    byPhoto: false,
    byName: false,
    // Whoever came back from it meant another one, which is then asked for.
    means: (item, said, former) => namesPart(words(item.name), said) && !isSame(item, former),
    extra: (search, usual) =>
      !/\p{L}/u.test(search)
        ? []
        : [{ value: 'new', label: text('fields.product.new', { name: quote(search) }), answer: newOne(search, usual) }],
    // "Bánh cốm sầu riêng" beside a plain "Bánh cốm" is another one; what is only spelt alike may be a slip.
    instead: (search, alike, usual) =>
      SURELY_NAME.test(search) && !isSmallTalk(search) && alike.every(({ name }) => namesPart(words(search), name))
        ? newOne(search, usual)
        : undefined,
    none: (said) => text('fields.product.none', { said }),
    texts: ['fields.product.new', 'fields.product.none'],
  })

const newOne = (search: string, { days, category }: UsualOf): ProductAnswer => ({
  new: true,
  name: sentenceCase([...search].slice(0, NAME_MAX).join('')),
  ...(days != null && { shelfLifeDays: days }),
  ...(category && { category }),
})

/** It is printed on labels: typed in small letters on a phone, it is still a name. */
const sentenceCase = (name: string): string => name.replace(/^\p{Ll}/u, (letter) => letter.toLocaleUpperCase('vi'))

const isSame = ({ id }: ProductItem, former: unknown): boolean => known.safeParse(former).data?.id === id
