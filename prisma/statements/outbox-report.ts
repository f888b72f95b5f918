/** What an operator asks about the outbox. Tells no address and no word of any message. */
import type { Channel, OutboxStatus } from '../generated/enums.js'
import { statement } from '../tx.js'
import type { LaneNumber } from './outbox.js'

export interface StatRow {
  channel: Channel
  lane: LaneNumber
  status: OutboxStatus
  messages: number
  /** Of these, how often nobody knew whether a call went out */
  doubts: number
  /** Taken for sent after two answers that were not seen */
  unknown: number
}

/** Reads the whole outbox: for an operator, not for a metrics page. */
export const outboxTotals = statement<StatRow, []>(
  'outbox_totals',
  `select c.channel, o.lane, o.status, count(*) as messages, sum(o.doubts) as doubts,
     count(*) filter (where o.status = 'sent' and o.error is not null) as unknown
   from outbox o join chats c on c.id = o.chat_id
   group by c.channel, o.lane, o.status order by c.channel, o.lane, o.status`,
)

export interface WaitingRow {
  channel: Channel
  lane: LaneNumber
  waiting: number
  /** Being sent now, under a live lease */
  held: number
  /** In back-off after a failure */
  retrying: number
  /** Their chats are paused, by the platform's word */
  paused: number
  unreachable: number
  oldest_seconds: number
}

/** Only what is unsent. */
export const outboxWaiting = statement<WaitingRow, []>(
  'outbox_waiting',
  `select c.channel, o.lane, count(*) as waiting,
     count(*) filter (where o.held_until > now()) as held,
     count(*) filter (where o.not_before > now()) as retrying,
     count(*) filter (where c.paused_until > now()) as paused,
     count(*) filter (where c.unreachable_at is not null) as unreachable,
     extract(epoch from now() - min(o.created_at))::float8 as oldest_seconds
   from outbox o join chats c on c.id = o.chat_id
   where o.status = 'unsent'
   group by c.channel, o.lane order by c.channel, o.lane`,
)

export interface DeadRow {
  id: number
  chat_id: number
  channel: Channel
  lane: LaneNumber
  unique_key: string | null
  created_at: Date
  settled_at: Date
  attempts: number
  error: string | null
}

/** The newest first. */
export const outboxDeadRows = statement<DeadRow, [before: number | null, limit: number]>(
  'outbox_dead',
  `select o.id, o.chat_id, c.channel, o.lane, o.unique_key, o.created_at, o.settled_at, o.attempts, o.error
   from outbox o join chats c on c.id = o.chat_id
   where o.status = 'dead' and ($1::bigint is null or o.id < $1::bigint)
   order by o.id desc limit $2`,
)
