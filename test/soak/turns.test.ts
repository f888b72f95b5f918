/** What counts as said twice on a person's screen. */
import { expect, test } from '@jest/globals'
import { doubledIn } from './turns.js'

const seen = (text: string, ...files: string[]) => ({ text, files, buttons: [] })
const label = [seen('', 'tem.png'), seen('', 'tem.pdf')]

test.each([
  ['a talk that says each thing once', [seen('một'), seen('hai')], 0],
  ['a word', [seen('một'), seen('một'), seen('một')], 2],
  ['the files of one message, which is one call', [seen('Đã ghi lô'), ...label, ...label], 1],
  ['one of its files', [seen('Đã ghi lô'), ...label, label[1]!], 1],
  ['the same files of two messages', [seen('Đã ghi lô A'), ...label, seen('Đã ghi lô B'), ...label], 0],
  ['the files of one message, three times', [seen('Đã ghi lô'), ...label, ...label, ...label], 2],
])('said twice: %s', (_, screen, times) => {
  expect(doubledIn(screen)).toHaveLength(times)
})
