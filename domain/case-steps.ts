/** What was done to a case, written down: its step, the house's history, and word to whoever reported it. */
import type { CaseStatus } from '../prisma/generated/enums.js'
import { insertStep, type CaseRow } from '../prisma/statements/cases.js'
import { readReporterChats } from '../prisma/statements/reports.js'
import type { Tx } from '../prisma/tx.js'
import type { Text } from '../locales/say.js'
import { personOf, type Actor, type Operator } from './actor.js'
import { remember } from './history.js'
import { tell, type NoticeButton } from './notices.js'

export interface StepIn {
  /** A move of the life cycle, or what happened beside it */
  action: string
  from: CaseStatus | null
  to: CaseStatus
  unitId: number
  reason?: string | null
  fileIds?: number[]
}

/** Appends a step with its history row; the reason stays out of the history, which is kept for ever. */
export async function appendStep(tx: Tx, by: Actor | Operator, caseId: number, step: StepIn): Promise<number> {
  const { action, from, to, unitId, reason = null, fileIds = [] } = step
  const [row] = await tx.run(insertStep, [caseId, by.now, action, from, to, personOf(by), unitId, reason, fileIds])
  await remember(tx, by, {
    subject: 'case',
    subjectId: caseId,
    action,
    ...(from !== null && { before: { status: from } }),
    after: { status: to, unitId },
  })
  return row!.id
}

/** Tells everybody who reported this case, once for each step. `but`: whoever did it knows. */
export async function tellReporters(
  tx: Tx,
  { id }: Pick<CaseRow, 'id'>,
  stepId: number,
  { text, buttons = [], now, but = null }: { text: Text[]; buttons?: NoticeButton[]; now: Date; but?: number | null },
): Promise<void> {
  const chats = await tx.run(readReporterChats, [id])
  const notices = chats
    .filter(({ chatId }) => chatId !== but)
    .map(({ chatId }) => ({ chatId, lane: 'alert' as const, uniqueKey: `told:${stepId}:${chatId}`, text, buttons }))
  await tell(tx, notices, now)
}
