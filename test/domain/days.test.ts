import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'

import { TIME_ZONE } from '../../locales/say.js'
import { addDays, dateOf, dayOf, dayOfColumn, daysBetween, isDay, startOfDay } from '../../domain/days.js'

describe('days', () => {
  test('a day begins at 17:00 UTC of the day before', () => {
    expect(dayOf(new Date('2026-11-23T16:59:59.999Z'))).toBe('2026-11-23')
    expect(dayOf(new Date('2026-11-23T17:00:00Z'))).toBe('2026-11-24')
    expect(startOfDay('2026-11-24').toISOString()).toBe('2026-11-23T17:00:00.000Z')
  })

  test('only days of the calendar are days', () => {
    expect(['2026-02-28', '2024-02-29', '2000-02-29'].map(isDay)).toEqual([true, true, true])
    expect(
      ['2026-02-29', '1900-02-29', '2026-13-01', '2026-00-10', '2026-1-1', '', '2026-11-24T00:00', 'hôm nay'].map(
        isDay,
      ),
    ).toEqual(Array(8).fill(false))
  })

  const anyDay = fc
    .date({ min: new Date('1950-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
    .map(dayOfColumn)

  test('adding and counting days undo each other', () => {
    fc.assert(
      fc.property(
        anyDay,
        fc.integer({ min: -4000, max: 4000 }),
        (day, n) => daysBetween(day, addDays(day, n)) === n && isDay(addDays(day, n)),
      ),
    )
  })

  test('a moment has the day that the time zone gives it, since its clocks stand still', () => {
    const zone = new Intl.DateTimeFormat('sv-SE', { timeZone: TIME_ZONE })
    const since1975 = fc.date({ min: new Date('1975-06-14'), max: new Date('2100-01-01'), noInvalidDate: true })
    fc.assert(fc.property(since1975, (moment) => dayOf(moment) === zone.format(moment)))
  })

  test('a column is written and read as the same day', () => {
    fc.assert(fc.property(anyDay, (day) => dayOfColumn(dateOf(day)) === day && dayOf(startOfDay(day)) === day))
  })
})
