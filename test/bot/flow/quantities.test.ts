import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { quantity } from '../../../bot/flow/fields/quantity.js'
import { QUANTITY_MAX, readQuantity, toDecimals, type Amount } from '../../../bot/flow/fields/quantities.js'
import { readDigits, readNumber } from '../../../bot/flow/fields/numbers.js'
import { MEASURES, UOMS } from '../../../domain/measures.js'
import { fold } from '../../../locales/fold.js'
import { LANGUAGES, say, type Language } from '../../../locales/say.js'
import { anyText } from '../../any-text.js'

const read = (said: string, language: Language = 'vi', usual: string | undefined = 'KGM') =>
  readQuantity(said, MEASURES, language, usual)
const kg = (quantity: number): Amount => ({ quantity, uom: 'KGM' })

describe('a word that counts others', () => {
  test.each<[string, Amount, Language]>([
    ['một chục quả', { quantity: 10, uom: 'H87' }, 'vi'],
    ['3 chục hộp', { quantity: 30, uom: 'XBX' }, 'vi'],
    ['chục rưỡi quả', { quantity: 15, uom: 'H87' }, 'vi'],
    ['2 chục rưỡi quả', { quantity: 25, uom: 'H87' }, 'vi'],
    ['2 chuc', { quantity: 20, uom: 'H87' }, 'vi'],
    ['hai chục trứng', { quantity: 20, uom: 'H87' }, 'vi'],
    ['a dozen boxes', { quantity: 12, uom: 'XBX' }, 'en'],
    ['two dozen eggs', { quantity: 24, uom: 'H87' }, 'en'],
    ['half a dozen pieces', { quantity: 6, uom: 'H87' }, 'en'],
  ])('%s', (said, amount, language) => expect(read(said, language)).toEqual(amount))
})

describe('what people say', () => {
  test.each<[string, number]>([
    ['2 cân rưỡi', 2.5],
    ['ba lạng', 0.3],
    ['1 tạ 2', 120],
    ['nửa cân', 0.5],
    ['nửa tạ', 50],
    ['hai yến rưỡi', 25],
    ['1,5 tấn', 1500],
    ['1.500 kg', 1500],
    ['1.500,5 kg', 1500.5],
    ['1.234.567 kg', 1234567],
    ['0.500 kg', 0.5],
    ['2.5', 2.5],
    ['2,5', 2.5],
    ['2kg', 2],
    ['２kg', 2],
    ['2 kg', 2],
    ['2kg300', 2.3],
    ['2 kg 300 g', 2.3],
    ['2 cân 3', 2.3],
    ['2 cân 3 lạng', 2.3],
    ['3 tấn 250', 3250],
    ['một tạ hai', 120],
    ['một tạ hai mươi cân', 120],
    ['1 tạ 5 cân', 105],
    ['1 tấn 2 tạ 3 yến', 1230],
    ['tạ rưỡi', 150],
    ['tạ hai', 120],
    ['hai tạ rưỡi', 250],
    ['hai mươi lăm cân', 25],
    ['hai lăm cân', 25],
    ['ba mốt', 31],
    ['mười', 10],
    ['mười hai', 12],
    ['một trăm linh năm', 105],
    ['trăm hai', 120],
    ['một trăm hai mươi ba', 123],
    ['hai trăm rưỡi', 250],
    ['một nghìn rưỡi', 1500],
    ['1 nghìn 5', 1500],
    ['hai ngàn không trăm linh năm', 2005],
    ['ba nghìn bốn trăm năm mươi sáu', 3456],
    ['½ kg', 0.5],
    ['2½ kg', 2.5],
    ['1/2 cân', 0.5],
    ['2 1/2 kg', 2.5],
    ['khoảng 2 cân', 2],
    ['tầm 2 cân ạ', 2],
    ['tám cân', 8],
    ['2 cân a', 2],
    ['2 cân cam canh', 2],
    ['5 KG.', 5],
    ['12', 12],
    ['half a kilo', 0.5],
    ['two and a half kilos', 2.5],
    ['two kilos and a half', 2.5],
    ['five hundred grams', 0.5],
    ['two hundred and five kg', 205],
    ['a thousand kg', 1000],
    ['twenty-five kg', 25],
  ])('%s', (said, amount) => {
    expect(read(said)).toEqual(kg(amount))
    expect(read(said.toUpperCase())).toEqual(kg(amount))
  })

  test.each<[string, string, number]>([
    ['30 mớ', 'XBE', 30],
    ['10 thùng', 'XCT', 10],
    ['chín quả', 'H87', 9],
    ['một chục', 'H87', 10],
    ['hai chục', 'H87', 20],
    ['chục rưỡi', 'H87', 15],
    ['1 chục 2', 'H87', 12],
    ['a dozen', 'H87', 12],
    ['2 lít rưỡi', 'LTR', 2.5],
    ['5 nải', 'XBH', 5],
    ['3 boxes', 'XBX', 3],
  ])('%s', (said, uom, amount) => expect(read(said)).toEqual({ quantity: amount, uom }))

  test('without diacritics it is the same', () => {
    for (const said of [
      '2 cân rưỡi',
      'ba lạng',
      '1 tạ 2',
      'nửa cân',
      'hai yến rưỡi',
      '30 mớ',
      '1,5 tấn',
      'một trăm linh năm quả',
      'hai mươi mốt hộp',
    ]) {
      expect(read(fold(said))).toEqual(read(said))
    }
  })

  test('marks are read as the language writes them', () => {
    expect(read('1,500 kg', 'en')).toEqual(kg(1500))
    expect(read('1.500 kg', 'en')).toEqual(kg(1.5))
    expect(read('1,500 kg')).toEqual(kg(1.5))
    expect(read('1,234,567.5 kg', 'en')).toEqual(kg(1234567.5))
  })

  test('a bare number is of the usual unit, or its unit is asked for', () => {
    expect(read('5', 'vi', 'XBX')).toEqual({ quantity: 5, uom: 'XBX' })
    expect(readQuantity('5', MEASURES, 'vi')).toEqual({ number: 5 })
  })
})

describe('refused with a reason', () => {
  test.each([
    ['0', 'positive'],
    ['0 kg', 'positive'],
    ['0,0001', 'positive'],
    ['-5', 'positive'],
    ['- 5 kg', 'positive'],
    ['−5 kg', 'positive'],
    ['không cân', 'positive'],
    ['10000000001', 'large'],
    ['99999 tấn', 'large'],
    ['999999999999999999999999', 'unclear'],
    ['10 thùng 5 kg', 'one-unit'],
    ['2 xyz', 'unit'],
    ['10 thùng 5', 'unclear'],
    ['hai ba cân', 'unclear'],
    ['2-3 kg', 'unclear'],
    ['2 kg 3 kg', 'unclear'],
    ['1.5.2', 'unclear'],
    ['1,23,456', 'unclear'],
    ['kg', 'unclear'],
    ['nhiều', 'unclear'],
    ['', 'unclear'],
    ['1e5', 'unit'],
    ['Infinity', 'unclear'],
    ['0x10', 'unit'],
    ['1/0 kg', 'unclear'],
    ['5 + 5 kg', 'unclear'],
    ["2 kg'); drop table lots; --", 'unclear'],
    ['a'.repeat(4096), 'unclear'],
    ['9'.repeat(4096), 'unclear'],
  ])('%s: %s', (said, reason) => {
    const result = read(said)
    expect('reject' in result && 'key' in result.reject && result.reject.key).toBe(`fields.quantity.${reason}`)
  })
})

describe('properties', () => {
  const pieces = fc.constantFrom(
    '2',
    'rưỡi',
    'cân',
    'tạ',
    'một',
    'mươi',
    'trăm',
    'linh',
    'nghìn',
    'a',
    'half',
    'and',
    ',',
    '.',
    '-',
    '/',
    '½',
    ' ',
    'thùng',
    '\u0000',
    '🍊',
    '\u202e',
  )
  test('anything in: an amount that can be kept, or a reason', () => {
    const anything = fc.oneof(
      anyText({ maxLength: 120 }),
      fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(' ')),
      fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join('')),
    )
    const field = quantity({ measures: MEASURES })
    fc.assert(
      fc.property(
        anything,
        fc.constantFrom(...LANGUAGES),
        fc.constantFrom(undefined, 'KGM', 'XBX'),
        (said, language, usual) => {
          const result = readQuantity(said, MEASURES, language, usual)
          if ('reject' in result) expect(say(language, result.reject)).not.toBe('')
          else if ('uom' in result) expect(field.schema.safeParse({ ...result, said }).success).toBe(true)
          else expect(result.number).toBeGreaterThan(0)
        },
      ),
      { numRuns: 700 },
    )
  })

  test('what is shown is read back as itself, in both languages', () => {
    const field = quantity({ measures: MEASURES })
    const amounts = fc
      .oneof(fc.integer({ min: 1, max: QUANTITY_MAX * 1000 }), fc.integer({ min: 1, max: 20_000 }))
      .map((n) => toDecimals(n / 1000))
    fc.assert(
      fc.property(amounts, fc.constantFrom(...UOMS), fc.constantFrom(...LANGUAGES), (amount, uom, language) => {
        const shown = say(language, field.show({ quantity: amount, uom, said: '' }, ''))
        expect(readQuantity(shown, MEASURES, language)).toEqual({ quantity: amount, uom })
      }),
      { numRuns: 700 },
    )
  })

  test('every number up to 9999 is understood in Vietnamese words, with and without diacritics', () => {
    for (let n = 1; n <= 9999; n += n < 1200 ? 1 : 37) {
      const said = inWords(n)
      expect([said, readNumber(fold(said).split(' '), 'vi')]).toEqual([said, { value: n, rest: [] }])
    }
  })

  test('digits are read without loss', () => {
    fc.assert(
      fc.property(fc.nat({ max: 10 ** 12 }), fc.constantFrom(...LANGUAGES), (n, language) => {
        expect(readDigits(String(n), language)).toBe(n)
        expect(readDigits(new Intl.NumberFormat(language === 'vi' ? 'vi-VN' : 'en-GB').format(n), language)).toBe(n)
      }),
    )
  })
})

const DIGITS = ['không', 'một', 'hai', 'ba', 'bốn', 'năm', 'sáu', 'bảy', 'tám', 'chín']

/** A number as it is written out in full. */
function inWords(n: number): string {
  if (n >= 1000) {
    const rest = n % 1000
    const hundreds =
      rest > 0 && rest < 100
        ? `không trăm ${rest < 10 ? `linh ${DIGITS[rest]}` : inWords(rest)}`
        : rest > 0
          ? inWords(rest)
          : ''
    return `${DIGITS[Math.floor(n / 1000)]} nghìn ${hundreds}`.trim()
  }
  if (n >= 100) {
    const rest = n % 100
    return `${DIGITS[Math.floor(n / 100)]} trăm ${rest === 0 ? '' : rest < 10 ? `linh ${DIGITS[rest]}` : inWords(rest)}`.trim()
  }
  if (n < 10) return DIGITS[n]!
  const [tens, units] = [Math.floor(n / 10), n % 10]
  const unit =
    units === 0
      ? ''
      : units === 5
        ? 'lăm'
        : units === 1 && tens > 1
          ? 'mốt'
          : units === 4 && tens > 1
            ? 'tư'
            : DIGITS[units]!
  return `${tens === 1 ? 'mười' : `${DIGITS[tens]} mươi`} ${unit}`.trim()
}
