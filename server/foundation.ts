/**
 * What every command of the house stands on: settings, keys, the migrated database with the demo in it, the clock, the
 * file store. `npm start`, `talk` and `admin` lay it alike, each for its own duration.
 */
import { join } from 'node:path'
import { readDemoMark, writeDemoMark } from '../prisma/statements/demo.js'
import type { Tx } from '../prisma/tx.js'
import { HouseClock } from './clock.js'
import type { Config } from './config.js'
import { Db } from './db.js'
import { openDatabase } from './database/open.js'
import { type FileStore, fileStore } from './files.js'
import { type Keys, openKeys } from './keys.js'
import type { Log } from './log.js'
import { Trouble } from './trouble.js'

export interface Foundation {
  config: Config
  log: Log
  keys: Keys
  files: FileStore
  db: Db
  /** For processes and sessions of their own (LISTEN, COPY). */
  databaseUrl: string
  clock: HouseClock
  /** Everything that stands on it must have ended. The embedded server is stopped by the last who uses it. */
  close(): Promise<void>
}

/** Puts the demo into an empty database: all of it or nothing, since it is one transaction. */
export type SeedDemo = (tx: Tx, tools: { files: FileStore; now: Date }) => Promise<void>

export interface FoundationOptions {
  config: Config
  log: Log
  seedDemo: SeedDemo
  /** Database connections of this process */
  connections?: number
}

/** Two first starts at once: one seeds, the other waits and finds it done. */
const SEED_LOCK = 7_270_002

/** @throws {Trouble} in words for the operator */
export const layFoundation = async ({ config, log, seedDemo, connections }: FoundationOptions): Promise<Foundation> => {
  const tell = (sentence: string) => log.info(sentence)
  const keys = await openKeys(config.keyFile, { make: config.demo, log: tell })
  const files = fileStore(join(config.dataDir, 'files'))
  const database = await openDatabase(config, tell)
  const db = new Db({ url: database.url, connections })
  const clock = new HouseClock(db)
  const close = async () => {
    clock.stop()
    await db.close()
    await database.close()
  }
  try {
    await clock.start()
    await settleDemo({ config, db, log, seed: (tx) => seedDemo(tx, { files, now: clock.now() }) })
    return { config, log, keys, files, db, databaseUrl: database.url, clock, close }
  } catch (error) {
    await close()
    throw error
  }
}

interface SettleOptions {
  config: Config
  db: Db
  log: Log
  seed: (tx: Tx) => Promise<void>
}

const settleDemo = async ({ config, db, log, seed }: SettleOptions): Promise<void> => {
  const [mark] = await db.run(readDemoMark, [])
  if (!config.demo) {
    if (mark?.seeded) {
      throw new Trouble(
        'This database was seeded with the demo, whose people and keys are known to everybody: it does not start outside ' +
          'the demo. Set DATABASE_URL (or DATA_DIR) to another database, or DEMO=true.',
      )
    }
    return
  }
  if (mark?.seeded) return
  if (!mark?.empty) {
    log.warn(
      'This database holds data that are not the demo: it is left as it is. In demo mode everybody may move its clock.',
    )
    return
  }
  await db.transaction(async (tx) => {
    const [now] = await tx.run(readDemoMark, [])
    if (now?.seeded || !now?.empty) return
    await seed(tx)
    await tx.run(writeDemoMark, [JSON.stringify({ seededAt: new Date().toISOString() })])
    log.info('Seeded the demo.')
  }, `select pg_advisory_xact_lock(${SEED_LOCK})`)
}
