import { spawn } from 'node:child_process'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { FileOut, Part } from '../../../../bot/channels/channel.js'
import { split } from '../../../../bot/channels/telegram/send.js'
import { FAULTS, type Fault } from '../../../fakes/telegram/faults.js'
import { person } from '../../../fakes/telegram/people.js'
import { HASTY, never, part, rig, stopAll, type Rig } from './rig.js'

afterEach(stopAll)

const AN = 5012345678
const send = ({ telegram }: Rig, what: Part, to: string = String(AN)) => telegram.channel.send(to, what, never())
const JPEG: FileOut = { key: 'jpeg', mime: 'image/jpeg', name: 'mận.jpg' }
const LABEL: FileOut = { key: 'label', mime: 'image/png', name: 'Tem 7K2M9QXW4T.png' }
const PDF: FileOut = { key: 'pdf', mime: 'application/pdf', name: 'Tem 7K2M9QXW4T.pdf' }

/** A rig with a person An and three files. */
async function withAn(...settings: Parameters<typeof rig>) {
  const made = await rig(...settings)
  const an = person(made.fake, AN)
  for (const { key } of [JPEG, LABEL, PDF]) made.files.set(key, Buffer.from(`bytes of ${key}`))
  return { ...made, an }
}

describe('texts and buttons', () => {
  test('a text with buttons stands in the chat, exactly as written', async () => {
    const made = await withAn()
    const words = '*không* _phải_ <b>markup</b> [a](http://b) 😀\n\u202eRTL; DROP TABLE lots;--'
    const buttons = [
      [
        { label: 'Gửi', data: '12.0' },
        { label: 'Xem trang', url: 'https://example.vn/c/1' },
      ],
      [{ label: 'Huỷ', data: '12.1' }],
    ]
    expect(await send(made, part(words, { buttons }))).toEqual({ outcome: 'sent', platformId: '1' })
    expect(await made.an.hears()).toMatchObject({ text: words, buttons })
    expect(made.fake.callsOf('sendMessage')[0]!.params).toMatchObject({
      chat_id: AN,
      link_preview_options: { is_disabled: true },
    })
    expect(made.fake.callsOf('sendMessage')[0]!.params).not.toHaveProperty('parse_mode')
    made.fake.assertClean()
  })

  test.each([
    ['place', 'vi', '📍 Gửi vị trí của tôi'],
    ['contact', 'en', '☎️ Send my phone number'],
  ] as const)('a question that wants a %s shows a button for it, in %s', async (wants, language, label) => {
    const made = await withAn()
    await send(made, part('?', { wants, language, buttons: [[{ label: 'Bỏ qua', data: '1.0' }]] }))
    expect((await made.an.hears()).keyboard).toEqual([[{ label, asks: wants }], [{ label: 'Bỏ qua' }]])
    await send(made, part('Cảm ơn'))
    expect(await made.an.hears('Cảm ơn')).toMatchObject({ removesKeyboard: true })
    made.fake.assertClean()
  })

  test('a press is answered before its message, and a stale one keeps nothing back', async () => {
    const made = await withAn()
    await send(made, part('Chọn', { buttons: [[{ label: 'A', data: '1.0' }]] }))
    await made.an.hears()
    await made.an.presses('A')
    const [pressId] = [...made.fake.presses]
    expect(await send(made, part('Đã chọn', { pressId }))).toMatchObject({ outcome: 'sent' })
    expect(await send(made, part('Lần nữa', { pressId: 'stale' }))).toMatchObject({ outcome: 'sent' })
    expect(made.fake.calls.slice(1).map(({ method, code }) => [method, code])).toEqual([
      ['answerCallbackQuery', 200],
      ['sendMessage', 200],
      ['answerCallbackQuery', 400],
      ['sendMessage', 200],
    ])
    expect(made.fake.presses.size).toBe(0)
    made.fake.assertClean()
  })

  test('a press alone is answered alone', async () => {
    const made = await withAn()
    expect(await send(made, part('', { pressId: '1' }))).toEqual({ outcome: 'sent' })
    expect(made.fake.calls.map(({ method }) => method)).toEqual(['answerCallbackQuery'])
  })
})

describe('files', () => {
  test.each([
    ['a JPEG as a photo', JPEG, 'sendPhoto'],
    ['a PNG as a document, not to be recompressed', LABEL, 'sendDocument'],
    ['a PDF as a document', PDF, 'sendDocument'],
    ['a JPEG of which every byte counts as a document', { ...JPEG, asDocument: true }, 'sendDocument'],
    ['a PNG that is a picture as a photo', { ...LABEL, asDocument: false }, 'sendPhoto'],
  ] as const)('%s', async (_name, file, method) => {
    const made = await withAn()
    expect(await send(made, part('Đây ạ', { files: [file], buttons: [[{ label: 'A', data: '1.0' }]] }))).toMatchObject({
      outcome: 'sent',
    })
    const shown = await made.an.hears()
    expect(shown).toMatchObject({
      text: 'Đây ạ',
      files: [{ name: file.name, bytes: Buffer.from(`bytes of ${file.key}`) }],
    })
    expect(shown.buttons).toEqual([[{ label: 'A', data: '1.0' }]])
    expect(made.fake.calls.map((call) => call.method)).toEqual([method])
    made.fake.assertClean()
  })

  test('a caption that looks like JSON, and a name that breaks headers', async () => {
    const made = await withAn()
    await send(made, part('[{"a":1}]', { files: [{ ...PDF, name: 'a"b\r\nc: d\\.pdf' }] }))
    expect(await made.an.hears()).toMatchObject({ text: '[{"a":1}]', files: [{ name: 'a_b__c: d_.pdf' }] })
    made.fake.assertClean()
  })

  test('several of one kind are an album in order, the caption under the first', async () => {
    const made = await withAn()
    const files = ['1', '2', '3'].map((key) => ({ key, mime: 'image/jpeg', name: `${key}.jpg` }))
    for (const { key } of files) made.files.set(key, Buffer.from(key))
    expect(await send(made, part('Ba ảnh', { files }))).toEqual({ outcome: 'sent', platformId: '1' })
    const shown = [await made.an.hears(), await made.an.hears(), await made.an.hears()]
    expect(shown.map(({ text, files }) => [text, files[0]!.bytes.toString()])).toEqual([
      ['Ba ảnh', '1'],
      ['', '2'],
      ['', '3'],
    ])
    expect(new Set(shown.map(({ album }) => album)).size).toBe(1)
    made.fake.assertClean()
  })

  test('different kinds, or buttons: the text first, the files after it', async () => {
    const made = await withAn()
    await send(made, part('Tem của bác', { files: [JPEG, LABEL, PDF], buttons: [[{ label: 'A', data: '1.0' }]] }))
    expect(made.fake.calls.map(({ method }) => method)).toEqual(['sendMessage', 'sendPhoto', 'sendMediaGroup'])
    expect((await made.an.hears()).buttons).toHaveLength(1)
    made.fake.assertClean()
  })

  test('a text too long for a caption goes before its file', async () => {
    const made = await withAn()
    await send(made, part('x'.repeat(1025), { files: [JPEG] }))
    expect(made.fake.calls.map(({ method }) => method)).toEqual(['sendMessage', 'sendPhoto'])
    made.fake.assertClean()
  })

  test('a photo over 10 MB, or one that Telegram does not take for a picture, goes as a document', async () => {
    const made = await withAn()
    made.files.set('jpeg', Buffer.alloc(10 * 1024 * 1024 + 1))
    expect(await send(made, part('a', { files: [JPEG] }))).toMatchObject({ outcome: 'sent' })
    made.files.set('jpeg', Buffer.from('too long'))
    made.fake.faults.add({
      on: 'sendPhoto',
      do: { kind: 'answer', code: 400, description: 'Bad Request: PHOTO_INVALID_DIMENSIONS' },
    })
    expect(await send(made, part('b', { files: [JPEG] }))).toMatchObject({ outcome: 'sent' })
    expect(made.fake.calls.map(({ method }) => method)).toEqual(['sendDocument', 'sendPhoto', 'sendDocument'])
  })

  test('a file that is not in the store now is tried again, one of 51 MB or of none never', async () => {
    const made = await withAn()
    expect(await send(made, part('a', { files: [{ ...PDF, key: 'gone' }] }))).toEqual({
      outcome: 'retry',
      why: 'the file store could not be read: ENOENT',
    })
    made.files.set('pdf', Buffer.alloc(51 * 1024 * 1024))
    expect(await send(made, part('a', { files: [PDF] }))).toMatchObject({ outcome: 'never' })
    made.files.set('pdf', Buffer.alloc(0))
    expect(await send(made, part('a', { files: [PDF] }))).toMatchObject({ outcome: 'never' })
    expect(made.fake.calls).toEqual([])
  })

  test('split leaves pieces of one call each, that split leaves alone, and loses nothing', () => {
    const many = Array.from({ length: 12 }, (_, i) => ({ ...JPEG, key: `${i}` }))
    const button = [[{ label: 'A', data: '1.0' }]]
    const parts: Part[] = [
      ...[
        part('a'),
        part('a', { files: [JPEG] }),
        part('a', { files: many }),
        part('a', { files: [JPEG, PDF], wants: 'place' }),
      ],
      ...[part('', { files: many, buttons: button, pressId: '1' }), part('', { files: [PDF, JPEG], buttons: button })],
      part('x'.repeat(2000), { files: [PDF, PDF], buttons: button, pressId: '1' }),
    ]
    for (const whole of parts) {
      const pieces = split(whole)
      for (const piece of pieces) expect(split(piece)).toEqual([piece])
      expect(pieces.flatMap(({ files = [] }) => files)).toEqual(whole.files ?? [])
      for (const carries of ['buttons', 'wants', 'pressId'] as const)
        expect(pieces.filter((piece) => piece[carries] !== undefined)).toHaveLength(
          whole[carries] === undefined ? 0 : 1,
        )
      expect(pieces.map(({ text }) => text).join('')).toBe(whole.text)
      expect(pieces.every(({ files = [], buttons }) => files.length <= 10 && (files.length < 2 || !buttons))).toBe(true)
    }
    expect(parts.map((whole) => split(whole).length)).toEqual([1, 1, 3, 3, 3, 2, 2])
  })

  test('broken half way, an uncut part says that nobody knows', async () => {
    const made = await withAn()
    made.fake.faults.add({ on: 'sendDocument', do: FAULTS.broken })
    expect(await send(made, part('a', { files: [JPEG, PDF] }))).toMatchObject({ outcome: 'unknown' })
  })
})

describe('what became of it', () => {
  const refusal = (code: number, description: string, parameters?: object): Fault['do'] => ({
    kind: 'answer',
    code,
    description,
    parameters,
  })
  test.each([
    ['429 waits exactly', FAULTS.tooMany(7), { outcome: 'retry', afterMs: 7_000 }],
    ['500 is tried again', FAULTS.broken, { outcome: 'retry' }],
    ['502 is tried again', refusal(502, 'Bad Gateway'), { outcome: 'retry' }],
    ['401 waits for the operator', refusal(401, 'Unauthorized'), { outcome: 'retry' }],
    ['blocked', FAULTS.blocked, { outcome: 'unreachable', why: '403 Forbidden: bot was blocked by the user' }],
    ['deactivated', refusal(403, 'Forbidden: user is deactivated'), { outcome: 'unreachable' }],
    ['never opened', refusal(400, 'Bad Request: chat not found'), { outcome: 'unreachable' }],
    ['not modified', refusal(400, 'Bad Request: message is not modified'), { outcome: 'sent' }],
    ['too long', refusal(400, 'Bad Request: message is too long'), { outcome: 'never' }],
    [
      'moved',
      refusal(400, 'Bad Request: group chat was upgraded to a supergroup chat', { migrate_to_chat_id: -1001 }),
      { outcome: 'never', why: expect.stringContaining('-1001') },
    ],
    ['cut before any answer', { kind: 'cut-before' }, { outcome: 'unknown' }],
    ['delivered, then cut', { kind: 'cut-after' }, { outcome: 'unknown' }],
    ['delivered, answered in no JSON', { kind: 'garbage' }, { outcome: 'unknown' }],
    ['delivered, answered in JSON of no sense', { kind: 'garbage', body: 'null' }, { outcome: 'unknown' }],
    ['an error page of something in between', { kind: 'garbage', status: 403 }, { outcome: 'retry' }],
    ['delivered, answered too late', { kind: 'slow', ms: 300 }, { outcome: 'unknown', why: 'time limit' }],
  ] as [string, Fault['do'], object][])('%s', async (_name, fault, expected) => {
    // Only what is to run out of time has little of it: a busy machine may take its time over the others.
    const made = await withAn(fault.kind === 'slow' ? { timing: { ...HASTY, sendMs: 150 } } : {})
    made.fake.faults.add({ on: 'sendMessage', do: fault })
    expect(await send(made, part('a'))).toMatchObject(expected)
  })

  test('retry_after is waited for by whoever obeys it', async () => {
    const made = await withAn()
    made.fake.faults.add({ on: 'sendMessage', times: 1, do: FAULTS.tooMany(1) })
    const told = await send(made, part('a'))
    await send(made, part('too early'))
    expect(() => made.fake.assertClean()).toThrow('before its retry_after')
    await new Promise((resolve) => setTimeout(resolve, (told as { afterMs: number }).afterMs))
    made.fake.hurried.length = 0
    expect(await send(made, part('a'))).toMatchObject({ outcome: 'sent' })
    made.fake.assertClean()
  })

  test('a person who blocks the bot is unreachable until back', async () => {
    const made = await withAn()
    await made.an.blocks()
    expect(await send(made, part('a'))).toMatchObject({ outcome: 'unreachable' })
    await made.an.unblocks()
    expect(await send(made, part('a'))).toMatchObject({ outcome: 'sent' })
  })

  test('a chat never opened, an address of no chat', async () => {
    const made = await withAn()
    expect(await send(made, part('a'), '999')).toMatchObject({ outcome: 'unreachable' })
    expect(await send(made, part('a'), 'x')).toMatchObject({ outcome: 'never' })
  })

  test('a refused connection is certainly not sent, before the first call and between two', async () => {
    const made = await withAn()
    await send(made, part('a'))
    await made.fake.down()
    for (let i = 0; i < 3; i++)
      expect(await send(made, part('b', { pressId: '1' }))).toMatchObject({ outcome: 'retry' })
    await made.fake.up()
    expect(await send(made, part('c'))).toMatchObject({ outcome: 'sent' })
    expect(made.an.messages).toEqual([])
    expect((await made.an.unheard()).map(({ text }) => text)).toEqual(['a', 'c'])
  })

  test('a name that cannot be resolved is certainly not sent', async () => {
    const made = await withAn({ apiRoot: 'http://telegram.invalid' })
    expect(await send(made, part('a'))).toMatchObject({ outcome: 'retry' })
  })

  test('a network that swallows every packet: our own time limit, and still certainly not sent', async () => {
    // Its queue of connections is full and nobody takes one: to the caller the same as a firewall that drops.
    const asleep = `const s = require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      require('fs').writeSync(1, s.address().port + '\\n'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0) })`
    const child = spawn(process.execPath, ['-e', asleep], { stdio: ['ignore', 'pipe', 'inherit'], env: {} })
    const port = Number(
      await new Promise<string>((resolve) => child.stdout.once('data', (line: Buffer) => resolve(line.toString()))),
    )
    const fillers = Array.from({ length: 4 }, () => net.connect(port, '127.0.0.1').on('error', () => undefined))
    await new Promise((resolve) => fillers[0]!.once('connect', resolve))
    const made = await withAn({ apiRoot: `http://127.0.0.1:${port}`, timing: { ...HASTY, sendMs: 200 } })
    expect(await send(made, part('a'))).toEqual({ outcome: 'retry', why: 'time limit' })
    for (const socket of fillers) socket.destroy()
    child.kill('SIGKILL')
  })

  test('a handshake that never ends: certainly not sent', async () => {
    const mute = net.createServer((socket) => void socket.on('error', () => undefined).resume())
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
    const { port } = mute.address() as AddressInfo
    const made = await withAn({ apiRoot: `https://127.0.0.1:${port}`, timing: { ...HASTY, sendMs: 100 } })
    expect(await send(made, part('a'))).toEqual({ outcome: 'retry', why: 'time limit' })
    await stopAll()
    await new Promise((resolve) => mute.close(resolve))
  })

  test('stopped while it waits for the answer: nobody knows; before it began: not sent', async () => {
    const made = await withAn()
    made.fake.faults.add({ on: 'sendMessage', do: { kind: 'slow', ms: 400 } })
    const aborter = new AbortController()
    const sending = made.telegram.channel.send(String(AN), part('a'), aborter.signal)
    await made.an.hears('a')
    aborter.abort()
    expect(await sending).toMatchObject({ outcome: 'unknown', why: 'stopped' })
    expect(await made.telegram.channel.send(String(AN), part('b'), aborter.signal)).toMatchObject({
      outcome: 'retry',
      why: 'stopped',
    })
  })
})

test('a channel that hears no more still sends what is on its way, and what comes after', async () => {
  const made = await withAn()
  made.fake.faults.add({ on: 'sendMessage', times: 1, do: { kind: 'slow', ms: 100 } })
  const sending = send(made, part('a'))
  await made.an.hears('a')
  await made.telegram.stop()
  expect(await sending).toMatchObject({ outcome: 'sent' })
  expect(await send(made, part('b'))).toMatchObject({ outcome: 'sent' })
})

describe('a proxy', () => {
  /** A proxy that knows only CONNECT; answers with a status of its own when told to. */
  async function proxy(status = 200) {
    const asked: string[] = []
    const tunnels: net.Socket[] = []
    const server = http.createServer()
    server.on('connect', (request, client: net.Socket) => {
      asked.push(request.url!)
      client.on('error', () => undefined)
      if (status !== 200) return void client.end(`HTTP/1.1 ${status} No\r\ncontent-length: 2\r\n\r\nno`)
      const [host, port] = request.url!.split(':')
      const upstream = net.connect(Number(port), host, () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n')
        client.pipe(upstream).pipe(client)
      })
      upstream.on('error', () => client.destroy())
      tunnels.push(client, upstream)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const close = () => {
      for (const tunnel of tunnels) tunnel.destroy()
      server.close()
    }
    return { url: `http://ro:nguon-secret@127.0.0.1:${(server.address() as AddressInfo).port}`, asked, close }
  }

  test('carries the calls, over connections that are kept', async () => {
    const through = await proxy()
    const made = await withAn({ proxy: through.url })
    for (const text of ['a', 'b', 'c']) expect(await send(made, part(text))).toMatchObject({ outcome: 'sent' })
    expect(through.asked).toEqual([made.fake.url.replace('http://', '')])
    through.close()
  })

  test.each([302, 403, 407, 502])('that answers %i sent nothing', async (status) => {
    const through = await proxy(status)
    const made = await withAn({ proxy: through.url })
    expect(await send(made, part('a'))).toMatchObject({ outcome: 'retry' })
    expect(made.fake.calls).toEqual([])
    through.close()
  })

  test('that is away sent nothing; one that is none is told at once', async () => {
    const made = await withAn({ proxy: 'socks5://127.0.0.1:1' })
    expect(await send(made, part('a'))).toMatchObject({ outcome: 'retry' })
    await expect(rig({ proxy: 'ftp://x' })).rejects.toThrow('proxy must look like')
  })
})

test('a relay with a path of its own keeps it', async () => {
  const made = await withAn()
  const paths: string[] = []
  const relay = http.createServer((request, response) => {
    paths.push(request.url!)
    response.end('{"ok":true,"result":{"message_id":5}}')
    request.resume()
  })
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve))
  const away = await rig({ apiRoot: `http://127.0.0.1:${(relay.address() as AddressInfo).port}/telegram/relay` })
  expect(await send(away, part('a'))).toEqual({ outcome: 'sent', platformId: '5' })
  expect(paths).toEqual([`/telegram/relay/bot${made.fake.token}/sendMessage`])
  relay.closeAllConnections()
  relay.close()
})

test('fifty sends at once, each to its own chat, stopped by one signal, without a warning', async () => {
  const made = await rig()
  const warnings: Error[] = []
  const warned = (warning: Error) => void warnings.push(warning)
  process.on('warning', warned)
  const people = Array.from({ length: 50 }, (_, i) => person(made.fake, 1000 + i))
  const signal = never()
  const results = await Promise.all(
    people.map(({ id }) => made.telegram.channel.send(String(id), part(`to ${id}`), signal)),
  )
  expect(results.every(({ outcome }) => outcome === 'sent')).toBe(true)
  for (const one of people) await one.hears(`to ${one.id}`)
  made.fake.assertClean()
  process.off('warning', warned)
  expect(warnings.map(({ name }) => name)).not.toContain('MaxListenersExceededWarning')
})
