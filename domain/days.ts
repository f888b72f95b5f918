/** Calendar days as people mean them: YYYY-MM-DD in Việt Nam, where every house date is told. */
/** YYYY-MM-DD */
export type Day = string

const DAY_MS = 86_400_000
const DAY_FORM = /^\d{4}-\d{2}-\d{2}$/

/**
 * Of TIME_ZONE, at every moment since 1975-06-13: a sum takes 0.2 µs where Intl's formatter takes 4, several times an answer.
 */
const ZONE_AHEAD_MS = 7 * 3_600_000

/** The day that it is in Việt Nam at this moment. */
export const dayOf = (moment: Date): Day => new Date(moment.getTime() + ZONE_AHEAD_MS).toISOString().slice(0, 10)

/** Whether the text is a day that the calendar has. */
export const isDay = (text: string): boolean => {
  if (!DAY_FORM.test(text)) return false
  const moment = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(text)
}

/** Midnight UTC of the day: how a `date` column is handed to Prisma. */
export const dateOf = (day: Day): Date => new Date(`${day}T00:00:00Z`)

/** The day of a `date` column as Prisma hands it back. */
export const dayOfColumn = (date: Date): Day => date.toISOString().slice(0, 10)
export const dayOrNull = (date: Date | null): Day | null => (date ? dayOfColumn(date) : null)

export const addDays = (day: Day, days: number): Day => dayOfColumn(new Date(dateOf(day).getTime() + days * DAY_MS))

/** Days from `from` to `to`; negative when `to` comes first. */
export const daysBetween = (from: Day, to: Day): number => (dateOf(to).getTime() - dateOf(from).getTime()) / DAY_MS

/** So many times 24 hours later, or before when negative. */
export const daysAfter = (moment: Date, days: number): Date => new Date(moment.getTime() + days * DAY_MS)

/** The first moment of the day in Việt Nam. */
export const startOfDay = (day: Day): Date => new Date(`${day}T00:00:00+07:00`)
