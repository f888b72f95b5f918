import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { CASE_MOVES, movesFrom } from '../../domain/case-life.js'
import { callReporter, caseOf, casesForShop, casesOf, listCases, showCase } from '../../domain/case-views.js'
import {
  acceptCase,
  checkCase,
  closeCase,
  decideCase,
  passOnCase,
  refuseCase,
  type CaseWords,
  type PassTo,
} from '../../domain/cases.js'
import { askReporter, replyAsReporter } from '../../domain/case-questions.js'
import { myReport, myReports, rateReport, reopenReport } from '../../domain/my-reports.js'
import { aPerson } from '../../prisma/seed/builders.js'
import type { Tx } from '../../prisma/tx.js'
import { freshWorld, type World } from '../world.js'
import { actorOf, granted, NOW, OPERATOR, refusalOf } from './actors.js'
import { aPhoto, aReporter, clearDesk, reported, runTimers, told, type Somebody } from './case-desk.js'
import { aMarket, type Market } from './shop.js'

let world: World
let market: Market
beforeAll(async () => {
  world = await freshWorld()
  market = await aMarket(world.db)
})
afterAll(() => world.close())
afterEach(() => clearDesk(world.db))

const run = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => world.db.transaction(work)
const accept = (who: Somebody, number: string, now = NOW) =>
  world.db.transaction((tx) => acceptCase(tx, actorOf(who, now), number))
const pass = (who: Somebody, number: string, to: PassTo, words: CaseWords = { reason: 'Không thuộc địa bàn' }) =>
  world.db.transaction((tx) => passOnCase(tx, actorOf(who), number, to, words))
const close = async (who: Somebody, number: string, now = NOW) => {
  const files = [await aPhoto(world.db, who)]
  return world.db.transaction((tx) => closeCase(tx, actorOf(who, now), number, { reason: 'Đã nhắc nhở', files }))
}
const atShop = () => reported(world.db, { establishmentId: market.shop.id })

test('the life of a case, read aloud', () => {
  expect(Object.entries(CASE_MOVES).map(([name, { from, to }]) => `${from.join(', ')} -${name}-> ${to}`)).toEqual([
    'received, passed_on, reopened -accept-> accepted',
    'received, passed_on, reopened, accepted, checking -pass-on-> passed_on',
    'accepted -check-> checking',
    'accepted, checking -decide-> decided',
    'accepted, checking, decided -close-> closed',
    'received, passed_on, reopened, accepted, checking -refuse-> refused',
    'closed, refused -reopen-> reopened',
  ])
  expect(movesFrom('closed')).toEqual(['reopen'])
})

test('from the report to five stars, every step told and written down', async () => {
  const { db } = world
  const reporter = await aReporter(db)
  const official = market.wardOfficer
  const { number } = await reported(db, { establishmentId: market.shop.id, what: 'Cam mốc' }, NOW, reporter)
  expect(granted(await accept(official, number))).toMatchObject({ status: 'accepted', unit: { code: 'HN-P-BD' } })
  granted(await run((tx) => checkCase(tx, actorOf(official), number)))
  granted(await run((tx) => decideCase(tx, actorOf(official), number, { reason: 'Nhắc nhở' })))
  granted(await close(official, number))
  const row = await db.prisma.case.findUniqueOrThrow({ where: { number }, include: { steps: true } })
  expect(row).toMatchObject({ status: 'closed', handlerId: official.id, clock: null, dueAt: null })
  expect(row.steps.map(({ action, personId }) => [action, personId])).toEqual([
    ['report', null],
    ['accept', official.id],
    ['check', official.id],
    ['decide', official.id],
    ['close', official.id],
  ])
  expect(await told(db, reporter.chatId)).toEqual([
    `✅ Phường Ba Đình đã tiếp nhận phản ánh ${number} của bác.`,
    `🔎 Phường Ba Đình đang xác minh phản ánh ${number}.`,
    `📝 Phường Ba Đình đã có hướng xử lý phản ánh ${number}.\nLý do, kết quả: Nhắc nhở`,
    `🏁 Phường Ba Đình đã xử lý xong phản ánh ${number}. Cảm ơn bác.\nLý do, kết quả: Đã nhắc nhở\nBác chấm mấy sao cho cách xử lý?`,
  ])
  expect((await told(db, market.owner.chatId)).map((said) => said.split('\n')[0])).toEqual([
    `📝 Phường Ba Đình đã có hướng xử lý vụ việc ${number} (Hàng hỏng, mốc, ôi thiu) ở Cửa hàng Ngọn.`,
    `🏁 Phường Ba Đình đã đóng vụ việc ${number} (Hàng hỏng, mốc, ôi thiu) ở Cửa hàng Ngọn.`,
  ])
  expect(await db.prisma.timer.count({ where: { doneAt: null, kind: { startsWith: 'case.' } } })).toBe(0)
  const rate = (stars: number) => run((tx) => rateReport(tx, actorOf(reporter), number, stars))
  expect(refusalOf(await rate(6))).toBe('refusal.report-rating')
  expect(await rate(5)).toEqual({ number, stars: 5 })
  expect(refusalOf(await rate(1))).toBe('refusal.report-rated')
  const mine = granted(await myReport(db, actorOf(reporter), number))
  expect(mine).toMatchObject({ rating: 5, mayRate: false, mayReopen: true, words: 'Cam mốc' })
  expect(mine.steps.map(({ action }) => action)).toEqual(['report', 'accept', 'check', 'decide', 'close'])
  expect(await myReports(db, actorOf(reporter))).toHaveLength(1)
  expect(await myReports(db, actorOf(await aReporter(db)))).toEqual([])
})

describe('two officials', () => {
  test('accept at once: one has it, the other is told who', async () => {
    const { db } = world
    const second = await aPerson(db, { name: 'Anh Hai', mandates: [{ unitId: market.ward }] })
    const { number } = await atShop()
    const answers = await Promise.all([accept(market.wardOfficer, number), accept(second, number)])
    expect(answers.map(refusalOf).filter((key) => key === 'refusal.case-accepted-by')).toHaveLength(1)
    const { handlerId } = await db.prisma.case.findUniqueOrThrow({ where: { number } })
    const loser = handlerId === second.id ? market.wardOfficer : second
    expect(await db.prisma.caseStep.count({ where: { case: { number }, action: 'accept' } })).toBe(1)
    expect(await accept(loser, number)).toMatchObject({
      refused: { with: { at: { moment: NOW.toISOString() }, ...(loser !== second && { name: 'Anh Hai' }) } },
    })
    await db.prisma.mandate.deleteMany({ where: { personId: second.id } })
  })

  test('an old button of a case that moved on says where it stands', async () => {
    const { number } = await atShop()
    granted(await accept(market.wardOfficer, number))
    granted(await close(market.wardOfficer, number))
    expect(await accept(market.cityAdmin, number)).toEqual({
      refused: { key: 'refusal.case-moved-on', with: { status: { key: 'case.status.closed' } } },
    })
  })

  test('whose mandate ended a second ago does not see it any more', async () => {
    const { db } = world
    const gone = await aPerson(db, { mandates: [{ unitId: market.ward, validTo: NOW }] })
    const { number } = await atShop()
    expect(refusalOf(await accept(gone, number, new Date(NOW.getTime() + 1000)))).toBe('refusal.case-unknown')
    expect(refusalOf(await accept(gone, number, new Date(NOW.getTime() - 1)))).toMatchObject({ status: 'accepted' })
  })
})

describe('a case does not exist', () => {
  test('for another ward, another sector, another class, a shop or nobody', async () => {
    const { db } = world
    const { number } = await atShop()
    const health = await aPerson(db, { mandates: [{ unitId: market.ward, sector: 'health' }] })
    const cakes = await aPerson(db, { mandates: [{ unitId: market.ward, class: 'cake_maker' }] })
    for (const who of [market.otherOfficer, health, cakes, market.owner, await aReporter(db)]) {
      expect(refusalOf(await accept(who, number))).toBe('refusal.case-unknown')
      expect(refusalOf(await run((tx) => caseOf(tx, actorOf(who), number)))).toBe('refusal.case-unknown')
      expect(await casesOf(db, actorOf(who))).toEqual([])
    }
    expect(refusalOf(await accept(market.viewer, number))).toBe('refusal.not-yours-to-do')
    expect(refusalOf(await accept(market.wardOfficer, 'HN-2026-999999'))).toBe('refusal.case-unknown')
    await db.prisma.mandate.deleteMany({ where: { personId: { in: [health.id, cakes.id] } } })
  })
})

describe('closing', () => {
  test('needs a written result and evidence of one’s own', async () => {
    const { number } = await atShop()
    granted(await accept(market.wardOfficer, number))
    const by = actorOf(market.wardOfficer)
    const closing = (words: CaseWords) => run((tx) => closeCase(tx, by, number, words)).then(refusalOf)
    expect(await closing({})).toBe('refusal.case-reason')
    expect(await closing({ reason: '  ' })).toBe('refusal.case-reason')
    expect(await closing({ reason: 'Xong' })).toBe('refusal.case-evidence')
    const others = await aPhoto(world.db, market.owner)
    expect(await closing({ reason: 'Xong', files: [others] })).toBe('refusal.file-unknown')
    expect(refusalOf(await close(market.viewer, number))).toBe('refusal.not-yours-to-do')
    const inspector = await aPerson(world.db, { mandates: [{ unitId: market.ward, role: 'inspector' }] })
    expect(refusalOf(await close(inspector, number))).toBe('refusal.not-yours-to-do')
    await world.db.prisma.mandate.deleteMany({ where: { personId: inspector.id } })
  })

  test('takes the reporter’s number away; until then each look at it is written down', async () => {
    const { db } = world
    const { number } = await reported(db, { establishmentId: market.shop.id, phone: '0912345678' })
    const call = (who: Somebody) => run((tx) => callReporter(tx, actorOf(who), number))
    expect(await call(market.wardOfficer)).toEqual({ phone: '0912345678' })
    expect(refusalOf(await call(market.viewer))).toBe('refusal.not-yours-to-do')
    expect(refusalOf(await call(market.otherOfficer))).toBe('refusal.case-unknown')
    expect(await db.prisma.history.count({ where: { action: 'read-phone', personId: market.wardOfficer.id } })).toBe(1)
    granted(await accept(market.wardOfficer, number))
    granted(await close(market.wardOfficer, number))
    expect(refusalOf(await call(market.wardOfficer))).toBe('refusal.case-no-phone')
    expect(await db.prisma.reportContact.count()).toBe(0)
  })
})

test('of several who left a number nobody’s is told before it is said whose', async () => {
  const { db } = world
  const at = { establishmentId: market.shop.id }
  const { number } = await reported(db, at)
  const ids: number[] = []
  for (const phone of ['0912345678', '0987654321']) ids.push((await reported(db, { ...at, phone })).reportId)
  const call = (reportId?: number) => run((tx) => callReporter(tx, actorOf(market.wardOfficer), number, { reportId }))
  expect(await call()).toMatchObject({
    several: [
      { nth: 2, reportId: ids[0] },
      { nth: 3, reportId: ids[1] },
    ],
  })
  const looks = () =>
    db.prisma.history.findMany({
      where: { action: 'read-phone', subjectId: { in: ids.map(String) } },
      select: { subjectId: true },
    })
  expect(await looks()).toEqual([])
  expect(await call(ids[1])).toEqual({ phone: '0987654321' })
  expect(await looks()).toEqual([{ subjectId: String(ids[1]) }])
})

describe('passing on', () => {
  test('to a sibling: it hears, the clock begins anew, the old unit sees it no more', async () => {
    const { db } = world
    const reporter = await aReporter(db)
    const { number } = await reported(db, { establishmentId: market.shop.id }, NOW, reporter)
    granted(await accept(market.wardOfficer, number))
    expect(refusalOf(await pass(market.wardOfficer, number, { unitCode: 'HN-P-GV' }, {}))).toBe('refusal.case-reason')
    expect(granted(await pass(market.wardOfficer, number, { unitCode: 'HN-P-GV' }))).toMatchObject({
      status: 'passed_on',
      unit: { code: 'HN-P-GV' },
    })
    expect((await told(db, market.otherOfficer.chatId))[0]).toContain('được chuyển đến Phường Giảng Võ')
    expect((await told(db, reporter.chatId)).at(-1)).toContain(`↪️ Phản ánh ${number} được chuyển đến Phường Giảng Võ.`)
    expect(refusalOf(await accept(market.wardOfficer, number))).toBe('refusal.case-unknown')
    expect(granted(await accept(market.otherOfficer, number))).toMatchObject({ status: 'accepted' })
  })

  test('to another sector, up, and not for ever', async () => {
    const { number } = await atShop()
    const to = (to: PassTo) => pass(market.cityAdmin, number, to).then(refusalOf)
    expect(await to({})).toBe('refusal.pass-on-nowhere')
    expect(await to({ unitCode: 'HN-P-BD' })).toBe('refusal.pass-on-nowhere')
    expect(await to({ unitCode: 'XX' })).toBe('refusal.unit-unknown')
    expect(await to({ unitCode: 'HN-BD' })).toBe('refusal.unit-closed')
    expect(await to({ sector: 'health' })).toMatchObject({ status: 'passed_on' })
    expect(await to({ unitCode: 'HN-P-GV' })).toMatchObject({ status: 'passed_on' })
    expect(await to({ unitCode: 'HN-P-NH' })).toMatchObject({ status: 'passed_on' })
    expect(await to({ unitCode: 'HN-P-GV' })).toBe('refusal.pass-on-often')
    expect(await to({ unitCode: 'HN' })).toMatchObject({ status: 'passed_on' })
  })
})

test('not to a unit that does not stand yet', async () => {
  const then = new Date('2025-06-10T03:00:00Z')
  const old = await aPerson(world.db, { mandates: [{ unitId: market.units.get('HN-BD-QT')! }] })
  const { number } = await reported(world.db, { unitCode: 'HN-BD-QT' }, then)
  const to = (unitCode: string) =>
    run((tx) => passOnCase(tx, actorOf(old, then), number, { unitCode }, { reason: 'Sai địa bàn' })).then(refusalOf)
  expect(await to('HN-P-BD')).toBe('refusal.unit-unknown')
  expect(await to('HN-BD')).toMatchObject({ unit: { code: 'HN-BD' } })
})

describe('a reporter who is not content', () => {
  test('opens it again once, with a reason, within thirty days', async () => {
    const { db } = world
    const reporter = await aReporter(db)
    const { number } = await reported(db, { establishmentId: market.shop.id }, NOW, reporter)
    const reopen = (who: Somebody, reason = 'Vẫn bán', now = NOW) =>
      run((tx) => reopenReport(tx, actorOf(who, now), number, reason)).then(refusalOf)
    expect(await reopen(reporter)).toBe('refusal.report-not-ended')
    granted(await accept(market.wardOfficer, number))
    granted(await close(market.wardOfficer, number))
    expect(await reopen(await aReporter(db))).toBe('refusal.report-unknown')
    expect(await reopen(reporter, ' ')).toBe('refusal.case-reason')
    expect(await reopen(reporter, 'Vẫn bán', new Date('2026-12-30T05:00:00Z'))).toBe('refusal.report-reopen-late')
    expect(await reopen(reporter)).toMatchObject({ status: 'reopened' })
    expect((await told(db, market.wardOfficer.chatId)).at(-1)).toContain('chưa hài lòng')
    expect(await db.prisma.case.findUnique({ where: { number } })).toMatchObject({ handlerId: null, clock: 'accept' })
    granted(await accept(market.wardOfficer, number))
    granted(await close(market.wardOfficer, number))
    expect(await reopen(reporter)).toBe('refusal.report-reopened')
  })
})

test('refused in bad faith: the chat is remembered for it', async () => {
  const { db } = world
  const { number, reportId } = await atShop()
  const refusing = (words: CaseWords & { badFaith?: boolean }) =>
    run((tx) => refuseCase(tx, actorOf(market.wardOfficer), number, words)).then(refusalOf)
  expect(await refusing({ badFaith: true })).toBe('refusal.case-reason')
  expect(await refusing({ reason: 'Bịa đặt', badFaith: true })).toMatchObject({ status: 'refused' })
  expect(await db.prisma.report.findUnique({ where: { id: reportId } })).toMatchObject({ badFaith: true })
})

test('it is forgotten when the case turns out to be true, or was an error after all', async () => {
  const { db } = world
  const bad = async (number: string) =>
    (await db.prisma.report.findFirstOrThrow({ where: { case: { number } } })).badFaith
  const refuseBadly = (number: string, badFaith: boolean) =>
    run((tx) => refuseCase(tx, actorOf(market.wardOfficer), number, { reason: 'Bịa đặt', badFaith }))
  for (const [end, left] of [
    [
      async (number: string) => {
        granted(await accept(market.wardOfficer, number))
        return close(market.wardOfficer, number)
      },
      false,
    ],
    [(number: string) => refuseBadly(number, false), false],
    [(number: string) => refuseBadly(number, true), true],
  ] as const) {
    const reporter = await aReporter(db)
    const { number } = await reported(db, { establishmentId: market.shop.id }, NOW, reporter)
    granted(await refuseBadly(number, true))
    granted(await run((tx) => reopenReport(tx, actorOf(reporter), number, 'Bác xem lại giúp')))
    granted(await end(number))
    expect(await bad(number)).toBe(left)
  }
})

test('of those who reported one case nobody reads another’s words, or is said to have been asked', async () => {
  const [one, other] = [await aReporter(world.db), await aReporter(world.db)]
  const said = { establishmentId: market.shop.id }
  const { number, reportId } = await reported(world.db, said, NOW, one)
  await reported(world.db, said, NOW, other)
  granted(await accept(market.wardOfficer, number))
  granted(await run((tx) => askReporter(tx, actorOf(market.wardOfficer), number, 'Mua lúc nào?', { reportId })))
  granted(await run((tx) => replyAsReporter(tx, actorOf(one), number, { reason: 'Sáng qua' })))
  granted(await close(market.wardOfficer, number))
  granted(await run((tx) => reopenReport(tx, actorOf(one), number, 'Tôi ở ngay sát vách vẫn thấy')))
  const stepsOf = async (who: Somebody) => granted(await myReport(world.db, actorOf(who), number)).steps
  const asked = ['ask-reporter', 'answer-reporter']
  expect((await stepsOf(one)).map(({ action }) => action)).toEqual(['report', 'accept', ...asked, 'close', 'reopen'])
  expect((await stepsOf(other)).map(({ action }) => action)).toEqual(['report', 'accept', 'close', 'reopen'])
  expect(JSON.stringify(await stepsOf(other))).not.toContain('sát vách')
})

test('the shop reads no number or address by which a reporter could be found', async () => {
  const what =
    'Cam mốc, 01.11.2026 mua 1.500.000 đồng. Gọi Lan 0912 345.678, +84 912345678 hay lan.cam@thu.vn, fb.com/lan'
  const { number } = await reported(world.db, { establishmentId: market.shop.id, what })
  granted(await accept(market.wardOfficer, number))
  granted(await run((tx) => decideCase(tx, actorOf(market.wardOfficer), number, { reason: 'Nhắc nhở' })))
  expect(await casesForShop(world.db, actorOf(market.owner), market.shop.id)).toMatchObject([
    { words: 'Cam mốc, 01.11.2026 mua 1.500.000 đồng. Gọi Lan •••, ••• hay •••, •••' },
  ])
})

test('who sees what: the official all but the number, the shop no reporter and no insult, the operator all', async () => {
  const { db } = world
  const reporter = await aReporter(db)
  const { number } = await reported(
    db,
    { establishmentId: market.shop.id, what: 'Cam mốc, đồ mất dạy vcl', phone: '0912345678' },
    NOW,
    reporter,
  )
  const seen = granted(await run((tx) => caseOf(tx, actorOf(market.wardOfficer), number)))
  expect(seen).toMatchObject({
    number,
    violation: { legalBasis: expect.stringContaining('115/2018') },
    reportsMade: [{ words: 'Cam mốc, đồ mất dạy vcl', mayBeCalled: true, trusted: true }],
    told: [{ personId: market.wardOfficer.id, channel: 'console', occasion: 'new', acknowledgedAt: NOW }],
    moves: ['accept', 'pass-on', 'refuse'],
  })
  expect(JSON.stringify(seen)).not.toContain('0912345678')
  expect(JSON.stringify(seen.reportsMade)).not.toContain('chat')
  expect(await db.prisma.history.count({ where: { action: 'read', personId: market.wardOfficer.id } })).toBe(1)
  expect(await casesForShop(db, actorOf(market.owner), market.shop.id)).toEqual([])
  granted(await accept(market.wardOfficer, number))
  granted(await run((tx) => decideCase(tx, actorOf(market.wardOfficer), number, { reason: 'Nhắc nhở' })))
  expect(await casesForShop(db, actorOf(market.owner), market.shop.id)).toMatchObject([
    { number, words: 'Cam mốc, đồ ••••••• •••', openedOn: '2026-11-24' },
  ])
  expect(refusalOf(await casesForShop(db, actorOf(market.other), market.shop.id))).toBe('refusal.establishment-unknown')
  expect(granted(await showCase(db, OPERATOR, number)).told[0]!.acknowledgedAt).not.toBeNull()
  expect(await listCases(db, OPERATOR, 10)).toMatchObject([{ number, reports: 1, unitCode: 'HN-P-BD' }])
})

test('cases are listed by what is due first, a page at a time', async () => {
  const { db } = world
  const normal = await reported(db, { establishmentId: market.shop.id, kind: 'hygiene' })
  const urgent = await reported(db, { establishmentId: market.shop.id, kind: 'poisoning' })
  const other = await reported(db, { unitCode: 'HN-P-GV' })
  const list = async (who: Somebody, asked = {}) => (await casesOf(db, actorOf(who), asked)).map(({ number }) => number)
  expect(await list(market.wardOfficer)).toEqual([urgent.number, normal.number])
  expect(await list(market.cityAdmin)).toEqual([urgent.number, normal.number, other.number])
  const [first] = await casesOf(db, actorOf(market.cityAdmin), { limit: 1 })
  expect(await list(market.cityAdmin, { after: first!.id, limit: 1 })).toEqual([normal.number])
  granted(await accept(market.wardOfficer, normal.number))
  granted(await close(market.wardOfficer, normal.number))
  expect(await list(market.wardOfficer)).toEqual([urgent.number])
  expect(await list(market.wardOfficer, { ended: true })).toEqual([urgent.number, normal.number])
})

test('a unit that closes leaves its cases to who took over', async () => {
  const { db } = world
  const reporter = await aReporter(db)
  const lastDay = new Date('2025-06-30T02:00:00Z')
  const { number } = await reported(db, { unitCode: 'HN-BD-QT' }, lastDay, reporter)
  expect(await runTimers(db, new Date('2025-06-30T16:59:59Z'))).not.toContain('cases.roll')
  expect(await runTimers(db, new Date('2025-06-30T17:00:00Z'))).toContain('cases.roll')
  expect(await db.prisma.case.findUnique({ where: { number }, include: { unit: true } })).toMatchObject({
    status: 'passed_on',
    unit: { code: 'HN-P-BD' },
  })
  expect((await told(db, reporter.chatId)).at(-1)).toBe(`↪️ Phản ánh ${number} nay do Phường Ba Đình phụ trách.`)
})
