/** What each method of the fake does. Answers as the real server does, as far as a bot of people's private chats can see. */
import type http from 'node:http'
import type { FakeTelegram } from './server.js'
import { seenKeyboard, type Chat, type ShownFile } from './chats.js'
import type { UploadedFile } from './rules.js'

export type Params = Record<string, unknown>

export interface Made {
  params: Params
  files: UploadedFile[]
  request: http.IncomingMessage
}

/** An error as the Bot API tells it. */
export class Refusal extends Error {
  constructor(
    readonly code: number,
    readonly description: string,
    readonly parameters?: { retry_after?: number; migrate_to_chat_id?: number },
  ) {
    super(description)
  }
}

const said = (value: unknown): string => (typeof value === 'string' ? value : '')
const bad = (description: string): Refusal => new Refusal(400, `Bad Request: ${description}`)

const GETFILE_MAX_BYTES = 20 * 1024 * 1024
/** Methods that put something before a person's eyes: these are paced, and refused by who has blocked the bot. */
export const SENDS = new Set(['sendMessage', 'sendPhoto', 'sendDocument', 'sendMediaGroup'])

export const METHODS: Record<string, (fake: FakeTelegram, made: Made) => unknown> = {
  getMe: (fake) => fake.bot,

  async getUpdates(fake, { params, request }) {
    const conflict = (why: string) => new Refusal(409, `Conflict: ${why}`)
    if (fake.updates.webhook)
      throw conflict(
        "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
      )
    fake.updates.allow(params.allowed_updates as string[] | undefined)
    const { offset, limit = 100, timeout = 0 } = params as { offset?: number; limit?: number; timeout?: number }
    const got = await fake.updates.get(offset, limit, timeout, request)
    if (got === 'conflict')
      throw conflict('terminated by other getUpdates request; make sure that only one bot instance is running')
    return got
  },

  setWebhook(fake, { params }) {
    const {
      url,
      secret_token: secret,
      max_connections: connections = 40,
    } = params as { url: string; secret_token?: string; max_connections?: number }
    if (url !== '' && !/^https?:\/\//.test(url)) throw bad('bad webhook: invalid webhook URL specified')
    fake.updates.allow(params.allowed_updates as string[] | undefined)
    if (params.drop_pending_updates) fake.updates.drop()
    fake.updates.setWebhook(url === '' ? undefined : { url, secret, connections })
    return true
  },

  deleteWebhook(fake, { params }) {
    if (params.drop_pending_updates) fake.updates.drop()
    fake.updates.setWebhook(undefined)
    return true
  },

  getWebhookInfo({ updates }) {
    return {
      url: updates.webhook?.url ?? '',
      has_custom_certificate: false,
      pending_update_count: updates.pending.length,
      ...(updates.webhook && { max_connections: updates.webhook.connections }),
      ...(updates.lastError && {
        last_error_date: Math.floor(updates.lastError.at / 1000),
        last_error_message: updates.lastError.message,
      }),
    }
  },

  sendMessage(fake, { params }) {
    const chat = recipient(fake, params)
    const text = said(params.text)
    if (text.trim() === '') throw bad('message text is empty')
    if (text.length > 4096) throw bad('message is too long')
    return shownMessage(fake, chat, params, { text }, [])
  },

  sendPhoto: (fake, made) => oneFile(fake, made, 'photo'),
  sendDocument: (fake, made) => oneFile(fake, made, 'document'),

  sendMediaGroup(fake, { params, files }) {
    const chat = recipient(fake, params)
    const media = (params.media ?? []) as { type: 'photo' | 'document'; media: string; caption?: string }[]
    if (media.length < 2 || media.length > 10) throw bad('wrong number of items in the media group')
    const album = String(++fake.lastAlbum)
    return media.map((item) => {
      const file = files.find(({ field }) => `attach://${field}` === item.media)
      if (!file) throw bad('wrong file identifier/HTTP URL specified')
      const kept = keep(fake, item.type, file)
      return shownMessage(
        fake,
        chat,
        params,
        { ...kept.message, caption: item.caption, media_group_id: album },
        [kept.shown],
        album,
      )
    })
  },

  sendChatAction(fake, { params }) {
    recipient(fake, params)
    return true
  },

  answerCallbackQuery(fake, { params }) {
    const id = String(params.callback_query_id)
    if (!fake.presses.has(id)) throw bad('query is too old and response timeout expired or query ID is invalid')
    fake.presses.delete(id)
    return true
  },

  editMessageReplyMarkup(fake, { params }) {
    const { chat, id } = recipient(fake, params)
    const message = chat.shown.find((shown) => shown.id === params.message_id)
    if (!message) throw bad('message to edit not found')
    const { buttons } = seenKeyboard(params.reply_markup)
    if (JSON.stringify(buttons) === JSON.stringify(message.buttons)) throw bad('message is not modified')
    message.buttons = buttons
    return {
      message_id: message.id,
      date: Math.floor(message.at / 1000),
      chat: { id, type: 'private' },
      from: fake.bot,
      text: message.text,
    }
  },

  getFile(fake, { params }) {
    const file = fake.files.get(String(params.file_id))
    if (!file) throw bad('wrong file_id or the file is temporarily unavailable')
    if (file.size > GETFILE_MAX_BYTES) throw bad('file is too big')
    return { file_id: file.id, file_unique_id: file.uniqueId, file_size: file.size, file_path: file.path }
  },

  setMyCommands: remember('commands'),
  deleteMyCommands: remember('commands'),
  getMyCommands: (fake, { params }) => fake.told.get(`commands ${about(params)}`)?.commands ?? [],
  setMyDescription: remember('description'),
  getMyDescription: (fake, { params }) => ({
    description: fake.told.get(`description ${about(params)}`)?.description ?? '',
  }),
  setMyShortDescription: remember('short'),
  getMyShortDescription: (fake, { params }) => ({
    short_description: fake.told.get(`short ${about(params)}`)?.short_description ?? '',
  }),
  setMyName: remember('name'),
  getMyName: (fake, { params }) => ({ name: fake.told.get(`name ${about(params)}`)?.name ?? fake.bot.first_name }),
  setChatMenuButton: remember('menu'),
}

/** For whom something is told: a scope, a chat, a language. */
const about = ({ scope, language_code = '' }: Params): string =>
  `${JSON.stringify(scope ?? { type: 'default' })} ${String(language_code)}`

function remember(what: string): (fake: FakeTelegram, made: Made) => true {
  return (fake, { params }) => {
    fake.told.set(`${what} ${about(params)}`, params)
    return true
  }
}

function recipient(fake: FakeTelegram, params: Params): { chat: Chat; id: number } {
  const id = Number(params.chat_id)
  const chat = fake.chats.get(id)
  if (!chat) throw bad('chat not found')
  if (chat.blocked) throw new Refusal(403, 'Forbidden: bot was blocked by the user')
  return { chat, id }
}

function oneFile(fake: FakeTelegram, { params, files }: Made, kind: 'photo' | 'document'): unknown {
  const to = recipient(fake, params)
  if (said(params.caption).length > 1024) throw bad('message caption is too long')
  const upload = files.find(({ field }) => field === kind)
  if (!upload) throw bad(`there is no ${kind} in the request`)
  const kept = keep(fake, kind, upload)
  return shownMessage(fake, to, params, { ...kept.message, caption: params.caption }, [kept.shown])
}

interface Kept {
  shown: ShownFile
  message: Params
}

function keep(fake: FakeTelegram, kind: 'photo' | 'document', { name, bytes }: UploadedFile): Kept {
  if (bytes.length === 0) throw bad('file must be non-empty')
  const { id, uniqueId, size } = fake.keepFile(bytes, name)
  const about = { file_id: id, file_unique_id: uniqueId, file_size: size }
  const message =
    kind === 'photo' ? { photo: [{ ...about, width: 1280, height: 960 }] } : { document: { ...about, file_name: name } }
  return { shown: { kind, name, bytes }, message }
}

function shownMessage(
  fake: FakeTelegram,
  { chat, id }: { chat: Chat; id: number },
  params: Params,
  body: Params,
  files: ShownFile[],
  album?: string,
): unknown {
  const text = said(body.text ?? body.caption)
  const shown = chat.show({
    id: ++chat.lastMessageId,
    text,
    files,
    ...seenKeyboard(params.reply_markup),
    ...(album && { album }),
  })
  fake.heardBy?.(id, shown)
  const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
  return {
    message_id: shown.id,
    date: Math.floor(shown.at / 1000),
    from: fake.bot,
    chat: { id, type: 'private', first_name: 'P' },
    ...given,
  }
}
