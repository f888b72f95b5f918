import { expect, test } from '@jest/globals'
import { lengthOf, momentOf, wholeNumber } from '../../../server/admin/arguments.js'
import { Trouble } from '../../../server/trouble.js'

const said = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    if (error instanceof Trouble) return error.message
    throw error
  }
  throw new Error('nothing was refused')
}

test.each([
  ['10s', 10_000],
  ['30m', 1_800_000],
  ['1.5h', 5_400_000],
  ['3d', 259_200_000],
])('a length of time: %s', (text, ms) => expect(lengthOf(text)).toBe(ms))

test.each(['', 'xx', '3', '-3d', '3w', '99999999999d', `${'9'.repeat(400)}d`])('no length of time: "%s"', (text) =>
  expect(said(() => lengthOf(text))).toMatch(/^A length of time looks like 3d, 4h, 30m or 10s/),
)

test('a day begins in Việt Nam, a time is what it says', () => {
  expect(momentOf('2025-05-01').toISOString()).toBe('2025-04-30T17:00:00.000Z')
  for (const said of ['2026-11-20T08:00:00+07:00', '2026-11-20T01:00Z', '2026-11-20T08:00', '2026-11-20 08:00:00.000'])
    expect(momentOf(said).toISOString()).toBe('2026-11-20T01:00:00.000Z')
})

test.each([
  '',
  'foo',
  '2026-13-40',
  '2026-02-30',
  '2026-02-30T08:00',
  '2026-02-28T25:00',
  '99999-01-01',
  '0001-01-01',
  '1',
  '12/10/2026',
])('no time: "%s"', (text) =>
  expect(said(() => momentOf(text))).toMatch(/^A time looks like 2026-11-20 or .* between 2000 and 2100/),
)

test('a whole number, within what is possible', () => {
  expect(wholeNumber('--lots', '60', { min: 1 })).toBe(60)
  expect(wholeNumber('--scans', '0', { min: 0 })).toBe(0)
})

test.each(['', 'abc', '-3', '0', '1.5', '1e3', '201', '0x10', ' 5 x'])('no whole number from 1 to 200: "%s"', (text) =>
  expect(said(() => wholeNumber('--limit', text, { min: 1, max: 200 }))).toBe(
    '--limit should be a whole number from 1 to 200.',
  ),
)
