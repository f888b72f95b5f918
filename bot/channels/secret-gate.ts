/**
 * The door of a webhook whose platform proves itself by a secret in a header. It parses its own body, so it must stand before any
 * other body parser. No body is ever logged.
 */
import crypto from 'node:crypto'
import express, { type Request, type RequestHandler, type Response, type Router } from 'express'
import { parsed, rawBody, refusedBody, type CountRefused } from './webhook-body.js'

export interface SecretGateOptions {
  path: string
  /** In which the secret stands */
  header: string
  secret: string
  /** Of one body */
  maxBytes: number
  /** Throws for what is no JSON. */
  parse(text: string): unknown
  /** Answers the HTTP status: 200 stored or nothing to answer, 503 not stored. */
  receive(body: unknown): Promise<number>
  count: CountRefused
}

/** POST: 401 wrong or missing secret, 413 too large, 415 compressed, 400 not JSON, else as `receive` says. */
export function secretGate({ path, header, secret, maxBytes, parse, receive, count }: SecretGateOptions): Router {
  const expected = digest(secret)
  const admit: RequestHandler = (request, response, next) => {
    // Digests have one length whatever was sent, so that the comparison tells nothing, not even the secret's length.
    if (crypto.timingSafeEqual(digest(request.get(header) ?? ''), expected)) {
      next()
      return
    }
    count('webhook', 'wrong secret')
    response.sendStatus(401)
  }
  const take = async (request: Request, response: Response): Promise<void> => {
    const body = parsed(request.body, parse)
    if (body === undefined) {
      count('webhook', 'malformed JSON')
      response.sendStatus(400)
      return
    }
    response.sendStatus(await receive(body))
  }
  const router = express.Router()
  router.post(path, admit, rawBody(maxBytes), take, refusedBody(count))
  return router
}

const digest = (text: string): Buffer => crypto.createHash('sha256').update(text).digest()
