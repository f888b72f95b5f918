/** How much an official is told, and when. Pure; every number with its reason. */
import type { CaseSeverity } from '../prisma/generated/enums.js'
import { addDays, dayOf, startOfDay } from './days.js'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

export interface AlertLimits {
  /** More than so many alerts within so long are told as one digest: nobody reads on beyond that. ms */
  flood: { alerts: number; withinMs: number }
  /** More reports on a case that is known already are told together, after this. ms */
  joinedMs: number
  /** An alert that nobody acknowledged goes out on a second channel after this. ms */
  secondMs: Record<CaseSeverity, number>
  /** Nobody is woken by what is not urgent: hours of the day in Việt Nam, from the evening to the morning */
  quiet: { from: number; to: number }
}

/** Samples of ours, no published rule: for a city to set. */
export const ALERT_LIMITS: AlertLimits = {
  flood: { alerts: 10, withinMs: MINUTE_MS },
  joinedMs: 10 * MINUTE_MS,
  secondMs: { urgent: 10 * MINUTE_MS, complex: HOUR_MS, normal: 2 * HOUR_MS },
  quiet: { from: 21, to: 7 },
}

/** When the quiet hours that it is in end; null: they are not on. */
export function quietUntil(now: Date, { quiet }: AlertLimits = ALERT_LIMITS): Date | null {
  const today = dayOf(now)
  const hour = (now.getTime() - startOfDay(today).getTime()) / HOUR_MS
  if (hour >= quiet.to && hour < quiet.from) return null
  const day = hour < quiet.to ? today : addDays(today, 1)
  return new Date(startOfDay(day).getTime() + quiet.to * HOUR_MS)
}
