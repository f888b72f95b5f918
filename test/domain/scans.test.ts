import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { recordScan, SCAN_LIMITS, takeTurn, type ScanIn, type ScanLimits } from '../../domain/scans.js'
import { lookUp } from '../../domain/provenance.js'
import { aChat, aLot, anEstablishmentCode } from '../../prisma/seed/builders.js'
import { statement } from '../../prisma/tx.js'
import { freshWorld, type World } from '../world.js'
import { NOW } from './actors.js'
import { aMarket, type Market } from './shop.js'

let world: World
let market: Market
beforeAll(async () => {
  world = await freshWorld()
  market = await aMarket(world.db)
})
afterAll(() => world.close())

/** Real time of the database goes by for a chat: what was counted lies so much further back. */
const later = (chatId: number, seconds: number) =>
  world.db.run(
    statement<object, [number, number]>(
      'test_later',
      `update chats set lookup_tat = lookup_tat - $2::float8 * interval '1 second', miss_tat = miss_tat - $2::float8 * interval '1 second' where id = $1`,
    ),
    [chatId, seconds],
  )
const scanOf = (found: ScanIn['found'], over: Partial<ScanIn> = {}): ScanIn => ({
  at: NOW,
  code: found.code,
  found,
  scanner: null,
  channel: 'telegram',
  means: 'typed',
  chatId: null,
  ...over,
})
const UNKNOWN: ScanIn['found'] = { kind: 'unknown', verdict: 'unknown', code: 'NOTHERE00', candidates: [] }

describe('how fast a chat may look', () => {
  test('twenty at once, then one every three seconds; twenty a minute for ever', async () => {
    const { id } = await aChat(world.db)
    for (let i = 0; i < 20; i++) expect(await takeTurn(world.db, id)).toEqual({ allowed: true })
    const stopped = await takeTurn(world.db, id)
    expect(stopped).toMatchObject({ allowed: false, because: 'look-ups' })
    expect('waitSeconds' in stopped && stopped.waitSeconds).toBe(3)
    await later(id, 3)
    expect(await takeTurn(world.db, id)).toEqual({ allowed: true })
    expect(await takeTurn(world.db, id)).toMatchObject({ allowed: false })
    for (let minute = 0; minute < 3; minute++) {
      await later(id, 60)
      for (let i = 0; i < 20; i++) expect(await takeTurn(world.db, id)).toEqual({ allowed: true })
    }
  })

  test('asking while one must wait costs nothing', async () => {
    const { id } = await aChat(world.db)
    const limits: ScanLimits = { ...SCAN_LIMITS, lookUps: { count: 1, seconds: 60, burst: 1 } }
    expect(await takeTurn(world.db, id, limits)).toEqual({ allowed: true })
    for (let i = 0; i < 5; i++)
      expect(await takeTurn(world.db, id, limits)).toMatchObject({ allowed: false, waitSeconds: 60 })
    await later(id, 60)
    expect(await takeTurn(world.db, id, limits)).toEqual({ allowed: true })
  })

  test('ten codes that were never issued, then a wait; found ones do not count', async () => {
    const { id } = await aChat(world.db)
    const lot = await aLot(world.db, { productId: market.orange.id, establishmentId: market.shop.id })
    const found = await lookUp(world.db, lot.code, { now: NOW })
    for (let i = 0; i < 15; i++) await recordScan(world.db, scanOf(found, { chatId: id }))
    for (let i = 0; i < 10; i++) {
      expect(await takeTurn(world.db, id)).toEqual({ allowed: true })
      await recordScan(world.db, scanOf(UNKNOWN, { chatId: id }))
    }
    const stopped = await takeTurn(world.db, id)
    expect(stopped).toMatchObject({ allowed: false, because: 'misses' })
    expect('waitSeconds' in stopped && stopped.waitSeconds).toBe(120)
    await later(id, 120)
    expect(await takeTurn(world.db, id)).toEqual({ allowed: true })
  })

  test('one chat does not count for another; one that is not there is let through', async () => {
    const [a, b] = [await aChat(world.db), await aChat(world.db)]
    const limits: ScanLimits = { ...SCAN_LIMITS, lookUps: { count: 1, seconds: 60, burst: 1 } }
    expect(await takeTurn(world.db, a.id, limits)).toEqual({ allowed: true })
    expect(await takeTurn(world.db, b.id, limits)).toEqual({ allowed: true })
    expect(await takeTurn(world.db, 2 ** 31 - 1, limits)).toEqual({ allowed: true })
  })

  test('asked ten times at the same moment it allows as many as it should', async () => {
    const { id } = await aChat(world.db)
    const limits: ScanLimits = { ...SCAN_LIMITS, lookUps: { count: 1, seconds: 60, burst: 4 } }
    const turns = await Promise.all(Array.from({ length: 10 }, () => takeTurn(world.db, id, limits)))
    expect(turns.filter(({ allowed }) => allowed)).toHaveLength(4)
  })
})

describe('a look is written down', () => {
  test('without the person: code, lot, hash, means and what was told', async () => {
    const lot = await aLot(world.db, {
      productId: market.orange.id,
      establishmentId: market.shop.id,
      status: 'recalled',
    })
    const found = await lookUp(world.db, lot.code, { now: NOW })
    const scanner = new Uint8Array(32).fill(7)
    await recordScan(world.db, scanOf(found, { scanner, means: 'photo', placeId: market.shop.id }))
    const [scan] = await world.db.prisma.scan.findMany({ where: { lotId: lot.id } })
    expect(scan).toMatchObject({
      at: NOW,
      code: lot.code,
      channel: 'telegram',
      means: 'photo',
      verdict: 'recalled',
      placeId: market.shop.id,
    })
    expect([...scan!.scanner!]).toEqual([...scanner])
  })

  test('a sign is a place; what is no code is cut', async () => {
    const code = await anEstablishmentCode(world.db, market.rival.id)
    await recordScan(world.db, scanOf(await lookUp(world.db, code, { now: NOW })))
    expect(await world.db.prisma.scan.findMany({ where: { code } })).toMatchObject([
      { placeId: market.rival.id, lotId: null, verdict: 'valid' },
    ])
    await recordScan(world.db, scanOf({ ...UNKNOWN, code: 'x'.repeat(5000) }))
    expect(await world.db.prisma.scan.findMany({ where: { code: 'x'.repeat(31) } })).toHaveLength(1)
  })
})
