/**
 * Work to be done when the house's clock reaches a time: an escalation, a reminder, an expiry. Put in the transaction of what
 * it follows from; `server/timers.ts` runs it. At most one is open of a kind for a subject.
 */
import { putTimer, putTimerEarliest, voidTimer } from '../prisma/statements/timers.js'
import type { Sql, Tx } from '../prisma/tx.js'

/** A timer that came due, as its handler gets it. */
export interface DueTimer {
  subject: string
  payload: unknown
  dueAt: Date
}

/** The id in a subject such as `case:17`. */
export const idIn = (subject: string): number => Number(subject.slice(subject.indexOf(':') + 1))

/** What a kind of timer does, in the transaction in which it is marked as done. */
export type TimerWork = (tx: Tx, timer: DueTimer, now: Date) => Promise<void>

export interface NewTimer {
  /** Names the handler: `case.escalate`, `certificate.remind` */
  kind: string
  /** What it is about: `case:17` */
  subject: string
  dueAt: Date
  /** Plain JSON for the handler */
  payload?: object
}

/**
 * Puts a timer; one that is open for the same kind and subject is moved, with the new payload.
 * @param now by the house's clock
 */
export async function put(tx: Sql, { kind, subject, dueAt, payload }: NewTimer, now: Date): Promise<void> {
  await tx.run(putTimer, [kind, subject, payload ? JSON.stringify(payload) : null, dueAt, now])
}

/** Puts a timer unless one is open for the same kind and subject; that one is moved forward when this comes earlier. */
export async function putEarliest(tx: Sql, { kind, subject, dueAt, payload }: NewTimer, now: Date): Promise<void> {
  await tx.run(putTimerEarliest, [kind, subject, payload ? JSON.stringify(payload) : null, dueAt, now])
}

/** What it was for moved on. False: none was open. */
async function revoke(tx: Sql, { kind, subject }: Pick<NewTimer, 'kind' | 'subject'>, now: Date): Promise<boolean> {
  return (await tx.run(voidTimer, [kind, subject, now])).length > 0
}

export { revoke as void }
