/**
 * Road 1, by long polling: a batch is stored whole and in order, and only then does the offset move past it. A crash in between
 * brings the same updates again, under the same keys. telegraf's own loop confirms before it knows (docs/decisions), so it is not used.
 */
import type { Api, Unanswered } from './client.js'
import { ON, pollRounds, type Round } from '../poll-rounds.js'
import { ALLOWED_UPDATES, UPDATES_MAX, type Timing } from './limits.js'
import { parseUpdate } from './receive.js'
import { failureOf, type Lease, type Log, type Store } from '../told.js'
import type { Count, Dismiss } from './told.js'

export interface PollOptions {
  api: Api
  store: Store
  dismiss: Dismiss
  lease: Lease
  log: Log
  count: Count
  timing: Timing
  now(): Date
}

export interface Poller {
  /** Begins at once and never throws, whether or not Telegram can be reached. */
  start(): void
  /** Cuts the request in hand, waits for the store in hand, gives the lease back. */
  stop(): Promise<void>
}

/**
 * After this long without an update the offset is dropped: after a week Telegram goes on at an id chosen at random, which may lie
 * before it. What was confirmed by then does not come again.
 */
const QUIET_MS = 24 * 3_600_000

export function poller(options: PollOptions): Poller {
  const { api, store, dismiss, lease, log, count, timing, now } = options
  const stopping = new AbortController()
  const { scrub } = api
  const rounds = pollRounds({ called: 'telegram', lease, log, timing, scrub, stopping: stopping.signal })
  const { troubled } = rounds
  let offset: number | undefined
  let quietSince = Date.now()
  let webhookTaken = false
  let running: Promise<void> | undefined

  const poll = async (signal: AbortSignal): Promise<Round> => {
    const payload = { offset, limit: UPDATES_MAX, timeout: timing.pollSeconds, allowed_updates: ALLOWED_UPDATES }
    const limitMs = timing.pollSeconds * 1000 + timing.pollGraceMs
    const answer = await api.call('getUpdates', payload, limitMs, signal)
    if (answer.kind !== 'ok') return signal.aborted ? ON : refused(answer)
    if (!Array.isArray(answer.result)) return troubled('an answer that is no list', {})
    rounds.well()
    return keep(answer.result)
  }

  const keep = async (updates: unknown[]): Promise<Round> => {
    if (updates.length === 0) {
      if (Date.now() - quietSince > QUIET_MS) offset = undefined
      return ON
    }
    quietSince = Date.now()
    const next = Math.max(...updates.map(updateId)) + 1
    const inbounds = updates.flatMap((update) => {
      const heard = parseUpdate(update, now())
      if (!('ignored' in heard)) return [heard]
      count('ignored', heard.ignored)
      if (heard.pressId !== undefined) dismiss(heard.pressId)
      return []
    })
    try {
      if (inbounds.length > 0) await store(inbounds)
    } catch (error) {
      count('poll', 'not stored')
      return troubled('updates could not be stored; they will be asked for again', failureOf(error))
    }
    if (!Number.isSafeInteger(next)) return troubled('updates without an id', {})
    offset = next
    return ON
  }

  const refused = async (answer: Unanswered): Promise<Round> => {
    if (answer.kind === 'silent') {
      count('poll', 'unreachable')
      return troubled('Telegram cannot be reached; trying on', { why: answer.why })
    }
    const { code, description, retryAfterMs } = answer
    count('poll', `refused ${code}`)
    // Telegram answers 404 to a token that does not look like one.
    if (code === 401 || code === 404) {
      rounds.complain('token', () =>
        log.error({ code }, 'telegram: the bot token is refused; check TELEGRAM_BOT_TOKEN (and TELEGRAM_API_ROOT)'),
      )
      return { failed: true, waitMs: timing.badTokenMs }
    }
    if (code === 409) return conflict(description)
    if (retryAfterMs !== undefined) return { failed: true, waitMs: retryAfterMs }
    return troubled('getUpdates is refused', { code, description })
  }

  const conflict = async (description: string): Promise<Round> => {
    if (!/webhook/i.test(description))
      return troubled('another program polls with the same bot token; waiting for it to end', {})
    if (webhookTaken) return troubled('somebody sets a webhook for the same bot token again; polling waits', {})
    log.warn({}, 'telegram: a webhook is set for this bot, polling takes it away (updates that wait are kept)')
    const gone = await api.call('deleteWebhook', { drop_pending_updates: false }, timing.sendMs, stopping.signal)
    webhookTaken = gone.kind === 'ok'
    return gone.kind === 'ok' ? ON : troubled('the webhook could not be taken away', { answer: gone.kind })
  }

  return {
    start() {
      running ??= rounds.run(poll)
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}

const updateId = (update: unknown): number => {
  const id = (update as { update_id?: unknown } | null)?.update_id
  return typeof id === 'number' ? id : -Infinity
}
