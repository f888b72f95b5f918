import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { acceptInvitation, invite, type OfferedMandate } from '../../domain/invitations.js'
import {
  appointStandIn,
  dismissOfficial,
  endStandIn,
  handOver,
  officialsOf,
  resumeOfficial,
  suspendOfficial,
} from '../../domain/officials.js'
import { standingOf } from '../../domain/rights.js'
import { inCharge } from '../../domain/alerts.js'
import { aChat, aPerson } from '../../prisma/seed/builders.js'
import type { Tx } from '../../prisma/tx.js'
import { freshWorld, type World } from '../world.js'
import { actorOf, granted, NOW, refusalOf } from './actors.js'
import { told, type Somebody } from './case-desk.js'
import { aMarket, type Market } from './shop.js'

let world: World
let market: Market
beforeAll(async () => {
  world = await freshWorld()
  market = await aMarket(world.db)
})
afterAll(() => world.close())

const DAY_MS = 86_400_000
const inDays = (days: number) => new Date(NOW.getTime() + days * DAY_MS)
const run = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => world.db.transaction(work)
const inviting = (who: Somebody, to: Partial<OfferedMandate>) =>
  run((tx) => invite(tx, actorOf(who), { unitCode: 'HN-P-BD', role: 'officer', ...to }))
async function joins(code: string, now = NOW): Promise<Somebody> {
  const { id: chatId } = await aChat(world.db)
  const joined = granted(await run((tx) => acceptInvitation(tx, actorOf({ id: null, chatId }, now), code)))
  return { id: joined.personId, chatId }
}
const mandatesOf = async (who: Somebody, now = NOW) =>
  (await standingOf(world.db, actorOf(who, now))).mandates.map(({ code, role }) => [code, role])
const toldNow = async (now = NOW) =>
  (await inCharge(world.db, { unitId: market.ward, sector: null, class: null }, now)).map(({ personId }) => personId)
const mandateOf = async (who: Somebody) =>
  (await world.db.prisma.mandate.findFirstOrThrow({ where: { personId: who.id! }, orderBy: { id: 'asc' } })).id

describe('an invitation', () => {
  test('gives sector, class and end; nobody gives more than they have', async () => {
    const trade = await aPerson(world.db, {
      mandates: [{ unitId: market.ward, role: 'administrator', sector: 'trade' }],
    })
    expect(refusalOf(await inviting(trade, {}))).toBe('refusal.unit-unknown')
    expect(refusalOf(await inviting(trade, { sector: 'health' }))).toBe('refusal.unit-unknown')
    expect(refusalOf(await inviting(trade, { sector: 'trade', until: NOW }))).toBe('refusal.official-dates')
    const { code } = granted(await inviting(trade, { sector: 'trade', class: 'fruit_shop', until: inDays(10) }))
    const who = await joins(code)
    expect(await world.db.prisma.mandate.findFirst({ where: { personId: who.id! } })).toMatchObject({
      sector: 'trade',
      class: 'fruit_shop',
      validTo: inDays(10),
      grantedById: trade.id,
    })
    expect(await mandatesOf(who, new Date(inDays(10).getTime() - 1))).toEqual([['HN-P-BD', 'officer']])
    expect(await mandatesOf(who, inDays(10))).toEqual([])
    await world.db.prisma.mandate.deleteMany({ where: { personId: { in: [who.id!, trade.id] } } })
  })
})

describe('an administrator hands over', () => {
  test('one ends as the other begins, at the acceptance', async () => {
    const leaving = await aPerson(world.db, { mandates: [{ unitId: market.ward, role: 'administrator' }] })
    expect(refusalOf(await run((tx) => handOver(tx, actorOf(market.wardOfficer), 'HN-P-BD')))).toBe(
      'refusal.not-yours-to-do',
    )
    expect(refusalOf(await run((tx) => handOver(tx, actorOf(market.cityAdmin), 'HN-P-BD')))).toBe(
      'refusal.official-unknown',
    )
    const { code } = granted(await run((tx) => handOver(tx, actorOf(leaving), 'HN-P-BD')))
    expect(await mandatesOf(leaving)).toEqual([['HN-P-BD', 'administrator']])
    const coming = await joins(code)
    expect(await mandatesOf(leaving)).toEqual([])
    expect(await mandatesOf(coming)).toEqual([['HN-P-BD', 'administrator']])
    await world.db.prisma.mandate.deleteMany({ where: { personId: coming.id! } })
  })

  test('to themselves: nothing changes', async () => {
    const { code } = granted(await run((tx) => handOver(tx, actorOf(market.cityAdmin), 'HN')))
    granted(await run((tx) => acceptInvitation(tx, actorOf(market.cityAdmin), code)))
    expect(await mandatesOf(market.cityAdmin)).toEqual([['HN', 'administrator']])
  })
})

describe('suspended', () => {
  test('it gives no right and hears of nothing until it is resumed', async () => {
    const id = await mandateOf(market.wardOfficer)
    const suspend = (who: Somebody, mandate = id) =>
      run((tx) => suspendOfficial(tx, actorOf(who), mandate)).then(refusalOf)
    const resume = (who: Somebody) => run((tx) => resumeOfficial(tx, actorOf(who), id)).then(refusalOf)
    expect(await suspend(market.otherOfficer)).toBe('refusal.official-unknown')
    expect(await suspend(market.viewer)).toBe('refusal.not-yours-to-do')
    expect(await suspend(market.cityAdmin, await mandateOf(market.cityAdmin))).toBe('refusal.official-self')
    expect(await resume(market.cityAdmin)).toBe('refusal.official-not-suspended')
    expect(await suspend(market.cityAdmin)).toEqual({ mandateId: id })
    expect(await suspend(market.cityAdmin)).toBe('refusal.official-suspended')
    expect(await mandatesOf(market.wardOfficer)).toEqual([])
    expect(await toldNow()).toEqual([market.cityAdmin.id])
    expect(await resume(market.cityAdmin)).toEqual({ mandateId: id })
    expect(await toldNow()).toEqual([market.wardOfficer.id])
    expect(
      await world.db.prisma.history.findMany({
        where: { subject: 'mandate', subjectId: String(id) },
        select: { action: true },
        orderBy: { id: 'asc' },
      }),
    ).toEqual([{ action: 'suspend' }, { action: 'resume' }])
  })

  test('or dismissed for good', async () => {
    const who = await aPerson(world.db, { mandates: [{ unitId: market.ward }] })
    const id = await mandateOf(who)
    expect(await run((tx) => dismissOfficial(tx, actorOf(market.cityAdmin), id))).toEqual({ mandateId: id })
    expect(await mandatesOf(who)).toEqual([])
  })
})

describe('away', () => {
  const appoint = (by: Somebody, over: Partial<Parameters<typeof appointStandIn>[2]> = {}) =>
    run((tx) =>
      appointStandIn(tx, actorOf(by), {
        standInId: market.otherOfficer.id,
        unitCode: 'HN-P-BD',
        from: inDays(1),
        to: inDays(5),
        ...over,
      }),
    )

  test('another official has the mandate and hears instead, from day to day', async () => {
    expect(refusalOf(await appoint(market.wardOfficer, { to: inDays(1) }))).toBe('refusal.official-dates')
    expect(refusalOf(await appoint(market.wardOfficer, { standInId: market.wardOfficer.id }))).toBe(
      'refusal.official-self',
    )
    expect(refusalOf(await appoint(market.wardOfficer, { standInId: market.owner.id }))).toBe(
      'refusal.official-unknown',
    )
    expect(refusalOf(await appoint(market.viewer, { awayId: market.wardOfficer.id }))).toBe('refusal.not-yours-to-do')
    const { mandateIds } = granted(await appoint(market.wardOfficer))
    expect((await told(world.db, market.otherOfficer.chatId)).at(-1)).toContain('Từ 25/11/2026 đến hết 29/11/2026')
    expect(await toldNow()).toEqual([market.wardOfficer.id])
    expect(await toldNow(inDays(1))).toEqual([market.otherOfficer.id])
    expect(await mandatesOf(market.otherOfficer, inDays(2))).toContainEqual(['HN-P-BD', 'officer'])
    expect(await mandatesOf(market.wardOfficer, inDays(2))).toEqual([['HN-P-BD', 'officer']])
    expect(await toldNow(inDays(5))).toEqual([market.wardOfficer.id])
    granted(await run((tx) => endStandIn(tx, actorOf(market.wardOfficer, inDays(2)), mandateIds[0]!)))
    expect(await toldNow(inDays(3))).toEqual([market.wardOfficer.id])
  })

  test('an administrator appoints for somebody else; suspended, both are', async () => {
    granted(await appoint(market.cityAdmin, { awayId: market.wardOfficer.id, from: NOW }))
    expect((await told(world.db, market.wardOfficer.chatId)).at(-1)).toContain('làm thay bác ở Phường Ba Đình')
    expect(await toldNow()).toEqual([market.otherOfficer.id])
    const id = await mandateOf(market.wardOfficer)
    granted(await run((tx) => suspendOfficial(tx, actorOf(market.cityAdmin), id)))
    expect(await toldNow()).toEqual([market.cityAdmin.id])
    granted(await run((tx) => resumeOfficial(tx, actorOf(market.cityAdmin), id)))
    const list = granted(await officialsOf(world.db, actorOf(market.cityAdmin), 'HN-P-BD'))
    expect(list.find(({ standsInForId }) => standsInForId === id)).toMatchObject({ personId: market.otherOfficer.id })
    expect(refusalOf(await officialsOf(world.db, actorOf(market.otherOfficer, inDays(9)), 'HN-P-BD'))).toBe(
      'refusal.unit-unknown',
    )
  })
})

describe('nobody gets more than was given', () => {
  const NH = 'HN-P-NH'
  const anOfficial = (over: object = {}) =>
    aPerson(world.db, { mandates: [{ unitId: market.units.get(NH)!, ...over }] })
  const appoint = (by: Somebody, said: Partial<Parameters<typeof appointStandIn>[2]> & { standInId: number }) =>
    run((tx) => appointStandIn(tx, actorOf(by), { unitCode: NH, from: NOW, to: inDays(5), ...said }))
  const accepts = (code: string, now = NOW) =>
    aChat(world.db).then(({ id: chatId }) =>
      run((tx) => acceptInvitation(tx, actorOf({ id: null, chatId }, now), code)).then(refusalOf),
    )

  test('an administrator of one sector names nobody to stand in for all sectors, nor ends it', async () => {
    const trade = await anOfficial({ role: 'administrator', sector: 'trade' })
    const whole = await anOfficial({ role: 'administrator' })
    const other = await anOfficial({ sector: 'trade' })
    expect(refusalOf(await appoint(trade, { awayId: whole.id, standInId: trade.id }))).toBe('refusal.official-unknown')
    granted(await appoint(trade, { awayId: other.id, standInId: trade.id }))
    const { mandateIds } = granted(await appoint(whole, { standInId: other.id }))
    expect(refusalOf(await run((tx) => endStandIn(tx, actorOf(trade), mandateIds[0]!)))).toBe(
      'refusal.official-unknown',
    )
  })

  test('named twice, somebody stands in once, from the later word', async () => {
    const [away, standIn] = [await anOfficial(), await anOfficial()]
    granted(await appoint(away, { standInId: standIn.id }))
    const { mandateIds } = granted(await appoint(away, { standInId: standIn.id, to: inDays(3) }))
    expect(await mandatesOf(standIn, inDays(2))).toHaveLength(2)
    expect(await mandatesOf(standIn, inDays(4))).toHaveLength(1)
    granted(await run((tx) => endStandIn(tx, actorOf(away), mandateIds[0]!)))
    expect(await mandatesOf(standIn)).toHaveLength(1)
  })

  test('who is no official any more stands in for nobody: suspended, resumed, dismissed, ended', async () => {
    const [away, standIn] = [await anOfficial(), await anOfficial({ validTo: inDays(4) })]
    granted(await appoint(away, { standInId: standIn.id }))
    expect(await mandatesOf(standIn, inDays(3))).toHaveLength(2)
    expect(await mandatesOf(standIn, inDays(4))).toEqual([])
    const id = await mandateOf(standIn)
    granted(await run((tx) => suspendOfficial(tx, actorOf(market.cityAdmin), id)))
    expect(await mandatesOf(standIn)).toEqual([])
    granted(await run((tx) => resumeOfficial(tx, actorOf(market.cityAdmin), id)))
    expect(await mandatesOf(standIn)).toHaveLength(2)
    granted(await run((tx) => dismissOfficial(tx, actorOf(market.cityAdmin), id)))
    expect(await mandatesOf(standIn)).toEqual([])
  })

  test('an account is handed over once, and not by who was dismissed or suspended meanwhile', async () => {
    const leaving = await anOfficial({ role: 'administrator' })
    const offer = async () => granted(await run((tx) => handOver(tx, actorOf(leaving), NH))).code
    const [first, second] = [await offer(), await offer()]
    await joins(first)
    expect(await accepts(second)).toBe('refusal.invitation-expired')

    const gone = await anOfficial({ role: 'administrator' })
    const goneId = await mandateOf(gone)
    const codes = [
      granted(await run((tx) => handOver(tx, actorOf(gone), NH))).code,
      granted(await inviting(gone, { unitCode: NH, role: 'administrator' })).code,
    ]
    granted(await run((tx) => suspendOfficial(tx, actorOf(market.cityAdmin), goneId)))
    for (const code of codes) expect(await accepts(code)).toBe('refusal.invitation-expired')
  })

  test('what was to end already is not begun, and a later end is kept', async () => {
    const { code } = granted(await inviting(market.cityAdmin, { unitCode: NH, until: inDays(2) }))
    expect(await accepts(code, inDays(3))).toBe('refusal.invitation-expired')
    const who = await joins(code)
    const again = async (until?: Date) => {
      const more = granted(await inviting(market.cityAdmin, { unitCode: NH, until })).code
      granted(await run((tx) => acceptInvitation(tx, actorOf(who), more)))
    }
    await again(inDays(20))
    expect(await mandatesOf(who, inDays(10))).toEqual([[NH, 'officer']])
    await again(inDays(5))
    expect(await mandatesOf(who, inDays(10))).toEqual([[NH, 'officer']])
    await again()
    expect(await mandatesOf(who, inDays(99))).toEqual([[NH, 'officer']])
  })
})
