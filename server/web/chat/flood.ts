/**
 * How often somebody may do something: the generic cell rate algorithm, in this process's memory. Each process counts for itself,
 * so N processes let N times as much through; it keeps one client from taking the house for itself, and is no quota.
 */

export interface Rate {
  /** How many at once */
  burst: number
  /** One more each. ms */
  everyMs: number
}

/** Keys that are remembered; the longest unused is forgotten first. */
const KEYS_MAX = 20_000

export class Flood {
  readonly #rate: Rate
  readonly #now: () => number
  /** Theoretical arrival times; the Map's order is that of the last use. */
  readonly #tats = new Map<string, number>()

  constructor(rate: Rate, now: () => number = () => performance.now()) {
    this.#rate = rate
    this.#now = now
  }

  /** 0: granted. Otherwise nothing was counted, and it may be tried again after so many ms. */
  take(key: string): number {
    const { burst, everyMs } = this.#rate
    const now = this.#now()
    const tat = Math.max(this.#tats.get(key) ?? 0, now)
    const waitMs = tat - now - (burst - 1) * everyMs
    if (waitMs > 0) return waitMs
    this.#tats.delete(key)
    this.#tats.set(key, tat + everyMs)
    if (this.#tats.size > KEYS_MAX) this.#tats.delete(this.#tats.keys().next().value!)
    return 0
  }
}
