/**
 * An event of the Zalo Bot Platform -> Inbound. Pure; reads leniently (what it does not know it passes over), keeps ids
 * exactly as text, and cleans every string that can reach the database. Give it what `parseExactly` read.
 */
import { z } from 'zod'
import { keepable, type Heard, type Inbound } from '../channel.js'
import { ID_MAX, MEDIA_URL_MAX, NAME_MAX, START_PAYLOAD } from './limits.js'

/** Why an event is not passed on: a few fixed words, fit for a counter's label. */
export interface Ignored {
  ignored: string
}

/** A number that JSON.parse rounded is somebody else's id: better no message than one from the wrong person. */
const id = z.union([z.string().min(1).max(ID_MAX), z.number().refine(Number.isSafeInteger).transform(String)])
/** Milliseconds since 1970 up to the year 9999. */
const MOMENT_MAX = 253_402_300_799_000

const message = z.looseObject({
  message_id: id,
  chat: z.looseObject({ id, chat_type: z.string().optional() }),
  from: z
    .looseObject({ id: id.optional(), display_name: z.string().optional(), is_bot: z.boolean().optional() })
    .optional(),
  date: z.unknown().optional(),
  text: z.string().optional(),
  caption: z.string().optional(),
  photo: z.unknown().optional(),
  photo_url: z.unknown().optional(),
})
type Message = z.infer<typeof message>

const event = z.looseObject({ event_name: z.string(), message: z.unknown().optional() })
const wrapped = z.looseObject({ ok: z.literal(true), result: z.unknown().optional() })

/** The events in a body: wrapped in { ok, result } or bare, one or (never seen, but it costs nothing) several. */
export function eventsIn(body: unknown): unknown[] {
  const outer = wrapped.safeParse(body)
  const inner = outer.success ? outer.data.result : body
  return Array.isArray(inner) ? inner : [inner]
}

/** What each event brings; the others are left to the caller to count. */
const HEARD = {
  'message.text.received': (m: Message) => readText(m.text ?? ''),
  'message.image.received': (m: Message) => photo(m),
  'message.sticker.received': () => ({ kind: 'other', name: 'sticker' }),
  'message.voice.received': () => ({ kind: 'other', name: 'voice' }),
  'message.unsupported.received': () => ({ kind: 'other', name: 'unsupported' }),
} satisfies Record<string, (m: Message) => Heard | Ignored>

/**
 * What an event says, or why it is nothing to answer. The key is made of the chat's and the message's id: nothing says that
 * the latter differ between chats.
 * @param receivedAt stands for a time that is missing or makes no sense
 */
export function parseEvent(one: unknown, receivedAt: Date): Inbound | Ignored {
  const base = event.safeParse(one)
  if (!base.success) return { ignored: 'malformed event' }
  const { event_name: name } = base.data
  if (!Object.hasOwn(HEARD, name)) return { ignored: 'unknown event' }
  const said = message.safeParse(base.data.message)
  if (!said.success) return { ignored: 'malformed event' }
  const { chat, from, message_id, date } = said.data
  if (from?.is_bot) return { ignored: 'from a bot' }
  if (!isPrivate(said.data)) return { ignored: 'not a private chat' }
  const heard = HEARD[name as keyof typeof HEARD](said.data)
  if ('ignored' in heard) return heard
  const address = keepable(chat.id, ID_MAX)
  return {
    channel: 'zalo_bot',
    address,
    key: `${address}/${keepable(message_id, ID_MAX)}`,
    at: momentOf(date, receivedAt).toISOString(),
    ...(from?.display_name && { name: keepable(from.display_name, NAME_MAX) }),
    heard,
  }
}

/** A chat that does not say what it is, is private when it is the sender's own. */
const isPrivate = ({ chat, from }: Message): boolean =>
  chat.chat_type === undefined ? from?.id === undefined || from.id === chat.id : /^private$/i.test(chat.chat_type)

const momentOf = (date: unknown, receivedAt: Date): Date => {
  const ms = Number(typeof date === 'string' || typeof date === 'number' ? date : Number.NaN)
  return ms > 0 && ms <= MOMENT_MAX ? new Date(ms) : receivedAt
}

/** `/start payload` opens a talk; any other command stays a text. */
function readText(said: string): Heard | Ignored {
  const text = keepable(said)
  if (text.trim() === '') return { ignored: 'empty message' }
  const start = /^\/start(?:\s+(\S+))?\s*$/.exec(text)
  if (!start) return { kind: 'text', text }
  const payload = start[1]
  return { kind: 'start', ...(payload && START_PAYLOAD.test(payload) && { payload }) }
}

/** Two names of one field are told of; which one is right is unknown, so either will do. */
function photo({ photo, photo_url, caption }: Message): Heard {
  const address = [photo, photo_url].find(isAddress)
  if (address === undefined) return { kind: 'other', name: 'photo without an address' }
  return { kind: 'photo', file: { id: address }, ...(caption && { caption: keepable(caption) }) }
}

const isAddress = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= MEDIA_URL_MAX && keepable(value) === value && URL.canParse(value)
