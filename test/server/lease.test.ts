import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { namedLease } from '../../server/lease.js'
import { freshWorld, type World } from '../world.js'

let world: World
beforeAll(async () => {
  world = await freshWorld()
})
afterAll(() => world.close())

test('one holds it; the others when it is given back or runs out', async () => {
  const lease = (holder: string, leaseMs = 60_000, name = 'poller') => namedLease(world.db, name, holder, leaseMs)
  expect([await lease('a').hold(), await lease('b').hold(), await lease('a').hold()]).toEqual([true, false, true])
  expect(await lease('b', 60_000, 'another').hold()).toBe(true)
  await lease('b').release()
  expect(await lease('b').hold()).toBe(false)
  await lease('a').release()
  expect([await lease('b', 1_000).hold(), await lease('a').hold()]).toEqual([true, false])
  await new Promise((done) => setTimeout(done, 1_050))
  expect([await lease('a').hold(), await lease('b').hold()]).toEqual([true, false])
})

test('of many at the same moment one gets it', async () => {
  const held = await Promise.all(
    Array.from({ length: 8 }, (_, n) => namedLease(world.db, 'rush', `p${n}`, 60_000).hold()),
  )
  expect(held.filter(Boolean)).toHaveLength(1)
})
