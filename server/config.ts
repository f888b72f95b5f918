/**
 * The settings: environment variables, read once at the start. An empty variable counts as unset. What cannot be read is
 * told all at once, each by its name and with what it should look like; a value is never repeated, it may be a secret.
 */
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { Trouble } from './trouble.js'

/** The house's own folder for data, when DATA_DIR names no other: below the checkout, not in git. */
const DATA_DIR = fileURLToPath(new URL('../.data', import.meta.url))
const PORT = 3000
const LOOPBACK = '127.0.0.1'

/** A value of this shape; `looks` ends the sentence "NAME should be ...". */
const like = (looks: string, pattern: RegExp) => z.string().regex(pattern, looks)
const anyText = z.string()

const number = (looks: string, min: number, max: number) =>
  z
    .string()
    .transform((value) => (/^\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN))
    .refine((value) => value >= min && value <= max, `${looks} from ${min} to ${max}`)

const address = (looks: string, ...protocols: string[]) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), looks)

const YES = ['1', 'true', 'yes', 'on']
const NO = ['0', 'false', 'no', 'off']
const yesOrNo = z
  .string()
  .transform((value) => value.toLowerCase())
  .refine((value) => [...YES, ...NO].includes(value), 'true or false')
  .transform((value) => YES.includes(value))

const listOf = (looks: string, pattern: RegExp) =>
  z
    .string()
    .transform((value) =>
      value
        .split(',')
        .map((item) => item.trim())
        .filter(Boolean),
    )
    .refine((items) => items.every((item) => pattern.test(item)), looks)

const origin = (looks: string) =>
  z.string().refine((value) => {
    if (!URL.canParse(value)) return false
    const { protocol, pathname, search } = new URL(value)
    return /^https?:$/.test(protocol) && pathname === '/' && search === ''
  }, looks)

const web = (looks: string) => address(looks, 'http:', 'https:')
const HOST_AND_PORT = /^(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:\d{1,5})?$/i

/** What can be set. Every name of the outside face is here, and no other is read. */
const SETTINGS = z
  .object({
    PORT: number('a port number', 0, 65_535).refine(Number.isInteger, 'a port number from 0 to 65535'),
    HOST: like('a host name or an address to listen on, such as 0.0.0.0', /^[A-Za-z0-9.:_-]+$/),
    PUBLIC_URL: origin(
      'the address under which people reach this server, without a path, such as https://ronguon.example',
    ),
    CODE_HOSTS: listOf('hosts of printed codes, such as old.example,other.example:8080', HOST_AND_PORT),
    DATABASE_URL: address(
      'the address of a PostgreSQL database, such as postgresql://user:password@host:5432/name',
      'postgresql:',
      'postgres:',
    ),
    DATA_DIR: anyText,
    KEY_FILE: anyText,
    DEMO: yesOrNo,
    LOG_LEVEL: z.enum(
      ['trace', 'debug', 'info', 'warn', 'error', 'fatal'],
      'one of trace, debug, info, warn, error, fatal',
    ),

    TELEGRAM_BOT_TOKEN: like('the token that @BotFather gave, digits, a colon and letters', /^\d+:[A-Za-z0-9_-]+$/),
    TELEGRAM_API_ROOT: web('the address of a Bot API server, such as https://api.telegram.org'),
    TELEGRAM_PROXY: address(
      'the address of a proxy, such as socks5://127.0.0.1:1080 or http://proxy:3128',
      'http:',
      'https:',
      'socks:',
      'socks4:',
      'socks4a:',
      'socks5:',
      'socks5h:',
    ),
    TELEGRAM_MODE: z.enum(['polling', 'webhook'], 'polling or webhook'),
    TELEGRAM_WEBHOOK_SECRET: like('1 to 256 letters, digits, _ or -', /^[A-Za-z0-9_-]{1,256}$/),
    TELEGRAM_PACE_CHAT_PER_SECOND: number('messages a second to one chat (0: no limit), a number', 0, 1_000_000),
    TELEGRAM_PACE_CHAT_BURST: number('how many messages may go to one chat at once, a number', 1, 1_000_000),
    TELEGRAM_PACE_ALL_PER_SECOND: number(
      'messages a second to all chats together (0: no limit), a number',
      0,
      1_000_000,
    ),
    TELEGRAM_PACE_ALL_BURST: number('how many messages may go at once, a number', 1, 1_000_000),

    ZALO_APP_ID: like('the digits of the Zalo app', /^\d+$/),
    ZALO_APP_SECRET: anyText,
    ZALO_OA_ID: like('the digits of the Official Account', /^\d+$/),
    ZALO_OA_SECRET_KEY: anyText,
    ZALO_ACCESS_TOKEN: anyText,
    ZALO_REFRESH_TOKEN: anyText,
    ZALO_OA_CODE_VERIFIER: like('43 to 128 letters, digits, - . _ or ~', /^[A-Za-z0-9\-._~]{43,128}$/),
    ZALO_BUTTON_SHAPE: z.enum(['text_buttons', 'list', 'button', 'none'], 'one of text_buttons, list, button, none'),
    ZALO_API_ROOT: web('an address such as https://openapi.zalo.me'),
    ZALO_OAUTH_ROOT: web('an address such as https://oauth.zaloapp.com'),
    ZALO_BUSINESS_API_ROOT: web('an address such as https://business.openapi.zalo.me'),
    ZALO_DOMAIN_PROOF: like(
      'the code of the file zalo_verifier<CODE>.html that proves the domain, letters and digits',
      /^[A-Za-z0-9_-]{1,128}$/,
    ),
    ZALO_APP_PROOF: yesOrNo,
    ZALO_CALLS_PER_MINUTE: number('calls a minute of the whole app (0: no limit), a number', 0, 1_000_000),
    ZALO_WINDOW_HOURS: number('hours after which a person must be heard again to be written to, a number', 1, 100_000),
    ZALO_MUTE_MINUTES: number(
      'minutes that the bot keeps silent after a colleague wrote by hand, a number',
      0,
      100_000,
    ),
    ZALO_MEDIA_HOSTS: listOf('hosts, such as *.zdn.vn,media.example:8080', /^(\*\.)?[a-z0-9.-]+(:\d{1,5})?$/i),
    ZALO_BOT_TOKEN: anyText,
    ZALO_BOT_API_ROOT: web('an address such as https://bot-api.zaloplatforms.com'),
    ZALO_BOT_SECRET: like('8 to 256 letters, digits or signs, without spaces', /^[\x21-\x7e]{8,256}$/),
    ZALO_BOT_MODE: z.enum(['polling', 'webhook'], 'polling or webhook'),

    HOTLINE: like('the phone number that people are told to call, such as 024 1234 5678', /^[+\d][\d .-]{2,19}$/),
    LOOKUPS_PER_MINUTE: number('look-ups of codes by one person in a minute, a number', 1, 1_000_000),
    MISSES_PER_HOUR: number('unknown codes typed by one person in an hour, a number', 1, 1_000_000),
  })
  .partial()

type Settings = z.infer<typeof SETTINGS>

export interface Config {
  /** 0: any free one */
  port: number
  /** undefined: every address of the machine */
  host?: string
  /** Without a trailing slash. Unset: only this machine reaches us. */
  publicUrl?: string
  /** host[:port] of links that are codes of ours */
  codeHosts: string[]
  /** Where new labels lead, without a trailing slash */
  codeRoot: string
  /** Unset: the embedded server */
  databaseUrl?: string
  dataDir: string
  keyFile: string
  demo: boolean
  logLevel: NonNullable<Settings['LOG_LEVEL']>
  telegram?: TelegramConfig
  zalo?: ZaloConfig
  zaloBot?: ZaloBotConfig
  limits: { lookupsPerMinute: number; missesPerHour: number }
  /** A phone number with somebody at its other end */
  hotline?: string
  /** Names that look like settings of ours and are none: probably misspelt. */
  unknown: string[]
}

export interface TelegramConfig {
  token: string
  apiRoot?: string
  proxy?: string
  mode: 'polling' | 'webhook'
  webhookSecret?: string
  pace: { chat: Pace; all: Pace }
}

export interface ZaloConfig {
  appId: string
  appSecret: string
  oaId?: string
  oaSecretKey?: string
  accessToken?: string
  refreshToken?: string
  codeVerifier?: string
  buttonShape?: NonNullable<Settings['ZALO_BUTTON_SHAPE']>
  apiRoot?: string
  oauthRoot?: string
  businessApiRoot?: string
  mediaHosts?: string[]
  /** The code in the name of the file that proves the domain */
  domainProof?: string
  /** Calls carry appsecret_proof */
  appProof: boolean
  /** Calls of the whole app, by all processes; 0: no limit */
  callsPerMinute: number
  /** Nobody heard longer ago may be written to. ms */
  windowMs: number
  /** After a colleague wrote by hand the bot keeps silent so long. ms */
  muteMs: number
}

export interface ZaloBotConfig {
  token: string
  apiRoot?: string
  mode: 'polling' | 'webhook'
  secret?: string
  mediaHosts?: string[]
}

/** Messages: so many a second (0: no limit), so many at once. */
export interface Pace {
  perSecond: number
  burst: number
}

/** About 1 message a second to a chat with short bursts, about 30 to all chats: Telegram's FAQ. */
const TELEGRAM_PACE = { chat: { perSecond: 1, burst: 4 }, all: { perSecond: 30, burst: 30 } }
/** Of the whole app: Zalo's limit. */
const ZALO_CALLS_PER_MINUTE = 4_000
/** 7 days: the older and the newer sources agree that a consultation message may go out so long. */
const ZALO_WINDOW_HOURS = 7 * 24
/** A colleague who takes over a talk is not interrupted for an hour after each of their words. */
const ZALO_MUTE_MINUTES = 60
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
/** As the outside face promises. */
const LOOKUPS_PER_MINUTE = 20
/** A person with worn labels misreads a few; who guesses codes needs thousands. */
const MISSES_PER_HOUR = 30

/**
 * @param environment as `process.env`
 * @throws {Trouble} naming each variable that cannot be used and what it should look like
 */
export const readConfig = (environment: Record<string, string | undefined>): Config => {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()))
  const parsed = SETTINGS.safeParse(
    Object.fromEntries(Object.entries(set).map(([name, value]) => [name, value!.trim()])),
  )
  if (!parsed.success) {
    const wrong = new Map(parsed.error.issues.map((issue) => [String(issue.path[0]), issue.message]))
    throw new Trouble([...wrong].map(([name, looks]) => `${name} should be ${looks}.`).join('\n'))
  }
  const from = parsed.data
  refuseHalves(from)

  const demo = from.DEMO ?? (from.PUBLIC_URL === undefined && from.DATABASE_URL === undefined)
  const port = from.PORT ?? PORT
  const dataDir = resolve(from.DATA_DIR ?? DATA_DIR)
  if (!demo && from.KEY_FILE === undefined) {
    throw new Trouble('KEY_FILE should be the file with the keys of this house: outside the demo it must be set.')
  }
  return {
    port,
    host: from.HOST ?? (demo ? LOOPBACK : undefined),
    publicUrl: from.PUBLIC_URL && new URL(from.PUBLIC_URL).origin,
    codeHosts: codeHosts(from, port),
    codeRoot: from.PUBLIC_URL === undefined ? `http://localhost:${port}` : new URL(from.PUBLIC_URL).origin,
    databaseUrl: from.DATABASE_URL,
    dataDir,
    keyFile: from.KEY_FILE === undefined ? join(dataDir, 'keys.json') : resolve(from.KEY_FILE),
    demo,
    logLevel: from.LOG_LEVEL ?? 'info',
    telegram: telegram(from),
    zalo: zalo(from),
    zaloBot: zaloBot(from),
    limits: {
      lookupsPerMinute: from.LOOKUPS_PER_MINUTE ?? LOOKUPS_PER_MINUTE,
      missesPerHour: from.MISSES_PER_HOUR ?? MISSES_PER_HOUR,
    },
    hotline: from.HOTLINE,
    unknown: Object.keys(set).filter((name) => /^(TELEGRAM|ZALO)_/.test(name) && !(name in SETTINGS.shape)),
  }
}

/** Settings that make sense only together. */
const refuseHalves = (from: Settings): void => {
  if (from.TELEGRAM_MODE === 'webhook' && from.TELEGRAM_WEBHOOK_SECRET === undefined) {
    throw new Trouble(
      'TELEGRAM_WEBHOOK_SECRET should be set when TELEGRAM_MODE is webhook: 1 to 256 letters, digits, _ or -.',
    )
  }
  if (from.ZALO_BOT_MODE === 'webhook' && from.ZALO_BOT_SECRET === undefined) {
    throw new Trouble('ZALO_BOT_SECRET should be set when ZALO_BOT_MODE is webhook: 8 to 256 letters, digits or signs.')
  }
  if ((from.ZALO_APP_ID === undefined) !== (from.ZALO_APP_SECRET === undefined)) {
    throw new Trouble('ZALO_APP_ID and ZALO_APP_SECRET should be set together.')
  }
}

/** PUBLIC_URL's host, CODE_HOSTS, and without PUBLIC_URL this machine itself. */
const codeHosts = (from: Settings, port: number): string[] => {
  const own =
    from.PUBLIC_URL === undefined ? [`localhost:${port}`, `${LOOPBACK}:${port}`] : [new URL(from.PUBLIC_URL).host]
  return [...new Set([...own, ...(from.CODE_HOSTS ?? [])].map((host) => host.toLowerCase()))]
}

const telegram = (from: Settings): TelegramConfig | undefined =>
  from.TELEGRAM_BOT_TOKEN === undefined
    ? undefined
    : {
        token: from.TELEGRAM_BOT_TOKEN,
        apiRoot: from.TELEGRAM_API_ROOT,
        proxy: from.TELEGRAM_PROXY,
        mode: from.TELEGRAM_MODE ?? 'polling',
        webhookSecret: from.TELEGRAM_WEBHOOK_SECRET,
        pace: {
          chat: {
            perSecond: from.TELEGRAM_PACE_CHAT_PER_SECOND ?? TELEGRAM_PACE.chat.perSecond,
            burst: from.TELEGRAM_PACE_CHAT_BURST ?? TELEGRAM_PACE.chat.burst,
          },
          all: {
            perSecond: from.TELEGRAM_PACE_ALL_PER_SECOND ?? TELEGRAM_PACE.all.perSecond,
            burst: from.TELEGRAM_PACE_ALL_BURST ?? TELEGRAM_PACE.all.burst,
          },
        },
      }

const zalo = (from: Settings): ZaloConfig | undefined =>
  from.ZALO_APP_ID === undefined || from.ZALO_APP_SECRET === undefined
    ? undefined
    : {
        appId: from.ZALO_APP_ID,
        appSecret: from.ZALO_APP_SECRET,
        oaId: from.ZALO_OA_ID,
        oaSecretKey: from.ZALO_OA_SECRET_KEY,
        accessToken: from.ZALO_ACCESS_TOKEN,
        refreshToken: from.ZALO_REFRESH_TOKEN,
        codeVerifier: from.ZALO_OA_CODE_VERIFIER,
        buttonShape: from.ZALO_BUTTON_SHAPE,
        apiRoot: from.ZALO_API_ROOT,
        oauthRoot: from.ZALO_OAUTH_ROOT,
        businessApiRoot: from.ZALO_BUSINESS_API_ROOT,
        mediaHosts: from.ZALO_MEDIA_HOSTS,
        domainProof: from.ZALO_DOMAIN_PROOF,
        appProof: from.ZALO_APP_PROOF ?? false,
        callsPerMinute: from.ZALO_CALLS_PER_MINUTE ?? ZALO_CALLS_PER_MINUTE,
        windowMs: (from.ZALO_WINDOW_HOURS ?? ZALO_WINDOW_HOURS) * HOUR_MS,
        muteMs: (from.ZALO_MUTE_MINUTES ?? ZALO_MUTE_MINUTES) * MINUTE_MS,
      }

const zaloBot = (from: Settings): ZaloBotConfig | undefined =>
  from.ZALO_BOT_TOKEN === undefined
    ? undefined
    : {
        token: from.ZALO_BOT_TOKEN,
        apiRoot: from.ZALO_BOT_API_ROOT,
        // Without an address that it can call the platform is asked.
        mode:
          from.ZALO_BOT_MODE ??
          (from.ZALO_BOT_SECRET === undefined || from.PUBLIC_URL === undefined ? 'polling' : 'webhook'),
        secret: from.ZALO_BOT_SECRET,
        mediaHosts: from.ZALO_MEDIA_HOSTS,
      }

const SECRET = /token|secret|verifier|proxy/i

/** The settings as an operator may see them, in a log too: secrets are only said to be there. */
export const shownConfig = (config: Config): Record<string, unknown> => {
  const shown = (name: string, value: unknown): unknown => {
    if (value === undefined || value === null) return undefined
    if (name === 'databaseUrl' && typeof value === 'string') return withoutPassword(value)
    if (SECRET.test(name)) return '***'
    if (typeof value !== 'object' || Array.isArray(value)) return value
    return Object.fromEntries(Object.entries(value).map(([inner, each]) => [inner, shown(inner, each)]))
  }
  return shown('', config) as Record<string, unknown>
}

const withoutPassword = (address: string): string => {
  const url = new URL(address)
  return `${url.protocol}//${url.host}${url.pathname}`
}
