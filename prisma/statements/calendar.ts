import { statement } from '../tx.js'

export interface CalendarRow {
  hours: { weekday: number; opens: number; closes: number; validFrom: string; validTo: string | null }[]
  days: { day: string; asWeekday: number | null }[]
}

/** The whole working calendar from a day on: 10 rows of hours, about 15 special days a year. */
export const readCalendar = statement<CalendarRow, [from: string]>(
  'calendar_read',
  `select
     (select coalesce(json_agg(json_build_object('weekday', weekday, 'opens', opens, 'closes', closes,
         'validFrom', valid_from::text, 'validTo', valid_to::text)), '[]')
      from working_hours where valid_to is null or valid_to >= $1::date) as hours,
     (select coalesce(json_agg(json_build_object('day', day::text, 'asWeekday', as_weekday)), '[]')
      from calendar_days where day >= $1::date) as days`,
)

export interface DeadlineRow {
  clock: 'accept' | 'handle'
  workingMinutes: number
  reminderShare: number
  escalateMinutes: number
}

/** Both clocks of a severity as they are on a day. */
export const readDeadlines = statement<DeadlineRow, [severity: string, day: string]>(
  'deadlines_read',
  `select distinct on (clock) clock, working_minutes as "workingMinutes", reminder_share::float8 as "reminderShare",
     escalate_minutes as "escalateMinutes"
   from deadlines where severity = $1::case_severity and valid_from <= $2::date and (valid_to is null or valid_to >= $2::date)
   order by clock, valid_from desc`,
)
