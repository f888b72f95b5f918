/**
 * The clock of a case. Both times, to accept and to handle, are counted in working time from the case's arrival at a unit;
 * it stands still while a reporter is asked, and ends with the case. When it runs out the unit above is told.
 */
import type { CaseClock, CaseSeverity } from '../prisma/generated/enums.js'
import { readCalendar, readDeadlines, type DeadlineRow } from '../prisma/statements/calendar.js'
import type { Sql, Tx } from '../prisma/tx.js'
import { dayOf } from './days.js'
import * as timers from './timers.js'
import { addWorkingTime, calendarOf, workingTimeBetween, type WorkCalendar } from './working-time.js'

/** Kinds of the timers that a case has; their subject is `subjectOf(caseId)`. */
export const REMIND = 'case.remind'
export const DUE = 'case.due'
export const subjectOf = (caseId: number): string => `case:${caseId}`

const MINUTE_MS = 60_000

/** A case's clock as its row keeps it. */
export interface ClockState {
  clock: CaseClock | null
  /** Since when it runs; null: it ended */
  clockFrom: Date | null
  /** Working ms that were used before that */
  usedMs: number
  dueAt: Date | null
  pausedAt: Date | null
}

/** Of a row that says more than that. */
const clockOf = ({ clock, clockFrom, usedMs, dueAt, pausedAt }: ClockState): ClockState => ({
  clock,
  clockFrom,
  usedMs,
  dueAt,
  pausedAt,
})

export interface ClockRules {
  calendar: WorkCalendar
  deadlines: readonly DeadlineRow[]
}

/** The working calendar from this moment on. */
export async function workCalendar(sql: Sql, from: Date): Promise<WorkCalendar> {
  const [row] = await sql.run(readCalendar, [dayOf(from)])
  return calendarOf(row!.hours, row!.days)
}

/** What the clock of a case of this severity goes by. `from`: the earliest moment that is counted from. */
export async function clockRules(sql: Sql, severity: CaseSeverity, now: Date, from = now): Promise<ClockRules> {
  const earliest = from < now ? from : now
  const [calendar, deadlines] = await Promise.all([
    workCalendar(sql, earliest),
    sql.run(readDeadlines, [severity, dayOf(now)]),
  ])
  for (const clock of ['accept', 'handle'] as const)
    if (!deadlines.some((row) => row.clock === clock)) throw new Error(`No deadline to ${clock} what is ${severity}`)
  return { calendar, deadlines }
}

/** Whoever has not accepted yet has the shorter of both times: what must be handled in four hours is not accepted in eight. */
function limitOf({ deadlines }: ClockRules, clock: CaseClock): DeadlineRow {
  const [handle, accept] = (['handle', 'accept'] as const).map((name) => deadlines.find((row) => row.clock === name)!)
  return clock === 'accept' && accept!.workingMinutes < handle!.workingMinutes ? accept! : handle!
}

const allowedMs = (rules: ClockRules, clock: CaseClock): number => limitOf(rules, clock).workingMinutes * MINUTE_MS

const dueOf = (rules: ClockRules, clock: CaseClock, from: Date, usedMs: number): Date =>
  addWorkingTime(rules.calendar, from, Math.max(0, allowedMs(rules, clock) - usedMs))

/** The case arrived at a unit: the time to accept it begins. */
export const arrived = (rules: ClockRules, now: Date): ClockState => ({
  clock: 'accept',
  clockFrom: now,
  usedMs: 0,
  dueAt: dueOf(rules, 'accept', now, 0),
  pausedAt: null,
})

/** It was accepted: the time to handle it goes on from its arrival. */
export const handling = (rules: ClockRules, state: ClockState): ClockState =>
  state.clockFrom === null
    ? state
    : {
        ...state,
        clock: 'handle',
        dueAt: state.pausedAt === null ? dueOf(rules, 'handle', state.clockFrom, state.usedMs) : null,
      }

export const paused = (rules: ClockRules, state: ClockState, now: Date): ClockState =>
  state.clockFrom === null || state.pausedAt !== null
    ? state
    : {
        ...state,
        usedMs: state.usedMs + workingTimeBetween(rules.calendar, state.clockFrom, now),
        pausedAt: now,
        dueAt: null,
      }

export const resumed = (rules: ClockRules, state: ClockState, now: Date): ClockState =>
  state.clock === null || state.pausedAt === null
    ? state
    : { ...state, clockFrom: now, pausedAt: null, dueAt: dueOf(rules, state.clock, now, state.usedMs) }

export const ENDED: ClockState = { clock: null, clockFrom: null, usedMs: 0, dueAt: null, pausedAt: null }

/** When those in charge are reminded; null: that share of the time is over already, or the clock does not run. */
export function remindAt(rules: ClockRules, state: ClockState, now: Date): Date | null {
  if (state.clock === null || state.clockFrom === null || state.dueAt === null) return null
  const { reminderShare } = limitOf(rules, state.clock)
  const left = allowedMs(rules, state.clock) * reminderShare - state.usedMs
  if (left <= 0) return null
  const at = addWorkingTime(rules.calendar, state.clockFrom, left)
  return at > now ? at : null
}

/** When the next unit above is told, after one was told at `at`. */
export const nextLevelAt = (rules: ClockRules, clock: CaseClock, at: Date): Date =>
  addWorkingTime(rules.calendar, at, limitOf(rules, clock).escalateMinutes * MINUTE_MS)

/**
 * Puts, moves or voids the case's timers so that they are those of this clock. What is late already when somebody takes it up
 * has the time of one level before the next unit above hears of it.
 */
export async function setTimers(
  tx: Sql,
  caseId: number,
  rules: ClockRules,
  state: ClockState,
  now: Date,
): Promise<void> {
  const subject = subjectOf(caseId)
  const reminder = remindAt(rules, state, now)
  await Promise.all([
    reminder
      ? timers.put(tx, { kind: REMIND, subject, dueAt: reminder }, now)
      : timers.void(tx, { kind: REMIND, subject }, now),
    state.dueAt && state.clock
      ? timers.put(
          tx,
          { kind: DUE, subject, dueAt: state.dueAt > now ? state.dueAt : nextLevelAt(rules, state.clock, now) },
          now,
        )
      : timers.void(tx, { kind: DUE, subject }, now),
  ])
}

/** Writes the clock into the case's row and sets its timers. */
export async function keepClock(
  tx: Tx,
  caseId: number,
  rules: ClockRules,
  state: ClockState,
  now: Date,
): Promise<void> {
  await tx.prisma.case.update({ where: { id: caseId }, data: clockOf(state), select: { id: true } })
  await setTimers(tx, caseId, rules, state, now)
}

/** Working time from now until these moments, ms; 0: it is over. */
export async function timeLeft(sql: Sql, due: readonly (Date | null)[], now: Date): Promise<(number | null)[]> {
  if (due.every((at) => at === null)) return due.map(() => null)
  const calendar = await workCalendar(sql, now)
  return due.map((at) => at && (at > now ? workingTimeBetween(calendar, now, at) : 0))
}
