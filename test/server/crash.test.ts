/** Crash proof from outside, the short form of `npm run soak:crash`: talks go on while the house is killed with -9. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { killedHouse, type KilledHouse } from '../soak/killed-house.js'
import { makeScenes, MESSAGES_A_STORY, playStories, tallyCases, wrongInCases } from '../soak/case-talks.js'
import { telegramPlatform, zaloPlatform, type Platform } from '../soak/platforms.js'
import { makeInvitations, MESSAGES_A_TALK, registerLots, tally, wrongIn } from '../soak/register-talks.js'
import { freshWorld, type World } from '../world.js'

/** On each of the platforms, at the same time */
const TALKS = 4
const STORIES = 1
const KILLS = 2
const SEED = 20261126
/** Claims of a killed process hold up to 15 s each. ms */
const LIMIT_MS = 150_000

let world: World
let dataDir: string
let platforms: Platform[]
let house: KilledHouse

beforeAll(async () => {
  world = await freshWorld()
  dataDir = await mkdtemp(join(tmpdir(), 'ro-nguon-crash-'))
  platforms = [await telegramPlatform({ timeScale: 0.2 }), await zaloPlatform({ timeScale: 0.01 })]
  house = await killedHouse(platforms, { DATABASE_URL: world.url, DATA_DIR: dataDir })
}, LIMIT_MS)
afterAll(async () => {
  await house.stop()
  for (const platform of platforms) await platform.stop()
  await world.close()
  await rm(dataDir, { recursive: true, force: true })
}, LIMIT_MS)

test(
  'every lot and every case that was confirmed is there exactly once, and every talk comes to its end',
  async () => {
    await house.start()
    const scenes = await makeScenes(world.db, platforms.length * STORIES)
    const begun = platforms.map(async (platform) =>
      registerLots(platform, house, await makeInvitations(world.db, TALKS), { atOnce: TALKS }),
    )
    const told = platforms.map((platform, n) =>
      playStories(platform, house, scenes.slice(n * STORIES, (n + 1) * STORIES), { atOnce: STORIES }),
    )
    const messages = platforms.length * (TALKS * MESSAGES_A_TALK + STORIES * MESSAGES_A_STORY)
    await house.killAtRandom({ kills: KILLS, messages, seed: SEED, over: Promise.all([...begun, ...told]) })
    for (const [n, platform] of platforms.entries()) {
      const of = await tally(world.db, platform, await begun[n]!, house.kills)
      expect([platform.channel, wrongIn(of)]).toEqual([platform.channel, []])
      expect(of).toMatchObject({ kills: KILLS, confirmed: TALKS, missing: 0, doubledLots: 0, nudges: 0 })
      const cases = await tallyCases(world.db, platform, await told[n]!)
      expect([platform.channel, wrongInCases(cases)]).toEqual([platform.channel, []])
      expect(cases).toMatchObject({ confirmed: STORIES, nudges: 0 })
      expect(platform.violations()).toEqual([])
    }
  },
  LIMIT_MS,
)
