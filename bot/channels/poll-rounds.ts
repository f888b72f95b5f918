/**
 * The rounds of an adapter that asks its platform for events: in one process at a time, by a lease; a pause after failures; each
 * trouble said once, not at every try. What a round asks, and what it does when it is cut, is the adapter's affair.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { backOffMs, type BackOff } from './back-off.js'
import { failureOf, type Lease, type Log } from './told.js'

/** What one round came to; `waitMs` before the next one. */
export interface Round {
  failed: boolean
  waitMs: number
}

/** On to the next one. */
export const ON: Round = { failed: false, waitMs: 0 }

interface Options {
  /** As the log calls the platform */
  called: string
  lease: Lease
  log: Log
  timing: BackOff & {
    /** The lease is renewed this often: the lease itself should last three times as long. ms */
    leaseRenewMs: number
    /** Another process polls: the lease is asked for again after this. ms */
    leaseRetryMs: number
  }
  /** Takes secrets out of what goes to the log */
  scrub(text: string): string
  /** No new round */
  stopping: AbortSignal
}

export interface Rounds {
  /** One after the other until `stopping`, then gives the lease back. `cut`: it stops, or another process took over. Never throws. */
  run(round: (cut: AbortSignal) => Promise<Round>): Promise<void>
  /** What a round that met trouble came to */
  troubled(what: string, fields: object): Round
  /** Says it unless it was the last thing complained of. */
  complain(about: string, say: () => void): void
  /** The platform answered: said at first, and after a trouble. */
  well(): void
}

const WELL = 'none'

export function pollRounds({ called, lease, log, timing, scrub, stopping }: Options): Rounds {
  let failures = 0
  let complaint = ''

  const complain = (about: string, say: () => void): void => {
    if (complaint === about) return
    complaint = about
    say()
  }

  const holds = async (): Promise<boolean> => {
    try {
      return await lease.hold()
    } catch (error) {
      complain('lease', () => log.warn(failureOf(error), `${called}: the lease to poll could not be asked for`))
      return false
    }
  }

  /** The lease is renewed while a round lasts. */
  const whileHeld = async (round: (cut: AbortSignal) => Promise<Round>): Promise<Round> => {
    const cut = new AbortController()
    const onStop = (): void => cut.abort()
    stopping.addEventListener('abort', onStop, { once: true })
    const renewing = setInterval(() => void holds().then((held) => held || cut.abort()), timing.leaseRenewMs)
    try {
      return await round(cut.signal)
    } finally {
      clearInterval(renewing)
      stopping.removeEventListener('abort', onStop)
    }
  }

  const broken = (error: unknown): Round => {
    log.error(
      { ...failureOf(error), stack: scrub(String((error as Error | undefined)?.stack)) },
      `${called}: polling broke, a bug`,
    )
    return { failed: true, waitMs: timing.backOffMaxMs }
  }

  return {
    async run(round) {
      while (!stopping.aborted) {
        const { failed, waitMs } = (await holds())
          ? await whileHeld(round).catch(broken)
          : { failed: false, waitMs: timing.leaseRetryMs }
        failures = failed ? failures + 1 : 0
        if (waitMs > 0) await sleep(waitMs, undefined, { signal: stopping }).catch(() => undefined)
      }
      await lease
        .release()
        .catch((error: unknown) => log.warn(failureOf(error), `${called}: the lease to poll was not given back`))
    },
    troubled(what, fields) {
      complain(what, () => log.warn(fields, `${called}: ${what}`))
      return { failed: true, waitMs: backOffMs(failures + 1, timing) }
    },
    complain,
    well() {
      complain(WELL, () => log.info({}, `${called}: polling`))
    },
  }
}
