/** Nobody has to answer a case's questions any more: it moved on, or (those to reporters) they were waited for long enough. */
import type { QuestionTo } from '../prisma/generated/enums.js'
import type { Tx } from '../prisma/tx.js'
import { subjectOf } from './case-clock.js'
import * as timers from './timers.js'

/** The timer of a reporter who does not answer. */
export const UNANSWERED = 'case.unanswered'

/** `to`: these alone; left out, all. */
export async function endQuestions(tx: Tx, caseId: number, now: Date, to?: QuestionTo): Promise<void> {
  await tx.prisma.caseQuestion.updateMany({
    where: { caseId, to, answeredAt: null, endedAt: null },
    data: { endedAt: now },
  })
  await timers.void(tx, { kind: UNANSWERED, subject: subjectOf(caseId) }, now)
}
