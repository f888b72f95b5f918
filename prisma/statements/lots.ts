import type { EstablishmentClass, LotStatus } from '../generated/enums.js'
import { statement } from '../tx.js'

export interface SourceLotRow {
  code: string
  lotId: number
  productId: number
  establishmentId: number
  status: LotStatus
  /** YYYY-MM-DD */
  producedOn: string | null
  expiresOn: string | null
}

/**
 * The lots of these codes, kept from changing until the transaction ends: a recall either sees the lot that is taken from
 * them, or is seen here.
 */
export const readSourceLots = statement<SourceLotRow, [codes: string[]]>(
  'lots_source',
  `select c.code, l.id as "lotId", l.product_id as "productId", l.establishment_id as "establishmentId", l.status,
     l.produced_on::text as "producedOn", l.expires_on::text as "expiresOn"
   from codes c join lots l on l.id = c.lot_id where c.code = any($1) for share of l`,
)

export interface LotRow {
  id: number
  code: string
  productId: number
  productName: string
  categoryCode: string
  pictureKey: string | null
  establishmentId: number
  establishmentName: string
  establishmentClass: EstablishmentClass
  quantity: number
  uom: string
  origin: string | null
  producedOn: string | null
  harvestedOn: string | null
  expiresOn: string | null
  status: LotStatus
  statusAt: Date
  statusUnitId: number | null
  createdAt: Date
}

const LOT = `l.id, c.code, l.product_id as "productId", p.name as "productName", p.category_code as "categoryCode",
  f.key as "pictureKey", l.establishment_id as "establishmentId", e.name as "establishmentName",
  e.class as "establishmentClass", l.quantity::float8 as quantity, l.uom, l.origin, l.produced_on::text as "producedOn",
  l.harvested_on::text as "harvestedOn", l.expires_on::text as "expiresOn", l.status, l.status_at as "statusAt",
  l.status_unit_id as "statusUnitId", l.created_at as "createdAt"`
const FROM_LOT = `lots l join codes c on c.lot_id = l.id and c.kind = 'lot' join products p on p.id = l.product_id
  join establishments e on e.id = l.establishment_id left join files f on f.id = p.picture_id`

/** The lot that a code, of the lot or of one of its units, belongs to. */
export const readLot = statement<LotRow, [code: string]>(
  'lot_read',
  `select ${LOT} from ${FROM_LOT} where l.id = (select lot_id from codes where code = $1)`,
)

/** The same, kept from other changes until the transaction ends. */
export const lockLot = statement<LotRow, [code: string]>(
  'lot_lock',
  `select ${LOT} from ${FROM_LOT} where l.id = (select lot_id from codes where code = $1) for update of l`,
)

/** Newest first. $2 folded words or '' (product's name), $3 the same as a code's beginning, $4 statuses, $5 id of the last seen lot */
export const searchLots = statement<
  LotRow,
  [
    establishmentIds: number[],
    query: string,
    codeStart: string,
    statuses: LotStatus[],
    before: number | null,
    limit: number,
  ]
>(
  'lots_search',
  `select ${LOT} from ${FROM_LOT}
   where l.establishment_id = any($1) and l.status = any($4::lot_status[])
     and ($2 = '' or p.name_folded like '%' || $2 || '%' or $2 <% p.name_folded or ($3 <> '' and c.code like $3 || '%'))
     and ($5::int is null or (l.created_at, l.id) < (select b.created_at, b.id from lots b where b.id = $5))
   order by l.created_at desc, l.id desc limit $6`,
)

export interface LinkRow {
  code: string
  productName: string
  establishmentName: string
  /** YYYY-MM-DD */
  expiresOn: string | null
}

/** What a lot was taken from, one step back. */
export const readSourcesOfLot = statement<LinkRow, [lotId: number]>(
  'lot_sources',
  `select distinct c.code, p.name as "productName", e.name as "establishmentName", l.expires_on::text as "expiresOn"
   from event_lots o join events v on v.id = o.event_id and v.error_at is null
   join event_lots i on i.event_id = o.event_id and i.role = 'input'
   join ${FROM_LOT.replace('lots l', 'lots l on l.id = i.lot_id')}
   where o.lot_id = $1 and o.role = 'output' order by c.code`,
)

export interface CreationRow {
  eventId: number
  bizStep: string
  /** The goods-in events that told an amount together with it */
  receivingIds: number[]
  supplierName: string | null
  fileKeys: string[]
}

/** The events by which a lot came into being and that still stand: one, or none when it was withdrawn. */
export const readCreation = statement<CreationRow, [lotId: number]>(
  'lot_creation',
  `select v.id as "eventId", v.biz_step as "bizStep",
     (select coalesce(json_agg(r.id order by r.id), '[]') from event_lots i
        join event_lots ro on ro.lot_id = i.lot_id and ro.role = 'object' and ro.quantity is not null
        join events r on r.id = ro.event_id and r.biz_step = 'receiving' and r.error_at is null
          and r.stated_by_id = v.stated_by_id and r.record_time = v.record_time
      where i.event_id = v.id and i.role = 'input') as "receivingIds",
     (select coalesce(s.name, e.name) from event_parties s left join establishments e on e.id = s.establishment_id
      where s.event_id = v.id and s.side = 'source') as "supplierName",
     (select coalesce(json_agg(f.key order by f.id), '[]') from event_documents d join files f on f.id = d.file_id
      where d.event_id = v.id) as "fileKeys"
   from event_lots o join events v on v.id = o.event_id
   where o.lot_id = $1 and v.error_at is null
     and (o.role = 'output' or (o.role = 'object' and v.type = 'object' and v.action = 'add'))
   order by v.id desc limit 1`,
)

/** Where an establishment's last lots came from, the newest first: proposed again. */
export const readRecentSources = statement<
  { supplierName: string | null; origin: string | null },
  [establishmentId: number, productId: number | null, looked: number, limit: number]
>(
  'lots_recent_sources',
  `select "supplierName", origin from (
     select s.name as "supplierName", l.origin, max(l.id) as latest
     from (select * from lots where establishment_id = $1 order by created_at desc limit $3) l
     left join event_lots o on o.lot_id = l.id and o.role = 'object'
     left join events v on v.id = o.event_id and v.action = 'add' and v.error_at is null
     left join event_parties s on s.event_id = v.id and s.side = 'source' and s.name is not null
     where ($2::int is null or l.product_id = $2) and (s.name is not null or l.origin is not null)
     group by 1, 2) recent
   order by latest desc limit $4`,
)
