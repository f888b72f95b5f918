/** Zalo counts every call of the app: messages, uploads, reactions and second tries, whichever process makes them. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import sharp from 'sharp'
import { paceOf } from '../../bot/channels/zalo/limits.js'
import { putMany, type Addressed } from '../../domain/outbox.js'
import type { Reply } from '../../bot/channels/channel.js'
import { words } from '../../locales/say.js'
import { DEMO_CODES } from '../../prisma/seed/demo.js'
import { until } from '../fakes/chats.js'
import { houseOf, type TestHouse } from '../fakes/house.js'
import { person } from '../fakes/zalo/people.js'
import { FakeZalo } from '../fakes/zalo/server.js'
import { demoWorld } from '../demo-world.js'
import type { World } from '../world.js'
import { qrPng } from '../qr/pictures.js'

/** So low that a few seconds of work are held back by it. */
const CALLS_PER_MINUTE = 1_200
const HOUSES = 2
/** Each is sent a picture of their own: an upload and a message. */
const SENT_PICTURES = 30
/** Each sends a photo of a code: a reaction, a card (its buttons are refused as well: two calls), its picture. */
const SEND_PHOTOS = 12
/** Each is answered with buttons, which this Zalo refuses: two calls. */
const GREET = 12
const LIMIT_MS = 120_000

const keyFolder = mkdtempSync(join(tmpdir(), 'rn-limit-'))
let world: World
let fake: FakeZalo
let houses: TestHouse[]

beforeAll(async () => {
  world = await demoWorld({ connections: 20 })
  fake = await new FakeZalo({ shapes: [], callsPerMinute: CALLS_PER_MINUTE, timeScale: 0.01 }).up()
  const settings = {
    ...fake.houseSettings(),
    ZALO_CALLS_PER_MINUTE: String(CALLS_PER_MINUTE),
    KEY_FILE: join(keyFolder, 'keys.json'),
  }
  houses = []
  for (let n = 0; n < HOUSES; n++) houses.push(await houseOf(world, settings))
}, LIMIT_MS)
afterAll(async () => {
  for (const house of houses) await house.stop()
  await fake.stop()
  await world.close()
  rmSync(keyFolder, { recursive: true, force: true })
}, LIMIT_MS)

test(
  'at no moment were more calls made than the setting allows since the first one',
  async () => {
    const pictures = await putPictures()
    const photo = await qrPng(`https://${houses[0]!.codeHost}/c/${DEMO_CODES.valid}`, 10)
    const beganAt = Date.now()
    await world.db.transaction((tx) => putMany(tx, pictures))
    const visit = (n: number) => void (fake.settings.webhookUrl = `${houses[n % HOUSES]!.url}/webhooks/zalo`)
    const deeds: Promise<unknown>[] = []
    for (let n = 0; n < SEND_PHOTOS + GREET; n++) {
      visit(n)
      const an = person(fake)
      deeds.push(n < SEND_PHOTOS ? an.sendsPhoto(photo) : an.does({ kind: 'follow' }))
    }
    await Promise.all(deeds)
    // In this order: an answer is put in the transaction in which its word is done.
    const open = async () =>
      (await world.db.prisma.update.count({ where: { doneAt: null } })) +
      (await world.db.prisma.outbox.count({ where: { status: 'unsent' } }))
    const reactions = () => [...fake.chats.values()].reduce((sum, chat) => sum + chat.reactions.length, 0)
    await until(async () => reactions() >= SEND_PHOTOS && (await open()) === 0, LIMIT_MS)

    const calls = fake.calls.filter(({ endpoint }) => endpoint !== 'oauth')
    const count = (endpoint: string, code?: number) =>
      calls.filter((call) => call.endpoint === endpoint && (code === undefined || call.code === code)).length
    expect(count('upload')).toBeGreaterThanOrEqual(SENT_PICTURES)
    expect(count('message')).toBeGreaterThanOrEqual(SEND_PHOTOS)
    expect(count('cs', -233)).toBe(GREET + SEND_PHOTOS)
    expect(await world.db.prisma.outbox.count({ where: { status: { not: 'sent' } } })).toBe(0)
    expect(calls.filter(({ code }) => code === -32)).toEqual([])
    const { perSecond, burst } = paceOf(CALLS_PER_MINUTE).all
    // It was held back: more calls than may go at once. A busy machine makes calls later, never sooner, than they were allowed.
    expect(calls.length).toBeGreaterThan(2 * burst)
    const early = calls
      .map(({ at }) => at)
      .sort((one, other) => one - other)
      .filter((at, nth) => nth + 1 > burst + (perSecond * (at - beganAt)) / 1_000)
    expect(early).toEqual([])
  },
  LIMIT_MS,
)

/** Messages with a picture each that nobody was sent before, to people who were heard. */
async function putPictures(): Promise<Addressed<Reply>[]> {
  const messages: Addressed<Reply>[] = []
  for (let n = 0; n < SENT_PICTURES; n++) {
    const background = { r: 8 * n, g: 100, b: 100 }
    const bytes = await sharp({ create: { width: 8, height: 8, channels: 3, background } })
      .png()
      .toBuffer()
    let key = ''
    for (const { foundation } of houses) ({ key } = await foundation.files.put(bytes, { mime: 'image/png' }))
    const { id: address } = person(fake)
    fake.chat(address).heardAt = Date.now()
    const { id: chatId } = await world.db.prisma.chat.create({
      data: { channel: 'zalo', address, heardAt: new Date() },
    })
    messages.push({ chatId, reply: { text: [words(`${n}`)], files: [{ key, mime: 'image/png', name: 'p.png', asDocument: false }] } }) // prettier-ignore
  }
  return messages
}
