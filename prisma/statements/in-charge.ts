/** Who is in charge of a place, and on which of their chats they are told: asked for every alert. */
import type { Channel, EstablishmentClass, Sector } from '../generated/enums.js'
import { statement } from '../tx.js'
import type { RoleRow } from './rights.js'

export interface InChargeRow {
  personId: number
  /** Through whose mandate: the unit asked about, or the first one above it that has anybody */
  unitId: number
  /** All that they are there */
  roles: RoleRow['role'][]
  chatId: number
  channel: Channel
}

const VALID = (mandate: string): string =>
  `${mandate}.valid_from <= $4 and (${mandate}.valid_to is null or ${mandate}.valid_to > $4) and ${mandate}.suspended_at is null`

/**
 * Everybody with a valid mandate that acts (no viewer) for the unit, sector and class; null: of any. Whoever is away is
 * replaced by who stands in. Nobody there: those of the next unit above. Each on the chat they were last heard on.
 */
export const readInCharge = statement<
  InChargeRow,
  [unitId: number, sector: Sector | null, class_: EstablishmentClass | null, at: Date, day: string]
>(
  'in_charge',
  `with recursive up (id, parent_id, depth) as (
     select u.id, u.parent_id, 0 from units u where u.id = $1
     union all
     select u.id, u.parent_id, up.depth + 1 from up join units u on u.id = up.parent_id
   ), reach as materialized (
     select up.depth, d.unit_id, d.person_id, d.role, c.id as chat_id, c.channel
     from up join units u on u.id = up.id join mandates d on d.unit_id = up.id
     cross join lateral (
       select c.id, c.channel from chats c where c.person_id = d.person_id
       order by c.unreachable_at is not null, c.heard_at desc nulls last, c.id limit 1
     ) c
     where u.valid_from <= $5::date and (u.valid_to is null or u.valid_to >= $5::date)
       and ${VALID('d')} and d.role <> 'viewer'
       and (d.sector is null or $2::sector is null or d.sector = $2::sector)
       and (d.class is null or $3::establishment_class is null or d.class = $3::establishment_class)
       and not exists (select from mandates s where s.stands_in_for_id = d.id and ${VALID('s')})
   )
   select distinct on (person_id) person_id as "personId", unit_id as "unitId",
     array_agg(role::text) over (partition by person_id) as roles, chat_id as "chatId", channel
   from reach where depth = (select min(depth) from reach) order by person_id`,
)

export interface SecondChatRow {
  alertId: number
  personId: number
  unitId: number
  occasion: string
  chatId: number
  channel: Channel
}

/** Alerts of a case that went to one channel and were not acknowledged, with another channel of the same person. */
export const readSecondChats = statement<SecondChatRow, [caseId: number, at: Date]>(
  'alerts_second_chats',
  `select distinct on (a.person_id) a.id as "alertId", a.person_id as "personId", a.unit_id as "unitId", a.occasion,
     c.id as "chatId", c.channel
   from alerts a cross join lateral (
     select c.id, c.channel from chats c where c.person_id = a.person_id and c.channel <> a.channel
     order by c.unreachable_at is not null, c.heard_at desc nulls last, c.id limit 1
   ) c
   where a.case_id = $1 and a.round = 1 and a.acknowledged_at is null and a.told_at <= $2
     and a.occasion in ('new', 'passed-on', 'reopened', 'escalate')
   order by a.person_id, a.id desc`,
)
