/**
 * How many calls a platform may get from all processes together: the generic cell rate algorithm, one row for each platform.
 * `tat`, the theoretical arrival time, runs ahead of the database's real time by one interval for each call.
 */
import { statement } from '../tx.js'

/** Makes the row of a platform that nobody has called yet. */
export const startPace = statement<object, [name: string]>(
  'pace_start',
  `insert into paces (name, tat) values ($1, now()) on conflict (name) do nothing`,
)

/**
 * Takes up to `wanted` calls at once, leaving `reserve` of the burst to others. No row: the platform has none yet.
 * `wait_ms`, when nothing was granted: until one may be.
 */
export const takeCalls = statement<
  { granted: number; wait_ms: number },
  [name: string, wanted: number, intervalMs: number, burst: number, reserve: number]
>(
  'pace_take',
  `with quick as materialized (select set_config('synchronous_commit', 'off', true)),
   pace as materialized (select name, tat from paces where name = $1 for no key update),
   ahead as materialized (
     select name, tat, greatest(0, extract(epoch from tat - clock_timestamp())::float8 * 1000) as ahead_ms from pace
   ), granted as materialized (
     select ahead.*, greatest(0, least($2::int, floor($4::int - $5::int - ahead_ms / $3::float8)::int)) as granted from ahead
   ), taken as (
     update paces p set tat = greatest(g.tat, clock_timestamp()) + ceil(g.granted * $3::float8) * interval '1 ms'
     from granted g where p.name = g.name and g.granted > 0
   )
   select g.granted, ceil(greatest(1, g.ahead_ms - ($4::int - $5::int - 1) * $3::float8)) as wait_ms from quick, granted g`,
)
