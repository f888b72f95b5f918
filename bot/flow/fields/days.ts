/**
 * Days of the calendar as people say them: "hôm nay", "hôm kia", "mùng 5", "ngày 20", "20/11", "20-11-26", "20 tháng 11",
 * "thứ hai", "3 ngày nữa", "2026-11-20", "yesterday", "20 Nov". Which month or year is meant, the question decides.
 */
import { text, TIME_ZONE, type Language, type Text } from '../../../locales/say.js'
import { plain, quote } from '../words.js'
import { readNumber } from './numbers.js'

/** YYYY-MM-DD */
export type Day = string

/** On which side of today the day must lie; today itself lies on both. */
export type Side = 'past' | 'future' | 'any'

export type ReadDay = { day: Day } | { reject: Text }

/** Longest text that can be a day, in UTF-16 units. */
const TYPED_MAX = 60
/** Nothing eaten today was made before or keeps until after. */
const YEAR_MIN = 2000
const YEAR_MAX = 2100
const DAY_MS = 86_400_000
/** So many years either way hold a 29 February, within the years above. */
const LEAP_YEARS = 4

const dayFormat = new Intl.DateTimeFormat('sv-SE', { timeZone: TIME_ZONE })
/** The day that it is here at this moment (ISO 8601). */
export const dayOf = (moment: string): Day => dayFormat.format(new Date(moment))

export const addDays = (day: Day, days: number): Day =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)

/** Undefined: there is no such day. */
function dayFrom(year: number, month: number, date: number): Day | undefined {
  if (year < YEAR_MIN || year > YEAR_MAX || month < 1 || month > 12 || date < 1) return undefined
  return date <= new Date(Date.UTC(year, month, 0)).getUTCDate()
    ? new Date(Date.UTC(year, month - 1, date)).toISOString().slice(0, 10)
    : undefined
}

const weekday = (day: Day): number => new Date(`${day}T00:00:00Z`).getUTCDay()

interface Asked {
  today: Day
  side: Side
  language: Language
}

/** One way of saying a day: how it looks, folded, and what it means. */
interface Way {
  form: RegExp
  /** Undefined: it only looked like it. */
  read: (parts: string[], asked: Asked) => ReadDay | undefined
}

const RELATIVE: [RegExp, number][] = [
  [/^(?:(?:hom|ngay|bua|sang|trua|chieu|toi|dem) )?nay$|^today$|^(?:hom nay|moi) (?:sang|trua|chieu|toi)$/, 0],
  [/^(?:(?:hom|ngay|bua|sang|trua|chieu|toi|dem) )?(?:qua|hom qua)$|^yesterday$/, -1],
  [/^(?:hom|bua) kia$|^(?:the )?day before yesterday$/, -2],
  [/^(?:(?:ngay|hom|bua|sang|trua|chieu|toi|dem) )?mai$|^tomorrow$/, 1],
  [/^ngay kia$|^(?:the )?day after tomorrow$/, 2],
]

const WEEKDAYS = [
  ['chu nhat', 'cn', 'sunday'],
  ['thu hai', 'thu 2', 't2', 'monday'],
  ['thu ba', 'thu 3', 't3', 'tuesday'],
  ['thu tu', 'thu 4', 't4', 'wednesday'],
  ['thu nam', 'thu 5', 't5', 'thursday'],
  ['thu sau', 'thu 6', 't6', 'friday'],
  ['thu bay', 'thu 7', 't7', 'saturday'],
]
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** Said, or printed, before a day. */
const LED_BY = /^(?:vao|tu|luc|on|nsx|hsd|ngay sx|ngay san xuat|han dung|han su dung|exp|mfg|best before) /

const NUMBER = '(\\d{1,2}|[a-z]+(?: [a-z]+){0,2}?)'
const MONTH = `(${MONTHS.join('|')})[a-z]*`
const YEAR = '(\\d{4}|\\d{2})'

const lunar: Way = {
  form: /\b(?:am(?: lich)?|tet|ram|gieng|chap)\b/,
  read: () => ({ reject: text('fields.day.lunar') }),
}

const WAYS: Way[] = [
  lunar,
  ...RELATIVE.map(([form, days]): Way => ({ form, read: (_, { today }) => ({ day: addDays(today, days) }) })),
  {
    form: new RegExp(`^${NUMBER} (ngay|hom|tuan|thang|nam) (nua|sau|toi|truoc)$`),
    read: ([number, span, way], asked) => awayFrom(asked, number!, span!, way === 'truoc' ? -1 : 1),
  },
  {
    form: new RegExp(`^${NUMBER} (day|week|month|year)s? (ago)$|^in ${NUMBER} (day|week|month|year)s?$`),
    read: ([back, span, ago, ahead, spanAhead], asked) =>
      awayFrom(asked, back ?? ahead!, span ?? spanAhead!, ago ? -1 : 1),
  },
  {
    form: new RegExp(`^(${WEEKDAYS.flat().join('|')})(?: (tuan nay|tuan truoc|tuan sau|tuan toi|nay|truoc|sau|toi))?$`),
    read: ([name, week], asked) => weekdayNamed(name!, week?.replace(/^tuan /, ''), asked),
  },
  { form: /^(\d{4}) (\d{1,2}) (\d{1,2})$/, read: ([year, month, date]) => exactly(date!, month!, year!) },
  {
    form: /^(?:ngay )?(\d{1,2}) (\d{1,2}) (\d{4}|\d{2})$/,
    read: ([date, month, year]) => exactly(date!, month!, year!),
  },
  { form: /^(\d{2})(\d{2})(\d{4}|\d{2})$/, read: ([date, month, year]) => exactly(date!, month!, year!) },
  {
    form: /^(?:ngay )?(\d{1,2}) (\d{1,2})$/,
    read: ([date, month], asked) => inSomeYear(Number(date), Number(month), asked),
  },
  {
    form: new RegExp(
      `^(?:(?:hom|ngay) )?(?:(?:mung|mong|ngay) )?${NUMBER} (?:thang|thg|th) ${NUMBER}(?: (?:nam )?${YEAR})?$`,
    ),
    read: ([date, month, year], asked) => spoken(date!, month!, year, asked),
  },
  {
    form: new RegExp(`^(\\d{1,2})(?:st|nd|rd|th)? (?:of )?${MONTH}(?: ${YEAR})?$`),
    read: ([date, month, year], asked) => spoken(date!, String(MONTHS.indexOf(month!) + 1), year, asked),
  },
  {
    form: new RegExp(`^${MONTH} (\\d{1,2})(?:st|nd|rd|th)?(?: ${YEAR})?$`),
    read: ([month, date, year], asked) => spoken(date!, String(MONTHS.indexOf(month!) + 1), year, asked),
  },
  {
    form: new RegExp(`^(?:(?:hom|ngay) )?(?:(?:mung|mong|ngay|the) )?${NUMBER}(?:st|nd|rd|th)?$`),
    read: ([date], asked) => inSomeMonth(date!, asked),
  },
]

export function readDay(said: string, asked: Asked): ReadDay {
  const unknown = { reject: text('fields.day.unknown', { said: quote(said) }) }
  // "-5", "1,5" and "20:11" are no days; other signs between numbers are all alike.
  if (said.length > TYPED_MAX || /^\s*[-−]|\d[,:]\d|[^\p{L}\p{M}\p{N}\s/.,:'’-]/u.test(said)) return unknown
  // Without its marks it is một, the first.
  if (/^(?:ngày )?mốt$/.test(said.normalize('NFC').toLowerCase().trim())) return onSide(addDays(asked.today, 2), asked)
  const words = plain(said).replace(LED_BY, '')
  for (const { form, read } of WAYS) {
    const parts = form.exec(words)
    const result = parts && read(parts.slice(1), asked)
    if (result) return 'day' in result ? onSide(result.day, asked) : result
  }
  return unknown
}

function onSide(day: Day, { today, side }: Asked): ReadDay {
  if (side === 'past' && day > today) return { reject: text('fields.day.not-yet', { day: { day } }) }
  if (side === 'future' && day < today) return { reject: text('fields.day.over', { day: { day } }) }
  return { day }
}

const impossible = (date: number, month: number, year?: number): ReadDay => ({
  reject: text('fields.day.impossible', { said: [date, month, year].filter((part) => part !== undefined).join('/') }),
})

const number = (said: string, language: Language): number | undefined => {
  const read = readNumber(said.split(' '), language)
  return read?.rest.length === 0 ? read.value : undefined
}

function exactly(date: string, month: string, year: string): ReadDay {
  const full = Number(year) < 100 ? Number(year) + 2000 : Number(year)
  const day = dayFrom(full, Number(month), Number(date))
  return day ? { day } : impossible(Number(date), Number(month), full)
}

function spoken(date: string, month: string, year: string | undefined, asked: Asked): ReadDay | undefined {
  const [d, m] = [number(date, asked.language), number(month, asked.language)]
  if (d === undefined || m === undefined) return undefined
  return year === undefined ? inSomeYear(d, m, asked) : exactly(String(d), String(m), year)
}

/** The fitting one of several days: the latest past one, the next one to come, or the nearest. */
function fitting(days: Day[], { today, side }: Asked): Day | undefined {
  const fit = days.filter((day) => side === 'any' || (side === 'past' ? day <= today : day >= today))
  const distance = (day: Day): number => Math.abs(Date.parse(day) - Date.parse(today))
  return fit.sort((one, other) => distance(one) - distance(other))[0]
}

function inSomeYear(date: number, month: number, asked: Asked): ReadDay {
  const thisYear = Number(asked.today.slice(0, 4))
  const years = Array.from({ length: 2 * LEAP_YEARS + 1 }, (_, n) => thisYear - LEAP_YEARS + n)
  const day = fitting(
    years.flatMap((year) => dayFrom(year, month, date) ?? []),
    asked,
  )
  return day ? { day } : impossible(date, month)
}

/** "mùng 5": the 5th of this month, or of the nearest one where that lies on the right side. */
function inSomeMonth(said: string, asked: Asked): ReadDay | undefined {
  const date = number(said, asked.language)
  if (date === undefined || !Number.isInteger(date)) return undefined
  const [year, month] = asked.today.split('-').map(Number) as [number, number]
  // Two months either way: after a short month there is always a long one.
  const days = [-2, -1, 0, 1, 2].flatMap((n) => {
    const months = year * 12 + month - 1 + n
    return dayFrom(Math.floor(months / 12), (months % 12) + 1, date) ?? []
  })
  const day = fitting(days, asked)
  return day ? { day } : { reject: text('fields.day.no-such-date', { count: date }) }
}

function awayFrom({ today, language }: Asked, said: string, span: string, direction: number): ReadDay | undefined {
  const count = number(said, language)
  if (count === undefined || !Number.isInteger(count)) return undefined
  const days = { ngay: 1, hom: 1, day: 1, tuan: 7, week: 7 }[span]
  const months = { thang: 1, month: 1, nam: 12, year: 12 }[span]
  const day = days ? daysAway(today, direction * count * days) : monthsAway(today, direction * count * (months ?? 0))
  return day ? { day } : { reject: text('fields.day.far') }
}

const daysAway = (today: Day, days: number): Day | undefined => {
  if (Math.abs(days) > (YEAR_MAX - YEAR_MIN) * 366) return undefined
  const [year, month, date] = addDays(today, days).split('-').map(Number)
  return dayFrom(year!, month!, date!)
}

/** The same date so many months away, or the last one of a shorter month. */
function monthsAway(today: Day, away: number): Day | undefined {
  const [year, month, date] = today.split('-').map(Number) as [number, number, number]
  const months = year * 12 + month - 1 + away
  const [thatYear, thatMonth] = [Math.floor(months / 12), (((months % 12) + 12) % 12) + 1]
  return [date, 30, 29, 28].map((last) => dayFrom(thatYear, thatMonth, Math.min(last, date))).find((day) => day)
}

/** Weeks begin on Monday. Without a week it is the nearest one on the right side. */
function weekdayNamed(name: string, week: string | undefined, asked: Asked): ReadDay | undefined {
  const wanted = WEEKDAYS.findIndex((ways) => ways.includes(name))
  const sinceMonday = (n: number): number => (n + 6) % 7
  const inThisWeek = addDays(asked.today, sinceMonday(wanted) - sinceMonday(weekday(asked.today)))
  if (week !== undefined) return { day: addDays(inThisWeek, { nay: 0, truoc: -7, sau: 7, toi: 7 }[week] ?? 0) }
  const day = fitting([addDays(inThisWeek, -7), inThisWeek, addDays(inThisWeek, 7)], asked)
  return day ? { day } : undefined
}
