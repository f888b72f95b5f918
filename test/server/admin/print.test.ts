import { expect, test } from '@jest/globals'
import { inJson, inTables } from '../../../server/admin/print.js'

const ROWS = [
  { code: 'BD-0001', at: new Date('2026-11-26T01:00:00Z'), roles: [{ role: 'owner' }], none: [] },
  { code: 'BD-0002', at: new Date('2026-11-27T01:00:00Z'), roles: [], none: [] },
]

test('for programs: a line for each row, an object as one line, nothing for an empty list', () => {
  const lines = inJson(ROWS).trimEnd().split('\n')
  expect(lines.map((line) => (JSON.parse(line) as { at: string }).at)).toEqual([
    '2026-11-26T01:00:00.000Z',
    '2026-11-27T01:00:00.000Z',
  ])
  expect(inJson({ now: 1 })).toBe('{"now":1}\n')
  expect(inJson([])).toBe('')
})

test('for people: a table, times without a second pair of quotes, lists in a cell', () => {
  const table = inTables(ROWS)
  expect(table).toMatch(/│ 'BD-0001' +│ '2026-11-26T01:00:00.000Z' +│ '\[\{"role":"owner"\}\]'/)
  expect(inTables([])).toBe('(none)\n')
  expect(inTables({ now: 1 })).toBe('{\n  "now": 1\n}\n')
})
