import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { allow, may, RIGHTS, ROLES, rolesAt, standingOf, type Action } from '../../domain/rights.js'
import { searchEstablishments, myEstablishments } from '../../domain/establishments.js'
import { aChat, anEstablishment, aPerson } from '../../prisma/seed/builders.js'
import { freshWorld, type World } from '../world.js'
import { actorOf, NOW, OPERATOR, refusalOf } from './actors.js'
import { aMarket, tried, type Market } from './shop.js'

let world: World
let market: Market
beforeAll(async () => {
  world = await freshWorld()
  market = await aMarket(world.db)
})
afterAll(() => world.close())

/** s staff, o owner, v viewer, i inspector, f officer, a administrator */
const MATRIX: Record<Action, string> = {
  'establishment.see': 's o v i f a',
  'establishment.invite-staff': 'o a',
  'establishment.invite-owner': 'o f a',
  'establishment.print-badge': 'i f a',
  'establishment.print-window': 's o i f a',
  'product.see': 's o v i f a',
  'product.add': 's o',
  'lot.see': 's o v i f a',
  'lot.register': 's o',
  'lot.correct': 's o',
  'lot.issue-labels': 's o',
  'lot.sell-out': 's o',
  'lot.hold': 'o i f a',
  'lot.release': 'o f a',
  'lot.release-ordered': 'f a',
  'lot.recall': 'o f a',
  'unit.see': 'v i f a',
  'unit.invite': 'a',
  'unit.hand-over': 'a',
  'unit.suspend': 'a',
  'unit.stand-in': 'a',
  'unit.switch-rules': 'a',
  'case.see': 'v i f a',
  'case.call-reporter': 'i f a',
  'case.accept': 'i f a',
  'case.check': 'i f a',
  'case.pass-on': 'i f a',
  'case.ask': 'i f a',
  'case.decide': 'f a',
  'case.close': 'f a',
  'case.refuse': 'f a',
  'case.reply': 's o',
}
const LETTER = { staff: 's', owner: 'o', viewer: 'v', inspector: 'i', officer: 'f', administrator: 'a' }

describe('the table', () => {
  test.each(Object.keys(RIGHTS) as Action[])('%s', (action) => {
    expect(
      ROLES.filter((role) => may([role], action))
        .map((role) => LETTER[role])
        .join(' '),
    ).toBe(MATRIX[action])
  })
})

describe('where', () => {
  const roleAt = async (person: { id: number | null; chatId: number }, establishmentId: number, now = NOW) =>
    (await rolesAt(world.db, actorOf(person, now), [establishmentId]))
      .get(establishmentId)
      ?.map(({ role, unit_id }) => [role, unit_id]) ?? []

  test('members at their own establishment only', async () => {
    expect(await roleAt(market.owner, market.shop.id)).toEqual([['owner', null]])
    expect(await roleAt(market.owner, market.rival.id)).toEqual([])
  })

  test('officials in their own unit and below, the nearest unit first', async () => {
    expect(await roleAt(market.wardOfficer, market.shop.id)).toEqual([['officer', market.ward]])
    expect(await roleAt(market.otherOfficer, market.shop.id)).toEqual([])
    expect(await roleAt(market.cityAdmin, market.shop.id)).toEqual([['administrator', market.city]])
    expect(await roleAt(market.cityAdmin, market.farm.id)).toEqual([])
    const both = await aPerson(world.db, {
      mandates: [
        { unitId: market.city, role: 'viewer' },
        { unitId: market.ward, role: 'inspector' },
      ],
    })
    expect(await roleAt(both, market.shop.id)).toEqual([
      ['inspector', market.ward],
      ['viewer', market.city],
    ])
  })

  test('by sector and class when the mandate says so', async () => {
    const fruit = await aPerson(world.db, { mandates: [{ unitId: market.ward, class: 'fruit_shop' }] })
    const health = await aPerson(world.db, { mandates: [{ unitId: market.ward, sector: 'health' }] })
    expect(await roleAt(fruit, market.shop.id)).toHaveLength(1)
    expect(await roleAt(fruit, market.cakes.id)).toEqual([])
    expect(await roleAt(health, market.shop.id)).toEqual([])
  })

  test('between the moments of the role, the last one excluded', async () => {
    const [from, to] = [new Date('2026-11-01T00:00:00Z'), new Date('2026-11-20T00:00:00Z')]
    const past = await aPerson(world.db, { works: [{ establishmentId: market.shop.id, validFrom: from, validTo: to }] })
    expect(await roleAt(past, market.shop.id, from)).toHaveLength(1)
    expect(await roleAt(past, market.shop.id, new Date(to.getTime() - 1))).toHaveLength(1)
    expect(await roleAt(past, market.shop.id, to)).toEqual([])
    expect(await roleAt(past, market.shop.id, new Date(from.getTime() - 1))).toEqual([])
  })

  test('the tree of that day: the district has it until its last day, the ward of today since', async () => {
    const { units } = market
    const site = await anEstablishment(world.db, {
      units: [
        { unitId: units.get('HN-BD-QT')!, validFrom: new Date('2024-01-01'), validTo: new Date('2025-06-30') },
        { unitId: market.ward, validFrom: new Date('2025-07-01') },
      ],
    })
    const district = await aPerson(world.db, { mandates: [{ unitId: units.get('HN-BD')! }] })
    const lastMoment = new Date('2025-06-30T16:59:59Z')
    const firstMoment = new Date('2025-06-30T17:00:00Z')
    expect(await roleAt(district, site.id, lastMoment)).toEqual([['officer', units.get('HN-BD')!]])
    expect(await roleAt(district, site.id, firstMoment)).toEqual([])
    expect(await roleAt(market.wardOfficer, site.id, lastMoment)).toEqual([])
    expect(await roleAt(market.wardOfficer, site.id, firstMoment)).toHaveLength(1)
    expect((await standingOf(world.db, actorOf(district, firstMoment))).mandates).toEqual([])
  })

  test('no role there: it does not exist; a role that may not: it is said', async () => {
    const where = { establishmentId: market.shop.id }
    const ask = (person: { id: number | null; chatId: number }, action: Action) =>
      allow(world.db, actorOf(person), action, where, 'refusal.establishment-unknown').then(refusalOf)
    expect(await ask(market.other, 'lot.register')).toBe('refusal.establishment-unknown')
    expect(await ask(market.viewer, 'lot.register')).toBe('refusal.not-yours-to-do')
    expect(await ask(market.owner, 'lot.register')).toEqual({ unitId: null })
    expect(await ask(market.wardOfficer, 'lot.hold')).toEqual({ unitId: market.ward })
    const chat = await aChat(world.db)
    expect(await ask({ id: null, chatId: chat.id }, 'lot.register')).toBe('refusal.establishment-unknown')
    expect(
      await allow(world.db, actorOf(market.cityAdmin), 'unit.invite', { unitId: market.ward }, 'refusal.unit-unknown'),
    ).toEqual({ unitId: market.city })
    expect(
      refusalOf(
        await allow(
          world.db,
          actorOf(market.wardOfficer),
          'unit.invite',
          { unitId: market.city },
          'refusal.unit-unknown',
        ),
      ),
    ).toBe('refusal.unit-unknown')
  })

  test('establishments: members see theirs, officials their unit, the operator all; found without diacritics', async () => {
    await tried(world.db, async (tx) => {
      const names = async (person: Parameters<typeof actorOf>[0], query?: string) =>
        (await searchEstablishments(tx, actorOf(person), { query })).map(({ name }) => name)
      expect(await names(market.owner)).toEqual(['Cửa hàng Ngọn'])
      expect(await names(market.otherOfficer)).toEqual(['Đầu mối Giữa'])
      expect(await names(market.wardOfficer, 'hang ngon')).toEqual(['Cửa hàng Ngọn'])
      expect(await names(market.cityAdmin, 'NGỌM')).toEqual(['Cửa hàng Ngọn'])
      expect(await names(market.cityAdmin, '%')).toContain('Bánh Nhà')
      expect(await names(market.otherOfficer, 'Cửa hàng Ngọn')).toEqual([])
      expect(await names({ id: null, chatId: 1 })).toEqual([])
      const all = await searchEstablishments(tx, OPERATOR)
      expect(all.map(({ name }) => name)).toEqual(expect.arrayContaining(['Nông trại Gốc', 'Cửa hàng Bên']))
      const second = await searchEstablishments(tx, OPERATOR, { after: all[0]!.id, limit: 1 })
      expect(second).toEqual([all[1]])
      expect(await myEstablishments(tx, actorOf(market.staff))).toMatchObject([
        { id: market.shop.id, role: 'staff', class: 'fruit_shop' },
      ])
    })
  })
})
