/**
 * What officials do with a case, and the one thing that its reporter may: each a move of the table in case-life.ts, written
 * down with its reason, told to whoever reported it.
 */
import type { Sector } from '../prisma/generated/enums.js'
import { lockCase, readCase, type CaseRow } from '../prisma/statements/cases.js'
import type { Tx } from '../prisma/tx.js'
import { text, type Text } from '../locales/say.js'
import type { Actor } from './actor.js'
import { acknowledge, alert } from './alerts.js'
import { arrived, clockRules, ENDED, handling, keepClock, type ClockRules, type ClockState } from './case-clock.js'
import { CASE_MOVES, isEnded, type CaseMove, type CaseMoveRule } from './case-life.js'
import { rollWhenClosed } from './case-roll.js'
import { appendStep, tellReporters } from './case-steps.js'
import { ratingButtons, statusOf, unitOf } from './case-texts.js'
import { tellShop } from './case-shop.js'
import { dayOf } from './days.js'
import { ownFiles } from './files.js'
import { endQuestions } from './question-end.js'
import { isRefused, refuse, type Refused } from './refusal.js'
import { allow } from './rights.js'
import { ancestorsOf, unitOfCode, type Unit } from './units.js'

/** Characters of a reason or a result, files of one step. */
export const CASE_WORDS_MAX = 2_000
export const CASE_FILES_MAX = 10
/** After so often a case goes to the unit above and nowhere else, so that nobody plays ball with it. */
export const PASSES_MAX = 3

export interface CaseWords {
  /** Why, or with what result: reporters read it */
  reason?: string
  /** Ids of files that the actor sent: evidence */
  files?: readonly number[]
}

/** A case after a move. */
export interface CaseMoved {
  number: string
  status: CaseRow['status']
  unit: { code: string; name: string; nameEn: string }
  dueAt: Date | null
}

/** Whoever presses first has it; the second is told who that was. */
export const acceptCase = (tx: Tx, actor: Actor, number: string): Promise<CaseMoved | Refused> =>
  move(tx, actor, number, 'accept')
/** The place is looked at, papers are asked for. */
export const checkCase = (tx: Tx, actor: Actor, number: string, words: CaseWords = {}): Promise<CaseMoved | Refused> =>
  move(tx, actor, number, 'check', words)
/** What is done about it, in writing. No sanction follows by itself: a named official decides. */
export const decideCase = (tx: Tx, actor: Actor, number: string, words: CaseWords): Promise<CaseMoved | Refused> =>
  move(tx, actor, number, 'decide', words)
/** Needs a written result and evidence. */
export async function closeCase(tx: Tx, actor: Actor, number: string, words: CaseWords): Promise<CaseMoved | Refused> {
  const moved = await move(tx, actor, number, 'close', words)
  if (!isRefused(moved)) await judgeFaith(tx, number, false)
  return moved
}

/**
 * Not taken up, with the reason. `badFaith`: its reports were malicious; a chat with several of these is not trusted. What the
 * last official to end a case says of it counts.
 */
export async function refuseCase(
  tx: Tx,
  actor: Actor,
  number: string,
  { badFaith = false, ...words }: CaseWords & { badFaith?: boolean },
): Promise<CaseMoved | Refused> {
  const moved = await move(tx, actor, number, 'refuse', words)
  if (!isRefused(moved)) await judgeFaith(tx, number, badFaith)
  return moved
}

const judgeFaith = (tx: Tx, number: string, badFaith: boolean) =>
  tx.prisma.report.updateMany({ where: { case: { number }, badFaith: !badFaith }, data: { badFaith } })

/** Where a case may be passed on: another unit (a sibling or above), or another sector of the same one. */
export interface PassTo {
  unitCode?: string
  sector?: Sector
}

/** To a sibling, up, or another sector: its time to be accepted begins anew there. */
export async function passOnCase(
  tx: Tx,
  actor: Actor,
  number: string,
  to: PassTo,
  words: CaseWords,
): Promise<CaseMoved | Refused> {
  return move(tx, actor, number, 'pass-on', words, async (row) => {
    const unit = to.unitCode === undefined ? await unitOfCode(tx, row.unitCode) : await unitOfCode(tx, to.unitCode)
    const day = dayOf(actor.now)
    if (!unit || unit.validFrom > day) return refuse('refusal.unit-unknown')
    if (unit.validTo !== null && unit.validTo < day)
      return refuse('refusal.unit-closed', { name: unit.name, day: { day: unit.validTo } })
    const sector = to.sector ?? row.sector
    if (unit.id === row.unitId && sector === row.sector) return refuse('refusal.pass-on-nowhere')
    const above = (await ancestorsOf(tx, row.unitId)).slice(1).some(({ id }) => id === unit.id)
    if (row.passes >= PASSES_MAX && !above) return refuse('refusal.pass-on-often', { max: PASSES_MAX })
    return { unit, data: { unitId: unit.id, sector, passes: row.passes + 1 } }
  })
}

interface Target {
  unit: Unit
  data: { unitId: number; sector: Sector | null; passes: number }
}

async function move(
  tx: Tx,
  actor: Actor,
  number: string,
  name: CaseMove,
  words: CaseWords = {},
  target?: (row: CaseRow) => Promise<Target | Refused>,
): Promise<CaseMoved | Refused> {
  const row = await mayMove(tx, actor, number, name)
  if (isRefused(row)) return row
  const said = await saidOf(tx, actor, CASE_MOVES[name], words)
  if (isRefused(said)) return said
  const to = target && (await target(row))
  if (isRefused(to)) return to
  return settle(tx, actor, row, name, said, to)
}

/** The case, locked, if this can be done to it now: also asked before anybody is asked for a reason. */
export async function mayMove(tx: Tx, actor: Actor, number: string, name: CaseMove): Promise<CaseRow | Refused> {
  const rule: CaseMoveRule = CASE_MOVES[name]
  const row = await lockedCase(tx, actor, number, rule.right!)
  if (isRefused(row)) return row
  return rule.from.includes(row.status) ? row : movedOn(row)
}

/** The case, locked, if the actor may do this to it; outside of the actor's mandates it does not exist. */
export async function lockedCase(
  tx: Tx,
  actor: Actor,
  number: string,
  right: NonNullable<CaseMoveRule['right']>,
): Promise<CaseRow | Refused> {
  await tx.run(lockCase, [number])
  const [row] = await tx.run(readCase, [number])
  if (!row) return refuse('refusal.case-unknown')
  const { unitId, sector, class: ofClass } = row
  const allowed = await allow(tx, actor, right, { unitId, sector, class: ofClass }, 'refusal.case-unknown')
  return isRefused(allowed) ? allowed : row
}

/** Somebody was faster, or the button is old: who has it, or where it stands. */
export const movedOn = (row: CaseRow): Refused =>
  row.status === 'accepted' && row.handlerId !== null
    ? refuse('refusal.case-accepted-by', {
        name: row.handlerName ?? unitOf(row),
        at: { moment: row.statusAt.toISOString() },
      })
    : refuse('refusal.case-moved-on', { status: statusOf(row.status) })

interface Said {
  reason: string | null
  files: number[]
}

export async function saidOf(
  tx: Tx,
  actor: Actor,
  rule: Pick<CaseMoveRule, 'reason' | 'evidence'>,
  words: CaseWords,
): Promise<Said | Refused> {
  const reason = words.reason?.trim() || null
  if (reason === null && rule.reason === 'needed') return refuse('refusal.case-reason')
  if (reason !== null && [...reason].length > CASE_WORDS_MAX) return refuse('refusal.too-long', { max: CASE_WORDS_MAX })
  const files = await ownFiles(tx, actor, words.files ?? [], CASE_FILES_MAX)
  if (isRefused(files)) return files
  if (files.length === 0 && rule.evidence === 'needed') return refuse('refusal.case-evidence')
  return { reason, files }
}

async function settle(
  tx: Tx,
  actor: Actor,
  row: CaseRow,
  name: CaseMove,
  { reason, files }: Said,
  target?: Target,
): Promise<CaseMoved> {
  const { now } = actor
  const rule: CaseMoveRule = CASE_MOVES[name]
  const rules = await clockRules(tx, row.severity, now, row.clockFrom ?? now)
  const clock = clockAfter(rules, rule.clock, row, now)
  const late = clock.dueAt !== null && clock.dueAt <= now
  await tx.prisma.case.update({
    where: { id: row.id },
    data: {
      status: rule.to,
      statusAt: now,
      ...(rule.clock === 'arrives' && { arrivedAt: now, handlerId: null, raisedToId: null }),
      ...(rule.clock === 'handles' && { handlerId: actor.personId, ...(!late && { raisedToId: null }) }),
      ...(rule.clock === 'ends' && { clock: null, clockFrom: null, dueAt: null, pausedAt: null }),
      ...target?.data,
    },
    select: { id: true },
  })
  await keepClock(tx, row.id, rules, clock, now)
  const unitId = target?.unit.id ?? row.unitId
  const mark = await appendStep(tx, actor, row.id, {
    action: name, from: row.status, to: rule.to, unitId, reason, fileIds: files,
  }) // prettier-ignore
  await acknowledge(tx, row.id, null, now)
  const [after] = await tx.run(readCase, [row.number])
  if (rule.clock === 'arrives') {
    await endQuestions(tx, row.id, now)
    await alert(tx, after!, { occasion: name === 'reopen' ? 'reopened' : 'passed-on', mark, now })
    if (target) await rollWhenClosed(tx, target.unit, now)
  }
  if (rule.clock === 'ends') await endCase(tx, row.id, now)
  await hear(tx, after!, name, mark, reason, actor)
  const { unitCode: code, unitName, unitNameEn: nameEn } = after!
  return { number: row.number, status: rule.to, unit: { code, name: unitName, nameEn }, dueAt: after!.dueAt }
}

const clockAfter = (rules: ClockRules, what: CaseMoveRule['clock'], state: ClockState, now: Date): ClockState =>
  what === 'arrives'
    ? arrived(rules, now)
    : what === 'handles'
      ? handling(rules, state)
      : what === 'ends'
        ? ENDED
        : state

/** A case that has ended asks nobody any more, and needs no telephone number. */
async function endCase(tx: Tx, caseId: number, now: Date): Promise<void> {
  await endQuestions(tx, caseId, now)
  await tx.prisma.reportContact.deleteMany({ where: { report: { caseId } } })
}

/** Word to those who reported it, and of the outcome to the shop. */
async function hear(
  tx: Tx,
  row: CaseRow,
  name: CaseMove,
  mark: number,
  reason: string | null,
  { now, chatId }: Actor,
): Promise<void> {
  const about: Text[] = [
    text(`told.${name}`, { number: row.number, unit: unitOf(row) }),
    ...(reason === null || name === 'reopen' ? [] : [text('told.reason', { reason })]),
  ]
  const ended = isEnded(row.status)
  await tellReporters(tx, row, mark, {
    text: name === 'close' ? [...about, text('told.rate')] : about,
    buttons: ended ? ratingButtons(row.number) : [],
    now,
    but: name === 'reopen' ? chatId : null,
  })
  if (name === 'decide' || name === 'close') await tellShop(tx, row, `told.shop-${name}`, mark, reason, now)
}

/** For the reporter's own move (my-reports.ts), which no mandate is asked for. */
export const reopenLocked = (tx: Tx, actor: Actor, row: CaseRow, reason: string): Promise<CaseMoved> =>
  settle(tx, { ...actor, personId: null }, row, 'reopen', { reason, files: [] })
