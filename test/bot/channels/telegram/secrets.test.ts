/** The token, and a proxy's password, reach no message, no stack, no log line and no output, whatever goes wrong. */
import { execFile } from 'node:child_process'
import { promisify, inspect } from 'node:util'
import { afterEach, describe, expect, test } from '@jest/globals'
import { scrubber, type Answer } from '../../../../bot/channels/telegram/client.js'
import { until } from '../../../fakes/chats.js'
import type { Fault } from '../../../fakes/telegram/faults.js'
import { person } from '../../../fakes/telegram/people.js'
import { FAKE_TOKEN } from '../../../fakes/telegram/server.js'
import { apiOf, freeLease, HASTY, memoryStore, never, part, rig, stopAll } from './rig.js'

afterEach(stopAll)

const SECRET = FAKE_TOKEN.split(':')[1]!
const clean = (text: string): void => {
  expect(text).not.toContain(SECRET)
  expect(text).not.toContain(encodeURIComponent(FAKE_TOKEN))
}

/** Also one that quotes the address, as relays and proxies do. */
const TROUBLES: Fault['do'][] = [
  { kind: 'answer', code: 401, description: `Unauthorized: /bot${FAKE_TOKEN}/sendMessage` },
  { kind: 'answer', code: 404, description: `Not Found /bot${FAKE_TOKEN}/x` },
  { kind: 'answer', code: 409, description: `Conflict: ${FAKE_TOKEN}` },
  { kind: 'answer', code: 400, description: `Bad Request: ${FAKE_TOKEN}` },
  { kind: 'answer', code: 500, description: 'Internal Server Error' },
  { kind: 'garbage' },
  { kind: 'garbage', status: 404, body: `<a href="/bot${FAKE_TOKEN}/">` },
  { kind: 'cut-before' },
  { kind: 'cut-after' },
  { kind: 'slow', ms: 300 },
  { kind: 'redirect', to: `http://127.0.0.1:1/bot${FAKE_TOKEN}/x` },
]

test.each(TROUBLES)('in the channel: $kind $code', async (trouble) => {
  const made = await rig({
    timing: { ...HASTY, sendMs: 150, pressMs: 150, fetchMs: 150, pollSeconds: 0, pollGraceMs: 150 },
  })
  person(made.fake, 42)
  made.files.set('a', Buffer.from('a'))
  const file = { id: made.fake.keepFile(Buffer.from('x'), 'a.jpg').id }
  made.fake.faults.add({ on: 'file', do: trouble })
  const downloading = await made.telegram.channel.fetch(file, never()).catch((error: unknown) => error)
  for (const on of ['getUpdates', undefined]) made.fake.faults.add({ on, do: trouble })
  made.telegram.start(memoryStore().store, freeLease())
  const outcomes = [
    downloading,
    await made.telegram.channel.send('42', part('a', { pressId: '1' }), never()),
    await made.telegram.channel.send(
      '42',
      part('a', { files: [{ key: 'a', mime: 'image/jpeg', name: 'a.jpg' }] }),
      never(),
    ),
    await made.telegram.channel.fetch(file, never()).catch((error: unknown) => error),
    await made.telegram.channel.send('42', part('a', { menuOf: 'shop' }), never()),
  ]
  await until(() => made.counted.some((what) => what.startsWith('poll')))
  clean(inspect(outcomes, { depth: 9, showHidden: true }))
  clean(made.lines.join('\n'))
})

test('where nothing listens, and where the address is none', async () => {
  const made = await rig()
  await made.fake.down()
  clean(inspect(await made.telegram.channel.send('42', part('a'), never())))
  clean(
    inspect(await made.telegram.channel.fetch({ id: 'x' }, never()).catch((error: unknown) => error), {
      showHidden: true,
    }),
  )
  made.telegram.start(memoryStore().store, freeLease())
  await until(() => made.lines.length > 1)
  clean(made.lines.join('\n'))
})

test('an answer is a value of ours: nothing of the request travels in it', async () => {
  const made = await rig()
  const answer: Answer = await apiOf(made.fake).call('sendMessage', { chat_id: 1, text: 'bí mật của An' }, 500)
  expect(answer).toEqual({ kind: 'refused', code: 400, description: 'Bad Request: chat not found' })
})

describe('scrubbing', () => {
  const scrub = scrubber(FAKE_TOKEN, 'socks5://an:m%C3%A2t-kh%E1%BA%A9u@proxy:1080')
  test.each([
    [`x ${FAKE_TOKEN} y`, 'x [secret] y'],
    [`only ${SECRET}.`, 'only [secret].'],
    [`at /bot${encodeURIComponent(FAKE_TOKEN)}/x`, 'at /bot[secret]/x'],
    ['via socks5://an:m%C3%A2t-kh%E1%BA%A9u@proxy:1080', 'via [secret]'],
    ['password mât-khẩu', 'password [secret]'],
    ['nothing here', 'nothing here'],
  ])('%s', (text, scrubbed) => expect(scrub(text)).toBe(scrubbed))

  test('a short part would blot out half of every sentence', () =>
    expect(scrubber('1:a')('a cat 1:a')).toBe('a cat [secret]'))
})

test('with DEBUG=* in a process of its own, through a proxy with a password', async () => {
  const made = await rig()
  person(made.fake, 42)
  const script = `
    const { telegramChannel } = await import('./bot/channels/telegram/telegram.ts')
    const log = { info() {}, warn() {}, error() {} }
    const options = { token: process.env.TOKEN, apiRoot: process.env.ROOT, mode: 'polling', log, files: { read: async () => Buffer.from('x') } }
    for (const proxy of [undefined, 'http://an:mat-khau-cua-an@127.0.0.1:1', 'socks5://an:mat-khau-cua-an@127.0.0.1:1']) {
      const { channel, stop } = telegramChannel({ ...options, proxy })
      const sent = await channel.send('42', { text: 'lời của An' }, new AbortController().signal)
      await channel.fetch({ id: 'x' }, new AbortController().signal).catch((error) => console.error(error))
      console.log(sent.outcome)
      await stop()
    }`
  const env = { PATH: process.env.PATH, DEBUG: '*', TOKEN: made.fake.token, ROOT: made.fake.url }
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', script],
    { env },
  )
  expect(stdout.trim().split('\n')).toEqual(['sent', 'retry', 'retry'])
  clean(stderr)
  expect(stderr).not.toContain('mat-khau')
  expect(stderr).not.toContain('lời của An')
})
