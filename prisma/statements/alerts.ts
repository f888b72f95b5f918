/** Who was told of what: kept beside the outbox, so that it can be proved. */
import type { CaseSeverity, CaseStatus, Channel } from '../generated/enums.js'
import { statement } from '../tx.js'

/** How many alerts each of these people was told, or is held for them, since then. */
export const countAlerts = statement<
  { personId: number; alerts: number },
  [personIds: number[], since: Date, now: Date]
>(
  'alerts_count',
  `select person_id as "personId", count(*)::int as alerts from alerts
   where person_id = any($1::int[]) and told_at > $2 and told_at <= $3 group by person_id`,
)

/** Writes alerts down; those of a key that is there already are not. Told null: held for a digest. Returns the new ones. */
export const insertAlerts = statement<
  { uniqueKey: string },
  [
    uniqueKeys: string[],
    caseId: number,
    personIds: number[],
    unitIds: number[],
    chatIds: number[],
    channels: Channel[],
    occasion: string,
    round: number,
    at: Date,
    told: boolean[],
  ]
>(
  'alerts_insert',
  `insert into alerts (unique_key, case_id, person_id, unit_id, chat_id, channel, occasion, round, at, told_at)
   select g.unique_key, $2, g.person_id, g.unit_id, g.chat_id, g.channel, $7, $8, $9, case when g.told then $9::timestamptz end
   from unnest($1::text[], $3::int[], $4::int[], $5::int[], $6::channel[], $10::bool[])
     as g (unique_key, person_id, unit_id, chat_id, channel, told)
   on conflict (unique_key) do nothing returning unique_key as "uniqueKey"`,
)

export interface HeldAlertRow {
  id: number
  uniqueKey: string
  caseId: number
  unitId: number
  occasion: string
  number: string
  severity: CaseSeverity
  status: CaseStatus
  handlerId: number | null
  kindName: string
  kindNameEn: string
  /** The shop's name, else the unit's */
  where: string
}

/** What is held for a person, the most urgent and oldest first, locked: one digest takes it. */
export const readHeldAlerts = statement<HeldAlertRow, [personId: number]>(
  'alerts_held',
  `select a.id, a.unique_key as "uniqueKey", a.case_id as "caseId", a.unit_id as "unitId", a.occasion, c.number, c.severity,
     c.status, c.handler_id as "handlerId", k.name as "kindName", k.name_en as "kindNameEn", coalesce(e.name, u.name) as where
   from alerts a join cases c on c.id = a.case_id join violation_kinds k on k.code = c.kind_code
     join units u on u.id = c.unit_id left join establishments e on e.id = c.establishment_id
   where a.person_id = $1 and a.told_at is null and a.void_at is null
   order by c.severity, a.id for no key update of a`,
)

export const settleAlerts = statement<
  object,
  [ids: number[], now: Date, chatId: number, channel: Channel, digestKey: string | null]
>(
  'alerts_settle',
  `update alerts set told_at = $2, chat_id = $3, channel = $4::channel, digest_key = $5 where id = any($1::int[])`,
)

export const voidAlerts = statement<object, [ids: number[], now: Date]>(
  'alerts_void',
  `update alerts set void_at = $2 where id = any($1::int[])`,
)

/** Person null: everybody's, since somebody took the case up. */
export const acknowledgeAlerts = statement<object, [caseId: number, personId: number | null, now: Date]>(
  'alerts_acknowledge',
  `update alerts set acknowledged_at = $3
   where case_id = $1 and person_id = coalesce($2, person_id) and acknowledged_at is null and told_at is not null`,
)

/** The chat that a person was last heard on. */
export const readLastChat = statement<{ chatId: number; channel: Channel }, [personId: number]>(
  'person_last_chat',
  `select id as "chatId", channel from chats where person_id = $1
   order by unreachable_at is not null, heard_at desc nulls last, id limit 1`,
)

export interface ToldRow {
  personId: number
  name: string | null
  /** Its code */
  unit: string
  unitName: string
  unitNameEn: string
  channel: Channel
  occasion: string
  round: number
  at: Date
  toldAt: Date | null
  /** In a digest with others */
  digest: boolean
  /** By the database's real time */
  sentAt: Date | null
  acknowledgedAt: Date | null
  voidAt: Date | null
}

/** Who was told of a case, when, on which channel, whether it went out and was acknowledged. */
export const readTold = statement<ToldRow, [caseId: number]>(
  'alerts_told',
  `select a.person_id as "personId", p.display_name as name, u.code as unit, u.name as "unitName", u.name_en as "unitNameEn", a.channel, a.occasion, a.round, a.at,
     a.told_at as "toldAt", a.digest_key is not null as digest,
     case when o.status = 'sent' then o.settled_at end as "sentAt", a.acknowledged_at as "acknowledgedAt", a.void_at as "voidAt"
   from alerts a join people p on p.id = a.person_id join units u on u.id = a.unit_id
     left join outbox o on o.unique_key = coalesce(a.digest_key, a.unique_key)
   where a.case_id = $1 order by a.id`,
)
