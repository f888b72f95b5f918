/**
 * The stored updates and the claims on their chats. A chat is claimed by `holder` until `held_until` (the database's real
 * time). Three states: held (`held_until` ahead); clean (`held_until` null): let go with nothing undone; left (`held_until`
 * behind): its holder died or stopped, something may be undone.
 *
 * Whatever locks several chats locks them in the order (channel, address): the order in which `storeUpdates` meets them.
 */
import { CHAT_LOCK } from '../locks.js'
import { statement } from '../tx.js'

/** The chat as a turn sees it. */
export interface ChatRow {
  id: number
  channel: 'console' | 'telegram' | 'zalo' | 'zalo_bot' | 'web'
  address: string
  personId: number | null
  language: 'vi' | 'en' | null
  /** A colleague writes to this person by hand at the moment */
  muted: boolean
  /** How far this chat's look-ups, and those that found nothing, are ahead of the database's time, for scans.mayLookUp. Seconds */
  lookUpsAhead: number
  missesAhead: number
}

export interface StoredRow {
  /** Which of the given updates, from 1 */
  nth: number
  chat_id: number
  /** null: it was stored before */
  seq: number | null
  attempts: number | null
  /** The chat is held by the given holder */
  mine: boolean
  /** The chat's last sequence before this statement */
  before: number
  /** Before this statement nothing of the chat was undone */
  clean: boolean
}

/**
 * Stores a batch; a key that is there already changes nothing. Bumps each chat's sequence and claims those that are free.
 * `starts`: work on it begins at once if its chat was clean, so its first attempt is counted here.
 * A null holder stores without claiming. `present`: the person is here; false: has left; null: it tells nothing of the person,
 * so that it neither opens a platform's window nor ends that they cannot be reached.
 */
export const storeUpdates = statement<
  StoredRow,
  [
    channels: string[],
    addresses: string[],
    keys: string[],
    bodies: string[],
    languages: (string | null)[],
    present: (boolean | null)[],
    starts: boolean[],
    holder: string | null,
    leaseMs: number,
  ]
>(
  'updates_store',
  // Sub-selects where joins would do: on a young database the planner takes joins for whole scans, and keeps to that plan
  // while the table grows (2.5 ms a batch instead of 0.4).
  `with heard as materialized (
     select h.*, row_number() over (partition by channel, address order by nth) as rank
     from unnest($1::channel[], $2::text[], $3::text[], $4::jsonb[], $5::text[], $6::bool[], $7::bool[])
       with ordinality as h (channel, address, key, body, language, present, starts, nth)
     where (select u.seq from updates u where u.channel = h.channel and u.key = h.key) is null
   ), calls as materialized (
     select h.channel, h.address, count(*) as n, bool_or(present) as heard,
       (array_agg(h.language order by nth) filter (where h.language is not null))[1] as language,
       (array_agg(present order by nth desc) filter (where present is not null))[1] as present,
       (select c.held_until from chats c where c.channel = h.channel and c.address = h.address) is null as clean
     from heard h group by h.channel, h.address
   ), claimed as (
     insert into chats as c (channel, address, language, last_seq, holder, held_until, heard_at, unreachable_at)
     select channel, address, language, n, $8, now() + $9::float8 * interval '1 ms',
       case when heard then now() end, case when not present then now() end
     from calls order by channel, address collate "C"
     on conflict (channel, address) do update set
       last_seq = c.last_seq + excluded.last_seq,
       language = coalesce(c.language, excluded.language),
       holder = case when c.held_until > now() then c.holder else excluded.holder end,
       held_until = case when c.held_until > now() then c.held_until else excluded.held_until end,
       heard_at = coalesce(excluded.heard_at, c.heard_at),
       unreachable_at = case when num_nulls(excluded.heard_at, excluded.unreachable_at) = 2 then c.unreachable_at
         else excluded.unreachable_at end
     returning c.id, c.channel, c.address, c.last_seq, coalesce(c.holder = $8, false) as mine
   ), placed as materialized (
     select h.*, t.id as chat_id, t.last_seq - c.n as before, t.last_seq - c.n + h.rank as seq, t.mine, c.clean
     from heard h join calls c using (channel, address) join claimed t using (channel, address)
   ), stored as (
     insert into updates (chat_id, seq, channel, key, body, attempts)
     select chat_id, seq, channel, key, body, (starts and rank = 1 and mine and clean)::int from placed
     on conflict (channel, key) do nothing
     returning chat_id, seq, attempts
   )
   select p.nth, p.chat_id, s.seq, s.attempts, p.mine, p.before, p.clean
   from placed p left join stored s on s.chat_id = p.chat_id and s.seq = p.seq
   order by p.nth`,
)

/**
 * Counts an attempt on each, if its chat is still held by `holder`. Not waiting for the disk: a process that dies loses no
 * count, only a machine that dies does.
 */
export const countAttempts = statement<
  { chat_id: number; seq: number; attempts: number },
  [chatIds: number[], seqs: number[], holder: string]
>(
  'updates_count',
  `with counted as (
     update updates u set attempts = u.attempts + 1
     from unnest($1::int[], $2::bigint[]) as b (chat_id, seq), chats c
     where u.chat_id = b.chat_id and u.seq = b.seq and u.done_at is null and c.id = b.chat_id and c.holder = $3
     returning u.chat_id, u.seq, u.attempts
   )
   select counted.* from (select set_config('synchronous_commit', 'off', true)) as quick, counted`,
)

const giveBack = (whatIsLocked: string) => `update updates u set attempts = u.attempts - 1
   from (
     select u.chat_id, u.seq from unnest($1::int[], $2::bigint[]) as b (chat_id, seq)
     join updates u on u.chat_id = b.chat_id and u.seq = b.seq
     where u.done_at is null and u.attempts > 0
     for update of u ${whatIsLocked}
   ) as b
   where u.chat_id = b.chat_id and u.seq = b.seq`

/**
 * Takes a counted attempt back that came to nothing through no fault of the update. Waits for a transaction that broke and is
 * not rolled back yet; one that was committed keeps its attempt.
 */
export const giveBackAttempts = statement<object, [chatIds: number[], seqs: number[]]>(
  'updates_give_back',
  giveBack(''),
)

/** The same at a stop, which waits for nobody: passes over what is being finished. */
export const giveBackFreeAttempts = statement<object, [chatIds: number[], seqs: number[]]>(
  'updates_give_back_free',
  giveBack('skip locked'),
)

/** SQL that locks a chat until the end of the transaction, for those who change its talk. Goes with BEGIN in one message. */
export const lockChat = (chatId: number): string => `select pg_advisory_xact_lock(${CHAT_LOCK}, ${Math.trunc(chatId)})`

/**
 * Marks the update as finished and returns what its turn needs. No row: it is not the chat's oldest undone update, it was
 * finished before, or the chat is no longer held by `holder`.
 */
export const takeUpdate = statement<
  {
    id: number
    channel: ChatRow['channel']
    address: string
    person_id: number | null
    language: ChatRow['language']
    muted: boolean
    lookups_ahead: number
    misses_ahead: number
    /** The talk's state; null: no talk */
    state: unknown
    offset_ms: number | null
  },
  [chatId: number, seq: number, holder: string, outcome: 'done' | 'dead', error: string | null]
>(
  'updates_take',
  `with taken as (
     update updates u set done_at = now(), outcome = $4, error = $5
     where u.chat_id = $1 and u.seq = $2 and u.done_at is null
       and exists (select from chats c where c.id = $1 and c.holder = $3)
       and not exists (select from updates o where o.chat_id = $1 and o.seq < $2 and o.done_at is null)
     returning 1
   )
   select c.id, c.channel, c.address, c.person_id, c.language, coalesce(c.muted_until > now(), false) as muted,
     coalesce(extract(epoch from c.lookup_tat - now()), 0)::float8 as lookups_ahead,
     coalesce(extract(epoch from c.miss_tat - now()), 0)::float8 as misses_ahead, t.state,
     (s.value->>'offsetMs')::float8 as offset_ms
   from taken, chats c left join talks t on t.chat_id = c.id left join settings s on s.key = 'clock'
   where c.id = $1`,
)

export const endTalk = statement<object, [chatId: number]>('talk_end', `delete from talks where chat_id = $1`)

/**
 * Lets a chat go unless something was stored since `seq`. The condition stands on the row itself, so READ COMMITTED checks it
 * again after waiting for a store that is under way; a sub-query would not be.
 */
const RELEASE = `update chats set holder = null, held_until = null where id = $1 and holder = $2 and last_seq = $3 returning id`

export const releaseChat = statement<{ id: number }, [chatId: number, holder: string, seq: number]>(
  'chat_release',
  RELEASE,
)

export const saveTalkAndRelease = statement<
  { id: number },
  [chatId: number, holder: string, seq: number, state: string, now: Date]
>(
  'talk_save',
  `with saved as (
     insert into talks (chat_id, state, updated_at) values ($1, $4::jsonb, $5)
     on conflict (chat_id) do update set state = excluded.state, updated_at = excluded.updated_at
   )
   ${RELEASE}`,
)

/** What a held chat has undone, oldest first, at most `limit` for each; one row with a null seq when there is nothing. */
export const undoneUpdates = statement<
  { chat_id: number; last_seq: number; seq: number | null; body: unknown; attempts: number | null },
  [chatIds: number[], holder: string, limit: number]
>(
  'updates_undone',
  `select c.id as chat_id, c.last_seq, u.seq, u.body, u.attempts
   from chats c
   left join lateral (
     select seq, body, attempts from updates where chat_id = c.id and done_at is null order by seq limit $3
   ) u on true
   where c.id = any($1::int[]) and c.holder = $2
   order by c.id, u.seq`,
)

/** Renews those of the claims that are still held. */
export const renewClaims = statement<object, [chatIds: number[], holder: string, leaseMs: number]>(
  'chats_renew',
  `update chats c set held_until = now() + $3::float8 * interval '1 ms'
   from (
     select id, (select set_config('synchronous_commit', 'off', true)) from chats
     where id = any($1::int[]) and holder = $2 order by channel, address collate "C" for no key update
   ) held
   where c.id = held.id`,
)

/** Claims chats that have something undone and no live claim. */
export const claimLeft = statement<
  { id: number },
  [holder: string, leaseMs: number, limit: number, channels: readonly string[] | null]
>(
  'chats_claim_left',
  `update chats c set holder = $1, held_until = now() + $2::float8 * interval '1 ms'
   from (
     select id from chats
     where id in (select chat_id from updates where done_at is null) and (held_until is null or held_until <= now())
       and ($4::channel[] is null or channel = any($4::channel[]))
     order by channel, address collate "C" limit $3 for no key update skip locked
   ) free
   where c.id = free.id
   returning c.id`,
)

/** At an orderly stop: whoever sweeps next takes these chats up. */
export const leaveChats = statement<object, [chatIds: number[], holder: string]>(
  'chats_leave',
  `update chats c set holder = null, held_until = now()
   from (
     select id from chats where id = any($1::int[]) and holder = $2 order by channel, address collate "C" for no key update
   ) held
   where c.id = held.id`,
)

/** Wipes the bodies of updates that were finished before `keepMs` ago; the keys stay. Returns how many, at most `limit`. */
export const wipeUpdates = statement<{ wiped: number }, [keepMs: number, limit: number]>(
  'updates_wipe',
  `with old as (
     select chat_id, seq from updates
     where done_at < now() - $1::float8 * interval '1 ms' and body is not null
     limit $2 for update skip locked
   ), wiped as (
     update updates u set body = null from old where u.chat_id = old.chat_id and u.seq = old.seq returning 1
   )
   select count(*) as wiped from wiped`,
)
