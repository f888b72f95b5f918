/** Looks at codes: what was looked at, and how fast a chat looks (generic cell rate algorithm, real time of the database). */
import type { Channel, ScanMeans } from '../generated/enums.js'
import { statement } from '../tx.js'

/**
 * Writes the look down; it costs its chat so many seconds of look-ups, and of misses. Chat null: none (a page).
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
    chatId: number | null,
    lookUpSeconds: number,
    missSeconds: number,
  ]
>(
  'scan_insert',
  `with quick as materialized (select set_config('synchronous_commit', 'off', true)), counted as (
     update chats set lookup_tat = greatest(lookup_tat, statement_timestamp()) + $10::float8 * interval '1 second',
       miss_tat = case when $11::float8 = 0 then miss_tat
         else greatest(miss_tat, statement_timestamp()) + $11::float8 * interval '1 second' end
     where id = $9::int
   )
   insert into scans (at, code, lot_id, scanner, channel, means, verdict, place_id)
   select $1, $2, $3, $4, $5::channel, $6::scan_means, $7, $8 from quick`,
)
