/** How many labels: a whole number, typed, or whole sheets chosen. */
import { z } from 'zod'
import { text } from '../../../locales/say.js'
import type { Field } from '../field.js'
import { readDigits } from './numbers.js'

interface Options<A> {
  upTo: number
  /** Labels on one sheet; 1: each is printed by itself */
  aPage: (earlier: A) => number
}

/** What is proposed: so many labels, or so many sheets. */
const SINGLE = [10, 20, 50, 100]
const SHEETS = [1, 2, 5]
/** "24 tem", "24 cái", "24 labels" */
const COUNT = /^\s*([\d.,]+)\s*(tem|cái|cai|con|labels?)?\s*$/iu

export const labelCount = <A = unknown>({ upTo, aPage }: Options<A>): Field<number, A> => ({
  kind: 'label-count',
  schema: z.number().int().min(1).max(upTo),
  takes: [],
  numeric: true,
  typed: true,
  offer({ answers }) {
    const page = aPage(answers)
    if (page === 1)
      return {
        choices: SINGLE.map((count) => ({
          value: String(count),
          label: text('fields.label-count.labels', { count }),
          answer: count,
        })),
      }
    const sheets = SHEETS.filter((count) => count * page <= upTo)
    return {
      choices: sheets.map((count) => ({
        value: String(count * page),
        label: text('fields.label-count.sheets', { count, labels: count * page }),
        answer: count * page,
      })),
    }
  },
  read(said, { language }) {
    const written = said.kind === 'text' ? COUNT.exec(said.text)?.[1] : undefined
    const count = written === undefined ? undefined : readDigits(written, language)
    if (count === undefined || !Number.isInteger(count) || count < 1)
      return { reject: text('fields.label-count.unclear') }
    return count <= upTo ? { accept: count } : { reject: text('fields.label-count.many', { upTo }) }
  },
  show: (count) => text('fields.label-count.labels', { count }),
  texts: () => ['labels', 'sheets', 'unclear', 'many'].map((name) => `fields.label-count.${name}`),
})
