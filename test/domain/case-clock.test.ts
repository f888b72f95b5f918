import { describe, expect, test } from '@jest/globals'
import { arrived, handling, nextLevelAt, paused, remindAt, resumed, type ClockRules } from '../../domain/case-clock.js'
import { calendarOf } from '../../domain/working-time.js'
import { CALENDAR_DAYS, WORKING_HOURS } from '../../prisma/seed/calendar.js'
import { DEADLINES } from '../../prisma/seed/deadlines.js'

const rulesOf = (severity: string): ClockRules => ({
  calendar: calendarOf(WORKING_HOURS, CALENDAR_DAYS),
  deadlines: DEADLINES.filter((row) => row.severity === severity).map((row) => ({ ...row, reminderShare: 0.75 })),
})
const normal = rulesOf('normal')
const urgent = rulesOf('urgent')
const at = (said: string): Date => new Date(`${said}:00+07:00`)
const tuesday = at('2026-11-24T09:00')

describe('the clock of a case', () => {
  test('eight working hours to accept, and five days from the arrival to handle', () => {
    const waiting = arrived(normal, tuesday)
    expect(waiting).toMatchObject({ clock: 'accept', dueAt: at('2026-11-25T09:00') })
    expect(handling(normal, waiting)).toMatchObject({ clock: 'handle', dueAt: at('2026-12-01T09:00') })
  })

  test('what is urgent is handled in four, so it cannot wait eight to be accepted', () => {
    const waiting = arrived(urgent, tuesday)
    expect(waiting.dueAt).toEqual(at('2026-11-24T14:00'))
    expect(handling(urgent, waiting).dueAt).toEqual(at('2026-11-24T14:00'))
    expect(nextLevelAt(urgent, 'accept', at('2026-11-24T16:00'))).toEqual(at('2026-11-25T09:00'))
  })

  test('a reminder after three quarters; none when that is over', () => {
    const waiting = arrived(normal, tuesday)
    expect(remindAt(normal, waiting, tuesday)).toEqual(at('2026-11-24T16:00'))
    expect(remindAt(normal, waiting, at('2026-11-24T16:00'))).toBeNull()
  })

  test('it stands still while somebody is asked, and goes on with what was left', () => {
    const open = handling(normal, arrived(normal, tuesday))
    const still = paused(normal, open, at('2026-11-24T11:00'))
    expect(still).toMatchObject({ dueAt: null, usedMs: 2 * 3_600_000 })
    expect(paused(normal, still, at('2026-11-24T12:00'))).toBe(still)
    expect(remindAt(normal, still, at('2026-11-24T12:00'))).toBeNull()
    expect(resumed(normal, still, at('2026-11-26T09:00'))).toMatchObject({
      pausedAt: null,
      dueAt: at('2026-12-02T16:00'),
    })
    expect(resumed(normal, open, at('2026-11-26T09:00'))).toBe(open)
  })

  test('a clock set back uses no time', () => {
    const open = arrived(normal, tuesday)
    const still = paused(normal, open, at('2026-11-20T09:00'))
    expect(still.usedMs).toBe(0)
    expect(resumed(normal, still, at('2026-11-20T10:00')).dueAt).toEqual(at('2026-11-23T10:00'))
  })
})
