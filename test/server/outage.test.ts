/** Zalo answers 5xx while people talk, the short form of `npm run soak:outage`: afterwards all has arrived, in order. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeScenes } from '../soak/case-talks.js'
import { dice, killedHouse, type KilledHouse } from '../soak/killed-house.js'
import { invitationsFor, talkThroughOutage, wrongIn, type Outage } from '../soak/outage-talks.js'
import { zaloPlatform, type ZaloPlatform } from '../soak/platforms.js'
import { makeInvitations } from '../soak/register-talks.js'
import { freshWorld, type World } from '../world.js'

const OUTAGE: Outage = {
  people: 20,
  beforeMs: 500,
  brokenMs: 4_000,
  afterMs: 500,
  seed: 20261205,
  arriveWithinMs: 60_000,
}
const STORIES = 2
const LIMIT_MS = 120_000

let world: World
let dataDir: string
let platform: ZaloPlatform
let house: KilledHouse

beforeAll(async () => {
  world = await freshWorld()
  dataDir = await mkdtemp(join(tmpdir(), 'ro-nguon-outage-'))
  let drawn = 0
  platform = await zaloPlatform({ timeScale: 0.1, random: () => dice(OUTAGE.seed + 1, drawn++) })
  house = await killedHouse([platform], { DATABASE_URL: world.url, DATA_DIR: dataDir })
}, LIMIT_MS)
afterAll(async () => {
  await house.stop()
  await platform.stop()
  await world.close()
  await rm(dataDir, { recursive: true, force: true })
}, LIMIT_MS)

test(
  'every reply that no newer question superseded has arrived, once and in order; every case comes to its end',
  async () => {
    await house.start()
    const invitations = await makeInvitations(world.db, invitationsFor(OUTAGE))
    const scenes = await makeScenes(world.db, STORIES)
    const of = await talkThroughOutage(world.db, platform, house, { invitations, scenes }, OUTAGE)
    expect(wrongIn(of)).toEqual([])
    expect(of.cases).toMatchObject({ confirmed: STORIES, nudges: 0 })
    expect(of.superseded).toBeGreaterThan(0)
  },
  LIMIT_MS,
)
