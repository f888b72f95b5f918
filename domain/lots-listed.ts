/** All lots, for the operator. */
import { listLots as readLots, type ListedLot } from '../prisma/statements/lots-listed.js'
import type { Sql } from '../prisma/tx.js'
import type { Operator } from './actor.js'

export type { ListedLot }

/** The newest first. The operator's alone. */
export const listLots = (sql: Sql, _by: Operator, limit: number): Promise<ListedLot[]> => sql.run(readLots, [limit])
