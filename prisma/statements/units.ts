/** The dated tree of units, walked by the database. */
import type { UnitKind } from '../generated/enums.js'
import { statement } from '../tx.js'

export interface UnitRow {
  id: number
  code: string
  kind: UnitKind
  name: string
  nameEn: string
  parentId: number | null
  /** YYYY-MM-DD */
  validFrom: string
  validTo: string | null
}

const UNIT = `u.id, u.code, u.kind, u.name, u.name_en as "nameEn", u.parent_id as "parentId",
  u.valid_from::text as "validFrom", u.valid_to::text as "validTo"`
const stands = (table: string, day: string): string =>
  `${table}.valid_from <= ${day}::date and (${table}.valid_to is null or ${table}.valid_to >= ${day}::date)`

export const readUnitsAt = statement<UnitRow, [day: string]>(
  'units_at',
  `select ${UNIT} from units u where ${stands('u', '$1')} order by u.code`,
)

export const readUnitByCode = statement<UnitRow, [code: string]>(
  'unit_by_code',
  `select ${UNIT} from units u where u.code = $1`,
)

/** From the unit itself upwards. */
export const readAncestors = statement<UnitRow, [unitId: number]>(
  'unit_ancestors',
  `with recursive above (id, parent_id, depth) as (
     select id, parent_id, 0 from units where id = $1
     union all
     select p.id, p.parent_id, a.depth + 1 from above a join units p on p.id = a.parent_id
   )
   select ${UNIT} from above a join units u on u.id = a.id order by a.depth`,
)

export interface SuccessorRow extends UnitRow {
  onDate: string
  share: string | null
  addressRule: string | null
  verified: boolean
}

export const readSuccessors = statement<SuccessorRow, [unitId: number]>(
  'unit_successors',
  `select ${UNIT}, s.on_date::text as "onDate", s.share, s.address_rule as "addressRule", s.verified
   from unit_successions s join units u on u.id = s.to_id where s.from_id = $1 order by s.share desc nulls last, u.code`,
)

export const readUnitOfEstablishment = statement<UnitRow, [establishmentId: number, day: string]>(
  'unit_of_establishment',
  `select ${UNIT} from establishment_units s join units u on u.id = s.unit_id
   where s.establishment_id = $1 and ${stands('s', '$2')}`,
)
