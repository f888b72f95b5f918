import type { EstablishmentClass, EstablishmentStatus, MembershipRole } from '../generated/enums.js'
import { statement } from '../tx.js'

export interface EstablishmentRow {
  id: number
  code: string
  name: string
  class: EstablishmentClass
  status: EstablishmentStatus
  address: string
  province: string
}

const ESTABLISHMENT = `e.id, e.code, e.name, e.class, e.status, e.address, e.province`

/** $1 folded words or '': in the name, in the code, or alike in spelling */
const MATCHES = (query: string): string =>
  `(${query} = '' or e.name_folded like '%' || ${query} || '%' or lower(e.code) = ${query} or ${query} <% e.name_folded)`

/** The establishments that a person belongs to, the oldest membership first. */
export const readOwnEstablishments = statement<
  EstablishmentRow & { role: MembershipRole },
  [personId: number, at: Date]
>(
  'establishments_own',
  `select ${ESTABLISHMENT}, m.role from memberships m join establishments e on e.id = m.establishment_id
   where m.person_id = $1 and m.valid_from <= $2 and (m.valid_to is null or m.valid_to > $2) order by m.id`,
)

/** Everything in the registry, for the operator. `after` is the id of the last one seen. */
export const searchAllEstablishments = statement<EstablishmentRow, [query: string, after: number, limit: number]>(
  'establishments_all',
  `select ${ESTABLISHMENT} from establishments e where ${MATCHES('$1')} and e.id > $2 order by e.id limit $3`,
)

/** What lies under a person's mandates on the day, or is the person's own. */
export const searchVisibleEstablishments = statement<
  EstablishmentRow,
  [query: string, after: number, limit: number, personId: number, at: Date, day: string]
>(
  'establishments_visible',
  `with recursive under (unit_id, sector, class) as (
     select d.unit_id, d.sector, d.class from mandates d
     where d.person_id = $4 and d.valid_from <= $5 and (d.valid_to is null or d.valid_to > $5) and d.suspended_at is null
     union
     select u.id, w.sector, w.class from under w join units u on u.parent_id = w.unit_id
   ),
   visible (id) as (
     select s.establishment_id
     from under w
     join units u on u.id = w.unit_id and u.valid_from <= $6::date and (u.valid_to is null or u.valid_to >= $6::date)
     join establishment_units s on s.unit_id = u.id and s.valid_from <= $6::date and (s.valid_to is null or s.valid_to >= $6::date)
     join establishments e on e.id = s.establishment_id
       and (w.sector is null or w.sector = e.sector) and (w.class is null or w.class = e.class)
     union
     select m.establishment_id from memberships m
     where m.person_id = $4 and m.valid_from <= $5 and (m.valid_to is null or m.valid_to > $5)
   )
   select ${ESTABLISHMENT} from establishments e
   where e.id in (select id from visible) and ${MATCHES('$1')} and e.id > $2 order by e.id limit $3`,
)

/** A row when there is such an establishment. */
export const readEstablishmentKnown = statement<{ id: number }, [id: number]>(
  'establishment_known',
  `select id from establishments where id = $1`,
)
