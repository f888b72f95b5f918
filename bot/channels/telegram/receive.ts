/**
 * A Telegram Update -> Inbound. Pure; reads leniently (what it does not know it passes over), keeps ids exactly as text, and
 * cleans every string that can reach the database.
 */
import { z } from 'zod'
import { keepable, type FileRef, type Heard, type Inbound } from '../channel.js'
import { START_PAYLOAD } from './limits.js'

/** Why an update is not passed on: a few fixed words, fit for a counter's label. */
export interface Ignored {
  ignored: string
  /** Of a press: its screen waits for an answer all the same */
  pressId?: string
}

// Telegram's ids fit 52 bits, so a number holds them exactly; one that does not would be somebody else's.
const id = z.number().refine(Number.isSafeInteger)
const seconds = z.number().int().min(0).max(253_402_300_799)

const user = z.object({ id, first_name: z.string().optional(), language_code: z.string().optional() })
const chat = z.object({ id, type: z.string() })
const anyFile = z.object({
  file_id: z.string().min(1),
  file_unique_id: z.string().optional(),
  file_size: z.number().optional(),
})
const photo = z.array(anyFile.extend({ width: z.number(), height: z.number() })).min(1)
const document = anyFile.extend({ file_name: z.string().optional(), mime_type: z.string().optional() })
const location = z.object({
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  horizontal_accuracy: z.number().nonnegative().optional(),
})

const message = z.looseObject({
  date: seconds,
  chat,
  from: user.optional(),
  text: z.string().optional(),
  caption: z.string().optional(),
  media_group_id: z.string().optional(),
  photo: photo.optional(),
  live_photo: z.object({ photo: photo.optional() }).optional(),
  document: document.optional(),
  location: location.optional(),
  venue: z.object({ location }).optional(),
  contact: z.object({ phone_number: z.string(), user_id: id.optional() }).optional(),
})
type Message = z.infer<typeof message>

const press = z.object({
  id: z.string().min(1),
  from: user,
  message: z.object({ chat }).optional(),
  data: z.string().optional(),
})

const membership = z.object({ date: seconds, chat, from: user, new_chat_member: z.object({ status: z.string() }) })

const envelope = z.looseObject({ update_id: id })

/** Fields of a message that say about it, not what it brings [spec Message]. */
const ABOUT = new Set([
  ...['message_id', 'message_thread_id', 'direct_messages_topic', 'from', 'sender_chat', 'sender_boost_count'],
  ...[
    'sender_business_bot',
    'sender_tag',
    'date',
    'guest_query_id',
    'business_connection_id',
    'chat',
    'forward_origin',
  ],
  ...['is_topic_message', 'is_automatic_forward', 'reply_to_message', 'external_reply', 'quote', 'reply_to_story'],
  ...[
    'reply_to_checklist_task_id',
    'reply_to_poll_option_id',
    'via_bot',
    'guest_bot_caller_user',
    'guest_bot_caller_chat',
  ],
  ...['edit_date', 'has_protected_content', 'is_from_offline', 'is_paid_post', 'media_group_id', 'author_signature'],
  ...['paid_star_count', 'entities', 'link_preview_options', 'suggested_post_info', 'effect_id', 'caption'],
  ...['caption_entities', 'show_caption_above_media', 'has_media_spoiler', 'reply_markup'],
  // Before Bot API 7.0; a local server of that age still sends them.
  ...[
    'forward_from',
    'forward_from_chat',
    'forward_from_message_id',
    'forward_signature',
    'forward_sender_name',
    'forward_date',
  ],
])

/** What Telegram itself reports about a chat: nobody waits for an answer to it [spec Message, "Service message"]. */
export const SERVICE = new Set([
  ...[
    'new_chat_members',
    'left_chat_member',
    'chat_owner_left',
    'chat_owner_changed',
    'new_chat_title',
    'new_chat_photo',
  ],
  ...[
    'delete_chat_photo',
    'group_chat_created',
    'supergroup_chat_created',
    'channel_chat_created',
    'migrate_to_chat_id',
  ],
  ...[
    'message_auto_delete_timer_changed',
    'migrate_from_chat_id',
    'pinned_message',
    'successful_payment',
    'refunded_payment',
  ],
  ...[
    'users_shared',
    'chat_shared',
    'gift',
    'unique_gift',
    'gift_upgrade_sent',
    'connected_website',
    'write_access_allowed',
  ],
  ...['passport_data', 'proximity_alert_triggered', 'boost_added', 'chat_background_set', 'checklist_tasks_done'],
  ...['checklist_tasks_added', 'direct_message_price_changed', 'forum_topic_created', 'forum_topic_edited'],
  ...['forum_topic_closed', 'forum_topic_reopened', 'general_forum_topic_hidden', 'general_forum_topic_unhidden'],
  ...['giveaway_created', 'giveaway', 'giveaway_winners', 'giveaway_completed', 'managed_bot_created'],
  ...['paid_message_price_changed', 'poll_option_added', 'poll_option_deleted', 'suggested_post_approved'],
  ...['suggested_post_approval_failed', 'suggested_post_declined', 'suggested_post_paid', 'suggested_post_refunded'],
  ...['video_chat_scheduled', 'video_chat_started', 'video_chat_ended', 'video_chat_participants_invited'],
])

/** UTF-16 units kept of short strings: a file's name, a person's first name, ids, a language code. */
const NAME_MAX = 255
/** Of a file's id; real ones have under 100 characters. */
const FILE_ID_MAX = 512
/** Of a language code (IETF tag). */
const LANGUAGE_MAX = 35
const PHONE_MAX = 32

/**
 * What an update says, or why it is nothing to answer. The key is the update_id.
 * @param receivedAt stands for the time of a press, of which Telegram tells none
 */
export function parseUpdate(update: unknown, receivedAt: Date): Inbound | Ignored {
  const base = envelope.safeParse(update)
  if (!base.success) return { ignored: 'malformed update' }
  const { update_id, ...body } = base.data
  const key = String(update_id)
  if ('message' in body) return read(message, body.message, (m) => fromMessage(key, m))
  if ('edited_message' in body) return read(message, body.edited_message, (m) => fromEdit(key, m))
  if ('callback_query' in body) return read(press, body.callback_query, (p) => fromPress(key, p, receivedAt))
  if ('my_chat_member' in body) return read(membership, body.my_chat_member, (m) => fromMembership(key, m))
  return { ignored: 'kind not asked for' }
}

function read<T>(schema: z.ZodType<T>, value: unknown, use: (value: T) => Inbound | Ignored): Inbound | Ignored {
  const result = schema.safeParse(value)
  return result.success ? use(result.data) : { ignored: 'malformed update' }
}

type Person = z.infer<typeof user>

function inbound(key: string, at: Date, address: number, person: Person | undefined, heard: Heard): Inbound {
  return {
    channel: 'telegram',
    address: String(address),
    key,
    at: at.toISOString(),
    ...(person?.language_code && { language: keepable(person.language_code, LANGUAGE_MAX) }),
    ...(person?.first_name && { name: keepable(person.first_name, NAME_MAX) }),
    heard,
  }
}

const when = (unixSeconds: number): Date => new Date(unixSeconds * 1000)

function fromMessage(key: string, message: Message): Inbound | Ignored {
  if (message.chat.type !== 'private') return { ignored: 'not a private chat' }
  const heard = hear(message)
  return 'ignored' in heard ? heard : inbound(key, when(message.date), message.chat.id, message.from, heard)
}

/** A place that moves comes as edits; any other edit changes what was answered already. */
function fromEdit(key: string, message: Message): Inbound | Ignored {
  if (message.chat.type !== 'private') return { ignored: 'not a private chat' }
  if (!message.location) return { ignored: 'edited message' }
  return inbound(key, when(message.date), message.chat.id, message.from, place(message.location))
}

function fromPress(
  key: string,
  { id, from, message, data }: z.infer<typeof press>,
  receivedAt: Date,
): Inbound | Ignored {
  const pressId = keepable(id, NAME_MAX)
  if (!message || data === undefined) return { ignored: 'press without a message of ours', pressId }
  if (message.chat.type !== 'private') return { ignored: 'not a private chat', pressId }
  // In a private chat both are the person's id: another one's press is none of this talk.
  if (message.chat.id !== from.id) return { ignored: 'press of somebody else', pressId }
  const heard: Heard = { kind: 'press', data: keepable(data, NAME_MAX), pressId }
  return inbound(key, receivedAt, message.chat.id, from, heard)
}

function fromMembership(key: string, change: z.infer<typeof membership>): Inbound | Ignored {
  if (change.chat.type !== 'private') return { ignored: 'not a private chat' }
  const { status } = change.new_chat_member
  if (status !== 'kicked' && status !== 'member') return { ignored: 'membership' }
  const heard: Heard = { kind: status === 'kicked' ? 'left' : 'returned' }
  return inbound(key, when(change.date), change.chat.id, change.from, heard)
}

function hear(message: Message): Heard | Ignored {
  if (message.text !== undefined) return readText(message.text)
  const sizes = message.photo ?? message.live_photo?.photo
  if (sizes) return { kind: 'photo', file: largest(sizes), ...around(message) }
  // A GIF is an animation that also calls itself a document.
  if (message.document && !('animation' in message))
    return { kind: 'file', file: documentRef(message.document), ...around(message) }
  const spot = message.location ?? message.venue?.location
  if (spot) return place(spot)
  if (message.contact) {
    const { phone_number, user_id } = message.contact
    const own = user_id !== undefined && user_id === message.from?.id
    return { kind: 'contact', phone: keepable(phone_number, PHONE_MAX), own }
  }
  const brought = Object.keys(message).filter((field) => message[field] !== undefined && !ABOUT.has(field))
  if (brought.length === 0) return { ignored: 'empty message' }
  if (brought.some((field) => SERVICE.has(field))) return { ignored: 'service message' }
  return { kind: 'other', name: keepable(brought.find((field) => field !== 'document') ?? brought[0]!, NAME_MAX) }
}

/** `/start payload` opens a talk; any other command stays a text, free of the bot's own name behind an @. */
function readText(said: string): Heard {
  const text = keepable(said).replace(/^(\/[A-Za-z0-9_]{1,32})@\w+/, '$1')
  const start = /^\/start(?:\s+(\S+))?\s*$/.exec(text)
  if (!start) return { kind: 'text', text }
  const payload = start[1]
  return { kind: 'start', ...(payload && START_PAYLOAD.test(payload) && { payload }) }
}

const around = ({ caption, media_group_id }: Message): { caption?: string; album?: string } => ({
  ...(caption && { caption: keepable(caption) }),
  ...(media_group_id && { album: keepable(media_group_id, NAME_MAX) }),
})

const place = (spot: z.infer<typeof location>): Heard => ({
  kind: 'place',
  latitude: spot.latitude,
  longitude: spot.longitude,
  ...(spot.horizontal_accuracy !== undefined && { accuracyMetres: spot.horizontal_accuracy }),
})

const fileRef = (file: z.infer<typeof anyFile>): FileRef => ({
  id: keepable(file.file_id, FILE_ID_MAX),
  ...(file.file_unique_id && { uniqueId: keepable(file.file_unique_id, NAME_MAX) }),
  ...(file.file_size !== undefined && { bytes: file.file_size }),
})

/** Telegram lists the sizes ascending; which is the largest is counted all the same. */
function largest(sizes: z.infer<typeof photo>): FileRef {
  const size = sizes.reduce((best, next) => (next.width * next.height >= best.width * best.height ? next : best))
  return { ...fileRef(size), mime: 'image/jpeg' }
}

const documentRef = (file: z.infer<typeof document>): FileRef => ({
  ...fileRef(file),
  ...(file.file_name && { name: keepable(file.file_name, NAME_MAX) }),
  ...(file.mime_type && { mime: keepable(file.mime_type, NAME_MAX) }),
})
