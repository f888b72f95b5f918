/** The whole house over a fake Zalo Bot Platform: hears, answers, shows pictures at its own addresses, says when it is unwell. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import request from 'supertest'
import { SECRET_HEADER, WEBHOOK_PATH } from '../../bot/channels/zalo-bot/webhook.js'
import { invite } from '../../domain/invitations.js'
import { DEMO_CODES } from '../../prisma/seed/demo.js'
import { fileLinks } from '../../server/channels/zalo-bot-files.js'
import { granted, OPERATOR } from '../domain/actors.js'
import { until } from '../fakes/chats.js'
import { houseOf, type TestHouse } from '../fakes/house.js'
import { person } from '../fakes/zalo-bot/people.js'
import { FakeZaloBot } from '../fakes/zalo-bot/server.js'
import { demoWorld } from '../demo-world.js'
import type { World } from '../world.js'
import { qrPng } from '../qr/pictures.js'

const PUBLIC = 'https://ronguon.example'
const SECRET = 'the-secret-of-the-webhook'

let world: World
let fake: FakeZaloBot
let house: TestHouse

beforeAll(async () => {
  world = await demoWorld()
})
afterEach(async () => {
  await house.stop()
  await fake.stop()
})
afterAll(() => world.close())

async function open(settings: Record<string, string> = {}): Promise<TestHouse> {
  fake = await new FakeZaloBot().up()
  const own = { ZALO_BOT_TOKEN: fake.token, ZALO_BOT_API_ROOT: fake.url, ZALO_MEDIA_HOSTS: fake.mediaHost }
  return (house = await houseOf(world, { DEMO: 'true', ...own, ...settings }))
}

test('polling, without a public address: a typed and a photographed code are answered alike, pictures are named', async () => {
  await open()
  const an = person(fake, '6ede9afa66b88fe6d6a9')
  an.says(DEMO_CODES.valid)
  const typed = await an.hears(/^✅/)
  an.sendsPhoto(await qrPng(`http://localhost:3000/c/${DEMO_CODES.valid}`, 10))
  const photographed = await an.hears(/^✅/)
  expect(photographed.text.split('\n')[0]).toBe(typed.text.split('\n')[0])
  expect([typed.photo, typed.text.includes('Kênh này không gửi được tệp: ')]).toEqual([undefined, true])
  fake.assertClean()
})

test('webhook, with a public address: the picture and the label are fetched from our own addresses', async () => {
  const { url, foundation } = await open({ PUBLIC_URL: PUBLIC, ZALO_BOT_SECRET: SECRET })
  await until(() => fake.callsOf('setWebhook').length > 0)
  expect(fake.callsOf('setWebhook')[0]!.params).toEqual({ url: `${PUBLIC}${WEBHOOK_PATH}`, secret_token: SECRET })
  let message = 0
  const says = (address: string, text: string, secret = SECRET) =>
    request(url)
      .post(WEBHOOK_PATH)
      .set(SECRET_HEADER, secret)
      .send({
        event_name: 'message.text.received',
        message: {
          from: { id: address, display_name: 'An', is_bot: false },
          chat: { id: address, chat_type: 'PRIVATE' },
          message_id: `m${(message += 1)}`,
          date: Date.now(),
          text,
        },
      })
  const get = async (link: string) => {
    expect(link.startsWith(`${PUBLIC}/files/zalo-bot/`)).toBe(true)
    return request(url).get(link.slice(PUBLIC.length)).buffer()
  }

  expect((await says('an', DEMO_CODES.valid, 'wrong')).status).toBe(401)
  expect(await world.db.prisma.update.count({ where: { channel: 'zalo_bot', key: 'an/m1' } })).toBe(0)
  expect((await says('an', DEMO_CODES.valid)).status).toBe(200)
  const an = person(fake, 'an')
  await an.hears(/^✅/)
  // Brought again, as a platform does that did not see the answer.
  message -= 1
  expect((await says('an', DEMO_CODES.valid)).status).toBe(200)
  expect(await world.db.prisma.update.count({ where: { channel: 'zalo_bot', key: { startsWith: 'an/' } } })).toBe(1)
  await until(() => fake.shown('an').some(({ photo }) => photo))
  const { photo } = fake.shown('an').find((shown) => shown.photo)!
  const picture = await get(photo!)
  expect([picture.status, picture.headers['content-type']]).toEqual([200, expect.stringMatching(/^image\/(jpeg|png)$/)])
  expect((await get(photo!.replace(/.$/, (last) => (last === 'A' ? 'E' : 'A')))).status).toBe(404)

  // A label is drawn when its address is opened.
  const { keys, files } = foundation
  const { linkOf } = fileLinks({ key: keys.of('file-links'), root: PUBLIC, files })
  const name = `label:${DEMO_CODES.valid}.pdf`
  const label = await get(linkOf({ key: name, mime: 'application/pdf', name: 'tem.pdf', asDocument: true }))
  expect([label.status, String(label.body).slice(0, 5)]).toEqual([200, '%PDF-'])

  const made = await world.db.transaction((tx) =>
    invite(tx, { ...OPERATOR, now: new Date() }, { establishmentCode: 'BD-0002', role: 'owner' }),
  )
  await says('bo', `/start ${granted(made).code}`)
  const shop = person(fake, 'bo')
  await shop.hears(/1\. /)
  // A number is an answer: there is no button.
  await says('bo', '/register')
  const asked = await shop.hears(/1\. /)
  await says('bo', '1')
  const next = await shop.hears()
  expect(next.text).not.toBe(asked.text)
  expect(next.text).toContain('HUỶ')
  fake.assertClean()
})

test('a refused token is told by /readyz and counted', async () => {
  const { url } = await open()
  fake.faults.add({ on: 'getUpdates', do: { kind: 'answer', code: 401, description: 'Unauthorized' } })
  await until(() => fake.calls.some(({ code }) => code === 401))
  const limping = async () => ((await request(url).get('/readyz')).body as { limping: string[] }).limping
  await until(async () => (await limping()).length > 0)
  // One channel takes no other out: the house stays ready.
  expect((await request(url).get('/readyz').expect(200)).body).toEqual({
    ready: true,
    wrong: [],
    limping: ['zalo_bot: the bot token is refused'],
  })
  expect((await request(url).get('/metrics')).text).toMatch(
    /ronguon_channel_total\{channel="zalo_bot",what="token",why="refused"\} [1-9]/,
  )
})
