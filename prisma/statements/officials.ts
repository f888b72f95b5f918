import type { EstablishmentClass, MandateRole, Sector } from '../generated/enums.js'
import { statement } from '../tx.js'

export interface OfficialRow {
  mandateId: number
  personId: number
  name: string | null
  unitCode: string
  unitName: string
  unitNameEn: string
  role: MandateRole
  sector: Sector | null
  class: EstablishmentClass | null
  validFrom: Date
  validTo: Date | null
  suspendedAt: Date | null
  /** Of whom it stands in for; null: a mandate of its own */
  standsInForId: number | null
}

/** Mandates of a unit and all below it that have not ended. */
export const readOfficials = statement<OfficialRow, [unitId: number, at: Date]>(
  'officials_of_unit',
  `with recursive under (id) as (
     select $1::int union all select u.id from under n join units u on u.parent_id = n.id
   )
   select d.id as "mandateId", d.person_id as "personId", p.display_name as name, u.code as "unitCode", u.name as "unitName",
     u.name_en as "unitNameEn", d.role, d.sector, d.class, d.valid_from as "validFrom", d.valid_to as "validTo",
     d.suspended_at as "suspendedAt", d.stands_in_for_id as "standsInForId"
   from under n join units u on u.id = n.id join mandates d on d.unit_id = u.id join people p on p.id = d.person_id
   where d.valid_to is null or d.valid_to > $2
   order by u.code, p.display_name, d.id`,
)
