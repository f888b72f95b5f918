/**
 * Working time: office hours, holidays and the days worked instead of others, as data. Pure: whoever asks hands in the
 * calendar. Deadlines of cases are counted in it.
 */
import { addDays, dateOf, dayOf, startOfDay, type Day } from './days.js'

/** Office hours, minutes after midnight in Việt Nam. */
export interface Hours {
  opens: number
  closes: number
}

/** Hours of a weekday (1 Monday to 7 Sunday) between two days, both included. */
export interface DatedHours extends Hours {
  weekday: number
  validFrom: Day
  validTo: Day | null
}

/** A day unlike others of its weekday: a holiday (null), or worked with that weekday's hours. */
export interface SpecialDay {
  day: Day
  asWeekday: number | null
}

export interface WorkCalendar {
  hours: readonly DatedHours[]
  days: ReadonlyMap<Day, number | null>
}

export const calendarOf = (hours: readonly DatedHours[], days: readonly SpecialDay[]): WorkCalendar => ({
  hours: hours.toSorted((a, b) => a.opens - b.opens),
  days: new Map(days.map(({ day, asWeekday }) => [day, asWeekday])),
})

const MINUTE_MS = 60_000
const SUNDAY = 7

/** 1 Monday to 7 Sunday */
export const weekdayOf = (day: Day): number => dateOf(day).getUTCDay() || SUNDAY

/** When work is done on this day, in order; none on holidays and free days. */
export function hoursOn({ hours, days }: WorkCalendar, day: Day): Hours[] {
  const special = days.get(day)
  if (special === null) return []
  const weekday = special ?? weekdayOf(day)
  return hours.filter(
    (row) => row.weekday === weekday && row.validFrom <= day && (row.validTo === null || row.validTo >= day),
  )
}

/** A calendar without an hour of work for so long is broken data: Tết, the longest pause, takes nine days. */
const WITHOUT_WORK_MAX_DAYS = 60

interface Span {
  from: number
  to: number
}

/** Spans of work from this moment on, in ms, cut at it; the first may be a mere moment, the end of a span. */
function* spansFrom(calendar: WorkCalendar, moment: Date): Generator<Span> {
  const at = moment.getTime()
  let idle = 0
  for (let day = dayOf(moment); ; day = addDays(day, 1)) {
    const midnight = startOfDay(day).getTime()
    const spans = hoursOn(calendar, day)
      .map(({ opens, closes }) => ({ from: midnight + opens * MINUTE_MS, to: midnight + closes * MINUTE_MS }))
      .filter(({ to }) => to >= at)
    for (const { from, to } of spans) yield { from: Math.max(from, at), to }
    idle = spans.length > 0 ? 0 : idle + 1
    if (idle > WITHOUT_WORK_MAX_DAYS) throw new Error(`Nobody works within ${WITHOUT_WORK_MAX_DAYS} days of ${day}`)
  }
}

/** The moment at which so much working time has passed; of no time at all, the next moment at which work is done. */
export function addWorkingTime(calendar: WorkCalendar, from: Date, ms: number): Date {
  if (!(ms >= 0)) throw new RangeError('Working time is counted forwards')
  let left = ms
  for (const span of spansFrom(calendar, from)) {
    const length = span.to - span.from
    if (left <= length) return new Date(span.from + left)
    left -= length
  }
  throw new Error('unreachable: spans never end')
}

/** Working time between two moments, in ms; 0 when the second does not come after the first (a clock that was set back). */
export function workingTimeBetween(calendar: WorkCalendar, from: Date, to: Date): number {
  const end = to.getTime()
  let sum = 0
  if (end <= from.getTime()) return sum
  for (const span of spansFrom(calendar, from)) {
    if (span.from >= end) return sum
    sum += Math.min(span.to, end) - span.from
  }
  return sum
}
