import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { rulesListed, runRules, scheduleRules, switchRule } from '../../domain/findings.js'
import { RULES } from '../../domain/rules/index.js'
import { hasText, LANGUAGES } from '../../locales/say.js'
import { aBadge, aCertificate, aFile, aLot, aPerson, aProduct, daysFrom } from '../../prisma/seed/builders.js'
import { RULES as RULE_ROWS } from '../../prisma/seed/rules.js'
import { showCode } from '../../qr/codes.js'
import { freshWorld, type World } from '../world.js'
import { actorOf, granted, NOW, OPERATOR, refusalOf } from './actors.js'
import { clearDesk, reported, runTimers, told } from './case-desk.js'
import { aMarket, type Market } from './shop.js'

let world: World
let market: Market
beforeAll(async () => {
  world = await freshWorld()
  market = await aMarket(world.db)
})
afterAll(() => world.close())
afterEach(async () => {
  await clearDesk(world.db)
  await world.db.prisma.$executeRaw`truncate badges, certificates, scans, rule_switches cascade`
  // Events are never taken away, so lots stay: they become too old for any rule.
  await world.db.prisma.lot.updateMany({ data: { createdAt: daysFrom(NOW, -400), expiresOn: null } })
})

const look = (over: Parameters<typeof runRules>[2] = {}, now = NOW) =>
  world.db.transaction((tx) => runRules(tx, { ...OPERATOR, now }, over))
const shopLot = (over: Partial<Parameters<typeof aLot>[1]> = {}) =>
  aLot(world.db, { productId: market.orange.id, establishmentId: market.shop.id, createdAt: NOW, ...over })
const scanned = (lotId: number, placeId: number | null, daysAgo: number) =>
  world.db.prisma.scan.create({
    data: {
      at: daysFrom(NOW, -daysAgo),
      code: 'AAAA1',
      lotId,
      placeId,
      channel: 'web',
      means: 'photo',
      verdict: 'expired',
    },
    select: { id: true },
  })

test('every rule has its row and its text', () => {
  expect(RULES.map(({ code }) => code)).toEqual(RULE_ROWS.map(({ code }) => code))
  for (const { code } of RULES) for (const language of LANGUAGES) expect(hasText(language, `rule.${code}`)).toBe(true)
})

describe('V01: an expired lot scanned in a shop', () => {
  test('is raised once, explained with its numbers, to those in charge', async () => {
    const { id, code } = await shopLot({ expiresOn: new Date('2026-11-20') })
    await scanned(id, market.shop.id, 4)
    expect(await look()).toEqual([])
    await scanned(id, null, 1)
    expect(await look()).toEqual([])
    await scanned(id, market.shop.id, 2)
    await scanned(id, market.shop.id, 1)
    const [raised, ...others] = await look()
    expect(others).toEqual([])
    expect(raised).toMatchObject({
      rule: 'V01',
      unit: 'HN-P-BD',
      evidence: { expired: { day: '2026-11-20' }, days: 3, scans: 2, last: { moment: '2026-11-23T05:00:00.000Z' } },
    })
    const [said] = await told(world.db, market.wardOfficer.chatId)
    expect(said).toContain(`🔔 Hệ thống phát hiện ${raised!.number} (phức tạp)`)
    expect(said).toContain(`• Lô hàng: Cam Canh, mã ${showCode(code)}`)
    expect(said).toContain('lô hết hạn 20/11/2026 vẫn được quét ở đây 2 lần, lần cuối 12:00 23/11/2026, quá hạn 3 ngày')
    await scanned(id, market.shop.id, 0)
    expect(await look()).toEqual([])
    expect(await world.db.prisma.case.count()).toBe(1)
  })

  test('not of a lot that is marked as sold out', async () => {
    const { id } = await shopLot({ expiresOn: new Date('2026-11-20'), status: 'sold_out' })
    await scanned(id, market.shop.id, 1)
    expect(await look()).toEqual([])
  })
})

describe('V02: no origin document', () => {
  test('after three days, of a trader, without a paper and without a registered source; one case a shop', async () => {
    const old = daysFrom(NOW, -4)
    await shopLot({ createdAt: daysFrom(NOW, -2) })
    const [first, second] = [await shopLot({ createdAt: old }), await shopLot({ createdAt: old })]
    const farms = await aLot(world.db, {
      productId: market.farmOrange.id,
      establishmentId: market.farm.id,
      createdAt: old,
    })
    await shopLot({ createdAt: old, from: [farms] })
    const papered = await shopLot({ createdAt: old })
    const { eventId } = await world.db.prisma.eventLot.findFirstOrThrow({ where: { lotId: papered.id } })
    await world.db.prisma.eventDocument.create({ data: { eventId, fileId: (await aFile(world.db)).id, type: 'inv' } })
    const raised = await look()
    expect(raised.map(({ rule, fact }) => [rule, fact])).toEqual([
      ['V02', `lot:${first.id}`],
      ['V02', `lot:${second.id}`],
    ])
    expect(raised[0]!.evidence).toEqual({ registered: { day: '2026-11-20' }, days: 4, grace: 3 })
    expect(raised[0]!.number).toBe(raised[1]!.number)
  })
})

describe('V04 and V06: papers that ended', () => {
  test('a certificate with no other valid one', async () => {
    const until = new Date('2026-11-20')
    await aCertificate(world.db, { establishmentId: market.shop.id, number: 'CŨ', validUntil: until })
    await aCertificate(world.db, { establishmentId: market.rival.id, validUntil: until })
    await aCertificate(world.db, { establishmentId: market.rival.id, kind: 'commitment' })
    await aCertificate(world.db, { establishmentId: market.cakes.id, kind: 'vietgap', validUntil: until })
    expect(await look()).toMatchObject([
      { rule: 'V04', evidence: { number: 'CŨ', until: { day: '2026-11-20' }, days: 4 } },
    ])
    expect((await look({}, new Date('2026-11-20T16:00:00Z'))).length).toBe(0)
  })

  test('a badge, of a shop that goes on', async () => {
    const until = new Date('2026-11-20')
    const badge = { issuedById: market.ward, validUntil: until }
    await aBadge(world.db, { ...badge, establishmentId: market.shop.id, number: 'BND-1' })
    await aBadge(world.db, { ...badge, establishmentId: market.rival.id })
    await aBadge(world.db, { issuedById: market.ward, establishmentId: market.rival.id })
    const product = await aProduct(world.db, { establishmentId: market.rival.id })
    await aLot(world.db, { productId: product.id, establishmentId: market.rival.id, createdAt: NOW })
    expect(await look()).toEqual([])
    await shopLot()
    expect(await look()).toMatchObject([
      {
        rule: 'V06',
        evidence: {
          number: 'BND-1',
          how: { key: 'rule.badge-ended.expired', with: { on: { day: '2026-11-20' } } },
          days: 4,
          lots: 1,
          scans: 0,
        },
      },
    ])
  })

  test('a badge that was suspended or withdrawn and still hangs, from that day on', async () => {
    const { db } = world
    const stopped = (establishmentId: number, status: 'suspended' | 'revoked', number: string) =>
      aBadge(db, { issuedById: market.ward, establishmentId, status, number, statusOn: new Date('2026-11-20') })
    await stopped(market.shop.id, 'suspended', 'BND-2')
    await stopped(market.rival.id, 'revoked', 'BND-3')
    const scan = (placeId: number, at: string) =>
      db.prisma.scan.create({
        data: { at: new Date(at), code: 'AAAA1', placeId, channel: 'web', means: 'photo', verdict: 'suspended' },
        select: { id: true },
      })
    await scan(market.shop.id, '2026-11-19T16:59:59Z')
    expect(await look()).toEqual([])
    // the first second of the day on which it was suspended
    await scan(market.shop.id, '2026-11-19T17:00:00Z')
    await scan(market.shop.id, '2026-11-22T05:00:00Z')
    await scan(market.rival.id, '2026-11-23T05:00:00Z')
    const raised = await look()
    expect(raised.map(({ rule, evidence }) => [rule, evidence.number, evidence.days, evidence.scans])).toEqual([
      ['V06', 'BND-2', 4, 2],
      ['V06', 'BND-3', 4, 1],
    ])
    const said = await told(db, market.wardOfficer.chatId)
    expect(said[0]).toContain('biển BND-2 bị tạm dừng từ 20/11/2026, đã 4 ngày')
    expect((await told(db, market.otherOfficer.chatId)).concat(said).join()).toContain('BND-3 bị thu hồi từ 20/11/2026')
    expect(await look()).toEqual([])
    // with another badge that is valid nothing is wrong
    await db.prisma.$executeRaw`truncate findings`
    for (const establishmentId of [market.shop.id, market.rival.id])
      await aBadge(db, { issuedById: market.ward, establishmentId, validUntil: new Date('2026-12-31') })
    expect(await look()).toEqual([])
  })
})

describe('V16: several people', () => {
  test('distinct and trusted, on one shop within a week, whatever the kind; anew after a finding', async () => {
    const at = (kind: string, daysAgo: number) =>
      reported(world.db, { establishmentId: market.shop.id, kind }, daysFrom(NOW, -daysAgo))
    await at('spoiled', 9)
    await at('spoiled', 5)
    const distrusted = await at('hygiene', 4)
    await world.db.prisma.report.updateMany({ where: { id: distrusted.reportId }, data: { trusted: false } })
    await at('hygiene', 3)
    expect(await look()).toEqual([])
    await at('short-weight', 1)
    const [raised] = await look()
    expect(raised).toMatchObject({ rule: 'V16', evidence: { people: 3, days: 7 } })
    expect((raised!.evidence.cases as { list: string[] }).list).toHaveLength(3)
    expect(await look()).toEqual([])
    for (const kind of ['spoiled', 'hygiene', 'other'])
      await reported(world.db, { establishmentId: market.shop.id, kind, what: 'Lại nữa' })
    expect(await look()).toMatchObject([{ rule: 'V16', number: raised!.number }])
  })
})

test('V16: two chats of one person are one person', async () => {
  const { chatId: first, id } = await aPerson(world.db)
  const { id: second } = await world.db.prisma.chat.findFirstOrThrow({ where: { personId: id, channel: 'web' } })
  const by = (kind: string, who?: Parameters<typeof reported>[3]) =>
    reported(world.db, { establishmentId: market.shop.id, kind }, NOW, who)
  await by('spoiled', { id, chatId: first })
  await by('spoiled', { id, chatId: second })
  await by('spoiled')
  expect(await look()).toEqual([])
  await by('spoiled')
  expect(await look()).toMatchObject([{ rule: 'V16', evidence: { people: 3 } }])
})

describe('a trial', () => {
  test('tells nobody, can be looked at, and takes nothing from the run in earnest', async () => {
    await aCertificate(world.db, { establishmentId: market.shop.id, validUntil: new Date('2026-10-01') })
    expect(await look({ shadow: true })).toMatchObject([{ rule: 'V04', number: null }])
    expect(await look({ shadow: true })).toEqual([])
    expect(await world.db.prisma.case.count()).toBe(0)
    expect(await world.db.prisma.outbox.count()).toBe(0)
    expect((await rulesListed(world.db, OPERATOR)).find(({ code }) => code === 'V04')).toMatchObject({
      found: 0,
      shadowed: 1,
    })
    expect(await look()).toMatchObject([{ rule: 'V04', number: expect.stringMatching(/^HN-2026-/) }])
    expect(await look({ only: 'V01' })).toEqual([])
  })

  test('of a rule that looks back a week goes through ninety days, week by week', async () => {
    const at = (daysAgo: number) => reported(world.db, { establishmentId: market.shop.id }, daysFrom(NOW, -daysAgo))
    for (const daysAgo of [200, 199, 198, 60, 50, 40, 30, 28, 26]) await at(daysAgo)
    expect(await look({ only: 'V16' })).toEqual([])
    const trial = await look({ shadow: true })
    expect(trial).toMatchObject([{ rule: 'V16', number: null, evidence: { people: 3, days: 7 } }])
    expect(trial).toHaveLength(1)
    expect(await look({ shadow: true })).toEqual([])
  })

  test('looks ninety days back and no further', async () => {
    await aCertificate(world.db, { establishmentId: market.shop.id, validUntil: new Date('2026-08-01') })
    expect(await look({ shadow: true })).toEqual([])
  })
})

describe('a switch', () => {
  const set = (who: Parameters<typeof actorOf>[0], unit: string, on: boolean, rule = 'V04') =>
    world.db.transaction((tx) => switchRule(tx, actorOf(who), rule, unit, on)).then(refusalOf)

  test('of the nearest unit counts', async () => {
    await aCertificate(world.db, { establishmentId: market.shop.id, validUntil: new Date('2026-11-20') })
    expect(await set(market.wardOfficer, 'HN-P-BD', false)).toBe('refusal.not-yours-to-do')
    expect(await set(market.cityAdmin, 'XX', false)).toBe('refusal.unit-unknown')
    expect(await set(market.cityAdmin, 'HN', false, 'V99')).toBe('refusal.rule-unknown')
    expect(await set(market.cityAdmin, 'HN', false)).toEqual({ rule: 'V04', unit: 'HN', on: false })
    expect(await look()).toEqual([])
    granted(await set(market.cityAdmin, 'HN-P-BD', true))
    expect(await look()).toHaveLength(1)
  })

  test('what is switched off takes nobody else’s place in a run', async () => {
    await aCertificate(world.db, { establishmentId: market.shop.id, validUntil: new Date('2026-11-01') })
    await aCertificate(world.db, { establishmentId: market.wholesaler.id, validUntil: new Date('2026-11-20') })
    granted(await set(market.cityAdmin, 'HN-P-BD', false))
    const rule = RULES.find(({ code }) => code === 'V04')!
    const numbers = { graceDays: 0, threshold: 1, windowDays: 90, shadow: false, limit: 1 }
    expect(await rule.find(world.db, { ...numbers, now: NOW })).toMatchObject([
      { establishmentId: market.wholesaler.id },
    ])
    granted(await set(market.cityAdmin, 'HN', false))
    expect(await rule.find(world.db, { ...numbers, now: NOW })).toEqual([])
  })
})

test('the house looks by itself, every quarter of an hour', async () => {
  const { db } = world
  await aCertificate(db, { establishmentId: market.shop.id, validUntil: new Date('2026-11-20') })
  await scheduleRules(db, NOW)
  const quarter = (n: number) => new Date(NOW.getTime() + n * 15 * 60_000)
  expect(await runTimers(db, new Date(quarter(1).getTime() - 1))).toEqual([])
  expect(await runTimers(db, quarter(1))).toEqual(['rules.run'])
  expect(await db.prisma.case.count()).toBe(1)
  // A clock set back by a year: the next look is a quarter of an hour from there.
  await scheduleRules(db, daysFrom(NOW, -365))
  expect(await runTimers(db, daysFrom(quarter(1), -365))).toEqual(['rules.run'])
})
