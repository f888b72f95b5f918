import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { addDays } from '../../domain/days.js'
import { checkDates, dateWarnings, proposeExpiry } from '../../domain/lot-dates.js'
import { refusalOf, TODAY } from './actors.js'

describe('dates of a lot', () => {
  test('expiry is proposed from production, else harvest, else today', () => {
    const product = { shelfLifeDays: 4 }
    expect(proposeExpiry(product, { producedOn: '2026-11-20', harvestedOn: '2026-11-18' }, TODAY)).toBe('2026-11-24')
    expect(proposeExpiry(product, { harvestedOn: '2026-11-18' }, TODAY)).toBe('2026-11-22')
    expect(proposeExpiry(product, {}, TODAY)).toBe('2026-11-28')
    expect(proposeExpiry({ shelfLifeDays: null }, {}, TODAY)).toBeNull()
  })

  test.each([
    ['refusal.produced-in-future', { producedOn: '2026-11-25' }],
    ['refusal.harvested-in-future', { harvestedOn: '2026-11-25' }],
    ['refusal.produced-before-harvest', { harvestedOn: '2026-11-20', producedOn: '2026-11-19' }],
    ['refusal.expires-before-produced', { producedOn: '2026-11-20', expiresOn: '2026-11-19' }],
    ['refusal.expires-before-produced', { harvestedOn: '2026-11-20', expiresOn: '2026-11-19' }],
  ])('%s', (key, dates) => {
    expect(refusalOf(checkDates(dates, TODAY))).toBe(key)
  })

  test('borders are allowed: made, harvested and expiring today', () => {
    expect(checkDates({ harvestedOn: TODAY, producedOn: TODAY, expiresOn: TODAY }, TODAY)).toBeNull()
    expect(checkDates({}, TODAY)).toBeNull()
  })

  test('what is accepted is in order and not of tomorrow', () => {
    const day = fc.option(
      fc.integer({ min: -30, max: 30 }).map((n) => addDays(TODAY, n)),
      { nil: null },
    )
    fc.assert(
      fc.property(day, day, day, (harvestedOn, producedOn, expiresOn) => {
        if (checkDates({ harvestedOn, producedOn, expiresOn }, TODAY)) return true
        const line = [harvestedOn, producedOn].filter((d) => d !== null)
        const sorted = [...line, ...(expiresOn && line.length > 0 ? [expiresOn] : [])]
        return line.every((d) => d <= TODAY) && sorted.every((d, i) => i === 0 || sorted[i - 1]! <= d)
      }),
    )
  })

  test('an unusual shelf life and a past expiry only warn', () => {
    const category = { name: 'Bánh cốm', maxShelfLifeDays: 5 }
    const keys = (dates: Parameters<typeof dateWarnings>[0], c = category) =>
      dateWarnings(dates, c, TODAY).map((w) => 'key' in w && w.key)
    expect(keys({ producedOn: TODAY, expiresOn: addDays(TODAY, 5) })).toEqual([])
    expect(keys({ producedOn: TODAY, expiresOn: addDays(TODAY, 6) })).toEqual(['warning.shelf-life-long'])
    expect(keys({ producedOn: addDays(TODAY, -9), expiresOn: addDays(TODAY, -1) })).toEqual([
      'warning.shelf-life-long',
      'warning.already-expired',
    ])
    expect(
      dateWarnings({ producedOn: TODAY, expiresOn: addDays(TODAY, 900) }, { name: 'x', maxShelfLifeDays: null }, TODAY),
    ).toEqual([])
  })
})
