/**
 * Work to be done when the house's clock reaches a time: an escalation, a reminder, an expiry. Put in the transaction of what
 * it follows from; `server/timers.ts` runs it. At most one is open of a kind for a subject.
 */
import { putTimer, voidTimer } from '../prisma/statements/timers.js'
import type { Sql } from '../prisma/tx.js'

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

/** What it was for moved on. False: none was open. */
async function revoke(tx: Sql, { kind, subject }: Pick<NewTimer, 'kind' | 'subject'>, now: Date): Promise<boolean> {
  return (await tx.run(voidTimer, [kind, subject, now])).length > 0
}

export { revoke as void }
