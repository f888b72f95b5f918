import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { choice } from '../../../bot/flow/fields/choice.js'
import { readPhone, phone } from '../../../bot/flow/fields/phone.js'
import { photos } from '../../../bot/flow/fields/photos.js'
import { place } from '../../../bot/flow/fields/place.js'
import { product } from '../../../bot/flow/fields/product.js'
import { quantity } from '../../../bot/flow/fields/quantity.js'
import { text } from '../../../bot/flow/fields/text.js'
import type { At, Read, Said } from '../../../bot/flow/field.js'
import { flow } from '../../../bot/flow/flow.js'
import { lookupKey, type Lookup } from '../../../bot/flow/lookups.js'
import { knowing, start } from '../../../bot/flow/turn.js'
import { clean, isWord } from '../../../bot/flow/words.js'
import { MEASURES } from '../../../domain/measures.js'
import { anyText } from '../../any-text.js'

const at = (soFar?: unknown, known: [Lookup, unknown][] = []): At<unknown> => ({
  answers: {},
  soFar,
  now: '2026-11-20T03:00:00Z',
  language: 'vi',
  place: 'test.field',
  knowledge: Object.fromEntries(known.map(([lookup, found]) => [lookupKey(lookup), found])),
})
const typed = (text: string): Said => ({ kind: 'text', text })
const photo = (fileId: number): Said => ({ kind: 'photo', fileId, codes: [] })
const why = (read: Read): unknown => ('reject' in read && 'key' in read.reject ? read.reject.key : read)

describe('phone', () => {
  test.each([
    '0912345678',
    '0912.345.678',
    '0912 345 678',
    '(+84) 912-345-678',
    '+84 (0)912 345 678',
    '84912345678',
    ' 0912345678 ',
  ])('%s', (said) => expect(readPhone(said)?.number).toBe('+84912345678'))
  test('a landline, and a number from abroad', () => {
    expect(readPhone('024 3825 3536')?.number).toBe('+842438253536')
    expect(readPhone('+64 21 123 4567')?.number).toBe('+64211234567')
  })
  test.each(['', '113', '0912', '09123456789012', 'không có', '0912345678; drop', '1'.repeat(4096), '+', '()'])(
    '%j is none',
    (said) => {
      expect(why(phone().read(typed(said), at()))).toBe('fields.phone.wrong')
    },
  )
  test('a contact is vouched for only as far as the platform does', () => {
    expect(phone().read({ kind: 'contact', phone: '84912345678', own: true }, at())).toEqual({
      accept: { phone: '+84912345678', own: true },
    })
    expect(phone().read(typed('0912345678'), at())).toEqual({ accept: { phone: '+84912345678', own: false } })
  })
  test('a damaged number is not kept', () =>
    expect(phone().schema.safeParse({ phone: '+841', own: true }).success).toBe(false))
})

describe('photos', () => {
  const album = photos({ upTo: 3, atLeast: 2 })
  test('grow one by one, each once, and none is thrown out when the album is full', () => {
    expect(album.read(photo(1), at())).toEqual({ partial: [1] })
    expect(album.read(photo(1), at([1]))).toMatchObject({ partial: [1], note: { key: 'fields.photos.twice' } })
    expect(album.read(photo(4), at([1, 2, 3]))).toMatchObject({
      partial: [1, 2, 3],
      note: { key: 'fields.photos.no-more' },
    })
    expect(album.offer(at([1, 2, 3]))).toMatchObject({ hints: [{ key: 'fields.photos.full' }] })
  })
  test('cannot be finished before there are enough', () => {
    expect(album.offer(at([1]))).toMatchObject({ choices: [{ value: 'clear' }] })
    expect(album.read({ kind: 'choice', value: 'done' }, at([1]))).not.toHaveProperty('accept')
    expect(album.read({ kind: 'choice', value: 'done' }, at([1, 2]))).toEqual({ accept: [1, 2] })
  })
  test('words are no photo', () => expect(why(album.read(typed('đây'), at()))).toBe('fields.photos.not-photo'))
  test.each([[[1]], [[1, 2, 3, 4]], [['1', '2']], [null], [{}]])('%j is not kept', (kept) => {
    expect(album.schema.safeParse(kept).success).toBe(false)
  })
})

describe('text', () => {
  const short = text({ upTo: 5 })
  test('is counted in letters, not in units', () => {
    expect(short.read(typed('🍊🍊🍊🍊🍊'), at())).toEqual({ accept: '🍊🍊🍊🍊🍊' })
    expect(short.read(typed('abcdef'), at())).toMatchObject({
      reject: { key: 'fields.text.long', with: { count: 6, upTo: 5 } },
    })
    expect(why(short.read(typed(''), at()))).toBe('fields.text.empty')
    expect(why(short.read(photo(1), at()))).toBe('fields.text.empty')
  })
  test('what is cleaned can be kept: no NUL, no half letters, no hidden turns of direction', () => {
    expect(clean('a\u0000b\u202ec\ud800d\r\ne\tf\u0007 ')).toBe('abc\ufffdd\ne f')
    expect(clean('  Nguyễn 👩‍👩‍👧‍👦  ')).toBe('Nguyễn 👩‍👩‍👧‍👦')
    fc.assert(
      fc.property(anyText(), (said) => {
        const kept = clean(said)
        expect(kept).not.toMatch(/\p{Surrogate}|\u0000|[\u202a-\u202e\u2066-\u2069]/u)
        expect(clean(kept)).toBe(kept)
      }),
    )
  })
})

describe('quantity', () => {
  const field = quantity({ measures: MEASURES })
  test('a bare number without a usual unit: the unit is asked for, chosen or typed', () => {
    const read = field.read(typed('5'), at())
    expect(read).toEqual({ partial: { number: 5, said: '5' } })
    const soFar = { number: 5, said: '5' }
    expect(field.offer(at(soFar))).toMatchObject({
      choices: expect.arrayContaining([
        expect.objectContaining({ value: 'KGM', answer: { quantity: 5, uom: 'KGM', said: '5' } }),
      ]),
    })
    expect(field.read(typed('thùng'), at(soFar))).toEqual({ accept: { quantity: 5, uom: 'XCT', said: '5 thùng' } })
    expect(field.read(typed('6 hộp'), at(soFar))).toEqual({ accept: { quantity: 6, uom: 'XBX', said: '6 hộp' } })
  })
  test.each([
    { quantity: 0, uom: 'KGM', said: '' },
    { quantity: -1, uom: 'KGM', said: '' },
    { quantity: 1.0001, uom: 'KGM', said: '' },
    { quantity: 1, uom: 'nothing', said: '' },
    { quantity: 1e9, uom: 'KGM', said: '' },
    { quantity: '1', uom: 'KGM', said: '' },
  ])('%j is not kept', (kept) => expect(field.schema.safeParse(kept).success).toBe(false))
})

describe('look-ups', () => {
  const all: Lookup = { kind: 'product', query: { search: '', limit: 8 } }
  test('are asked for, and gone on with when they are known', () => {
    expect(product().offer(at())).toEqual({ need: all, earlier: {} })
    expect(product().offer(at(undefined, [[all, { items: [] }]]))).toMatchObject({ choices: [] })
  })
  test('a search is cut to what can be searched for', () => {
    const need = product().read(typed('x'.repeat(4096)), at())
    expect('need' in need && JSON.stringify(need.need.query).length).toBeLessThan(600)
  })
  test('a refusal by the one who knows is told', () => {
    const there: Lookup = { kind: 'place', query: { address: 'Huế' } }
    expect(place().read(typed('Huế'), at(undefined, [[there, { items: [], refused: { words: 'too far' } }]]))).toEqual({
      reject: { words: 'too far' },
    })
  })
  test('one that is asked for again though it is known is a fault of ours, not an endless loop', async () => {
    const one = flow('one')
      .ask('product', product())
      .done(() => ({ replies: [] }))
    const forgetful = knowing(
      () => start(one, { turn: 0, now: '2026-11-20T03:00:00Z', language: 'vi' }),
      () => Promise.resolve({ items: [] }),
    )
    await expect(forgetful).rejects.toThrow('asked for again')
  })
})

test("a choice may not be called as one of the engine's own", () => {
  expect(() => choice(['a', 'back'])).toThrow('back')
})

test('words are words only when nothing else is said', () => {
  for (const said of [
    'quay lại chợ',
    'xong việc lúc 5 giờ',
    'huỷ đơn hàng cũ',
    'menu quán phở',
    'x'.repeat(4096),
    '',
    '👍',
  ])
    expect(isWord(said)).toBeNull()
})
