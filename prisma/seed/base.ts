/** What every database of the house needs, demo or not: the tree of units and the product categories. */
import type { Tx } from '../tx.js'
import { seedCategories } from './categories.js'
import { seedUnits } from './units.js'

/** Run at every start: puts in what is missing and changes nothing that officials set. Unit ids by code. */
export async function seedBase(on: Pick<Tx, 'prisma'>): Promise<Map<string, number>> {
  const units = await seedUnits(on)
  await seedCategories(on)
  return units
}
