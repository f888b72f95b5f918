/** Road 1, by webhook: secret, body, parse, store; only what is stored is acknowledged. No body is ever logged. */
import crypto from 'node:crypto'
import express, { type NextFunction, type Request, type Response, type Router } from 'express'
import type { Inbound } from '../channel.js'
import { parseExactly } from './exact-json.js'
import { WEBHOOK_BODY_MAX_BYTES } from './limits.js'
import { eventsIn, parseEvent } from './receive.js'
import { failureOf, type Count, type Log, type Store } from './told.js'

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

/**
 * POST /webhooks/zalo-bot. 401 wrong or missing secret, 413 over 1 MB, 415 compressed, 400 not JSON, 503 not stored (whether
 * the platform sends again is not documented), 200 stored or nothing to answer. Parses its own body: must stand before any
 * other body parser.
 */
export function webhook({ secret, store, log, count, now }: WebhookOptions): Router {
  const router = express.Router()
  const expected = digest(secret)

  const admit = (request: Request, response: Response, next: NextFunction): void => {
    // Digests have one length whatever was sent, so that the comparison tells nothing, not even the secret's length.
    if (crypto.timingSafeEqual(digest(request.get(SECRET_HEADER) ?? ''), expected)) {
      next()
      return
    }
    count('webhook', 'wrong secret')
    response.sendStatus(401)
  }

  const receive = async (request: Request, response: Response): Promise<void> => {
    const body = parseJson(request.body)
    if (body === undefined) {
      count('webhook', 'malformed JSON')
      response.sendStatus(400)
      return
    }
    const heard = eventsIn(body).flatMap((one) => {
      const parsed = parseEvent(one, now())
      if (!('ignored' in parsed)) return [parsed]
      count('ignored', parsed.ignored)
      return []
    })
    response.sendStatus(heard.length > 0 ? await kept(heard) : 200)
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

  /** The body parser's refusals: too large, compressed, cut off. */
  const refuse = (error: { status?: number }, _request: Request, response: Response, next: NextFunction): void => {
    if (!error.status || error.status >= 500) {
      next(error)
      return
    }
    count('webhook', `refused ${error.status}`)
    response.sendStatus(error.status)
  }

  const body = express.raw({ type: () => true, limit: WEBHOOK_BODY_MAX_BYTES, inflate: false })
  router.post(WEBHOOK_PATH, admit, body, receive, refuse)
  return router
}

const digest = (text: string): Buffer => crypto.createHash('sha256').update(text).digest()

/** undefined: not JSON, or no body. The whole body is decoded at once: a letter cut by a packet's border stays whole. */
function parseJson(body: unknown): unknown {
  if (!Buffer.isBuffer(body)) return undefined
  try {
    return parseExactly(body.toString('utf8'))
  } catch {
    return undefined
  }
}
