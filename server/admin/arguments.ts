/** What the operator's arguments have to look like; what does not is refused in a sentence that says so. */
import { isDay, startOfDay } from '../../domain/days.js'
import { Trouble } from '../trouble.js'

const UNITS_OF_TIME: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
/** Beyond these the calendar of a food chain makes no sense, and far beyond them no date can be told. */
const YEARS = { from: 2000, to: 2100 }
const LENGTH_MAX_DAYS = 36_525
/** 2026-11-20T08:00, with seconds or not, and a zone where it is not Việt Nam's */
const TIME_FORM = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?$/
const ZONE = '+07:00'

/** 3d, 4h, 30m or 10s, in ms */
export function lengthOf(said: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*([smhd])$/.exec(said) ?? []
  const length = number === undefined ? Number.NaN : Number(number) * UNITS_OF_TIME[unit!]!
  if (!(length <= LENGTH_MAX_DAYS * UNITS_OF_TIME.d!))
    throw new Trouble(`A length of time looks like 3d, 4h, 30m or 10s, and is at most ${LENGTH_MAX_DAYS}d.`)
  return length
}

/** A day (its first moment in Việt Nam) or a time. */
export function momentOf(said: string): Date {
  if (isDay(said)) return withinYears(startOfDay(said))
  const [, day = '', time, zone = ZONE] = TIME_FORM.exec(said) ?? []
  return withinYears(new Date(isDay(day) ? `${day}T${time}${zone}` : Number.NaN))
}

/** Also for a clock that is advanced step by step. */
export function withinYears(moment: Date): Date {
  const year = moment.getUTCFullYear()
  if (year >= YEARS.from && year <= YEARS.to) return moment
  throw new Trouble(
    `A time looks like 2026-11-20 or 2026-11-20T08:00:00+07:00, and lies between ${YEARS.from} and ${YEARS.to}.`,
  )
}

/** `name`: of the option, as it is typed */
export function wholeNumber(name: string, said: string, { min, max }: { min: number; max?: number }): number {
  const number = /^\d+$/.test(said) ? Number(said) : Number.NaN
  if (Number.isSafeInteger(number) && number >= min && (max === undefined || number <= max)) return number
  throw new Trouble(
    `${name} should be a whole number ${max === undefined ? `of at least ${min}` : `from ${min} to ${max}`}.`,
  )
}
