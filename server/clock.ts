/**
 * The one clock of the house. It rules what people see: deadlines, expiry, reminders. In demo mode `admin -- clock` moves
 * it for all processes, by an offset kept in the database. Leases, rate limits and the platforms' own times run on the
 * database's real time and are not moved.
 */
import type { Sql } from '../prisma/tx.js'
import { readClockOffset, writeClockOffset } from '../prisma/statements/clock.js'

export interface Clock {
  now(): Date
}

/** How soon a moved clock is seen by processes that learn of it in no other way. */
const REFRESH_MS = 1000

export class HouseClock implements Clock {
  #offsetMs = 0
  #timer: NodeJS.Timeout | undefined

  constructor(private readonly sql: Sql) {}

  now(): Date {
    return new Date(Date.now() + this.#offsetMs)
  }

  /** A turn reads the offset inside its own transaction and tells it here, so that it is never behind. */
  learn(offsetMs: number): void {
    this.#offsetMs = offsetMs
  }

  async start(): Promise<void> {
    await this.#refresh()
    this.#timer = setInterval(() => void this.#refresh().catch(() => undefined), REFRESH_MS)
    this.#timer.unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** Moves the clock of all processes so that it shows `at` now. */
  async set(at: Date): Promise<void> {
    const offsetMs = at.getTime() - Date.now()
    await this.sql.run(writeClockOffset, [JSON.stringify({ offsetMs })])
    this.#offsetMs = offsetMs
  }

  async advance(byMs: number): Promise<void> {
    await this.#refresh()
    await this.set(new Date(this.now().getTime() + byMs))
  }

  async #refresh(): Promise<void> {
    const [row] = await this.sql.run(readClockOffset, [])
    this.#offsetMs = row?.offset_ms ?? 0
  }
}
