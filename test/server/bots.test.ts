import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { ownBots } from '../../server/bots.js'
import { makeLog } from '../../server/log.js'
import { freshWorld, type World } from '../world.js'

let world: World
beforeAll(async () => {
  world = await freshWorld()
})
afterAll(() => world.close())

const lines: string[] = []
const log = makeLog({ to: { write: (line) => void lines.push(line) } })

test('a name that was learned holds at once, and in every process that starts later', async () => {
  const bots = ownBots(world.db, log)
  await bots.load()
  expect(bots.names).toEqual([])
  const names = bots.names
  const kept = bots.learn('ro_nguon_bot')
  expect(names).toEqual(['ro_nguon_bot'])
  await kept
  await bots.learn('ro_nguon_bot')
  await bots.learn('RoNguonMoiBot')
  const later = ownBots(world.db, log)
  await later.load()
  expect(later.names).toEqual(['ro_nguon_bot', 'RoNguonMoiBot'])
  expect(lines).toEqual([])
})

test('what stands in its place and is no list of names is passed over', async () => {
  await world.db.prisma.setting.update({ where: { key: 'telegram-bots' }, data: { value: { name: 1 } } })
  const bots = ownBots(world.db, log)
  await bots.load()
  expect(bots.names).toEqual([])
})

test('without a database it is known all the same', async () => {
  const gone = { prisma: { setting: { upsert: () => Promise.reject(new Error('no database')) } } }
  const bots = ownBots(gone as unknown as World['db'], log)
  await bots.learn('ro_nguon_bot')
  expect(bots.names).toEqual(['ro_nguon_bot'])
  expect(lines).toHaveLength(1)
})
