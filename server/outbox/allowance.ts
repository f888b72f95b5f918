/**
 * What this process may call of one platform right now. The limit holds over all processes: it is one row (`paces`), and a
 * call for each message would make that row hot; so a process takes several calls at once, for the next moment only.
 */
import type { ChannelName } from '../../bot/channels/channel.js'
import type { LaneNumber } from '../../prisma/statements/outbox.js'
import { startPace, takeCalls } from '../../prisma/statements/paces.js'
import type { Sql } from '../../prisma/tx.js'

/** Calls that are not made so soon are lost to this process: nobody can save them up. ms */
const KEPT_MS = 100
/** Of the burst, at most so much is taken at once. */
const TAKEN_PART = 1 / 4
/** After the database failed. ms */
const AGAIN_MS = 500

const LANE_NUMBERS: readonly LaneNumber[] = [0, 1, 2]

export interface AllowanceOptions {
  sql: Sql
  channel: ChannelName
  /** Calls a second to all chats together, by all processes; 0: no limit */
  pace: { perSecond: number; burst: number }
  /** Something was granted. */
  granted: () => void
}

export class Allowance {
  readonly #sql: Sql
  readonly #name: string
  readonly #intervalMs: number
  readonly #burst: number
  readonly #granted: () => void
  /** Taken for a lane, so under its conditions; lanes before it may use them too. */
  readonly #kept = LANE_NUMBERS.map(() => ({ left: 0, until: 0 }))
  readonly #asking = LANE_NUMBERS.map(() => false)
  readonly #timers = new Set<NodeJS.Timeout>()
  #waiting: { lane: LaneNumber; resolve: (had: boolean) => void }[] = []
  #closed = false

  constructor({ sql, channel, pace: { perSecond, burst }, granted }: AllowanceOptions) {
    this.#sql = sql
    this.#name = channel
    this.#intervalMs = perSecond > 0 ? 1_000 / perSecond : 0
    // What is kept for a moment goes out later than it was counted; taken off the burst, so that the limit holds to the letter.
    this.#burst = Math.max(1, burst - Math.ceil((perSecond * KEPT_MS) / 1_000))
    this.#granted = granted
  }

  /** How many calls of this lane may be made at once now; Infinity where there is no limit. */
  onHand(lane: LaneNumber): number {
    if (this.#intervalMs === 0) return Infinity
    const now = performance.now()
    return this.#kept.slice(lane).reduce((sum, { left, until }) => (until > now ? sum + left : sum), 0)
  }

  /** How many wait for a call of this lane. */
  waiting(lane: LaneNumber): number {
    return this.#waiting.filter((one) => one.lane === lane).length
  }

  /** Uses one call. False: none is on hand. */
  spend(lane: LaneNumber): boolean {
    if (this.#intervalMs === 0) return true
    const now = performance.now()
    const kept = this.#kept.slice(lane).find(({ left, until }) => left > 0 && until > now)
    if (!kept) return false
    kept.left -= 1
    return true
  }

  /** One call, as soon as there is one. False: closed. */
  async one(lane: LaneNumber): Promise<boolean> {
    if (this.#closed) return false
    if (!this.#waiting.some((one) => one.lane <= lane) && this.spend(lane)) return true
    return new Promise((resolve) => {
      this.#waiting.push({ lane, resolve })
      this.ask(lane, this.waiting(lane))
    })
  }

  /** Takes up to `wanted` calls, waiting until at least one is granted; then `granted` is called. */
  ask(lane: LaneNumber, wanted: number): void {
    if (this.#intervalMs === 0 || this.#asking[lane] || this.#closed || wanted < 1) return
    this.#asking[lane] = true
    void this.#take(lane, Math.min(wanted, Math.max(1, Math.floor(this.#burst * TAKEN_PART))))
  }

  close(): void {
    this.#closed = true
    for (const timer of this.#timers) clearTimeout(timer)
    for (const { resolve } of this.#waiting.splice(0)) resolve(false)
  }

  async #take(lane: LaneNumber, wanted: number): Promise<void> {
    const { granted, waitMs } = await this.#takeNow(lane, wanted)
    if (granted > 0) {
      const kept = this.#kept[lane]!
      const now = performance.now()
      kept.left = (kept.until > now ? kept.left : 0) + granted
      kept.until = now + KEPT_MS
      this.#asking[lane] = false
      this.#serve()
      this.#granted()
    } else if (!this.#closed) {
      const timer = setTimeout(() => {
        this.#timers.delete(timer)
        void this.#take(lane, wanted)
      }, waitMs)
      this.#timers.add(timer)
    }
  }

  async #takeNow(lane: LaneNumber, wanted: number): Promise<{ granted: number; waitMs: number }> {
    // So much is left for lanes that go before: a quarter of the burst by alerts, half of it by broadcasts.
    const reserve = Math.floor((this.#burst * lane) / 4)
    try {
      const [row] = await this.#sql.run(takeCalls, [this.#name, wanted, this.#intervalMs, this.#burst, reserve])
      if (row) return { granted: row.granted, waitMs: row.wait_ms }
      await this.#sql.run(startPace, [this.#name])
      return { granted: 0, waitMs: 0 }
    } catch {
      return { granted: 0, waitMs: AGAIN_MS }
    }
  }

  /** Messages that are half out go before those that are not begun. */
  #serve(): void {
    this.#waiting = this.#waiting.filter(({ lane, resolve }) => {
      const had = this.spend(lane)
      if (had) resolve(true)
      return !had
    })
    for (const lane of LANE_NUMBERS) this.ask(lane, this.waiting(lane))
  }
}
