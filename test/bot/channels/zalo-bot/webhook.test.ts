import crypto from 'node:crypto'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import express from 'express'
import request from 'supertest'
import type { Store } from '../../../../bot/channels/told.js'
import { SECRET_HEADER, webhook, WEBHOOK_PATH } from '../../../../bot/channels/zalo-bot/webhook.js'
import { until } from '../../../fakes/chats.js'
import { person } from '../../../fakes/zalo-bot/people.js'
import type { FakeSettings } from '../../../fakes/zalo-bot/server.js'
import { collector, freeLease, memoryStore, never, part, rig, STOP_WITHIN_MS, stopAll } from './rig.js'

const SECRET = 'a-secret_of-the-webhook'
const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  await stopAll()
  await Promise.all(closing.splice(0).map((close) => close()))
})

async function listen(app: express.Express): Promise<http.Server> {
  const server = http.createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  return server
}

/** A server that listens with the webhook on it. */
async function listening(store: Store) {
  const { lines, log } = collector()
  const counted: string[] = []
  const count = (what: string, why: string) => void counted.push(`${what}: ${why}`)
  const app = express().use(webhook({ secret: SECRET, store, log, count, now: () => new Date() }))
  const server = await listen(app)
  const post = (body: string | Buffer, secret: string | undefined = SECRET) =>
    request(server).post(WEBHOOK_PATH).set('content-type', 'application/json').set(SECRET_HEADER, secret).send(body)
  return { app, server, post, lines, counted }
}

const bare = (text: string, id = 'm1', event_name = 'message.text.received') => ({
  event_name,
  message: {
    from: { id: '42', display_name: 'An', is_bot: false },
    chat: { id: '42', chat_type: 'PRIVATE' },
    message_id: id,
    date: 1750316131183,
    text,
  },
})
const said = ({ inbounds }: ReturnType<typeof memoryStore>) =>
  inbounds.map(({ heard }) => (heard.kind === 'text' ? heard.text : heard.kind))
const json = (...said: Parameters<typeof bare>) => JSON.stringify(bare(...said))

describe('the secret', () => {
  test.each([
    ['wrong', 'b-secret_of-the-webhook'],
    ['longer', `${SECRET}x`],
    ['shorter', SECRET.slice(1)],
    ['empty', ''],
  ])('%s: 401, nothing is stored', async (_name, secret) => {
    const { store, asked } = memoryStore()
    const { post, counted } = await listening(store)
    expect((await post(json('x'), secret)).status).toBe(401)
    expect(asked).toEqual([])
    expect(counted).toEqual(['webhook: wrong secret'])
  })

  test('missing: 401', async () => {
    const { store, asked } = memoryStore()
    const { server } = await listening(store)
    expect((await request(server).post(WEBHOOK_PATH).send(bare('x'))).status).toBe(401)
    expect(asked).toEqual([])
  })

  test('is compared in constant time, as digests of one length whatever was sent', async () => {
    const compared = jest.spyOn(crypto, 'timingSafeEqual')
    const { post } = await listening(memoryStore().store)
    for (const secret of ['x', SECRET, 'y'.repeat(3000)]) await post(json('x'), secret)
    expect(compared.mock.calls.map(([a, b]) => [a.byteLength, b.byteLength])).toEqual(Array(3).fill([32, 32]))
    compared.mockRestore()
  })

  test('that the platform would not take is told at once', async () => {
    await expect(rig({ mode: 'webhook', webhook: { secret: 'short' } })).rejects.toThrow('ZALO_BOT_SECRET')
    await expect(rig({ mode: 'webhook' })).rejects.toThrow('ZALO_BOT_SECRET')
  })
})

describe('the body', () => {
  test('is heard and stored, and only then acknowledged', async () => {
    let stored: (() => void) | undefined
    const { post } = await listening(() => new Promise((resolve) => (stored = resolve)))
    let status = 0
    const posting = post(json('x')).then((answer) => (status = answer.status))
    await until(() => stored !== undefined)
    await sleep(30)
    expect(status).toBe(0)
    stored!()
    await posting
    expect(status).toBe(200)
  })

  test.each([
    ['wrapped', `{"ok":true,"result":${json('Xin chào')}}`],
    ['unwrapped', json('Xin chào')],
  ])('%s', async (_name, body) => {
    const { store, inbounds } = memoryStore()
    const { post } = await listening(store)
    expect((await post(body)).status).toBe(200)
    expect(inbounds).toMatchObject([{ address: '42', key: '42/m1', heard: { kind: 'text', text: 'Xin chào' } }])
  })

  test('ids beyond 2^53 keep every digit', async () => {
    const { store, inbounds } = memoryStore()
    const { post } = await listening(store)
    await post(json('x').replaceAll('"42"', '98217643208765433').replace('"m1"', '12345678901234567891'))
    expect(inbounds).toMatchObject([{ address: '98217643208765433', key: '98217643208765433/12345678901234567891' }])
  })

  test('that could not be stored is asked for again: 503, logged without a word of it', async () => {
    const failing = () => Promise.reject(Object.assign(new Error('"bí mật" violates'), { code: '57P01' }))
    const { post, lines } = await listening(failing)
    expect((await post(json('bí mật'))).status).toBe(503)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain('57P01')
    expect(lines[0]).not.toContain('bí mật')
  })

  test.each([
    ['an unknown event', json('x', 'm', 'message.reaction.received'), 200, 'ignored: unknown event'],
    ['no JSON', '{"event_name":1', 400, 'webhook: malformed JSON'],
    ['nothing', '', 400, 'webhook: malformed JSON'],
    ['a number', '5', 200, 'ignored: malformed event'],
    ['null', 'null', 200, 'ignored: malformed event'],
    ['no event name', '{"ok":true,"result":{}}', 200, 'ignored: malformed event'],
    ['a list in lists without end', '['.repeat(400_000) + ']'.repeat(400_000), 200, 'ignored: malformed event'],
    ['ten megabytes', `{"x":"${'y'.repeat(10 * 1024 * 1024)}"}`, 413, 'webhook: refused 413'],
  ])('%s', async (_name, body, status, counted) => {
    const { store, asked } = memoryStore()
    const made = await listening(store)
    expect((await made.post(body)).status).toBe(status)
    expect(asked).toEqual([])
    expect([made.counted, made.lines]).toEqual([[counted], []])
  })

  test('compressed is refused: 415, a bomb is never unpacked', async () => {
    const { server } = await listening(memoryStore().store)
    const asked = request(server).post(WEBHOOK_PATH).set(SECRET_HEADER, SECRET).set('content-encoding', 'gzip')
    expect((await asked.set('content-type', 'application/json').send('xx')).status).toBe(415)
  })

  test('other paths and methods are left to others', async () => {
    const { app, server } = await listening(memoryStore().store)
    app.use((_request, response) => void response.sendStatus(418))
    expect((await request(server).get(WEBHOOK_PATH)).status).toBe(418)
    expect((await request(server).post('/webhooks/zalo')).status).toBe(418)
  })
})

describe('with the platform', () => {
  /** The channel in webhook mode, mounted; the fake brings its events there. */
  async function wired(store?: Store, settings: Partial<FakeSettings> = {}) {
    const app = express()
    const { port } = (await listen(app)).address() as AddressInfo
    const url = `http://127.0.0.1:${port}${WEBHOOK_PATH}`
    const made = await rig({ mode: 'webhook', webhook: { secret: SECRET, url } }, settings)
    app.use(made.zalo.router!)
    const memory = memoryStore()
    return { ...made, ...memory, url, start: () => made.zalo.start(store ?? memory.store, freeLease()) }
  }

  test.each([true, false])('the webhook is set, and what people do arrives; wrapped: %s', async (wrapped) => {
    const made = await wired(undefined, { wrapped })
    made.start()
    await until(() => made.fake.events.webhook !== undefined)
    expect(made.fake.callsOf('setWebhook')[0]!.params).toEqual({ url: made.url, secret_token: SECRET })
    const an = person(made.fake, '42')
    an.says('một')
    an.sendsPhoto(Buffer.from('ảnh'), { caption: 'tem' })
    an.sendsPhoto(Buffer.from('ảnh 2'), { as: 'photo_url' })
    an.sticks()
    an.speaks()
    an.sends()
    await until(() => made.inbounds.length === 6)
    expect(made.inbounds.map(({ heard }) => heard.kind)).toEqual(['text', 'photo', 'photo', 'other', 'other', 'other'])
    const photos = made.inbounds.flatMap(({ heard }) => (heard.kind === 'photo' ? [heard.file] : []))
    const bytes = await Promise.all(photos.map((file) => made.zalo.channel.fetch(file, never())))
    expect(bytes.map(String)).toEqual(['ảnh', 'ảnh 2'])
    await made.zalo.channel.send('42', part('chào'), never())
    await an.hears('chào')
    expect(made.fake.callsOf('getUpdates')).toEqual([])
    made.fake.assertClean()
  })

  test('every event brought twice has one key', async () => {
    const made = await wired(undefined, { copies: 2 })
    made.start()
    await until(() => made.fake.events.webhook !== undefined)
    person(made.fake, '42').says('x')
    await until(() => made.asked.length === 2)
    expect(made.inbounds).toHaveLength(1)
  })

  test('a store that fails twice loses nothing when the platform sends again', async () => {
    const memory = memoryStore()
    let failures = 2
    const made = await wired(async (inbounds) => {
      if (failures-- > 0) throw new Error('database away')
      await memory.store(inbounds)
    })
    made.start()
    await until(() => made.fake.events.webhook !== undefined)
    const an = person(made.fake, '42')
    for (const text of ['1', '2', '3']) an.says(text)
    await until(() => made.fake.events.webhookCalls.length === 5)
    expect(said(memory)).toEqual(['1', '2', '3'])
    expect(made.fake.events.webhookCalls.map(({ status }) => status)).toEqual([503, 503, 200, 200, 200])
  })

  test('a platform that is away: the webhook is set once it is back', async () => {
    const made = await wired()
    await made.fake.down()
    made.start()
    await until(() => made.counted.filter((what) => what === 'call: webhook not set').length > 2)
    await made.fake.up()
    await until(() => made.fake.events.webhook !== undefined)
    expect(made.lines.filter((line) => line.includes('could not be set'))).toHaveLength(1)
  })

  test('before start and after stop nothing is taken; a stop waits for what is being stored', async () => {
    let release: (() => void) | undefined
    const made = await wired(() => new Promise((resolve) => (release = resolve)))
    const post = (id: string) =>
      request(made.url.replace(WEBHOOK_PATH, '')).post(WEBHOOK_PATH).set(SECRET_HEADER, SECRET).send(bare('x', id))
    expect((await post('1')).status).toBe(503)
    made.start()
    const posting = post('2').then(({ status }) => status)
    await until(() => release !== undefined)
    let stopped = false
    const stopping = made.zalo.stop(STOP_WITHIN_MS).then(() => (stopped = true))
    await sleep(20)
    expect(stopped).toBe(false)
    release!()
    await stopping
    expect(await posting).toBe(200)
    expect((await post('3')).status).toBe(503)
  })
})
