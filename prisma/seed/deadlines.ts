/**
 * How long a case may wait, in working minutes from its arrival at a unit. Eight working hours to accept, and four to handle
 * what is urgent, are the city's own; the rest are SAMPLES for officials to set, and marked so.
 */
import type { CaseClock, CaseSeverity } from '../generated/enums.js'
import type { Tx } from '../tx.js'

const HOUR = 60
const WORKING_DAY = 8 * HOUR
const CITY = 'Quy trình tiếp nhận phản ánh của Hà Nội (iHanoi)'
const SAMPLE = 'Số mẫu, chờ đơn vị quy định'
const SINCE = '2020-01-01'
/** Three quarters of the time are over: enough is left to act. Sample. */
const REMINDER_SHARE = 0.75

interface DeadlineData {
  severity: CaseSeverity
  clock: CaseClock
  workingMinutes: number
  escalateMinutes: number
  verified: boolean
  source: string
}

const row = (severity: CaseSeverity, clock: CaseClock, workingMinutes: number, verified: boolean): DeadlineData => ({
  severity,
  clock,
  workingMinutes,
  // Sample: each unit above has two working hours for what is urgent, a working day for the rest.
  escalateMinutes: severity === 'urgent' ? 2 * HOUR : WORKING_DAY,
  verified,
  source: verified ? CITY : SAMPLE,
})

export const DEADLINES: readonly DeadlineData[] = [
  row('urgent', 'accept', WORKING_DAY, true),
  row('complex', 'accept', WORKING_DAY, true),
  row('normal', 'accept', WORKING_DAY, true),
  row('urgent', 'handle', 4 * HOUR, true),
  row('complex', 'handle', 10 * WORKING_DAY, false),
  row('normal', 'handle', 5 * WORKING_DAY, false),
]

/** Officials may have set others: where any is there for a severity and clock, it stays. */
export async function seedDeadlines({ prisma }: Pick<Tx, 'prisma'>): Promise<void> {
  const given = await prisma.deadline.findMany({ select: { severity: true, clock: true } })
  const had = new Set(given.map(({ severity, clock }) => `${severity}/${clock}`))
  await prisma.deadline.createMany({
    data: DEADLINES.filter(({ severity, clock }) => !had.has(`${severity}/${clock}`)).map((data) => ({
      ...data,
      validFrom: new Date(SINCE),
      reminderShare: REMINDER_SHARE,
    })),
    skipDuplicates: true,
  })
}
