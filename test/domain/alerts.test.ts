import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { quietUntil } from '../../domain/alert-limits.js'
import { caseOf } from '../../domain/case-views.js'
import { acceptCase, passOnCase } from '../../domain/cases.js'
import { aPerson } from '../../prisma/seed/builders.js'
import { freshWorld, type World } from '../world.js'
import { actorOf, granted, NOW } from './actors.js'
import { bodies, clearDesk, reported, runTimers, told, type Somebody } from './case-desk.js'
import { aMarket, type Market } from './shop.js'

let world: World
let market: Market
let people: number[] = []
beforeAll(async () => {
  world = await freshWorld()
  market = await aMarket(world.db)
})
afterAll(() => world.close())
afterEach(async () => {
  await clearDesk(world.db)
  await world.db.prisma.mandate.deleteMany({ where: { personId: { in: people } } })
  people = []
})

const MINUTE_MS = 60_000
const inMinutes = (minutes: number, from = NOW) => new Date(from.getTime() + minutes * MINUTE_MS)
const at = (said: string): Date => new Date(`${said}:00+07:00`)
async function anOfficial(mandate: NonNullable<Parameters<typeof aPerson>[1]>['mandates']): Promise<Somebody> {
  const person = await aPerson(world.db, { mandates: mandate })
  people.push(person.id)
  return person
}
const count = async (who: Somebody) => (await told(world.db, who.chatId)).length
const atShop = (kind = 'spoiled', now = NOW) => reported(world.db, { establishmentId: market.shop.id, kind }, now)

describe('who is told', () => {
  test('territory, sector, class, dates; viewers are not', async () => {
    const ward = market.ward
    const trade = await anOfficial([{ unitId: ward, sector: 'trade' }])
    const health = await anOfficial([{ unitId: ward, sector: 'health' }])
    const cakes = await anOfficial([{ unitId: ward, class: 'cake_maker' }])
    const ended = await anOfficial([{ unitId: ward, validTo: NOW }])
    const tomorrow = await anOfficial([{ unitId: ward, validFrom: inMinutes(1) }])
    const suspended = await anOfficial([{ unitId: ward }])
    await world.db.prisma.mandate.updateMany({ where: { personId: suspended.id! }, data: { suspendedAt: NOW } })
    await atShop()
    expect(await Promise.all([market.wardOfficer, trade].map(count))).toEqual([1, 1])
    expect(await Promise.all([health, cakes, ended, tomorrow, suspended, market.viewer].map(count))).toEqual([
      0, 0, 0, 0, 0, 0,
    ])
  })

  test('nobody in charge in the unit: the unit above, and who was told is kept', async () => {
    const { number } = await reported(world.db, { unitCode: 'HN-P-NH' })
    expect(await count(market.cityAdmin)).toBe(1)
    const row = granted(await world.db.transaction((tx) => caseOf(tx, actorOf(market.cityAdmin), number)))
    expect(row.told).toMatchObject([{ personId: market.cityAdmin.id, unit: 'HN', occasion: 'new', toldAt: NOW }])
  })

  test('on the channel they were heard on last', async () => {
    const who = await anOfficial([{ unitId: market.ward }])
    const web = await world.db.prisma.chat.findFirstOrThrow({ where: { personId: who.id, channel: 'web' } })
    await world.db.prisma.chat.update({ where: { id: web.id }, data: { heardAt: new Date() } })
    await atShop()
    expect(await count(who)).toBe(0)
    expect(await count({ id: who.id, chatId: web.id })).toBe(1)
  })
})

describe('a second channel', () => {
  test('after a while, unless somebody looked', async () => {
    const web = await world.db.prisma.chat.findFirstOrThrow({
      where: { personId: market.wardOfficer.id, channel: 'web' },
    })
    await atShop('poisoning')
    expect(await runTimers(world.db, inMinutes(9))).toEqual([])
    expect(await runTimers(world.db, inMinutes(10))).toEqual(['alerts.second'])
    expect((await told(world.db, web.id))[0]).toContain('Tôi gửi thêm qua kênh này')
    expect(await count(market.wardOfficer)).toBe(1)
    const { number } = await atShop('hygiene')
    await world.db.transaction((tx) => caseOf(tx, actorOf(market.wardOfficer), number))
    expect(await runTimers(world.db, inMinutes(121))).toEqual(['alerts.second'])
    expect(await told(world.db, web.id)).toHaveLength(1)
  })
})

describe('whose mandate ended meanwhile, or did not reach so far,', () => {
  test('is not told what was held, nor of a case that went elsewhere; that it was not told is kept', async () => {
    const leaving = await anOfficial([{ unitId: market.ward, validTo: at('2026-11-25T06:00') }])
    const night = at('2026-11-24T22:30')
    const { number: stays } = await atShop('hygiene', night)
    const { number: goes } = await atShop('spoiled', night)
    const actor = actorOf(market.wardOfficer, night)
    const words = { reason: 'Không thuộc địa bàn' }
    granted(await world.db.transaction((tx) => passOnCase(tx, actor, goes, { unitCode: 'HN-P-GV' }, words)))
    await runTimers(world.db, at('2026-11-25T07:00'))
    expect(await count(leaving)).toBe(0)
    expect(await told(world.db, market.wardOfficer.chatId)).toEqual([expect.stringContaining(stays)])
    expect(await told(world.db, market.otherOfficer.chatId)).toEqual([expect.stringContaining(goes)])
    expect(await world.db.prisma.alert.count({ where: { personId: leaving.id!, voidAt: null } })).toBe(0)
  })

  test('is not tried on a second channel', async () => {
    const leaving = await anOfficial([{ unitId: market.ward, validTo: inMinutes(5) }])
    await atShop('poisoning')
    expect(await count(leaving)).toBe(1)
    await runTimers(world.db, inMinutes(10))
    const web = await world.db.prisma.chat.findFirstOrThrow({ where: { personId: leaving.id, channel: 'web' } })
    expect(await told(world.db, web.id)).toEqual([])
  })
})

describe('a flood', () => {
  test('is told as one digest, without what was taken up meanwhile', async () => {
    const numbers: string[] = []
    for (let i = 0; i < 14; i++) numbers.push((await reported(world.db, { unitCode: 'HN-P-BD' })).number)
    expect(await count(market.wardOfficer)).toBe(10)
    expect(await world.db.prisma.alert.count({ where: { toldAt: null } })).toBe(4)
    granted(await world.db.transaction((tx) => acceptCase(tx, actorOf(market.cityAdmin), numbers[10]!)))
    expect(await runTimers(world.db, inMinutes(1))).toEqual(['alerts.digest'])
    expect(await count(market.wardOfficer)).toBe(11)
    const said = (await told(world.db, market.wardOfficer.chatId)).at(-1)!
    expect(said.split('\n')).toEqual([
      '📋 Có 3 tin về vụ việc chờ bác xem:',
      ...numbers.slice(11).map((number) => `• ${number} (phức tạp): Hàng hỏng, mốc, ôi thiu, Phường Ba Đình`),
    ])
    expect((await bodies(world.db, market.wardOfficer.chatId)).at(-1)!.choices!.map(({ value }) => value)).toEqual([
      ...numbers.slice(11),
      'list',
    ])
    const row = granted(await world.db.transaction((tx) => caseOf(tx, actorOf(market.wardOfficer), numbers[12]!)))
    expect(row.told).toMatchObject([{ digest: true, toldAt: inMinutes(1) }])
    expect(await runTimers(world.db, inMinutes(2))).toEqual([])
  })

  test('more people on one case: the handler hears of them together', async () => {
    const { number } = await atShop()
    granted(await world.db.transaction((tx) => acceptCase(tx, actorOf(market.wardOfficer), number)))
    for (let i = 0; i < 3; i++) await atShop()
    expect(await count(market.wardOfficer)).toBe(1)
    expect(await runTimers(world.db, inMinutes(10))).toContain('alerts.digest')
    const said = (await told(world.db, market.wardOfficer.chatId)).at(-1)!
    expect(said).toContain('📋 Có 3 tin')
    expect(said.split('\n')).toHaveLength(2)
  })
})

describe('quiet hours', () => {
  test.each([
    ['2026-11-24T20:59', null],
    ['2026-11-24T21:00', '2026-11-25T07:00'],
    ['2026-11-25T02:00', '2026-11-25T07:00'],
    ['2026-11-25T07:00', null],
  ])('%s: until %s', (now, until) => {
    expect(quietUntil(at(now))).toEqual(until === null ? null : at(until))
  })

  test('wake nobody but for what is urgent; the rest is told in the morning', async () => {
    const night = at('2026-11-24T23:00')
    const first = await atShop('hygiene', night)
    expect(await count(market.wardOfficer)).toBe(0)
    const urgent = await atShop('poisoning', night)
    expect((await told(world.db, market.wardOfficer.chatId))[0]).toContain(urgent.number)
    expect(await runTimers(world.db, at('2026-11-25T06:59'))).not.toContain('alerts.digest')
    expect(await runTimers(world.db, at('2026-11-25T07:00'))).toContain('alerts.digest')
    const all = await told(world.db, market.wardOfficer.chatId)
    expect(all.filter((said) => said.includes(first.number))).toEqual([
      expect.stringContaining(`🔔 Phản ánh mới ${first.number}`),
    ])
  })
})
