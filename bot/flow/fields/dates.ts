/**
 * A lot's two days in one answer: when it was made or harvested, and until when it is good. One day typed is the day it was
 * made, and the product's shelf life gives the other; two days typed are both. Kept as YYYY-MM-DD.
 */
import { z } from 'zod'
import { keyed, text, type Text } from '../../../locales/say.js'
import type { At, Field, Offer, Offered, Read } from '../field.js'
import { addDays, dayOf, readDay, type Day } from './days.js'

const kept = z.object({ made: z.iso.date(), expires: z.iso.date().optional() })
export type Dates = z.infer<typeof kept>

/** What was said already, while the expiry is still to be said. */
const half = z.object({ made: z.iso.date() })

interface Options<A> {
  /** Of the product, days; null: not known, so the expiry is asked for */
  shelfLifeDays: (earlier: A) => number | null
  /** Of the lot that the goods come from: proposed as its label has them, and no later expiry is made up */
  source?: (earlier: A) => { made?: Day; expires?: Day } | undefined
}

/** Between two days: "20/11 đến 25/11", "hôm nay, hạn 30/11", "20/11 - 25/11" (a dash without spaces is part of a day). */
const BETWEEN = /\s*(?:,|;|→|\s[-–—]\s|\s(?:đến|den|tới|toi|to|until)\s)\s*/iu
/** Words that only say which of the two days follows. */
const NAMES = /^(?:(?:nsx|hsd|hạn dùng|han dung|hạn|han|expires|expiry|made)(?:\s+|\s*:\s*))+/iu

export function dates<A = unknown>({ shelfLifeDays, source }: Options<A>): Field<Dates, A> {
  /** The expiry to propose for what was made on this day: not beyond that of the lot it comes from. */
  const usual = (answers: A, made: Day): Day | undefined => {
    const days = shelfLifeDays(answers)
    const proposed = [...(days === null ? [] : [addDays(made, days)]), source?.(answers)?.expires]
    return proposed.filter((day) => day !== undefined && day >= made).sort()[0]
  }
  return {
    kind: 'dates',
    schema: kept.refine(({ made, expires }) => expires === undefined || expires >= made),
    takes: [],
    numeric: true,
    typed: true,
    offer({ answers, now, soFar }: At<A>): Offer {
      const begun = half.safeParse(soFar)
      if (begun.success)
        return {
          choices: [{ value: 'no-expiry', label: text('fields.dates.no-expiry'), skips: true, answer: begun.data }],
          ask: text('fields.dates.until-when'),
        }
      const today = dayOf(now)
      const near = [today, addDays(today, -1)].map((made) => offered(made, today, usual(answers, made)))
      const theirs = source?.(answers)
      return { choices: theirs?.made === undefined ? near : [stated(theirs.made, theirs.expires), ...near] }
    },
    read(said, at): Read {
      if (said.kind === 'choice') return whole(said.value, usual(at.answers, said.value), at)
      if (said.kind !== 'text') return { reject: text('fields.day.unknown', { said: '' }) }
      const begun = half.safeParse(at.soFar)
      if (begun.success) return withExpiry(begun.data.made, said.text, at)
      const [first = '', second] = said.text.split(BETWEEN)
      const made = readDay(bare(first), { today: dayOf(at.now), side: 'past', language: at.language })
      if ('reject' in made) return made
      return second ? withExpiry(made.day, second, at) : whole(made.day, usual(at.answers, made.day), at)
    },
    show: (dates) => shown(dates),
    texts: () => [
      ...[
        'no-expiry',
        'until-when',
        'made',
        'made-expires',
        'expires-first',
        'today',
        'yesterday',
        'near-expires',
        'source',
      ].map((name) => `fields.dates.${name}`),
      ...['unknown', 'lunar', 'impossible', 'no-such-date', 'not-yet', 'over', 'far'].map(
        (name) => `fields.day.${name}`,
      ),
    ],
  }
}

const bare = (said: string): string => said.trim().replace(NAMES, '')

/** The day is repeated, so that a misreading of "mùng 5" is seen while only the expiry is still asked for. */
const whole = <A>(made: Day, expires: Day | undefined, { place }: At<A>): Read =>
  expires === undefined
    ? { partial: { made }, note: text('flow.noted', { name: keyed(`${place}.name`), value: shown({ made }) }) }
    : { accept: { made, expires } }

const stated = (made: Day, expires: Day | undefined): Offered => {
  const answer = expires === undefined ? { made } : { made, expires }
  return { value: 'source', label: text('fields.dates.source', { dates: shown(answer) }), answer }
}

function offered(made: Day, today: Day, expires: Day | undefined): Offered {
  const near = text(made === today ? 'fields.dates.today' : 'fields.dates.yesterday')
  if (expires === undefined) return { value: made, label: near }
  return {
    value: made,
    label: text('fields.dates.near-expires', { near, expires: { day: expires } }),
    answer: { made, expires },
  }
}

const shown = ({ made, expires }: Dates): Text =>
  expires === undefined
    ? text('fields.dates.made', { made: { day: made } })
    : text('fields.dates.made-expires', { made: { day: made }, expires: { day: expires } })

function withExpiry<A>(made: Day, said: string, { now, language }: At<A>): Read {
  const expires = readDay(bare(said), { today: dayOf(now), side: 'any', language })
  if ('reject' in expires) return expires
  if (expires.day < made)
    return { reject: text('fields.dates.expires-first', { made: { day: made }, expires: { day: expires.day } }) }
  return { accept: { made, expires: expires.day } }
}
