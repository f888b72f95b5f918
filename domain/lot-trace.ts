/** The whole chain of a lot, both ways: what it was taken from, and what was taken from it. For the operator. */
import { traceLot as walk, type TracedLot } from '../prisma/statements/lot-trace.js'
import type { Sql } from '../prisma/tx.js'
import type { Operator } from './actor.js'
import { refuse, type Refused } from './refusal.js'

export type { TracedLot }

/** Steps each way: a food passes through fewer hands, and a circle made by mistake must end. */
const STEPS_MAX = 50

/** The operator's alone: it names everybody. What stands nearest to the fields comes first. */
export async function traceLot(
  sql: Sql,
  _by: Operator,
  code: string,
  { up, down }: { up: boolean; down: boolean },
): Promise<TracedLot[] | Refused> {
  const lots = await sql.run(walk, [code, up, down, STEPS_MAX])
  return lots.length > 0 ? lots : refuse('refusal.lot-unknown')
}
