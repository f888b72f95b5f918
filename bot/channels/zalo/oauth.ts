/** The token service: a code for the first pair, a refresh token for the next. Each works once. */
import { createHash, randomInt } from 'node:crypto'
import { z } from 'zod'
import { exchange } from './client.js'
import { ACCESS_LIVES_MS } from './limits.js'

export const OAUTH_ROOT = 'https://oauth.zaloapp.com'
const TOKEN_PATH = '/v4/oa/access_token'
const CONSENT_PATH = '/v4/oa/permission'

export interface Pair {
  accessToken: string
  refreshToken: string
}

export type Granted =
  | { kind: 'ok'; pair: Pair; livesMs: number }
  /** The service said no. */
  | { kind: 'refused'; code: number }
  /** No answer was seen. `written`: the token may be spent. */
  | { kind: 'silent'; written: boolean; why: string }

export interface OauthOptions {
  /** https://oauth.zaloapp.com when left out */
  oauthRoot?: string
  appId: string
  appSecret: string
  timeoutMs: number
}

export interface Oauth {
  refresh(refreshToken: string): Promise<Granted>
  exchange(code: string, codeVerifier: string): Promise<Granted>
  /** Where the OA's administrator says yes */
  consentUrl(by: { redirectUri: string; codeVerifier: string; state: string }): string
}

/** Letters and digits only: what Zalo's SDKs use. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const VERIFIER_LENGTH = 43

export const newVerifier = (): string =>
  Array.from({ length: VERIFIER_LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('')

/** S256, as RFC 7636 makes it. */
export const challengeOf = (codeVerifier: string): string =>
  createHash('sha256').update(codeVerifier, 'ascii').digest('base64url')

/** expires_in is a string of seconds; a body without tokens is a failure whatever it says. */
const granted = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: z.coerce.number().positive().optional().catch(undefined),
})
const failed = z.object({ error: z.coerce.number().int() })
/** A failure that names no number. */
const NO_CODE = 0

export function zaloOauth({ oauthRoot = OAUTH_ROOT, appId, appSecret, timeoutMs }: OauthOptions): Oauth {
  const root = oauthRoot.replace(/\/+$/, '')

  const ask = async (form: Record<string, string>): Promise<Granted> => {
    const answer = await exchange(
      new URL(root + TOKEN_PATH),
      { method: 'POST', headers: { secret_key: appSecret }, body: new URLSearchParams({ ...form, app_id: appId }) },
      timeoutMs,
    )
    if (answer.kind === 'silent') return answer
    const pair = granted.safeParse(answer.body)
    if (pair.success) {
      const { access_token: accessToken, refresh_token: refreshToken, expires_in: seconds } = pair.data
      const livesMs = seconds === undefined ? ACCESS_LIVES_MS : seconds * 1000
      return { kind: 'ok', pair: { accessToken, refreshToken }, livesMs }
    }
    const no = failed.safeParse(answer.body)
    return { kind: 'refused', code: no.success ? no.data.error : NO_CODE }
  }

  return {
    refresh: (token) => ask({ refresh_token: token, grant_type: 'refresh_token' }),
    exchange: (code, verifier) => ask({ code, grant_type: 'authorization_code', code_verifier: verifier }),
    consentUrl({ redirectUri, codeVerifier, state }) {
      const url = new URL(root + CONSENT_PATH)
      url.searchParams.set('app_id', appId)
      url.searchParams.set('redirect_uri', redirectUri)
      url.searchParams.set('code_challenge', challengeOf(codeVerifier))
      url.searchParams.set('state', state)
      return url.href
    },
  }
}
