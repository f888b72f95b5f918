import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Heard } from '../../../../bot/channels/channel.js'
import { parseKeepingIds } from '../../../../bot/channels/zalo/long-ids.js'
import { payloadOf, pressIn } from '../../../../bot/channels/zalo/payloads.js'
import { parseEvent, type Ignored, type Received } from '../../../../bot/channels/zalo/receive.js'
import { strangerAddress, strangerAt } from '../../../../bot/channels/zalo/strangers.js'

const SAMPLES = new URL('../../../../bot/channels/zalo/samples/', import.meta.url)
const AT = new Date('2026-01-01T08:00:00.000Z')
const OA = '388613280878808645'
const USER = '8217643208765432'
const text = (name: string): string => readFileSync(new URL(`${name}.json`, SAMPLES), 'utf8')
const sample = (name: string): Record<string, unknown> => parseKeepingIds(text(name)) as Record<string, unknown>
const parse = (event: unknown): Received | Ignored => parseEvent(event, AT, OA)
const heard = (name: string): Heard[] => {
  const received = parse(sample(name))
  if ('ignored' in received) throw new Error(`ignored: ${received.ignored}`)
  return received.inbounds.map((one) => one.heard)
}

const CDN = 'https://f20-zpc.zdn.vn/'
const HEARD: Record<string, Heard[]> = {
  user_send_text: [{ kind: 'text', text: 'Xin chào' }],
  'user_send_text-quote': [{ kind: 'text', text: 'Lô này còn hạn không?' }],
  'user_send_text-press': [{ kind: 'press', data: 'oAbCdEfGhIjKl.2' }],
  'user_send_text-start': [{ kind: 'start', payload: 'BD7K2M' }],
  user_send_image: [{ kind: 'photo', file: { id: `${CDN}2.jpg` }, caption: 'tem trên túi' }],
  'user_send_image-several': [
    { kind: 'photo', file: { id: `${CDN}a.jpg` }, album: 'm2b' },
    { kind: 'photo', file: { id: `${CDN}b.jpg` }, album: 'm2b' },
  ],
  user_send_gif: [{ kind: 'other', name: 'user_send_gif' }],
  user_send_sticker: [{ kind: 'other', name: 'user_send_sticker' }],
  user_send_audio: [{ kind: 'other', name: 'user_send_audio' }],
  user_send_video: [{ kind: 'other', name: 'user_send_video' }],
  user_send_file: [
    {
      kind: 'file',
      file: {
        id: `${CDN}7.pdf`,
        uniqueId: 'a2dd1e9dd2bdea5b4e3b1cb4b3b4f6bd',
        name: 'giấy kiểm dịch.pdf',
        mime: 'application/pdf',
        bytes: 29022,
      },
    },
  ],
  user_send_link: [{ kind: 'text', text: 'Xem giúp tôi\nhttps://ronguon.test/c/BD7K2M' }],
  user_send_business_card: [{ kind: 'contact', phone: '84901234567', own: false }],
  user_send_location: [{ kind: 'place', latitude: 21.0341, longitude: 105.8142 }],
  'user_send_location-flat': [{ kind: 'place', latitude: 21.0341, longitude: 105.8142 }],
  user_click_chatnow: [{ kind: 'start' }],
  follow: [{ kind: 'start' }],
  unfollow: [{ kind: 'left' }],
  user_withdraw: [{ kind: 'withdrew' }],
  user_submit_info: [{ kind: 'contact', phone: '84901234567', own: false }],
  'user_submit_info-newer': [{ kind: 'contact', phone: '84901234567', own: false }],
  'oa_send_text-by-hand': [{ kind: 'colleague' }],
  anonymous_send_text: [{ kind: 'stranger' }],
  anonymous_send_image: [{ kind: 'stranger' }],
  anonymous_send_file: [{ kind: 'stranger' }],
  anonymous_send_sticker: [{ kind: 'stranger' }],
}

const names = readdirSync(SAMPLES).map((file) => file.replace('.json', ''))
const acknowledged = names.filter((name) => !(name in HEARD))

describe('every event of the reference', () => {
  test.each(Object.entries(HEARD))('%s', (name, expected) => {
    expect(heard(name)).toEqual(expected)
  })

  test.each(acknowledged)('%s is acknowledged, and nothing is stored', (name) => {
    const expected = name.startsWith('oa_send_group') || sample(name).group_id ? 'group' : /^oa_send_(?!consent)/.test(name) ? 'echo of our own' : name === 'unknown' ? 'unknown event' : name.replace(/-.*/, '') // prettier-ignore
    expect(parse(sample(name))).toMatchObject({ ignored: expected })
  })

  test('the name of an unknown one is told, and cleaned', () => {
    expect(parse(sample('unknown'))).toEqual({ ignored: 'unknown event', unknown: 'user_did_something_new' })
    expect(parse({ event_name: `x\n${'y'.repeat(500)} z` })).toEqual({
      ignored: 'unknown event',
      unknown: `x${'y'.repeat(63)}`,
    })
  })
})

describe('who, when, which', () => {
  const first = (event: unknown) => {
    const received = parse(event)
    return 'ignored' in received ? undefined : received.inbounds[0]
  }

  test('a message has its id, its sender and its time', () => {
    const { address, key, at, channel } = first(sample('user_send_text'))!
    expect([channel, address, key, at]).toEqual([
      'zalo',
      USER,
      'user_send_text:96d3cdf3af150460909',
      new Date(1764150000123).toISOString(),
    ])
  })

  test('a colleague writes in the chat of the recipient', () => {
    expect(first(sample('oa_send_text-by-hand'))?.address).toBe(USER)
  })

  test('several pictures of one message have keys of their own', () => {
    const received = parse(sample('user_send_image-several')) as Received
    expect(received.inbounds.map(({ key }) => key)).toEqual(['user_send_image:m2b', 'user_send_image:m2b:1'])
  })

  test('an event without a message id is known by name, time and person', () => {
    const one = sample('follow')
    expect(first(one)?.key).toBe(first({ ...one })?.key)
    const others = [
      { ...one, timestamp: '1764150000124' },
      { ...one, follower: { id: '9' } },
      { ...one, event_name: 'unfollow' },
    ]
    expect(new Set([one, ...others].map((event) => first(event)?.key)).size).toBe(4)
  })

  test('ids beyond 2^53 stay what they are, as strings and as numbers', () => {
    const id = '9223372036854775807'
    const body = `{"event_name":"user_send_text","sender":{"id":${id}},"message":{"msg_id":${id},"text":"${id} 12345678901234567890"},"timestamp":1764150000123}`
    const inbound = first(parseKeepingIds(body))!
    expect([inbound.address, inbound.key]).toEqual([id, `user_send_text:${id}`])
    expect(inbound.heard).toEqual({ kind: 'text', text: `${id} 12345678901234567890` })
  })

  test.each([undefined, '', 'x', -1, 1e40])('a timestamp %s is replaced by when it came', (timestamp) => {
    expect(first({ ...sample('user_send_text'), timestamp })?.at).toBe(AT.toISOString())
  })

  test('an event for another OA of the same app is left', () => {
    expect(parse({ ...sample('user_send_text'), recipient: { id: '1' } })).toEqual({ ignored: 'another OA' })
    expect(parse({ ...sample('follow'), oa_id: '1' })).toEqual({ ignored: 'another OA' })
  })
})

describe('what is said', () => {
  const said = (words: unknown): Heard | string => {
    const received = parse({ ...sample('user_send_text'), message: { msg_id: 'm', text: words } })
    return 'ignored' in received ? received.ignored : received.inbounds[0]!.heard
  }

  test.each([
    ['#start', { kind: 'start' }],
    ['#start  BD7K2M ', { kind: 'start', payload: 'BD7K2M' }],
    ['/start c_BD7K2M', { kind: 'start', payload: 'c_BD7K2M' }],
    ['#start a b', { kind: 'text', text: '#start a b' }],
    ['#start <x>', { kind: 'start' }],
    ['#rn~3.1', { kind: 'press', data: '3.1' }],
    ['#rn~3.1 nhé', { kind: 'text', text: '#rn~3.1 nhé' }],
    [' #rn~3.1', { kind: 'text', text: ' #rn~3.1' }],
    ['#rn~' + 'x'.repeat(65), { kind: 'text', text: '#rn~' + 'x'.repeat(65) }],
    ['a\u0000b\ud800c', { kind: 'text', text: 'abc' }],
    [5, 'malformed event'],
  ])('%j', (words, expected) => {
    expect(said(words)).toEqual(expected)
  })

  test('a payload comes back as it went, and no words of people are one', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\w.-]{1,64}$/), (data) => {
        expect(pressIn(payloadOf(data))).toBe(data)
      }),
    )
    fc.assert(
      fc.property(fc.string(), (words) => {
        if (!words.startsWith('#rn~')) expect(pressIn(words)).toBeUndefined()
      }),
    )
  })

  test.each([
    ['91', '0'],
    ['x', '1'],
    ['', '1'],
    [null, 1],
  ])('a place at %j %j is none', (latitude, longitude) => {
    const message = {
      msg_id: 'm',
      attachments: [{ type: 'location', payload: { coordinates: { latitude, longitude } } }],
    }
    const received = parse({ ...sample('user_send_location'), message }) as Received
    expect(received.inbounds[0]?.heard).toEqual({ kind: 'other', name: 'location' })
  })

  test.each(['javascript:alert(1)', 'file:///etc/passwd', 'x'.repeat(3000), '', undefined, 7])(
    'a picture at %s is not to be fetched',
    (url) => {
      const message = { msg_id: 'm', attachments: [{ type: 'image', payload: { url } }] }
      const received = parse({ ...sample('user_send_image'), message }) as Received
      expect(received.inbounds[0]?.heard).toEqual({ kind: 'other', name: 'user_send_image' })
    },
  )
})

test('a stranger’s address holds both ids, whatever is in them, and is no user id', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^.{1,40}$/), fc.stringMatching(/^.{1,40}$/), (anonymousId, conversationId) => {
      const address = strangerAddress({ anonymousId, conversationId })
      expect(strangerAt(address)).toEqual({ anonymousId, conversationId })
    }),
  )
  expect(strangerAt(USER)).toBeUndefined()
})

test.each(['valueOf', 'constructor', '__proto__', 'toString'])('an event called %s is an unknown one', (name) => {
  expect(parse({ ...sample('user_send_text'), event_name: name })).toMatchObject({ ignored: 'unknown event' })
})

test('anything at all is an event or is not, and nothing throws', () => {
  fc.assert(
    fc.property(fc.anything(), fc.constantFrom(...names), fc.string(), (thing, name, field) => {
      parse(thing)
      parse({ ...sample(name), [field]: thing })
      for (const own of Object.keys(sample(name))) parse({ ...sample(name), [own]: thing })
    }),
    { numRuns: 300 },
  )
})

describe('JSON with long numbers', () => {
  test.each([
    ['{"a":1234567890123456}', { a: '1234567890123456' }],
    ['{"a":-1234567890123456789}', { a: '-1234567890123456789' }],
    ['{"a":123456789012345}', { a: 123456789012345 }],
    ['{"a":1.1234567890123456789}', { a: 1.1234567890123457 }],
    ['{"a":1e5}', { a: 1e5 }],
    ['["1234567890123456789","\\"1234567890123456789"]', ['1234567890123456789', '"1234567890123456789']],
  ])('%s', (json, expected) => {
    expect(parseKeepingIds(json)).toEqual(expected)
  })

  test('is otherwise what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const json = JSON.stringify(value)
        if (!/\d{16}/.test(json)) expect(parseKeepingIds(json)).toEqual(JSON.parse(json))
      }),
    )
  })

  test('a megabyte of quotes or digits is read, or refused, in no time', () => {
    const began = performance.now()
    for (const body of [
      `{"a":"${'\\"'.repeat(500_000)}"}`,
      `{"a":"${'x'.repeat(900_000)}","b":1234567890123456789}`,
      '"'.repeat(1_000_000),
      '1'.repeat(1_000_000),
      '\\"'.repeat(500_000),
    ])
      // prettier-ignore
      try {
        parseKeepingIds(body)
      } catch {
        /* no JSON */
      }
    expect(performance.now() - began).toBeLessThan(2_000)
  })
})
