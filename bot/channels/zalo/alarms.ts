/** Codes that somebody must know of: told once in a while each, not with every message that meets them. */
import { classOf } from './errors.js'
import type { Log } from '../told.js'

/** The same code is told again after this. ms */
const AGAIN_MS = 3_600_000
/** What only an operator can mend counts as standing so long after it was last met. ms */
const STANDS_MS = 15 * 60_000

export interface Alarms {
  heard(code: number, message: string): void
  /** What only an operator can mend, as far as it was met lately */
  standing(): number | undefined
}

export function zaloAlarms(log: Log, now: () => number = () => performance.now()): Alarms {
  const toldAt = new Map<number, number>()
  let operator: { code: number; at: number } | undefined
  return {
    heard(code, message) {
      const kind = classOf(code)
      if (kind === 'operator') operator = { code, at: now() }
      if (kind !== 'operator' && kind !== 'bug' && kind !== 'shape') return
      if (now() - (toldAt.get(code) ?? -Infinity) < AGAIN_MS) return
      toldAt.set(code, now())
      if (kind === 'operator') log.error({ code, message }, 'zalo: refused; only the consoles of Zalo can mend it')
      else log.error({ code, message }, 'zalo: a message was refused as wrong')
    },
    standing: () => (operator && now() - operator.at < STANDS_MS ? operator.code : undefined),
  }
}
