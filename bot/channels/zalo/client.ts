/**
 * One HTTP call to Zalo over Node's fetch, and its answer checked. What comes back is a value: no error of fetch's leaves, and
 * no text that leaves holds a token.
 */
import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { parseKeepingIds } from './long-ids.js'
import { watching, type Seen } from './written.js'

export const API_ROOT = 'https://openapi.zalo.me'

export type Answer<T> =
  | { kind: 'ok'; data: T }
  /** Zalo said no: an error code, always with HTTP 200. */
  | { kind: 'refused'; code: number; message: string }
  /** No answer of Zalo's was seen. `written`: the request may have arrived, and been acted on. */
  | { kind: 'silent'; written: boolean; why: string }

export type Unanswered = Exclude<Answer<never>, { kind: 'ok' }>

export interface Request {
  method: 'GET' | 'POST'
  /** Below the root: /v3.0/oa/message/cs */
  path: string
  /** Sent as JSON; a GET's goes as one JSON text in ?data= */
  json?: unknown
  /** Sent as multipart, field `file` */
  file?: { bytes: Buffer; name: string; mime: string }
}

export interface ApiOptions {
  /** https://openapi.zalo.me when left out */
  apiRoot?: string
  appSecret: string
  /** Calls carry appsecret_proof */
  appProof: boolean
}

export interface Api {
  /** @param schema of `data` in the answer */
  call<T>(
    request: Request,
    schema: z.ZodType<T>,
    access: { token: string; timeoutMs: number; signal?: AbortSignal },
  ): Promise<Answer<T>>
}

/** HMAC-SHA256 of the access token, keyed with the app's secret, in hexadecimal. */
export const appSecretProof = (appSecret: string, accessToken: string): string =>
  createHmac('sha256', appSecret).update(accessToken).digest('hex')

export function zaloApi({ apiRoot = API_ROOT, appSecret, appProof }: ApiOptions): Api {
  return {
    async call(request, schema, { token, timeoutMs, signal }) {
      const headers: Record<string, string> = { access_token: token }
      if (appProof) headers.appsecret_proof = appSecretProof(appSecret, token)
      const answer = await exchange(urlOf(apiRoot, request), bodyOf(request, headers), timeoutMs, signal)
      if (answer.kind !== 'answered') return answer
      return readEnvelope(answer, schema, token)
    },
  }
}

/** A relay's path is kept. */
function urlOf(root: string, { method, path, json }: Request): URL {
  const url = new URL(root.replace(/\/+$/, '') + path)
  if (method === 'GET' && json !== undefined) url.searchParams.set('data', JSON.stringify(json))
  return url
}

function bodyOf({ method, json, file }: Request, headers: Record<string, string>): RequestInit {
  if (file) {
    const form = new FormData()
    form.set('file', new Blob([new Uint8Array(file.bytes)], { type: file.mime }), file.name)
    return { method, headers, body: form }
  }
  if (method === 'GET' || json === undefined) return { method, headers }
  return { method, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(json) }
}

// ------------------------------------------------------------------------------------------- over the wire

export type Exchanged = { kind: 'answered'; status: number; body: unknown } | Extract<Unanswered, { kind: 'silent' }>

/** Bytes of an answer; Zalo's have under 4 KB. */
const ANSWER_MAX_BYTES = 1024 * 1024

/** Sends and reads JSON. No redirect is followed: the headers hold secrets. */
export async function exchange(
  url: URL,
  init: RequestInit,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Exchanged> {
  if (signal?.aborted) return { kind: 'silent', written: false, why: 'stopped' }
  const seen: Seen = { written: false }
  const aborter = new AbortController()
  let stopped: 'time limit' | 'stopped' | undefined
  const stop = (why: 'time limit' | 'stopped') => {
    stopped ??= why
    aborter.abort()
  }
  const onAbort = () => stop('stopped')
  signal?.addEventListener('abort', onAbort, { once: true })
  const timer = setTimeout(() => stop('time limit'), timeoutMs)
  try {
    const response = await watching(seen, () => fetch(url, { ...init, redirect: 'manual', signal: aborter.signal }))
    return await readAnswer(response)
  } catch (error) {
    return { kind: 'silent', written: seen.written, why: stopped ?? reasonOf(error) }
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

async function readAnswer(response: Response): Promise<Exchanged> {
  const { status } = response
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength
    if (bytes > ANSWER_MAX_BYTES) throw new Error('an answer without end')
    chunks.push(chunk)
  }
  const body = parsed(Buffer.concat(chunks).toString('utf8'))
  // Business errors come with HTTP 200: any other status is from what stands between, and went no further.
  if (status >= 500 || (status !== 200 && body === undefined))
    return { kind: 'silent', written: false, why: `HTTP ${status} from something that is not the API` }
  if (body === undefined) return { kind: 'silent', written: true, why: `an answer not understood (HTTP ${status})` }
  return { kind: 'answered', status, body }
}

function parsed(text: string): unknown {
  try {
    return parseKeepingIds(text)
  } catch {
    return undefined
  }
}

/** fetch hides what happened in `cause`; its message may name the address, never a header. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: { code?: string; message?: string } }
  return cause?.code ?? cause?.message ?? message ?? 'unknown'
}

// ------------------------------------------------------------------------------------------- the envelope

const envelope = z.object({
  error: z.union([z.number(), z.string().regex(/^-?\d+$/).transform(Number)]), // prettier-ignore
  message: z.string().optional().catch(undefined),
  data: z.unknown().optional(),
})

/** Characters of Zalo's own words that are kept. */
const MESSAGE_MAX = 200

function readEnvelope<T>(
  { status, body }: Extract<Exchanged, { kind: 'answered' }>,
  schema: z.ZodType<T>,
  token: string,
): Answer<T> {
  const read = envelope.safeParse(body)
  if (!read.success) return { kind: 'silent', written: true, why: `an answer without an error code (HTTP ${status})` }
  const { error: code, message = '', data } = read.data
  if (code !== 0) return { kind: 'refused', code, message: message.replaceAll(token, '[token]').slice(0, MESSAGE_MAX) }
  const known = schema.safeParse(data)
  return known.success
    ? { kind: 'ok', data: known.data }
    : { kind: 'silent', written: true, why: 'an answer of an unknown shape' }
}

// ------------------------------------------------------------------------------------------- the answers' shapes

const id = z.union([z.string(), z.number().transform(String)])

/** Of a message that went out. That its id cannot be read does not undo that it went out. */
export const SENT_MESSAGE = z
  .object({ message_id: id.optional().catch(undefined) })
  .nullish()
  .catch(undefined)
export const UPLOADED_PICTURE = z.object({ attachment_id: id }).transform(({ attachment_id }) => attachment_id)
export const UPLOADED_FILE = z.object({ token: id }).transform(({ token }) => token)
export const OA = z.object({ oa_id: id.optional(), name: z.string().optional() })
