/**
 * A web chat's session: `<id>.<when it was made>.<signature>`. The random id is the chat's address, and nothing else is known
 * of the person; the signature keeps anybody from making up another one. The same text is the cookie of the page and the
 * bearer of a program.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { CookieOptions, Request } from 'express'

export const COOKIE = 'ronguon-chat'
const ID_BYTES = 16
/** A phone that was not used for half a year may be somebody else's by then. ms */
const GOOD_FOR_MS = 180 * 24 * 3_600_000
const TOKEN = /^([A-Za-z0-9_-]{22})\.([0-9a-z]{1,10})\.([A-Za-z0-9_-]{43})$/

export interface Sessions {
  /** A new one, or the same one good for longer. */
  token(address?: string): { address: string; token: string }
  /** The chat's address; undefined: forged, or too old. */
  read(token: string): string | undefined
}

/** @param key of this purpose alone; @param now real time, ms */
export function sessions(key: Buffer, now: () => number = Date.now): Sessions {
  const signature = (said: string) => createHmac('sha256', key).update(said).digest('base64url')
  return {
    token(address = randomBytes(ID_BYTES).toString('base64url')) {
      const said = `${address}.${Math.floor(now() / 1000).toString(36)}`
      return { address, token: `${said}.${signature(said)}` }
    },
    read(token) {
      const [, address, made, signed] = TOKEN.exec(token) ?? []
      if (!address || !made || !signed) return undefined
      const expected = signature(`${address}.${made}`)
      if (!timingSafeEqual(Buffer.from(expected), Buffer.from(signed))) return undefined
      return now() - Number.parseInt(made, 36) * 1000 < GOOD_FOR_MS ? address : undefined
    },
  }
}

/** The token that a request carries. A program's header counts before a cookie: it says so on purpose. */
export function tokenOf(request: Request): string | undefined {
  const header = request.get('authorization')
  if (header !== undefined) return /^Bearer +(\S+)$/i.exec(header)?.[1] ?? ''
  const cookies = (request.get('cookie') ?? '').split(';').map((pair) => pair.trim())
  return cookies.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1)
}

/** No script reads it, no other site sends it along with a post, and it goes to the chat alone. */
export const cookieOptions = (secure: boolean): CookieOptions => ({
  httpOnly: true,
  sameSite: 'lax',
  secure,
  path: '/chat',
  maxAge: GOOD_FOR_MS,
})
