/** The establishment that a lot is registered for: one of those that the person works for. */
import { words } from '../../../locales/say.js'
import { withFound, type Field } from '../field.js'
import { shopItem, SHOWN_MAX, type ShopItem } from '../lookups.js'
import { found } from './found.js'

export const shop = (): Field<ShopItem> =>
  found<ShopItem, ShopItem, never, unknown>({
    kind: 'shop',
    schema: shopItem,
    find: (at, ask, then) => {
      const search = 'search' in ask ? ask.search : ''
      return withFound(at, { kind: 'shop', query: { search, limit: SHOWN_MAX } }, then)
    },
    value: ({ value }) => value,
    label: ({ name }) => words(name),
    show: ({ name }) => words(name),
    byPhoto: false,
    byName: false,
  })
