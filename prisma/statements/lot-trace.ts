import type { LotStatus } from '../generated/enums.js'
import { statement } from '../tx.js'

/** Lots of one trace that are told; a recall of more is not read on a screen. */
export const TRACE_LOTS_MAX = 10_000

export interface TracedLot {
  /** Steps from the lot that was asked for: what it was taken from is below 0, what was taken from it above */
  step: number
  code: string
  product: string
  /** Its code */
  establishment: string
  name: string
  quantity: number
  uom: string
  status: LotStatus
  /** YYYY-MM-DD */
  expiresOn: string | null
}

const walk = (name: string, own: string, next: string, sign: string): string => `${name} (lot_id, step) as (
     select lot_id, 0 from asked
     union
     select n.lot_id, w.step ${sign} 1 from ${name} w
     join event_lots o on o.lot_id = w.lot_id and o.role = '${own}'
     join events e on e.id = o.event_id and e.error_at is null
     join event_lots n on n.event_id = o.event_id and n.role = '${next}'
     where abs(w.step) < $4::int
   )`

/** $1 code, $2 up, $3 down, $4 steps at most. A lot that is reached by several ways is told once, at its furthest step. */
export const traceLot = statement<TracedLot, [code: string, up: boolean, down: boolean, stepsMax: number]>(
  'lot_trace',
  `with recursive asked as (select lot_id from codes where code = $1 and lot_id is not null),
   ${walk('back', 'output', 'input', '-')},
   ${walk('forth', 'input', 'output', '+')},
   reached (lot_id, step) as (
     select lot_id, min(step) from back where $2 or step = 0 group by lot_id
     union all
     select lot_id, max(step) from forth where $3 and step > 0 group by lot_id
   )
   select r.step, c.code, p.name as product, e.code as establishment, e.name, l.quantity::float8 as quantity, l.uom,
     l.status, l.expires_on::text as "expiresOn"
   from reached r join lots l on l.id = r.lot_id join codes c on c.lot_id = l.id and c.kind = 'lot'
   join products p on p.id = l.product_id join establishments e on e.id = l.establishment_id
   order by r.step, l.id limit ${TRACE_LOTS_MAX}`,
)
