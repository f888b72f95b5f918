/**
 * Who changed what, written in the same transaction as the change. Append-only (a trigger refuses anything else), so no
 * personal data goes in: people are named by id, free text stays out.
 */
import type { Prisma } from '../prisma/generated/client.js'
import type { Tx } from '../prisma/tx.js'
import { personOf, type Actor, type Operator } from './actor.js'

export interface Change {
  /** What kind of thing: `lot`, `product`, `membership` ... */
  subject: string
  subjectId: string | number
  /** What was done: `register`, `correct`, `sell-out` ... */
  action: string
  before?: Prisma.InputJsonObject
  after?: Prisma.InputJsonObject
}

export async function remember(tx: Tx, by: Actor | Operator, change: Change): Promise<void> {
  const { subject, subjectId, action, before, after } = change
  await tx.prisma.history.create({
    data: { at: by.now, personId: personOf(by), subject, subjectId: String(subjectId), action, before, after },
    select: { id: true },
  })
}
