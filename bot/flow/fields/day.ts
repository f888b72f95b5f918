/** A day of the calendar. Kept as YYYY-MM-DD. */
import { z } from 'zod'
import { text, type Text } from '../../../locales/say.js'
import type { At, Field, Offered } from '../field.js'
import { addDays, dayOf, readDay, type Day, type Side } from './days.js'

interface Options<A> {
  /** On which side of today: decides the month of "mùng 5", the year of "20/11", and what is refused */
  side?: Side
  /** Not before, and not after, a day that was answered earlier */
  from?: (earlier: A) => Day | undefined
  to?: (earlier: A) => Day | undefined
  /** Proposed as choices. Left out: today and yesterday, where they are possible */
  suggest?: (earlier: A, today: Day) => Day[]
}

export function day<A = unknown>({ side = 'any', from, to, suggest }: Options<A> = {}): Field<Day, A> {
  const outside = (day: Day, earlier: A): Text | undefined => {
    const [first, last] = [from?.(earlier), to?.(earlier)]
    if (first !== undefined && day < first) return text('fields.day.before', { day: { day }, first: { day: first } })
    if (last !== undefined && day > last) return text('fields.day.after', { day: { day }, last: { day: last } })
    return undefined
  }
  const offered = (day: Day, today: Day): Offered => {
    const near = { [today]: 'fields.day.today', [addDays(today, -1)]: 'fields.day.yesterday' } as const
    return { value: day, label: text(near[day] ?? 'fields.day.shown', { day: { day } }), answer: day }
  }
  return {
    kind: 'day',
    schema: z.iso.date(),
    takes: [],
    numeric: true,
    typed: true,
    offer({ answers, now }: At<A>) {
      const today = dayOf(now)
      const usual = side === 'future' ? [] : [today, addDays(today, -1)]
      const days = suggest?.(answers, today) ?? usual
      const possible = days.filter((day) => !outside(day, answers))
      return { choices: possible.map((day) => offered(day, today)) }
    },
    read(said, { answers, now, language }) {
      if (said.kind !== 'text') return { reject: text('fields.day.unknown', { said: '' }) }
      const read = readDay(said.text, { today: dayOf(now), side, language })
      if ('reject' in read) return read
      const reason = outside(read.day, answers)
      return reason ? { reject: reason } : { accept: read.day }
    },
    show: (day) => text('fields.day.shown', { day: { day } }),
    holds: (day, { answers }) => !outside(day, answers),
    texts: () =>
      [
        'unknown',
        'lunar',
        'impossible',
        'no-such-date',
        'not-yet',
        'over',
        'far',
        'before',
        'after',
        'today',
        'yesterday',
        'shown',
      ].map((name) => `fields.day.${name}`),
  }
}
