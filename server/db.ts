/**
 * The database as the house speaks to it: a pool of connections, single statements, and transactions whose hand-written
 * SQL and Prisma calls share one connection.
 *
 * Why not Prisma's own interactive transaction: measured on 2 cores with 8 clients, lock + select + insert cost 0.85 ms of
 * this process's time through `$transaction`, 0.18 ms through the driver. So the transaction is the driver's, and Prisma is
 * bound to the same connection only when somebody asks for it (3-4 ms the first time, about 15 MB for each connection).
 */
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { PrismaClient } from '../prisma/generated/client.js'
import type { PrismaTx, Sql, Statement, Tx } from '../prisma/tx.js'

// bigint as number: sequences and counts stay far below 2^53; ids of platforms are text.
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

const SERIALIZATION_FAILURE = '40001'
const DEADLOCK_DETECTED = '40P01'
/** A turn is run again this often before the error is told. */
const RUNS_MAX = 5

export interface DbOptions {
  url: string
  /** Connections at most; the talk's limit of turns at once is taken from it. */
  connections?: number
  /** A connection that cannot be had within this is an error. ms */
  connectTimeoutMs?: number
}

export class Db implements Sql {
  readonly #pool: pg.Pool
  readonly #prismas = new WeakMap<pg.PoolClient, PrismaClient>()
  #prisma: PrismaClient | undefined

  constructor({ url, connections = 10, connectTimeoutMs = 10_000 }: DbOptions) {
    this.#pool = new pg.Pool({ connectionString: url, max: connections, connectionTimeoutMillis: connectTimeoutMs })
    // An idle connection that breaks is dropped by the pool; whoever needs one next gets a new one or a clear error.
    this.#pool.on('error', () => undefined)
  }

  /** Prisma outside a transaction: reads, and single writes. */
  get prisma(): PrismaClient {
    return (this.#prisma ??= new PrismaClient({ adapter: new PrismaPg(this.#pool) }))
  }

  /** One statement in a transaction of its own. */
  async run<Row, Values extends readonly unknown[]>(statement: Statement<Row, Values>, values: Values): Promise<Row[]> {
    const result = await this.#pool.query({ name: statement.name, text: statement.text, values: [...values] })
    return result.rows as Row[]
  }

  /**
   * Runs `work` in one READ COMMITTED transaction. A deadlock or a serialization failure runs all of it again, so `work`
   * does nothing that the database cannot take back. `opening` is put into the same round trip as BEGIN: plain SQL
   * without parameters (a lock, say).
   */
  async transaction<T>(work: (tx: Tx) => Promise<T>, opening = ''): Promise<T> {
    for (let run = 1; ; run++) {
      try {
        return await this.#once(work, opening)
      } catch (error) {
        if (run === RUNS_MAX || !isTransient(error)) throw error
      }
    }
  }

  async #once<T>(work: (tx: Tx) => Promise<T>, opening: string): Promise<T> {
    const client = await this.#pool.connect()
    let broken: Error | undefined
    try {
      await client.query(`begin;${opening}`)
      const value = await work(this.#tx(client))
      await client.query('commit')
      return value
    } catch (error) {
      await client.query('rollback').catch((rollbackError: unknown) => {
        broken = rollbackError instanceof Error ? rollbackError : new Error(String(rollbackError))
      })
      throw error
    } finally {
      client.release(broken)
    }
  }

  #tx(client: pg.PoolClient): Tx {
    const prismas = this.#prismas
    return {
      async run<Row, Values extends readonly unknown[]>(statement: Statement<Row, Values>, values: Values) {
        const result = await client.query({ name: statement.name, text: statement.text, values: [...values] })
        return result.rows as Row[]
      },
      get prisma(): PrismaTx {
        let prisma = prismas.get(client)
        if (!prisma) prismas.set(client, (prisma = new PrismaClient({ adapter: new PrismaPg(new BoundPool(client)) })))
        return prisma
      },
    }
  }

  async close(): Promise<void> {
    await this.#prisma?.$disconnect()
    if (!this.#pool.ended) await this.#pool.end()
  }
}

/** Whether the database asks for the whole transaction to be run again. */
export const isTransient = (error: unknown): boolean => {
  const code = sqlState(error)
  return code === DEADLOCK_DETECTED || code === SERIALIZATION_FAILURE
}

/** The SQLSTATE of an error of the driver, or of one that Prisma wrapped. */
export const sqlState = (error: unknown): string | undefined => {
  if (typeof error !== 'object' || error === null) return undefined
  const { code, meta, cause } = error as { code?: unknown; meta?: unknown; cause?: unknown }
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !/^P\d{4}$/.test(code)) return code
  const wrapped = meta as { driverAdapterError?: { cause?: { originalCode?: unknown } } } | undefined
  const original = wrapped?.driverAdapterError?.cause?.originalCode
  if (typeof original === 'string') return original
  return code === 'P2034' ? SERIALIZATION_FAILURE : sqlState(cause)
}

/**
 * A pool of exactly one connection that is already inside a transaction. Prisma begins one of its own for nested writes
 * and for `$transaction`; inside ours that is a savepoint.
 */
class BoundPool extends pg.Pool {
  readonly #client: pg.PoolClient

  constructor(client: pg.PoolClient) {
    super({ max: 1 })
    this.#client = client
    this.query = client.query.bind(client) as typeof this.query
  }

  override connect(): Promise<pg.PoolClient>
  override connect(): Promise<pg.PoolClient> | undefined {
    const client = this.#client
    const inner = {
      query: (query: string | pg.QueryConfig, ...rest: unknown[]) => {
        const text = typeof query === 'string' ? query : query.text
        const savepoint = SAVEPOINTS[text]
        return savepoint ? client.query(savepoint) : (client.query as (...args: unknown[]) => unknown)(query, ...rest)
      },
      on: () => inner,
      off: () => inner,
      removeListener: () => inner,
      release: () => undefined,
    }
    return Promise.resolve(inner as unknown as pg.PoolClient)
  }
}

const SAVEPOINTS: Record<string, string> = {
  BEGIN: 'savepoint prisma',
  COMMIT: 'release savepoint prisma',
  ROLLBACK: 'rollback to savepoint prisma',
}
