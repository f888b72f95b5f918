import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { day } from '../../../bot/flow/fields/day.js'
import { addDays, dayOf, readDay, type Side } from '../../../bot/flow/fields/days.js'
import { fold } from '../../../locales/fold.js'
import { LANGUAGES, say } from '../../../locales/say.js'
import { anyText } from '../../any-text.js'

const FRIDAY = '2026-11-20'
const read = (said: string, side: Side = 'any', today = FRIDAY) => readDay(said, { today, side, language: 'vi' })
const reason = (said: string, side: Side = 'any') => {
  const result = read(said, side)
  return 'reject' in result && 'key' in result.reject ? result.reject.key : result
}

describe('what people say', () => {
  test.each([
    ['hôm nay', '2026-11-20'],
    ['nay', '2026-11-20'],
    ['sáng nay', '2026-11-20'],
    ['Today', '2026-11-20'],
    ['hôm qua', '2026-11-19'],
    ['chiều qua', '2026-11-19'],
    ['yesterday', '2026-11-19'],
    ['hôm kia', '2026-11-18'],
    ['the day before yesterday', '2026-11-18'],
    ['mai', '2026-11-21'],
    ['ngày mai', '2026-11-21'],
    ['tomorrow', '2026-11-21'],
    ['ngày kia', '2026-11-22'],
    ['mốt', '2026-11-22'],
    ['20/11', '2026-11-20'],
    ['20-11-26', '2026-11-20'],
    ['20.11.2026', '2026-11-20'],
    ['20 11 2026', '2026-11-20'],
    ['201126', '2026-11-20'],
    ['20112026', '2026-11-20'],
    ['2026-11-20', '2026-11-20'],
    ['5/9/26', '2026-09-05'],
    ['20 tháng 11', '2026-11-20'],
    ['ngày 20 tháng 11 năm 2026', '2026-11-20'],
    ['ngày hai mươi tháng mười một', '2026-11-20'],
    ['mùng năm tháng năm năm 2026', '2026-05-05'],
    ['mùng 5 tháng 11', '2026-11-05'],
    ['NSX: 20/11/2026', '2026-11-20'],
    ['20 Nov', '2026-11-20'],
    ['Nov 20th, 2026', '2026-11-20'],
    ['20 November 2026', '2026-11-20'],
    ['3 ngày trước', '2026-11-17'],
    ['ba hôm trước', '2026-11-17'],
    ['3 ngày nữa', '2026-11-23'],
    ['hai tuần nữa', '2026-12-04'],
    ['6 tháng nữa', '2027-05-20'],
    ['1 năm nữa', '2027-11-20'],
    ['in 3 days', '2026-11-23'],
    ['two weeks ago', '2026-11-06'],
    ['thứ sáu', '2026-11-20'],
    ['thứ hai tuần này', '2026-11-16'],
    ['thứ hai tuần trước', '2026-11-09'],
    ['chủ nhật tuần sau', '2026-11-29'],
  ])('%s', (said, expected) => {
    expect(read(said)).toEqual({ day: expected })
    expect(read(said.toUpperCase())).toEqual({ day: expected })
    if (said !== 'mốt') expect(read(fold(said))).toEqual({ day: expected })
  })

  test.each([
    ['mùng 5', '2026-11-05', '2026-12-05', '2026-11-05'],
    ['mồng một', '2026-11-01', '2026-12-01', '2026-12-01'],
    ['ngày 25', '2026-10-25', '2026-11-25', '2026-11-25'],
    ['25', '2026-10-25', '2026-11-25', '2026-11-25'],
    ['20', '2026-11-20', '2026-11-20', '2026-11-20'],
    ['31', '2026-10-31', '2026-12-31', '2026-10-31'],
    ['21/11', '2025-11-21', '2026-11-21', '2026-11-21'],
    ['29/2', '2024-02-29', '2028-02-29', '2028-02-29'],
    ['thứ hai', '2026-11-16', '2026-11-23', '2026-11-23'],
    ['chủ nhật', '2026-11-15', '2026-11-22', '2026-11-22'],
  ])('%s is the nearest that fits: past %s, future %s, any %s', (said, past, future, any) => {
    expect([read(said, 'past'), read(said, 'future'), read(said)]).toEqual([
      { day: past },
      { day: future },
      { day: any },
    ])
  })

  test('across the turn of the year and in short months', () => {
    expect(read('mùng 5', 'future', '2026-12-20')).toEqual({ day: '2027-01-05' })
    expect(read('28/12', 'past', '2027-01-02')).toEqual({ day: '2026-12-28' })
    expect(read('31', 'past', '2027-03-01')).toEqual({ day: '2027-01-31' })
    expect(read('1 tháng nữa', 'any', '2027-01-31')).toEqual({ day: '2027-02-28' })
  })
})

describe('refused with a reason', () => {
  test.each([
    ['30/2', 'impossible'],
    ['31/4', 'impossible'],
    ['29/2/2026', 'impossible'],
    ['11/20', 'impossible'],
    ['0/0', 'impossible'],
    ['20/11/1926', 'impossible'],
    ['ngày 32', 'no-such-date'],
    ['0', 'no-such-date'],
    ['mùng 5 âm', 'lunar'],
    ['mùng 5 âm lịch', 'lunar'],
    ['mùng 3 tết', 'lunar'],
    ['rằm tháng 7', 'lunar'],
    ['23 tháng chạp', 'lunar'],
    ['9999 ngày nữa', 'unknown'],
    ['99 năm nữa', 'far'],
    ['1,5', 'unknown'],
    ['-5', 'unknown'],
    ['20:11', 'unknown'],
    ['next week', 'unknown'],
    ['tháng tư', 'unknown'],
    ['sắp', 'unknown'],
    ['', 'unknown'],
    ['2 cân rưỡi', 'unknown'],
    ['a'.repeat(4096), 'unknown'],
  ])('%s: %s', (said, expected) => expect(reason(said)).toBe(`fields.day.${expected}`))

  test('on the wrong side of today', () => {
    expect(reason('mai', 'past')).toBe('fields.day.not-yet')
    expect(reason('20/11/2027', 'past')).toBe('fields.day.not-yet')
    expect(reason('hôm qua', 'future')).toBe('fields.day.over')
  })
})

describe('properties', () => {
  const days = fc.integer({ min: 0, max: 36_500 }).map((n) => addDays('2000-01-01', n))
  const pieces = fc.constantFrom(
    '20',
    '11',
    '2026',
    '/',
    '-',
    '.',
    ' ',
    'ngày',
    'mùng',
    'tháng',
    'năm',
    'thứ',
    'hai',
    'tuần',
    'sau',
    'nữa',
    'nov',
    'th',
    'hôm',
    'in',
    'days',
    '\u0000',
    '🍊',
  )

  test('anything in: a day of the calendar on its side of today, or a reason', () => {
    const anything = fc.oneof(
      anyText({ maxLength: 80 }),
      fc.array(pieces, { maxLength: 10 }).map((parts) => parts.join(' ')),
      fc.array(pieces, { maxLength: 10 }).map((parts) => parts.join('')),
    )
    const field = day()
    fc.assert(
      fc.property(
        anything,
        days,
        fc.constantFrom<Side>('past', 'future', 'any'),
        fc.constantFrom(...LANGUAGES),
        (said, today, side, language) => {
          const result = readDay(said, { today, side, language })
          if ('reject' in result) {
            expect(say(language, result.reject)).not.toBe('')
            return
          }
          expect(field.schema.safeParse(result.day).success).toBe(true)
          if (side === 'past') expect(result.day <= today).toBe(true)
          if (side === 'future') expect(result.day >= today).toBe(true)
        },
      ),
      { numRuns: 700 },
    )
  })

  test('what is shown is read back as itself, in both languages', () => {
    const field = day()
    fc.assert(
      fc.property(days, days, fc.constantFrom(...LANGUAGES), (kept, today, language) => {
        const shown = say(language, field.show(kept, ''))
        expect(readDay(shown, { today, side: 'any', language })).toEqual({ day: kept })
      }),
    )
  })

  test('the day begins at midnight in Hà Nội', () => {
    expect(dayOf('2026-11-19T16:59:59.999Z')).toBe('2026-11-19')
    expect(dayOf('2026-11-19T17:00:00.000Z')).toBe('2026-11-20')
  })
})
