/** An entry of a list that the domain keeps: a supplier, an origin, a shop. */
import { words } from '../../../locales/say.js'
import { withFound, type Field } from '../field.js'
import { listItem, SHOWN_MAX, type ListItem } from '../lookups.js'
import { found } from './found.js'

/** `of`: the list's name, which the look-up knows. */
export const list = (of: string): Field<ListItem> =>
  found<ListItem, ListItem, unknown>({
    kind: 'list',
    schema: listItem,
    find: (at, ask, then) => {
      const search = 'search' in ask ? ask.search : ''
      return withFound(at, { kind: 'list', query: { of, search, limit: SHOWN_MAX } }, then)
    },
    value: ({ value }) => value,
    label: ({ name }) => words(name),
    show: ({ name }) => words(name),
    byPhoto: false,
    byName: false,
  })
