import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { addDays, dayOf, startOfDay } from '../../domain/days.js'
import {
  addWorkingTime,
  calendarOf,
  hoursOn,
  weekdayOf,
  workingTimeBetween,
  type WorkCalendar,
} from '../../domain/working-time.js'
import { CALENDAR_DAYS, WORKING_HOURS } from '../../prisma/seed/calendar.js'

const HOUR_MS = 3_600_000
const calendar = calendarOf(WORKING_HOURS, CALENDAR_DAYS)
const at = (said: string): Date => new Date(`${said}:00+07:00`)
const said = (moment: Date): string => new Date(moment.getTime() + 7 * HOUR_MS).toISOString().slice(0, 16)
const after = (from: string, hours: number) => said(addWorkingTime(calendar, at(from), hours * HOUR_MS))

describe('the calendar that is shipped', () => {
  test.each([
    ['an hour before noon goes on after lunch', '2026-11-24T11:30', 1, '2026-11-24T13:30'],
    ['eight hours are a day', '2026-11-24T09:00', 8, '2026-11-25T09:00'],
    ['to the last minute', '2026-11-24T08:00', 8, '2026-11-24T17:00'],
    ['before opening counts from opening', '2026-11-24T05:00', 4, '2026-11-24T12:00'],
    ['Friday evening to Monday', '2026-11-27T17:30', 2, '2026-11-30T10:00'],
    ['over Tết 2026', '2026-02-13T16:00', 2, '2026-02-23T09:00'],
    ['over Tết 2027, as far as it is known', '2027-02-04T16:00', 2, '2027-02-12T09:00'],
    ['a Saturday that is worked', '2026-08-21T16:00', 2, '2026-08-22T09:00'],
    ['over the National Day of 2026, with its bridge', '2026-08-28T16:00', 2, '2026-09-03T09:00'],
    ['over 30 April and 1 May', '2026-04-29T16:30', 1, '2026-05-04T08:30'],
  ])('%s', (_, from, hours, due) => {
    expect(after(from, hours)).toBe(due)
  })

  test('no time: the next moment of work', () => {
    expect(after('2026-11-24T12:30', 0)).toBe('2026-11-24T13:00')
    expect(after('2026-11-24T12:00', 0)).toBe('2026-11-24T12:00')
  })

  test('Monday is 1 and Sunday 7', () => {
    expect(['2026-11-23', '2026-11-28', '2026-11-29'].map(weekdayOf)).toEqual([1, 6, 7])
  })

  test('a calendar in which nobody works is an error, not an endless search', () => {
    expect(() => addWorkingTime(calendarOf([], []), at('2026-11-24T08:00'), 1)).toThrow('Nobody works')
    expect(() => addWorkingTime(calendar, at('2026-11-24T08:00'), -1)).toThrow(RangeError)
  })
})

const someDay = fc.integer({ min: 0, max: 700 }).map((n) => addDays('2025-12-01', n))
const someHours = fc
  .tuple(fc.integer({ min: 0, max: 11 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 5 }))
  .map(([opens, length, pause]) => [
    { opens: opens * 60, closes: opens * 60 + length * 30 },
    { opens: opens * 60 + length * 30 + pause * 10 + 1, closes: opens * 60 + length * 30 + pause * 10 + 90 },
  ])
/** Any office: one or two spans a day, on one weekday at least, with holidays and days worked instead of others. */
const office: fc.Arbitrary<WorkCalendar> = fc
  .record({
    weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
    hours: someHours,
    special: fc.uniqueArray(fc.record({ day: someDay, asWeekday: fc.option(fc.integer({ min: 1, max: 7 })) }), {
      selector: ({ day }) => day,
      maxLength: 20,
    }),
  })
  .map(({ weekdays, hours, special }) =>
    calendarOf(
      weekdays.flatMap((weekday) => hours.map((row) => ({ ...row, weekday, validFrom: '2020-01-01', validTo: null }))),
      special,
    ),
  )
const moment = fc
  .date({ min: new Date('2025-12-01T00:00:00Z'), max: new Date('2027-09-01T00:00:00Z'), noInvalidDate: true })
  .map((date) => new Date(date))
const length = fc.integer({ min: 0, max: 60 * HOUR_MS })

const atWork = (calendar: WorkCalendar, moment: Date): boolean => {
  const minute = (moment.getTime() - startOfDay(dayOf(moment)).getTime()) / 60_000
  return hoursOn(calendar, dayOf(moment)).some(({ opens, closes }) => opens <= minute && minute <= closes)
}

describe('in any office', () => {
  test('a due time lies within working hours, and not before its start', () => {
    fc.assert(
      fc.property(office, moment, length, (calendar, from, ms) => {
        const due = addWorkingTime(calendar, from, ms)
        expect(due.getTime()).toBeGreaterThanOrEqual(from.getTime())
        expect(atWork(calendar, due)).toBe(true)
      }),
    )
  })

  test('later or longer is never due earlier', () => {
    fc.assert(
      fc.property(office, moment, length, length, length, (calendar, from, ms, later, longer) => {
        const due = addWorkingTime(calendar, from, ms).getTime()
        expect(addWorkingTime(calendar, new Date(from.getTime() + later), ms).getTime()).toBeGreaterThanOrEqual(due)
        expect(addWorkingTime(calendar, from, ms + longer).getTime()).toBeGreaterThanOrEqual(due)
      }),
    )
  })

  test('in two parts or at once: the same', () => {
    fc.assert(
      fc.property(office, moment, length, length, (calendar, from, first, second) => {
        expect(addWorkingTime(calendar, addWorkingTime(calendar, from, first), second)).toEqual(
          addWorkingTime(calendar, from, first + second),
        )
      }),
    )
  })

  test('what lies between is what was added; and what lies between adds up', () => {
    fc.assert(
      fc.property(office, moment, length, length, (calendar, from, ms, more) => {
        const due = addWorkingTime(calendar, from, ms)
        expect(workingTimeBetween(calendar, from, due)).toBe(ms)
        const end = new Date(due.getTime() + more)
        expect(ms + workingTimeBetween(calendar, due, end)).toBe(workingTimeBetween(calendar, from, end))
        if (more > 0) expect(workingTimeBetween(calendar, end, due)).toBe(0)
      }),
    )
  })
})
