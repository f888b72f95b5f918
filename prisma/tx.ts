/**
 * One transaction on one connection, spoken to in two ways: hand-written SQL on the hot roads, Prisma everywhere else.
 * Both see the same uncommitted work. `server/db.ts` makes them.
 */
import type { PrismaClient } from './generated/client.js'

/** Hand-written SQL with a name, so that a connection prepares it once. Placeholders are $1, $2 ... */
export interface Statement<Row, Values extends readonly unknown[] = readonly unknown[]> {
  name: string
  text: string
  /** Types only: the shape of a row and of the values. */
  _row?: Row
  _values?: Values
}

export const statement = <Row, Values extends readonly unknown[] = readonly unknown[]>(
  name: string,
  text: string,
): Statement<Row, Values> => ({ name, text })

/** Anything that can run a statement: a transaction, or the pool for a single one that commits by itself. */
export interface Sql {
  run<Row, Values extends readonly unknown[]>(statement: Statement<Row, Values>, values: Values): Promise<Row[]>
}

/** PrismaClient without what would leave the transaction. */
export type PrismaTx = Omit<PrismaClient, '$connect' | '$disconnect' | '$on' | '$use' | '$extends'>

export interface Tx extends Sql {
  /** Prisma inside this same transaction; made when first asked for (3 ms, once a connection). */
  readonly prisma: PrismaTx
  /** Chats for which something was put that is not to wait: whoever delivers hears of them after the commit, and only then. */
  readonly told: Set<number>
}

/**
 * What a transaction's work may return instead of its value: the last statements are on their way and nothing follows but the
 * commit, which then goes out in one write with them. A statement that fails undoes all, as ever.
 */
export class Closing<T> {
  constructor(readonly value: Promise<T>) {}
}

/** The whole database: single statements, and transactions that run again when the database asks for it. */
export interface Database extends Sql {
  transaction<T>(work: (tx: Tx) => Promise<T | Closing<T>>, opening?: string): Promise<T>
  /** Calls `listener` with the chats that a committed transaction told something, until the returned function is called. */
  onTold(listener: (chatIds: ReadonlySet<number>) => void): () => void
}
