import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { lookUp, type LotProvenance } from '../../domain/provenance.js'
import { searchEstablishments } from '../../domain/establishments.js'
import { myLots } from '../../domain/my-lots.js'
import { peopleList } from '../../domain/people.js'
import { standingOf } from '../../domain/rights.js'
import { CONSUMERS, LOTS, OFFICIALS, PRODUCTS, SITES } from '../../prisma/seed/demo-data.js'
import { DEMO_CODES, seedDemo } from '../../prisma/seed/demo.js'
import { readDemoMark } from '../../prisma/statements/demo.js'
import { isCode } from '../../qr/codes.js'
import { productPicture } from '../../qr/picture.js'
import { NOW, OPERATOR } from '../domain/actors.js'
import { freshWorld, type World } from '../world.js'

let world: World
const files = new Map<string, Buffer>()
const isDemo = async () => (await world.db.run(readDemoMark, []))[0]?.seeded ?? false
const store = {
  put: async (bytes: Uint8Array) => {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    files.set(sha256, Buffer.from(bytes))
    return { key: sha256, sha256 }
  },
}
const parts = { files: store, now: NOW, picture: productPicture }
beforeAll(async () => {
  world = await freshWorld()
  expect(await isDemo()).toBe(false)
  expect(await seedDemo(world.db, parts)).toBe(true)
})
afterAll(() => world.close())

const found = async (code: string) => (await lookUp(world.db, code, { now: NOW })) as LotProvenance
const actorAs = async (persona: string, now = NOW) => {
  const chat = await world.db.prisma.chat.findUniqueOrThrow({
    where: { channel_address: { channel: 'console', address: persona } },
  })
  return { chatId: chat.id, personId: chat.personId, channel: 'console' as const, now, language: 'vi' as const }
}

describe('the demo', () => {
  test('its size: shops, makers, wholesaler, importer, farms, products, lots', async () => {
    const sites = await world.db.prisma.establishment.groupBy({
      by: ['class'],
      _count: true,
      orderBy: { class: 'asc' },
    })
    expect(Object.fromEntries(sites.map((row) => [row.class, row._count]))).toEqual({
      fruit_shop: 6,
      cake_maker: 3,
      wholesaler: 1,
      importer: 1,
      farm: 2,
    })
    expect(PRODUCTS).toHaveLength(25)
    expect((await world.db.prisma.product.groupBy({ by: ['name'] })).length).toBe(25)
    expect(LOTS).toHaveLength(60)
    expect(await world.db.prisma.lot.count()).toBe(60)
    expect(
      new Set((await world.db.prisma.product.findMany({ select: { uom: true } })).map(({ uom }) => uom)).size,
    ).toBeGreaterThan(4)
  })

  test('every chain reaches a producer or importer, comes in order of time, and lies before now', async () => {
    const codes = await world.db.prisma.code.findMany({ where: { kind: 'lot' } })
    for (const { code } of codes) {
      expect(isCode(code)).toBe(true)
      const lot = await found(code)
      expect(lot.verified.chain.complete).toBe(true)
      expect(lot.makers.length).toBeGreaterThan(0)
      expect(lot.makers.every(({ name }) => name !== null)).toBe(true)
      expect(lot.registeredAt < NOW).toBe(true)
      expect(files.has(lot.product.pictureKey!)).toBe(true)
      expect(lot.certificates.length).toBeGreaterThan(0)
    }
    const [wrong] = await world.db.prisma.$queryRaw<{ count: number }[]>`
      select count(*)::int from event_lots i join event_lots o on o.event_id = i.event_id and o.role = 'output'
      join lots a on a.id = i.lot_id join lots b on b.id = o.lot_id where i.role = 'input' and a.created_at >= b.created_at`
    expect(wrong!.count).toBe(0)
  })

  test.each([
    ['valid', 'valid'],
    ['expired', 'expired'],
    ['recalled', 'recalled'],
    ['soldOut', 'sold_out'],
    ['held', 'held'],
    ['cake', 'valid'],
    ['supplier', 'valid'],
    ['badge', 'valid'],
    ['badgeSuspended', 'suspended'],
    ['badgeExpired', 'expired'],
    ['establishment', 'valid'],
  ] as const)('%s is %s', async (key, verdict) => {
    expect((await lookUp(world.db, DEMO_CODES[key], { now: NOW })).verdict).toBe(verdict)
  })

  test('some expired, one recalled, one sold out, one held; the known codes stay what they are', async () => {
    const statuses = await world.db.prisma.lot.groupBy({ by: ['status'], _count: true })
    expect(Object.fromEntries(statuses.map((row) => [row.status, row._count]))).toEqual({
      active: 57,
      recalled: 1,
      sold_out: 1,
      held: 1,
    })
    const codes = await world.db.prisma.code.findMany({ where: { kind: 'lot' } })
    const verdicts = await Promise.all(codes.map(async ({ code }) => (await found(code)).verdict))
    expect(verdicts.filter((verdict) => verdict === 'expired').length).toBeGreaterThanOrEqual(3)
    expect([DEMO_CODES.valid, DEMO_CODES.expired, DEMO_CODES.recalled]).toEqual(['V57X2K1SZ', 'V5Z9WYFH6', '6XER2PF5G'])
    expect((await found(DEMO_CODES.recalled)).status).toMatchObject({
      unit: { code: 'HN-P-BD' },
      reason: expect.stringContaining('hàn the'),
    })
  })

  test('pictures are pictures, with their size', async () => {
    const pictures = await world.db.prisma.file.findMany()
    expect(pictures).toHaveLength(25)
    for (const { width, height, bytes, key } of pictures)
      expect([files.get(key)!.length, width! > 0, height! > 0]).toEqual([bytes, true, true])
  })

  test('personas can be talked as on the console and on the web, each with its roles', async () => {
    const people = await peopleList(world.db, OPERATOR)
    const personas = [
      ...SITES.map(({ owner }) => owner.persona),
      'staff-fruit',
      ...OFFICIALS.map(({ persona }) => persona),
      ...CONSUMERS.map(({ persona }) => persona),
    ]
    expect(people.flatMap((person) => person.personas).sort()).toEqual([...personas].sort())
    for (const address of personas) expect(await world.db.prisma.chat.count({ where: { address } })).toBe(2)
    expect((await standingOf(world.db, await actorAs('owner-fruit'))).memberships).toMatchObject([
      { role: 'owner', code: 'BD-0001' },
    ])
    expect((await standingOf(world.db, await actorAs('staff-fruit'))).memberships).toMatchObject([
      { role: 'staff', code: 'BD-0001' },
    ])
    expect(await standingOf(world.db, await actorAs('consumer'))).toEqual({ memberships: [], mandates: [] })
    expect((await myLots(world.db, await actorAs('owner-cakes'))).lots).toHaveLength(3)
  })

  test('officials of both trees see every site of the city in their time, and none twice or never', async () => {
    const seenBy = async (persona: string, now = NOW) =>
      (await searchEstablishments(world.db, await actorAs(persona, now), { limit: 100 })).length
    const wards = await Promise.all(
      ['ward-officer', 'ward-officer-ngoc-ha', 'ward-officer-giang-vo', 'ward-officer-hong-ha'].map((persona) =>
        seenBy(persona),
      ),
    )
    const inCity = SITES.filter((site) => site.wards !== null).length
    expect(wards.reduce((sum, count) => sum + count)).toBe(inCity)
    expect(wards.every((count) => count > 0)).toBe(true)
    expect(await seenBy('city-officer')).toBe(inCity)
    expect(await seenBy('district-officer')).toBe(0)
    const before = new Date('2025-06-15T05:00:00Z')
    expect(await seenBy('district-officer', before)).toBe(inCity)
    expect(await seenBy('ward-officer', before)).toBe(0)
  })

  test('no site of the city is without a unit on any day since it began', async () => {
    for (const day of ['2022-01-10', '2024-12-31', '2025-01-01', '2025-06-30', '2025-07-01', '2026-11-24']) {
      const [row] = await world.db.prisma.$queryRaw<{ count: number }[]>`
        select count(*)::int from establishment_units s join units u on u.id = s.unit_id
        where ${day}::date between s.valid_from and coalesce(s.valid_to, 'infinity') and ${day}::date between u.valid_from and coalesce(u.valid_to, 'infinity')`
      expect([day, row!.count]).toEqual([day, 11])
    }
  })

  test('a second time, and two at once, change nothing', async () => {
    expect(await Promise.all([seedDemo(world.db, parts), seedDemo(world.db, parts)])).toEqual([false, false])
    expect(await world.db.prisma.lot.count()).toBe(60)
    expect(await isDemo()).toBe(true)
  })
})
