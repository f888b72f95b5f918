/** The channel of the Zalo Bot Platform, put together: what the server wires. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Router } from 'express'
import type { Channel } from '../channel.js'
import { zaloMedia } from '../zalo-media.js'
import { botApi } from './client.js'
import { backOffMs } from '../back-off.js'
import { capabilitiesOf, PACE, TIMING, WEBHOOK_SECRET, type Timing } from './limits.js'
import { poller, type Poller } from './poll.js'
import { send, split } from './send.js'
import { tokenAlarm } from './token-alarm.js'
import type { Lease, Log, Store } from '../told.js'
import type { Count, LinkOf } from './told.js'
import { webhook } from './webhook.js'

export interface ZaloBotOptions {
  token: string
  /** https://bot-api.zaloplatforms.com when left out */
  apiRoot?: string
  mode: 'polling' | 'webhook'
  /** For the mode webhook. Without a url the operator sets the webhook himself. */
  webhook?: { secret: string; url?: string }
  /** Addresses of our files; left out: none goes out, and the text says so. */
  linkOf?: LinkOf
  /** The only hosts that pictures of people are fetched from */
  mediaHosts?: readonly string[]
  log: Log
  count?: Count
  pace?: Channel['pace']
  timing?: Partial<Timing>
  now?(): Date
}

export interface ZaloBotChannel {
  channel: Channel
  /** POST /webhooks/zalo-bot, in the mode webhook; 503 before start and after stop. Mount it before any body parser. */
  router?: Router
  /** Returns at once; the platform need not be reachable. `lease` keeps the polling to one process; a webhook needs none. */
  start(store: Store, lease: Lease): void
  /** Hears no more; resolves when what came is stored. Sending goes on: the outbox is stopped by itself. */
  stop(withinMs: number): Promise<void>
  /** Why nothing works at this moment, for an operator. */
  ailment(): string | undefined
}

/** @throws Error, with a sentence for the operator, when the webhook's secret cannot be used */
export function zaloBotChannel(options: ZaloBotOptions): ZaloBotChannel {
  const { token, apiRoot, mode, linkOf, log, count = () => undefined, now = () => new Date() } = options
  if (mode === 'webhook' && !WEBHOOK_SECRET.test(options.webhook?.secret ?? ''))
    throw new Error('ZALO_BOT_SECRET must be 8 to 256 letters, digits or signs, without spaces')
  const timing = { ...TIMING, ...options.timing }
  const alarm = tokenAlarm({ log, count })
  const api = botApi({ token, apiRoot, see: (answer) => alarm.see(answer) })
  const { mediaHosts: hosts } = options
  const fetch = zaloMedia({ timeoutMs: timing.fetchMs, log, count, ...(hosts && { hosts }) })
  const stopping = new AbortController()
  const storing = new Set<Promise<void>>()
  let stored: Store | undefined
  let polling: Poller | undefined

  /** For the webhook: nothing is taken before the start and after the stop. */
  const store: Store = async (inbounds) => {
    if (!stored || stopping.signal.aborted) throw new Error('not listening')
    const work = stored(inbounds)
    storing.add(work)
    await work.finally(() => storing.delete(work))
  }

  /** Tries until it stands: without it nobody is heard. */
  const setWebhook = async (url: string, secret: string): Promise<void> => {
    for (let tries = 1; !stopping.signal.aborted; tries++) {
      const answer = await api.call('setWebhook', { url, secret_token: secret }, timing.sendMs, stopping.signal)
      if (stopping.signal.aborted) return
      if (answer.kind === 'ok') return log.info({}, 'zalo bot: the webhook is set')
      const why = answer.kind === 'silent' ? { why: answer.why } : { code: answer.code, why: answer.description }
      count('call', 'webhook not set')
      if (tries === 1) log.warn(why, 'zalo bot: the webhook could not be set; trying on')
      await sleep(backOffMs(tries, timing), undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  return {
    channel: {
      name: 'zalo_bot',
      capabilities: capabilitiesOf(linkOf !== undefined),
      pace: options.pace ?? PACE,
      fetch,
      send: (address, part, signal) => send({ api, timing, linkOf }, address, part, signal),
      split: (part) => split(part, linkOf),
    },
    router: mode === 'webhook' ? webhook({ secret: options.webhook!.secret, store, log, count, now }) : undefined,
    start(into, lease) {
      stored = into
      if (mode === 'polling') {
        polling = poller({ api, store: into, lease, log, count, timing, now })
        polling.start()
      } else if (options.webhook?.url) {
        void setWebhook(options.webhook.url, options.webhook.secret)
      }
    },
    async stop(withinMs) {
      stopping.abort()
      await polling?.stop(withinMs)
      await Promise.allSettled(storing)
      api.close()
    },
    ailment: () => alarm.ailment(),
  }
}
