import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import crypto from 'node:crypto'
import express from 'express'
import request from 'supertest'
import type { Inbound } from '../../../../bot/channels/channel.js'
import type { Store } from '../../../../bot/channels/told.js'
import { SECRET_HEADER, webhook, WEBHOOK_PATH } from '../../../../bot/channels/telegram/webhook.js'
import { until } from '../../../fakes/chats.js'
import { person } from '../../../fakes/telegram/people.js'
import { collector, freeLease, memoryStore, part, rig, stopAll, never } from './rig.js'

const SECRET = 'a-secret_of-the-webhook'
const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  await stopAll()
  await Promise.all(closing.splice(0).map((close) => close()))
})

/** A server that listens with the webhook on it. */
async function listening(store: Store) {
  const { lines, log } = collector()
  const counted: string[] = []
  const count = (what: string, why: string) => void counted.push(`${what}: ${why}`)
  const dismissed: string[] = []
  const dismiss = (pressId: string) => void dismissed.push(pressId)
  const app = express().use(webhook({ secret: SECRET, store, dismiss, log, count, now: () => new Date() }))
  const server = http.createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  const post = (body: string | Buffer, secret: string | undefined = SECRET) => {
    const asked = request(server).post(WEBHOOK_PATH).set('content-type', 'application/json')
    return (secret === undefined ? asked : asked.set(SECRET_HEADER, secret)).send(body)
  }
  return { app, server, post, lines, counted, dismissed, port: (server.address() as AddressInfo).port }
}

const update = (text: string, id = 1) => ({
  update_id: id,
  message: {
    message_id: id,
    date: 1767225600,
    chat: { id: 42, type: 'private' },
    from: { id: 42, is_bot: false, first_name: 'An' },
    text,
  },
})

describe('the secret', () => {
  test.each([
    ['wrong', 'b-secret_of-the-webhook'],
    ['longer', `${SECRET}x`],
    ['shorter', SECRET.slice(1)],
    ['empty', ''],
  ])('%s: 401, nothing is stored', async (_name, secret) => {
    const { store, inbounds } = memoryStore()
    const { post, counted } = await listening(store)
    expect((await post(JSON.stringify(update('x')), secret)).status).toBe(401)
    expect(inbounds).toEqual([])
    expect(counted).toEqual(['webhook: wrong secret'])
  })

  test('missing: 401', async () => {
    const { server } = await listening(memoryStore().store)
    expect((await request(server).post(WEBHOOK_PATH).send(update('x'))).status).toBe(401)
  })

  test('is compared in constant time, as digests of one length whatever was sent', async () => {
    const compared = jest.spyOn(crypto, 'timingSafeEqual')
    const { post } = await listening(memoryStore().store)
    for (const secret of ['x', SECRET, 'y'.repeat(3000)]) await post(JSON.stringify(update('x')), secret)
    expect(compared.mock.calls.map(([a, b]) => [a.byteLength, b.byteLength])).toEqual([
      [32, 32],
      [32, 32],
      [32, 32],
    ])
    compared.mockRestore()
  })
})

describe('the body', () => {
  test('is heard and stored, and only then acknowledged', async () => {
    let stored: (() => void) | undefined
    const { post } = await listening(() => new Promise((resolve) => (stored = resolve)))
    let status = 0
    const posting = post(JSON.stringify(update('x'))).then((answer) => (status = answer.status))
    await until(() => stored !== undefined)
    await sleep(30)
    expect(status).toBe(0)
    stored!()
    await posting
    expect(status).toBe(200)
  })

  test('that could not be stored is asked for again: 503, logged without a word of it', async () => {
    const failing = () =>
      Promise.reject(Object.assign(new Error('value "bí mật" violates'), { code: '57P01', name: 'DatabaseError' }))
    const { post, lines } = await listening(failing)
    expect((await post(JSON.stringify(update('bí mật')))).status).toBe(503)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain('57P01')
    expect(lines[0]).not.toContain('bí mật')
  })

  test.each([
    ['no JSON', '{"update_id":1', 400],
    ['nothing', '', 400],
    ['a number', '5', 200],
    ['null', 'null', 200],
    ['a list', '[]', 200],
    ['an update of no shape', '{"update_id":"x"}', 200],
    ['over a megabyte', `{"x":"${'y'.repeat(1024 * 1024)}"}`, 413],
  ])('%s', async (_name, body, status) => {
    const { store, inbounds } = memoryStore()
    const { post, counted, lines } = await listening(store)
    expect((await post(body)).status).toBe(status)
    expect(inbounds).toEqual([])
    expect(counted).toHaveLength(1)
    expect(lines).toEqual([])
  })

  test('a press that is nothing to store is acknowledged and answered', async () => {
    const { post, dismissed } = await listening(() => Promise.reject(new Error('not to be stored')))
    const press = { id: 'p1', from: { id: 42, is_bot: false, first_name: 'An' }, chat_instance: '1', data: 'x' }
    await post(JSON.stringify({ update_id: 1, callback_query: press })).expect(200)
    expect(dismissed).toEqual(['p1'])
  })

  test('compressed is refused: 415, a bomb is never unpacked', async () => {
    const { server } = await listening(memoryStore().store)
    const asked = request(server).post(WEBHOOK_PATH).set(SECRET_HEADER, SECRET).set('content-encoding', 'gzip')
    expect((await asked.set('content-type', 'application/json').send('xx')).status).toBe(415)
  })

  test('the talk goes on after all that', async () => {
    const { store, inbounds } = memoryStore()
    const { post } = await listening(store)
    for (const body of ['{', '5', 'x'.repeat(2_000_000)]) await post(body)
    expect((await post(JSON.stringify(update('còn đây')))).status).toBe(200)
    expect(inbounds.map(({ heard }) => heard)).toEqual([{ kind: 'text', text: 'còn đây' }])
  })

  test('letters cut by packets stay whole', async () => {
    const { store, inbounds } = memoryStore()
    const { port } = await listening(store)
    const said = 'Nguyễn Thị Mận ở phố Hàng Đường 🍑'
    const body = Buffer.from(JSON.stringify(update(said)))
    const socket = net.connect(port, '127.0.0.1').setNoDelay(true)
    const head = [
      `POST ${WEBHOOK_PATH} HTTP/1.1`,
      'host: x',
      `${SECRET_HEADER}: ${SECRET}`,
      'content-type: application/json',
    ]
    socket.write([...head, `content-length: ${body.length}`, '', ''].join('\r\n'))
    // Every byte a packet of its own, from the first letter of the text on: each letter is cut at each of its borders.
    const from = body.indexOf('Nguy')
    socket.write(body.subarray(0, from))
    for (const byte of body.subarray(from)) {
      socket.write(Buffer.from([byte]))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await until(() => inbounds.length === 1)
    expect(inbounds[0]!.heard).toEqual({ kind: 'text', text: said })
    socket.destroy()
  })

  test('other paths and methods are left to others', async () => {
    const { app, server } = await listening(memoryStore().store)
    app.use((_request, response) => void response.sendStatus(418))
    expect((await request(server).get(WEBHOOK_PATH)).status).toBe(418)
    expect((await request(server).post('/webhooks/other')).status).toBe(418)
  })
})

describe('with Telegram', () => {
  /** The channel in webhook mode, mounted; the fake brings its updates there. */
  async function wired(options: { store?: Store; copies?: number } = {}) {
    const app = express()
    const server = http.createServer(app)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${WEBHOOK_PATH}`
    const made = await rig({ mode: 'webhook', webhook: { secret: SECRET, url } }, { copies: options.copies ?? 1 })
    app.use(made.telegram.router!)
    closing.push(() => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    })
    const memory = memoryStore()
    return { ...made, ...memory, url, start: () => made.telegram.start(options.store ?? memory.store, freeLease()) }
  }

  test('the webhook is set with its secret, and what people do arrives in order, albums too', async () => {
    const made = await wired()
    made.start()
    await until(() => made.fake.updates.webhook !== undefined)
    expect(made.fake.callsOf('setWebhook')[0]!.params).toMatchObject({ secret_token: SECRET, max_connections: 40 })
    const an = person(made.fake, 42)
    await an.says('một')
    await an.sendsAlbum(
      ['1', '2', '3', '4'].map((bytes) => Buffer.from(bytes)),
      'bốn ảnh',
    )
    await an.says('hai')
    await until(() => made.inbounds.length === 6)
    const photos = made.inbounds.slice(1, 5).map(({ heard }) => (heard.kind === 'photo' ? heard : undefined)!)
    const bytes = await Promise.all(photos.map(({ file }) => made.telegram.channel.fetch(file, never())))
    expect(bytes.map(String)).toEqual(['1', '2', '3', '4'])
    expect(new Set(photos.map(({ album }) => album)).size).toBe(1)
    expect(made.inbounds.map(({ heard }) => heard.kind)).toEqual(['text', 'photo', 'photo', 'photo', 'photo', 'text'])
    await made.telegram.channel.send('42', part('chào'), never())
    await an.hears('chào')
    made.fake.assertClean()
  })

  test('before start nothing is acknowledged; what came is brought again', async () => {
    const made = await wired()
    const an = person(made.fake, 42)
    made.fake.updates.setWebhook({ url: made.url, secret: SECRET, connections: 1 })
    await an.says('sớm')
    await until(() => made.fake.updates.webhookCalls.length > 1)
    expect(made.fake.updates.webhookCalls.every(({ status }) => status === 503)).toBe(true)
    expect(made.fake.updates.confirmed).toEqual([])
    made.start()
    await until(() => made.inbounds.length === 1)
    await until(() => made.fake.updates.confirmed.length === 1)
  })

  test('a store that fails twice loses nothing, and holds up its own chat only', async () => {
    const memory = memoryStore()
    let failures = 2
    const made = await wired({
      async store(inbounds) {
        if (inbounds[0]!.address === '42' && failures-- > 0) throw new Error('database away')
        await memory.store(inbounds)
      },
    })
    made.start()
    await until(() => made.fake.updates.webhook !== undefined)
    const [an, bo] = [person(made.fake, 42), person(made.fake, 43)]
    for (const text of ['1', '2', '3']) await an.says(text)
    await bo.says('khác')
    await until(() => memory.inbounds.length === 4)
    const said = (address: string) => memory.inbounds.filter((one) => one.address === address).map(({ heard }) => heard)
    expect(said('42')).toEqual(['1', '2', '3'].map((text) => ({ kind: 'text', text })))
    expect(memory.inbounds.findIndex(({ address }) => address === '43')).toBeLessThan(3)
    expect(made.fake.updates.webhookCalls.filter(({ status }) => status === 503)).toHaveLength(2)
  })

  test('every update brought twice has one key', async () => {
    const keys: string[] = []
    const made = await wired({
      copies: 2,
      store: async (inbounds: Inbound[]) => void keys.push(...inbounds.map(({ key }) => key)),
    })
    made.start()
    await until(() => made.fake.updates.webhook !== undefined)
    await person(made.fake, 42).says('x')
    await until(() => keys.length === 2)
    expect(new Set(keys).size).toBe(1)
  })

  test('a secret that Telegram would not take is told at once', async () => {
    await expect(rig({ mode: 'webhook', webhook: { secret: 'dấu cách' } })).rejects.toThrow('TELEGRAM_WEBHOOK_SECRET')
    await expect(rig({ mode: 'webhook' })).rejects.toThrow('TELEGRAM_WEBHOOK_SECRET')
  })

  test('stop waits for what is being stored, and takes nothing more', async () => {
    let release: (() => void) | undefined
    const made = await wired({ store: () => new Promise((resolve) => (release = resolve)) })
    made.start()
    await until(() => made.fake.updates.webhook !== undefined)
    await person(made.fake, 42).says('x')
    await until(() => release !== undefined)
    let stopped = false
    const stopping = made.telegram.stop().then(() => (stopped = true))
    await sleep(20)
    expect(stopped).toBe(false)
    release!()
    await stopping
    await until(() => made.fake.updates.confirmed.length === 1)
    await person(made.fake, 43).says('y')
    await until(() => made.fake.updates.webhookCalls.some(({ status }) => status === 503))
  })
})
