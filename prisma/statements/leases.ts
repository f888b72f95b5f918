/** What one process at a time may hold: the Telegram poller, the retention job. Real time, not the house's clock. */
import { statement } from '../tx.js'

/** Takes or renews a lease; no row: another holder's is live. */
export const takeLease = statement<{ name: string }, [name: string, holder: string, leaseMs: number]>(
  'lease_take',
  `insert into leases as l (name, holder, until) values ($1, $2, now() + $3::float8 * interval '1 ms')
   on conflict (name) do update set holder = excluded.holder, until = excluded.until
   where l.holder = excluded.holder or l.until <= now()
   returning name`,
)

export const dropLease = statement<object, [name: string, holder: string]>(
  'lease_drop',
  `delete from leases where name = $1 and holder = $2`,
)
