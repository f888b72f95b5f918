/** Road 1, by webhook: secret, body, parse, store; only what is stored is acknowledged. No body is ever logged. */
import type { Router } from 'express'
import type { Inbound } from '../channel.js'
import { secretGate } from '../secret-gate.js'
import { parseExactly } from './exact-json.js'
import { WEBHOOK_BODY_MAX_BYTES } from './limits.js'
import { eventsIn, parseEvent } from './receive.js'
import { failureOf, type Log, type Store } from '../told.js'
import type { Count } from './told.js'

export const WEBHOOK_PATH = '/webhooks/zalo-bot'
export const SECRET_HEADER = 'X-Bot-Api-Secret-Token'

export interface WebhookOptions {
  secret: string
  /** Resolves when the messages are stored durably. */
  store: Store
  log: Log
  count: Count
  now(): Date
}

/** POST /webhooks/zalo-bot. 200 stored or nothing to answer, 503 not stored: whether it is sent again is not documented. */
export function webhook({ secret, store, log, count, now }: WebhookOptions): Router {
  const receive = async (body: unknown): Promise<number> => {
    const heard = eventsIn(body).flatMap((one) => {
      const read = parseEvent(one, now())
      if (!('ignored' in read)) return [read]
      count('ignored', read.ignored)
      return []
    })
    return heard.length > 0 ? kept(heard) : 200
  }

  const kept = async (heard: Inbound[]): Promise<number> => {
    try {
      await store(heard)
      return 200
    } catch (error) {
      count('webhook', 'not stored')
      log.error(failureOf(error), 'zalo bot: a message could not be stored; the platform is asked to send it again')
      return 503
    }
  }

  const parse = parseExactly
  return secretGate({ path: WEBHOOK_PATH, header: SECRET_HEADER, secret, maxBytes: WEBHOOK_BODY_MAX_BYTES, parse, receive, count }) // prettier-ignore
}
