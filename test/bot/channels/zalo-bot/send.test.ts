import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { fit } from '../../../../bot/channels/fit.js'
import type { FileOut, Reply } from '../../../../bot/channels/channel.js'
import { capabilitiesOf } from '../../../../bot/channels/zalo-bot/limits.js'
import { sentFrom, split } from '../../../../bot/channels/zalo-bot/send.js'
import { words } from '../../../../locales/say.js'
import type { Fault } from '../../../fakes/telegram/faults.js'
import { person } from '../../../fakes/zalo-bot/people.js'
import { another, linkOf, never, part, rig, stopAll, type Rig } from './rig.js'

afterEach(stopAll)

const CHAT = '6ede9afa66b88fe6d6a9'
const JPEG: FileOut = { key: 'a.jpg', mime: 'image/jpeg', name: 'cam.jpg' }
const PDF: FileOut = { key: 'a.pdf', mime: 'application/pdf', name: 'tem-7K2M.pdf' }
const LABEL: FileOut = { key: 'a.png', mime: 'image/png', name: 'tem-7K2M.png', asDocument: true }

const send = ({ zalo }: Pick<Rig, 'zalo'>, sent: Parameters<typeof part>) =>
  zalo.channel.send(CHAT, part(...sent), never())
/** As the outbox does it: fitted, cut, sent piece by piece. */
async function deliver({ zalo: { channel } }: Pick<Rig, 'zalo'>, reply: Reply) {
  for (const fitted of fit(reply, channel.capabilities, 'vi'))
    for (const piece of channel.split!(fitted))
      expect(await channel.send(CHAT, piece, never())).toMatchObject({ outcome: 'sent' })
}

describe('texts', () => {
  test('go out plain, to an id as text; the answer names the message', async () => {
    const made = await rig()
    expect(await send(made, ['<b>*Chào* An</b>'])).toEqual({ outcome: 'sent', platformId: expect.any(String) })
    expect(made.fake.calls.map(({ params }) => params)).toEqual([{ chat_id: CHAT, text: '<b>*Chào* An</b>' }])
    made.fake.assertClean()
  })

  test('over 2,000 characters are cut at the ends of sentences', async () => {
    const made = await rig()
    const sentence = 'Cam Canh được trồng ở Hưng Yên và đã được kiểm tra đầy đủ. '
    await deliver(made, { text: [words(sentence.repeat(100).trim())] })
    const shown = made.fake.shown(CHAT).map(({ text }) => text)
    expect(shown.length).toBe(4)
    for (const text of shown) expect([text.length <= 2_000, text.endsWith('đủ.')]).toEqual([true, true])
    expect(shown.join(' ')).toBe(sentence.repeat(100).trim())
    made.fake.assertClean()
  })

  test('choices are a numbered list, the other words below', async () => {
    const made = await rig()
    await deliver(made, {
      text: [words('Bao nhiêu?')],
      choices: [
        { value: 'few', label: words('Ít'), data: '1.0' },
        { value: 'many', label: words('Nhiều'), data: '1.1' },
        { value: 'skip', label: words('Bỏ qua'), data: '1.2', role: 'skip' },
        { value: 'cancel', label: words('Huỷ'), data: '1.3', role: 'cancel' },
      ],
    })
    expect(made.fake.shown(CHAT)).toEqual([{ text: 'Bao nhiêu?\n\n1. Ít\n2. Nhiều\nGõ: BỎ QUA, HUỶ' }])
  })
})

describe('files', () => {
  const card = (text: string, ...files: FileOut[]): Reply => ({ text: [words(text)], files })

  test('a picture goes by its address, the text as its caption', async () => {
    const made = await rig({ linkOf })
    await deliver(made, card('Cam Canh', JPEG))
    expect(made.fake.calls.map(({ method, params }) => [method, params])).toEqual([
      ['sendPhoto', { chat_id: CHAT, photo: 'https://files.example/a.jpg', caption: 'Cam Canh' }],
    ])
    made.fake.assertClean()
  })

  test('below a long text it follows', async () => {
    const made = await rig({ linkOf })
    await deliver(made, card('Cam Canh. '.repeat(180).trim(), JPEG))
    expect(made.fake.calls.map(({ method }) => method)).toEqual(['sendMessage', 'sendPhoto'])
    made.fake.assertClean()
  })

  test('what is no picture is told of, with its link', async () => {
    const made = await rig({ linkOf })
    await deliver(made, card('Đã lưu.', LABEL, PDF))
    const [{ text: first }, { text: links }, ...more] = made.fake.shown(CHAT) as [{ text: string }, { text: string }]
    expect([first, more]).toEqual(['Đã lưu.', []])
    expect(links).toContain('không gửi được tệp')
    expect(links).toContain('📎 tem-7K2M.png: https://files.example/a.png')
    expect(links).toContain('📎 tem-7K2M.pdf: https://files.example/a.pdf')
    made.fake.assertClean()
  })

  test('a single paper: its link stands in the text; with a picture, in the caption', async () => {
    const made = await rig({ linkOf })
    await deliver(made, card('Cam', PDF))
    expect(made.fake.shown(CHAT)).toEqual([
      { text: expect.stringMatching(/^Cam\n[^]+https:\/\/files.example\/a.pdf$/) },
    ])
    expect(split(part('Cam', { files: [JPEG, PDF] }), linkOf)).toEqual([
      { text: expect.stringContaining('https://files.example/a.pdf'), files: [JPEG] },
    ])
  })

  test('several pictures go one by one', async () => {
    const made = await rig({ linkOf })
    await deliver(made, card('Cam', JPEG, { ...JPEG, key: 'b.jpg' }))
    expect(made.fake.shown(CHAT).map(({ photo }) => photo)).toEqual([
      ...[undefined, 'https://files.example/a.jpg', 'https://files.example/b.jpg'],
    ])
  })

  test('without a public address none goes, and the text names them', async () => {
    const made = await rig()
    await deliver(made, card('Cam', JPEG, PDF))
    expect(made.fake.shown(CHAT)).toEqual([{ text: 'Cam\n\nKênh này không gửi được tệp: cam.jpg, tem-7K2M.pdf' }])
    // Also when somebody hands files on all the same.
    expect(split(part('Cam', { files: [PDF] }))).toEqual([{ text: 'Cam\nKênh này không gửi được tệp: tem-7K2M.pdf' }])
  })

  test('a picture that the platform cannot fetch goes as a link, and no word is lost', async () => {
    const made = await rig({ linkOf }, { pictureAt: async () => undefined })
    const long = 'Cam. '.repeat(280).trim()
    expect(long.length).toBe(1_399)
    expect(await send(made, [long, { files: [JPEG] }])).toMatchObject({ outcome: 'sent' })
    expect(made.fake.shown(CHAT)).toEqual([{ text: `${long}\n📎 cam.jpg: https://files.example/a.jpg` }])
    made.fake.assertClean()
  })

  test('cutting twice changes nothing', () => {
    const whole = part('Cam. '.repeat(600), { files: [JPEG, PDF], question: 'q', language: 'en' })
    const once = split(whole, linkOf)
    expect(once.flatMap((piece) => split(piece, linkOf))).toEqual(once)
    for (const piece of once) expect(piece.text.length).toBeLessThanOrEqual(2_000)
  })

  test('what it can do', () => {
    expect([capabilitiesOf(true).filesMaxBytes > 0, capabilitiesOf(false).filesMaxBytes]).toEqual([true, 0])
    expect(capabilitiesOf(true)).toMatchObject({ buttons: null, linkButtons: false, textMax: 2_000 })
  })
})

describe('what became of it', () => {
  const answer = (code: number, description = 'x'): Fault['do'] => ({ kind: 'answer', code, description })
  test.each([
    [answer(400), 'never'],
    [answer(401), 'retry'],
    [answer(403), 'unreachable'],
    [answer(404), 'unreachable'],
    [answer(408), 'unknown'],
    [answer(426), 'retry'],
    [answer(429), 'retry'],
    [answer(500), 'retry'],
    [answer(503), 'retry'],
    [{ kind: 'cut-before' }, 'unknown'],
    [{ kind: 'cut-after' }, 'unknown'],
    [{ kind: 'garbage' }, 'unknown'],
    [{ kind: 'garbage', status: 502 }, 'retry'],
    [{ kind: 'garbage', status: 504 }, 'unknown'],
    [{ kind: 'garbage', status: 404 }, 'retry'],
    [{ kind: 'garbage', status: 429 }, 'retry'],
    [{ kind: 'garbage', body: 'x'.repeat(2 << 20) }, 'unknown'],
    [{ kind: 'redirect', to: 'http://127.0.0.1:1/' }, 'unknown'],
    [{ kind: 'slow', ms: 500 }, 'unknown'],
  ] as [Fault['do'], string][])('%j: %s', async (fault, outcome) => {
    const made = await rig({ timing: { sendMs: 200 } })
    made.fake.faults.add({ on: 'sendMessage', do: fault })
    expect(await send(made, ['x'])).toMatchObject({ outcome })
  })

  test('a 429 that tells a time', async () => {
    const made = await rig()
    const tooMany = { ...answer(429), parameters: { retry_after: 3 } } as Fault['do']
    made.fake.faults.add({ on: 'sendMessage', do: tooMany })
    expect(await send(made, ['x'])).toMatchObject({ outcome: 'retry', afterMs: 3_000 })
  })

  test('a platform that is away, or swallows every packet: certainly not sent', async () => {
    const made = await rig({ timing: { sendMs: 300 } })
    await made.fake.down()
    expect(await send(made, ['x'])).toMatchObject({ outcome: 'retry', why: 'ECONNREFUSED' })
    // Accepts a connection and never says a word of TLS: the request never got onto it.
    const mute = net.createServer(() => undefined)
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
    const { port } = mute.address() as AddressInfo
    const stuck = another(made.fake, { apiRoot: `https://127.0.0.1:${port}`, timing: { sendMs: 200 } })
    expect(await send(stuck, ['x'])).toMatchObject({ outcome: 'retry', why: 'time limit' })
    mute.close()
  })

  test('a stop', async () => {
    const made = await rig()
    const stopped = AbortSignal.abort()
    expect(await made.zalo.channel.send(CHAT, part('x'), stopped)).toMatchObject({ outcome: 'retry', why: 'stopped' })
    expect(made.fake.calls).toEqual([])
  })

  test('a second piece that breaks: nobody knows', async () => {
    const made = await rig({ linkOf })
    made.fake.faults.add({ on: 'sendPhoto', do: answer(500) })
    expect(await send(made, ['Cam. '.repeat(300), { files: [JPEG] }])).toMatchObject({ outcome: 'unknown' })
  })

  test('a refused token is an alarm, told once, until it works again', async () => {
    const made = await rig()
    made.fake.faults.add({ on: 'sendMessage', times: 3, do: answer(401) })
    for (let i = 0; i < 3; i++) await send(made, ['x'])
    expect(made.lines.filter((line) => line.includes('"error"') && line.includes('ZALO_BOT_TOKEN'))).toHaveLength(1)
    expect(made.counted).toEqual(Array(3).fill('token: refused'))
    expect(made.zalo.ailment()).toBe('the bot token is refused')
    await send(made, ['x'])
    expect(made.zalo.ailment()).toBeUndefined()
  })

  test('an id beyond 2^53 in the answer keeps its digits; none is no harm', () => {
    expect(sentFrom({ kind: 'ok', result: { message_id: '98217643208765433' } })).toMatchObject({
      platformId: '98217643208765433',
    })
    expect(sentFrom({ kind: 'ok', result: null })).toEqual({ outcome: 'sent' })
  })
})

test('a relay below a path is called there', async () => {
  const asked: string[] = []
  const relay = http.createServer((request, response) => {
    asked.push(request.url!)
    response.end('{"ok":true,"result":{"message_id":98217643208765433}}')
  })
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve))
  const made = await rig()
  const apiRoot = `http://127.0.0.1:${(relay.address() as AddressInfo).port}/zalo`
  expect(await send(another(made.fake, { apiRoot }), ['x'])).toEqual({
    outcome: 'sent',
    platformId: '98217643208765433',
  })
  expect(asked).toEqual([`/zalo/bot${made.fake.token}/sendMessage`])
  relay.closeAllConnections()
  relay.close()
})

test('a talk, heard and answered', async () => {
  const made = await rig()
  const an = person(made.fake, CHAT)
  await send(made, ['một'])
  await send(made, ['hai'])
  await an.hears('một')
  await an.hears(/^hai$/)
})
