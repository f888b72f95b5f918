import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Heard, Inbound } from '../../../../bot/channels/channel.js'
import { parseUpdate, SERVICE, type Ignored } from '../../../../bot/channels/telegram/receive.js'
import { Contract } from '../../../fakes/telegram/contract.js'
import { anyText } from '../../../any-text.js'

const SAMPLES = new URL('../../../../bot/channels/telegram/samples/', import.meta.url)
const RECEIVED = new Date('2026-01-01T08:00:00.000Z')
const contract = Contract.load()
if (!contract) console.warn('the Bot API description is not there: samples are not checked against it')

type Sample = { update_id: number } & Record<string, Record<string, unknown>>
const sample = (name: string): Sample => JSON.parse(readFileSync(new URL(`${name}.json`, SAMPLES), 'utf8')) as Sample
const parse = (update: unknown): Inbound | Ignored => parseUpdate(update, RECEIVED)
const heard = (update: unknown): Heard => {
  const inbound = parse(update)
  if ('ignored' in inbound) throw new Error(`ignored: ${inbound.ignored}`)
  return inbound.heard
}

const photo = (i: number) => ({ id: `AgACAgUAAxkBAAI${i}x`, uniqueId: `AQADx${i}`, bytes: 98233, mime: 'image/jpeg' })
const HEARD: Record<string, Heard> = {
  text: { kind: 'text', text: 'Nguyễn ơi, mận này ở đâu ra?' },
  start: { kind: 'start' },
  'start-deep-link': { kind: 'start', payload: 'c_7K2M9QXW4T' },
  'start-named-bot': { kind: 'start', payload: 'c_7K2M9QXW4T' },
  command: { kind: 'text', text: '/check 7K2M9QXW4T' },
  photo: { kind: 'photo', file: photo(1), caption: 'Tem trên hộp bánh' },
  'album-first': { kind: 'photo', file: photo(2), caption: 'Hai mặt tem', album: '13871220000000001' },
  'album-second': { kind: 'photo', file: photo(3), album: '13871220000000001' },
  'live-photo': { kind: 'photo', file: photo(4) },
  'document-picture': {
    kind: 'file',
    file: { id: 'BQACAgUAAxkBAAIdoc', uniqueId: 'AgADdoc', bytes: 2841233, name: 'IMG_2041.HEIC', mime: 'image/heic' },
    caption: 'bản gốc',
  },
  'document-pdf': {
    kind: 'file',
    file: {
      id: 'BQACAgUAAxkBAAIpdf',
      uniqueId: 'AgADpdf',
      bytes: 482113,
      name: 'Giấy chứng nhận VSATTP.pdf',
      mime: 'application/pdf',
    },
  },
  location: { kind: 'place', latitude: 21.035532, longitude: 105.834217, accuracyMetres: 17.5 },
  venue: { kind: 'place', latitude: 21.0367, longitude: 105.8346 },
  'live-location-moves': { kind: 'place', latitude: 21.0361, longitude: 105.8341 },
  'contact-own': { kind: 'contact', phone: '+84912345678', own: true },
  'contact-of-another': { kind: 'contact', phone: '0987654321', own: false },
  press: { kind: 'press', data: '12.0', pressId: '2152846312857110001' },
  'press-inaccessible': { kind: 'press', data: 'o7hZk2.1', pressId: '2152846312857110002' },
  blocked: { kind: 'left' },
  unblocked: { kind: 'returned' },
  sticker: { kind: 'other', name: 'sticker' },
  voice: { kind: 'other', name: 'voice' },
  animation: { kind: 'other', name: 'animation' },
}
const IGNORED: Record<string, string> = {
  'press-inline': 'press without a message of ours',
  'edited-text': 'edited message',
  pinned: 'service message',
  'group-text': 'not a private chat',
  'group-joined': 'not a private chat',
  'inline-query': 'kind not asked for',
}

describe('samples', () => {
  test('each has its expectation here', () => {
    const names = readdirSync(SAMPLES).map((name) => name.replace('.json', ''))
    expect(names.sort()).toEqual([...Object.keys(HEARD), ...Object.keys(IGNORED)].sort())
  })

  test.each(Object.entries(HEARD))('%s is heard', (name, expected) => {
    const update = sample(name)
    const inbound = parse(update)
    expect(inbound).toMatchObject({
      channel: 'telegram',
      address: '5012345678',
      key: String(update.update_id),
      language: 'vi',
      name: 'An',
    })
    expect((inbound as Inbound).heard).toEqual(expected)
    expect(JSON.parse(JSON.stringify(inbound))).toEqual(inbound)
  })

  test.each(Object.entries(IGNORED))('%s is passed over', (name, why) => {
    expect(parse(sample(name))).toMatchObject({ ignored: why })
  })

  test.each([...Object.keys(HEARD), ...Object.keys(IGNORED)])('%s is shaped as the Bot API says', (name) => {
    expect(contract?.checkType('Update', sample(name)) ?? []).toEqual([])
  })
})

const text = (said: string, more: object = {}) => ({
  update_id: 9,
  message: {
    message_id: 1,
    date: 1767225600,
    chat: { id: 42, type: 'private' },
    from: { id: 42, is_bot: false, first_name: 'An' },
    text: said,
    ...more,
  },
})
const bare = (more: object) => text('', { text: undefined, ...more })

describe('time', () => {
  test('a message tells its own', () => expect(parse(text('x'))).toMatchObject({ at: '2026-01-01T00:00:00.000Z' }))
  test('a press tells none: when it came in', () =>
    expect(parse(sample('press'))).toMatchObject({ at: RECEIVED.toISOString() }))
})

describe('texts', () => {
  test.each([
    ['/start', undefined],
    ['/start ', undefined],
    ['/start@ro_nguon_bot', undefined],
    ['/start abc', 'abc'],
    ['/start@ro_nguon_bot   a-b_C9', 'a-b_C9'],
    [`/start ${'x'.repeat(64)}`, 'x'.repeat(64)],
    [`/start ${'x'.repeat(65)}`, undefined],
    ['/start mận', undefined],
  ])('%j starts with payload %j', (said, payload) => {
    expect(heard(text(said))).toEqual(payload === undefined ? { kind: 'start' } : { kind: 'start', payload })
  })

  test.each([
    ['/startle', '/startle'],
    ['/start hai từ', '/start hai từ'],
    ['/menu@ro_nguon_bot', '/menu'],
    ['/check@ro_nguon_bot ABC', '/check ABC'],
    ['viết cho @ai đó', 'viết cho @ai đó'],
    ['', ''],
  ])('%j stays the text %j', (said, kept) => {
    expect(heard(text(said))).toEqual({ kind: 'text', text: kept })
  })

  test('NUL and halves of surrogate pairs go, the rest stays, to 4096 units', () => {
    expect(heard(text('a\u0000b\ud800c😀\u202eؠ'))).toEqual({ kind: 'text', text: 'abc😀\u202eؠ' })
    expect(heard(text('x'.repeat(5000)))).toEqual({ kind: 'text', text: 'x'.repeat(4096) })
    expect(heard(text('x'.repeat(4095) + '😀'))).toEqual({ kind: 'text', text: 'x'.repeat(4095) })
  })
})

describe('ids', () => {
  test('stand as text, to the last digit of 52 bits', () => {
    const id = 2 ** 52 - 1
    const update = { ...text('x'), update_id: id }
    update.message.chat.id = id
    expect(parse(update)).toMatchObject({ key: '4503599627370495', address: '4503599627370495' })
  })

  test('one that a number cannot hold is refused, not rounded', () => {
    const beyond = JSON.parse('{"update_id":9007199254740993,"message":{}}') as unknown
    expect(parse(beyond)).toEqual({ ignored: 'malformed update' })
    const chat = JSON.parse(
      '{"update_id":1,"message":{"message_id":1,"date":1,"chat":{"id":9007199254740993,"type":"private"},"text":"x"}}',
    )
    expect(parse(chat)).toEqual({ ignored: 'malformed update' })
  })
})

describe('photos', () => {
  test('the largest is taken, wherever it stands', () => {
    const size = (file_id: string, width: number) => ({ file_id, file_unique_id: file_id, width, height: width })
    expect(heard(bare({ photo: [size('big', 1280), size('small', 90)] }))).toMatchObject({ file: { id: 'big' } })
  })
})

describe('what is not understood', () => {
  test.each([
    ['no object', 5],
    ['null', null],
    ['a list', [text('x')]],
    ['no update_id', { message: text('x').message }],
    ['a message of no shape', { update_id: 1, message: 'x' }],
    ['no date', { update_id: 1, message: { chat: { id: 42, type: 'private' }, text: 'x' } }],
    ['a text that is a number', text(5 as never)],
    ['a place off the globe', bare({ location: { latitude: 91, longitude: 0 } })],
    ['a place without end', bare({ location: { latitude: Infinity, longitude: 0 } })],
    ['no photo sizes', bare({ photo: [] })],
  ])('%s is malformed', (_name, update) => expect(parse(update)).toEqual({ ignored: 'malformed update' }))

  test('an unknown thing that a person sent is told as such', () => {
    expect(heard(bare({ hologram: { file_id: 'x' } }))).toEqual({ kind: 'other', name: 'hologram' })
  })
  test('an unknown kind of update is passed over', () => {
    expect(parse({ update_id: 1, telepathy: {} })).toEqual({ ignored: 'kind not asked for' })
  })
  test('a message of nothing is passed over', () => expect(parse(bare({}))).toEqual({ ignored: 'empty message' }))
  test("somebody else's press is passed over", () => {
    const update = sample('press')
    update.callback_query!.from = { id: 1, is_bot: false, first_name: 'X' }
    expect(parse(update)).toEqual({ ignored: 'press of somebody else', pressId: '2152846312857110001' })
  })

  const described = contract ? test : test.skip
  described('of all fields of a Message, these and no others are things of no use to us', () => {
    const fields = contract!.description.types.Message!.fields!.map(({ name }) => name)
    const read = new Set([
      'text',
      'photo',
      'live_photo',
      'document',
      'location',
      'venue',
      'contact',
      'date',
      'chat',
      'from',
      'caption',
      'media_group_id',
    ])
    const others = fields.filter((name) => !read.has(name) && 'heard' in parse(bare({ [name]: { some: 'thing' } })))
    expect(others.sort()).toEqual(
      [
        ...[
          'rich_message',
          'animation',
          'audio',
          'paid_media',
          'sticker',
          'story',
          'video',
          'video_note',
          'voice',
          'checklist',
        ],
        ...['dice', 'game', 'poll', 'invoice', 'web_app_data'],
      ].sort(),
    )
    expect([...SERVICE].filter((name) => !fields.includes(name))).toEqual([])
  })
})

test('anything at all is either heard in JSON that PostgreSQL takes, or passed over', () => {
  const anything = fc.oneof(
    fc.anything(),
    fc.record({ update_id: fc.nat(), message: fc.anything() }),
    anyText().map((said) => text(said)),
    fc
      .record({ text: fc.anything(), photo: fc.anything(), location: fc.anything(), contact: fc.anything() })
      .map((more) => text('', more)),
    anyText().map((said) => bare({ document: { file_id: said, file_name: said, mime_type: said }, caption: said })),
  )
  fc.assert(
    fc.property(anything, (update) => {
      const result = parse(update)
      if ('ignored' in result) return
      const stored = JSON.stringify(result)
      expect(stored).not.toMatch(/\\u0000|\\ud[89a-f]/)
      expect(JSON.parse(stored)).toEqual(JSON.parse(JSON.stringify(result)))
    }),
    { numRuns: 500 },
  )
})
