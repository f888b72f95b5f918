import type { LotStatus } from '../generated/enums.js'
import { statement } from '../tx.js'

export interface ListedLot {
  code: string
  product: string
  establishment: string
  quantity: number
  uom: string
  status: LotStatus
  /** YYYY-MM-DD */
  expiresOn: string | null
  createdAt: Date
}

export const listLots = statement<ListedLot, [limit: number]>(
  'lots_list',
  `select c.code, p.name as product, e.code as establishment, l.quantity::float8 as quantity, l.uom, l.status,
     l.expires_on::text as "expiresOn", l.created_at as "createdAt"
   from (select * from lots order by id desc limit $1) l
   join codes c on c.lot_id = l.id and c.kind = 'lot'
   join products p on p.id = l.product_id
   join establishments e on e.id = l.establishment_id
   order by l.id desc`,
)
