/** What the Zalo channel keeps, over the real database. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { digestOf } from '../../bot/channels/zalo/connect.js'
import { consentStore, grantStore, newConnectLink, uploadStore } from '../../server/channels/zalo-stores.js'
import { freshWorld, type World } from '../world.js'

let world: World
beforeAll(async () => {
  world = await freshWorld()
})
afterAll(() => world.close())

const HOUR_MS = 3_600_000
const sealed = (said: string) => Buffer.from(said)

test('a pair is begun once, renewed by whoever names its generation, and replaced by a consent', async () => {
  const [one, other] = [grantStore(world.db, 'zalo-oa:1'), grantStore(world.db, 'zalo-oa:1')]
  expect(await one.read()).toBeUndefined()
  await one.begin(sealed('a'), 25 * HOUR_MS)
  await other.begin(sealed('b'), HOUR_MS)
  const row = (await other.read())!
  expect(Buffer.from(row.sealed).toString()).toBe('a')
  expect(row).toMatchObject({ generation: 0, renewing: false, alarm: null })
  expect(row.accessLeftMs / HOUR_MS).toBeCloseTo(25, 2)
  expect([await one.mark(0), await other.mark(1), (await one.read())!.renewing]).toEqual([true, false, true])
  const both = await Promise.all([one.renew(0, sealed('c'), HOUR_MS), other.renew(0, sealed('d'), HOUR_MS)])
  expect(both.filter(Boolean)).toHaveLength(1)
  expect(await one.read()).toMatchObject({ generation: 1, renewing: false })
  const told = await Promise.all([one.alarm(1, 'lost'), other.alarm(1, 'lost')])
  expect([told.filter(Boolean).length, await one.alarm(0, 'shared')]).toEqual([1, false])
  await one.replace(sealed('e'), HOUR_MS)
  expect(await other.read()).toMatchObject({ generation: 2, alarm: null })
})

test('a link and a state work once, the newest link only, and of two who come at once one gets it', async () => {
  const consents = consentStore(world.db)
  const secretOf = ({ link }: { link: string }) => new URL(link).searchParams.get('key')!
  const old = digestOf(secretOf(await newConnectLink(world.db, 'https://ronguon.test')))
  const made = await newConnectLink(world.db, 'https://ronguon.test')
  expect(made.link).toMatch(/^https:\/\/ronguon\.test\/zalo\/connect\?key=[\w-]{32}$/)
  const digest = digestOf(secretOf(made))
  expect([await consents.isLink(old), await consents.isLink(digest)]).toEqual([false, true])
  const both = await Promise.all([consents.takeLink(digest), consents.takeLink(digest)])
  expect([both.filter(Boolean).length, await consents.isLink(digest)]).toEqual([1, false])
  await consents.begin('s', 'sealed')
  expect([await consents.take('x'), await consents.take('s'), await consents.take('s')]).toEqual([
    undefined,
    'sealed',
    undefined,
  ])
})

test('an upload is known until its time is over', async () => {
  const uploads = uploadStore(world.db)
  await uploads.keep('a', 'id-a', HOUR_MS)
  await uploads.keep('b', 'id-b', -1)
  expect([await uploads.find('a'), await uploads.find('b')]).toEqual(['id-a', undefined])
  await uploads.keep('a', 'id-a2', HOUR_MS)
  expect([await uploads.find('a'), await world.db.prisma.platformUpload.count()]).toEqual(['id-a2', 1])
  await uploads.drop('a')
  expect(await uploads.find('a')).toBeUndefined()
})
