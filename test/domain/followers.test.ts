import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { follow, follows, unfollow } from '../../domain/followers.js'
import { recallLot } from '../../domain/lot-life.js'
import { lookUp } from '../../domain/provenance.js'
import { aLot } from '../../prisma/seed/builders.js'
import { showCode } from '../../qr/codes.js'
import { freshWorld, type World } from '../world.js'
import { actorOf, granted, NOW, refusalOf } from './actors.js'
import { aReporter, told } from './case-desk.js'
import { aMarket, type Market } from './shop.js'

let world: World
let market: Market
beforeAll(async () => {
  world = await freshWorld()
  market = await aMarket(world.db)
})
afterAll(() => world.close())

const aShopLot = () => aLot(world.db, { productId: market.orange.id, establishmentId: market.shop.id })
const recall = (code: string, who = market.wardOfficer) =>
  world.db.transaction((tx) => recallLot(tx, actorOf(who), code, 'Dư lượng thuốc'))

test('who follows a lot hears once that it was recalled, and the card is red from the same moment', async () => {
  const { db } = world
  const { code } = await aShopLot()
  const [stays, leaves] = [await aReporter(db), await aReporter(db)]
  expect(await follow(db, actorOf(stays), code)).toEqual({ code, follows: true, changed: true })
  expect(await follow(db, actorOf(stays), code)).toMatchObject({ changed: false })
  await follow(db, actorOf(leaves), code)
  expect(await unfollow(db, actorOf(leaves), code)).toEqual({ code, follows: false, changed: true })
  expect(await follows(db, actorOf(stays), code)).toBe(true)
  expect(await follows(db, actorOf(leaves), code)).toBe(false)
  expect(refusalOf(await follow(db, actorOf(stays), 'AAAA1'))).toBe('refusal.lot-unknown')
  expect(refusalOf(await recall(code, market.otherOfficer))).toBe('refusal.lot-unknown')
  expect(await told(db, stays.chatId)).toEqual([])
  granted(await recall(code))
  expect(await lookUp(db, code, { now: NOW })).toMatchObject({ verdict: 'recalled' })
  expect(await told(db, stays.chatId)).toEqual([
    `🛑 Lô Cam Canh (mã ${showCode(code)}) mà bác theo dõi đã bị thu hồi. Bác đừng ăn, và giữ lại tem.\nLý do: Dư lượng thuốc`,
  ])
  expect(await told(db, leaves.chatId)).toEqual([])
  expect(await db.prisma.outbox.findFirst({ where: { chatId: stays.chatId } })).toMatchObject({ lane: 2 })
})

test('ten thousand followers are told by one statement', async () => {
  const { db } = world
  const { id, code } = await aShopLot()
  await db.prisma
    .$executeRaw`insert into chats (channel, address) select 'web', 'f' || n from generate_series(1, 10000) n`
  await db.prisma.$executeRaw`
    insert into lot_followers (lot_id, chat_id, at) select ${id}, id, ${NOW} from chats where address ~ '^f[0-9]+$'`
  const began = performance.now()
  granted(await recall(code))
  expect(performance.now() - began).toBeLessThan(5_000)
  expect(await db.prisma.outbox.count({ where: { uniqueKey: { startsWith: `recalled:${id}:` } } })).toBe(10_000)
})
