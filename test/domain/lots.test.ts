import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { correctLot } from '../../domain/lot-correction.js'
import { holdLot, markOnSaleAgain, markSoldOut, recallLot, releaseLot } from '../../domain/lot-life.js'
import { recentSources } from '../../domain/lot-sources.js'
import { registerLot, type LotIn } from '../../domain/lots.js'
import { lotOf, myLots } from '../../domain/my-lots.js'
import { addProduct, catalogue, searchProducts } from '../../domain/products.js'
import { aFile, aLot, anEstablishment, anEstablishmentCode, aPerson } from '../../prisma/seed/builders.js'
import type { Tx } from '../../prisma/tx.js'
import { isCode } from '../../qr/codes.js'
import { freshWorld, type World } from '../world.js'
import { actorOf, granted, NOW, refusalOf, TODAY } from './actors.js'
import { aMarket, tried, type Market } from './shop.js'

let world: World
let market: Market
beforeAll(async () => {
  world = await freshWorld()
  market = await aMarket(world.db)
})
afterAll(() => world.close())

/** Everything in a transaction that is taken back: the market stays as it was. */
const inMarket = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => tried(world.db, work)
const oranges = (over: Partial<LotIn> = {}): LotIn => ({
  establishmentId: market.shop.id,
  product: { id: market.orange.id },
  quantity: 25,
  uom: 'KGM',
  origin: 'Cao Phong',
  producedOn: '2026-11-22',
  expiresOn: '2026-12-06',
  ...over,
})
const register = async (tx: Tx, over: Partial<LotIn> = {}, who: Parameters<typeof actorOf>[0] = market.owner) =>
  registerLot(tx, actorOf(who), oranges(over))
const eventsOf = (tx: Tx, lotId: number) =>
  tx.prisma.event.findMany({
    where: { lots: { some: { lotId } } },
    include: { lots: true, parties: true, documents: true },
    orderBy: { id: 'asc' },
  })
const historyOf = (tx: Tx, lotId: number) =>
  tx.prisma.history.findMany({ where: { subject: 'lot', subjectId: String(lotId) }, orderBy: { id: 'asc' } })
const supplierLot = (tx: Tx, over: Partial<Parameters<typeof aLot>[1]> = {}) =>
  aLot(tx, {
    productId: market.tradedOrange.id,
    establishmentId: market.wholesaler.id,
    producedOn: new Date('2026-11-20'),
    ...over,
  })

describe('registering', () => {
  test('a lot, its code, its commissioning event and its history', () =>
    inMarket(async (tx) => {
      const { id: fileId } = await aFile(tx, { personId: market.owner.id })
      const { code, lotId, warnings } = granted(
        await register(tx, { supplierName: 'Chị Ba', papers: [fileId, fileId], quantity: 25.12345 }),
      )
      expect(isCode(code)).toBe(true)
      expect(warnings).toEqual([])
      expect(await tx.prisma.code.findUnique({ where: { code } })).toMatchObject({ kind: 'lot', lotId, issuedAt: NOW })
      expect(await tx.prisma.lot.findUnique({ where: { id: lotId } })).toMatchObject({
        status: 'active',
        statusAt: NOW,
        createdAt: NOW,
        createdById: market.owner.id,
        uom: 'KGM',
        origin: 'Cao Phong',
      })
      const events = await eventsOf(tx, lotId)
      expect(events).toMatchObject([
        {
          type: 'object',
          action: 'add',
          bizStep: 'commissioning',
          disposition: 'active',
          eventTime: NOW,
          recordTime: NOW,
          placeId: market.shop.id,
          statedById: market.shop.id,
          statedPersonId: market.owner.id,
          ilmd: {
            lotNumber: code,
            productionDate: '2026-11-22',
            itemExpirationDate: '2026-12-06',
            origin: 'Cao Phong',
          },
          lots: [{ lotId, role: 'object', uom: 'KGM' }],
          parties: expect.arrayContaining([
            expect.objectContaining({ side: 'source', name: 'Chị Ba', establishmentId: null }),
            expect.objectContaining({ side: 'destination', establishmentId: market.shop.id }),
          ]),
          documents: [{ fileId, type: 'inv' }],
        },
      ])
      expect(Number(events[0]!.lots[0]!.quantity)).toBe(25.123)
      expect(await historyOf(tx, lotId)).toMatchObject([
        {
          action: 'register',
          personId: market.owner.id,
          at: NOW,
          before: null,
          after: { code, quantity: 25.123, producedOn: '2026-11-22' },
        },
      ])
    }))

  test('from a supplier’s lot: goods in from that supplier, then a transformation of it', () =>
    inMarket(async (tx) => {
      const source = await supplierLot(tx)
      const { code, lotId } = granted(await register(tx, { fromLots: [source.code], origin: undefined }))
      const [transformation] = await eventsOf(tx, lotId)
      expect(transformation).toMatchObject({
        type: 'transformation',
        action: null,
        bizStep: 'repackaging',
        ilmd: { lotNumber: code },
        lots: expect.arrayContaining([
          expect.objectContaining({ lotId: source.id, role: 'input', uom: 'KGM' }),
          expect.objectContaining({ lotId, role: 'output', uom: 'KGM' }),
        ]),
      })
      const received = (await eventsOf(tx, source.id)).filter(({ bizStep }) => bizStep === 'receiving')
      expect(received).toMatchObject([
        {
          type: 'object',
          action: 'observe',
          disposition: 'in_progress',
          placeId: market.shop.id,
          statedById: market.shop.id,
          recordTime: NOW,
          parties: expect.arrayContaining([
            expect.objectContaining({ side: 'source', establishmentId: market.wholesaler.id }),
            expect.objectContaining({ side: 'destination', establishmentId: market.shop.id }),
          ]),
        },
      ])
      const seen = granted(await lotOf(tx, actorOf(market.staff), code))
      expect(seen.from).toMatchObject([
        { code: source.code, productName: 'Cam Canh', establishmentName: 'Đầu mối Giữa' },
      ])
    }))

  test('a maker makes something new of several lots, of which nobody said how much', () =>
    inMarket(async (tx) => {
      const sources = [await supplierLot(tx), await supplierLot(tx)]
      const cake = { name: 'Bánh cốm', uom: 'XBX' }
      const { lotId, product } = granted(
        await register(
          tx,
          { establishmentId: market.cakes.id, product: cake, uom: 'XBX', fromLots: sources.map(({ code }) => code) },
          market.baker,
        ),
      )
      expect(product).toMatchObject({ name: 'Bánh cốm', categoryCode: 'com_cake', shelfLifeDays: 4 })
      const [event] = await eventsOf(tx, lotId)
      expect(event).toMatchObject({ type: 'transformation', bizStep: 'commissioning' })
      expect(
        event!.lots.map(({ role, quantity }) => [role, quantity === null ? null : Number(quantity)]).sort(),
      ).toEqual([
        ['input', null],
        ['input', null],
        ['output', 25],
      ])
    }))

  test('dividing an own lot is no goods in', () =>
    inMarket(async (tx) => {
      const { code, lotId: whole } = granted(await register(tx))
      const { lotId } = granted(await register(tx, { fromLots: [code], quantity: 5 }))
      expect((await eventsOf(tx, lotId)).map(({ bizStep }) => bizStep)).toEqual(['repackaging'])
      expect((await eventsOf(tx, whole)).map(({ bizStep }) => bizStep)).toEqual(['commissioning', 'repackaging'])
    }))

  test('a supplier by the code of its sign', () =>
    inMarket(async (tx) => {
      const supplierCode = await anEstablishmentCode(tx, market.wholesaler.id)
      const { code } = granted(await register(tx, { supplierCode, origin: undefined }))
      expect(granted(await lotOf(tx, actorOf(market.owner), code)).supplierName).toBe('Đầu mối Giữa')
      expect(refusalOf(await register(tx, { supplierCode: code }))).toBe('refusal.supplier-unknown')
      expect(refusalOf(await register(tx, { supplierCode: 'NOTHERE00' }))).toBe('refusal.supplier-unknown')
    }))

  test('a new product on the way; the same name is taken, diacritics aside', () =>
    inMarket(async (tx) => {
      const first = granted(await register(tx, { product: { name: '  Bưởi   Diễn ', uom: 'H87' } }))
      expect(first.product).toMatchObject({
        name: 'Bưởi Diễn',
        categoryCode: 'fresh_fruit',
        uom: 'H87',
        shelfLifeDays: 10,
      })
      const second = granted(await register(tx, { product: { name: 'buoi dien', uom: 'KGM' } }))
      expect(second.product.id).toBe(first.product.id)
      expect(refusalOf(await register(tx, { product: { name: '123 !', uom: 'KGM' } }))).toBe('refusal.product-name')
      expect(refusalOf(await register(tx, { product: { name: 'Nho', uom: 'stone' } }))).toBe('refusal.measure-unknown')
      expect(refusalOf(await register(tx, { product: { name: 'Nho', uom: 'KGM', categoryCode: 'gold' } }))).toBe(
        'refusal.category-unknown',
      )
    }))

  test('a code that is taken is drawn again', () =>
    inMarket(async (tx) => {
      const { code: taken } = granted(await register(tx))
      const draws = [taken, taken, '7K2M9QXAB']
      const { code } = granted(await registerLot(tx, actorOf(market.owner), oranges(), () => draws.shift()!))
      expect(code).toBe('7K2M9QXAB')
      await expect(registerLot(tx, actorOf(market.owner), oranges(), () => taken)).rejects.toThrow('No free code')
    }))

  test('warnings do not stop it', () =>
    inMarket(async (tx) => {
      await tx.prisma.productCategory.update({ where: { code: 'fresh_fruit' }, data: { maxShelfLifeDays: 5 } })
      const source = await supplierLot(tx, { expiresOn: new Date('2026-11-23') })
      const { warnings } = granted(
        await register(tx, { fromLots: [source.code], producedOn: '2026-11-01', expiresOn: '2026-11-20' }),
      )
      expect(warnings.map((warning) => 'key' in warning && warning.key)).toEqual([
        'warning.shelf-life-long',
        'warning.already-expired',
        'warning.supplier-lot-expired',
        'warning.older-than-source',
      ])
    }))

  test.each([
    ['nothing or less', { quantity: 0 }, 'refusal.quantity'],
    ['less than a gram', { quantity: 0.0004 }, 'refusal.quantity'],
    ['more than can be kept', { quantity: 1e12 }, 'refusal.quantity'],
    ['no number', { quantity: Number.NaN }, 'refusal.quantity'],
    ['an unknown unit', { uom: 'KG' }, 'refusal.measure-unknown'],
    ['made tomorrow', { producedOn: '2026-11-25' }, 'refusal.produced-in-future'],
    ['ends before it begins', { expiresOn: '2026-11-21' }, 'refusal.expires-before-produced'],
    ['from nowhere', { origin: ' ' }, 'refusal.origin-missing'],
    ['an unknown supplier’s lot', { fromLots: ['NOTHERE00'] }, 'refusal.supplier-lot-unknown'],
    [
      'too many suppliers’ lots',
      { fromLots: Array.from({ length: 21 }, (_, i) => `C${i}`) },
      'refusal.supplier-lots-many',
    ],
    ['endless words', { origin: 'x'.repeat(201) }, 'refusal.too-long'],
    ['a product that is not there', { product: { id: 2 ** 31 - 1 } }, 'refusal.product-unknown'],
    ['papers that are not there', { papers: [2 ** 31 - 1] }, 'refusal.file-unknown'],
    ['too many papers', { papers: Array.from({ length: 11 }, (_, i) => i) }, 'refusal.papers-many'],
  ] as [string, Partial<LotIn>, string][])('%s: refused, and nothing is left behind', (_, over, refusal) =>
    inMarket(async (tx) => {
      const before = [
        await tx.prisma.lot.count(),
        await tx.prisma.event.count(),
        await tx.prisma.product.count(),
        await tx.prisma.history.count(),
      ]
      expect(refusalOf(await register(tx, over))).toBe(refusal)
      const after = [
        await tx.prisma.lot.count(),
        await tx.prisma.event.count(),
        await tx.prisma.product.count(),
        await tx.prisma.history.count(),
      ]
      expect(after).toEqual(before)
    }),
  )

  test('another’s product, paper, establishment do not exist', () =>
    inMarket(async (tx) => {
      const { id: paper } = await aFile(tx, { personId: market.other.id })
      const { id: housePaper } = await aFile(tx)
      expect(refusalOf(await register(tx, { papers: [paper] }))).toBe('refusal.file-unknown')
      expect(refusalOf(await register(tx, { papers: [housePaper] }))).toBe('refusal.file-unknown')
      expect(refusalOf(await register(tx, { product: { id: market.tradedOrange.id } }))).toBe('refusal.product-unknown')
      expect(refusalOf(await register(tx, {}, market.other))).toBe('refusal.establishment-unknown')
      expect(refusalOf(await register(tx, {}, { id: null, chatId: 1 }))).toBe('refusal.establishment-unknown')
      expect(refusalOf(await register(tx, {}, market.wardOfficer))).toBe('refusal.not-yours-to-do')
    }))

  test.each(['pending', 'suspended', 'closed'] as const)('not while the establishment is %s', (status) =>
    inMarket(async (tx) => {
      await tx.prisma.establishment.update({ where: { id: market.shop.id }, data: { status } })
      expect(refusalOf(await register(tx))).toBe(`refusal.establishment-${status}`)
    }),
  )

  test.each(['held', 'recalled', 'destroyed'] as const)('not from a lot that is %s', (status) =>
    inMarket(async (tx) => {
      const source = await supplierLot(tx, { status })
      expect(refusalOf(await register(tx, { fromLots: [source.code] }))).toBe('refusal.supplier-lot-stopped')
    }),
  )

  test('hostile words stay words', () =>
    inMarket(async (tx) => {
      const words = `'; drop table lots; -- <b>*_\`{{x}}\u202E😀`
      const { code } = granted(
        await register(tx, { origin: words, supplierName: words, product: { name: words, uom: 'KGM' } }),
      )
      const lot = granted(await lotOf(tx, actorOf(market.owner), code))
      expect([lot.origin, lot.supplierName, lot.productName]).toEqual([words, words, words])
      expect((await myLots(tx, actorOf(market.owner), { query: words })).lots).toHaveLength(1)
    }))
})

describe('the life of a lot', () => {
  test('sold out, and back, by the shop; each with event and history', () =>
    inMarket(async (tx) => {
      const { code, lotId } = granted(await register(tx))
      expect(granted(await markSoldOut(tx, actorOf(market.staff), code))).toEqual({
        lotId,
        code,
        productName: 'Cam Canh',
        status: 'sold_out',
      })
      expect(refusalOf(await markSoldOut(tx, actorOf(market.staff), code))).toBe('refusal.lot-move')
      granted(await markOnSaleAgain(tx, actorOf(market.owner), code))
      expect((await eventsOf(tx, lotId)).map(({ bizStep, disposition }) => [bizStep, disposition])).toEqual([
        ['commissioning', 'active'],
        ['retail_selling', 'retail_sold'],
        ['stocking', 'sellable_accessible'],
      ])
      expect((await historyOf(tx, lotId)).map(({ action }) => action)).toEqual(['register', 'sell-out', 'sell-again'])
    }))

  test('held by the ward, released by an official alone; the reason stays out of history', () =>
    inMarket(async (tx) => {
      const { code, lotId } = granted(await register(tx))
      granted(await holdLot(tx, actorOf(market.wardOfficer), code, 'Nghi ngờ của bà Sáu'))
      expect(await tx.prisma.lot.findUnique({ where: { id: lotId } })).toMatchObject({
        status: 'held',
        statusUnitId: market.ward,
        statusReason: 'Nghi ngờ của bà Sáu',
      })
      expect(refusalOf(await releaseLot(tx, actorOf(market.owner), code))).toBe('refusal.not-yours-to-do')
      expect(refusalOf(await markSoldOut(tx, actorOf(market.owner), code))).toBe('refusal.lot-move')
      granted(await releaseLot(tx, actorOf(market.cityAdmin), code))
      expect(await tx.prisma.lot.findUnique({ where: { id: lotId } })).toMatchObject({
        status: 'active',
        statusUnitId: null,
        statusReason: null,
      })
      const held = (await historyOf(tx, lotId))[1]!
      expect(held).toMatchObject({
        action: 'hold',
        before: { status: 'active' },
        after: { status: 'held', unitId: market.ward },
      })
      expect(JSON.stringify([held.before, held.after])).not.toContain('Sáu')
    }))

  test('held by the owner, released by the owner; recalled for good', () =>
    inMarket(async (tx) => {
      const { code } = granted(await register(tx))
      granted(await holdLot(tx, actorOf(market.owner), code, 'Xem lại'))
      granted(await releaseLot(tx, actorOf(market.owner), code))
      granted(await recallLot(tx, actorOf(market.owner), code, 'Dư lượng'))
      for (const again of [markSoldOut, markOnSaleAgain, releaseLot])
        expect(refusalOf(await again(tx, actorOf(market.owner), code))).toBe('refusal.lot-move')
    }))

  test('who may not, and for whom it does not exist', () =>
    inMarket(async (tx) => {
      const { code } = granted(await register(tx))
      expect(refusalOf(await holdLot(tx, actorOf(market.staff), code, ''))).toBe('refusal.not-yours-to-do')
      expect(refusalOf(await recallLot(tx, actorOf(market.viewer), code, ''))).toBe('refusal.not-yours-to-do')
      for (const stranger of [market.other, market.otherOfficer, market.trader]) {
        expect(refusalOf(await recallLot(tx, actorOf(stranger), code, ''))).toBe('refusal.lot-unknown')
        expect(refusalOf(await markSoldOut(tx, actorOf(stranger), code))).toBe('refusal.lot-unknown')
        expect(refusalOf(await correctLot(tx, actorOf(stranger), code, { quantity: 1 }))).toBe('refusal.lot-unknown')
        expect(refusalOf(await lotOf(tx, actorOf(stranger), code))).toBe('refusal.lot-unknown')
      }
      expect(refusalOf(await markSoldOut(tx, actorOf(market.owner), 'NOTHERE00'))).toBe('refusal.lot-unknown')
      expect(granted(await lotOf(tx, actorOf(market.wardOfficer), code)).code).toBe(code)
    }))
})

describe('correcting', () => {
  test('a new event corrects the old one, which stays and is declared wrong; history holds both', () =>
    inMarket(async (tx) => {
      const { id: fileId } = await aFile(tx, { personId: market.owner.id })
      const { code, lotId } = granted(await register(tx, { papers: [fileId], supplierName: 'Chị Ba' }))
      const later = new Date(NOW.getTime() + 60_000)
      const changed = await correctLot(tx, actorOf(market.staff, later), code, {
        quantity: 20,
        expiresOn: '2026-12-01',
        origin: 'Hàm Yên',
      })
      expect(granted(changed)).toEqual({ lotId, code, warnings: [] })
      const [old, current] = await eventsOf(tx, lotId)
      expect(old).toMatchObject({
        errorAt: later,
        errorReason: 'incorrect_data',
        ilmd: { origin: 'Cao Phong', itemExpirationDate: '2026-12-06' },
      })
      expect(current).toMatchObject({
        correctsId: old!.id,
        errorAt: null,
        eventTime: NOW,
        recordTime: later,
        bizStep: 'commissioning',
        action: 'add',
        ilmd: { lotNumber: code, origin: 'Hàm Yên', itemExpirationDate: '2026-12-01', productionDate: '2026-11-22' },
        documents: [{ fileId }],
      })
      expect(current!.parties).toHaveLength(2)
      expect([old, current].map((event) => Number(event!.lots[0]!.quantity))).toEqual([25, 20])
      const facts = {
        action: 'correct',
        before: { quantity: 25, expiresOn: '2026-12-06', origin: 'Cao Phong' },
        after: { quantity: 20, expiresOn: '2026-12-01', origin: 'Hàm Yên' },
      }
      expect((await historyOf(tx, lotId))[1]).toMatchObject(facts)
      expect(granted(await lotOf(tx, actorOf(market.owner), code))).toMatchObject({
        quantity: 20,
        origin: 'Hàm Yên',
        supplierName: 'Chị Ba',
        expiresOn: '2026-12-01',
      })
    }))

  test('twice; and with it the goods-in event that told the same amount', () =>
    inMarket(async (tx) => {
      const source = await supplierLot(tx)
      const { code, lotId } = granted(await register(tx, { fromLots: [source.code] }))
      for (const [minutes, quantity] of [
        [1, 20],
        [2, 21],
      ] as const)
        granted(
          await correctLot(tx, actorOf(market.owner, new Date(NOW.getTime() + minutes * 60_000)), code, { quantity }),
        )
      const amounts = async (id: number, bizStep: string) =>
        (await eventsOf(tx, id))
          .filter((event) => event.bizStep === bizStep)
          .map(({ errorAt, lots }) => [errorAt === null, ...lots.map(({ quantity }) => Number(quantity))])
      expect(await amounts(lotId, 'repackaging')).toEqual([
        [false, 25, 25],
        [false, 20, 20],
        [true, 21, 21],
      ])
      expect(await amounts(source.id, 'receiving')).toEqual([
        [false, 25],
        [false, 20],
        [true, 21],
      ])
    }))

  test('what cannot be is refused, and null takes a date away', () =>
    inMarket(async (tx) => {
      const { code } = granted(await register(tx))
      const owner = actorOf(market.owner)
      expect(refusalOf(await correctLot(tx, owner, code, {}))).toBe('refusal.nothing-to-correct')
      expect(refusalOf(await correctLot(tx, owner, code, { quantity: 25, uom: 'KGM', origin: ' Cao Phong ' }))).toBe(
        'refusal.nothing-to-correct',
      )
      expect(refusalOf(await correctLot(tx, owner, code, { quantity: -1 }))).toBe('refusal.quantity')
      expect(refusalOf(await correctLot(tx, owner, code, { producedOn: '2026-12-07' }))).toBe(
        'refusal.produced-in-future',
      )
      expect(refusalOf(await correctLot(tx, owner, code, { expiresOn: '2026-11-01' }))).toBe(
        'refusal.expires-before-produced',
      )
      granted(await correctLot(tx, owner, code, { expiresOn: null }))
      expect(granted(await lotOf(tx, owner, code))).toMatchObject({
        expiresOn: null,
        daysLeft: null,
        producedOn: '2026-11-22',
      })
      granted(await recallLot(tx, owner, code, 'x'))
      expect(refusalOf(await correctLot(tx, owner, code, { quantity: 1 }))).toBe('refusal.lot-stopped')
    }))
})

describe('my lots', () => {
  test('newest first, by name without diacritics or by code, in pages, only of my establishments', () =>
    inMarket(async (tx) => {
      const at = (hours: number) => new Date(NOW.getTime() - hours * 3_600_000)
      const mine = { productId: market.orange.id, establishmentId: market.shop.id }
      const grapefruit = granted(
        await addProduct(tx, actorOf(market.owner), market.shop.id, { name: 'Bưởi Diễn', uom: 'H87' }),
      )
      const lots = [
        await aLot(tx, { ...mine, createdAt: at(5), expiresOn: new Date(TODAY) }),
        await aLot(tx, { ...mine, createdAt: at(4), status: 'sold_out' }),
        await aLot(tx, { ...mine, productId: grapefruit.id, createdAt: at(3), expiresOn: new Date('2026-11-23') }),
        await aLot(tx, { ...mine, createdAt: at(3) }),
      ]
      await supplierLot(tx)
      const owner = actorOf(market.owner)
      const codes = async (over: Parameters<typeof myLots>[2]) =>
        (await myLots(tx, owner, over)).lots.map(({ code }) => code)
      const [a, b, c, d] = lots.map(({ code }) => code)
      expect(await codes({})).toEqual([d, c, b, a])
      expect(await codes({ query: 'buoi' })).toEqual([c])
      expect(await codes({ query: 'BƯỞI DIỄM' })).toEqual([c])
      expect(await codes({ query: 'cam' })).toEqual([d, b, a])
      expect(await codes({ query: a!.slice(0, 4).toLowerCase() })).toEqual([a])
      expect(await codes({ query: `${a!.slice(0, 3)}-${a!.slice(3, 6)}-${a!.slice(6)}` })).toEqual([a])
      expect(await codes({ statuses: ['sold_out'] })).toEqual([b])
      expect(await codes({ establishmentId: market.rival.id })).toEqual([])
      expect(await codes({ query: '%' })).toHaveLength(4)
      const first = await myLots(tx, owner, { limit: 3 })
      expect(first.lots.map(({ code }) => code)).toEqual([d, c, b])
      const second = await myLots(tx, owner, { limit: 3, before: first.next })
      expect([second.lots.map(({ code }) => code), second.next]).toEqual([[a], null])
      expect((await myLots(tx, owner)).lots.map(({ daysLeft }) => daysLeft)).toEqual([null, -1, null, 0])
      expect(await myLots(tx, actorOf(market.other))).toEqual({ lots: [], next: null })
      expect(await myLots(tx, actorOf(market.wardOfficer))).toEqual({ lots: [], next: null })
    }))
})

describe('catalogue', () => {
  test('searched without diacritics and with misspellings, the best first; what was registered last comes first', () =>
    inMarket(async (tx) => {
      const owner = actorOf(market.owner)
      for (const name of ['Bưởi Diễn', 'Bưởi da xanh', 'Táo New Zealand', 'Cam Cao Phong'])
        granted(await addProduct(tx, owner, market.shop.id, { name, uom: 'KGM' }))
      const found = async (query: string) =>
        granted(await searchProducts(tx, owner, market.shop.id, query)).map(({ name }) => name)
      expect(await found('buoi')).toEqual(['Bưởi Diễn', 'Bưởi da xanh'])
      expect(await found('dien')).toEqual(['Bưởi Diễn'])
      expect((await found('buoi dein'))[0]).toBe('Bưởi Diễn')
      expect(await found('tao new zilan')).toEqual(['Táo New Zealand'])
      expect(await found('xoài')).toEqual([])
      expect((await found('')).length).toBe(5)
      expect(await found('%%')).toHaveLength(5)
      await register(tx)
      expect(granted(await catalogue(tx, owner, market.shop.id))[0]!.name).toBe('Cam Canh')
      expect(refusalOf(await addProduct(tx, owner, market.shop.id, { name: 'CAM CANH', uom: 'KGM' }))).toBe(
        'refusal.product-exists',
      )
      expect(refusalOf(await addProduct(tx, actorOf(market.other), market.shop.id, { name: 'X', uom: 'KGM' }))).toBe(
        'refusal.establishment-unknown',
      )
      expect(refusalOf(await catalogue(tx, actorOf(market.other), market.shop.id))).toBe(
        'refusal.establishment-unknown',
      )
      expect(granted(await catalogue(tx, actorOf(market.viewer), market.shop.id))).toHaveLength(5)
    }))

  test('sources of the last lots are proposed again, the newest first', () =>
    inMarket(async (tx) => {
      for (const over of [
        { origin: 'Cao Phong' },
        { origin: 'Hàm Yên', supplierName: 'Chị Ba' },
        { origin: 'Cao Phong' },
      ])
        granted(await register(tx, over))
      const owner = actorOf(market.owner)
      const expected = [
        { supplierName: null, origin: 'Cao Phong' },
        { supplierName: 'Chị Ba', origin: 'Hàm Yên' },
      ]
      expect(await recentSources(tx, owner, { establishmentId: market.shop.id })).toEqual(expected)
      expect(await recentSources(tx, owner, { establishmentId: market.shop.id, productId: market.orange.id })).toEqual(
        expected,
      )
      expect(await recentSources(tx, owner, { establishmentId: market.shop.id, productId: 0 })).toEqual([])
      expect(refusalOf(await recentSources(tx, actorOf(market.other), { establishmentId: market.shop.id }))).toBe(
        'refusal.establishment-unknown',
      )
    }))
})

test('a recall and a registration from the same lot: one waits for the other', async () => {
  const { id: establishmentId } = await anEstablishment(world.db, { class: 'wholesaler' })
  const boss = await aPerson(world.db, { works: [{ establishmentId }] })
  const product = await world.db.prisma.product.create({
    data: { establishmentId, categoryCode: 'fresh_fruit', name: 'Lê', nameFolded: 'le', uom: 'KGM' },
  })
  const source = await aLot(world.db, { establishmentId, productId: product.id })
  let recalled: Promise<unknown> | undefined
  let done = false
  const answer = await world.db.transaction(async (tx) => {
    const registered = await register(tx, { fromLots: [source.code] })
    recalled = world.db
      .transaction((other) => recallLot(other, actorOf(boss), source.code, 'x'))
      .then(() => (done = true))
    // The recall's own lock is seen waiting before this transaction ends.
    for (;;) {
      const [row] = await world.db.prisma.$queryRaw<
        { waiting: number }[]
      >`select count(*)::int as waiting from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
      if (row!.waiting > 0) break
    }
    expect(done).toBe(false)
    return registered
  })
  await recalled
  expect(granted(answer).code).toBeDefined()
  expect(refusalOf(await world.db.transaction((tx) => register(tx, { fromLots: [source.code] })))).toBe(
    'refusal.supplier-lot-stopped',
  )
})
