/** How much, as people say it; kept in one unit of measure, with the words that were used. */
import { z } from 'zod'
import { keyed, text } from '../../../locales/say.js'
import type { Field, Read } from '../field.js'
import { SHOWN_MAX } from '../lookups.js'
import { QUANTITY_MAX, readQuantity, toDecimals, type Amount, type Measure } from './quantities.js'

interface Options<A> {
  measures: readonly Measure[]
  /** The unit of a bare number, as UN/CEFACT code; where it is not known the person is asked. */
  usual?: (earlier: A) => string | undefined
}

/** A number whose unit is still to be said. */
const bare = z.object({ number: z.number(), said: z.string() })

export function quantity<A = unknown>({ measures, usual }: Options<A>): Field<Amount & { said: string }, A> {
  const uoms = [...new Set(measures.map(({ uom }) => uom))]
  return {
    kind: 'quantity',
    schema: z.object({
      /** three decimals */
      quantity: z
        .number()
        .positive()
        .max(QUANTITY_MAX)
        .refine((amount) => toDecimals(amount) === amount),
      uom: z.string().refine((uom) => uoms.includes(uom)),
      said: z.string(),
    }),
    takes: [],
    numeric: true,
    typed: true,
    offer({ soFar }) {
      const number = bare.safeParse(soFar)
      if (!number.success) return { choices: [] }
      const { said } = number.data
      const choices = uoms.slice(0, SHOWN_MAX).map((uom) => ({
        value: uom,
        label: keyed(`measure.${uom}`, { count: number.data.number }),
        answer: { quantity: number.data.number, uom, said },
      }))
      return { choices, hints: [text('fields.quantity.which-unit')] }
    },
    read(said, { answers, language, soFar }): Read {
      if (said.kind !== 'text') return { reject: text('fields.quantity.unclear', { said: '' }) }
      const known = usual?.(answers)
      const usualUom = known !== undefined && uoms.includes(known) ? known : uoms.length === 1 ? uoms[0] : undefined
      const number = bare.safeParse(soFar)
      // The unit alone, said after the number.
      const whole = number.success && !/\d/.test(said.text) ? `${number.data.said} ${said.text}` : said.text
      const amount = readQuantity(whole, measures, language, usualUom)
      if ('reject' in amount) return amount
      return 'number' in amount ? { partial: { ...amount, said: whole } } : { accept: { ...amount, said: whole } }
    },
    show: ({ quantity, uom }) => keyed(`measure.${uom}`, { count: quantity }),
    texts: () => [
      ...['unclear', 'unit', 'one-unit', 'positive', 'large', 'which-unit'].map((name) => `fields.quantity.${name}`),
      ...uoms.map((uom) => `measure.${uom}`),
    ],
  }
}
