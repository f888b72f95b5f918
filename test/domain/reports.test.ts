import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { PHOTOS_MAX, WORDS_MAX } from '../../domain/reports.js'
import { reportableViolations } from '../../domain/violations.js'
import { aBadge, aLot, anEstablishment, aProduct } from '../../prisma/seed/builders.js'
import { showCode } from '../../qr/codes.js'
import { freshWorld, type World } from '../world.js'
import { NOW, refusalOf, TODAY } from './actors.js'
import { aPhoto, aReporter, bodies, clearDesk, reported, reports, told } from './case-desk.js'
import { aMarket, type Market } from './shop.js'

let world: World
let market: Market
beforeAll(async () => {
  world = await freshWorld()
  market = await aMarket(world.db)
})
afterAll(() => world.close())
afterEach(() => clearDesk(world.db))

const shopId = () => market.shop.id

describe('a report', () => {
  test('has a number at once, a clock, a step without the reporter, and its words and photos', async () => {
    const { db } = world
    const who = await aReporter(db)
    const photo = await aPhoto(db, who)
    const answer = await reported(
      db,
      { establishmentId: shopId(), what: ' Cam mốc ', photos: [photo, photo], phone: '0912 345 678' },
      NOW,
      who,
    )
    expect(answer).toMatchObject({
      number: expect.stringMatching(/^HN-2026-\d{6}$/),
      joined: false,
      severity: 'complex',
    })
    expect(answer.unit.code).toBe('HN-P-BD')
    expect(answer.dueAt).toEqual(new Date('2026-11-25T05:00:00Z'))
    const row = await db.prisma.case.findUniqueOrThrow({
      where: { id: answer.caseId },
      include: { steps: true, reports: { include: { photos: true, contact: true } } },
    })
    expect(row).toMatchObject({ status: 'received', unitId: market.ward, sector: 'trade', class: 'fruit_shop' })
    expect(row.steps).toMatchObject([{ action: 'report', personId: null, toStatus: 'received' }])
    expect(row.reports).toMatchObject([
      { chatId: who.chatId, words: 'Cam mốc', photos: [{ fileId: photo }], contact: { phone: '0912 345 678' } },
    ])
    const history = await db.prisma.history.findMany({ where: { subject: 'case', subjectId: String(row.id) } })
    expect(history).toMatchObject([{ personId: null, action: 'report' }])
    expect(history[0]!.after).toEqual({ status: 'received', unitId: market.ward })
  })

  test('kinds are those of the day, in their order, with the law', async () => {
    const kinds = await reportableViolations(world.db, TODAY)
    expect(kinds[0]).toMatchObject({ code: 'poisoning', severity: 'urgent', verified: false })
    expect(kinds.at(-1)?.code).toBe('other')
    expect(kinds.map(({ code }) => code)).not.toContain('badge-expired')
    expect(await reportableViolations(world.db, '2019-01-01')).toEqual([])
  })

  test.each([
    ['a kind that nobody knows', { kind: 'nothing' }, 'refusal.report-kind'],
    ['a kind that only rules find', { kind: 'badge-expired' }, 'refusal.report-kind'],
    ['something else, without a word', { kind: 'other' }, 'refusal.report-words'],
    ['words without end', { what: 'a'.repeat(WORDS_MAX + 1) }, 'refusal.too-long'],
    ['a lot that nobody knows', { lotCode: 'AAAA1' }, 'refusal.lot-unknown'],
    ['a place that nobody knows', { placeCode: 'AAAA1' }, 'refusal.place-unknown'],
    ['an establishment that nobody knows', { establishmentId: 999_999 }, 'refusal.place-unknown'],
    ['a ward that nobody knows', { unitCode: 'XX' }, 'refusal.unit-unknown'],
    ['no telephone number', { phone: 'gọi tôi' }, 'refusal.report-phone'],
  ])('%s is refused, and nothing is kept', async (_, said, key) => {
    const answer = await reports(world.db, await aReporter(world.db), { kind: 'spoiled', ...said })
    expect(refusalOf(answer)).toBe(key)
    expect(await world.db.prisma.case.count()).toBe(0)
  })

  test('fifty photos, and somebody else’s, are refused', async () => {
    const who = await aReporter(world.db)
    const many = await Promise.all(Array.from({ length: 50 }, () => aPhoto(world.db, who)))
    expect(refusalOf(await reports(world.db, who, { kind: 'spoiled', photos: many }))).toBe('refusal.photos-many')
    const others = await aPhoto(world.db, market.owner)
    expect(refusalOf(await reports(world.db, who, { kind: 'spoiled', photos: [others] }))).toBe('refusal.file-unknown')
    expect(await reports(world.db, who, { kind: 'spoiled', photos: many.slice(0, PHOTOS_MAX) })).toHaveProperty(
      'number',
    )
  })
})

describe('goes to', () => {
  const unitOf = async (said: Parameters<typeof reported>[1]) => (await reported(world.db, said)).unit.code

  test('the place of the scanned badge or of the named shop', async () => {
    const badge = await aBadge(world.db, { establishmentId: shopId(), issuedById: market.ward })
    expect(await unitOf({ placeCode: badge.code, unitCode: 'HN-P-GV' })).toBe('HN-P-BD')
    expect(await unitOf({ establishmentId: market.wholesaler.id })).toBe('HN-P-GV')
  })

  test('else the ward that was chosen, or what became of it', async () => {
    expect(await unitOf({ unitCode: 'HN-P-HH', establishmentId: market.farm.id })).toBe('HN-P-HH')
    expect(await unitOf({ unitCode: 'HN-BD-TB' })).toBe('HN-P-BD')
    expect(await unitOf({ unitCode: 'HN-BD-NTT' })).toBe('HN-P-BD')
  })

  test('else the last holder of the lot inside the city', async () => {
    const lot = await aLot(world.db, { productId: market.farmOrange.id, establishmentId: market.farm.id })
    const traded = await aLot(world.db, {
      productId: market.tradedOrange.id,
      establishmentId: market.wholesaler.id,
      from: [lot],
    })
    expect(await unitOf({ lotCode: traded.code })).toBe('HN-P-GV')
    const { caseId, unit } = await reported(world.db, { lotCode: lot.code, kind: 'hygiene' })
    expect(unit.code).toBe('HN-P-GV')
    expect(await world.db.prisma.case.findUnique({ where: { id: caseId } })).toMatchObject({
      lotId: lot.id,
      establishmentId: market.wholesaler.id,
    })
  })

  test('else the city’s intake desk: no case without an addressee', async () => {
    expect(await unitOf({})).toBe('HN')
    expect(await unitOf({ establishmentId: market.farm.id })).toBe('HN')
    const outside = await anEstablishment(world.db, { class: 'farm', province: 'Lào Cai' })
    const product = await aProduct(world.db, { establishmentId: outside.id })
    const lot = await aLot(world.db, { productId: product.id, establishmentId: outside.id })
    expect(await unitOf({ lotCode: lot.code })).toBe('HN')
  })

  test('in the tree of its day', async () => {
    const { db } = world
    const lastDay = new Date('2025-06-30T03:00:00Z')
    expect((await reported(db, { unitCode: 'HN-BD-QT' }, lastDay)).unit.code).toBe('HN-BD-QT')
  })
})

describe('similar reports', () => {
  test('join one case while it is open and young; the handler hears of them together', async () => {
    const { db } = world
    const first = await reported(db, { establishmentId: shopId() })
    const second = await reported(db, { establishmentId: shopId(), what: 'Tôi cũng vậy' })
    expect(second).toMatchObject({ number: first.number, joined: true })
    expect((await reported(db, { establishmentId: shopId(), kind: 'hygiene' })).joined).toBe(false)
    expect((await reported(db, { establishmentId: market.rival.id })).joined).toBe(false)
    const later = new Date('2026-11-29T05:00:00Z')
    expect((await reported(db, { establishmentId: shopId() }, later)).joined).toBe(false)
    await db.prisma.case.updateMany({ data: { status: 'closed', clock: null, clockFrom: null, dueAt: null } })
    expect((await reported(db, { establishmentId: shopId() })).joined).toBe(false)
  })

  test('on one lot, or on nothing in particular, which never joins', async () => {
    const { db } = world
    const outside = await anEstablishment(db, { class: 'farm' })
    const product = await aProduct(db, { establishmentId: outside.id })
    const lot = await aLot(db, { productId: product.id, establishmentId: outside.id })
    await reported(db, { lotCode: lot.code })
    expect((await reported(db, { lotCode: lot.code })).joined).toBe(true)
    await reported(db, { unitCode: 'HN-P-BD' })
    expect((await reported(db, { unitCode: 'HN-P-BD' })).joined).toBe(false)
  })

  test('also when the clock was set back meanwhile: the case lies ahead then, and is the same', async () => {
    const { db } = world
    const first = await reported(db, { establishmentId: shopId() })
    const before = (ms: number) => new Date(NOW.getTime() - ms)
    const hour = await reported(db, { establishmentId: shopId() }, before(3_600_000))
    expect(hour).toMatchObject({ number: first.number, joined: true })
    const day = await reported(db, { establishmentId: shopId() }, before(24 * 3_600_000))
    expect(day).toMatchObject({ number: first.number, joined: true })
    expect((await reported(db, { establishmentId: shopId() }, before(100 * 24 * 3_600_000))).joined).toBe(false)
  })

  test('two at one moment: one case', async () => {
    const who = await Promise.all(Array.from({ length: 6 }, () => aReporter(world.db)))
    const answers = await Promise.all(
      who.map((reporter) => reported(world.db, { establishmentId: shopId() }, NOW, reporter)),
    )
    expect(new Set(answers.map(({ number }) => number)).size).toBe(1)
    expect(answers.filter(({ joined }) => !joined)).toHaveLength(1)
  })

  test('one report a person for one fact', async () => {
    const who = await aReporter(world.db)
    const { number } = await reported(world.db, { establishmentId: shopId() }, NOW, who)
    const again = await reports(world.db, who, { kind: 'spoiled', establishmentId: shopId() })
    expect(again).toEqual({ refused: { key: 'refusal.report-twice', with: { number } } })
    expect(await world.db.prisma.report.count()).toBe(1)
  })
})

describe('malicious reports', () => {
  test('so many an hour, then a wait', async () => {
    const who = await aReporter(world.db)
    for (let i = 0; i < 5; i++) await reported(world.db, {}, NOW, who)
    expect(await reports(world.db, who, { kind: 'spoiled' })).toEqual({
      refused: { key: 'refusal.report-too-many', with: { at: { moment: '2026-11-24T06:00:00.000Z' } } },
    })
    await reported(world.db, {}, new Date('2026-11-24T06:00:01Z'), who)
    // A clock set back lets nobody wait for a time that has not come.
    await reported(world.db, {}, new Date('2026-11-20T05:00:00Z'), who)
  })

  test('who reported in bad faith is heard once a day, and counts for no rule', async () => {
    const { db } = world
    const who = await aReporter(db)
    await reported(db, {}, new Date('2026-11-01T05:00:00Z'), who)
    await reported(db, {}, new Date('2026-11-02T05:00:00Z'), who)
    await db.prisma.report.updateMany({ data: { badFaith: true } })
    const { reportId } = await reported(db, {}, NOW, who)
    expect(await db.prisma.report.findUnique({ where: { id: reportId } })).toMatchObject({ trusted: false })
    expect(refusalOf(await reports(db, who, { kind: 'spoiled' }))).toBe('refusal.report-too-many')
  })
})

test('those in charge are told with what they need, and buttons', async () => {
  const { db } = world
  const who = await aReporter(db)
  const photo = await aPhoto(db, who)
  const lot = await aLot(db, { productId: market.orange.id, establishmentId: shopId() })
  const { number } = await reported(
    db,
    { establishmentId: shopId(), lotCode: lot.code, what: 'Cam mốc', photos: [photo], placeText: 'đầu ngõ' },
    NOW,
    who,
  )
  expect(await told(db, market.wardOfficer.chatId)).toEqual([
    [
      `🔔 Phản ánh mới ${number} (phức tạp)`,
      '• Vi phạm: Hàng hỏng, mốc, ôi thiu',
      `• Cửa hàng: Cửa hàng Ngọn (${market.shop.code}), Phố Ngọn`,
      `• Lô hàng: Cam Canh, mã ${showCode(lot.code)}`,
      '• Nơi mua: đầu ngõ',
      '• Lời kể: «Cam mốc»',
      '• 1 ảnh kèm theo',
      '• Tiếp nhận trước 12:00 25/11/2026',
    ].join('\n'),
  ])
  const [alert] = await bodies(db, market.wardOfficer.chatId)
  expect(alert!.choices!.map(({ value }) => value)).toEqual(['accept', 'pass-on', 'see'])
  expect(alert!.files).toHaveLength(1)
  expect(await db.prisma.offer.findFirst({ where: { chatId: market.wardOfficer.chatId } })).toMatchObject({
    entries: expect.arrayContaining([
      expect.objectContaining({ value: 'accept', action: 'case-accept', subject: number }),
    ]),
  })
  expect(await told(db, market.owner.chatId)).toEqual([])
  expect(await told(db, market.otherOfficer.chatId)).toEqual([])
  expect(await told(db, market.cityAdmin.chatId)).toEqual([])
})
