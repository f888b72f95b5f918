/**
 * Administrative units as they stood on a day. A reorganisation closes units and opens others, so a question about
 * territory always carries a day. Units are public: anybody may ask.
 */
import {
  readAncestors,
  readSuccessors,
  readUnitByCode,
  readUnitOfEstablishment,
  readUnitsAt,
  type SuccessorRow,
  type UnitRow,
} from '../prisma/statements/units.js'
import type { Sql } from '../prisma/tx.js'
import type { Day } from './days.js'

export type Unit = UnitRow

/** A unit that took over from another, and how much of it. */
export interface Successor extends Unit {
  /** First day of the new order */
  onDate: Day
  /** Part of the old unit's territory, 0 < share <= 1; null: nobody has said */
  share: number | null
  /** In words, where a border is known */
  addressRule: string | null
  /** False: sample data or not confirmed, shown as such to administrators */
  verified: boolean
}

/** All units that stood on the day, by code. */
export const unitsAt = (sql: Sql, day: Day): Promise<Unit[]> => sql.run(readUnitsAt, [day])

export const unitOfCode = async (sql: Sql, code: string): Promise<Unit | null> =>
  (await sql.run(readUnitByCode, [code]))[0] ?? null

/** The unit itself and all above it, upwards. */
export const ancestorsOf = (sql: Sql, unitId: number): Promise<Unit[]> => sql.run(readAncestors, [unitId])

/** Which units took over from this one, the largest known share first; none while it stands whole. */
export const successorsOf = async (sql: Sql, unitId: number): Promise<Successor[]> =>
  (await sql.run(readSuccessors, [unitId])).map(successor)

const successor = (row: SuccessorRow): Successor => ({ ...row, share: row.share === null ? null : Number(row.share) })

/** The unit in whose territory an establishment lay on the day; null outside of the tree. */
export const unitOfEstablishment = async (sql: Sql, establishmentId: number, day: Day): Promise<Unit | null> =>
  (await sql.run(readUnitOfEstablishment, [establishmentId, day]))[0] ?? null
