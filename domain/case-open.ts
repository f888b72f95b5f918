/** A case begins, or takes up what is like it: for reports and for what rules find. The caller has asked for the right. */
import type { CaseSource } from '../prisma/generated/enums.js'
import { findSimilar, insertCase, lockSimilar, readCaseById, type CaseRow } from '../prisma/statements/cases.js'
import type { Tx } from '../prisma/tx.js'
import type { Actor, Operator } from './actor.js'
import type { Addressee } from './addressee.js'
import { arrived, clockRules, setTimers } from './case-clock.js'
import { rollWhenClosed } from './case-roll.js'
import { addDays, dayOf, startOfDay } from './days.js'
import type { Violation } from './violations.js'

export interface CaseIn {
  source: CaseSource
  violation: Violation
  addressee: Addressee
  lotId: number | null
}

/** The open case of the same kind on the same establishment (or, without one, lot), locked; null: none, and nobody else opens one meanwhile. */
export async function similarCase(
  tx: Tx,
  { violation, addressee: { place }, lotId }: Omit<CaseIn, 'source'>,
  now: Date,
): Promise<number | null> {
  if (place === null && lotId === null) return null
  const subject = place === null ? `lot:${lotId}` : `establishment:${place.id}`
  await tx.run(lockSimilar, [`case:${violation.code}:${subject}`])
  // Also those ahead: the clock may have been set back since.
  const [since, before] = [-violation.joinDays, violation.joinDays + 1].map((days) =>
    startOfDay(addDays(dayOf(now), days)),
  )
  const [row] = await tx.run(findSimilar, [violation.code, place?.id ?? null, lotId, since!, before!])
  return row?.id ?? null
}

/** Opens the case with its clock and timers; who is told, and what its first step says, is the caller's. */
export async function openCase(tx: Tx, { now }: Actor | Operator, opened: CaseIn): Promise<CaseRow> {
  const { source, violation, addressee, lotId } = opened
  const { unit, city, place } = addressee
  const rules = await clockRules(tx, violation.severity, now)
  const clock = arrived(rules, now)
  const [row] = await tx.run(insertCase, [
    city.code,
    Number(dayOf(now).slice(0, 4)),
    source,
    violation.code,
    violation.severity,
    unit.id,
    violation.sector ?? place?.sector ?? null,
    place?.class ?? null,
    place?.id ?? null,
    lotId,
    now,
    clock.dueAt,
  ])
  await setTimers(tx, row!.id, rules, clock, now)
  await rollWhenClosed(tx, unit, now)
  return (await tx.run(readCaseById, [row!.id]))[0]!
}
