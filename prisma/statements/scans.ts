/** Looks at codes: how fast a chat may look (generic cell rate algorithm, real time of the database), and what was looked at. */
import type { Channel, ScanMeans } from '../generated/enums.js'
import { statement } from '../tx.js'

export interface PaceRow {
  /** Seconds to wait until the next look-up is allowed; 0: allowed now, and counted */
  lookup_wait: number
  /** The same for look-ups that found nothing: too many of them stop all look-ups of codes */
  miss_wait: number
}

/**
 * Asks for one look-up and counts it when it is allowed. Each limit: seconds that one costs, and how many may come at
 * once. The row is locked, so that a chat cannot ask twice at the same time.
 */
export const takeLookUp = statement<
  PaceRow,
  [chatId: number, lookupSeconds: number, lookupBurst: number, missSeconds: number, missBurst: number]
>(
  'scan_pace',
  `with chat as materialized (
     select id, greatest(lookup_tat, statement_timestamp()) as lookup, greatest(miss_tat, statement_timestamp()) as miss
     from chats where id = $1 for update
   ),
   waits as materialized (
     select id, lookup,
       greatest(0, extract(epoch from lookup - statement_timestamp()) - ($3::int - 1) * $2::float8) as lookup_wait,
       greatest(0, extract(epoch from miss - statement_timestamp()) - ($5::int - 1) * $4::float8) as miss_wait
     from chat
   ),
   counted as (
     update chats c set lookup_tat = w.lookup + $2::float8 * interval '1 second'
     from waits w where c.id = w.id and w.lookup_wait = 0 and w.miss_wait = 0 returning c.id
   )
   select lookup_wait::float8, miss_wait::float8 from waits`,
)

/**
 * Writes the look down; a miss is counted against the chat in the same statement. Chat null: none (a page).
 *
 * Its transaction does not wait for the disk: whoever looks changes nothing else, and a look that is lost with its machine
 * is heard and answered again.
 */
export const insertScan = statement<
  object,
  [
    at: Date,
    code: string,
    lotId: number | null,
    scanner: Uint8Array | null,
    channel: Channel,
    means: ScanMeans,
    verdict: string,
    placeId: number | null,
    missedBy: number | null,
    missSeconds: number,
  ]
>(
  'scan_insert',
  `with quick as materialized (select set_config('synchronous_commit', 'off', true)), missed as (
     update chats set miss_tat = greatest(miss_tat, statement_timestamp()) + $10::float8 * interval '1 second'
     where id = $9::int returning id
   )
   insert into scans (at, code, lot_id, scanner, channel, means, verdict, place_id)
   select $1, $2, $3, $4, $5::channel, $6::scan_means, $7, $8 from quick`,
)
