/** Zalo's token service: refresh tokens that work once, access tokens that may die with them, codes of consent. */
import { createHash, randomBytes } from 'node:crypto'

export interface TokenSettings {
  appId: string
  appSecret: string
  oaId: string
  accessLivesMs: number
  /** A refresh ends the access token before it at once */
  oldAccessDies: boolean
}

export type Form = Record<string, string>

const CODE_LIVES_MS = 600_000

export class Tokens {
  readonly #access = new Map<string, number>()
  readonly #refresh = new Map<string, 'fresh' | 'spent'>()
  readonly #codes = new Map<string, { challenge: string; until: number; used: boolean }>()
  #current = ''
  /** Refreshes that were granted */
  granted = 0
  /** Tries with a refresh token that was used before */
  reused = 0

  constructor(private readonly settings: TokenSettings) {}

  /** A pair, as the console's API explorer hands it out. */
  issue(): { accessToken: string; refreshToken: string } {
    const { accessLivesMs, oldAccessDies } = this.settings
    if (oldAccessDies) this.#access.clear()
    const accessToken = `access-${randomBytes(12).toString('hex')}`
    const refreshToken = `refresh-${randomBytes(12).toString('hex')}`
    this.#access.set(accessToken, Date.now() + accessLivesMs)
    this.#refresh.set(refreshToken, 'fresh')
    this.#current = accessToken
    return { accessToken, refreshToken }
  }

  /** The newest access token. */
  get current(): string {
    return this.#current
  }

  /** 0: good; else Zalo's code. */
  check(accessToken: string | undefined): 0 | -216 | -220 {
    const until = accessToken === undefined ? undefined : this.#access.get(accessToken)
    if (until === undefined) return -216
    return until > Date.now() ? 0 : -220
  }

  /** All access tokens end; refresh tokens stay. */
  expire(): void {
    for (const token of this.#access.keys()) this.#access.set(token, 0)
  }

  /** The administrator says yes. */
  consent(challenge: string): string {
    const code = `code-${randomBytes(9).toString('base64url')}`
    this.#codes.set(code, { challenge, until: Date.now() + CODE_LIVES_MS, used: false })
    return code
  }

  answer(form: Form, secret: string | undefined): object {
    if (form.app_id !== this.settings.appId) return failure(-14002, 'Invalid app id')
    if (secret !== this.settings.appSecret) return failure(-14004, 'Invalid secret key')
    if (form.grant_type === 'refresh_token') return this.#refreshed(form.refresh_token)
    if (form.grant_type === 'authorization_code') return this.#exchanged(form)
    return failure(-14001, 'Invalid grant type')
  }

  #refreshed(token = ''): object {
    const state = this.#refresh.get(token)
    if (state === 'spent') this.reused += 1
    if (state !== 'fresh') return failure(-14014, 'Invalid refresh token')
    this.#refresh.set(token, 'spent')
    this.granted += 1
    return this.#pair()
  }

  #exchanged({ code = '', code_verifier: verifier = '' }: Form): object {
    const known = this.#codes.get(code)
    if (!known || known.used || known.until < Date.now()) return failure(-14019, 'Invalid authorization code')
    if (createHash('sha256').update(verifier).digest('base64url') !== known.challenge)
      return failure(-14016, 'Invalid code verifier')
    known.used = true
    return this.#pair()
  }

  #pair(): object {
    const { accessToken: access_token, refreshToken: refresh_token } = this.issue()
    return { access_token, refresh_token, expires_in: String(Math.floor(this.settings.accessLivesMs / 1000)) }
  }
}

const failure = (error: number, error_name: string): object => ({ error, error_name, error_description: error_name })
