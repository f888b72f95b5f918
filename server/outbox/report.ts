/** `admin outbox stats|dead`, and the figures of the metrics page. */
import {
  outboxDeadRows,
  outboxTotals,
  outboxWaiting,
  type DeadRow,
  type StatRow,
  type WaitingRow,
} from '../../prisma/statements/outbox-report.js'
import type { Sql } from '../../prisma/tx.js'

export type { DeadRow, StatRow, WaitingRow }

/** By channel and lane: what waits and why, and what became of all messages ever put. Reads the whole outbox. */
export async function outboxStats(sql: Sql): Promise<{ waiting: WaitingRow[]; totals: StatRow[] }> {
  const [waiting, totals] = await Promise.all([sql.run(outboxWaiting, []), sql.run(outboxTotals, [])])
  return { waiting, totals }
}

/** What waits, and why: cheap, for the metrics page. */
export const outboxQueue = (sql: Sql): Promise<WaitingRow[]> => sql.run(outboxWaiting, [])

/** Messages that were given up, the newest first; `before`: the last id of the page before. */
export const outboxDead = (
  sql: Sql,
  { before, limit = 50 }: { before?: number; limit?: number } = {},
): Promise<DeadRow[]> => sql.run(outboxDeadRows, [before ?? null, limit])
