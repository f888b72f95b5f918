/** How much a chat may report, and whether its reports count for rules: against malicious reports, without an account. */
import { readReporterStanding } from '../prisma/statements/reports.js'
import type { Sql } from '../prisma/tx.js'
import type { Actor } from './actor.js'
import { refuse, type Refused } from './refusal.js'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

export interface ReportLimits {
  perHour: number
  perDay: number
  /** Reports that officials found to be made in bad faith within so many days; from so many on a chat is not trusted */
  badFaith: { reports: number; days: number }
  /** Of a chat that is not trusted: it is still heard, once a day, and counts for no rule */
  distrustedPerDay: number
}

/** Samples of ours: more than a shopper meets, fewer than a rival needs. */
export const REPORT_LIMITS: ReportLimits = {
  perHour: 5,
  perDay: 10,
  badFaith: { reports: 2, days: 365 },
  distrustedPerDay: 1,
}

/** Whether this chat may report now, and whether it is trusted. */
export async function standingOfReporter(
  sql: Sql,
  { chatId, now }: Actor,
  limits: ReportLimits = REPORT_LIMITS,
): Promise<{ trusted: boolean } | Refused> {
  const ago = (ms: number): Date => new Date(now.getTime() - ms)
  const since = ago(limits.badFaith.days * DAY_MS)
  const [row] = await sql.run(readReporterStanding, [chatId, now, ago(HOUR_MS), ago(DAY_MS), since])
  const { hour, hourFrom, day, dayFrom, badFaith } = row!
  const trusted = badFaith < limits.badFaith.reports
  const until = (from: Date | null, ms: number) =>
    refuse('refusal.report-too-many', { at: { moment: new Date((from ?? now).getTime() + ms).toISOString() } })
  if (day >= (trusted ? limits.perDay : limits.distrustedPerDay)) return until(dayFrom, DAY_MS)
  return hour >= limits.perHour ? until(hourFrom, HOUR_MS) : { trusted }
}
