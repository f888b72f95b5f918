/**
 * Who changed what, written in the same transaction as the change. Append-only (a trigger refuses anything else), so no
 * personal data goes in: people are named by id, free text stays out.
 */
import type { Prisma } from '../prisma/generated/client.js'
import { insertHistory } from '../prisma/statements/history.js'
import type { Sql } from '../prisma/tx.js'
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

export async function remember(tx: Sql, by: Actor | Operator, change: Change): Promise<void> {
  const { subject, subjectId, action, before, after } = change
  await tx.run(insertHistory, [by.now, personOf(by), subject, String(subjectId), action, json(before), json(after)])
}

const json = (value: Prisma.InputJsonObject | undefined): string | null => (value ? JSON.stringify(value) : null)
