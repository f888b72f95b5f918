/** The token, the webhook's secret, links to files and media addresses reach no message, no stack, no log line. */
import { inspect } from 'node:util'
import { afterEach, describe, expect, test } from '@jest/globals'
import { scrubber } from '../../../../bot/channels/zalo-bot/client.js'
import { until } from '../../../fakes/chats.js'
import type { Fault } from '../../../fakes/telegram/faults.js'
import { FAKE_TOKEN } from '../../../fakes/zalo-bot/server.js'
import { apiOf, freeLease, HASTY, linkOf, memoryStore, never, part, rig, stopAll } from './rig.js'

afterEach(stopAll)

const SECRET = FAKE_TOKEN.split(':')[1]!
const clean = (text: string): void => {
  for (const secret of [SECRET, encodeURIComponent(FAKE_TOKEN), 'lời của An', 'files.example', 'media-secret'])
    expect(text).not.toContain(secret)
}

/** Also one that quotes the address, as relays and proxies do. */
const TROUBLES: Fault['do'][] = [
  { kind: 'answer', code: 401, description: `Unauthorized: /bot${FAKE_TOKEN}/sendMessage` },
  { kind: 'answer', code: 404, description: `Not Found /bot${FAKE_TOKEN}/x` },
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
    linkOf,
    timing: { ...HASTY, sendMs: 150, fetchMs: 150, pollSeconds: 0, pollGraceMs: 150 },
  })
  for (const on of ['getUpdates', undefined]) made.fake.faults.add({ on, do: trouble })
  made.zalo.start(memoryStore().store, freeLease())
  const fetching = (id: string) => made.zalo.channel.fetch({ id }, never()).catch((error: unknown) => error)
  const outcomes = [
    await made.zalo.channel.send('42', part('lời của An'), never()),
    await made.zalo.channel.send('42', part('', { files: [{ key: 'a', mime: 'image/jpeg', name: 'a.jpg' }] }), never()),
    await fetching('https://elsewhere.example/media-secret'),
    await fetching(`${made.fake.url}/media/media-secret`),
    await fetching('http://127.0.0.1:1/media-secret'),
  ]
  await until(() => made.counted.some((what) => what.startsWith('poll')))
  clean(inspect(outcomes, { depth: 9, showHidden: true }))
  clean(made.lines.join('\n'))
  clean(made.counted.join('\n'))
})

test('in what the door itself answers', async () => {
  const made = await rig()
  const wrong = apiOf(made.fake, `${FAKE_TOKEN}x`)
  expect(await wrong.call('getMe', {}, 500)).toEqual({ kind: 'refused', code: 401, description: 'Unauthorized' })
  wrong.close()
})

describe('scrubbing', () => {
  const scrub = scrubber(FAKE_TOKEN)
  test.each([
    [`x ${FAKE_TOKEN} y`, 'x [secret] y'],
    [`only ${SECRET}.`, 'only [secret].'],
    [`at /bot${encodeURIComponent(FAKE_TOKEN)}/x`, 'at /bot[secret]/x'],
    ['nothing here', 'nothing here'],
  ])('%s', (text, scrubbed) => expect(scrub(text)).toBe(scrubbed))

  test('a short part would blot out half of every sentence', () =>
    expect(scrubber('1:a')('a cat 1:a')).toBe('a cat [secret]'))
})
