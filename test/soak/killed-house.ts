/** The house as a process that is killed with -9 at seeded points of its work and started again at once. */
import { createHash } from 'node:crypto'
import { freePort, run, type Running } from '../../bench/processes.js'
import type { Platform } from './platforms.js'

/** After the message that was chosen, a kill waits up to this: before, in and after the commits around it. ms */
const AIM_MS = 60

/** From 0 up to 1, the same for the same seed and index. */
export const dice = (seed: number, index: number): number =>
  createHash('sha256').update(`${seed}/${index}`).digest().readUInt32BE() / 2 ** 32

export interface KilledHouse {
  /** ms since 1970 at which it was last ready; undefined: it is not */
  readonly readySince: number | undefined
  readonly kills: number
  /** Starts it, and resolves when it says that it is ready. */
  start(): Promise<void>
  /** kill -9, of the node process alone. */
  kill(): Promise<void>
  /**
   * Kills it `kills` times and starts it again each time, when so many messages were shown since it was ready: by chance between 1 and
   * twice the average that spreads the kills over `messages`. Resolves after the last start, or when `over`.
   */
  killAtRandom(options: { kills: number; messages: number; seed: number; over: Promise<unknown> }): Promise<void>
  /** As an operator stops it. */
  stop(): Promise<void>
}

/** @param env DATA_DIR, and DATABASE_URL when it is not the embedded database */
export async function killedHouse(platforms: readonly Platform[], env: NodeJS.ProcessEnv): Promise<KilledHouse> {
  const port = await freePort()
  let house: Running | undefined
  let readySince: number | undefined
  let kills = 0

  const start = async () => {
    house = run('server/main.ts', [], {
      ...env,
      ...Object.fromEntries(platforms.flatMap((platform) => Object.entries(platform.env))),
      NODE_OPTIONS: '',
      PORT: String(port),
      DEMO: 'true',
      LOG_LEVEL: 'error',
      LOOKUPS_PER_MINUTE: '1000000',
    })
    await house.line(/ready/)
    readySince = Date.now()
    for (const platform of platforms) platform.houseAt(`http://127.0.0.1:${port}`)
  }
  const kill = async () => {
    kills++
    readySince = undefined
    await house?.kill()
  }
  return {
    get readySince() {
      return readySince
    },
    get kills() {
      return kills
    },
    start,
    kill,
    async killAtRandom({ kills: wanted, messages, seed, over }) {
      let ended = false
      void over.then(() => (ended = true))
      for (let n = 0; n < wanted; n++) {
        const count = 1 + Math.floor(dice(seed, 2 * n) * 2 * (messages / (wanted + 1)))
        await Promise.race([shown(platforms, count), over])
        await new Promise((done) => setTimeout(done, dice(seed, 2 * n + 1) * AIM_MS))
        if (ended) return
        await kill()
        await start()
      }
    },
    async stop() {
      readySince = undefined
      await house?.stop()
    },
  }
}

/** Resolves when so many more messages were shown to people. */
const shown = (platforms: readonly Platform[], count: number): Promise<void> =>
  new Promise((done) => {
    let left = count
    for (const platform of platforms)
      platform.heardBy = () => {
        if (--left <= 0) done()
      }
  })
