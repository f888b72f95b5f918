/** Renewals of the pair of tokens that are killed with -9 at each step, over the real database; and those who find what is left. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { ZaloGrant } from '../../bot/channels/zalo/grant.js'
import { TIMING } from '../../bot/channels/zalo/limits.js'
import { zaloOauth } from '../../bot/channels/zalo/oauth.js'
import { grantStore } from '../../server/channels/zalo-stores.js'
import { namedLease } from '../../server/lease.js'
import { until } from '../fakes/chats.js'
import { processes } from '../fakes/processes.js'
import { STEPS, type RenewerTask, type Step } from '../fakes/zalo/renewer.js'
import { FakeZalo } from '../fakes/zalo/server.js'
import { freshWorld, type World } from '../world.js'

const KEY = Buffer.alloc(32, 7)
/** So long a killed process is waited for; the real one is a minute. ms */
const LEASE_MS = 2_000
const TIMES = { ...TIMING, grantLookMs: 50 }
/** A process more on a busy machine. ms */
const LIMIT_MS = 90_000
/** An answer that does not come while its process lives. ms */
const NEVER_MS = 600_000

let world: World
const stops: (() => Promise<unknown>)[] = []
beforeAll(async () => {
  world = await freshWorld()
})
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})
afterAll(() => world.close())

test(
  'is recovered, or raises one alarm where the answer is lost: only a person can mend that',
  async () => {
    const outcomes = await Promise.all(
      STEPS.map(async (step, n) => [step, await killedAt(step, `zalo-oa:${n}`)] as const),
    )
    const recovered = outcomes.filter(([, outcome]) => outcome === 'recovered').length
    const table = outcomes.map(([step, outcome]) => `  ${step}: ${outcome}`).join('\n')
    console.log(`renewals killed: ${outcomes.length}, recovered ${recovered}, one alarm each ${outcomes.length - recovered}\n${table}`) // prettier-ignore
    expect(Object.fromEntries(outcomes)).toEqual({
      'before the mark': 'recovered',
      'marked, not asked': 'recovered',
      'asked, cut on its way': 'recovered',
      'answered, not arrived': 'one alarm: lost',
      'arrived, not committed': 'one alarm: lost',
      'committed, not used': 'recovered',
    })
  },
  LIMIT_MS,
)

async function killedAt(step: Step, account: string): Promise<string> {
  const fake = await new FakeZalo().up()
  stops.push(() => fake.stop())
  if (step === 'asked, cut on its way') fake.faults.add({ on: 'oauth', times: 1, do: { kind: 'cut-before' } })
  if (step === 'answered, not arrived') fake.faults.add({ on: 'oauth', times: 1, do: { kind: 'slow', ms: NEVER_MS } })
  const { appId, appSecret } = fake.settings
  const first = fake.tokens.issue()
  const task: RenewerTask = {
    ...{ databaseUrl: world.url, oauthRoot: fake.url, appId, appSecret, account, first, step },
    ...{ key: KEY.toString('hex'), leaseMs: LEASE_MS },
  }
  const dying = processes('./zalo/renewer.ts', { RENEWER: JSON.stringify(task) })
  stops.push(() => dying.stop())
  const pid = await dying.start()
  const asked = STEPS.indexOf(step) >= STEPS.indexOf('answered, not arrived')
  await until(() => fake.tokens.granted === Number(asked), LIMIT_MS)
  expect(dying.kill(pid)).toBe(true)

  // Two processes come after it, so that an alarm could be told twice.
  const told: string[] = []
  const log = { info: () => undefined, warn: () => undefined, error: (_: object, said: string) => void told.push(said) }
  const oauth = zaloOauth({ appId, appSecret, oauthRoot: fake.url, timeoutMs: TIMING.oauthMs })
  const [one, other] = [1, 2].map(() => {
    const lease = namedLease(world.db, `grant ${account}`, randomUUID(), LEASE_MS)
    const store = grantStore(world.db, account)
    return new ZaloGrant({
      ...{ account, key: KEY, store, lease, oauth, first, timing: TIMES, log },
      count: () => undefined,
    })
  }) as [ZaloGrant, ZaloGrant]
  await Promise.all([one.renewed(0), other.renewed(0)])
  const held = await one.current()
  const works = held !== undefined && held.token !== first.accessToken && fake.tokens.check(held.token) === 0
  if (works && told.length === 0 && one.ailing() === undefined && other.ailing() === undefined) return 'recovered'
  // A new consent mends it, for everybody.
  const ailing = `${told.length === 1 ? 'one alarm' : `${told.length} alarms`}: ${String(one.ailing())}`
  await one.take(fake.tokens.issue(), TIMING.grantLeaseMs)
  await other.renewed(0)
  expect([one.ailing(), other.ailing()]).toEqual([undefined, undefined])
  expect(fake.tokens.check((await other.current())?.token)).toBe(0)
  return ailing
}
