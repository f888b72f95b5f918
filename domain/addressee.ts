/**
 * Whom a report goes to: the place of the scanned badge or named shop, else the ward that the reporter chose, else who held
 * the lot last inside the city, else the city's intake desk. There is always one.
 */
import { readLastHolder, readPlace, type PlaceRow } from '../prisma/statements/reports.js'
import type { Sql } from '../prisma/tx.js'
import type { Day } from './days.js'
import { ancestorsOf, successorsOf, unitsAt, type Unit } from './units.js'

export interface Addressee {
  unit: Unit
  /** Where its number begins: the city's code */
  city: Unit
  /** The establishment that it is about: the shop that was named, or the last holder of the lot when that decided */
  place: PlaceRow | null
}

export interface AddressedBy {
  establishmentId: number | null
  unitId: number | null
  lotId: number | null
}

export async function addresseeOf(sql: Sql, by: AddressedBy, day: Day): Promise<Addressee> {
  const named = by.establishmentId === null ? null : await placeOn(sql, by.establishmentId, day)
  if (named?.unitId != null) return at(sql, named.unitId, named, day)
  if (by.unitId !== null) return at(sql, by.unitId, named, day)
  if (by.lotId !== null) {
    const [holder] = await sql.run(readLastHolder, [by.lotId, day])
    if (holder) return at(sql, holder.unitId, named ?? (await placeOn(sql, holder.establishmentId, day)), day)
  }
  const city = await intakeDesk(sql, day)
  return { unit: city, city, place: named }
}

const placeOn = async (sql: Sql, establishmentId: number, day: Day): Promise<PlaceRow | null> =>
  (await sql.run(readPlace, [establishmentId, day]))[0] ?? null

async function at(sql: Sql, unitId: number, place: PlaceRow | null, day: Day): Promise<Addressee> {
  const chain = await ancestorsOf(sql, unitId)
  const above = stands(chain[0]!, day) ? chain : await ancestorsOf(sql, (await standing(sql, unitId, day)).id)
  return { unit: above[0]!, city: above.at(-1)!, place }
}

/** Reorganisations that one unit can be followed through; Ba Đình had two in ten years. */
const REORGANISATIONS_MAX = 10

/** The unit itself while it stands; since it closed, the successor that took over most of it; without one the city. */
export async function standing(sql: Sql, unitId: number, day: Day): Promise<Unit> {
  let [unit] = await ancestorsOf(sql, unitId)
  for (let i = 0; i < REORGANISATIONS_MAX && unit; i++) {
    if (stands(unit, day)) return unit
    ;[unit] = await successorsOf(sql, unit.id)
  }
  return intakeDesk(sql, day)
}

const stands = ({ validTo }: Unit, day: Day): boolean => validTo === null || validTo >= day

/** The city itself. */
async function intakeDesk(sql: Sql, day: Day): Promise<Unit> {
  const desk = (await unitsAt(sql, day)).find(({ parentId }) => parentId === null)
  if (!desk) throw new Error(`No city stands on ${day}: the tree of units is empty`)
  return desk
}
