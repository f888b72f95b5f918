/**
 * What every command of the house stands on: settings, keys, the migrated database with the demo in it, the clock, the
 * file store. `npm start`, `talk` and `admin` lay it alike, each for its own duration.
 */
import { seedBase } from '../prisma/seed/base.js'
import { seedDemo } from '../prisma/seed/demo.js'
import { readDemoMark } from '../prisma/statements/demo.js'
import { productPicture } from '../qr/picture.js'
import { HouseClock } from './clock.js'
import type { Config } from './config.js'
import { filesIn, openDataFolder } from './data-folder.js'
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

export interface FoundationOptions {
  config: Config
  log: Log
  /** Database connections of this process */
  connections?: number
}

/** @throws {Trouble} in words for the operator */
export const layFoundation = async ({ config, log, connections }: FoundationOptions): Promise<Foundation> => {
  const tell = (sentence: string) => log.info(sentence)
  await openDataFolder(config.dataDir)
  const keys = await openKeys(config.keyFile, { make: config.demo, log: tell })
  const files = fileStore(filesIn(config.dataDir))
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
    await settleData({ config, db, log, files, clock })
    return { config, log, keys, files, db, databaseUrl: database.url, clock, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The demo goes into an empty database in demo mode; what every database needs into any. */
const settleData = async ({
  config,
  db,
  log,
  files,
  clock,
}: Pick<Foundation, 'config' | 'db' | 'log' | 'files' | 'clock'>) => {
  const [mark] = await db.run(readDemoMark, [])
  if (!config.demo && mark?.seeded) {
    throw new Trouble(
      'This database was seeded with the demo, whose people and keys are known to everybody: it does not start outside ' +
        'the demo. Set DATABASE_URL (or DATA_DIR) to another database, or DEMO=true.',
    )
  }
  if (!config.demo || !mark?.empty) await db.transaction((tx) => seedBase(tx))
  if (!config.demo || mark?.seeded) return
  if (!mark?.empty) {
    log.warn(
      'This database holds data that are not the demo: it is left as it is. In demo mode everybody may move its clock.',
    )
    return
  }
  if (await seedDemo(db, { files, now: clock.now(), picture: productPicture })) log.info('Seeded the demo.')
}
