import { afterEach, describe, expect, test } from '@jest/globals'
import { ZaloGrant, type GrantOptions } from '../../../../bot/channels/zalo/grant.js'
import type { GrantStore } from '../../../../bot/channels/zalo/grant-store.js'
import { zaloOauth } from '../../../../bot/channels/zalo/oauth.js'
import { TIMING } from '../../../../bot/channels/zalo/limits.js'
import { seal, unseal } from '../../../../bot/channels/zalo/seal.js'
import { FakeZalo } from '../../../fakes/zalo/server.js'
import { collector, HASTY, KEY, Kept, Leases, stopAll, stopLater } from './rig.js'

afterEach(stopAll)

/** The same store, but for these. */
const over = (kept: Kept, changed: Partial<GrantStore>): GrantStore => ({
  read: () => kept.read(),
  begin: (...args) => kept.begin(...args),
  mark: (...args) => kept.mark(...args),
  unmark: (...args) => kept.unmark(...args),
  renew: (...args) => kept.renew(...args),
  replace: (...args) => kept.replace(...args),
  alarm: (...args) => kept.alarm(...args),
  ...changed,
})

const ACCOUNT = 'zalo-oa:1'
/** Nothing here dies or is late: a busy machine must not look like it. Killed processes: zalo-grant-crash.test.ts. */
const PATIENT = { ...HASTY, grantWaitMs: TIMING.grantWaitMs }

async function scene() {
  const fake = await new FakeZalo().up()
  stopLater(() => fake.stop())
  const kept = new Kept()
  const leases = new Leases(TIMING.grantLeaseMs)
  const { lines, log } = collector()
  const counted: string[] = []
  const { appId, appSecret } = fake.settings
  const oauth = zaloOauth({ appId, appSecret, oauthRoot: fake.url, timeoutMs: TIMING.oauthMs })
  const first = fake.tokens.issue()
  let processes = 0
  /** A process of its own, over the same row. */
  const start = (more: Partial<GrantOptions> = {}) =>
    new ZaloGrant({
      ...{ account: ACCOUNT, key: KEY, store: kept, lease: leases.of(`p${(processes += 1)}`), oauth, first },
      ...{ timing: PATIENT, log, count: (what: string, why: string) => void counted.push(`${what}: ${why}`) },
      ...more,
    })
  const isGood = async (grant: ZaloGrant): Promise<boolean> => {
    const held = await grant.current()
    return held !== undefined && fake.tokens.check(held.token) === 0
  }
  return { fake, kept, leases, lines, counted, oauth, first, start, isGood }
}

test('what is sealed opens with the same key for the same account only, and never twice alike', () => {
  const sealed = seal(KEY, ACCOUNT, 'bí mật')
  expect(unseal(KEY, ACCOUNT, sealed)).toBe('bí mật')
  expect(seal(KEY, ACCOUNT, 'bí mật')).not.toEqual(sealed)
  expect(unseal(Buffer.alloc(32, 8), ACCOUNT, sealed)).toBeUndefined()
  expect(unseal(KEY, 'zalo-oa:2', sealed)).toBeUndefined()
  for (let i = 0; i < sealed.length; i++) {
    const damaged = Buffer.from(sealed)
    damaged[i]! ^= 1
    expect(unseal(KEY, ACCOUNT, damaged)).toBeUndefined()
  }
  expect(unseal(KEY, ACCOUNT, Buffer.alloc(0))).toBeUndefined()
})

describe('a renewal', () => {
  test('is written down before it is used, counts up, and the settings’ pair is not looked at again', async () => {
    const { fake, kept, start } = await scene()
    const one = start()
    const held = (await one.current())!
    fake.tokens.expire()
    const next = (await one.renewed(held.generation))!
    expect(next).toEqual({ token: fake.tokens.current, generation: 1 })
    expect(kept.row).toMatchObject({ generation: 1, renewing: false, alarm: null })
    expect(await start().current()).toEqual(next)
  })

  test('20 calls of 4 processes that find the token refused make one renewal', async () => {
    const { fake, start } = await scene()
    const processes = [start(), start(), start(), start()]
    for (const one of processes) await one.current()
    fake.tokens.expire()
    const asked = processes.flatMap((one) => Array.from({ length: 5 }, () => one.renewed(0)))
    const held = await Promise.all(asked)
    expect(new Set(held.map((one) => one?.token))).toEqual(new Set([fake.tokens.current]))
    expect([fake.tokens.granted, fake.tokens.reused]).toEqual([1, 0])
  })

  test('comes ahead of time, and at least weekly, and not before', async () => {
    const { fake, kept, start } = await scene()
    const one = start()
    const tend = async (change: () => void) => {
      change()
      await one.tendOnce()
      return fake.tokens.granted
    }
    const HOUR_MS = 3_600_000
    expect(await tend(() => undefined)).toBe(0)
    expect(await tend(() => (kept.row!.until = Date.now() + 5.1 * HOUR_MS))).toBe(0)
    expect(await tend(() => (kept.row!.until = Date.now() + 4.9 * HOUR_MS))).toBe(1)
    expect(await tend(() => (kept.row!.until = Date.now() + 1000 * HOUR_MS))).toBe(1)
    expect(await tend(() => (kept.row!.at = Date.now() - 7.1 * 24 * HOUR_MS))).toBe(2)
  })

  test('a database that fails after the answer is tried until the pair is written; nobody uses it before', async () => {
    const { fake, kept, start } = await scene()
    let failures = 4
    const seen: (string | undefined)[] = []
    const store: GrantStore = over(kept, {
      async renew(...args: Parameters<GrantStore['renew']>) {
        seen.push((await other.current())?.token)
        if (failures-- > 0) throw new Error('no database')
        return kept.renew(...args)
      },
    })
    const other = start()
    const one = start({ store })
    const held = (await one.current())!
    expect((await one.renewed(held.generation))?.token).toBe(fake.tokens.current)
    expect(seen).toHaveLength(5)
    expect(seen.every((token) => token === held.token)).toBe(true)
  })
})

describe('what only a person can mend', () => {
  test('another deployment that uses the same refresh token is noticed', async () => {
    const { fake, kept, oauth, first, lines, start } = await scene()
    const one = start()
    const held = (await one.current())!
    await oauth.refresh(first.refreshToken)
    expect(fake.tokens.check(held.token)).toBe(-216)
    expect(await one.renewed(held.generation)).toBeUndefined()
    expect([kept.row?.alarm, one.ailing()]).toEqual(['shared', 'shared'])
    expect(lines.filter((line) => line.includes('another deployment'))).toHaveLength(1)
    expect(await one.renewed(held.generation)).toBeUndefined()
    expect(fake.tokens.reused).toBe(1)
  })

  test('another pair in the settings is a new start after an alarm, the old one is not', async () => {
    const { fake, oauth, first, start, isGood } = await scene()
    const one = start()
    await one.current()
    await oauth.refresh(first.refreshToken)
    await one.renewed(0)
    expect(await isGood(start())).toBe(false)
    expect(await isGood(start({ first: fake.tokens.issue() }))).toBe(true)
  })

  test('a wrong app secret is an alarm that goes away when it is mended; the refresh token is not spent', async () => {
    const { fake, kept, start } = await scene()
    const wrong = zaloOauth({ appId: fake.settings.appId, appSecret: 'x', oauthRoot: fake.url, timeoutMs: 400 })
    const one = start({ oauth: wrong })
    await one.current()
    expect(await one.renewed(0)).toBeUndefined()
    expect([kept.row?.alarm, kept.row?.renewing]).toEqual(['refused', false])
    expect((await start().renewed(0))?.generation).toBe(1)
    expect(kept.row?.alarm).toBeNull()
  })

  test('a token service that is away changes nothing; one that answers nobody knows what leaves the mark', async () => {
    const { fake, kept, counted, start } = await scene()
    const one = start()
    await one.current()
    await fake.down()
    // A kept connection may be written into once more before it is known to be cut.
    await one.renewed(0)
    await one.renewed(0)
    expect(kept.row?.alarm).toBeNull()
    await fake.up()
    fake.faults.add({ on: 'oauth', times: 1, do: { kind: 'status', status: 503 } })
    await one.renewed(0)
    expect(counted.at(-1)).toBe('grant: not reached')
    expect((await one.renewed(0))?.generation).toBe(1)
  })

  test('no refresh token, and a key file that is another one', async () => {
    const { kept, first, start } = await scene()
    const one = start({ first: { accessToken: first.accessToken } })
    await one.current()
    expect(await one.renewed(0)).toBeUndefined()
    expect(kept.row?.alarm).toBe('ended')
    const other = start({ key: Buffer.alloc(32, 9), first: undefined })
    expect(await other.current()).toBeUndefined()
    expect(other.ailing()).toBe('unreadable')
  })

  test('no log line holds a token', async () => {
    const { fake, oauth, first, lines, start } = await scene()
    const one = start()
    await one.current()
    await oauth.refresh(first.refreshToken)
    await one.renewed(0)
    for (const secret of [first.accessToken, first.refreshToken, fake.tokens.current])
      expect(lines.join()).not.toContain(secret)
  })
})
