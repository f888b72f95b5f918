/** A product of the establishment's own catalogue, or a new one, whose name and the rest the flow asks `when` it is new. */
import { z } from 'zod'
import { text, words } from '../../../locales/say.js'
import { withFound, type Field } from '../field.js'
import { productItem, SHOWN_MAX, type ProductItem } from '../lookups.js'
import { quote } from '../words.js'
import { found } from './found.js'

const known = productItem.extend({ new: z.undefined().optional() })
const fresh = z.object({
  new: z.literal(true),
  /** As it was searched for, when nothing was found: the flow need not ask again */
  name: z.string().optional(),
  id: z.undefined().optional(),
  uom: z.undefined().optional(),
  /** Usual for what its name speaks of */
  shelfLifeDays: z.number().int().nullish(),
})
export type ProductAnswer = z.infer<typeof known> | z.infer<typeof fresh>

/** Longest name of a new product taken from a search, in letters. */
const NAME_MAX = 100

export const product = (): Field<ProductAnswer> =>
  found<ProductItem, ProductAnswer, unknown>({
    kind: 'product',
    schema: z.union([fresh, known]),
    find: (at, ask, then) => {
      const search = 'search' in ask ? ask.search : ''
      return withFound(at, { kind: 'product', query: { search, limit: SHOWN_MAX } }, then)
    },
    value: ({ id }) => String(id),
    label: ({ name }) => words(name),
    show: (kept) =>
      kept.new
        ? kept.name
          ? text('fields.product.new-named', { name: kept.name })
          : text('fields.product.new')
        : words(kept.name),
    byPhoto: false,
    byName: false,
    extra: (search, usualDays) => {
      const name = [...search].slice(0, NAME_MAX).join('')
      return name
        ? [
            {
              value: 'new',
              label: text('fields.product.new-named', { name: quote(name) }),
              answer: { new: true, name, ...(usualDays != null && { shelfLifeDays: usualDays }) },
            },
          ]
        : [{ value: 'new', label: text('fields.product.new'), answer: { new: true } }]
    },
    none: (said) => text('fields.product.none', { said }),
    texts: ['fields.product.new', 'fields.product.new-named', 'fields.product.none'],
  })
