/** What the deliverer looks for by itself, and how the outbox is kept clean. Times are the database's real time. */
import type { Channel } from '../generated/enums.js'
import { statement } from '../tx.js'
import type { LaneNumber } from './outbox.js'

/**
 * Chats with a row that wants looking at again: its back-off is over, or its holder died. An index of its own, so that neither
 * is looked for among a million waiting broadcasts; the `window` that waits longest is looked at.
 */
export const touchedChats = statement<{ chat_id: number }, [channels: Channel[], window: number]>(
  'outbox_touched',
  `with due as materialized (
     select o.chat_id from outbox o where o.status = 'unsent' and coalesce(o.held_until, o.not_before) <= now()
     order by coalesce(o.held_until, o.not_before) limit $2
   )
   select c.id as chat_id from chats c
   where c.id in (select due.chat_id from due) and c.channel = any($1::channel[]) and c.unreachable_at is null
     and (c.paused_until is null or c.paused_until <= now())`,
)

/** Ends the back-offs of a channel: its platform answers again. Passes over what somebody else locks. Returns whose they were. */
export const endBackOffs = statement<{ chat_id: number }, [channel: Channel]>(
  'outbox_end_back_offs',
  `with waiting as materialized (
     select o.id from outbox o join chats c on c.id = o.chat_id
     where o.status = 'unsent' and coalesce(o.held_until, o.not_before) > now() and o.held_until is null and c.channel = $1
     for no key update of o skip locked
   )
   update outbox o set not_before = now() from waiting w where o.id = w.id
   returning o.chat_id`,
)

export interface Walked {
  /** Of the last row that was looked at; null: there was none */
  last: number | null
  looked: number
  chats: number[]
  /** Their persons cannot be reached */
  unreachable: number[]
}

/**
 * One row: the chats of the next `window` unsent rows of a lane, those that nobody has touched yet and that are `agedMs` old.
 * `lane = $1 order by id` would say the same, but invites the planner to read all settled rows along the primary key.
 */
export const walkQueue = statement<
  Walked,
  [lane: LaneNumber, after: number, window: number, channels: Channel[], agedMs: number]
>(
  'outbox_walk',
  `with looked as materialized (
     select o.id, o.chat_id, coalesce(o.held_until, o.not_before) is null and o.created_at <= now() - $5::float8 * interval '1 ms' as fresh
     from outbox o
     where o.status = 'unsent' and (o.lane, o.id) > ($1, $2) and o.lane <= $1 order by o.lane, o.id limit $3
   ), met as materialized (
     select l.chat_id, min(l.id) as id, c.unreachable_at is not null as unreachable
     from looked l join chats c on c.id = l.chat_id
     where l.fresh and c.channel = any($4::channel[]) and (c.paused_until is null or c.paused_until <= now())
     group by l.chat_id, c.unreachable_at
   )
   select (select max(id) from looked) as last, (select count(*) from looked) as looked,
     coalesce((select array_agg(chat_id order by id) from met where not unreachable), '{}') as chats,
     coalesce((select array_agg(chat_id) from met where unreachable), '{}') as unreachable`,
)

/** Gives up what waits in these lanes of chats whose persons cannot be reached. Returns one row for each message. */
export const buryUnreachable = statement<{ id: number }, [chatIds: number[], lanes: LaneNumber[]]>(
  'outbox_bury',
  `update outbox o set status = 'dead', settled_at = now(), error = 'unreachable', holder = null, held_until = null
   from (
     select o.id from outbox o join chats c on c.id = o.chat_id
     where o.chat_id = any($1::int[]) and o.status = 'unsent' and o.lane = any($2::smallint[])
       and c.unreachable_at is not null and (o.held_until is null or o.held_until <= now())
     for no key update of o skip locked
   ) gone
   where o.id = gone.id
   returning o.id`,
)

/** Gives up what is older than `ageMs`, among the `limit` oldest of each lane. Returns one row for each message. */
export const buryOld = statement<{ id: number }, [ageMs: number, limit: number]>(
  'outbox_bury_old',
  `with oldest as materialized (
     select o.id, o.created_at, o.held_until
     from (values (0::smallint), (1::smallint), (2::smallint)) as l (lane)
     cross join lateral (
       select * from outbox o
       where o.status = 'unsent' and (o.lane, o.id) > (l.lane, 0) and o.lane <= l.lane order by o.lane, o.id limit $2
     ) o
   ), old as materialized (
     select o.id from oldest join outbox o on o.id = oldest.id
     where oldest.created_at < now() - $1::float8 * interval '1 ms' and o.status = 'unsent'
       and (o.held_until is null or o.held_until <= now())
     for no key update of o skip locked
   )
   update outbox o set status = 'dead', settled_at = now(), error = coalesce('too old; ' || o.error, 'too old'),
     holder = null, held_until = null
   from old where o.id = old.id
   returning o.id`,
)

/** Bodies hold personal data: those of messages that were settled `keptMs` ago or earlier are wiped. */
export const wipeBodies = statement<{ wiped: number }, [keptMs: number, limit: number]>(
  'outbox_wipe',
  `with old as (
     select id from outbox
     where status <> 'unsent' and body is not null and settled_at <= now() - $1::float8 * interval '1 ms'
     order by settled_at limit $2 for no key update skip locked
   ), wiped as (
     update outbox o set body = null from old where o.id = old.id returning 1
   )
   select count(*) as wiped from wiped`,
)

/** Whether anything waits to be sent to this chat. */
export const anythingUnsent = statement<{ waits: boolean }, [chatId: number]>(
  'outbox_waits',
  `select exists (select from outbox where chat_id = $1 and status = 'unsent') as waits`,
)
