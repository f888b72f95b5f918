/**
 * The outbox: put, claim, mark. A row is claimable when it is the first unsent one of its chat and lane, no live lease holds it,
 * its back-off is over, and no lower lane of the chat has one that is ready or held. So a lane is in order whatever fails,
 * and a failing lane holds up no other.
 *
 * A claim sets `held_until` and clears `not_before`; letting go clears `held_until`. So `held_until` in the past says that
 * the holder died, and whoever takes such a row over counts a doubt. Times are the database's real time.
 *
 * Claims, renewals, progress and marks do not wait for the disk: a process that dies loses none, only a machine that dies
 * does, and then a message is doubled, not lost.
 *
 * Of its chat's burst (generic cell rate algorithm) lane 1 leaves a quarter to lane 0, and lane 2 a half: `burst * lane / 4`.
 */
import type { Channel } from '../generated/enums.js'
import { statement } from '../tx.js'

export type LaneNumber = 0 | 1 | 2

/** Does not wait for the disk, if `quick` is among the statement's tables. */
const QUICK = `quick as materialized (select set_config('synchronous_commit', 'off', true))`

const ms = (expression: string) => `(${expression}) * interval '1 ms'`

/** What a chat's pace is, by its channel: three arrays of equal length. */
type Paces = [channels: Channel[], intervalsMs: number[], bursts: number[]]

// ------------------------------------------------------------------------------------------------ put

export interface BornRow {
  id: number
  channel: Channel
  address: string
  language: 'vi' | 'en' | null
  created_at: Date
  heard_at: Date | null
}

/**
 * Puts rows in their order. A new prompt supersedes the chat's earlier prompts that nobody has begun to send. The first row of
 * lane 0 is born claimed, and returned, when a holder is given, nothing else waits in that lane, and neither a pause nor the
 * chat's pace forbids; only for the channels that are given.
 */
export const putRows = statement<
  BornRow,
  [
    chatId: number,
    lanes: LaneNumber[],
    prompts: boolean[],
    uniqueKeys: (string | null)[],
    bodies: string[],
    holder: string | null,
    leaseMs: number,
    ...paces: Paces,
  ]
>(
  'outbox_put',
  `with given as materialized (
     select g.* from unnest($2::smallint[], $3::boolean[], $4::text[], $5::jsonb[])
       with ordinality as g (lane, prompt, unique_key, body, nth)
   ), superseded as (
     update outbox o set status = 'superseded', settled_at = clock_timestamp(), holder = null, held_until = null
     where o.chat_id = $1 and o.status = 'unsent' and o.lane = 0 and o.prompt and o.parts_sent = 0
       and (o.held_until is null or o.held_until <= clock_timestamp())
       and exists (select from given where given.prompt)
     returning o.id
   ), free as materialized (
     select c.id, p.interval_ms
     from chats c join unnest($8::channel[], $9::float8[], $10::int[]) as p (channel, interval_ms, burst) on p.channel = c.channel
     where c.id = $1 and $6::text is not null and c.unreachable_at is null
       and (c.paused_until is null or c.paused_until <= clock_timestamp())
       and (p.interval_ms = 0 or c.send_tat is null
         or c.send_tat <= clock_timestamp() + ${ms('(p.burst - 1) * p.interval_ms')})
       and exists (select from given where given.lane = 0)
       and not exists (
         select from outbox o where o.chat_id = $1 and o.status = 'unsent' and o.lane = 0
           and o.id not in (select superseded.id from superseded))
   ), paced as (
     update chats c set send_tat = greatest(c.send_tat, clock_timestamp()) + ${ms('ceil(free.interval_ms)')}
     from free where c.id = free.id and free.interval_ms > 0
   ), inserted as (
     insert into outbox (chat_id, lane, prompt, unique_key, body, attempts, holder, held_until)
     select $1, g.lane, g.prompt, g.unique_key, g.body, g.born::int,
       case when g.born then $6::text end, case when g.born then clock_timestamp() + ${ms('$7::float8')} end
     from (
       select given.*,
         given.nth = (select min(nth) from given where lane = 0) and exists (select from free) as born
       from given
     ) g
     order by g.nth
     on conflict (unique_key) do nothing
     returning id, holder, created_at
   )
   select i.id, c.channel, c.address, c.language, i.created_at, c.heard_at
   from inserted i join chats c on c.id = $1 where i.holder is not null`,
)

/** Puts rows for many chats; a unique key that is there already puts nothing. Returns the chats that got one. */
export const putMany = statement<
  { chat_id: number },
  [
    chatIds: number[],
    lanes: LaneNumber[],
    uniqueKeys: (string | null)[],
    /** Which of the bodies, from 1 */
    nthBodies: number[],
    bodies: string[],
  ]
>(
  'outbox_put_many',
  `insert into outbox (chat_id, lane, unique_key, body)
   select g.chat_id, g.lane, g.unique_key, b.body
   from unnest($1::int[], $2::smallint[], $3::text[], $4::int[]) with ordinality as g (chat_id, lane, unique_key, nth_body, nth)
   join unnest($5::jsonb[]) with ordinality as b (body, nth) on b.nth = g.nth_body
   order by g.nth
   on conflict (unique_key) do nothing
   returning chat_id`,
)

// ------------------------------------------------------------------------------------------------ claim

/** `later` and `unreachable` come with the lane; `full`: no room was given for this lane; `busy`: somebody else locks it. */
export type ClaimState = 'claimed' | 'held' | 'later' | 'full' | 'unreachable' | 'busy'

export interface ClaimAnswer {
  chat_id: number
  channel: Channel
  lane: LaneNumber
  state: ClaimState
  /** `later`: look again after this. ms */
  wait_ms: number | null
  /** The rest only when claimed */
  id: number
  address: string
  language: 'vi' | 'en' | null
  body: unknown
  parts_sent: number
  attempts: number
  doubts: number
  error: string | null
  created_at: Date
  heard_at: Date | null
  /** Its holder died */
  orphan: boolean
}

/**
 * Claims, of each given chat, the one row that may be claimed, up to the room of its channel and lane. Chats that have
 * nothing unsent, and those of other channels, are not answered. Waits for no lock.
 */
export const claimRows = statement<
  ClaimAnswer,
  [
    chatIds: number[],
    holder: string,
    leaseMs: number,
    ...paces: Paces,
    /** How many rows of lane 0, of lanes 0 and 1, of all lanes */
    room0: number[],
    room1: number[],
    room2: number[],
  ]
>(
  'outbox_claim',
  `with ${QUICK}, chat as materialized (
     select c.id as chat_id, c.channel, c.address, c.language, c.heard_at, c.paused_until, c.send_tat, c.unreachable_at,
       p.interval_ms, p.burst, p.room0, p.room1, p.room2
     from chats c join unnest($4::channel[], $5::float8[], $6::int[], $7::int[], $8::int[], $9::int[])
       as p (channel, interval_ms, burst, room0, room1, room2) on p.channel = c.channel
     where c.id = any($1::int[])
   ), head as materialized (
     select chat.chat_id, h.*, coalesce(h.not_before > now(), false) as backs_off
     from chat cross join (values (0::smallint), (1::smallint), (2::smallint)) as l (lane)
     cross join lateral (
       select o.id, o.lane, o.held_until, o.not_before from outbox o
       where o.status = 'unsent' and o.chat_id = chat.chat_id and o.lane = l.lane order by o.id limit 1
     ) h
   ), first as materialized (
     select distinct on (chat_id) * from head
     order by chat_id, backs_off, case when backs_off then not_before end, lane
   ), seen as materialized (
     select chat.*, f.id, f.lane, f.held_until, case
         when chat.paused_until > now() then chat.paused_until
         when f.backs_off then f.not_before
         when chat.interval_ms > 0 then chat.send_tat - ${ms('(chat.burst - 1 - floor(chat.burst * f.lane / 4.0)) * chat.interval_ms')}
       end as ready_at
     from chat join first f on f.chat_id = chat.chat_id
   ), judged as materialized (
     select seen.*, case
         when seen.unreachable_at is not null then 'unreachable'
         when seen.held_until > now() then 'held'
         when seen.ready_at > now() then 'later'
         else 'ready'
       end as state
     from seen
   ), ranked as materialized (
     select judged.*, state = 'ready' and row_number() over (partition by channel, state order by lane, id)
       <= case lane when 0 then room0 when 1 then room1 else room2 end as fits
     from judged
   ), free_chat as materialized (
     select c.id as chat_id
     from ranked r join chats c on c.id = r.chat_id
     where r.fits and c.unreachable_at is null and (c.paused_until is null or c.paused_until <= now())
       and (r.interval_ms = 0 or c.send_tat is null
         or c.send_tat <= now() + ${ms('(r.burst - 1 - floor(r.burst * r.lane / 4.0)) * r.interval_ms')})
     for no key update of c skip locked
   ), free_row as materialized (
     select o.id, o.chat_id, o.held_until is not null as orphan
     from ranked r join free_chat f on f.chat_id = r.chat_id join outbox o on o.id = r.id
     where o.status = 'unsent' and (o.held_until is null or o.held_until <= now())
     for no key update of o skip locked
   ), paced as (
     update chats c set send_tat = greatest(c.send_tat, now()) + ${ms('ceil(r.interval_ms)')}
     from free_row f join ranked r on r.id = f.id
     where c.id = f.chat_id and r.interval_ms > 0
   ), claimed as (
     update outbox o set holder = $2, held_until = now() + ${ms('$3::float8')}, not_before = null,
       attempts = o.attempts + 1, doubts = o.doubts + f.orphan::int
     from free_row f where o.id = f.id
     returning o.id, o.body, o.parts_sent, o.attempts, o.doubts, o.error, o.created_at, f.orphan
   )
   select r.chat_id, r.channel, r.lane,
     case when claimed.id is not null then 'claimed' when r.fits then 'busy' when r.state = 'ready' then 'full' else r.state end as state,
     case when r.state = 'later' then ceil(extract(epoch from r.ready_at - now())::float8 * 1000) end as wait_ms,
     r.id, r.address, r.language, claimed.body, claimed.parts_sent, claimed.attempts, claimed.doubts, claimed.error, claimed.created_at, r.heard_at, claimed.orphan
   from quick, ranked r left join claimed on claimed.id = r.id`,
)

/** Renews the leases of these rows; passes over those that are being marked. Returns those that were renewed. */
export const renewRows = statement<{ id: number }, [ids: number[], holder: string, leaseMs: number]>(
  'outbox_renew',
  `with ${QUICK}, mine as materialized (
     select o.id from outbox o where o.id = any($1::bigint[]) and o.holder = $2 and o.status = 'unsent'
     for no key update skip locked
   )
   update outbox o set held_until = now() + ${ms('$3::float8')} from quick, mine where o.id = mine.id returning o.id`,
)

// ------------------------------------------------------------------------------------------------ mark

/** What became of a claimed row. Goes as JSON. */
export interface Mark {
  id: number
  status: 'sent' | 'dead' | 'unsent'
  /** Calls made and recorded so far */
  parts: number
  /** Added to `attempts`: -1 when nothing was tried after all */
  attempts: number
  /** Added to `doubts` */
  doubts: number
  platform_id: string | null
  error: string | null
  /** `unsent`: not again before this. ms */
  wait_ms: number | null
  /** The whole chat waits so long */
  pauses: boolean
  /** The person of this chat cannot be reached */
  unreachable: boolean
}

/**
 * Settles rows that `holder` holds, or lets them go. Not returned: rows that another one took over meanwhile. `more`: the
 * chat has something else unsent.
 */
export const markRows = statement<{ id: number; more: boolean }, [marks: string, holder: string]>(
  'outbox_mark',
  `with ${QUICK}, given as materialized (
     select * from jsonb_to_recordset($1::jsonb) as g (id bigint, status outbox_status, parts smallint, attempts int, doubts int,
       platform_id text, error text, wait_ms float8, pauses boolean, unreachable boolean)
   ), mine as materialized (
     select g.*, o.chat_id from given g join outbox o on o.id = g.id
     where o.holder = $2 and o.status = 'unsent' order by o.id for no key update of o
   ), marked as (
     update outbox o set status = m.status, parts_sent = m.parts, attempts = o.attempts + m.attempts,
       doubts = o.doubts + m.doubts, platform_id = coalesce(o.platform_id, m.platform_id), error = m.error, holder = null, held_until = null,
       not_before = now() + ${ms('ceil(m.wait_ms) + 1')}, settled_at = case when m.status <> 'unsent' then now() end
     from mine m where o.id = m.id
     returning o.id, o.chat_id
   ), told as materialized (
     select chat_id, max(wait_ms) filter (where pauses) as pause_ms, bool_or(unreachable) as unreachable
     from mine where pauses or unreachable group by chat_id
   ), chat as materialized (
     select c.id, told.pause_ms, told.unreachable from chats c join told on told.chat_id = c.id
     order by c.channel, c.address collate "C" for no key update of c
   ), chat_told as (
     update chats c set paused_until = greatest(c.paused_until, now() + ${ms('ceil(chat.pause_ms) + 1')}),
       unreachable_at = case when chat.unreachable then coalesce(c.unreachable_at, now()) else c.unreachable_at end
     from chat where c.id = chat.id
   )
   select m.id, exists (
     select from outbox o where o.chat_id = m.chat_id and o.status = 'unsent' and o.id <> m.id) as more
   from quick, marked m`,
)

/**
 * Records, between the calls of a message that needs several, how many were made; renews the lease and takes the next
 * call's place in the chat's pace. Not returned: rows that another one took over.
 */
export const recordParts = statement<
  { id: number; /** before the next call */ wait_ms: number },
  [
    ids: number[],
    parts: number[],
    platformIds: (string | null)[],
    /** Of each row's channel */
    intervalsMs: number[],
    bursts: number[],
    holder: string,
    leaseMs: number,
  ]
>(
  'outbox_parts',
  `with ${QUICK}, given as materialized (
     select * from unnest($1::bigint[], $2::smallint[], $3::text[], $4::float8[], $5::int[])
       as g (id, parts, platform_id, interval_ms, burst)
   ), mine as materialized (
     select g.*, o.chat_id from given g join outbox o on o.id = g.id
     where o.holder = $6 and o.status = 'unsent' order by o.id for no key update of o
   ), recorded as (
     update outbox o set parts_sent = m.parts, platform_id = coalesce(o.platform_id, m.platform_id), error = null,
       held_until = now() + ${ms('$7::float8')}
     from mine m where o.id = m.id
     returning o.id, o.chat_id
   ), chat as materialized (
     select c.id, max(m.interval_ms) as interval_ms, max(m.burst) as burst, count(*) as calls
     from mine m join chats c on c.id = m.chat_id where m.interval_ms > 0 group by c.id
   ), chat_locked as materialized (
     select chat.*, c.channel from chat join chats c on c.id = chat.id
     order by c.channel, c.address collate "C" for no key update of c
   ), paced as (
     update chats c set send_tat = greatest(c.send_tat, now()) + ${ms('ceil(l.interval_ms * l.calls)')}
     from chat_locked l where c.id = l.id
     returning c.id, c.send_tat - ${ms('l.burst * l.interval_ms')} as ready_at, c.paused_until
   )
   select r.id, ceil(greatest(0, extract(epoch from greatest(p.ready_at, coalesce(p.paused_until, c.paused_until)) - now())::float8 * 1000)) as wait_ms
   from quick, recorded r join chats c on c.id = r.chat_id left join paced p on p.id = r.chat_id`,
)
