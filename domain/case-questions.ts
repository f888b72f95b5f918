/**
 * Questions about a case: to the shop, which has the right of reply, and to those who reported it, for whom the clock stands
 * still. One open question to each at a time.
 */
import type { QuestionTo } from '../prisma/generated/enums.js'
import { lockCase, lockCaseById, readCase, readCaseById, type CaseRow } from '../prisma/statements/cases.js'
import { readReporterChats } from '../prisma/statements/reports.js'
import type { Tx } from '../prisma/tx.js'
import { text } from '../locales/say.js'
import { theHouse, type Actor, type Operator } from './actor.js'
import { alert } from './alerts.js'
import { clockRules, keepClock, paused, resumed, subjectOf } from './case-clock.js'
import { isInHand } from './case-life.js'
import { tellPeople } from './case-shop.js'
import { appendStep } from './case-steps.js'
import { kindOf, unitOf } from './case-texts.js'
import { lockedCase, movedOn, saidOf, type CaseWords } from './cases.js'
import { daysAfter } from './days.js'
import { tell } from './notices.js'
import { endQuestions, UNANSWERED } from './question-end.js'
import { isRefused, refuse, type Refused } from './refusal.js'
import { allow } from './rights.js'
import * as timers from './timers.js'
import type { TimerWork } from './timers.js'

/** A reporter who has not answered after so long is waited for no more: sample, for a city to set. */
export const ANSWER_WITHIN_DAYS = 3

const NEEDED = { reason: 'needed', evidence: 'optional' } as const

export interface Asked {
  number: string
  /** One for the shop, one for each reporter */
  questionIds: number[]
  /** How many people it went to */
  told: number
}

/** Asks the shop: everybody who works there may answer, once. */
export async function askShop(tx: Tx, actor: Actor, number: string, asked: string): Promise<Asked | Refused> {
  const row = await mayAsk(tx, actor, number, 'shop')
  if (isRefused(row)) return row
  const written = await ask(tx, actor, row, { to: 'shop', reportIds: [null], asked })
  if (isRefused(written)) return written
  const { unitName, unitNameEn } = row
  const params = {
    unit: unitOf({ unitName, unitNameEn }),
    number,
    kind: kindOf(row),
    name: row.establishmentName!,
    asked: asked.trim(),
  }
  const reply = { value: 'reply', action: 'case-reply', subject: number, label: text('case.button.reply') }
  const said = [text('told.shop-question', params), text('told.shop-right')]
  const told = await tellPeople(tx, row, `question:${written.questionIds[0]}`, said, [reply], actor.now)
  return { number, told, ...written }
}

/**
 * Asks one who reported it, or all (the first one, when nobody says which); the clock stands still until the first answer, or
 * for three days. The others may answer as well until they are asked again or the case ends.
 */
export async function askReporter(
  tx: Tx,
  actor: Actor,
  number: string,
  asked: string,
  { reportId }: { reportId?: number | 'all' } = {},
): Promise<Asked | Refused> {
  const row = await mayAsk(tx, actor, number, 'reporter')
  if (isRefused(row)) return row
  const chats = await tx.run(readReporterChats, [row.id])
  const meant =
    reportId === 'all'
      ? chats
      : reportId === undefined
        ? chats.slice(0, 1)
        : chats.filter((chat) => chat.reportId === reportId)
  if (meant.length === 0) return refuse(chats.length === 0 ? 'refusal.case-no-reporter' : 'refusal.report-unknown')
  const written = await ask(tx, actor, row, {
    to: 'reporter',
    reportIds: meant.map(({ reportId }) => reportId),
    asked,
  })
  if (isRefused(written)) return written
  const { now } = actor
  const rules = await clockRules(tx, row.severity, now, row.clockFrom ?? now)
  await keepClock(tx, row.id, rules, paused(rules, row, now), now)
  const dueAt = daysAfter(now, ANSWER_WITHIN_DAYS)
  await timers.put(tx, { kind: UNANSWERED, subject: subjectOf(row.id), dueAt }, now)
  const said = text('told.question', { unit: unitOf(row), number, asked: asked.trim() })
  const reply = { value: 'reply', action: 'report-reply', subject: number, label: text('case.button.reply') }
  const notices = meant.map(({ chatId }, i) => ({
    chatId,
    lane: 'alert' as const,
    uniqueKey: `question:${written.questionIds[i]}:${chatId}`,
    text: [said],
    buttons: [reply],
  }))
  await tell(tx, notices, now)
  return { number, told: meant.length, ...written }
}

/** The case, locked, if this can be asked now. */
export async function mayAsk(tx: Tx, actor: Actor, number: string, to: QuestionTo): Promise<CaseRow | Refused> {
  const row = await lockedCase(tx, actor, number, 'case.ask')
  if (isRefused(row)) return row
  if (!isInHand(row.status)) return movedOn(row)
  if (to === 'shop') {
    if (row.establishmentId === null) return refuse('refusal.case-no-shop')
    return (await shopQuestion(tx, row.id)) ? refuse('refusal.question-open') : row
  }
  if (row.reports === 0) return refuse('refusal.case-no-reporter')
  return row.pausedAt === null ? row : refuse('refusal.question-open')
}

const OPEN = { answeredAt: null, endedAt: null }
const shopQuestion = (tx: Tx, caseId: number) =>
  tx.prisma.caseQuestion.findFirst({ where: { caseId, to: 'shop', ...OPEN } })

async function ask(
  tx: Tx,
  actor: Actor,
  row: CaseRow,
  { to, reportIds, asked }: { to: QuestionTo; reportIds: (number | null)[]; asked: string },
): Promise<{ questionIds: number[] } | Refused> {
  const said = await saidOf(tx, actor, NEEDED, { reason: asked })
  if (isRefused(said)) return said
  const of = reportIds.filter((id) => id !== null)
  // Whoever has not answered an older question has this one in its place.
  if (of.length > 0)
    await tx.prisma.caseQuestion.updateMany({
      where: { caseId: row.id, reportId: { in: of }, ...OPEN },
      data: { endedAt: actor.now },
    })
  const made = await tx.prisma.caseQuestion.createManyAndReturn({
    data: reportIds.map((reportId) => ({
      caseId: row.id, to, reportId, askedAt: actor.now, askedById: actor.personId, asked: said.reason!,
    })), // prettier-ignore
    select: { id: true },
  })
  await appendStep(tx, actor, row.id, { action: `ask-${to}`, from: row.status, to: row.status, unitId: row.unitId })
  return { questionIds: made.map(({ id }) => id) }
}

/** The shop answers an open question: its right of reply. Those in charge hear of it. */
export async function replyAsShop(
  tx: Tx,
  actor: Actor,
  number: string,
  words: CaseWords,
): Promise<{ number: string } | Refused> {
  const row = await mayReplyAsShop(tx, actor, number)
  if (isRefused(row)) return row
  return answer(tx, actor, actor, row, (await shopQuestion(tx, row.id))!, words)
}

/** The case, locked, if a question of it waits for the actor's shop. */
export async function mayReplyAsShop(tx: Tx, actor: Actor, number: string): Promise<CaseRow | Refused> {
  await tx.run(lockCase, [number])
  const [row] = await tx.run(readCase, [number])
  if (!row || row.establishmentId === null) return refuse('refusal.case-unknown')
  const where = { establishmentId: row.establishmentId }
  const allowed = await allow(tx, actor, 'case.reply', where, 'refusal.case-unknown')
  if (isRefused(allowed)) return allowed
  return (await shopQuestion(tx, row.id)) ? row : refuse('refusal.question-none')
}

/** The reporter answers an open question; the clock goes on. */
export async function replyAsReporter(
  tx: Tx,
  actor: Actor,
  number: string,
  words: CaseWords,
): Promise<{ number: string } | Refused> {
  await tx.run(lockCase, [number])
  const [row] = await tx.run(readCase, [number])
  const mine = row && (await ownReport(tx, actor, row.id))
  if (!mine) return refuse('refusal.report-unknown')
  const where = { caseId: row.id, report: { OR: own(actor) }, ...OPEN }
  const question = await tx.prisma.caseQuestion.findFirst({ where, orderBy: { id: 'asc' } })
  if (!question) return refuse('refusal.question-none')
  return answer(tx, actor, { ...actor, personId: null }, row, question, words)
}

/** The actor's own report on a case: of this chat, or of another chat of the same person. */
export const ownReport = (tx: Pick<Tx, 'prisma'>, actor: Actor, caseId: number) =>
  tx.prisma.report.findFirst({ where: { caseId, OR: own(actor) }, orderBy: { id: 'asc' } })

const own = ({ chatId, personId }: Actor) => [{ chatId }, ...(personId === null ? [] : [{ chat: { personId } }])]

/** `by`: as whom it is written down; a reporter is nobody. */
async function answer(
  tx: Tx,
  actor: Actor,
  by: Actor,
  row: CaseRow,
  { id, to }: { id: number; to: QuestionTo },
  words: CaseWords,
): Promise<{ number: string } | Refused> {
  const said = await saidOf(tx, actor, NEEDED, words)
  if (isRefused(said)) return said
  const { now } = actor
  await tx.prisma.caseQuestion.update({
    where: { id },
    data: { answeredAt: now, answer: said.reason },
    select: { id: true },
  })
  if (to === 'reporter' && row.pausedAt !== null) await goOn(tx, row, now)
  await heard(tx, by, row, `answer-${to}`, 'answered', said.files)
  return { number: row.number }
}

/** Nobody is waited for any more. */
async function goOn(tx: Tx, row: CaseRow, now: Date): Promise<void> {
  const rules = await clockRules(tx, row.severity, now, row.clockFrom ?? now)
  await keepClock(tx, row.id, rules, resumed(rules, row, now), now)
  await timers.void(tx, { kind: UNANSWERED, subject: subjectOf(row.id) }, now)
}

async function heard(
  tx: Tx,
  by: Actor | Operator,
  row: CaseRow,
  action: string,
  occasion: 'answered' | 'unanswered',
  fileIds: number[],
): Promise<void> {
  const { status, unitId, handlerId } = row
  const mark = await appendStep(tx, by, row.id, { action, from: status, to: status, unitId, fileIds })
  const [after] = await tx.run(readCaseById, [row.id])
  await alert(tx, after!, { occasion, mark, onlyTo: handlerId, now: by.now })
}

/** The timer of a reporter who did not answer: the clock goes on without. */
export const endWaiting: TimerWork = async (tx, { subject }, now) => {
  const id = timers.idIn(subject)
  await tx.run(lockCaseById, [id])
  const [row] = await tx.run(readCaseById, [id])
  if (!row || row.pausedAt === null) return
  // The shop keeps its right of reply.
  await endQuestions(tx, id, now, 'reporter')
  await goOn(tx, row, now)
  await heard(tx, theHouse(now), row, 'unanswered', 'unanswered', [])
}
