import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  mayLookUp,
  recordScan,
  SCAN_LIMITS,
  type LookUpPace,
  type ScanIn,
  type ScanLimits,
} from '../../domain/scans.js'
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

/** As a turn reads it. */
const paceOf = async (chatId: number): Promise<LookUpPace> => {
  const [row] = await world.db.run(
    statement<LookUpPace, [number]>(
      'test_pace',
      `select coalesce(extract(epoch from lookup_tat - now()), 0)::float8 as "lookUpsAhead",
         coalesce(extract(epoch from miss_tat - now()), 0)::float8 as "missesAhead" from chats where id = $1`,
    ),
    [chatId],
  )
  return row!
}

describe('how fast a chat may look', () => {
  let found: ScanIn['found']
  beforeAll(async () => {
    const lot = await aLot(world.db, { productId: market.orange.id, establishmentId: market.shop.id })
    found = await lookUp(world.db, lot.code, { now: NOW })
  })

  /** Asks, and looks when it may: as one turn does. */
  const look = async (chatId: number, limits = SCAN_LIMITS, what = found) => {
    const may = mayLookUp(await paceOf(chatId), limits)
    if (may.allowed) await recordScan(world.db, scanOf(what, { chatId }), limits)
    return may
  }
  const ONE_A_MINUTE: ScanLimits = { ...SCAN_LIMITS, lookUps: { count: 1, seconds: 60, burst: 1 } }

  test('twenty at once, then one every three seconds; twenty a minute for ever', async () => {
    const { id } = await aChat(world.db)
    for (let i = 0; i < 20; i++) expect(await look(id)).toEqual({ allowed: true })
    const stopped = await look(id)
    expect(stopped).toMatchObject({ allowed: false, because: 'look-ups' })
    expect('waitSeconds' in stopped && stopped.waitSeconds).toBe(3)
    await later(id, 3)
    expect(await look(id)).toEqual({ allowed: true })
    expect(await look(id)).toMatchObject({ allowed: false })
    for (let minute = 0; minute < 3; minute++) {
      await later(id, 60)
      for (let i = 0; i < 20; i++) expect(await look(id)).toEqual({ allowed: true })
    }
  })

  test('asking while one must wait costs nothing', async () => {
    const { id } = await aChat(world.db)
    expect(await look(id, ONE_A_MINUTE)).toEqual({ allowed: true })
    for (let i = 0; i < 5; i++) expect(await look(id, ONE_A_MINUTE)).toMatchObject({ allowed: false, waitSeconds: 60 })
    await later(id, 60)
    expect(await look(id, ONE_A_MINUTE)).toEqual({ allowed: true })
  })

  test('ten codes that were never issued, then a wait; found ones do not count', async () => {
    const { id } = await aChat(world.db)
    const wide: ScanLimits = { ...SCAN_LIMITS, lookUps: { count: 1_000, seconds: 1, burst: 1_000 } }
    for (let i = 0; i < 15; i++) expect(await look(id, wide)).toEqual({ allowed: true })
    for (let i = 0; i < 10; i++) expect(await look(id, wide, UNKNOWN)).toEqual({ allowed: true })
    const stopped = await look(id, wide)
    expect(stopped).toMatchObject({ allowed: false, because: 'misses' })
    expect('waitSeconds' in stopped && stopped.waitSeconds).toBe(120)
    await later(id, 120)
    expect(await look(id, wide)).toEqual({ allowed: true })
  })

  test('one chat does not count for another, and a page for none', async () => {
    const [a, b] = [await aChat(world.db), await aChat(world.db)]
    expect(await look(a.id, ONE_A_MINUTE)).toEqual({ allowed: true })
    for (let i = 0; i < 5; i++) await recordScan(world.db, scanOf(found), ONE_A_MINUTE)
    expect(await look(b.id, ONE_A_MINUTE)).toEqual({ allowed: true })
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
