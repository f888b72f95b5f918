/** The Telegram channel, put together: what the server wires. */
import type { Router } from 'express'
import type { Channel } from '../channel.js'
import { botApi } from './client.js'
import { COMMANDS, introduce, learnName, setCommandsFor, setWebhook, type Command } from './commands.js'
import { fetchFile } from './fetch.js'
import { ALLOWED_UPDATES, CAPABILITIES, PACE, TIMING, WEBHOOK_SECRET, type Timing } from './limits.js'
import { poller, type Poller } from './poll.js'
import { pressAnswers } from './presses.js'
import { send, split, type FileStore, type SetMenu } from './send.js'
import type { Lease, Log, Store } from '../told.js'
import type { Count, Dismiss } from './told.js'
import { webhook } from './webhook.js'

export interface TelegramOptions {
  token: string
  /** https://api.telegram.org when left out */
  apiRoot?: string
  /** http://, https:// or socks5:// address through which Telegram is reached */
  proxy?: string
  mode: 'polling' | 'webhook'
  /** For the mode webhook. Without a url the operator sets the webhook himself. */
  webhook?: { secret: string; url?: string; connections?: number }
  files: FileStore
  log: Log
  count?: Count
  /** The commands that the house has: a menu lists no other. */
  commands?: readonly Command[]
  /** Told the bot's own user name (without @) once Telegram told it, which may be never. */
  named?: (userName: string) => void
  pace?: Channel['pace']
  timing?: Partial<Timing>
  now?(): Date
}

export interface TelegramChannel {
  channel: Channel
  /** POST /webhooks/telegram, in the mode webhook; 503 before start and after stop. Mount it before any body parser. */
  router?: Router
  /** Returns at once; Telegram need not be reachable. `lease` keeps the polling to one process; a webhook needs none. */
  start(store: Store, lease: Lease): void
  /** Hears no more; resolves when what is being stored is stored. Sending goes on: the outbox is stopped by itself. */
  stop(): Promise<void>
}

/** How many webhook calls Telegram may have open at once [spec setWebhook, default]. */
const WEBHOOK_CONNECTIONS = 40

/** @throws Error, with a sentence for the operator, when the proxy or the webhook's secret cannot be used */
export function telegramChannel(options: TelegramOptions): TelegramChannel {
  const { mode, files, log, count = () => undefined, commands = COMMANDS, now = () => new Date() } = options
  if (mode === 'webhook' && !WEBHOOK_SECRET.test(options.webhook?.secret ?? ''))
    throw new Error('TELEGRAM_WEBHOOK_SECRET must be 1 to 256 letters, digits, _ or -')
  const timing = { ...TIMING, ...options.timing }
  const api = botApi(options)
  const introduction = { api, log, count, timing, commands }
  const presses = pressAnswers({ api, timing, count })
  const setMenu: SetMenu = (...menu) => setCommandsFor(introduction, ...menu)
  const stopping = new AbortController()
  const storing = new Set<Promise<void>>()
  let stored: Store | undefined
  let polling: Poller | undefined

  const store: Store = async (inbounds) => {
    if (!stored || stopping.signal.aborted) throw new Error('not listening')
    const work = stored(inbounds)
    storing.add(work)
    await work.finally(() => storing.delete(work))
  }
  const dismiss: Dismiss = (pressId) => void presses.answer(pressId, stopping.signal)

  return {
    channel: {
      name: 'telegram',
      capabilities: CAPABILITIES,
      pace: options.pace ?? PACE,
      fetch: (file, signal) => fetchFile({ api, timing }, file, signal),
      send: (address, part, signal) => send({ api, files, timing, presses, setMenu }, address, part, signal),
      split,
    },
    router:
      mode === 'webhook' ? webhook({ secret: options.webhook!.secret, store, dismiss, log, count, now }) : undefined,
    start(into, lease) {
      stored = async (inbounds) => {
        await into(inbounds)
        for (const { heard } of inbounds) if (heard.kind === 'press' && heard.pressId) dismiss(heard.pressId)
      }
      void introduce(introduction, stopping.signal)
      if (options.named) void learnName(introduction, options.named, stopping.signal)
      if (mode === 'polling') {
        polling = poller({ api, store: stored, dismiss, lease, log, count, timing, now })
        polling.start()
      } else if (options.webhook?.url) {
        const { url, secret, connections = WEBHOOK_CONNECTIONS } = options.webhook
        void setWebhook(introduction, { url, secret, connections, allowed: ALLOWED_UPDATES }, stopping.signal)
      }
    },
    async stop() {
      stopping.abort()
      await polling?.stop()
      await Promise.allSettled(storing)
      api.close()
    },
  }
}
