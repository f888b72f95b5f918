import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseExactly } from '../../../../bot/channels/zalo-bot/exact-json.js'
import { eventsIn, parseEvent } from '../../../../bot/channels/zalo-bot/receive.js'

const SAMPLES = join(import.meta.dirname, '../../../../bot/channels/zalo-bot/samples')
const NOW = new Date('2026-02-01T00:00:00Z')
const parse = (json: string) => eventsIn(parseExactly(json)).map((one) => parseEvent(one, NOW))
const sample = (name: string) => parse(readFileSync(join(SAMPLES, `${name}.json`), 'utf8'))[0]!

const FROM_AN = {
  channel: 'zalo_bot',
  address: '6ede9afa66b88fe6d6a9',
  at: '2025-06-19T06:55:31.183Z',
  name: 'An',
}
const PHOTO = { kind: 'photo', file: { id: 'https://photo.zdn.vn/jpg/5f8e/abc.jpg?t=1' }, caption: 'tem cam' }

describe('samples', () => {
  test.each([
    ['text', { kind: 'text', text: 'Xin chào' }],
    ['text-unwrapped', { kind: 'text', text: 'Xin chào' }],
    ['start', { kind: 'start', payload: 'c_7K2M' }],
    ['photo', PHOTO],
    ['photo-url', PHOTO],
    ['sticker', { kind: 'other', name: 'sticker' }],
    ['voice', { kind: 'other', name: 'voice' }],
    ['unsupported', { kind: 'other', name: 'unsupported' }],
  ])('%s', (name, heard) => expect(sample(name)).toMatchObject({ ...FROM_AN, heard }))

  test.each([
    ['group-text', 'not a private chat'],
    ['unknown', 'unknown event'],
  ])('%s is passed over: %s', (name, ignored) => expect(sample(name)).toEqual({ ignored }))

  test('wrapped and bare are the same message', () => expect(sample('text')).toEqual(sample('text-unwrapped')))
  test('the key holds chat and message', () =>
    expect(sample('text')).toMatchObject({ key: '6ede9afa66b88fe6d6a9/2d758cb5e222177a4e35' }))
})

describe('ids', () => {
  test('beyond 2^53 keep every digit, and numbers within a text are not touched', () =>
    expect(sample('text-wide-ids')).toMatchObject({
      address: '98217643208765433',
      key: '98217643208765433/12345678901234567891',
      heard: { kind: 'text', text: 'số 98217643208765433 trong lời "nói"' },
    }))

  test('that were rounded before they came here are refused', () =>
    expect(parseEvent(event({ chat: { id: 98217643208765433n } }), NOW)).toEqual({ ignored: 'malformed event' }))

  test('a whole number of any size is read as its digits, also in lists and behind tricky strings', () =>
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.string(), (id, said) => {
        const read = parseExactly(`{"s":${JSON.stringify(said)},"id":${id},"l":[${id},${JSON.stringify(said)}]}`)
        const { s, id: got, l } = read as { s: string; id: string | number; l: unknown[] }
        expect([s, String(got), String(l[0]), l[1]]).toEqual([said, String(id), String(id), said])
      }),
    ))

  test.each(['1e400', '12345678901234567.5', '123456789012345678e2', '{"a":"1234567890123456789"}', '[]', '"\\""'])(
    '%s is as JSON.parse reads it',
    (json) => expect(parseExactly(json)).toEqual(JSON.parse(json)),
  )

  test('a megabyte of escapes takes no time and no stack', () => {
    const json = `{"n":12345678901234567890,"s":"${'\\"'.repeat(500_000)}"}`
    const began = Date.now()
    expect(parseExactly(json)).toMatchObject({ n: '12345678901234567890' })
    expect(Date.now() - began).toBeLessThan(2_000)
  })

  test.each(['{', '', '{"a":1234567890123456789', '"\\"\\"\\"'])('%s is no JSON', (json) =>
    expect(() => parseExactly(json)).toThrow(SyntaxError),
  )
})

/** A text message with something else in it. */
const event = (more: object, name = 'message.text.received') => ({
  event_name: name,
  message: {
    from: { id: 'p', display_name: 'An', is_bot: false },
    chat: { id: 'p', chat_type: 'PRIVATE' },
    message_id: 'm',
    date: 1750316131183,
    text: 'x',
    ...more,
  },
})
const heard = (more: object, name?: string) => {
  const parsed = parseEvent(event(more, name), NOW)
  return 'ignored' in parsed ? parsed : parsed.heard
}

describe('bad and odd input', () => {
  test.each([
    ['a bot', { from: { id: 'p', is_bot: true } }, 'from a bot'],
    ['no chat', { chat: undefined }, 'malformed event'],
    ['no id', { message_id: undefined }, 'malformed event'],
    ['an empty id', { message_id: '' }, 'malformed event'],
    ['an id without end', { message_id: 'x'.repeat(1_000) }, 'malformed event'],
    ['a text that is none', { text: 5 }, 'malformed event'],
    ['nothing said', { text: ' ' }, 'empty message'],
    ['a chat of another, of no type', { chat: { id: 'g' } }, 'not a private chat'],
  ])('%s', (_name, more, ignored) => expect(heard(more)).toEqual({ ignored }))

  test.each([
    null,
    5,
    'x',
    [],
    {},
    { ok: true },
    { ok: true, result: null },
    { event_name: 5 },
    { event_name: 'constructor' },
  ])('%j throws nothing', (body) => {
    for (const one of eventsIn(body)) expect(parseEvent(one, NOW)).toHaveProperty('ignored')
  })

  test.each([undefined, null, 'soon', -1, 1e20, Number.NaN, {}])('the time %p: when it came is told', (date) =>
    expect(parseEvent(event({ date }), NOW)).toMatchObject({ at: NOW.toISOString() }),
  )
  test('a time as text is read', () =>
    expect(parseEvent(event({ date: '1750316131183' }), NOW)).toMatchObject({ at: '2025-06-19T06:55:31.183Z' }))

  test('what the database cannot keep is taken out', () => {
    const parsed = parseEvent(event({ text: 'a\u0000b\ud800', from: { id: 'p', display_name: 'A\u0000n' } }), NOW)
    expect(parsed).toMatchObject({ name: 'An', heard: { text: 'ab' } })
  })

  test.each([
    ['/start', { kind: 'start' }],
    ['/start  abc_1-2 ', { kind: 'start', payload: 'abc_1-2' }],
    ['/start có dấu', { kind: 'text', text: '/start có dấu' }],
    ['/start ạ', { kind: 'start' }],
    ['/menu', { kind: 'text', text: '/menu' }],
  ])('%s', (text, said) => expect(heard({ text })).toEqual(said))

  const IMAGE = 'message.image.received'
  test.each([
    ['no address', {}],
    ['no address at all', { photo: 'abc' }],
    ['a list', { photo: ['https://a.zdn.vn/x'] }],
    ['one too long to keep whole', { photo: `https://a.zdn.vn/${'x'.repeat(3_000)}` }],
    ['one with what cannot be kept', { photo: 'https://a.zdn.vn/\u0000' }],
  ])('a photo with %s is something we cannot use', (_name, more) =>
    expect(heard(more, IMAGE)).toEqual({ kind: 'other', name: 'photo without an address' }),
  )
  test('of two names the one with an address counts', () =>
    expect(heard({ photo: '', photo_url: 'https://a.zdn.vn/x' }, IMAGE)).toMatchObject({
      file: { id: 'https://a.zdn.vn/x' },
    }))
})
