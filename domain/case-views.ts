/** Cases as each may see them: officials within their mandates, the shop without its reporters, the operator all. */
import {
  readAllCases,
  readAnswers,
  readReports,
  readShopCases,
  readSteps,
  readVisibleCases,
  type AnswerRow,
  type CaseLineRow,
  type VisibleCaseRow,
  type ReportRow,
  type StepRow,
  type ShopCaseRow,
} from '../prisma/statements/case-views.js'
import { readCase, type CaseRow } from '../prisma/statements/cases.js'
import type { ToldRow } from '../prisma/statements/alerts.js'
import type { Sql, Tx } from '../prisma/tx.js'
import { maskAbuse } from './abuse.js'
import type { Actor, Operator } from './actor.js'
import { acknowledge, toldOf } from './alerts.js'
import { movesFrom, type CaseMove } from './case-life.js'
import { maskContacts } from './contacts.js'
import { dayOf, type Day } from './days.js'
import { remember } from './history.js'
import { isRefused, refuse, type Refused } from './refusal.js'
import { allow } from './rights.js'
import { violationOn, type Violation } from './violations.js'

export type CaseLine = CaseLineRow
export type CaseListed = VisibleCaseRow

const PAGE = 10
const PAGE_MAX = 200

export interface CasesAsked {
  /** Also those that ended */
  ended?: boolean
  /** The last `id` of the page before, whose `dueAt` orders */
  after?: number
  limit?: number
}

/** Cases under the actor's mandates, the open ones by what is due first. */
export async function casesOf(
  sql: Sql,
  actor: Actor,
  { ended = false, after = 0, limit = PAGE }: CasesAsked = {},
): Promise<CaseListed[]> {
  if (actor.personId === null) return []
  const { personId, now } = actor
  return sql.run(readVisibleCases, [personId, now, dayOf(now), ended, after, Math.min(limit, PAGE_MAX)])
}

/** All cases, the newest first. The operator's alone. */
export const listCases = (sql: Sql, _by: Operator, limit: number): Promise<CaseLine[]> => sql.run(readAllCases, [limit])

export interface CaseWhole extends CaseRow {
  /** What the law says of its kind, as of the day on which it was opened */
  violation: Violation | null
  reportsMade: ReportRow[]
  steps: StepRow[]
  questions: AnswerRow[]
  /** Who was told of it, when, on which channel */
  told: ToldRow[]
  /** What may be done to it as it stands; whether this actor may is asked at the press */
  moves: CaseMove[]
}

/**
 * A case with all that is known of it: for those in charge. That they read it is written down, and their alerts of it are
 * acknowledged. A reporter's number is not in it (`callReporter`).
 */
export async function caseOf(tx: Tx, actor: Actor, number: string): Promise<CaseWhole | Refused> {
  const row = await caseRowOf(tx, actor, number)
  if (isRefused(row)) return row
  await acknowledge(tx, row.id, actor.personId, actor.now)
  await remember(tx, actor, { subject: 'case', subjectId: row.id, action: 'read' })
  return whole(tx, row)
}

/** How a case stands, if the actor may see it. No reading of it: nothing that people said is in there. */
export async function caseRowOf(sql: Sql, actor: Actor, number: string): Promise<CaseRow | Refused> {
  const [row] = await sql.run(readCase, [number])
  if (!row) return refuse('refusal.case-unknown')
  const { unitId, sector, class: ofClass } = row
  const allowed = await allow(sql, actor, 'case.see', { unitId, sector, class: ofClass }, 'refusal.case-unknown')
  return isRefused(allowed) ? allowed : row
}

/** The same for the operator. */
export async function showCase(sql: Sql, _by: Operator, number: string): Promise<CaseWhole | Refused> {
  const [row] = await sql.run(readCase, [number])
  return row ? whole(sql, row) : refuse('refusal.case-unknown')
}

async function whole(sql: Sql, row: CaseRow): Promise<CaseWhole> {
  const [violation, reportsMade, steps, questions, told] = await Promise.all([
    violationOn(sql, row.kindCode, dayOf(row.openedAt)),
    sql.run(readReports, [row.id]),
    sql.run(readSteps, [row.id]),
    sql.run(readAnswers, [row.id]),
    toldOf(sql, row.id),
  ])
  return { ...row, violation, reportsMade, steps, questions, told, moves: movesFrom(row.status) }
}

/** One of those who reported a case, told from the others by their place in the row. Never who they are. */
export interface Reporter extends Pick<ReportRow, 'at' | 'words' | 'mayBeCalled'> {
  reportId: number
  /** From 1, in the order of coming */
  nth: number
}

const reporters = async (sql: Sql, caseId: number): Promise<Reporter[]> =>
  (await sql.run(readReports, [caseId])).map(({ id: reportId, at, words, mayBeCalled }, i) => ({
    reportId, nth: i + 1, at, words, mayBeCalled,
  })) // prettier-ignore

/** Those who reported a case, for whoever may see it; that it was read is written down. */
export async function reportersOf(tx: Tx, actor: Actor, number: string): Promise<Reporter[] | Refused> {
  const row = await caseRowOf(tx, actor, number)
  if (isRefused(row)) return row
  await remember(tx, actor, { subject: 'case', subjectId: row.id, action: 'read' })
  return reporters(tx, row.id)
}

/**
 * The telephone number of a reporter who may be called: personal data, so each look is written down. When several left one,
 * `reportId` says whose; without it they are named and no number is told.
 */
export async function callReporter(
  tx: Tx,
  actor: Actor,
  number: string,
  { reportId }: { reportId?: number } = {},
): Promise<{ phone: string } | { several: Reporter[] } | Refused> {
  const [row] = await tx.run(readCase, [number])
  if (!row) return refuse('refusal.case-unknown')
  const { unitId, sector, class: ofClass } = row
  const where = { unitId, sector, class: ofClass }
  const allowed = await allow(tx, actor, 'case.call-reporter', where, 'refusal.case-unknown')
  if (isRefused(allowed)) return allowed
  const contacts = await tx.prisma.reportContact.findMany({
    where: { report: { caseId: row.id, ...(reportId !== undefined && { id: reportId }) } },
    orderBy: { reportId: 'asc' },
  })
  const [contact, ...others] = contacts
  if (!contact) return refuse('refusal.case-no-phone')
  if (others.length > 0) return { several: (await reporters(tx, row.id)).filter(({ mayBeCalled }) => mayBeCalled) }
  await remember(tx, actor, { subject: 'report', subjectId: contact.reportId, action: 'read-phone' })
  return { phone: contact.phone }
}

/** What a shop sees of a case about it: the matter, what it was asked, what came of it. Never who, how many or at what hour. */
export interface CaseForShop extends Omit<ShopCaseRow, 'openedAt'> {
  openedOn: Day
}

/** The shop's cases in which it was asked something, or which were decided: of all its people's establishments. */
export async function casesForShop(sql: Sql, actor: Actor, establishmentId: number): Promise<CaseForShop[] | Refused> {
  const where = { establishmentId }
  const allowed = await allow(sql, actor, 'case.reply', where, 'refusal.establishment-unknown')
  if (isRefused(allowed)) return allowed
  const rows = await sql.run(readShopCases, [establishmentId, PAGE])
  return rows.map(({ openedAt, words, ...row }) => ({
    ...row,
    openedOn: dayOf(openedAt),
    words: words === null ? null : maskAbuse(maskContacts(words)),
  }))
}
