/**
 * Office hours and the days unlike others. Holidays: Labour Code 2019, article 112, which names them and says that one at a
 * weekend is made up for. Which day beside the National Day is off, and bridges with the day that is worked instead, the
 * government announces for each year: those of 2025 and 2026 are taken from memory of what was announced, not from its text,
 * so they are not verified, nor is anything of 2027, which nobody has announced.
 */
import type { Tx } from '../tx.js'

const OFFICE = 'Giờ hành chính của Hà Nội: 8 giờ một ngày, 40 giờ một tuần'
const MONDAY_TO_FRIDAY = [1, 2, 3, 4, 5] as const
const MORNING = { opens: 8 * 60, closes: 12 * 60 }
const AFTERNOON = { opens: 13 * 60, closes: 17 * 60 }
/** Long before the first case. */
const SINCE = '2020-01-01'

export const WORKING_HOURS = MONDAY_TO_FRIDAY.flatMap((weekday) =>
  [MORNING, AFTERNOON].map((hours) => ({ weekday, ...hours, validFrom: SINCE, validTo: null, source: OFFICE })),
)

interface CalendarDayData {
  day: string
  /** null: nobody works */
  asWeekday: number | null
  name: string
  verified: boolean
  source: string
}

const LAW = 'Bộ luật Lao động 2019, điều 112'
/** `bridge`: of these days, those off by an announcement alone. */
const off = (year: number, name: string, days: string[], bridge: string[] = []): CalendarDayData[] =>
  days.map((day) => ({
    day: `${year}-${day}`,
    asWeekday: null,
    name,
    verified: year < 2027 && !bridge.includes(day),
    source:
      year >= 2027
        ? `${LAW}; chưa có thông báo`
        : bridge.includes(day)
          ? `Thông báo nghỉ lễ năm ${year}, chưa đối chiếu văn bản`
          : LAW,
  }))
/** Worked instead of a bridge: with that day's hours. */
const worked = (day: string, asWeekday: number, instead: string): CalendarDayData => ({
  day,
  asWeekday,
  name: `Làm bù ngày ${instead}`,
  verified: false,
  source: `Thông báo nghỉ lễ năm ${day.slice(0, 4)}, chưa đối chiếu văn bản`,
})
/**
 * The Politburo's resolution of 7/1/2026 wants 24 November to be a paid day off; no law that makes it one is known here. So it
 * is worked, with its own weekday's hours, until officials set it otherwise.
 */
const culture = (day: string, asWeekday: number): CalendarDayData => ({
  day,
  asWeekday,
  name: 'Ngày Văn hoá Việt Nam',
  verified: false,
  source: 'Nghị quyết 80-NQ/TW: chủ trương là ngày nghỉ; chưa thấy luật quy định, nên tính là ngày làm việc',
})

const NEW_YEAR = 'Tết Dương lịch'
const TET = 'Tết Nguyên đán'
const KINGS = 'Giỗ Tổ Hùng Vương'
const VICTORY = 'Ngày Chiến thắng, Quốc tế Lao động'
const NATIONAL = 'Quốc khánh'

/** Only days that would be worked otherwise, and those worked instead. */
export const CALENDAR_DAYS: readonly CalendarDayData[] = [
  ...off(2025, NEW_YEAR, ['01-01']),
  ...off(2025, TET, ['01-27', '01-28', '01-29', '01-30', '01-31']),
  ...off(2025, KINGS, ['04-07']),
  ...off(2025, VICTORY, ['04-30', '05-01', '05-02'], ['05-02']),
  worked('2025-04-26', 5, '02/05/2025'),
  ...off(2025, NATIONAL, ['09-01', '09-02'], ['09-01']),
  ...off(2026, NEW_YEAR, ['01-01', '01-02'], ['01-02']),
  worked('2026-01-10', 5, '02/01/2026'),
  ...off(2026, TET, ['02-16', '02-17', '02-18', '02-19', '02-20']),
  ...off(2026, KINGS, ['04-27']),
  ...off(2026, VICTORY, ['04-30', '05-01']),
  worked('2026-08-22', 1, '31/08/2026'),
  ...off(2026, NATIONAL, ['08-31', '09-01', '09-02'], ['08-31', '09-01']),
  culture('2026-11-24', 2),
  ...off(2027, NEW_YEAR, ['01-01']),
  ...off(2027, TET, ['02-05', '02-08', '02-09', '02-10', '02-11']),
  ...off(2027, KINGS, ['04-16']),
  ...off(2027, VICTORY, ['04-30', '05-03']),
  ...off(2027, NATIONAL, ['09-02', '09-03']),
  culture('2027-11-24', 3),
]

/** Officials may have set hours and days: what is there stays. */
export async function seedCalendar({ prisma }: Pick<Tx, 'prisma'>): Promise<void> {
  await prisma.workingHours.createMany({
    data: WORKING_HOURS.map((row) => ({ ...row, validFrom: new Date(row.validFrom) })),
    skipDuplicates: true,
  })
  await prisma.calendarDay.createMany({
    data: CALENDAR_DAYS.map((row) => ({ ...row, day: new Date(row.day) })),
    skipDuplicates: true,
  })
}
