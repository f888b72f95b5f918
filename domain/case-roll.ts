/** A unit that closes leaves its open cases to whoever took over, with its clock begun anew there. */
import { lockCaseById, readCaseById, readClosedUnitCases, type CaseRow } from '../prisma/statements/cases.js'
import { readPlace } from '../prisma/statements/reports.js'
import type { Sql, Tx } from '../prisma/tx.js'
import { text } from '../locales/say.js'
import { theHouse } from './actor.js'
import { standing } from './addressee.js'
import { alert } from './alerts.js'
import { arrived, clockRules, keepClock } from './case-clock.js'
import { appendStep, tellReporters } from './case-steps.js'
import { unitOf } from './case-texts.js'
import { addDays, dayOf, startOfDay } from './days.js'
import * as timers from './timers.js'
import type { TimerWork } from './timers.js'
import type { Unit } from './units.js'

export const ROLL = 'cases.roll'
const SUBJECT = 'house'

/** A case was put to a unit whose last day is known: on the day after, its cases move on. */
export async function rollWhenClosed(tx: Sql, { validTo }: Unit, now: Date): Promise<void> {
  if (validTo === null) return
  await timers.putEarliest(tx, { kind: ROLL, subject: SUBJECT, dueAt: startOfDay(addDays(validTo, 1)) }, now)
}

/** Cases that one transaction moves; the rest follow in the next. */
const AT_ONCE = 100

/** Open cases of units that stand no more go to their successors. */
export const rollClosedUnits: TimerWork = async (tx, _timer, now) => {
  const day = dayOf(now)
  const rows = await tx.run(readClosedUnitCases, [day, AT_ONCE])
  for (const { id } of rows) {
    await tx.run(lockCaseById, [id])
    const [row] = await tx.run(readCaseById, [id])
    await rollOne(tx, row!, now)
  }
  if (rows.length === AT_ONCE) await timers.put(tx, { kind: ROLL, subject: SUBJECT, dueAt: now }, now)
}

async function rollOne(tx: Tx, row: CaseRow, now: Date): Promise<void> {
  const day = dayOf(now)
  const [place] = row.establishmentId === null ? [] : await tx.run(readPlace, [row.establishmentId, day])
  const unit = await standing(tx, place?.unitId ?? row.unitId, day)
  const rules = await clockRules(tx, row.severity, now)
  await tx.prisma.case.update({
    where: { id: row.id },
    data: {
      unitId: unit.id, status: 'passed_on', statusAt: now, arrivedAt: now, handlerId: null, raisedToId: null,
    }, // prettier-ignore
    select: { id: true },
  })
  await keepClock(tx, row.id, rules, arrived(rules, now), now)
  const step = { action: 'roll', from: row.status, to: 'passed_on' as const, unitId: unit.id }
  const mark = await appendStep(tx, theHouse(now), row.id, step)
  const [after] = await tx.run(readCaseById, [row.id])
  await alert(tx, after!, { occasion: 'passed-on', mark, now })
  await tellReporters(tx, row, mark, { text: [text('told.roll', { number: row.number, unit: unitOf(after!) })], now })
  await rollWhenClosed(tx, unit, now)
}
