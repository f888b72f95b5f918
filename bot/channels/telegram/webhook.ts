/** Road 1, by webhook: secret, body, parse, store; only what is stored is acknowledged. No body is ever logged. */
import type { Router } from 'express'
import type { Inbound } from '../channel.js'
import { secretGate } from '../secret-gate.js'
import { WEBHOOK_BODY_MAX_BYTES } from './limits.js'
import { failureOf, type Log, type Store } from '../told.js'
import type { Count, Dismiss } from './told.js'
import { parseUpdate } from './receive.js'

export const WEBHOOK_PATH = '/webhooks/telegram'
export const SECRET_HEADER = 'X-Telegram-Bot-Api-Secret-Token'

export interface WebhookOptions {
  secret: string
  /** Resolves when the updates are stored durably. */
  store: Store
  dismiss: Dismiss
  log: Log
  count: Count
  now(): Date
}

/** POST /webhooks/telegram. 200 stored or nothing to answer, 503 not stored: Telegram sends again. */
export function webhook({ secret, store, dismiss, log, count, now }: WebhookOptions): Router {
  const receive = async (update: unknown): Promise<number> => {
    const heard = parseUpdate(update, now())
    if (!('ignored' in heard)) return kept(heard)
    count('ignored', heard.ignored)
    if (heard.pressId !== undefined) dismiss(heard.pressId)
    return 200
  }

  const kept = async (heard: Inbound): Promise<number> => {
    try {
      await store([heard])
      return 200
    } catch (error) {
      count('webhook', 'not stored')
      log.error(
        { update: heard.key, ...failureOf(error) },
        'telegram: an update could not be stored; it will be sent again',
      )
      return 503
    }
  }

  const parse = (text: string): unknown => JSON.parse(text)
  return secretGate({ path: WEBHOOK_PATH, header: SECRET_HEADER, secret, maxBytes: WEBHOOK_BODY_MAX_BYTES, parse, receive, count }) // prettier-ignore
}
