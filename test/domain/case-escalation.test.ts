import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { acceptCase, passOnCase } from '../../domain/cases.js'
import { report } from '../../domain/reports.js'
import { aPerson } from '../../prisma/seed/builders.js'
import { freshWorld, type World } from '../world.js'
import { actorOf, granted, NOW } from './actors.js'
import { clearDesk, reported, runTimers, told, type Somebody } from './case-desk.js'
import { aMarket, type Market } from './shop.js'

let world: World
let market: Market
let oldWard: Somebody
let district: Somebody
beforeAll(async () => {
  world = await freshWorld()
  market = await aMarket(world.db)
  oldWard = await aPerson(world.db, { mandates: [{ unitId: market.units.get('HN-BD-QT')! }] })
  district = await aPerson(world.db, { mandates: [{ unitId: market.units.get('HN-BD')! }] })
})
afterAll(() => world.close())
afterEach(() => clearDesk(world.db))

const at = (said: string): Date => new Date(`${said}:00+07:00`)
const ran = async (now: Date) =>
  (await runTimers(world.db, now)).filter((kind) => kind === 'case.remind' || kind === 'case.due')

describe('an urgent case that nobody answers', () => {
  test('climbs from the ward to the district to the city in the tree of 2018, each at its working hour', async () => {
    // Tuesday, 9 o'clock: 4 working hours end at 14.00, and each unit above has two.
    const { number } = await reported(world.db, { kind: 'poisoning', unitCode: 'HN-BD-QT' }, at('2025-03-11T09:00'))
    expect(await ran(at('2025-03-11T11:59'))).toEqual([])
    expect(await ran(at('2025-03-11T12:00'))).toEqual(['case.remind'])
    expect(await told(world.db, oldWard.chatId)).toEqual([
      expect.stringContaining(`🔔 Phản ánh mới ${number} (KHẨN)`),
      expect.stringContaining(`⏳ Sắp đến hạn: vụ việc ${number} (KHẨN)`),
    ])
    expect(await ran(at('2025-03-11T13:59'))).toEqual([])
    expect(await ran(at('2025-03-11T14:00'))).toEqual(['case.due'])
    expect((await told(world.db, district.chatId)).at(-1)).toContain(`⏰ Quá hạn: vụ việc ${number} (KHẨN)`)
    expect(await told(world.db, market.cityAdmin.chatId)).toEqual([])
    expect(await ran(at('2025-03-11T15:59'))).toEqual([])
    expect(await ran(at('2025-03-11T16:00'))).toEqual(['case.due'])
    expect((await told(world.db, market.cityAdmin.chatId)).at(-1)).toContain(`⏰ Quá hạn: vụ việc ${number}`)
    expect(await ran(at('2025-04-11T16:00'))).toEqual([])
    expect(
      await world.db.prisma.caseStep.findMany({
        where: { action: 'escalate' },
        select: { unit: { select: { code: true } }, personId: true },
        orderBy: { id: 'asc' },
      }),
    ).toEqual([
      { unit: { code: 'HN-BD' }, personId: null },
      { unit: { code: 'HN' }, personId: null },
    ])
  })

  test('and from the ward to the city in the tree of 2025', async () => {
    const { number } = await reported(world.db, { kind: 'poisoning', unitCode: 'HN-P-BD' }, at('2026-11-24T09:00'))
    expect(await ran(at('2026-11-24T14:00'))).toEqual(['case.remind', 'case.due'])
    expect((await told(world.db, market.cityAdmin.chatId)).at(-1)).toContain(`⏰ Quá hạn: vụ việc ${number}`)
    expect(await ran(at('2026-12-24T14:00'))).toEqual([])
  })

  test('also when the clock is moved by days at once, and not again when it is set back', async () => {
    await reported(world.db, { kind: 'poisoning', unitCode: 'HN-BD-QT' }, at('2025-03-11T09:00'))
    expect(await ran(at('2025-03-20T09:00'))).toEqual(['case.remind', 'case.due', 'case.due'])
    const before = await world.db.prisma.outbox.count()
    expect(await ran(at('2025-03-11T09:00'))).toEqual([])
    expect(await ran(at('2025-03-20T09:00'))).toEqual([])
    expect(await world.db.prisma.outbox.count()).toBe(before)
  })
})

describe('a case that moved on', () => {
  test('reminds and raises nobody for the time to accept; the time to handle runs', async () => {
    const { number } = await reported(world.db, { kind: 'hygiene', unitCode: 'HN-P-BD' }, at('2026-11-24T09:00'))
    const now = at('2026-11-24T10:00')
    granted(await world.db.transaction((tx) => acceptCase(tx, actorOf(market.wardOfficer, now), number)))
    expect(await ran(at('2026-11-30T08:59'))).toEqual(['case.remind'])
    expect(await ran(at('2026-12-01T09:00'))).toEqual(['case.due'])
    expect((await told(world.db, market.cityAdmin.chatId)).at(-1)).toContain('⏰ Quá hạn')
  })

  test('late already when it is accepted: the next level has its time first', async () => {
    const { number } = await reported(world.db, { kind: 'poisoning', unitCode: 'HN-BD-QT' }, at('2025-03-11T09:00'))
    await ran(at('2025-03-11T14:30'))
    const now = at('2025-03-11T15:00')
    granted(await world.db.transaction((tx) => acceptCase(tx, actorOf(oldWard, now), number)))
    expect(await ran(at('2025-03-11T16:59'))).toEqual([])
    expect(await ran(at('2025-03-11T17:00'))).toEqual(['case.due'])
    expect((await told(world.db, market.cityAdmin.chatId)).at(-1)).toContain('⏰ Quá hạn')
  })

  test('passed on: the time begins anew there', async () => {
    const { number } = await reported(world.db, { kind: 'hygiene', unitCode: 'HN-P-BD' }, at('2026-11-24T09:00'))
    const now = at('2026-11-24T15:00')
    const reason = { reason: 'Khác địa bàn' }
    granted(
      await world.db.transaction((tx) =>
        passOnCase(tx, actorOf(market.wardOfficer, now), number, { unitCode: 'HN-P-GV' }, reason),
      ),
    )
    expect(await ran(at('2026-11-25T09:00'))).toEqual([])
    expect(await world.db.prisma.case.findUnique({ where: { number } })).toMatchObject({
      dueAt: at('2026-11-25T15:00'),
      arrivedAt: now,
    })
  })
})

test('no number is bare: without deadlines no case begins', async () => {
  await expect(
    world.db.transaction(async (tx) => {
      await tx.prisma.deadline.deleteMany({ where: { severity: 'complex', clock: 'accept' } })
      return report(tx, actorOf(market.owner, NOW), { kind: 'spoiled' })
    }),
  ).rejects.toThrow('No deadline to accept what is complex')
})
