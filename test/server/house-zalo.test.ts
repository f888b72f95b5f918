/** The whole house over a fake Zalo: webhook in, answers out, over the real database. */
import { mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import QRCode from 'qrcode'
import { END_CHAT } from '../../domain/withdrawal.js'
import { DEMO_CODES, seedDemo } from '../../prisma/seed/demo.js'
import { productPicture } from '../../qr/picture.js'
import { newConnectLink } from '../../server/channels/zalo-stores.js'
import { HouseClock } from '../../server/clock.js'
import { readConfig } from '../../server/config.js'
import { fileStore } from '../../server/files.js'
import { buildHouse, type House } from '../../server/house.js'
import { openKeys } from '../../server/keys.js'
import { makeLog } from '../../server/log.js'
import { until } from '../fakes/chats.js'
import { person } from '../fakes/zalo/people.js'
import { FakeZalo } from '../fakes/zalo/server.js'
import { freshWorld, type World } from '../world.js'

const STOP_WITHIN_MS = 5_000
const dataDir = mkdtempSync(join(tmpdir(), 'rn-zalo-'))
let world: World
let fake: FakeZalo
let house: House
let server: http.Server
let url: string
const lines: string[] = []

beforeAll(async () => {
  world = await freshWorld()
  fake = await new FakeZalo({ copies: 2, timeScale: 0.001 }).up()
  server = http.createServer((request, response) => void house.app(request, response))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { appId, appSecret, oaId, oaSecret } = fake.settings
  const config = readConfig({
    DATA_DIR: dataDir,
    PORT: String((server.address() as AddressInfo).port),
    ...{ ZALO_APP_ID: appId, ZALO_APP_SECRET: appSecret, ZALO_OA_ID: oaId, ZALO_OA_SECRET_KEY: oaSecret },
    ...{ ZALO_API_ROOT: fake.url, ZALO_OAUTH_ROOT: fake.url, ZALO_MEDIA_HOSTS: fake.mediaHost },
  })
  const log = makeLog({ to: { write: (line) => void lines.push(line) } })
  const [db, databaseUrl] = [world.db, world.url]
  const keys = await openKeys(config.keyFile, { make: true, log: () => undefined })
  const files = fileStore(join(dataDir, 'files'))
  const picture = await productPicture('Cam Canh', 30)
  await seedDemo(db, { files, now: new Date(), picture: () => Promise.resolve(picture) })
  const clock = new HouseClock(db)
  house = buildHouse({ config, log, keys, files, db, databaseUrl, clock, close: () => Promise.resolve() })
  await house.start()
  fake.settings.webhookUrl = `${url}/webhooks/zalo`
})
afterAll(async () => {
  await house.stop(STOP_WITHIN_MS)
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
  await fake.stop()
  await world.close()
  rmSync(dataDir, { recursive: true, force: true })
})

test('without a token the house starts, says how to connect, and keeps what it would say', async () => {
  await until(() => lines.some((line) => line.includes('zalo connect')))
  expect(await house.limping()).toEqual(['zalo: not connected: admin -- zalo connect prints the link'])
  const early = person(fake)
  await early.says('Xin chào')
  await until(async () => (await world.db.prisma.outbox.count({ where: { status: 'unsent' } })) > 0)
  expect(fake.callsOf('cs')).toEqual([])
})

test('the link of the operator’s desk connects it', async () => {
  const codeRoot = `http://localhost:${new URL(url).port}`
  const { link } = await newConnectLink(world.db, codeRoot)
  const here = (address: string) => address.replace('//localhost:', '//127.0.0.1:')
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
  expect(await house.limping()).toEqual([])
  const [row] = await world.db.prisma.platformGrant.findMany()
  expect(row?.account).toBe(`zalo-oa:${fake.settings.oaId}`)
  expect(Buffer.from(row!.sealed).toString('latin1')).not.toContain(fake.tokens.current)
})

test('a code that is typed and a photo of it are answered by the same card, though every event comes twice', async () => {
  const an = person(fake)
  await an.says(DEMO_CODES.valid)
  const typed = await an.hears(/^✅/)
  expect(typed.text.normalize('NFC')).toBe(typed.text)
  await an.sendsPhoto(await QRCode.toBuffer(`${url}/c/${DEMO_CODES.valid}`, { width: 400 }))
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
  await an.does({ kind: 'withdraw' })
  const { prisma } = world.db
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
  const said = lines.join('\n')
  for (const secret of [fake.tokens.current, fake.settings.appSecret, fake.settings.oaSecret, 'Cho hỏi', 'Để tôi xem'])
    expect(said).not.toContain(secret)
})
