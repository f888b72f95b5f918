/**
 * Runs what `domain/timers.put` put, when the house's clock has reached its time. A timer is marked as done in the transaction
 * of its work, before it; so its work happens once, however many processes look and however the clock is moved.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../bot/hear.js'
import { faultOf } from '../bot/hear/fault.js'
import { LATE_AFTER_MS, Pulse } from '../bot/hear/pulse.js'
import { within } from '../bot/hear/within.js'
import { isLost } from '../prisma/failure.js'
import {
  beginTimer,
  claimTimers,
  failTimer,
  letTimersGo,
  takeTimer,
  type TimerRow,
} from '../prisma/statements/timers.js'
import type { Database, Tx } from '../prisma/tx.js'
import type { Clock } from './clock.js'
import { backOffMs } from './outbox/settings.js'

export interface Timer {
  kind: string
  subject: string
  payload: unknown
  /** When it was due, which may be long ago: the process was down, or the clock was moved */
  dueAt: Date
}

/**
 * Does the work in the given transaction. May be run again for the same timer (a deadlock, a failure), so it does nothing that
 * the transaction cannot take back. A timer that comes again is put again, for a time after `now`.
 */
export type TimerHandler = (tx: Tx, timer: Timer, now: Date) => Promise<void>

export interface TimersOptions {
  db: Database
  clock: Clock
  /** By kind; timers of other kinds wait for a process that knows them. */
  handlers: ReadonlyMap<string, TimerHandler>
  /** This process, unlike any other */
  holder: string
  log: Log
  settings?: Partial<TimerSettings>
}

export interface TimerSettings {
  /** How often what is due is looked for. ms */
  everyMs: number
  /** A claim runs out after this: so long a dead process's timers wait. Work may last longer, it is still done once. ms */
  leaseMs: number
  /** Failed runs after which it is given up */
  attemptsMax: number
  /** First and longest pause after a failure; doubled in between. Real time. ms */
  backOffFirstMs: number
  backOffMaxMs: number
}

/** A timer that fails is tried for about an hour and a half. */
export const TIMER_SETTINGS: TimerSettings = {
  everyMs: 1_000,
  leaseMs: 30_000,
  attemptsMax: 12,
  backOffFirstMs: 2_000,
  backOffMaxMs: 15 * 60_000,
}

/** Claimed by one statement, worked off before the next one. */
const CLAIMED_AT_ONCE = 20
/** Work in hand at a stop may last so long. ms */
const STOP_MS = 10_000
/** Each needs a database connection. */
const AT_ONCE = 2

export class TimerLoop {
  readonly #options: TimersOptions
  readonly #settings: TimerSettings
  readonly #kinds: string[]
  readonly #counts = { done: 0, failed: 0, dead: 0 }
  #stopped = new AbortController()
  #nudged = new AbortController()
  readonly #pulse = new Pulse(LATE_AFTER_MS)
  #loop: Promise<void> | undefined

  constructor(options: TimersOptions) {
    this.#options = options
    this.#settings = { ...TIMER_SETTINGS, ...options.settings }
    this.#kinds = [...options.handlers.keys()]
  }

  start(): void {
    this.#stopped = new AbortController()
    this.#pulse.beat()
    this.#loop = this.#run()
  }

  /** Lets go what is not begun, and waits for the work in hand, at most so long. */
  async stop(withinMs: number = STOP_MS): Promise<void> {
    this.#stopped.abort()
    this.#nudged.abort()
    await within(withinMs, this.#loop ?? Promise.resolve()).catch(() => {
      this.#options.log.warn({}, 'timers were left at work; what does not end is done again')
    })
  }

  /** Why nothing that is due is done any more, in a word or two; undefined: all is well. */
  ailment(): string | undefined {
    return this.#pulse.ailment()
  }

  /** Something may be due now: a timer was put for this moment, or the clock was moved. */
  nudge(): void {
    this.#nudged.abort()
  }

  counts() {
    return { ...this.#counts }
  }

  async #run(): Promise<void> {
    const { log } = this.#options
    while (!this.#stopped.signal.aborted) {
      this.#nudged = new AbortController()
      const full = await this.#round().then(
        (more) => (this.#pulse.beat(), more),
        (error: unknown) => {
          log.warn({ fault: faultOf(error) }, 'timers could not be looked for')
          return false
        },
      )
      if (!full && !this.#stopped.signal.aborted) {
        await sleep(this.#settings.everyMs, undefined, { signal: this.#nudged.signal }).catch(() => undefined)
      }
    }
  }

  /** Works off what is due; whether there may be more. */
  async #round(): Promise<boolean> {
    const { db, clock, holder } = this.#options
    const timers = await db.run(claimTimers, [
      holder,
      this.#settings.leaseMs,
      clock.now(),
      this.#kinds,
      CLAIMED_AT_ONCE,
    ])
    const full = timers.length === CLAIMED_AT_ONCE
    const workers = Array.from({ length: AT_ONCE }, async () => {
      while (!this.#stopped.signal.aborted) {
        const timer = timers.shift()
        if (!timer) return
        await this.#work(timer)
      }
    })
    await Promise.all(workers)
    if (timers.length > 0) await db.run(letTimersGo, [timers.map(({ id }) => id), holder])
    return full
  }

  async #work(timer: TimerRow): Promise<void> {
    const { db, clock, handlers, holder } = this.#options
    const { id, kind, subject, payload, due_at: dueAt } = timer
    let attempts = 0
    try {
      const [begun] = await db.run(beginTimer, [id, holder, this.#settings.leaseMs])
      if (!begun) return
      attempts = begun.attempts
      if (attempts > this.#settings.attemptsMax) throw new ProcessesEnded()
      const now = clock.now()
      const done = await db.transaction(async (tx) => {
        const [taken] = await tx.run(takeTimer, [id, holder, now])
        if (taken) await handlers.get(kind)!(tx, { kind, subject, payload, dueAt }, now)
        return taken !== undefined
      })
      if (done) this.#counts.done += 1
      // The clock was moved back meanwhile; or the timer is not ours any more, and this does nothing.
      else await db.run(letTimersGo, [[id], holder])
    } catch (error) {
      await this.#failed(timer, attempts, error)
    }
  }

  async #failed({ id, kind }: TimerRow, attempts: number, error: unknown): Promise<void> {
    const { db, clock, holder, log } = this.#options
    const fault = faultOf(error)
    // A lost database is not the timer's fault: its lease runs out, and it is tried again.
    if (isLost(error)) {
      log.warn({ id, kind, fault }, 'a timer met a lost database')
      return
    }
    const dead = attempts >= this.#settings.attemptsMax
    this.#counts[dead ? 'dead' : 'failed'] += 1
    if (dead) log.error({ id, kind, attempts, fault }, 'a timer was given up')
    else log.warn({ id, kind, attempts, fault }, 'a timer failed')
    const waitMs = dead ? null : backOffMs(attempts, this.#settings)
    await db.run(failTimer, [id, holder, clock.now(), waitMs, fault]).catch((marking: unknown) => {
      log.warn({ id, kind, fault: faultOf(marking) }, 'that a timer failed was not written down')
    })
  }
}

/** Its last tries were begun and never ended. */
class ProcessesEnded extends Error {
  override readonly name = 'ProcessesEnded'
}
