/**
 * How the OA's administrator gives us access: a link that the operator's desk printed leads to a page with one button, the button to
 * Zalo, Zalo back here with a code, and the code is exchanged for the first pair of tokens. Link, state and code work once each.
 * The page has a button because whatever previews links opens them: it would use up the link.
 */
import { createHash, randomBytes } from 'node:crypto'
import express, { type Request, type Response, type Router } from 'express'
import { LANGUAGES, say, text, type Language, type TextKey } from '../../../locales/say.js'
import type { ZaloGrant } from './grant.js'
import { challengeOf, newVerifier, OAUTH_ROOT, type Oauth } from './oauth.js'
import { seal, unseal } from './seal.js'
import { failureOf, type Log } from '../told.js'
import type { Count } from './told.js'

export const CONNECT_PATH = '/zalo/connect'
export const CALLBACK_PATH = '/zalo/connect/callback'

export interface ConsentStore {
  /** Whether this is the newest link of the operator's desk, unused and in time */
  isLink(digest: string): Promise<boolean>
  /** The same, and uses it up. */
  takeLink(digest: string): Promise<boolean>
  /** Keeps what belongs to a state, in place of an older one. */
  begin(digest: string, sealed: string): Promise<void>
  /** What belongs to it, once and in time. */
  take(digest: string): Promise<string | undefined>
}

export interface ConnectOptions {
  oauth: Oauth
  oauthRoot?: string
  grant: Pick<ZaloGrant, 'take'>
  store: ConsentStore
  /** Seals the verifier while the administrator is at Zalo */
  key: Buffer
  account: string
  /** Only this OA may be connected */
  oaId?: string
  /** Fixed in Zalo's console; else one for each consent */
  codeVerifier?: string
  /** Where people reach us, without a trailing slash */
  publicRoot: string
  log: Log
  count: Count
}

const SECRET_BYTES = 24

/** A link's or state's secret, of which only a digest is kept. */
export const newSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url')
export const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')

export const connectLink = (publicRoot: string, secret: string): string => `${publicRoot}${CONNECT_PATH}?key=${secret}`

/** What an operator enters in Zalo's console. */
export const consoleEntries = (publicRoot: string, codeVerifier?: string) => ({
  callback: publicRoot + CALLBACK_PATH,
  ...(codeVerifier !== undefined && { codeChallenge: challengeOf(codeVerifier) }),
})

type Outcome = 'done' | 'stale' | 'denied' | 'other-oa' | 'failed'
const STATUS: Record<Outcome, number> = { done: 200, stale: 410, denied: 200, 'other-oa': 403, failed: 502 }

export function connectPages(options: ConnectOptions): Router {
  const { oauth, grant, store, key, account, oaId, codeVerifier, publicRoot, log, count } = options
  const redirectUri = publicRoot + CALLBACK_PATH
  const router = express.Router()

  const tell = (request: Request, response: Response, outcome: Outcome): void => {
    count('consent', outcome)
    const heading = say(languageOf(request), text(outcome === 'done' ? 'zalo.connect.done' : 'zalo.connect.not-done'))
    page(request, response.status(STATUS[outcome]), heading, [`zalo.connect.told.${outcome}`])
  }

  const show = async (request: Request, response: Response): Promise<void> => {
    const secret = asked(request.query.key)
    if (!(await store.isLink(digestOf(secret)))) return tell(request, response, 'stale')
    const heading = say(languageOf(request), text('zalo.connect.title'))
    const form = `<form method="post" action="${CONNECT_PATH}?key=${escape(secret)}"><button>${escape(
      say(languageOf(request), text('zalo.connect.button')),
    )}</button></form>`
    page(request, response, heading, ['zalo.connect.about'], form)
  }

  const begin = async (request: Request, response: Response): Promise<void> => {
    if (!(await store.takeLink(digestOf(asked(request.query.key))))) return tell(request, response, 'stale')
    const state = newSecret()
    const verifier = codeVerifier ?? newVerifier()
    await store.begin(digestOf(state), seal(key, account, verifier).toString('base64'))
    count('consent', 'begun')
    response.set(NOT_KEPT).redirect(303, oauth.consentUrl({ redirectUri, codeVerifier: verifier, state }))
  }

  const back = async (request: Request, response: Response): Promise<void> => {
    const sealed = await store.take(digestOf(asked(request.query.state)))
    const verifier = sealed === undefined ? undefined : unseal(key, account, Buffer.from(sealed, 'base64'))
    if (verifier === undefined) return tell(request, response, 'stale')
    const code = asked(request.query.code)
    if (code === '') return tell(request, response, 'denied')
    if (oaId !== undefined && asked(request.query.oa_id) !== oaId) return tell(request, response, 'other-oa')
    const granted = await oauth.exchange(code, verifier)
    if (granted.kind !== 'ok') {
      const why = granted.kind === 'refused' ? { code: granted.code } : { why: granted.why }
      log.warn(why, 'zalo: the code of a consent could not be exchanged')
      return tell(request, response, 'failed')
    }
    try {
      await grant.take(granted.pair, granted.livesMs)
    } catch (error) {
      log.error(failureOf(error), 'zalo: a granted pair of tokens could not be written down; consent again')
      return tell(request, response, 'failed')
    }
    log.info({}, 'zalo: the Official Account is connected')
    tell(request, response, 'done')
  }

  router.get(CONNECT_PATH, show)
  router.post(CONNECT_PATH, begin)
  router.get(CALLBACK_PATH, back)
  return router

  function page(request: Request, response: Response, heading: string, keys: TextKey[], form = ''): void {
    const language = languageOf(request)
    const lines = keys.map((one) => `<p>${escape(say(language, text(one)))}</p>`).join('')
    // A form's redirect is held to form-action too.
    const oauthOrigin = new URL(options.oauthRoot ?? OAUTH_ROOT).origin
    response
      .set(NOT_KEPT)
      .set(
        'Content-Security-Policy',
        `default-src 'none'; style-src 'unsafe-inline'; form-action 'self' ${oauthOrigin}`,
      )
      .type('html')
      .send(
        `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
          `<title>${escape(heading)}</title><style>body{font:1.1rem/1.6 sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem}` +
          `button{font:inherit;padding:.7rem 1.4rem}</style></head><body><main><h1>${escape(heading)}</h1>${lines}${form}</main></body></html>\n`,
      )
  }
}

/** Codes and states stand in these pages' addresses. */
const NOT_KEPT = { 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' }

const asked = (value: unknown): string => (typeof value === 'string' ? value : '')

const languageOf = (request: Request): Language =>
  (request.acceptsLanguages([...LANGUAGES]) || LANGUAGES[0]) as Language

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escape = (said: string): string => said.replace(/[&<>"']/g, (letter) => ENTITIES[letter]!)
