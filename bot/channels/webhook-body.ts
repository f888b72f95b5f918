/** The body of a webhook's request, taken as raw bytes: a signature is made over them, and ids in it are wider than numbers. */
import express, { type ErrorRequestHandler, type RequestHandler } from 'express'

/** Why a request was not let in, in a few fixed words. */
export type CountRefused = (what: 'webhook', why: string) => void

/** Whatever its type says; packed bodies are refused: no bombs. */
export const rawBody = (maxBytes: number): RequestHandler =>
  express.raw({ type: () => true, limit: maxBytes, inflate: false })

/** The body parser's refusals: too large, compressed, cut off. */
export const refusedBody =
  (count: CountRefused): ErrorRequestHandler =>
  (error: { status?: number }, _request, response, next) => {
    if (!error.status || error.status >= 500) {
      next(error)
      return
    }
    count('webhook', `refused ${error.status}`)
    response.sendStatus(error.status)
  }

/** undefined: not JSON, or no body. The whole body is decoded at once: a letter cut by a packet's border stays whole. */
export function parsed(body: unknown, parse: (text: string) => unknown): unknown {
  if (!Buffer.isBuffer(body)) return undefined
  try {
    return parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
