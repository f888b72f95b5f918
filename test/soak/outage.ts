/**
 * `npm run soak:outage [-- --people 200 --seconds 120 --seed 1]`: so many persons talk to the Official Account, and for every
 * tenth of them a case is played from the report to the stars, while Zalo answers every call with 5xx for so long. Exit code 1: a
 * reply or an alert was lost, doubled or out of order, or a case is not as it was played.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startEmbedded } from '../../server/database/embedded.js'
import { Db } from '../../server/db.js'
import { makeScenes } from './case-talks.js'
import { dice, killedHouse } from './killed-house.js'
import { invitationsFor, inWords, talkThroughOutage, wrongIn } from './outage-talks.js'
import { zaloPlatform } from './platforms.js'
import { makeInvitations } from './register-talks.js'

/** Zalo works for so long before and after. ms */
const AROUND_MS = 15_000
/** For so many persons one case, from the report to the stars. */
const PEOPLE_A_CASE = 10
/** A reply that met the end of the outage waits for its back-off, as long as the outage was, and so do those behind it. */
const ARRIVE_WITHIN_OUTAGES = 3

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '120' },
    seed: { type: 'string', default: '1' },
  },
})
const [people, seed, brokenMs] = [Number(values.people), Number(values.seed), Number(values.seconds) * 1_000]
const dataDir = await mkdtemp(join(tmpdir(), 'ro-nguon-outage-'))
let drawn = 0
const platform = await zaloPlatform({ timeScale: 1, random: () => dice(seed + 1, drawn++) })
const embedded = await startEmbedded({ dataDir })
const db = new Db({ url: embedded.url })
const house = await killedHouse([platform], { DATA_DIR: dataDir, DATABASE_URL: '' })

const clearAway = async () => {
  await house.stop()
  await platform.stop()
  await db.close()
  await embedded.stop()
  await rm(dataDir, { recursive: true, force: true })
}
// Who is interrupted leaves no database running either.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void clearAway().finally(() => process.exit(1)))

let wrong: string[] = []
try {
  await house.start()
  const invitations = await makeInvitations(db, invitationsFor({ people }))
  const scenes = await makeScenes(db, Math.ceil(people / PEOPLE_A_CASE))
  const of = await talkThroughOutage(
    db,
    platform,
    house,
    { invitations, scenes },
    {
      ...{ people, seed, brokenMs },
      ...{ beforeMs: AROUND_MS, afterMs: AROUND_MS, arriveWithinMs: ARRIVE_WITHIN_OUTAGES * brokenMs },
    },
  )
  wrong = wrongIn(of)
  console.log(`Zalo broken for ${values.seconds} s: ${inWords(of)} (seed ${seed})`)
} finally {
  await clearAway()
}
for (const what of wrong) console.error(what)
process.exit(wrong.length > 0 ? 1 : 0)
