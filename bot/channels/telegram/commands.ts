/**
 * What the bot says of itself before a word is spoken: the menu of commands, by language and role, and its description. All of it
 * is best effort, retried in the background, and told to Telegram only where it differs: setting it anew at every start would run
 * into limits of hours.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { LANGUAGES, say, text, type Language } from '../../../locales/say.js'
import type { MenuRole } from '../channel.js'
import type { Answer, Api, Payload, Unanswered } from './client.js'
import { backOffMs } from '../back-off.js'
import type { Timing } from './limits.js'
import type { Log } from '../told.js'
import type { Count } from './told.js'

export const COMMANDS = [
  'menu',
  'check',
  'register',
  'lots',
  'report',
  'reports',
  'cases',
  'colleagues',
  'invite',
  'language',
  'help',
  'cancel',
] as const
export type Command = (typeof COMMANDS)[number]

/** Which commands a role's menu lists, in order. `start` is Telegram's own button. */
const MENUS: Record<MenuRole, readonly Command[]> = {
  consumer: ['menu', 'check', 'report', 'reports', 'language', 'help', 'cancel'],
  shop: ['menu', 'check', 'register', 'lots', 'cases', 'report', 'reports', 'language', 'help', 'cancel'],
  official: [
    'menu',
    'cases',
    'colleagues',
    'invite',
    'check',
    'lots',
    'report',
    'reports',
    'language',
    'help',
    'cancel',
  ],
}

export interface IntroductionOptions {
  api: Api
  log: Log
  count: Count
  timing: Timing
  /** The commands that the house has; a menu lists no other. */
  commands: readonly Command[]
}

export interface BotCommand {
  command: string
  description: string
}

/** A role's menu in one language. */
export const menu = (role: MenuRole, language: Language, there: readonly Command[]): BotCommand[] =>
  MENUS[role]
    .filter((command) => there.includes(command))
    .map((command) => ({ command, description: say(language, text(`telegram.command.${command}`)) }))

/** The menu of one person's own chat. Tried once; false: it does not stand (a missing menu stops nobody). */
export async function setCommandsFor(
  { api, log, count, timing, commands }: IntroductionOptions,
  address: string,
  role: MenuRole,
  language: Language,
  signal?: AbortSignal,
): Promise<boolean> {
  const payload = { commands: menu(role, language, commands), scope: { type: 'chat', chat_id: Number(address) } }
  const answer = await api.call('setMyCommands', payload, timing.menuMs, signal)
  if (answer.kind === 'ok') return true
  count('call', 'menu not set')
  log.warn(told(answer), "telegram: a person's menu could not be set")
  return false
}

/** One thing to be told: asked for first, and set only when it differs. */
interface Telling {
  ask: string
  set: string
  /** What names the thing in both calls: a language, a scope */
  about: Payload
  /** What it should be */
  be: Payload
  /** Whether an answer to `ask` says that it is so already */
  isSo(result: unknown): boolean
}

function tellings(commands: readonly Command[]): Telling[] {
  // The default list is English, for people whose Telegram speaks neither language.
  return LANGUAGES.flatMap((language) => {
    const named = language === 'en' ? {} : { language_code: language }
    const list = menu('consumer', language, commands)
    const described = (what: 'description' | 'short-description', method: string, field: string): Telling => {
      const said = say(language, text(`telegram.${what}`))
      return {
        ask: `getMy${method}`,
        set: `setMy${method}`,
        about: named,
        be: { [field]: said },
        isSo: (result) => (result as Record<string, unknown> | null)?.[field] === said,
      }
    }
    return [
      {
        ask: 'getMyCommands',
        set: 'setMyCommands',
        about: { scope: { type: 'all_private_chats' }, ...named },
        be: { commands: list },
        isSo: (result) => sameCommands(result, list),
      },
      described('description', 'Description', 'description'),
      described('short-description', 'ShortDescription', 'short_description'),
    ]
  })
}

const sameCommands = (result: unknown, list: BotCommand[]): boolean =>
  Array.isArray(result) &&
  result.length === list.length &&
  list.every(({ command, description }, i) => {
    const there = result[i] as Partial<BotCommand> | null
    return there?.command === command && there.description === description
  })

/** Tells Telegram all of it; ends when all is told, or when `signal` says so. */
export async function introduce(options: IntroductionOptions, signal: AbortSignal): Promise<void> {
  for (const telling of tellings(options.commands)) {
    const now = await insist(options, telling.ask, telling.about, signal)
    if (now.kind === 'ok' && telling.isSo(now.result)) continue
    await insist(options, telling.set, { ...telling.be, ...telling.about }, signal)
  }
}

/** What a bot's user name looks like [spec: Latin letters, digits and underscores]. */
const USER_NAME = /^\w{1,64}$/

/** Asks Telegram, for as long as it takes, by which user name people find this bot. */
export async function learnName(
  options: Omit<IntroductionOptions, 'commands'>,
  named: (userName: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const answer = await insist(options, 'getMe', {}, signal)
  if (answer.kind !== 'ok') return
  const { username } = (answer.result ?? {}) as { username?: unknown }
  if (typeof username === 'string' && USER_NAME.test(username)) named(username)
}

export interface WebhookPlace {
  url: string
  secret: string
  /** Connections at once, 1-100 */
  connections: number
  allowed: readonly string[]
}

/** Tells Telegram where to bring updates. */
export async function setWebhook(
  options: Omit<IntroductionOptions, 'commands'>,
  place: WebhookPlace,
  signal: AbortSignal,
): Promise<void> {
  const payload = {
    url: place.url,
    secret_token: place.secret,
    max_connections: place.connections,
    allowed_updates: place.allowed,
  }
  const answer = await insist(options, 'setWebhook', payload, signal)
  if (answer.kind === 'ok') options.log.info({}, 'telegram: the webhook is set')
}

/** One call, again until it is answered or can never be: a refusal that only an operator or time can mend is waited for. */
async function insist(
  { api, log, count, timing }: Omit<IntroductionOptions, 'commands'>,
  method: string,
  payload: Payload,
  signal: AbortSignal,
): Promise<Answer> {
  for (let failures = 1; ; failures++) {
    const answer = await api.call(method, payload, timing.sendMs, signal)
    if (answer.kind === 'ok' || signal.aborted) return answer
    const again = waitBefore(method, answer, failures, timing)
    count('call', again === undefined ? 'refused' : 'again')
    if (again === undefined || failures === 1) log.warn({ method, ...told(answer) }, 'telegram: a call failed')
    if (again === undefined) return answer
    await sleep(again, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return answer
  }
}

function waitBefore(method: string, answer: Unanswered, failures: number, timing: Timing): number | undefined {
  if (answer.kind === 'silent') return backOffMs(failures, timing)
  if (answer.retryAfterMs !== undefined) return answer.retryAfterMs
  // 404 is a token that looks like none, or a relay that does not know this method: what is only asked is then left.
  if (answer.code === 401 || (answer.code === 404 && !method.startsWith('get'))) return timing.badTokenMs
  return answer.code === 429 || answer.code >= 500 ? backOffMs(failures, timing) : undefined
}

const told = (answer: Unanswered): object =>
  answer.kind === 'refused' ? { code: answer.code, description: answer.description } : { why: answer.why }
