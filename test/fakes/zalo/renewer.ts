/**
 * A process that renews the pair of tokens over the real database and stops at one step, to be killed there. What it needs stands in
 * RENEWER as JSON: see `RenewerTask`. Says "at the step" when it stands there.
 */
import { randomUUID } from 'node:crypto'
import { ZaloGrant } from '../../../bot/channels/zalo/grant.js'
import type { GrantStore } from '../../../bot/channels/zalo/grant-store.js'
import { TIMING } from '../../../bot/channels/zalo/limits.js'
import { zaloOauth, type Oauth, type Pair } from '../../../bot/channels/zalo/oauth.js'
import { grantStore } from '../../../server/channels/zalo-stores.js'
import { Db } from '../../../server/db.js'
import { namedLease } from '../../../server/lease.js'

/** In the order in which a renewal passes them. */
export const STEPS = [
  'before the mark',
  'marked, not asked',
  'asked, cut on its way',
  'answered, not arrived',
  'arrived, not committed',
  'committed, not used',
] as const
export type Step = (typeof STEPS)[number]

export interface RenewerTask {
  databaseUrl: string
  oauthRoot: string
  appId: string
  appSecret: string
  account: string
  /** Hex */
  key: string
  first: Pair
  leaseMs: number
  step: Step
}

export const LOG = { info: () => undefined, warn: () => undefined, error: () => undefined }

const task = process.env.RENEWER
if (task) await renew(JSON.parse(task) as RenewerTask)

async function renew({ databaseUrl, oauthRoot, appId, appSecret, account, key, first, leaseMs, step }: RenewerTask) {
  const db = new Db({ url: databaseUrl, connections: 2 })
  const stored = grantStore(db, account)
  /** Says so, and goes no further. */
  const stand = (): Promise<never> => {
    process.stdout.write('at the step\n')
    return new Promise(() => setInterval(() => undefined, leaseMs))
  }
  const store: GrantStore = {
    ...stored,
    mark: async (generation) => (step === 'before the mark' ? stand() : stored.mark(generation)),
    async renew(...args) {
      if (step === 'arrived, not committed') return stand()
      await stored.renew(...args)
      return stand()
    },
  }
  const real = zaloOauth({ appId, appSecret, oauthRoot, timeoutMs: TIMING.oauthMs })
  const oauth: Pick<Oauth, 'refresh'> = {
    async refresh(token) {
      if (step === 'marked, not asked') return stand()
      // Its answer never comes: whoever watches the token service knows when it was given.
      if (step === 'answered, not arrived') void stand()
      const granted = await real.refresh(token)
      return step === 'asked, cut on its way' ? stand() : granted
    },
  }
  const lease = namedLease(db, `grant ${account}`, randomUUID(), leaseMs)
  const grant = new ZaloGrant({
    ...{ account, key: Buffer.from(key, 'hex'), store, lease, oauth, first, timing: TIMING, log: LOG },
    count: () => undefined,
  })
  const held = await grant.current()
  await grant.renewed(held!.generation)
}
