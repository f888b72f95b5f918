/**
 * The one door to the Zalo Bot Platform: POST JSON, and what comes back is a value. node:http rather than fetch, because only
 * it tells whether a request got onto an open connection: that parts "certainly not sent" from "nobody knows"
 * (docs/decisions/003 and 025).
 */
import { setMaxListeners } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { z } from 'zod'
import { parseExactly } from './exact-json.js'
import { ANSWER_MAX_BYTES, SOCKETS_MAX } from './limits.js'

export interface ApiOptions {
  token: string
  /** https://bot-api.zaloplatforms.com, a relay (a path is kept), or a fake. */
  apiRoot?: string
  /** Told of every answer before the caller is. */
  see?(answer: Answer): void
}

export type Payload = Record<string, unknown>

export type Answer =
  | { kind: 'ok'; result: unknown }
  /** The platform said no, in its own words or by one of its HTTP codes. */
  | { kind: 'refused'; code: number; description: string; retryAfterMs?: number }
  /** No answer of the platform was seen. `written`: the request may have arrived all the same. */
  | { kind: 'silent'; written: boolean; why: string }

export type Unanswered = Exclude<Answer, { kind: 'ok' }>

export interface Api {
  call(method: string, payload: Payload, timeoutMs: number, signal?: AbortSignal): Promise<Answer>
  /** Takes the token out of a text. */
  scrub(text: string): string
  /** Closes idle sockets; what is on its way goes on. */
  close(): void
}

export const API_ROOT = 'https://bot-api.zaloplatforms.com'
/** An idle socket is closed by us before a balancer does it, so that no request is written into a dying one. */
const IDLE_MS = 20_000
/** Characters from which on a part of the token is blotted out by itself. */
const PART_MIN = 6

export function botApi({ token, apiRoot = API_ROOT, see = () => undefined }: ApiOptions): Api {
  // With a slash at its end, or the last step of a relay's path would be dropped when a method is put behind it.
  const root = new URL(apiRoot.endsWith('/') ? apiRoot : `${apiRoot}/`)
  const secure = root.protocol === 'https:'
  const options = { keepAlive: true, maxSockets: SOCKETS_MAX, timeout: IDLE_MS, scheduling: 'lifo' } as const
  const agent = secure ? new https.Agent(options) : new http.Agent(options)
  const scrub = scrubber(token)
  // With ./ before it, or the token's colon would make `bot1` the scheme of another address.
  const path = (method: string): string => `./bot${encodeURIComponent(token).replaceAll('%3A', ':')}/${method}`

  return {
    scrub,
    async call(method, payload, timeoutMs, signal) {
      const exchange = { url: new URL(path(method), root), agent, body: JSON.stringify(payload), timeoutMs, signal }
      const answer = read(await post(exchange), scrub)
      see(answer)
      return answer
    },
    close() {
      for (const idle of Object.values(agent.freeSockets).flat()) idle?.destroy()
    },
  }
}

// ------------------------------------------------------------------------------------------- the wire

interface Exchange {
  url: URL
  agent: http.Agent
  body: string
  timeoutMs: number
  signal: AbortSignal | undefined
}

/** What was seen of one call. */
interface Seen {
  /** The request stood on an open connection to the platform: it may have arrived. */
  written: boolean
  /** Once the head of an answer is there */
  status?: number
  retryAfter?: string
  /** The whole answer */
  text?: string
  /** Why there is no whole answer */
  failed?: string
}

function post({ url, agent, body, timeoutMs, signal }: Exchange): Promise<Seen> {
  const seen: Seen = { written: false }
  if (signal?.aborted) return Promise.resolve({ ...seen, failed: 'stopped' })
  return new Promise((resolve) => {
    const begin = url.protocol === 'https:' ? https.request : http.request
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const request = begin(url, { method: 'POST', agent, headers })
    const end = (failed?: string): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      resolve(failed === undefined ? seen : { ...seen, failed })
      if (failed !== undefined) request.destroy()
    }
    const onAbort = (): void => end('stopped')
    const timer = setTimeout(() => end('time limit'), timeoutMs)
    if (signal) {
      // One signal stops all the calls of a process: more than the ten listeners after which Node suspects a leak.
      setMaxListeners(0, signal)
      signal.addEventListener('abort', onAbort, { once: true })
    }
    request.once('socket', (socket: Socket & Partial<TLSSocket>) => {
      const open = (): void => void (seen.written = true)
      if (request.reusedSocket) open()
      else if (socket.encrypted) socket.once('secureConnect', open)
      else if (socket.connecting) socket.once('connect', open)
      else open()
    })
    request.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.name))
    request.once('response', (response) => {
      seen.status = response.statusCode
      seen.retryAfter = response.headers['retry-after']
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > ANSWER_MAX_BYTES) end('an answer without end')
        else chunks.push(chunk)
      })
      response.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.name))
      response.once('end', () => {
        seen.text = Buffer.concat(chunks, bytes).toString('utf8')
        end()
      })
    })
    request.end(body)
  })
}

// ------------------------------------------------------------------------------------------- the answer

const ENVELOPE = z.looseObject({
  ok: z.boolean(),
  result: z.unknown().optional(),
  error_code: z.number().optional(),
  description: z.string().optional(),
  parameters: z.looseObject({ retry_after: z.number().optional() }).optional(),
})

/** Nothing came (getUpdates), too many: told by HTTP alone they still are the platform's own words. */
const OWN_CODES: ReadonlySet<number | undefined> = new Set([401, 408, 429])
/** What stands between waited in vain for the platform, which may have done the work. */
const GATEWAY_TIMEOUT = 504

function read(seen: Seen, scrub: (text: string) => string): Answer {
  const { written, status, failed, text = '' } = seen
  if (failed !== undefined) return { kind: 'silent', written, why: failed }
  const envelope = ENVELOPE.safeParse(parsed(text))
  if (envelope.success) {
    const { ok, result, error_code: code = status ?? 0, description = '', parameters } = envelope.data
    if (ok) return { kind: 'ok', result }
    const retryAfterMs = waitMs(parameters?.retry_after ?? Number(seen.retryAfter))
    return { kind: 'refused', code, description: scrub(description), ...retryAfterMs }
  }
  if (OWN_CODES.has(status))
    return { kind: 'refused', code: status!, description: 'told by HTTP alone', ...waitMs(Number(seen.retryAfter)) }
  // The platform answers in JSON: an error in anything else comes from what stands between, and went no further.
  if (status !== undefined && status >= 400 && status !== GATEWAY_TIMEOUT)
    return { kind: 'silent', written: false, why: `HTTP ${status} from something that is not the platform` }
  return { kind: 'silent', written, why: `an answer not understood (HTTP ${status})` }
}

const parsed = (text: string): unknown => {
  try {
    return parseExactly(text)
  } catch {
    return undefined
  }
}

const waitMs = (seconds: number): { retryAfterMs?: number } =>
  Number.isFinite(seconds) && seconds > 0 ? { retryAfterMs: seconds * 1000 } : {}

/** Replaces the token in a text, as it is and as it stands in an address. */
export function scrubber(token: string): (text: string) => string {
  const secret = token.slice(token.indexOf(':') + 1)
  const parts = secret.length >= PART_MIN ? [token, secret] : [token]
  const forms = [...new Set(parts.flatMap((part) => [part, encodeURIComponent(part)]))].filter((form) => form !== '')
  forms.sort((a, b) => b.length - a.length)
  return (text) => forms.reduce((left, form) => left.replaceAll(form, '[secret]'), text)
}
