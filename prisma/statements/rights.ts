/** Which roles a person has, asked on every turn that does something: by hand, one round trip each. */
import type { EstablishmentClass, MandateRole, MembershipRole, Sector } from '../generated/enums.js'
import { statement } from '../tx.js'

/** $1 person, $2 moment, $3 that moment's day */
const OPEN_MEMBERSHIP = `m.person_id = $1 and m.valid_from <= $2 and (m.valid_to is null or m.valid_to > $2)`
const OPEN_MANDATE = `d.person_id = $1 and d.valid_from <= $2 and (d.valid_to is null or d.valid_to > $2) and d.suspended_at is null`
const stands = (unit: string): string =>
  `${unit}.valid_from <= $3::date and (${unit}.valid_to is null or ${unit}.valid_to >= $3::date)`

export interface StandingRow {
  memberships: { establishmentId: number; code: string; name: string; class: string; role: MembershipRole }[]
  mandates: { unitId: number; code: string; name: string; nameEn: string; kind: string; role: MandateRole }[]
}

/** Everything that a person is at this moment, the oldest first. */
export const readStanding = statement<StandingRow, [personId: number, at: Date, day: string]>(
  'rights_standing',
  `select
     (select coalesce(json_agg(json_build_object('establishmentId', e.id, 'code', e.code, 'name', e.name, 'class', e.class,
         'role', m.role) order by m.id), '[]')
      from memberships m join establishments e on e.id = m.establishment_id where ${OPEN_MEMBERSHIP}) as memberships,
     (select coalesce(json_agg(json_build_object('unitId', u.id, 'code', u.code, 'name', u.name, 'nameEn', u.name_en,
         'kind', u.kind, 'role', d.role) order by d.id), '[]')
      from mandates d join units u on u.id = d.unit_id where ${OPEN_MANDATE} and ${stands('u')}) as mandates`,
)

export interface RoleRow {
  /** The establishment or unit that was asked about. */
  subject_id: number
  role: MembershipRole | MandateRole
  /** The unit whose mandate gives the role; null for a membership. */
  unit_id: number | null
}

/**
 * A person's roles at each of these establishments: by membership, or by a mandate of a unit that the establishment lies
 * in on that day, however far above. The nearest unit comes first.
 */
export const readRolesAt = statement<RoleRow, [personId: number, at: Date, day: string, establishmentIds: number[]]>(
  'rights_roles_at',
  `with recursive within (id, unit_id, parent_id, depth) as (
     select s.establishment_id, u.id, u.parent_id, 1
     from establishment_units s join units u on u.id = s.unit_id
     where s.establishment_id = any($4) and s.valid_from <= $3::date and (s.valid_to is null or s.valid_to >= $3::date)
     union all
     select w.id, u.id, u.parent_id, w.depth + 1 from within w join units u on u.id = w.parent_id
   )
   select m.establishment_id as subject_id, m.role::text as role, null::int as unit_id, 0 as depth
   from memberships m where ${OPEN_MEMBERSHIP} and m.establishment_id = any($4)
   union all
   select w.id, d.role::text, d.unit_id, w.depth
   from mandates d join units u on u.id = d.unit_id join within w on w.unit_id = u.id join establishments e on e.id = w.id
   where ${OPEN_MANDATE} and ${stands('u')}
     and (d.sector is null or d.sector = e.sector) and (d.class is null or d.class = e.class)
   order by depth`,
)

/**
 * A person's roles over a unit: by a mandate there, or of a unit above it, for this sector and class. Null asks for any of
 * them; `whole`: for all of them, which a mandate for one does not give.
 */
export const readRolesOver = statement<
  RoleRow,
  [
    personId: number,
    at: Date,
    day: string,
    unitId: number,
    sector: Sector | null,
    class_: EstablishmentClass | null,
    whole: boolean,
  ]
>(
  'rights_roles_over',
  `with recursive within (unit_id, parent_id, depth) as (
     select u.id, u.parent_id, 1 from units u where u.id = $4
     union all
     select u.id, u.parent_id, w.depth + 1 from within w join units u on u.id = w.parent_id
   )
   select $4::int as subject_id, d.role::text as role, d.unit_id, w.depth
   from mandates d join units u on u.id = d.unit_id join within w on w.unit_id = u.id
   where ${OPEN_MANDATE} and ${stands('u')}
     and (d.sector is null or d.sector = $5::sector or ($5::sector is null and not $7::boolean))
     and (d.class is null or d.class = $6::establishment_class or ($6::establishment_class is null and not $7::boolean))
   order by w.depth`,
)
