/** What is answered to a request that is not granted: a word for programs, a sentence for people. */
import type { Request, Response } from 'express'
import { say, text } from '../../../locales/say.js'
import { languageOf } from '../app.js'

const STATUS = {
  'not-json': 400,
  'not-understood': 400,
  'key-too-long': 400,
  'no-session': 401,
  'other-site': 403,
  'no-demo': 403,
  'persona-unknown': 404,
  'not-found': 404,
  'too-large': 413,
  'wrong-type': 415,
  'too-many': 429,
  busy: 503,
} as const

export type Refusal = keyof typeof STATUS

/** @param waitMs after which the same request may be granted */
export function refuse(request: Request, response: Response, why: Refusal, waitMs?: number): void {
  if (waitMs !== undefined) response.set('Retry-After', String(Math.max(1, Math.ceil(waitMs / 1000))))
  const message = say(languageOf(request), text(`web-chat.refused.${why}`))
  response.status(STATUS[why]).json({ error: why, message })
}
