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
import { isTransient, sqlState } from '../prisma/failure.js'
import { Closing, type Database, type PrismaTx, type Statement, type Tx } from '../prisma/tx.js'

// bigint as number: sequences and counts stay far below 2^53; ids of platforms are text.
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

/** What every statement is told after one has failed; the first one's error says why. */
const ABORTED = '25P02'
/** Of every connection. */
const SESSION = [
  // Planning the statement that reads a chain anew costs more than running it, and its plan never depends on the values.
  'plan_cache_mode=force_generic_plan',
  'jit=off',
  // A plan that is made while a table is young reads it whole, and is kept while the table grows. Everything asked here has its
  // index: a turn's statements took 4.4 ms in a house of one minute, 1.4 with this.
  'enable_seqscan=off',
  // Solid-state disks, and most of it in memory
  'random_page_cost=1.1',
]
/** A turn is run again this often before the error is told. */
const RUNS_MAX = 5

export interface DbOptions {
  url: string
  /** Connections at most; the talk's limit of turns at once is taken from it. */
  connections?: number
  /** A connection that cannot be had within this is an error. ms */
  connectTimeoutMs?: number
}

export class Db implements Database {
  readonly #pool: pg.Pool
  readonly #prismas = new WeakMap<pg.PoolClient, PrismaClient>()
  readonly #toldTo = new Set<(chatIds: ReadonlySet<number>) => void>()
  #prisma: PrismaClient | undefined

  constructor({ url, connections = 10, connectTimeoutMs = 10_000 }: DbOptions) {
    this.#pool = new pg.Pool({
      connectionString: url,
      max: connections,
      connectionTimeoutMillis: connectTimeoutMs,
      // Statements that do not wait for each other go out together and share a round trip.
      pipeline: true,
      options: SESSION.map((setting) => `-c ${setting}`).join(' '),
    })
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
   * does nothing that the database cannot take back. `opening`, SQL without parameters (a lock, say), goes into one message
   * with BEGIN, and both go out with the first statement of `work`.
   */
  async transaction<T>(work: (tx: Tx) => Promise<T | Closing<T>>, opening = ''): Promise<T> {
    for (let run = 1; ; run++) {
      try {
        return await this.#once(work, opening)
      } catch (error) {
        if (run === RUNS_MAX || !isTransient(error)) throw error
      }
    }
  }

  onTold(listener: (chatIds: ReadonlySet<number>) => void): () => void {
    this.#toldTo.add(listener)
    return () => void this.#toldTo.delete(listener)
  }

  async #once<T>(work: (tx: Tx) => Promise<T | Closing<T>>, opening: string): Promise<T> {
    const client = await this.#pool.connect()
    const tx = new OpenTransaction(client, this.#prismas)
    let broken: Error | undefined
    const breaks = (error: Error) => (broken = error)
    // A connection that breaks between two statements tells nobody else, and an error that nobody hears ends the process.
    client.on('error', breaks)
    try {
      // Not waited for: it goes out with the first statement of `work`. Should it fail, so does that.
      sendTogether(client)
      const begun = client.query(`begin;${opening}`)
      begun.catch((error: unknown) => {
        tx.failed(error)
      })
      const done = await work(tx)
      if (!(done instanceof Closing)) await begun
      tx.close()
      const [value, { command }] = await Promise.all([
        done instanceof Closing ? done.value : done,
        client.query('commit'),
        begun,
      ])
      // COMMIT of a transaction in which a statement failed answers ROLLBACK, and no error.
      if (command !== 'COMMIT') throw tx.failure ?? new Error('the transaction was rolled back')
      if (tx.told.size > 0) for (const listener of this.#toldTo) listener(tx.told)
      return value
    } catch (error) {
      tx.close()
      await client.query('rollback').catch((rollbackError: unknown) => {
        broken ??=
          rollbackError instanceof Error ? rollbackError : new Error(String(rollbackError), { cause: rollbackError })
      })
      if (tx.failure && (isTransient(tx.failure) || sqlState(error) === ABORTED)) throw tx.failure
      throw error
    } finally {
      client.off('error', breaks)
      client.release(broken)
    }
  }

  async close(): Promise<void> {
    await this.#prisma?.$disconnect()
    if (!this.#pool.ended) await this.#pool.end()
  }
}

/** What this tick of the event loop sends goes out in one write: system calls were a third of a turn's processor time. */
function sendTogether(client: pg.PoolClient): void {
  const { stream } = client.connection
  stream.cork()
  process.nextTick(() => stream.uncork())
}

/** A transaction while its work runs; afterwards it refuses statements that come late, for its connection is another's by then. */
class OpenTransaction implements Tx {
  readonly told = new Set<number>()
  readonly #client: pg.PoolClient
  readonly #prismas: WeakMap<pg.PoolClient, PrismaClient>
  #open = true
  #failure: Error | undefined

  constructor(client: pg.PoolClient, prismas: WeakMap<pg.PoolClient, PrismaClient>) {
    this.#client = client
    this.#prismas = prismas
  }

  async run<Row, Values extends readonly unknown[]>(statement: Statement<Row, Values>, values: Values): Promise<Row[]> {
    if (!this.#open) throw new Error(`${statement.name} came after the end of its transaction`)
    try {
      sendTogether(this.#client)
      const result = await this.#client.query({ name: statement.name, text: statement.text, values: [...values] })
      return result.rows as Row[]
    } catch (error) {
      this.failed(error)
      throw error
    }
  }

  get prisma(): PrismaTx {
    if (!this.#open) throw new Error('Prisma was asked for after the end of its transaction')
    let prisma = this.#prismas.get(this.#client)
    if (!prisma) {
      prisma = new PrismaClient({ adapter: new PrismaPg(new BoundPool(this.#client)) })
      this.#prismas.set(this.#client, prisma)
    }
    return prisma
  }

  /** The first error of the transaction's statements. */
  get failure(): Error | undefined {
    return this.#failure
  }

  failed(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new Error(String(error), { cause: error })
  }

  close(): void {
    this.#open = false
  }
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
    this.query = client.query.bind<typeof this.query>(client)
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
