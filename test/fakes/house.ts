/** The whole house, in this process and on a port of its own: for what only shows when all is wired. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HouseClock } from '../../server/clock.js'
import { readConfig } from '../../server/config.js'
import { fileStore } from '../../server/files.js'
import type { Foundation } from '../../server/foundation.js'
import { buildHouse, type House } from '../../server/house.js'
import { openKeys } from '../../server/keys.js'
import { listen } from '../../server/listen.js'
import { makeLog } from '../../server/log.js'
import { seedDemoWith } from '../demo-world.js'
import type { World } from '../world.js'

const STOP_WITHIN_MS = 5_000
/** For requests in hand when it stops. ms */
const CLOSE_WITHIN_MS = 2_000
/** Of printed codes, whatever port the house listens on */
const CODE_HOST = 'ronguon.test'

export interface TestHouse {
  /** Without a trailing slash */
  url: string
  codeHost: string
  dataDir: string
  foundation: Foundation
  house: House
  /** Lines of its log */
  log: string[]
  /** As an operator stops it; resolves with how long it took to close the port. ms */
  stop(): Promise<number>
}

/**
 * With the demo in it, unless DEMO is false.
 * @param beside another process's house on the same database, keys and files
 */
export async function houseOf(
  world: World,
  settings: Record<string, string> = {},
  beside?: TestHouse,
): Promise<TestHouse> {
  const dataDir = beside?.dataDir ?? mkdtempSync(join(tmpdir(), 'rn-house-'))
  const config = readConfig({ DATA_DIR: dataDir, CODE_HOSTS: CODE_HOST, LOOKUPS_PER_MINUTE: '1000', ...settings })
  const lines: string[] = []
  const log = makeLog({ to: { write: (line) => void lines.push(line) } })
  const [db, databaseUrl] = [world.db, world.url]
  const keys = await openKeys(config.keyFile, { make: true })
  const files = fileStore(join(dataDir, 'files'))
  if (!beside && config.demo) await seedDemoWith(db, files, new Date())
  const clock = new HouseClock(db)
  const foundation = { config, log, keys, files, db, databaseUrl, clock, close: () => Promise.resolve() }
  const house = buildHouse(foundation)
  const listening = await listen(house.app, { port: 0, host: '127.0.0.1' })
  await house.start()
  return {
    url: listening.addresses[0]!,
    codeHost: CODE_HOST,
    dataDir,
    foundation,
    house,
    log: lines,
    async stop() {
      const began = performance.now()
      house.farewell()
      await listening.close(CLOSE_WITHIN_MS)
      const took = performance.now() - began
      await house.stop(STOP_WITHIN_MS)
      if (!beside) rmSync(dataDir, { recursive: true, force: true })
      return took
    },
  }
}
