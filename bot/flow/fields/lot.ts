/** A lot that this person may use: chosen from recent ones, searched, or named by its code, typed or photographed. */
import { keyed, text, type Text } from '../../../locales/say.js'
import { withFound, type Field } from '../field.js'
import { LOT_STATUSES, lotItem, SHOWN_MAX, type LotItem } from '../lookups.js'
import { found } from './found.js'

const shown = ({ name, code, printed = code, status }: LotItem): Text =>
  status
    ? text('fields.lot.shown-with', { name, code: printed, status: keyed(`fields.lot.status.${status}`) })
    : text('fields.lot.shown', { name, code: printed })

export const lot = (): Field<LotItem> =>
  found<LotItem, LotItem, never, unknown>({
    kind: 'lot',
    schema: lotItem,
    find: (at, ask, then) => {
      const query = 'search' in ask ? { search: ask.search, limit: SHOWN_MAX } : ask
      return withFound(at, { kind: 'lot', query }, then)
    },
    value: ({ id }) => String(id),
    label: shown,
    show: shown,
    byPhoto: true,
    byName: false,
    texts: [
      'fields.lot.shown',
      'fields.lot.shown-with',
      ...LOT_STATUSES.map((status) => `fields.lot.status.${status}`),
    ],
  })
