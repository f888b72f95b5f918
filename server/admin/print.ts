/** How an operator's answer is printed: for programs a line of JSON for each row, for people a table or an indented object. */
import { Console } from 'node:console'
import { PassThrough } from 'node:stream'

export const inJson = (answer: unknown): string =>
  (Array.isArray(answer) ? answer : [answer]).map((row) => `${JSON.stringify(row)}\n`).join('')

export function inTables(answer: unknown): string {
  if (!Array.isArray(answer)) return `${JSON.stringify(answer, null, 2)}\n`
  if (answer.length === 0) return '(none)\n'
  const page = new PassThrough()
  new Console(page).table(answer.map(flat))
  return String(page.read())
}

/** One word a cell: lists and objects as JSON, a time as ISO 8601. */
const flat = (row: unknown): unknown =>
  typeof row !== 'object' || row === null
    ? row
    : Object.fromEntries(Object.entries(row).map(([name, value]) => [name, cell(value)]))

function cell(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value) && value.length === 0) return ''
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value
}
