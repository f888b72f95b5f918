import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  acceptInvitation,
  INVITATION_DAYS,
  invitationCode,
  invite,
  isInvitationCode,
} from '../../domain/invitations.js'
import { chooseLanguage, peopleList, personOfChat } from '../../domain/people.js'
import { standingOf } from '../../domain/rights.js'
import { aChat } from '../../prisma/seed/builders.js'
import { freshWorld, type World } from '../world.js'
import { actorOf, granted, NOW, OPERATOR, refusalOf } from './actors.js'
import { aMarket, type Market } from './shop.js'

let world: World
let market: Market
beforeAll(async () => {
  world = await freshWorld()
  market = await aMarket(world.db)
})
afterAll(() => world.close())

const stranger = async () => ({ id: null, chatId: (await aChat(world.db)).id })
const inviteAs = (by: Parameters<typeof actorOf>[0] | 'operator', to: Parameters<typeof invite>[2]) =>
  world.db.transaction((tx) => invite(tx, by === 'operator' ? OPERATOR : actorOf(by), to))
const accept = (who: Parameters<typeof actorOf>[0], code: string, now = NOW) =>
  world.db.transaction((tx) => acceptInvitation(tx, actorOf(who, now), code, { name: ' Tú ' }))
const staffOf = () => ({ establishmentCode: market.shop.code, role: 'staff' as const })

describe('who may invite whom', () => {
  test.each([
    ['owner', 'staff', null],
    ['owner', 'owner', null],
    ['staff', 'staff', 'refusal.not-yours-to-do'],
    ['other', 'staff', 'refusal.establishment-unknown'],
    ['wardOfficer', 'owner', null],
    ['wardOfficer', 'staff', 'refusal.not-yours-to-do'],
    ['otherOfficer', 'owner', 'refusal.establishment-unknown'],
    ['viewer', 'owner', 'refusal.not-yours-to-do'],
    ['cityAdmin', 'staff', null],
  ] as const)('%s, %s: %s', async (who, role, refused) => {
    const answer = await inviteAs(market[who], { establishmentCode: market.shop.code, role })
    if (refused) expect(refusalOf(answer)).toBe(refused)
    else expect(isInvitationCode(granted(answer).code)).toBe(true)
  })

  test('officials are invited by an administrator of the unit or above, and by the operator', async () => {
    const to = { unitCode: 'HN-P-BD', role: 'officer' as const }
    expect(isInvitationCode(granted(await inviteAs(market.cityAdmin, to)).code)).toBe(true)
    expect(isInvitationCode(granted(await inviteAs('operator', to)).code)).toBe(true)
    expect(refusalOf(await inviteAs(market.wardOfficer, to))).toBe('refusal.not-yours-to-do')
    expect(refusalOf(await inviteAs(market.otherOfficer, to))).toBe('refusal.unit-unknown')
    expect(refusalOf(await inviteAs('operator', { unitCode: 'XX', role: 'officer' }))).toBe('refusal.unit-unknown')
    expect(refusalOf(await inviteAs('operator', { unitCode: 'HN-BD', role: 'officer' }))).toBe('refusal.unit-closed')
    expect(refusalOf(await inviteAs('operator', { establishmentCode: 'XX', role: 'owner' }))).toBe(
      'refusal.establishment-unknown',
    )
  })
})

describe('accepting', () => {
  test('makes the person and the membership, with history and without the name in it', async () => {
    const { code } = granted(await inviteAs(market.owner, staffOf()))
    const who = await stranger()
    const typed = `${code.slice(0, 4)}-${code.slice(4, 8)} ${code.slice(8).toLowerCase()}`
    const joined = granted(await accept(who, typed))
    expect(joined).toEqual({
      personId: expect.any(Number),
      at: { kind: 'establishment', code: market.shop.code, name: market.shop.name },
      role: 'staff',
    })
    expect(await personOfChat(world.db, who.chatId)).toBe(joined.personId)
    expect((await standingOf(world.db, actorOf({ ...who, id: joined.personId }))).memberships).toMatchObject([
      { role: 'staff', code: market.shop.code },
    ])
    expect(await world.db.prisma.person.findUnique({ where: { id: joined.personId } })).toMatchObject({
      displayName: 'Tú',
    })
    const history = await world.db.prisma.history.findMany({ where: { personId: joined.personId } })
    expect(history).toMatchObject([{ subject: 'membership', action: 'join', after: { role: 'staff' } }])
    const [written] = await world.db.prisma.$queryRaw<
      { text: string }[]
    >`select string_agg(history::text, '\n') as text from history`
    expect(written!.text).toContain('staff')
    expect(written!.text).not.toContain('Tú')
    expect(written!.text).not.toContain(code)
    expect(refusalOf(await accept({ ...who, id: joined.personId }, code))).toBe('refusal.invitation-used-by-you')
    expect(refusalOf(await accept(await stranger(), code))).toBe('refusal.invitation-used')
  })

  test('an official becomes one', async () => {
    const { code } = granted(await inviteAs('operator', { unitCode: 'HN', role: 'administrator' }))
    const who = await stranger()
    const { personId } = granted(await accept(who, code))
    expect((await standingOf(world.db, actorOf({ ...who, id: personId }))).mandates).toMatchObject([
      { code: 'HN', role: 'administrator' },
    ])
  })

  test('staff become owners, owners do not become staff', async () => {
    const who = await stranger()
    const { personId } = granted(await accept(who, granted(await inviteAs(market.owner, staffOf())).code))
    const me = { ...who, id: personId }
    await accept(me, granted(await inviteAs(market.owner, { ...staffOf(), role: 'owner' })).code)
    await accept(me, granted(await inviteAs(market.owner, staffOf())).code)
    expect((await standingOf(world.db, actorOf(me))).memberships.map(({ role }) => role)).toEqual(['owner'])
  })

  test('unknown and expired ones are told so, and stay unused', async () => {
    expect(refusalOf(await accept(await stranger(), 'ABCD'))).toBe('refusal.invitation-unknown')
    expect(refusalOf(await accept(await stranger(), '; drop table people; --'))).toBe('refusal.invitation-unknown')
    const { code, expiresAt } = granted(await inviteAs(market.owner, staffOf()))
    expect(expiresAt.getTime() - NOW.getTime()).toBe(INVITATION_DAYS * 86_400_000)
    expect(refusalOf(await accept(await stranger(), code, expiresAt))).toBe('refusal.invitation-expired')
    expect(granted(await accept(await stranger(), code, new Date(expiresAt.getTime() - 1))).role).toBe('staff')
  })

  test('of two at the same moment one has it', async () => {
    const { code } = granted(await inviteAs(market.owner, staffOf()))
    const before = await world.db.prisma.person.count()
    const answers = await Promise.all(
      [stranger(), stranger()].map(async (who) => refusalOf(await accept(await who, code))),
    )
    expect(answers.filter((answer) => answer === 'refusal.invitation-used')).toHaveLength(1)
    expect(await world.db.prisma.person.count()).toBe(before + 1)
  })

  test('codes cannot be guessed and fit a deep link', async () => {
    const codes = await Promise.all(
      Array.from({ length: 20 }, async () => granted(await inviteAs(market.owner, staffOf())).code),
    )
    expect(new Set(codes).size).toBe(20)
    for (const code of codes) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{16}$/)
    expect(invitationCode(' abcd-oil1 ')).toBe('ABCD0111')
    expect(isInvitationCode('một hai ba')).toBe(false)
  })
})

test('language of a chat, and the operator’s list of people', async () => {
  await chooseLanguage(world.db, actorOf(market.owner), 'en')
  expect((await world.db.prisma.chat.findUnique({ where: { id: market.owner.chatId } }))?.language).toBe('en')
  const people = await peopleList(world.db, OPERATOR)
  expect(people.find(({ id }) => id === market.owner.id)).toEqual({
    id: market.owner.id,
    name: 'Chủ',
    personas: [market.owner.persona],
    roles: [{ at: market.shop.code, name: market.shop.name, role: 'owner' }],
  })
})
