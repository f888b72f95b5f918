import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { askReporter, replyAsReporter } from '../../domain/case-questions.js'
import { caseOf } from '../../domain/case-views.js'
import { acceptCase } from '../../domain/cases.js'
import { keepFile } from '../../domain/files.js'
import { acceptInvitation, invite } from '../../domain/invitations.js'
import { appointStandIn } from '../../domain/officials.js'
import { standingOf } from '../../domain/rights.js'
import { CHAT_KEPT_DAYS, END_CHAT, endOfChat, withdraw, type EndOfChat } from '../../domain/withdrawal.js'
import { aChat, aPerson } from '../../prisma/seed/builders.js'
import { freshWorld, type World } from '../world.js'
import { actorOf, granted, NOW, refusalOf } from './actors.js'
import { reported } from './case-desk.js'
import { aMarket, type Market } from './shop.js'

let world: World
let market: Market
beforeAll(async () => {
  world = await freshWorld()
  market = await aMarket(world.db)
})
afterAll(() => world.close())

const DAY_MS = 86_400_000
const SCANNER = new Uint8Array(32).fill(7)
type Who = Parameters<typeof actorOf>[0]
const take = (who: Who) => world.db.transaction((tx) => withdraw(tx, actorOf(who), { scanner: SCANNER }))
const chatOf = ({ chatId }: Who) => world.db.prisma.chat.findUnique({ where: { id: chatId } })
const end = async ({ chatId }: Who) => {
  const timer = await world.db.prisma.timer.findFirstOrThrow({ where: { kind: END_CHAT, subject: `chat:${chatId}` } })
  expect(timer.dueAt).toEqual(new Date(NOW.getTime() + CHAT_KEPT_DAYS * DAY_MS))
  return world.db.transaction((tx) => endOfChat(tx, timer.payload as unknown as EndOfChat))
}
const file = (key: string) => ({ key, sha256: '00', bytes: 1, mime: 'image/jpeg' })

/** Everything a chat can hold. */
async function fill({ chatId }: Who): Promise<void> {
  const { prisma } = world.db
  const [at, until] = [NOW, new Date(NOW.getTime() + DAY_MS)]
  await prisma.talk.create({ data: { chatId, state: {}, updatedAt: at } })
  await prisma.offer.create({ data: { id: `o${chatId}`, chatId, entries: [], createdAt: at, until } })
  await prisma.webMessage.create({ data: { chatId, own: true, body: {} } })
  const update = { chatId, channel: 'console' as const, body: { said: 'secret' } }
  await prisma.update.create({ data: { ...update, seq: 1, key: `${chatId} 1`, doneAt: at, outcome: 'done' } })
  await prisma.update.create({ data: { ...update, seq: 2, key: `${chatId} 2` } })
  const held = { holder: 'somebody', heldUntil: new Date(Date.now() + DAY_MS) }
  for (const more of [{}, { status: 'sent' as const, settledAt: at }, held])
    await prisma.outbox.create({ data: { chatId, lane: 0, body: { text: [] }, ...more } })
  await prisma.scan.create({ data: { at, code: 'X', scanner: SCANNER, channel: 'console', means: 'typed', verdict: 'unknown' } }) // prettier-ignore
}

test('what was said, shown, offered and looked at goes; keys stay, and what is not answered yet', async () => {
  const who = { id: null, chatId: (await aChat(world.db)).id }
  await fill(who)
  await take(who)
  const { prisma } = world.db
  const { chatId } = who
  const counts = [prisma.talk, prisma.offer, prisma.webMessage].map((table) =>
    (table.count as (by: object) => Promise<number>)({ where: { chatId } }),
  )
  expect(await Promise.all(counts)).toEqual([0, 0, 0])
  expect(await prisma.update.findMany({ where: { chatId }, orderBy: { seq: 'asc' } })).toMatchObject([
    { key: `${chatId} 1`, body: null },
    { key: `${chatId} 2`, body: { said: 'secret' } },
  ])
  const sent = await prisma.outbox.findMany({ where: { chatId }, orderBy: { id: 'asc' } })
  expect(sent).toMatchObject([
    { status: 'dead', error: 'withdrawn', body: null },
    { status: 'sent', body: null },
    { status: 'unsent', holder: 'somebody' },
  ])
  expect(await prisma.scan.count({ where: { scanner: SCANNER } })).toBe(0)
  expect(await prisma.scan.count({ where: { code: 'X' } })).toBe(1)
})

test('a person with no other chat is forgotten; their roles end, and what is on record of goods stays', async () => {
  const { prisma } = world.db
  const who = await aPerson(world.db, { name: 'Tú', works: [{ establishmentId: market.shop.id, role: 'staff' }] })
  await prisma.chat.deleteMany({ where: { personId: who.id, id: { not: who.chatId } } })
  await prisma.person.update({ where: { id: who.id }, data: { phone: '84901234567' } })
  await prisma.consent.create({ data: { personId: who.id, purpose: 'phone', givenAt: NOW } })
  const [paper] = await world.db.transaction(async (tx) => [
    await keepFile(tx, actorOf(who), file('pa/per.jpg')),
    await keepFile(tx, actorOf(who), file('lo/ose.jpg')),
  ])
  await prisma.product.update({ where: { id: market.orange.id }, data: { pictureId: paper } })
  await take(who)
  expect(await prisma.person.findUnique({ where: { id: who.id } })).toMatchObject({ displayName: null, phone: null, erasedAt: NOW }) // prettier-ignore
  expect(await chatOf(who)).toMatchObject({ personId: null, language: null })
  expect(await prisma.consent.findMany({ where: { personId: who.id } })).toMatchObject([{ withdrawnAt: NOW }])
  expect((await standingOf(world.db, actorOf(who, new Date(NOW.getTime() + 1)))).memberships).toEqual([])
  expect(await prisma.file.findMany({ where: { personId: who.id } })).toMatchObject([{ key: 'pa/per.jpg' }])
  expect(await prisma.history.findMany({ where: { subject: 'person', subjectId: String(who.id) } })).toMatchObject([
    { action: 'withdraw', before: null, after: null },
  ])
  expect(await end(who)).toEqual(['lo/ose.jpg'])
})

test('photos of a report that a case holds stay with it; what was sent for nothing goes', async () => {
  const { prisma } = world.db
  const who = await aPerson(world.db, { name: 'Hà' })
  await prisma.chat.deleteMany({ where: { personId: who.id, id: { not: who.chatId } } })
  const [shown, evidence, loose] = await world.db.transaction(async (tx) => [
    await keepFile(tx, actorOf(who), file('re/port.jpg')),
    await keepFile(tx, actorOf(who), file('an/swer.jpg')),
    await keepFile(tx, actorOf(who), file('lo/ose-2.jpg')),
  ])
  const { number } = await reported(world.db, { establishmentId: market.shop.id, photos: [shown] }, NOW, who)
  const official = actorOf(market.wardOfficer)
  granted(await world.db.transaction((tx) => acceptCase(tx, official, number)))
  granted(await world.db.transaction((tx) => askReporter(tx, official, number, 'Còn ảnh không?')))
  const answer = { reason: 'Còn', files: [evidence] }
  granted(await world.db.transaction((tx) => replyAsReporter(tx, actorOf(who), number, answer)))
  await take(who)
  const left = await prisma.file.findMany({ where: { id: { in: [shown, evidence, loose] } }, orderBy: { id: 'asc' } })
  expect(left.map(({ key }) => key)).toEqual(['re/port.jpg', 'an/swer.jpg'])
  const one = granted(await world.db.transaction((tx) => caseOf(tx, official, number)))
  expect(one.reportsMade[0]!.photos.map(({ key }) => key)).toEqual(['re/port.jpg'])
  expect(one.steps.flatMap(({ files }) => files.map(({ key }) => key))).toEqual(['an/swer.jpg'])
  expect(await end(who)).toEqual(['lo/ose-2.jpg'])
})

test('a person who talks to us elsewhere stays known there', async () => {
  const who = await aPerson(world.db, { name: 'Lan', works: [{ establishmentId: market.shop.id }] })
  const there = await world.db.prisma.chat.findFirstOrThrow({ where: { personId: who.id, id: { not: who.chatId } } })
  await take(who)
  expect(await chatOf(who)).toMatchObject({ personId: null })
  expect(await world.db.prisma.person.findUnique({ where: { id: who.id } })).toMatchObject({ displayName: 'Lan', erasedAt: null }) // prettier-ignore
  expect(await world.db.prisma.chat.findUnique({ where: { id: there.id } })).toMatchObject({ personId: who.id })
})

test('the emptied chat goes with its time; not when its person came back', async () => {
  const [gone, back] = [{ id: null, chatId: (await aChat(world.db)).id }, { id: null, chatId: (await aChat(world.db)).id }] // prettier-ignore
  for (const who of [gone, back]) await take(who)
  const unreachable = { unreachableAt: new Date() }
  await world.db.prisma.chat.update({ where: { id: gone.chatId }, data: unreachable })
  expect([await end(gone), await chatOf(gone)]).toEqual([[], null])
  expect([await end(back), (await chatOf(back))?.id]).toEqual([[], back.chatId])
})

test('an official: with the mandate end who stands in for it, what it was to stand in for, and what was offered by it', async () => {
  const { prisma } = world.db
  const [who, colleague] = await Promise.all(
    [1, 2].map(() => aPerson(world.db, { mandates: [{ unitId: market.ward, role: 'administrator' }] })),
  )
  for (const { id } of [who!, colleague!]) await prisma.chat.deleteMany({ where: { personId: id, channel: 'web' } })
  const [from, to] = [1, 5].map((days) => new Date(NOW.getTime() + days * DAY_MS)) as [Date, Date]
  const away = (by: Who, standInId: number) =>
    world.db.transaction((tx) => appointStandIn(tx, actorOf(by), { standInId, unitCode: 'HN-P-BD', from, to }))
  granted(await away(who!, colleague!.id))
  granted(await away(colleague!, who!.id))
  const offered = { unitCode: 'HN-P-BD', role: 'administrator' } as const
  const { code } = granted(await world.db.transaction((tx) => invite(tx, actorOf(who!), offered)))
  await take(who!)
  expect((await standingOf(world.db, actorOf(colleague!, from))).mandates).toHaveLength(1)
  expect((await standingOf(world.db, actorOf(who!, from))).mandates).toEqual([])
  const { id: chatId } = await aChat(world.db)
  const accepted = await world.db.transaction((tx) => acceptInvitation(tx, actorOf({ id: null, chatId }), code))
  expect(refusalOf(accepted)).toBe('refusal.invitation-expired')
})
