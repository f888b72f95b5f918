/**
 * Work for later. `due_at` is by the house's clock, handed in; leases and back-off (`held_until` without a holder) run on the
 * database's real time.
 */
import { statement } from '../tx.js'

/** One open timer of a kind for a subject: putting it again moves it, and begins its attempts anew. */
export const putTimer = statement<
  { id: number },
  [kind: string, subject: string, payload: string | null, dueAt: Date, now: Date]
>(
  'timers_put',
  `insert into timers (kind, subject, payload, due_at, created_at) values ($1, $2, $3::jsonb, $4, $5)
   on conflict (kind, subject) where done_at is null do update
     set payload = excluded.payload, due_at = excluded.due_at, attempts = 0, holder = null, held_until = null, error = null
   returning id`,
)

/** One that is open is only ever moved forward in time; one that is soon enough is not even locked, as many put it at once. */
export const putTimerEarliest = statement<
  { id: number },
  [kind: string, subject: string, payload: string | null, dueAt: Date, now: Date]
>(
  'timers_put_earliest',
  `insert into timers (kind, subject, payload, due_at, created_at)
   select $1::text, $2::text, $3::jsonb, $4::timestamptz, $5::timestamptz
   where not exists (
     select from timers o where o.kind = $1 and o.subject = $2 and o.done_at is null and o.due_at <= $4::timestamptz)
   on conflict (kind, subject) where done_at is null do update set due_at = excluded.due_at, attempts = 0, error = null
     where timers.due_at > excluded.due_at
   returning id`,
)

export const voidTimer = statement<{ id: number }, [kind: string, subject: string, now: Date]>(
  'timers_void',
  `update timers set done_at = $3, outcome = 'void', holder = null, held_until = null
   where kind = $1 and subject = $2 and done_at is null returning id`,
)

export interface TimerRow {
  id: number
  kind: string
  subject: string
  payload: unknown
  due_at: Date
}

/** Claims what is due at `now`, the earliest first; only of these kinds. */
export const claimTimers = statement<
  TimerRow,
  [holder: string, leaseMs: number, now: Date, kinds: string[], limit: number]
>(
  'timers_claim',
  `with due as materialized (
     select id from timers
     where done_at is null and due_at <= $3 and kind = any($4::text[]) and (held_until is null or held_until <= now())
     order by due_at, id limit $5 for no key update skip locked
   ), claimed as (
     update timers t set holder = $1, held_until = now() + $2::float8 * interval '1 ms'
     from due where t.id = due.id
     returning t.id, t.kind, t.subject, t.payload, t.due_at
   )
   select * from claimed order by due_at, id`,
)

/**
 * Counts a try, committed before the work: a timer that kills its process is given up in the end, and not those that were
 * claimed with it. Renews the lease. No row: it was moved or voided, or another process took it over.
 */
export const beginTimer = statement<{ attempts: number }, [id: number, holder: string, leaseMs: number]>(
  'timers_begin',
  `with quick as materialized (select set_config('synchronous_commit', 'off', true))
   update timers t set attempts = t.attempts + 1, held_until = now() + $3::float8 * interval '1 ms'
   from quick where t.id = $1 and t.holder = $2 and t.done_at is null returning t.attempts`,
)

/** In the transaction of the work, before it. No row: it was done, voided or moved, or another process took it over. */
export const takeTimer = statement<{ id: number }, [id: number, holder: string, now: Date]>(
  'timers_take',
  `update timers set done_at = $3, outcome = 'done', holder = null, held_until = null, error = null
   where id = $1 and holder = $2 and done_at is null and due_at <= $3 returning id`,
)

/** After a failure: again in `waitMs` of real time, or never (null). */
export const failTimer = statement<
  { id: number },
  [id: number, holder: string, now: Date, waitMs: number | null, error: string]
>(
  'timers_fail',
  `update timers set holder = null, held_until = now() + $4::float8 * interval '1 ms', error = $5,
     done_at = case when $4::float8 is null then $3::timestamptz end, outcome = case when $4::float8 is null then 'dead' end
   where id = $1 and holder = $2 and done_at is null returning id`,
)

/** For other processes, at an orderly stop. */
export const letTimersGo = statement<object, [ids: number[], holder: string]>(
  'timers_let_go',
  `update timers set holder = null, held_until = null where id = any($1::bigint[]) and holder = $2 and done_at is null`,
)
