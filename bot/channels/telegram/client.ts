/**
 * The one door to the Bot API. Calls travel through telegraf's `Telegram`; what comes back is a value, never telegraf's own
 * error: those carry the token in their stack (and, for an answer that is no JSON, in their message) and the person's words in
 * their payload.
 */
import './quiet.js'
import { setMaxListeners } from 'node:events'
import type http from 'node:http'
import { Telegram } from 'telegraf'
import { connect, watched, type Seen } from './connection.js'

export interface ApiOptions {
  token: string
  /** https://api.telegram.org, a relay (a path before /bot is kept), a local Bot API server, or a fake. */
  apiRoot?: string
  /** http://, https:// or socks5:// */
  proxy?: string
}

/** JSON, or for an upload a file as `{ source, filename }`, which makes the call multipart. */
export type Payload = Record<string, unknown>

export type Answer =
  | { kind: 'ok'; result: unknown }
  /** The Bot API said no. */
  | { kind: 'refused'; code: number; description: string; retryAfterMs?: number; movedTo?: number }
  /** No answer of the Bot API was seen. `written`: the request may have arrived all the same. */
  | { kind: 'silent'; written: boolean; why: string }

export type Unanswered = Exclude<Answer, { kind: 'ok' }>

export interface Api {
  call(method: string, payload: Payload, timeoutMs: number, signal?: AbortSignal): Promise<Answer>
  /** Where a file that getFile named is fetched. Holds the token: never to be stored, logged or thrown. */
  fileUrl(path: string): URL
  agent: http.Agent
  /** Takes the token, and a proxy's password, out of a text. */
  scrub(text: string): string
  /** Closes idle sockets; what is on its way goes on. */
  close(): void
}

export const API_ROOT = 'https://api.telegram.org'

export function botApi({ token, apiRoot = API_ROOT, proxy }: ApiOptions): Api {
  // With a slash at its end, or the last step of a relay's path would be dropped when a method is put behind it.
  const root = new URL(apiRoot.endsWith('/') ? apiRoot : `${apiRoot}/`)
  const agent = connect(root, proxy)
  const scrub = scrubber(token, proxy)

  const call: Api['call'] = async (method, payload, timeoutMs, signal) => {
    const seen: Seen = { written: false }
    const aborter = new AbortController()
    let stopped: 'time limit' | 'stopped' | undefined
    const stop = (why: 'time limit' | 'stopped') => {
      stopped ??= why
      aborter.abort()
    }
    const onAbort = () => stop('stopped')
    if (signal?.aborted) return { kind: 'silent', written: false, why: 'stopped' }
    if (signal) {
      // One signal stops all the sends of a process: more than the ten listeners after which Node suspects a leak.
      setMaxListeners(0, signal)
      signal.addEventListener('abort', onAbort, { once: true })
    }
    const timer = setTimeout(() => stop('time limit'), timeoutMs)
    try {
      const telegram = new Telegram(token, { apiRoot: root.href, webhookReply: false })
      // Set afterwards because telegraf drops the agent of an http:// root (a relay, a local server).
      telegram.options.agent = watched(agent, seen)
      return {
        kind: 'ok',
        result: await telegram.callApi(method as never, payload as never, { signal: aborter.signal as never }),
      }
    } catch (error) {
      return failure(error, seen, stopped, scrub)
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
  }

  return {
    call,
    agent,
    scrub,
    fileUrl: (path) => {
      const steps = path.split('/').filter((step) => step !== '' && step !== '.' && step !== '..')
      return new URL(`file/bot${token}/${steps.map(encodeURIComponent).join('/')}`, root)
    },
    close() {
      for (const idle of Object.values(agent.freeSockets).flat()) idle?.destroy()
    },
  }
}

/** telegraf's error, of which only what may be told is taken. */
interface Thrown {
  message?: unknown
  code?: unknown
  response?: { error_code?: unknown; description?: unknown; parameters?: Record<string, unknown> }
}

function failure(error: unknown, seen: Seen, stopped: string | undefined, scrub: (text: string) => string): Unanswered {
  const { message, response } = error as Thrown
  const { error_code: code, description = '' } = response ?? {}
  if (stopped) return { kind: 'silent', written: seen.written, why: stopped }
  if (typeof code === 'number') {
    const { retry_after: seconds, migrate_to_chat_id: movedTo } = response?.parameters ?? {}
    return {
      kind: 'refused',
      code,
      description: scrub(typeof description === 'string' ? description : ''),
      ...(typeof seconds === 'number' && { retryAfterMs: seconds * 1000 }),
      ...(typeof movedTo === 'number' && { movedTo }),
    }
  }
  // The Bot API always answers in JSON: an error in anything else comes from what stands between, and went no further.
  if (seen.status !== undefined && seen.status >= 400)
    return { kind: 'silent', written: false, why: `HTTP ${seen.status} from something that is not the Bot API` }
  if (seen.status !== undefined)
    return { kind: 'silent', written: seen.written, why: `an answer cut short or not understood (HTTP ${seen.status})` }
  return { kind: 'silent', written: seen.written, why: scrub(String(message ?? error)) }
}

/** Characters from which on a part of a secret is blotted out by itself. */
const PART_MIN = 6

/** Replaces every secret in a text, as it is and as it stands in an address. */
export function scrubber(token: string, proxy?: string): (text: string) => string {
  const secrets = [token]
  const parts = [token.slice(token.indexOf(':') + 1)]
  if (proxy && URL.canParse(proxy)) {
    const { username, password } = new URL(proxy)
    secrets.push(proxy, username && `${username}:${password}`)
    parts.push(password, decodeURIComponent(password))
  }
  // A part of two letters would blot out half of every sentence.
  secrets.push(...parts.filter((part) => part.length >= PART_MIN))
  const forms = [...new Set(secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]))].filter(
    (form) => form !== '',
  )
  forms.sort((a, b) => b.length - a.length)
  return (text) => forms.reduce((left, form) => left.replaceAll(form, '[secret]'), text)
}
