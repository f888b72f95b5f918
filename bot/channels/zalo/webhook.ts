/** Road 1: signature, parse, store; only what is stored is acknowledged. No body is ever logged. */
import express, { type NextFunction, type Request, type Response, type Router } from 'express'
import type { Inbound } from '../channel.js'
import { parsed, rawBody, refusedBody } from '../webhook-body.js'
import { EVENT_AGE_MAX_MS, WEBHOOK_BODY_MAX_BYTES } from './limits.js'
import { parseKeepingIds } from './long-ids.js'
import { parseEvent } from './receive.js'
import { isSigned, SIGNATURE_HEADER } from './signature.js'
import { failureOf, type Log, type Store } from '../told.js'
import type { Count } from './told.js'

export const WEBHOOK_PATH = '/webhooks/zalo'

export interface WebhookOptions {
  appId: string
  /** The OA's own secret, another one than the app's; without it no event can be believed */
  oaSecretKey?: string
  /** Events of other OAs of the app are acknowledged and left */
  oaId?: string
  /** The code in the name of the file that proves the domain */
  domainProof?: string
  /** Resolves when the events are stored durably. */
  store: Store
  /** Told of what was stored for the first time or again, after it is acknowledged */
  stored?: (inbounds: Inbound[]) => void
  log: Log
  count: Count
  now(): Date
}

/**
 * GET, and a POST without signature or without event name (the console's tests): 200, nothing stored. POST: 401 wrong
 * signature or another app, 413 over 1 MB, 415 compressed, 400 not JSON, 503 not stored (Zalo sends again), 200 stored,
 * nothing to answer, or too old. Parses its own body: must stand before any other body parser.
 */
export function webhook(options: WebhookOptions): Router {
  const { appId, oaSecretKey, oaId, domainProof, store, stored, log, count, now } = options
  const router = express.Router()

  const greet = (_request: Request, response: Response): void => {
    count('webhook', 'GET')
    response.sendStatus(200)
  }

  const skipUnsigned = (request: Request, response: Response, next: NextFunction): void => {
    if (request.get(SIGNATURE_HEADER)) {
      next()
      return
    }
    count('webhook', 'no signature')
    response.sendStatus(200)
  }

  const receive = async (request: Request, response: Response): Promise<void> => {
    const raw: unknown = request.body
    const body = parsed(raw, parseKeepingIds)
    if (!Buffer.isBuffer(raw) || body === undefined) {
      count('webhook', 'malformed JSON')
      response.sendStatus(400)
      return
    }
    const { event_name: name, app_id, timestamp } = fieldsOf(body)
    if (typeof name !== 'string' || name === '') {
      count('webhook', 'no event name')
      response.sendStatus(200)
      return
    }
    if (String(app_id) !== appId) {
      count('webhook', 'another app')
      response.sendStatus(401)
      return
    }
    const signedBy = oaSecretKey !== undefined && { appId, timestamp: String(timestamp), oaSecretKey }
    if (!signedBy || !isSigned(request.get(SIGNATURE_HEADER) ?? '', raw, signedBy)) {
      count('webhook', signedBy ? 'wrong signature' : 'no OA secret set')
      response.sendStatus(401)
      return
    }
    response.sendStatus(await heard(body))
  }

  const heard = async (body: unknown): Promise<number> => {
    const received = parseEvent(body, now(), oaId)
    if ('ignored' in received) {
      count('event', received.ignored)
      if (received.unknown !== undefined) log.warn({ event: received.unknown }, 'zalo: an event that is not known')
      return 200
    }
    const { inbounds, event } = received
    // The timestamp is signed, so a replay cannot make itself younger. 200: what is refused would be sent again.
    if (inbounds.some(({ at }) => now().getTime() - Date.parse(at) > EVENT_AGE_MAX_MS)) {
      count('event', 'too old')
      return 200
    }
    try {
      await store(inbounds)
    } catch (error) {
      count('webhook', 'not stored')
      log.error(
        { event: inbounds[0]?.key, ...failureOf(error) },
        'zalo: an event could not be stored; it will be sent again',
      )
      return 503
    }
    count('event', event)
    stored?.(inbounds)
    return 200
  }

  router.get(WEBHOOK_PATH, greet)
  router.post(WEBHOOK_PATH, skipUnsigned, rawBody(WEBHOOK_BODY_MAX_BYTES), receive, refusedBody(count))
  if (domainProof !== undefined)
    router.get(
      `/zalo_verifier${domainProof}.html`,
      (_request, response) => void response.type('html').send(proofPage(domainProof)),
    )
  return router
}

/** Zalo looks for the file by its name; the code stands in it as well, where its <meta> form would be. */
const proofPage = (code: string): string =>
  `<!doctype html><html><head><meta name="zalo-platform-site-verification" content="${code}" /></head><body>${code}</body></html>\n`

const fieldsOf = (body: unknown): Record<string, unknown> =>
  typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
