/**
 * What was refused or passed over, for the log: the first of a kind at once, then how many there were, so that whoever sends a
 * thousand of them does not fill the disk. What is told is a few fixed words, never what somebody sent.
 */
import type { Log } from './log.js'

export type Count = (what: string, why: string) => void

/** The same is told again after this at the earliest. ms */
const TOLD_EVERY_MS = 60_000

export function tally(log: Log, now: () => number = () => performance.now()): Count {
  const kinds = new Map<string, { times: number; toldAt: number }>()
  return (what, why) => {
    const key = `${what}: ${why}`
    const kind = kinds.get(key) ?? { times: 0, toldAt: -Infinity }
    kinds.set(key, kind)
    kind.times += 1
    if (now() - kind.toldAt < TOLD_EVERY_MS) return
    log.info({ what, why, times: kind.times }, 'refused or passed over')
    kind.times = 0
    kind.toldAt = now()
  }
}
