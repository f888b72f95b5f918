/**
 * Road 1, by asking: getUpdates hands out one event a call and knows no acknowledgement, so what was handed out is ours alone.
 * It is stored before the next is asked for, and tried again until it stands; and a stop waits for the poll in hand instead of
 * cutting it, because an event could be on its way. A process that is killed may lose that one: the webhook is the better way.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Inbound } from '../channel.js'
import type { Api, Unanswered } from './client.js'
import { backOffMs } from '../back-off.js'
import type { Timing } from './limits.js'
import { eventsIn, parseEvent } from './receive.js'
import { failureOf, type Count, type Lease, type Log, type Store } from './told.js'

export interface PollOptions {
  api: Api
  store: Store
  lease: Lease
  log: Log
  count: Count
  timing: Timing
  now(): Date
}

export interface Poller {
  /** Begins at once and never throws, whether or not the platform can be reached. */
  start(): void
  /** Asks no more; stores what comes of the poll in hand; cuts it after half of this. Gives the lease back. ms */
  stop(withinMs: number): Promise<void>
}

/** What one round came to; `waitMs` before the next one. */
interface Round {
  failed: boolean
  waitMs: number
}

const ON: Round = { failed: false, waitMs: 0 }
/** Of a stop's time: the rest is for the parts of the house that stop after it. The usual poll has ended by then. */
const POLL_SHARE = 0.5

export function poller(options: PollOptions): Poller {
  const { api, store, lease, log, count, timing, now } = options
  /** Nothing new is begun */
  const stopping = new AbortController()
  /** The poll in hand is cut */
  const cutting = new AbortController()
  let failures = 0
  let webhookTaken = false
  let complaint = ''
  let running: Promise<void> | undefined

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const round = (await holds())
        ? await whileHeld(poll).catch(broken)
        : { failed: false, waitMs: timing.leaseRetryMs }
      failures = round.failed ? failures + 1 : 0
      if (round.waitMs > 0) await pause(round.waitMs)
    }
    await lease
      .release()
      .catch((error: unknown) => log.warn(failureOf(error), 'zalo bot: the lease to poll was not given back'))
  }

  const pause = (ms: number): Promise<void> => sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined)

  const holds = async (): Promise<boolean> => {
    try {
      return await lease.hold()
    } catch (error) {
      complain('lease', () => log.warn(failureOf(error), 'zalo bot: the lease to poll could not be asked for'))
      return false
    }
  }

  /** Renews the lease while a round lasts. A round is not cut when another process took over: each event goes to one of both. */
  const whileHeld = async (round: () => Promise<Round>): Promise<Round> => {
    const renewing = setInterval(() => void holds(), timing.leaseRenewMs)
    try {
      return await round()
    } finally {
      clearInterval(renewing)
    }
  }

  const poll = async (): Promise<Round> => {
    const limitMs = timing.pollSeconds * 1000 + timing.pollGraceMs
    const answer = await api.call('getUpdates', { timeout: timing.pollSeconds }, limitMs, cutting.signal)
    if (answer.kind === 'ok') {
      well()
      return await taken(answer.result)
    }
    // 408: nothing came.
    if (answer.kind === 'refused' && answer.code === 408) {
      well()
      return ON
    }
    return cutting.signal.aborted ? ON : await refused(answer)
  }

  const well = (): void => {
    if (complaint !== 'none') log.info({}, 'zalo bot: polling')
    complaint = 'none'
  }

  const taken = async (result: unknown): Promise<Round> => {
    // An empty answer is one more way to say that nothing came; without a pause it would be asked without end.
    if (isNothing(result)) return { failed: false, waitMs: timing.backOffFirstMs }
    const inbounds = eventsIn(result).flatMap((event) => {
      const heard = parseEvent(event, now())
      if (!('ignored' in heard)) return [heard]
      count('ignored', heard.ignored)
      return []
    })
    if (inbounds.length > 0) await untilStored(inbounds)
    return ON
  }

  /** It is nowhere else: tried until it stands, or until the house has no time left. */
  const untilStored = async (inbounds: Inbound[]): Promise<void> => {
    for (let tries = 1; ; tries++) {
      try {
        await store(inbounds)
        return
      } catch (error) {
        count('poll', 'not stored')
        if (cutting.signal.aborted) {
          count('poll', 'lost')
          log.error(failureOf(error), 'zalo bot: a message could not be stored before the stop, and is lost')
          return
        }
        complain('store', () => log.warn(failureOf(error), 'zalo bot: a message could not be stored; trying on'))
      }
      const waitMs = backOffMs(tries, timing)
      await sleep(waitMs, undefined, { signal: cutting.signal }).catch(() => undefined)
    }
  }

  const refused = async (answer: Unanswered): Promise<Round> => {
    if (answer.kind === 'silent') {
      count('poll', 'unreachable')
      return troubled('the platform cannot be reached; trying on', { why: answer.why })
    }
    const { code, description, retryAfterMs } = answer
    count('poll', `refused ${code}`)
    // token-alarm.ts tells the operator.
    if (code === 401) return { failed: true, waitMs: timing.badTokenMs }
    if (retryAfterMs !== undefined) return { failed: true, waitMs: retryAfterMs }
    if (code === 429 || code >= 500) return troubled('getUpdates is put off', { code, description })
    return (await webhookInTheWay()) ?? troubled('getUpdates is refused', { code, description })
  }

  /** How the platform words it is not documented, so it is asked whether a webhook stands: taken away once, and said. */
  const webhookInTheWay = async (): Promise<Round | undefined> => {
    const info = await api.call('getWebhookInfo', {}, timing.sendMs, stopping.signal)
    const url = info.kind === 'ok' ? (info.result as { url?: unknown } | null)?.url : undefined
    if (typeof url !== 'string' || url === '') return undefined
    if (webhookTaken) return troubled('somebody sets a webhook for the same bot token again; polling waits', {})
    log.warn({}, 'zalo bot: a webhook is set for this bot, polling takes it away')
    const gone = await api.call('deleteWebhook', {}, timing.sendMs, stopping.signal)
    webhookTaken = gone.kind === 'ok'
    return gone.kind === 'ok' ? ON : troubled('the webhook could not be taken away', { answer: gone.kind })
  }

  const broken = (error: unknown): Round => {
    log.error(
      { ...failureOf(error), stack: api.scrub(String((error as Error | undefined)?.stack)) },
      'zalo bot: polling broke, a bug',
    )
    return { failed: true, waitMs: timing.backOffMaxMs }
  }

  /** Says a trouble once, not at every try, and backs off. */
  const troubled = (what: string, fields: object): Round => {
    complain(what, () => log.warn(fields, `zalo bot: ${what}`))
    return { failed: true, waitMs: backOffMs(failures + 1, timing) }
  }

  const complain = (about: string, say: () => void): void => {
    if (complaint === about) return
    complaint = about
    say()
  }

  return {
    start() {
      running ??= run()
    },
    async stop(withinMs) {
      stopping.abort()
      const timer = setTimeout(() => cutting.abort(), withinMs * POLL_SHARE)
      await running
      clearTimeout(timer)
    },
  }
}

const isNothing = (result: unknown): boolean =>
  result == null || (typeof result === 'object' && Object.keys(result).length === 0)
