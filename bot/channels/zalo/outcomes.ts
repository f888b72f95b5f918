/** What an answer of Zalo's means to the outbox: the classes of `errors.ts`, each with one behaviour. */
import type { Sent } from '../channel.js'
import type { Called } from './calls.js'
import { classOf } from './errors.js'
import type { Timing } from './limits.js'

export type Failed = Exclude<Called<never>, { kind: 'ok' }>

/** Hà Nội's; no summer time since 1945. ms */
const ZONE_MS = 7 * 3_600_000
const DAY_MS = 24 * 3_600_000
/** From when messages may go out again, in the morning [D]. */
const MORNING_MS = 6 * 3_600_000

/** ms until six in the morning in Hà Nội. */
export const untilMorning = (now: number): number => {
  const sinceMorning = (((now + ZONE_MS - MORNING_MS) % DAY_MS) + DAY_MS) % DAY_MS
  return DAY_MS - sinceMorning
}

/** Everything but success. No `why` holds a token or a person's words. */
export function sentFrom(answer: Failed, timing: Timing, now: number = Date.now()): Sent {
  if (answer.kind === 'unconnected') {
    const why = 'no access to the Official Account: the operator connects it at /zalo/connect'
    return { outcome: 'retry', afterMs: timing.unconnectedMs, why }
  }
  if (answer.kind === 'silent') return { outcome: answer.written ? 'unknown' : 'retry', why: answer.why }
  const why = `${answer.code} ${answer.message}`.trim()
  switch (classOf(answer.code)) {
    case 'retry':
      return { outcome: 'retry', why }
    // Refused again with a token that was renewed a moment ago.
    case 'refresh':
      return { outcome: 'retry', afterMs: timing.unconnectedMs, why }
    case 'night':
      return { outcome: 'retry', afterMs: untilMorning(now), why }
    case 'quota':
      return { outcome: 'retry', afterMs: timing.quotaMs, why }
    case 'operator':
      return { outcome: 'retry', afterMs: timing.operatorMs, why }
    case 'unreachable':
      return { outcome: 'unreachable', why }
    case 'shape':
    case 'expired-upload':
    case 'bug':
      return { outcome: 'never', why }
  }
}
