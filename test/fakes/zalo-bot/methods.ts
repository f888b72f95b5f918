/** What the platform's methods do, and what they take. */
import type http from 'node:http'
import type { FakeZaloBot } from './server.js'

export type Params = Record<string, unknown>

/** The platform says no. */
export class Refusal extends Error {
  constructor(
    readonly code: number,
    description: string,
  ) {
    super(description)
  }
}

type Work = (fake: FakeZaloBot, params: Params, request: http.IncomingMessage) => Promise<unknown>

const TEXT_MAX = 2_000

const showing = async (fake: FakeZaloBot, { chat_id, text, caption, photo }: Params) => {
  if (typeof photo === 'string' && fake.settings.pictureAt && !(await fake.settings.pictureAt(photo)))
    throw new Refusal(400, 'Bad Request: failed to get HTTP URL content')
  const said = (text ?? caption ?? '') as string
  fake.shown(chat_id as string).push({ text: said, ...(typeof photo === 'string' && { photo }) })
  return { message_id: fake.nextId(), date: Date.now() }
}

export const METHODS: Record<string, Work> = {
  getMe: async () => ({
    id: '70000000029999999999',
    account_name: 'Bot Ro Nguon',
    account_type: 'BASIC',
    can_join_groups: false,
  }),
  async setWebhook(fake, { url, secret_token }) {
    fake.events.setWebhook({ url: url as string, secret: secret_token as string })
    return { url, updated_at: Date.now() }
  },
  async deleteWebhook(fake) {
    fake.events.setWebhook(undefined)
    return { url: '', updated_at: Date.now() }
  },
  getWebhookInfo: async (fake) => ({ url: fake.events.webhook?.url ?? '', updated_at: Date.now() }),
  async getUpdates(fake, { timeout }, request) {
    if (fake.events.webhook) throw new Refusal(400, 'Bad Request: a webhook is active')
    const event = await fake.events.next(Number(timeout ?? 30), request)
    if (!event) throw new Refusal(408, 'Request timeout')
    return event
  },
  sendMessage: showing,
  sendPhoto: showing,
  sendChatAction: async () => true,
}

/** The parameters of each method, with what is wrong about a value. */
const text =
  (max: number, min = 0) =>
  (value: unknown) =>
    typeof value === 'string' && value.length >= min && value.length <= max ? undefined : `a text of ${min} to ${max}`
const RULES: Record<string, Record<string, (value: unknown) => string | undefined>> = {
  getMe: {},
  setWebhook: {
    url: (value) => (typeof value === 'string' && URL.canParse(value) ? undefined : 'an address'),
    secret_token: text(256, 8),
  },
  deleteWebhook: {},
  getWebhookInfo: {},
  getUpdates: { timeout: (value) => (Number.isInteger(value) ? undefined : 'whole seconds') },
  sendMessage: { chat_id: text(128, 1), text: text(TEXT_MAX, 1) },
  sendPhoto: {
    chat_id: text(128, 1),
    photo: (value) => (typeof value === 'string' && value.startsWith('https://') ? undefined : 'an https address'),
    caption: (value) => (value === undefined ? undefined : text(TEXT_MAX, 1)(value)),
  },
  sendChatAction: { chat_id: text(128, 1), action: text(32, 1) },
}

export function wrongWith(method: string, params: Params): string[] {
  const rules = RULES[method]
  if (!rules) return [`${method}: no such method`]
  const strange = Object.keys(params).filter((name) => !(name in rules))
  const wrong = Object.entries(rules).flatMap(([name, rule]) => {
    const looks = rule(params[name])
    return looks === undefined ? [] : [`${method}.${name} should be ${looks}`]
  })
  return [...strange.map((name) => `${method} knows no ${name}`), ...wrong]
}
