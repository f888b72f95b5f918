/** Looks at codes: kept without the person, and limited so that nobody finds codes by trying. */
import type { Channel, ScanMeans } from '../prisma/generated/enums.js'
import { insertScan, takeLookUp } from '../prisma/statements/scans.js'
import type { Sql } from '../prisma/tx.js'
import type { Provenance } from './provenance.js'

/** How many, in how long, and how many of them at once. */
export interface Limit {
  count: number
  seconds: number
  burst: number
}

export interface ScanLimits {
  lookUps: Limit
  /** Look-ups of codes that were never issued: a person mistypes, somebody who guesses codes misses all the time */
  misses: Limit
}

export const SCAN_LIMITS: ScanLimits = {
  lookUps: { count: 20, seconds: 60, burst: 20 },
  misses: { count: 30, seconds: 3600, burst: 10 },
}

const costOf = ({ count, seconds }: Limit): number => seconds / count

export type Turn = { allowed: true } | { allowed: false; waitSeconds: number; because: 'look-ups' | 'misses' }

/**
 * Asks for one look-up by this chat, before it is done; an allowed one is counted. Anybody may. `waitSeconds` is rounded
 * up, at least 1. A chat that is not there is allowed: nothing can be counted for it.
 */
export async function takeTurn(sql: Sql, chatId: number, { lookUps, misses }: ScanLimits = SCAN_LIMITS): Promise<Turn> {
  const [waits] = await sql.run(takeLookUp, [chatId, costOf(lookUps), lookUps.burst, costOf(misses), misses.burst])
  if (!waits || (waits.lookup_wait === 0 && waits.miss_wait === 0)) return { allowed: true }
  const because = waits.miss_wait > waits.lookup_wait ? 'misses' : 'look-ups'
  return { allowed: false, waitSeconds: Math.max(1, Math.ceil(Math.max(waits.lookup_wait, waits.miss_wait))), because }
}

export interface ScanIn {
  at: Date
  /** What was asked for: at most a code's length of it is kept */
  code: string
  /** What came of it */
  found: Provenance
  /** Keyed hash of the person's channel account, made for this purpose alone; null: not known (a page) */
  scanner: Uint8Array | null
  channel: Channel
  means: ScanMeans
  /** Whose look-up a miss is counted against; null: nobody's */
  chatId: number | null
  /** The shop where it was scanned, when its badge was scanned too */
  placeId?: number
}

/** Characters of a code that are kept of a look at something that is none. */
const CODE_KEPT = 31

/** Writes a look down: no person, only a hash that cannot be turned back. */
export async function recordScan(sql: Sql, scan: ScanIn, { misses }: ScanLimits = SCAN_LIMITS): Promise<void> {
  const { at, code, found, scanner, channel, means, chatId, placeId } = scan
  await sql.run(insertScan, [
    at,
    code.slice(0, CODE_KEPT),
    found.kind === 'lot' ? found.lotId : null,
    scanner,
    channel,
    means,
    found.verdict,
    placeId ?? (found.kind === 'establishment' ? found.establishmentId : null),
    found.kind === 'unknown' ? chatId : null,
    costOf(misses),
  ])
}
