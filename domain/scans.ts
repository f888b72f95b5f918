/** Looks at codes: kept without the person, and limited so that nobody finds codes by trying. */
import type { Channel, ScanMeans } from '../prisma/generated/enums.js'
import { insertScan } from '../prisma/statements/scans.js'
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

/** How far a chat's look-ups are ahead of what the limits allow: generic cell rate algorithm, the database's real time. */
export interface LookUpPace {
  /** Seconds by which the look-ups so far, and those that found nothing, reach into the future; negative: long ago */
  lookUpsAhead: number
  missesAhead: number
}

export type MayLookUp = { allowed: true } | { allowed: false; waitSeconds: number; because: 'look-ups' | 'misses' }

/**
 * Whether a chat may look now. Anybody may, within the limits. It is counted by `recordScan`, in the same turn: a chat's
 * turns come one after the other. `waitSeconds` is rounded up, at least 1.
 */
export function mayLookUp({ lookUpsAhead, missesAhead }: LookUpPace, limits: ScanLimits = SCAN_LIMITS): MayLookUp {
  const waits = { lookUps: waitOf(lookUpsAhead, limits.lookUps), misses: waitOf(missesAhead, limits.misses) }
  const longest = Math.max(waits.lookUps, waits.misses)
  if (longest === 0) return { allowed: true }
  const because = waits.misses > waits.lookUps ? 'misses' : 'look-ups'
  return { allowed: false, waitSeconds: Math.max(1, Math.ceil(longest)), because }
}

const waitOf = (aheadSeconds: number, limit: Limit): number =>
  Math.max(0, aheadSeconds - (limit.burst - 1) * costOf(limit))

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
  /** Whose look this counts as; null: nobody's (a page) */
  chatId: number | null
  /** The shop where it was scanned, when its badge was scanned too */
  placeId?: number
}

/** Characters of a code that are kept of a look at something that is none. */
const CODE_KEPT = 31

/** Writes a look down, and counts it: no person, only a hash that cannot be turned back. */
export async function recordScan(sql: Sql, scan: ScanIn, limits: ScanLimits = SCAN_LIMITS): Promise<void> {
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
    chatId,
    costOf(limits.lookUps),
    found.kind === 'unknown' ? costOf(limits.misses) : 0,
  ])
}
