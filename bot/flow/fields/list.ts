/** An entry of a list that the domain keeps: a supplier, an origin, a category. */
import { text, words, type Text } from '../../../locales/say.js'
import { withFound, type Field } from '../field.js'
import { listItem, SHOWN_MAX, type ListItem } from '../lookups.js'
import { found } from './found.js'

/** `of`: the list's name, which the look-up knows. `shown`: so many at once, of a list that nobody should have to search. */
export const list = (of: string, { shown = SHOWN_MAX }: { shown?: number } = {}): Field<ListItem> =>
  found<ListItem, ListItem, never, unknown>({
    kind: 'list',
    schema: listItem,
    find: (at, ask, then) => {
      const search = 'search' in ask ? ask.search : ''
      return withFound(at, { kind: 'list', query: { of, search, limit: shown } }, then)
    },
    value: ({ value }) => value,
    label: named,
    show: named,
    byPhoto: false,
    byName: false,
    texts: ['fields.list.named'],
  })

export const named = ({ name, nameEn }: ListItem): Text =>
  nameEn === undefined ? words(name) : text('fields.list.named', { name: { vi: name, en: nameEn } })
