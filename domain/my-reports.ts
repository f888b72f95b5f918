/** Somebody's own reports: listed, seen with what was done, rated, and once reopened. Of the chat, or of its person's chats. */
import { lockCase, readCase } from '../prisma/statements/cases.js'
import { readOwnReports, readOwnSteps, type OwnReportRow, type OwnStepRow } from '../prisma/statements/my-reports.js'
import type { Sql, Tx } from '../prisma/tx.js'
import type { Actor } from './actor.js'
import { isEnded } from './case-life.js'
import { ownReport } from './case-questions.js'
import { CASE_WORDS_MAX, reopenLocked, type CaseMoved } from './cases.js'
import { refuse, type Refused } from './refusal.js'

export type OwnReport = OwnReportRow

/** Rows of one page. */
const PAGE = 10
/** A case that ended longer ago is not opened again: what there was to see is gone. Sample, for a city to set. */
export const REOPEN_DAYS = 30
const DAY_MS = 86_400_000
const STARS = [1, 2, 3, 4, 5]

/** The newest first. `before`: the last `reportId` of the page before. */
export const myReports = (
  sql: Sql,
  { chatId, personId }: Actor,
  { before = null, limit = PAGE }: { before?: number | null; limit?: number } = {},
): Promise<OwnReport[]> => sql.run(readOwnReports, [chatId, personId, null, before, limit])

export interface OwnReportWhole extends OwnReport {
  /** What was done, with the reasons that were given; no names */
  steps: OwnStepRow[]
  /** May be rated now, may be reopened now */
  mayRate: boolean
  mayReopen: boolean
}

export async function myReport(sql: Sql, actor: Actor, number: string): Promise<OwnReportWhole | Refused> {
  const [row] = await sql.run(readOwnReports, [actor.chatId, actor.personId, number, null, 1])
  if (!row) return refuse('refusal.report-unknown')
  const ended = isEnded(row.status)
  return {
    ...row,
    steps: await sql.run(readOwnSteps, [row.caseId, actor.now, actor.chatId, actor.personId]),
    mayRate: ended && row.rating === null,
    mayReopen: ended && row.reopenedAt === null && !tooLate(row.statusAt, actor.now),
  }
}

const tooLate = (endedAt: Date, now: Date): boolean => now.getTime() - endedAt.getTime() > REOPEN_DAYS * DAY_MS

/** One to five stars, once the case has ended; once. */
export async function rateReport(
  tx: Tx,
  actor: Actor,
  number: string,
  stars: number,
): Promise<{ number: string; stars: number } | Refused> {
  const found = await lockedOwn(tx, actor, number)
  if ('refused' in found) return found
  if (!STARS.includes(stars)) return refuse('refusal.report-rating')
  if (!isEnded(found.row.status)) return refuse('refusal.report-not-ended')
  if (found.mine.rating !== null) return refuse('refusal.report-rated')
  await tx.prisma.report.update({
    where: { id: found.mine.id },
    data: { rating: stars, ratedAt: actor.now },
    select: { id: true },
  })
  return { number, stars }
}

/** Not content: those in charge have it once more, with the reason. Once for a case, within thirty days. */
export async function reopenReport(tx: Tx, actor: Actor, number: string, reason: string): Promise<CaseMoved | Refused> {
  const found = await lockedOwn(tx, actor, number)
  if ('refused' in found) return found
  const { row } = found
  if (!isEnded(row.status)) return refuse('refusal.report-not-ended')
  if (row.reopenedAt !== null) return refuse('refusal.report-reopened')
  if (tooLate(row.statusAt, actor.now)) return refuse('refusal.report-reopen-late', { days: REOPEN_DAYS })
  const why = reason.trim()
  if (why === '') return refuse('refusal.case-reason')
  if ([...why].length > CASE_WORDS_MAX) return refuse('refusal.too-long', { max: CASE_WORDS_MAX })
  await tx.prisma.case.update({ where: { id: row.id }, data: { reopenedAt: actor.now }, select: { id: true } })
  return reopenLocked(tx, actor, row, why)
}

async function lockedOwn(tx: Tx, actor: Actor, number: string) {
  await tx.run(lockCase, [number])
  const [row] = await tx.run(readCase, [number])
  const mine = row && (await ownReport(tx, actor, row.id))
  return mine ? { row, mine } : refuse('refusal.report-unknown')
}
