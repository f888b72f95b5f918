/** The case moved on: nobody has to answer its questions any more. */
import type { Tx } from '../prisma/tx.js'
import { subjectOf } from './case-clock.js'
import * as timers from './timers.js'

/** The timer of a reporter who does not answer. */
export const UNANSWERED = 'case.unanswered'

export async function endQuestions(tx: Tx, caseId: number, now: Date): Promise<void> {
  await tx.prisma.caseQuestion.updateMany({
    where: { caseId, answeredAt: null, endedAt: null },
    data: { endedAt: now },
  })
  await timers.void(tx, { kind: UNANSWERED, subject: subjectOf(caseId) }, now)
}
