/**
 * `npm run soak:crash [-- --channel zalo --talks 200 --kills 40 --seed 1]`: so many persons register a lot each, over Telegram or
 * Zalo, and for every fifth of them a case is played from the report to the stars, while the house is killed with -9 at seeded points of
 * its work; at the end the house and its database are killed together. Exit code 1: something was lost or doubled, or a talk could
 * not be finished.
 */
import { readdir, readFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startEmbedded } from '../../server/database/embedded.js'
import { Db } from '../../server/db.js'
import { casesInWords, makeScenes, MESSAGES_A_STORY, playStories, tallyCases, wrongInCases } from './case-talks.js'
import { killedHouse } from './killed-house.js'
import { telegramPlatform, zaloPlatform } from './platforms.js'
import {
  makeInvitations,
  MESSAGES_A_TALK,
  registerLot,
  registerLots,
  sendLot,
  tally,
  TURNS_BEFORE_SENDING,
  wrongIn,
  type Registration,
} from './register-talks.js'
import { newTalk } from './turns.js'

const AT_ONCE = 20
/** Of so many lots one case, from the report to the stars */
const TALKS_A_CASE = 5
const CASES_AT_ONCE = 4
/** Persons who press send at the moment at which everything is killed. */
const LAST_TALKS = 5
/** Work goes on so soon after everything was killed. ms */
const GOES_ON_WITHIN_MS = 60_000
/** Of Zalo's pauses between tries: 30 s become 1 s, so that a house that is up again is not waited for. */
const ZALO_TIME_SCALE = 1 / 30
/** Between the press and the kill: some presses are stored, some are not. ms */
const PRESSED_MS = 30

const { values } = parseArgs({
  options: {
    channel: { type: 'string', default: 'telegram' },
    talks: { type: 'string', default: '200' },
    kills: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
  },
})
const [talkCount, kills, seed] = [Number(values.talks), Number(values.kills), Number(values.seed)]
const began = Date.now()
const dataDir = await mkdtemp(join(tmpdir(), 'ro-nguon-soak-'))
const PLATFORMS = {
  telegram: () => telegramPlatform({ timeScale: 1 }),
  zalo: () => zaloPlatform({ timeScale: ZALO_TIME_SCALE }),
}
const platform = await PLATFORMS[values.channel as keyof typeof PLATFORMS]()
const house = await killedHouse([platform], { DATA_DIR: dataDir, DATABASE_URL: '' })

/** Only as long as it is needed: a house that was killed leaves its database alone, and nobody here looks after it. */
async function withDb<T>(work: (db: Db) => Promise<T>): Promise<T> {
  const embedded = await startEmbedded({ dataDir })
  const db = new Db({ url: embedded.url })
  try {
    return await work(db)
  } finally {
    await db.close()
    await embedded.stop()
  }
}

const clearAway = async () => {
  await house.stop()
  await platform.stop()
  await rm(dataDir, { recursive: true, force: true })
}
// Who is interrupted leaves no database running either.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void clearAway().finally(() => process.exit(1)))

const wrong: string[] = []
try {
  await house.start()
  const invitations = await withDb((db) => makeInvitations(db, talkCount + LAST_TALKS))
  const scenes = await withDb((db) => makeScenes(db, Math.ceil(talkCount / TALKS_A_CASE)))
  const talking = registerLots(platform, house, invitations.slice(0, talkCount), { atOnce: AT_ONCE })
  const telling = playStories(platform, house, scenes, { atOnce: CASES_AT_ONCE })
  const messages = talkCount * MESSAGES_A_TALK + scenes.length * MESSAGES_A_STORY
  await house.killAtRandom({ kills, messages, seed, over: Promise.all([talking, telling]) })
  const [talks, stories] = await Promise.all([talking, telling])
  const of = await withDb((db) => tally(db, platform, talks, house.kills))
  wrong.push(...wrongIn(of))
  console.log(
    `${of.talks} talks, ${of.kills} kills, ${of.confirmed} confirmed lots, ${of.missing} missing, ${of.doubledLots} doubled lots, ` +
      `${of.doubledMessages.length} doubled messages (${of.doubts} doubts), ${of.nudges} said again, longest wait ` +
      `${(of.longestWaitMs / 1000).toFixed(1)} s, ${((Date.now() - began) / 1000).toFixed(0)} s (seed ${seed})`,
  )
  const cases = await withDb((db) => tallyCases(db, platform, stories))
  wrong.push(...wrongInCases(cases))
  console.log(casesInWords(cases))
  await killEverything(invitations.slice(talkCount))
} finally {
  await clearAway()
}
wrong.push(...platform.violations())
for (const what of wrong) console.error(what)
process.exit(wrong.length > 0 ? 1 : 0)

async function killEverything(invitations: string[]): Promise<void> {
  const talks = invitations.map((): Registration => newTalk(platform))
  await Promise.all(talks.map((talk, n) => registerLot(talk, house, invitations[n]!, TURNS_BEFORE_SENDING)))
  const pids = await databasePids()
  const sending = Promise.all(
    talks.map((talk) => sendLot(talk, house).catch((error: unknown) => (talk.failed = String(error)))),
  )
  await new Promise((done) => setTimeout(done, PRESSED_MS))
  const killed = house.kill()
  for (const pid of pids) kill9(pid)
  await killed
  const at = Date.now()
  await house.start()
  const upMs = Date.now() - at
  await sending
  const goesOnMs = Date.now() - at
  const of = await withDb((db) => tally(db, platform, talks, 1))
  wrong.push(...wrongIn(of))
  if (goesOnMs > GOES_ON_WITHIN_MS) wrong.push(`after everything was killed, work went on only after ${goesOnMs} ms`)
  console.log(
    `node and ${pids.length} processes of the database killed: up again after ${(upMs / 1000).toFixed(1)} s, ${of.confirmed} of ${of.talks} lots ` +
      `confirmed after ${(goesOnMs / 1000).toFixed(1)} s, ${of.missing} missing, ${of.doubledLots} doubled lots, ${of.doubledMessages.length} doubled messages`,
  )
}

/** The postmaster of this data folder, and its children (Linux). */
async function databasePids(): Promise<number[]> {
  const pidFile = await readFile(join(dataDir, 'database', 'cluster', 'postmaster.pid'), 'utf8')
  const postmaster = Number(pidFile.split('\n')[0])
  const children: number[] = []
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
    if (new RegExp(`^PPid:\\s+${postmaster}$`, 'm').test(status)) children.push(Number(pid))
  }
  return [postmaster, ...children]
}

/** One that ended by itself in the meantime is no trouble. */
function kill9(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
