/** What an automatic rule is: it looks at what is registered, and says what it found, each fact with its numbers. */
import type { FoundRow } from '../../prisma/statements/rules/found.js'
import type { Sql } from '../../prisma/tx.js'

export type Found = FoundRow

export interface RuleNumbers {
  graceDays: number
  threshold: number
  windowDays: number
}

export interface LookingAt extends RuleNumbers {
  now: Date
  /** A trial: what was found in earlier trials is left out, what was found in earnest is not */
  shadow: boolean
  /** At most so many facts, the oldest first; the rest are found the next time */
  limit: number
}

export interface AutomaticRule {
  /** Of its row and of its text `rule.<code>` */
  code: string
  find(sql: Sql, at: LookingAt): Promise<Found[]>
}
