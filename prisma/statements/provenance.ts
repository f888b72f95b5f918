/**
 * Everything that a code stands for, in one statement and one row: the code, its lot with the chain behind it, the sites
 * with their badges and checked certificates, the tree's unit for each. Who sees what of it is decided in
 * domain/visibility.ts, not here.
 *
 * Measured on 2 cores with 5,000,000 lots: see docs/decisions (provenance in one statement).
 */
import type {
  BadgeStatus,
  CertificateKind,
  CodeKind,
  EstablishmentClass,
  EstablishmentStatus,
  LotStatus,
} from '../generated/enums.js'
import { statement } from '../tx.js'

/** Steps back that are followed. A longer chain is cut and says so. */
export const CHAIN_STEPS_MAX = 6
/** Lots of one chain that are looked at: a mixture of many is cut and says so. */
export const CHAIN_LOTS_MAX = 64
/** Later events (inspections, holds ...) of the lot itself that are looked at, the newest. */
const EVENTS_MAX = 12

/** The unit of an establishment on a day. */
export interface RawUnit {
  code: string
  name: string
  nameEn: string
}

export interface RawLot {
  id: number
  /** Steps back from the lot that was asked for, which has 0 */
  depth: number
  /** The lot that was taken from this one */
  childId: number | null
  product: string
  brand: string | null
  gtin: string | null
  standard: string | null
  category: { code: string; name: string; nameEn: string }
  pictureKey: string | null
  quantity: number
  uom: string
  origin: string | null
  producedOn: string | null
  harvestedOn: string | null
  expiresOn: string | null
  status: LotStatus
  statusAt: string
  statusReason: string | null
  statusUnit: RawUnit | null
  createdAt: string
  siteId: number
  /** How it came into being when it was taken from other lots: commissioning (made new) or repackaging; null: from none */
  takenBy: string | null
  /** Where its establishment lay on that day */
  unit: RawUnit | null
}

export interface RawCertificate {
  kind: CertificateKind
  number: string
  issuer: string
  scope: string | null
  issuedOn: string
  validUntil: string | null
  checkedAt: string
  checkedBy: RawUnit
}

export interface RawBadge {
  number: string
  status: BadgeStatus
  issuedOn: string
  validUntil: string
  issuedBy: RawUnit
}

export interface RawSite {
  id: number
  code: string
  name: string
  class: EstablishmentClass
  status: EstablishmentStatus
  address: string
  province: string
  country: string
  namedInChain: boolean
  /** Where it lies today */
  unit: RawUnit | null
  certificates: RawCertificate[]
  /** The one whose code was asked for, else the one issued last */
  badge: RawBadge | null
}

export interface RawEvent {
  bizStep: string
  disposition: string | null
  at: string
  /** Where it was stated to happen; null: not at a registered site */
  siteId: number | null
}

export interface ProvenanceRow {
  kind: CodeKind | null
  /** The establishment of a badge's or establishment's code */
  establishment_id: number | null
  badge_id: number | null
  /** Of the lot itself, also when the code of one of its units was asked for */
  lot_code: string | null
  lots: RawLot[]
  sites: RawSite[]
  events: RawEvent[]
  /** Those of the given candidates that were issued, when the code itself was not */
  candidates: string[]
}

const unitJson = (id: string): string =>
  `(select json_build_object('code', u.code, 'name', u.name, 'nameEn', u.name_en) from units u where u.id = ${id})`
const unitOn = (establishment: string, day: string): string =>
  unitJson(`(select s.unit_id from establishment_units s where s.establishment_id = ${establishment}
     and s.valid_from <= ${day} and (s.valid_to is null or s.valid_to >= ${day}) order by s.valid_from desc limit 1)`)

/** $1 code, or an establishment's or badge's own number, $2 today, $3 candidates */
export const readProvenance = statement<ProvenanceRow, [code: string, today: string, candidates: readonly string[]]>(
  'provenance',
  `with recursive found as materialized (
     select c.kind, c.lot_id, c.badge_id,
       coalesce(c.establishment_id, (select b.establishment_id from badges b where b.id = c.badge_id)) as establishment_id
     from codes c where c.code = $1
     -- The numbers that signs show have dashes, which no code has.
     union all
     select 'establishment', null, null, e.id from establishments e where $1 like '%-%' and e.code = $1
     union all
     select 'badge', null, b.id, b.establishment_id from badges b where $1 like '%-%' and b.number = $1
   ),
   chain (lot_id, depth, child_id) as (
     select lot_id, 0, null::int from found where lot_id is not null
     union all
     select source.lot_id, c.depth + 1, c.lot_id
     from chain c cross join lateral (
       select i.lot_id from event_lots o
       join events e on e.id = o.event_id and e.error_at is null
       join event_lots i on i.event_id = o.event_id and i.role = 'input'
       where o.lot_id = c.lot_id and o.role = 'output' limit ${CHAIN_LOTS_MAX}
     ) source
     where c.depth < ${CHAIN_STEPS_MAX}
   ),
   -- The recursion is only run as far as its rows are asked for. One row more than shown tells that it was cut.
   reached as materialized (select lot_id, depth, child_id from chain limit ${CHAIN_LOTS_MAX + 1}),
   sited as materialized (
     select establishment_id as id from found where establishment_id is not null
     union select (select l.establishment_id from lots l where l.id = r.lot_id) from reached r
   )
   select f.kind, f.establishment_id, f.badge_id,
     (select k.code from codes k where k.lot_id = f.lot_id and k.kind = 'lot') as lot_code,
     coalesce((select json_agg(json_build_object(
         'id', l.id, 'depth', r.depth, 'childId', r.child_id, 'product', p.name, 'brand', p.brand, 'gtin', p.gtin,
         'standard', p.standard, 'category', json_build_object('code', g.code, 'name', g.name, 'nameEn', g.name_en),
         'pictureKey', (select key from files where id = p.picture_id), 'quantity', l.quantity::float8, 'uom', l.uom, 'origin', l.origin,
         'producedOn', l.produced_on, 'harvestedOn', l.harvested_on, 'expiresOn', l.expires_on,
         'status', l.status, 'statusAt', l.status_at, 'statusReason', l.status_reason, 'statusUnit', ${unitJson('l.status_unit_id')},
         'createdAt', l.created_at, 'siteId', l.establishment_id,
         'takenBy', (select e.biz_step from event_lots o join events e on e.id = o.event_id and e.error_at is null
                     where o.lot_id = l.id and o.role = 'output' order by o.event_id desc limit 1),
         'unit', ${unitOn('l.establishment_id', `(l.created_at at time zone 'Asia/Ho_Chi_Minh')::date`)}
       ) order by r.depth, l.id)
       from reached r
       -- One by one, here and below: the planner expects more of them than there are and would read whole tables.
       cross join lateral (select * from lots where id = r.lot_id offset 0) l
       cross join lateral (select * from products where id = l.product_id offset 0) p
       cross join lateral (select * from product_categories where code = p.category_code offset 0) g), '[]') as lots,
     coalesce((select json_agg(json_build_object(
         'id', e.id, 'code', e.code, 'name', e.name, 'class', e.class, 'status', e.status, 'address', e.address,
         'province', e.province, 'country', e.country, 'namedInChain', e.named_in_chain, 'unit', ${unitOn('e.id', '$2::date')},
         'certificates', coalesce((select json_agg(json_build_object(
             'kind', q.kind, 'number', q.number, 'issuer', q.issuer, 'scope', q.scope, 'issuedOn', q.issued_on,
             'validUntil', q.valid_until, 'checkedAt', q.checked_at, 'checkedBy', ${unitJson('q.checked_by_id')}
           ) order by q.checked_at desc, q.id) from certificates q where q.establishment_id = e.id and q.checked_at is not null), '[]'),
         'badge', (select json_build_object('number', b.number, 'status', b.status, 'issuedOn', b.issued_on,
             'validUntil', b.valid_until, 'issuedBy', ${unitJson('b.issued_by_id')})
           from badges b where b.establishment_id = e.id
           order by b.id is not distinct from (select badge_id from found) desc, b.issued_on desc, b.id desc limit 1)
       )) from sited s
       cross join lateral (select * from establishments where id = s.id offset 0) e), '[]') as sites,
     coalesce((select json_agg(json_build_object('bizStep', e.biz_step, 'disposition', e.disposition, 'at', e.event_time,
         'siteId', e.place_id) order by e.event_time, e.id)
       from (select event_id from event_lots where lot_id = f.lot_id and role = 'object' order by event_id desc limit ${EVENTS_MAX}) o
       join events e on e.id = o.event_id
       where e.error_at is null and e.biz_step not in ('commissioning', 'receiving')), '[]') as events,
     case when f.kind is null then coalesce((select json_agg(c.code order by array_position($3::text[], c.code))
       from codes c where c.code = any($3::text[])), '[]') else '[]' end as candidates
   from (select) nothing left join found f on true`,
)
