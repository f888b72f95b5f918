/** Keeps the outbox clean: gives up what is too old, wipes the bodies of what was settled long ago. One process at a time. */
import { buryOld, wipeBodies } from '../../prisma/statements/outbox-sweep.js'
import type { Sql } from '../../prisma/tx.js'
import type { NamedLease } from '../lease.js'
import type { OutboxSettings } from './settings.js'

export const KEEP_LEASE = 'outbox'
export const KEEP_EVERY_MS = 60_000
/** Rows in one statement */
const AT_ONCE = 1_000

/** What was done; nothing while another process holds the lease. */
export async function keepOutbox(
  sql: Sql,
  lease: NamedLease,
  { ageMaxMs, bodyKeptMs }: Pick<OutboxSettings, 'ageMaxMs' | 'bodyKeptMs'>,
): Promise<{ buried: number; wiped: number }> {
  const done = { buried: 0, wiped: 0 }
  for (let full = true; full && (await lease.hold());) {
    const buried = (await sql.run(buryOld, [ageMaxMs, AT_ONCE])).length
    const wiped = (await sql.run(wipeBodies, [bodyKeptMs, AT_ONCE]))[0]?.wiped ?? 0
    done.buried += buried
    done.wiped += wiped
    full = buried >= AT_ONCE || wiped >= AT_ONCE
  }
  return done
}
