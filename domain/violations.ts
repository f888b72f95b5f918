/** Kinds of violation and what the law says of each on a day: data that officials set, public. */
import type { CaseSeverity, Sector } from '../prisma/generated/enums.js'
import { readViolation, readViolations, type ViolationRow } from '../prisma/statements/violations.js'
import type { Sql } from '../prisma/tx.js'
import type { Day } from './days.js'

export type Violation = ViolationRow
export type { CaseSeverity, Sector }

/** The kinds that people may report on this day, in the order in which they are offered. */
export const reportableViolations = (sql: Sql, day: Day): Promise<Violation[]> => sql.run(readViolations, [day, true])

/** A kind as it is on this day; null: there is none, or it is in force no more. */
export const violationOn = async (sql: Sql, code: string, day: Day): Promise<Violation | null> =>
  (await sql.run(readViolation, [code, day]))[0] ?? null
