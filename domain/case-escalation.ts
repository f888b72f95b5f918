/** Time runs out: those in charge are reminded, then the unit above is told, level by level, until the city. */
import { lockCaseById, readCaseById, type CaseRow } from '../prisma/statements/cases.js'
import type { Tx } from '../prisma/tx.js'
import { theHouse } from './actor.js'
import { alert } from './alerts.js'
import { clockRules, DUE, nextLevelAt, subjectOf } from './case-clock.js'
import { appendStep } from './case-steps.js'
import * as timers from './timers.js'
import type { TimerWork } from './timers.js'
import { ancestorsOf } from './units.js'

/** The timer of a reminder. */
export const remindCase: TimerWork = async (tx, { subject, dueAt }, now) => {
  const row = await running(tx, timers.idIn(subject))
  if (!row) return
  await alert(tx, row, { occasion: 'remind', mark: dueAt.getTime(), onlyTo: row.handlerId, now })
}

/**
 * The timer of a case whose time is over: the next unit above is told, and has some time before the one above it. A clock that was
 * moved far ahead climbs level by level all the same, each at its own time.
 */
export const escalateCase: TimerWork = async (tx, { subject, dueAt }, now) => {
  const row = await running(tx, timers.idIn(subject))
  if (!row || row.clock === null) return
  const [, above, further] = await ancestorsOf(tx, row.raisedToId ?? row.unitId)
  if (!above) return
  const { status, id } = row
  const step = { action: 'escalate', from: status, to: status, unitId: above.id }
  const mark = await appendStep(tx, theHouse(now), id, step)
  await tx.prisma.case.update({ where: { id }, data: { raisedToId: above.id }, select: { id: true } })
  await alert(tx, row, { occasion: 'escalate', mark, unitId: above.id, now })
  if (!further) return
  const rules = await clockRules(tx, row.severity, now, dueAt)
  const next = nextLevelAt(rules, row.clock, dueAt)
  await timers.put(tx, { kind: DUE, subject: subjectOf(id), dueAt: next }, now)
}

/** The case, locked, if its clock still runs. */
async function running(tx: Tx, id: number): Promise<CaseRow | null> {
  await tx.run(lockCaseById, [id])
  const [row] = await tx.run(readCaseById, [id])
  return row && row.dueAt !== null ? row : null
}
