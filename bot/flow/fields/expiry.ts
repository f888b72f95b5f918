/** Which of two days is the expiry: the one that was stated, or the earlier one of the lot that the goods come from. */
import { z } from 'zod'
import { text } from '../../../locales/say.js'
import type { Field, Offer } from '../field.js'
import type { Day } from './days.js'

interface Options<A> {
  stated: (earlier: A) => Day
  source: (earlier: A) => Day
}

export const expiry = <A>({ stated, source }: Options<A>): Field<Day, A> => ({
  kind: 'expiry',
  schema: z.iso.date(),
  takes: [],
  numeric: false,
  typed: false,
  offer({ answers }): Offer {
    const [own, theirs] = [stated(answers), source(answers)]
    return {
      ask: text('fields.expiry.later', { stated: { day: own }, source: { day: theirs } }),
      choices: [
        { value: 'source', label: text('fields.expiry.source', { day: { day: theirs } }), answer: theirs },
        { value: 'stated', label: text('fields.expiry.stated', { day: { day: own } }), answer: own },
      ],
    }
  },
  read: () => ({ reject: text('fields.choice.unknown') }),
  show: (day) => text('fields.day.shown', { day: { day } }),
  holds: (day, { answers }) => day === stated(answers) || day === source(answers),
  texts: () => [
    ...['later', 'source', 'stated'].map((name) => `fields.expiry.${name}`),
    'fields.choice.unknown',
    'fields.day.shown',
  ],
})
