/** Crash proof from outside, the short form of `npm run soak:crash`: talks go on while the house is killed with -9. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FakeTelegram } from '../fakes/telegram/server.js'
import { killedHouse, type KilledHouse } from '../soak/killed-house.js'
import { makeInvitations, MESSAGES_A_TALK, registerLots, tally, wrongIn } from '../soak/register-talks.js'
import { freshWorld, type World } from '../world.js'

const TALKS = 12
const KILLS = 2
const SEED = 20261124
/** Claims of a killed process hold up to 15 s each. ms */
const LIMIT_MS = 150_000

let world: World
let dataDir: string
let fake: FakeTelegram
let house: KilledHouse

beforeAll(async () => {
  world = await freshWorld()
  dataDir = await mkdtemp(join(tmpdir(), 'ro-nguon-crash-'))
  fake = await new FakeTelegram({ timeScale: 0.2 }).up()
  house = await killedHouse(fake, { DATABASE_URL: world.url, DATA_DIR: dataDir })
}, LIMIT_MS)
afterAll(async () => {
  await house.stop()
  await fake.stop()
  await world.close()
  await rm(dataDir, { recursive: true, force: true })
}, LIMIT_MS)

test(
  'every lot that was confirmed is there exactly once, and every talk comes to its end',
  async () => {
    await house.start()
    const talking = registerLots(fake, house, await makeInvitations(world.db, TALKS), { atOnce: TALKS })
    await house.killAtRandom({ kills: KILLS, messages: TALKS * MESSAGES_A_TALK, seed: SEED, over: talking })
    const of = await tally(world.db, fake, await talking, house.kills)
    expect(wrongIn(of)).toEqual([])
    expect(of).toMatchObject({ kills: KILLS, confirmed: TALKS, missing: 0, doubledLots: 0, nudges: 0 })
    fake.assertClean()
  },
  LIMIT_MS,
)
