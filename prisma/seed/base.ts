/** What every database of the house needs, demo or not: units, categories, and what cases are counted and judged by. */
import type { Tx } from '../tx.js'
import { seedCalendar } from './calendar.js'
import { seedCategories } from './categories.js'
import { seedDeadlines } from './deadlines.js'
import { seedRules } from './rules.js'
import { seedUnits } from './units.js'
import { seedViolations } from './violations.js'

/** Run at every start: puts in what is missing and changes nothing that officials set. Unit ids by code. */
export async function seedBase(on: Pick<Tx, 'prisma'>): Promise<Map<string, number>> {
  const units = await seedUnits(on)
  await seedCategories(on)
  await seedCalendar(on)
  await seedViolations(on)
  await seedDeadlines(on)
  await seedRules(on)
  return units
}
