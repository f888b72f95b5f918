/** The whole house over a fake Zalo: webhook in, answers out, over the real database. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { END_CHAT } from '../../domain/withdrawal.js'
import { DEMO_CODES } from '../../prisma/seed/demo.js'
import { newConnectLink } from '../../server/channels/zalo-stores.js'
import { until } from '../fakes/chats.js'
import { houseOf, type TestHouse } from '../fakes/house.js'
import { person } from '../fakes/zalo/people.js'
import { FakeZalo } from '../fakes/zalo/server.js'
import { demoWorld } from '../demo-world.js'
import type { World } from '../world.js'
import { qrPng } from '../qr/pictures.js'

let world: World
let fake: FakeZalo
let house: TestHouse

beforeAll(async () => {
  world = await demoWorld()
  fake = await new FakeZalo({ copies: 2, timeScale: 0.001 }).up()
  house = await houseOf(world, fake.houseSettings({ connected: false }))
  fake.settings.webhookUrl = `${house.url}/webhooks/zalo`
})
afterAll(async () => {
  await house.stop()
  await fake.stop()
  await world.close()
})

test('without a token the house starts, says how to connect, and keeps what it would say', async () => {
  await until(() => house.log.some((line) => line.includes('zalo connect')))
  expect(await house.house.limping()).toEqual(['zalo: not connected: admin -- zalo connect prints the link'])
  const early = person(fake)
  await early.says('Xin chào')
  await until(async () => (await world.db.prisma.outbox.count({ where: { status: 'unsent' } })) > 0)
  expect(fake.callsOf('cs')).toEqual([])
})

test('the link of the operator’s desk connects it', async () => {
  const { link } = await newConnectLink(world.db, house.foundation.config.codeRoot)
  // Whatever port it is that the settings name.
  const here = (address: string) => `${house.url}${new URL(address).pathname}${new URL(address).search}`
  const page = await fetch(here(link))
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<form method="post"')])
  const begun = await fetch(here(link), { method: 'POST', redirect: 'manual' })
  expect(begun.status).toBe(303)
  const consented = await fetch(begun.headers.get('location')!, { redirect: 'manual' })
  const back = consented.headers.get('location')!
  expect(back).toMatch(/\/zalo\/connect\/callback\?code=/)
  expect((await fetch(here(back))).status).toBe(200)
  expect((await fetch(here(back))).status).toBe(410)
  expect((await fetch(here(link))).status).toBe(410)
  expect(await house.house.limping()).toEqual([])
  const [row] = await world.db.prisma.platformGrant.findMany()
  expect(row?.account).toBe(`zalo-oa:${fake.settings.oaId}`)
  expect(Buffer.from(row!.sealed).toString('latin1')).not.toContain(fake.tokens.current)
})

test('a code that is typed and a photo of it are answered by the same card, though every event comes twice', async () => {
  const an = person(fake)
  await an.says(DEMO_CODES.valid)
  const typed = await an.hears(/^✅/)
  expect(typed.text.normalize('NFC')).toBe(typed.text)
  await an.sendsPhoto(await qrPng(`http://${house.codeHost}/c/${DEMO_CODES.valid}`, 10))
  const photographed = await an.hears(/^✅/)
  expect(photographed.text.split('\n')[0]).toBe(typed.text.split('\n')[0])
  await until(() => fake.chat(an.id).reactions.length > 0)
  expect(fake.chat(an.id).reactions[0]!.icon).toBe('/-strong')
  expect(fake.chat(an.id).shown.filter(({ text }) => text.startsWith('✅'))).toHaveLength(2)
  expect(fake.deliveries.all.every(({ status }) => status === 200)).toBe(true)
})

test('the menu has buttons and the same as numbers; a press and a number lead to the same', async () => {
  const an = person(fake)
  await an.does({ kind: 'follow' })
  const menu = await an.hears(({ buttons }) => buttons.length > 0)
  expect(menu.text).toMatch(/^1\. /m)
  const data = menu.buttons[0]!.data!
  expect(data).toMatch(/^#rn~o[\w-]{12}\.0$/)
  await an.presses(menu.buttons[0]!.label)
  const pressed = await an.hears(/./)
  await an.says('/menu')
  await an.hears(({ buttons }) => buttons.length > 0)
  await an.says('1')
  expect((await an.hears(/./)).text).toBe(pressed.text)
})

test('somebody who has not signed in is told how to go on', async () => {
  const stranger = person(fake)
  await stranger.does({ kind: 'anonymous', text: 'Cho hỏi', conversation: 'c:1' })
  await stranger.hears(/ứng dụng Zalo/)
  expect(fake.callsOf('message').at(-1)?.body).toMatchObject({
    recipient: { anonymous_id: stranger.id, conversation_id: 'c:1' },
  })
})

test('a colleague’s hand mutes the bot', async () => {
  const an = person(fake)
  await an.says('/help')
  await an.hears(/./)
  await an.does({ kind: 'colleague', text: 'Để tôi xem giúp bác' })
  await until(
    async () => (await world.db.prisma.chat.count({ where: { address: an.id, mutedUntil: { not: null } } })) > 0,
  )
  const before = fake.chat(an.id).shown.length
  await an.says('/menu')
  await until(async () => (await world.db.prisma.update.count({ where: { doneAt: null } })) === 0)
  expect(fake.chat(an.id).shown).toHaveLength(before)
})

test('who takes their consent back is forgotten at once, and their chat a week later', async () => {
  const an = person(fake)
  await an.says(DEMO_CODES.valid)
  await an.hears(/^✅/)
  const { prisma } = world.db
  // The card's picture follows its text: what is in the hands of a process is not wiped at once.
  const unsent = { chat: { address: an.id }, status: 'unsent' } as const
  await until(async () => (await prisma.outbox.count({ where: unsent })) === 0)
  await an.does({ kind: 'withdraw' })
  const timer = () => prisma.timer.findFirst({ where: { kind: END_CHAT } })
  await until(async () => (await timer()) !== null)
  const chat = await prisma.chat.findFirstOrThrow({
    where: { address: an.id },
    include: { updates: true, outbox: true },
  })
  expect([...chat.updates, ...chat.outbox].filter(({ body }) => body !== null)).toEqual([])
  expect(chat.updates.every(({ doneAt }) => doneAt !== null)).toBe(true)
  expect(chat.unreachableAt).not.toBeNull()
  await prisma.timer.update({ where: { id: (await timer())!.id }, data: { dueAt: new Date() } })
  await until(async () => (await prisma.chat.count({ where: { address: an.id } })) === 0)
})

test('no line of the log holds a token, a secret or a person’s words', () => {
  const said = house.log.join('\n')
  for (const secret of [fake.tokens.current, fake.settings.appSecret, fake.settings.oaSecret, 'Cho hỏi', 'Để tôi xem'])
    expect(said).not.toContain(secret)
})
