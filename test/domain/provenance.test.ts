import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { addDays, dateOf } from '../../domain/days.js'
import { lookUp, lookUpAs, PUBLIC, type EstablishmentProvenance, type LotProvenance } from '../../domain/provenance.js'
import { CHAIN_LOTS_MAX, CHAIN_STEPS_MAX } from '../../prisma/statements/provenance.js'
import {
  aBadge,
  aCertificate,
  aLot,
  anEstablishment,
  anEstablishmentCode,
  anEvent,
  aProduct,
  type LotOver,
} from '../../prisma/seed/builders.js'
import type { Tx } from '../../prisma/tx.js'
import { freshWorld, type World } from '../world.js'
import { actorOf, NOW, TODAY } from './actors.js'
import { aMarket, tried, type Market } from './shop.js'

let world: World
let market: Market
beforeAll(async () => {
  world = await freshWorld()
  market = await aMarket(world.db)
})
afterAll(() => world.close())

const inMarket = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => tried(world.db, work)
const lotAt = async (tx: Tx, code: string, now = NOW) => (await lookUp(tx, code, { now })) as LotProvenance
const QUANTITY = 777.5

/** Farm, wholesaler, shop: one lot each. */
async function aChain(
  tx: Tx,
  over: { farm?: Partial<LotOver>; middle?: Partial<LotOver>; shop?: Partial<LotOver> } = {},
) {
  const farm = await aLot(tx, {
    productId: market.farmOrange.id,
    establishmentId: market.farm.id,
    harvestedOn: dateOf('2026-11-18'),
    expiresOn: dateOf('2026-12-02'),
    createdAt: new Date('2026-11-19T01:00:00Z'),
    quantity: QUANTITY,
    ...over.farm,
  })
  const middle = await aLot(tx, {
    productId: market.tradedOrange.id,
    establishmentId: market.wholesaler.id,
    createdAt: new Date('2026-11-20T01:00:00Z'),
    from: [farm],
    quantity: QUANTITY,
    ...over.middle,
  })
  const shop = await aLot(tx, {
    productId: market.orange.id,
    establishmentId: market.shop.id,
    createdAt: new Date('2026-11-21T01:00:00Z'),
    from: [middle],
    quantity: QUANTITY,
    harvestedOn: dateOf('2026-11-18'),
    expiresOn: dateOf('2026-12-02'),
    ...over.shop,
  })
  return { farm, middle, shop }
}

describe('a lot', () => {
  test('product, dates, chain in order with place, time and role; producer and shop named, the middle not', () =>
    inMarket(async (tx) => {
      const { shop } = await aChain(tx)
      const found = await lotAt(tx, shop.code)
      expect(found).toMatchObject({
        kind: 'lot',
        verdict: 'valid',
        because: null,
        code: shop.code,
        lotCode: shop.code,
        product: { name: 'Cam Canh', category: { code: 'fresh_fruit', nameEn: 'Fresh fruit' }, pictureKey: null },
        harvestedOn: '2026-11-18',
        expiresOn: '2026-12-02',
        daysLeft: 8,
        quantity: null,
        status: null,
        cut: false,
        makers: [
          {
            role: 'farm',
            name: 'Nông trại Gốc',
            address: 'Xã Gốc',
            place: { unit: null, province: 'Phú Thọ', country: 'VN' },
          },
        ],
        shop: { role: 'fruit_shop', name: 'Cửa hàng Ngọn', address: 'Phố Ngọn', place: { unit: { code: 'HN-P-BD' } } },
        verified: {
          stated: { by: { name: 'Cửa hàng Ngọn' }, on: '2026-11-21' },
          chain: { complete: true, lots: 3 },
          checks: [],
        },
      })
      expect(found.steps).toMatchObject([
        { kind: 'grown', at: { day: '2026-11-18' }, who: { role: 'farm', name: 'Nông trại Gốc' }, quantity: null },
        {
          kind: 'received',
          who: { role: 'wholesaler', name: null, address: null, place: { unit: { code: 'HN-P-GV' } } },
          quantity: null,
        },
        { kind: 'received', who: { role: 'fruit_shop', name: 'Cửa hàng Ngọn' }, quantity: null },
      ])
      expect(found.steps.map(({ at }) => ('moment' in at ? new Date(at.moment).toISOString() : at.day))).toEqual([
        '2026-11-18',
        '2026-11-20T01:00:00.000Z',
        '2026-11-21T01:00:00.000Z',
      ])
    }))

  test('nothing that the public must not see is anywhere in it', () =>
    inMarket(async (tx) => {
      const { middle, shop } = await aChain(tx, {
        middle: { supplierName: 'Chị Ba' },
        shop: { statusReason: 'bí mật', status: 'held', statusAt: NOW },
      })
      await aCertificate(tx, { establishmentId: market.wholesaler.id, number: 'SECRET-1', checkedById: market.city })
      await aCertificate(tx, { establishmentId: market.shop.id, number: 'UNCHECKED-1' })
      await aBadge(tx, { establishmentId: market.wholesaler.id, issuedById: market.city, number: 'SECRET-2' })
      for (const code of [shop.code, middle.code]) {
        const text = JSON.stringify(await lotAt(tx, code))
        for (const secret of [
          'Đầu mối Giữa',
          'Chợ Giữa',
          'SECRET-1',
          'SECRET-2',
          'UNCHECKED-1',
          String(QUANTITY),
          'Chị Ba',
          'bí mật',
          'Chủ',
        ])
          expect(text).not.toContain(secret)
        expect(text).toContain('Nông trại Gốc')
      }
    }))

  test('the middle is named by consent', () =>
    inMarket(async (tx) => {
      const { shop } = await aChain(tx)
      await tx.prisma.establishment.update({ where: { id: market.wholesaler.id }, data: { namedInChain: true } })
      expect((await lotAt(tx, shop.code)).steps[1]!.who.name).toBe('Đầu mối Giữa')
    }))

  test('expiry by the calendar of Việt Nam: the last day counts', () =>
    inMarket(async (tx) => {
      const { shop } = await aChain(tx, { shop: { expiresOn: dateOf(TODAY) } })
      expect(await lotAt(tx, shop.code)).toMatchObject({ verdict: 'valid', daysLeft: 0 })
      const lastMoment = new Date('2026-11-24T16:59:59Z')
      expect(await lotAt(tx, shop.code, lastMoment)).toMatchObject({ verdict: 'valid', daysLeft: 0 })
      expect(await lotAt(tx, shop.code, new Date(lastMoment.getTime() + 1000))).toMatchObject({
        verdict: 'expired',
        because: 'lot',
        daysLeft: -1,
      })
    }))

  test.each([
    [{ shop: { status: 'sold_out' } }, 'sold_out', 'lot'],
    [{ shop: { status: 'sold_out', expiresOn: dateOf('2026-11-01') } }, 'expired', 'lot'],
    [{ shop: { status: 'held', expiresOn: dateOf('2026-11-01') } }, 'held', 'lot'],
    [{ shop: { status: 'recalled' }, farm: { status: 'held' } }, 'recalled', 'lot'],
    [{ shop: { status: 'held' }, farm: { status: 'recalled' } }, 'recalled', 'source'],
    [{ middle: { status: 'held' } }, 'held', 'source'],
    [{ farm: { status: 'destroyed' } }, 'destroyed', 'source'],
    [{ farm: { status: 'sold_out' }, middle: { status: 'sold_out' } }, 'valid', null],
    [{ farm: { expiresOn: dateOf('2026-11-20') } }, 'valid', null],
  ] as [Parameters<typeof aChain>[1], string, string | null][])('%j: %s', (over, verdict, because) =>
    inMarket(async (tx) => {
      const { shop } = await aChain(tx, over)
      expect(await lotAt(tx, shop.code)).toMatchObject({ verdict, because })
    }),
  )

  test('a recall says since when, by whom and why; a hold does not say why', () =>
    inMarket(async (tx) => {
      const order = { statusAt: NOW, statusUnitId: market.ward, statusReason: 'Có dư lượng' }
      const { shop } = await aChain(tx, { farm: { status: 'recalled', ...order } })
      expect((await lotAt(tx, shop.code)).status).toEqual({
        since: NOW,
        unit: { code: 'HN-P-BD', name: 'Phường Ba Đình', nameEn: 'Ba Dinh ward' },
        reason: 'Có dư lượng',
      })
      const held = await aChain(tx, { shop: { status: 'held', ...order } })
      expect((await lotAt(tx, held.shop.code)).status).toMatchObject({ unit: { code: 'HN-P-BD' }, reason: null })
    }))

  test('a maker’s new food is its own; what went into it is not named', () =>
    inMarket(async (tx) => {
      const { farm } = await aChain(tx)
      const product = await aProduct(tx, {
        establishmentId: market.cakes.id,
        name: 'Mứt cam',
        categoryCode: 'other_cake',
      })
      const jam = await aLot(tx, {
        productId: product.id,
        establishmentId: market.cakes.id,
        from: [farm],
        made: true,
        producedOn: dateOf('2026-11-22'),
      })
      const found = await lotAt(tx, jam.code)
      expect(found.makers.map(({ name }) => name)).toEqual(['Bánh Nhà'])
      expect(found.shop?.name).toBe('Bánh Nhà')
      expect(found.steps.map(({ kind, product, who }) => [kind, product, who.name])).toEqual([
        ['grown', 'Cam Canh', null],
        ['made', 'Mứt cam', 'Bánh Nhà'],
      ])
      const sold = await aLot(tx, { productId: market.orange.id, establishmentId: market.shop.id, from: [jam] })
      expect((await lotAt(tx, sold.code)).makers.map(({ name }) => name)).toEqual(['Bánh Nhà'])
    }))

  test('a shop’s own word without a registered source is not whole, and says its origin', () =>
    inMarket(async (tx) => {
      const lot = await aLot(tx, {
        productId: market.orange.id,
        establishmentId: market.shop.id,
        origin: 'New Zealand',
        supplierName: 'Chị Ba',
      })
      expect(await lotAt(tx, lot.code)).toMatchObject({
        origin: 'New Zealand',
        makers: [],
        shop: { name: 'Cửa hàng Ngọn' },
        verified: { chain: { complete: false, lots: 1 } },
      })
      expect((await lotAt(tx, lot.code)).steps).toMatchObject([{ kind: 'received', who: { name: 'Cửa hàng Ngọn' } }])
    }))

  test('certificates: checked ones of those who are named, until when, by which unit; expired ones say so and verify nothing', () =>
    inMarket(async (tx) => {
      const checked = { checkedAt: new Date('2026-10-01T02:00:00Z'), checkedById: market.ward }
      await aCertificate(tx, { establishmentId: market.shop.id, number: 'A', ...checked, validUntil: dateOf(TODAY) })
      await aCertificate(tx, {
        establishmentId: market.shop.id,
        number: 'B',
        kind: 'vietgap',
        ...checked,
        validUntil: dateOf(addDays(TODAY, -1)),
      })
      await aCertificate(tx, {
        establishmentId: market.farm.id,
        number: 'C',
        kind: 'vietgap',
        checkedAt: new Date('2026-11-02T02:00:00Z'),
        checkedById: market.city,
        validUntil: null,
      })
      const { id } = await aBadge(tx, {
        establishmentId: market.shop.id,
        issuedById: market.ward,
        number: 'BND-1',
        issuedOn: dateOf('2026-03-01'),
        validUntil: dateOf('2029-03-01'),
      })
      expect(id).toBeGreaterThan(0)
      const { shop } = await aChain(tx)
      const found = await lotAt(tx, shop.code)
      expect(
        found.certificates.map(({ number, expired, of, checkedBy, checkedOn, validUntil }) => [
          number,
          expired,
          of,
          checkedBy.code,
          checkedOn,
          validUntil,
        ]),
      ).toEqual([
        ['C', false, 'maker', 'HN', '2026-11-02', null],
        ['A', false, 'shop', 'HN-P-BD', '2026-10-01', TODAY],
        ['B', true, 'shop', 'HN-P-BD', '2026-10-01', addDays(TODAY, -1)],
      ])
      expect(found.badge).toEqual({
        number: 'BND-1',
        state: 'valid',
        issuedOn: '2026-03-01',
        validUntil: '2029-03-01',
        issuedBy: expect.objectContaining({ code: 'HN-P-BD' }),
      })
      expect(found.verified.checks.map(({ what, by, on }) => [what, by.code, on])).toEqual([
        ['vietgap', 'HN', '2026-11-02'],
        ['food_safety', 'HN-P-BD', '2026-10-01'],
        ['badge', 'HN-P-BD', '2026-03-01'],
      ])
    }))

  test('the place is that of the day: the old ward for a lot of its time', () =>
    inMarket(async (tx) => {
      const site = await anEstablishment(tx, {
        units: [
          { unitId: market.units.get('HN-BD-QT')!, validFrom: dateOf('2024-01-01'), validTo: dateOf('2025-06-30') },
          { unitId: market.ward, validFrom: dateOf('2025-07-01') },
        ],
      })
      const { id: productId } = await aProduct(tx, { establishmentId: site.id })
      const wardOf = async (createdAt: string) =>
        (
          await lotAt(
            tx,
            (await aLot(tx, { productId, establishmentId: site.id, createdAt: new Date(createdAt) })).code,
          )
        ).steps[0]!.who.place.unit?.code
      expect(await wardOf('2025-06-30T16:59:00Z')).toBe('HN-BD-QT')
      expect(await wardOf('2025-06-30T17:00:00Z')).toBe('HN-P-BD')
    }))

  test('later events of the lot are steps too; declared wrong ones are not', () =>
    inMarket(async (tx) => {
      const { shop } = await aChain(tx)
      const here = {
        type: 'object',
        action: 'observe',
        eventTime: NOW,
        placeId: market.shop.id,
        statedById: market.shop.id,
        lots: [{ lotId: shop.id, role: 'object' }],
      } as const
      await anEvent(tx, { ...here, bizStep: 'inspecting', disposition: 'conformant', lots: [...here.lots] })
      await anEvent(tx, {
        ...here,
        bizStep: 'retail_selling',
        disposition: 'retail_sold',
        lots: [...here.lots],
        errorAt: NOW,
        errorReason: 'did_not_occur',
      })
      expect((await lotAt(tx, shop.code)).steps.map(({ kind }) => kind)).toEqual([
        'grown',
        'received',
        'received',
        'inspected',
      ])
    }))

  test('a chain declared wrong is followed no more', () =>
    inMarket(async (tx) => {
      const { shop } = await aChain(tx)
      await tx.prisma.event.updateMany({
        where: { type: 'transformation', lots: { some: { lotId: shop.id } } },
        data: { errorAt: NOW, errorReason: 'did_not_occur' },
      })
      expect(await lotAt(tx, shop.code)).toMatchObject({
        makers: [],
        verified: { chain: { complete: false, lots: 1 } },
      })
    }))

  test('a unit’s own code leads to its lot', () =>
    inMarket(async (tx) => {
      const { shop } = await aChain(tx)
      await tx.prisma.code.create({ data: { code: '7K2M9QXAB', kind: 'serial', lotId: shop.id, issuedAt: NOW } })
      expect(await lotAt(tx, '7K2M9QXAB')).toMatchObject({ code: '7K2M9QXAB', lotCode: shop.code, lotId: shop.id })
    }))
})

describe('limits of a chain', () => {
  test('a longer chain is cut, says so, and is not called whole', () =>
    inMarket(async (tx) => {
      const make = (from: { id: number; establishmentId: number }[]) =>
        aLot(tx, { productId: market.farmOrange.id, establishmentId: market.farm.id, from })
      let lot = await make([])
      for (let i = 0; i < CHAIN_STEPS_MAX; i++) lot = await make([lot])
      expect(await lotAt(tx, lot.code)).toMatchObject({
        cut: false,
        verified: { chain: { complete: true, lots: CHAIN_STEPS_MAX + 1 } },
      })
      lot = await make([lot])
      expect(await lotAt(tx, lot.code)).toMatchObject({
        cut: true,
        verified: { chain: { complete: false, lots: CHAIN_STEPS_MAX + 1 } },
      })
    }))

  test('a mixture of a hundred lots, mixed again and again, is cut and quick', () =>
    inMarket(async (tx) => {
      const mixed = { productId: market.farmOrange.id, establishmentId: market.farm.id }
      let level = await Promise.all(Array.from({ length: 100 }, () => aLot(tx, mixed)))
      for (let depth = 0; depth < 5; depth++)
        level = await Promise.all(Array.from({ length: depth < 4 ? 10 : 1 }, () => aLot(tx, { ...mixed, from: level })))
      const began = performance.now()
      const found = await lotAt(tx, level[0]!.code)
      expect(performance.now() - began).toBeLessThan(5_000)
      expect(found.cut).toBe(true)
      expect(found.steps.length).toBeLessThanOrEqual(CHAIN_LOTS_MAX)
    }))

  test('a lot reached by two ways stands once, before all that was made of it', () =>
    inMarket(async (tx) => {
      const make = (from: { id: number; establishmentId: number }[]) =>
        aLot(tx, { productId: market.farmOrange.id, establishmentId: market.farm.id, from })
      const root = await make([])
      const branch = await make([root])
      const top = await make([branch, root])
      const found = await lotAt(tx, top.code)
      expect(found.verified.chain).toEqual({ complete: true, lots: 3 })
      expect(found.makers).toHaveLength(1)
      expect(found.steps.map(({ kind }) => kind)).toEqual(['grown', 'repacked', 'repacked'])
    }))
})

describe('a sign', () => {
  test.each([
    ['valid', {}, 'valid'],
    ['past its last day', { validUntil: dateOf('2026-11-23') }, 'expired'],
    ['on its last day', { validUntil: dateOf(TODAY) }, 'valid'],
    ['suspended', { status: 'suspended' }, 'suspended'],
    ['revoked and past', { status: 'revoked', validUntil: dateOf('2026-11-23') }, 'revoked'],
  ] as const)('a badge %s', (_, over, verdict) =>
    inMarket(async (tx) => {
      const { code, number } = await aBadge(tx, { establishmentId: market.shop.id, issuedById: market.ward, ...over })
      expect(await lookUp(tx, code, { now: NOW })).toMatchObject({
        kind: 'establishment',
        sign: 'badge',
        verdict,
        establishmentCode: market.shop.code,
        badge: { number, state: verdict },
        who: { name: 'Cửa hàng Ngọn', address: 'Phố Ngọn', role: 'fruit_shop', place: { unit: { code: 'HN-P-BD' } } },
      })
    }),
  )

  test('an old badge tells of itself, not of the one that followed it', () =>
    inMarket(async (tx) => {
      const here = { establishmentId: market.shop.id, issuedById: market.ward }
      const old = await aBadge(tx, { ...here, issuedOn: dateOf('2023-01-01'), validUntil: dateOf('2026-01-01') })
      const current = await aBadge(tx, { ...here, issuedOn: dateOf('2026-01-02') })
      expect(await lookUp(tx, old.code, { now: NOW })).toMatchObject({
        verdict: 'expired',
        badge: { number: old.number },
      })
      expect(await lookUp(tx, current.code, { now: NOW })).toMatchObject({
        verdict: 'valid',
        badge: { number: current.number },
      })
      const { shop } = await aChain(tx)
      expect((await lotAt(tx, shop.code)).badge?.number).toBe(current.number)
    }))

  test('an establishment, also one that is suspended or has no badge', () =>
    inMarket(async (tx) => {
      const code = await anEstablishmentCode(tx, market.wholesaler.id)
      expect(await lookUp(tx, code, { now: NOW })).toMatchObject({
        kind: 'establishment',
        sign: 'establishment',
        verdict: 'valid',
        badge: null,
        who: { name: 'Đầu mối Giữa' },
      })
      await tx.prisma.establishment.update({ where: { id: market.wholesaler.id }, data: { status: 'suspended' } })
      expect(((await lookUp(tx, code, { now: NOW })) as EstablishmentProvenance).verdict).toBe('suspended')
    }))
})

describe('an unknown code', () => {
  test('with those candidates that exist, in the order given', () =>
    inMarket(async (tx) => {
      const { farm, shop } = await aChain(tx)
      const candidates = ['AAAAAAAAA', shop.code, 'BBBBBBBBB', farm.code]
      expect(await lookUp(tx, 'NOTHERE00', { now: NOW, candidates })).toEqual({
        kind: 'unknown',
        verdict: 'unknown',
        code: 'NOTHERE00',
        candidates: [shop.code, farm.code],
      })
      expect(await lookUp(tx, '', { now: NOW })).toMatchObject({ kind: 'unknown', candidates: [] })
      expect(await lookUp(tx, "' or 1=1 --", { now: NOW })).toMatchObject({ kind: 'unknown' })
    }))
})

describe('seen by others than the public', () => {
  test('a partner sees its own and one step each way, with names and quantities', () =>
    inMarket(async (tx) => {
      const { shop, middle } = await aChain(tx)
      const seenBy = async (who: Parameters<typeof actorOf>[0], code = shop.code) => {
        const found = (await lookUpAs(tx, actorOf(who), code)) as LotProvenance
        return found.steps.map(({ who: { name }, quantity }) => [name, quantity?.quantity ?? null])
      }
      const [farm, wholesaler, here] = ['Nông trại Gốc', 'Đầu mối Giữa', 'Cửa hàng Ngọn']
      expect(await seenBy(market.owner)).toEqual([
        [farm, null],
        [wholesaler, QUANTITY],
        [here, QUANTITY],
      ])
      expect(await seenBy(market.trader)).toEqual([
        [farm, QUANTITY],
        [wholesaler, QUANTITY],
        [here, QUANTITY],
      ])
      expect(await seenBy(market.farmer)).toEqual([
        [farm, QUANTITY],
        [wholesaler, QUANTITY],
        [here, null],
      ])
      expect(await seenBy(market.other)).toEqual([
        [farm, null],
        [null, null],
        [here, null],
      ])
      expect(await seenBy({ id: null, chatId: 1 })).toEqual([
        [farm, null],
        [null, null],
        [here, null],
      ])
      expect(await seenBy(market.trader, middle.code)).toEqual([
        [farm, QUANTITY],
        [wholesaler, QUANTITY],
      ])
    }))

  test('an official sees what lies in the mandate', () =>
    inMarket(async (tx) => {
      const { shop } = await aChain(tx, { shop: { status: 'held', statusReason: 'Nghi ngờ' } })
      const seenBy = async (who: Parameters<typeof actorOf>[0]) => {
        const found = (await lookUpAs(tx, actorOf(who), shop.code)) as LotProvenance
        return [
          ...found.steps.map(({ who: { name }, quantity }) => [name, quantity !== null]),
          found.status?.reason ?? null,
        ]
      }
      const [farm, wholesaler, here] = ['Nông trại Gốc', 'Đầu mối Giữa', 'Cửa hàng Ngọn']
      expect(await seenBy(market.wardOfficer)).toEqual([[farm, false], [null, false], [here, true], 'Nghi ngờ'])
      expect(await seenBy(market.otherOfficer)).toEqual([[farm, false], [wholesaler, true], [here, false], null])
      expect(await seenBy(market.cityAdmin)).toEqual([[farm, false], [wholesaler, true], [here, true], 'Nghi ngờ'])
    }))

  test('the public viewer has no establishments', () => {
    expect([PUBLIC.audience, PUBLIC.establishmentIds.size]).toEqual(['public', 0])
  })
})
