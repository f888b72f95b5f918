/**
 * Road 1, by asking: getUpdates hands out one event a call and knows no acknowledgement, so what was handed out is ours alone.
 * It is stored before the next is asked for, and tried again until it stands; and a stop waits for the poll in hand instead of
 * cutting it, because an event could be on its way. A process that is killed may lose that one: the webhook is the better way.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Inbound } from '../channel.js'
import type { Api, Unanswered } from './client.js'
import { backOffMs } from '../back-off.js'
import { ON, pollRounds, type Round } from '../poll-rounds.js'
import type { Timing } from './limits.js'
import { eventsIn, parseEvent } from './receive.js'
import { failureOf, type Lease, type Log, type Store } from '../told.js'
import type { Count } from './told.js'

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

/** Of a stop's time: the rest is for the parts of the house that stop after it. The usual poll has ended by then. */
const POLL_SHARE = 0.5

export function poller(options: PollOptions): Poller {
  const { api, store, lease, log, count, timing, now } = options
  /** Nothing new is begun */
  const stopping = new AbortController()
  /** The poll in hand is cut */
  const cutting = new AbortController()
  const { scrub } = api
  const rounds = pollRounds({ called: 'zalo bot', lease, log, timing, scrub, stopping: stopping.signal })
  const { troubled } = rounds
  let webhookTaken = false
  let running: Promise<void> | undefined

  /** Cut neither at a stop nor when another process took over: an event that is on its way goes to nobody else. */
  const poll = async (): Promise<Round> => {
    const limitMs = timing.pollSeconds * 1000 + timing.pollGraceMs
    const answer = await api.call('getUpdates', { timeout: timing.pollSeconds }, limitMs, cutting.signal)
    if (answer.kind === 'ok') {
      rounds.well()
      return await taken(answer.result)
    }
    // 408: nothing came.
    if (answer.kind === 'refused' && answer.code === 408) {
      rounds.well()
      return ON
    }
    return cutting.signal.aborted ? ON : await refused(answer)
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
        rounds.complain('store', () => log.warn(failureOf(error), 'zalo bot: a message could not be stored; trying on'))
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

  return {
    start() {
      running ??= rounds.run(poll)
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
