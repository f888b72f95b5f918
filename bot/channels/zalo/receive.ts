/**
 * A Zalo event -> Inbounds. Pure; reads leniently (what it does not know it passes over), keeps ids as texts, and cleans every
 * string that can reach the database.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { keepable, type FileRef, type Heard, type Inbound } from '../channel.js'
import { ANONYMOUS, ECHO, IN_A_GROUP, NOTED, OF_GROUPS } from './events.js'
import { START_PAYLOAD } from './limits.js'
import { pressIn, startIn } from './payloads.js'
import { strangerAddress } from './strangers.js'

/** Why an event is not passed on: a few fixed words, fit for a counter's label. */
export interface Ignored {
  ignored: string
  /** Of an event that nobody told us of: to be logged */
  unknown?: string
}

export interface Received {
  inbounds: Inbound[]
  /** The event's name, to be counted */
  event: string
}

/** Ids come as strings or as numbers (long ones were made strings by `parseKeepingIds`). Whole numbers only. */
const id = z
  .union([z.string(), z.number().int().transform(String)])
  .transform((given) => keepable(given, ID_MAX))
  .refine((given) => given !== '')
const text = z.string().optional().catch(undefined)
const number = z.union([z.number(), z.string().trim().min(1).transform(Number)]).pipe(z.number())
const coordinates = z.object({
  latitude: number.pipe(z.number().min(-90).max(90)),
  longitude: number.pipe(z.number().min(-180).max(180)),
})

const party = z.object({ id: id.optional().catch(undefined), admin_id: id.optional().catch(undefined) })
const payload = z.looseObject({
  url: text,
  name: text,
  type: text,
  checksum: text,
  description: text,
  size: number.optional().catch(undefined),
  coordinates: coordinates.optional().catch(undefined),
})
const attachment = z.object({ type: text, payload: payload.optional().catch(undefined) })
const message = z.object({
  text,
  msg_id: id.optional().catch(undefined),
  conversation_id: id.optional().catch(undefined),
  attachments: z.array(attachment).optional().catch(undefined),
  location: z
    .union([coordinates, z.object({ coordinates }).transform((inside) => inside.coordinates)])
    .optional()
    .catch(undefined),
})
const event = z.object({
  event_name: z.string(),
  timestamp: z.union([z.string(), z.number()]).optional().catch(undefined),
  sender: party.optional().catch(undefined),
  recipient: party.optional().catch(undefined),
  follower: party.optional().catch(undefined),
  user_id: id.optional().catch(undefined),
  oa_id: id.optional().catch(undefined),
  message: message.optional().catch(undefined),
  info: z.object({ phone: z.union([z.string(), z.number().transform(String)]) }).optional().catch(undefined), // prettier-ignore
})
type Event = z.infer<typeof event>
type Message = z.infer<typeof message>
type Payload = z.infer<typeof payload>

/** UTF-16 units kept of an id; Zalo's have under 40. */
const ID_MAX = 128
const NAME_MAX = 255
const PHONE_MAX = 32
/** Of a file's address; longer ones are not fetched. */
const URL_MAX = 2_048
/** The last millisecond that ISO 8601 writes with four digits of a year. */
const LATEST_MS = 253_402_300_799_999

/**
 * What an event says, or why it is nothing to answer.
 * @param receivedAt stands for a timestamp that cannot be read
 * @param ours this OA; an event of another one of the same app is none of this talk
 */
export function parseEvent(body: unknown, receivedAt: Date, ours?: string): Received | Ignored {
  const parsed = event.safeParse(body)
  if (!parsed.success) return { ignored: 'malformed event' }
  const said = parsed.data
  const name = said.event_name
  if (OF_GROUPS.has(name) || IN_A_GROUP.test(name)) return { ignored: 'group' }
  if (NOTED.has(name)) return { ignored: name }
  const read = READERS.get(name) ?? (ECHO.test(name) ? echo : ANONYMOUS.test(name) ? anonymous : undefined)
  if (!read) return { ignored: 'unknown event', unknown: name.replace(/\W/g, '').slice(0, 64) }
  if (ours !== undefined && isOfAnother(said, ours)) return { ignored: 'another OA' }
  const heard = read(said)
  if ('ignored' in heard) return heard
  const at = timeOf(said.timestamp, receivedAt).toISOString()
  const key = keyOf(said, heard.address)
  return {
    event: ANONYMOUS.test(name) ? 'anonymous' : name,
    inbounds: heard.heard.map((one, i) => ({
      channel: 'zalo',
      address: heard.address,
      key: i === 0 ? key : `${key}:${i}`,
      at,
      heard: one,
    })),
  }
}

interface HeardBy {
  address: string
  heard: Heard[]
}
type Reader = (said: Event) => HeardBy | Ignored

const NOBODY: Ignored = { ignored: 'malformed event' }

/** A user_* event: the user is the sender; some newer ones name them otherwise. */
const byUser =
  (hear: (said: Event) => Heard | Heard[] | Ignored): Reader =>
  (said) => {
    const address = said.sender?.id ?? said.follower?.id ?? said.user_id
    if (address === undefined) return NOBODY
    const heard = hear(said)
    return 'ignored' in heard ? heard : { address, heard: [heard].flat() }
  }

const files = (make: (file: FileRef, around: { caption?: string; album?: string }) => Heard): Reader =>
  byUser(({ event_name, message: { text: caption, msg_id, attachments = [] } = {} }) => {
    const refs = attachments.flatMap(({ payload: one }) => fileRef(one) ?? [])
    if (refs.length === 0) return { kind: 'other', name: event_name }
    const album = refs.length > 1 && msg_id !== undefined ? { album: msg_id } : {}
    return refs.map((file, i) => make(file, { ...(i === 0 && caption && { caption: keepable(caption) }), ...album }))
  })

const other: Reader = byUser(({ event_name }) => ({ kind: 'other', name: event_name }))

/** By name; no plain object, which would know `valueOf` as well. */
const READERS: ReadonlyMap<string, Reader> = new Map(
  Object.entries({
    user_send_text: byUser(({ message: said }) =>
      said?.text === undefined ? { ignored: 'malformed event' } : readText(said.text),
    ),
    user_send_image: files((file, around) => ({ kind: 'photo', file, ...around })),
    user_send_file: files((file, around) => ({ kind: 'file', file, ...around })),
    user_send_gif: other,
    user_send_sticker: other,
    user_send_audio: other,
    user_send_video: other,
    user_send_link: byUser(({ message: said }) => link(said)),
    user_send_business_card: byUser(({ message: said }) => card(said)),
    user_send_location: byUser(({ message: said }) => place(said)),
    user_click_chatnow: byUser(() => ({ kind: 'start' })),
    follow: byUser(() => ({ kind: 'start' })),
    unfollow: byUser(() => ({ kind: 'left' })),
    user_withdraw: byUser(() => ({ kind: 'withdrew' })),
    user_submit_info: byUser(
      ({ info }) =>
    info ? { kind: 'contact', phone: keepable(info.phone, PHONE_MAX), own: false } : { ignored: 'info without a phone' }, // prettier-ignore
    ),
  }),
)

/** A colleague's words to a person; our own come back too, and are none. */
function echo({ sender, recipient }: Event): HeardBy | Ignored {
  if (sender?.admin_id === undefined) return { ignored: 'echo of our own' }
  return recipient?.id === undefined ? NOBODY : { address: recipient.id, heard: [{ kind: 'colleague' }] }
}

function anonymous({ sender, message: said }: Event): HeardBy | Ignored {
  const [anonymousId, conversationId] = [sender?.id, said?.conversation_id]
  if (anonymousId === undefined || conversationId === undefined) return NOBODY
  return { address: strangerAddress({ anonymousId, conversationId }), heard: [{ kind: 'stranger' }] }
}

/** A press of ours, a start, else the words. */
function readText(given: string): Heard {
  const said = keepable(given)
  const data = pressIn(said)
  if (data !== undefined) return { kind: 'press', data }
  const start = startIn(said)
  if (!start) return { kind: 'text', text: said }
  return { kind: 'start', ...(start.payload && START_PAYLOAD.test(start.payload) && { payload: start.payload }) }
}

/** A link that was shared is read like one that was typed: it may lead to a lot of ours. It is not opened. */
function link(said: Message | undefined): Heard {
  const url = said?.attachments?.[0]?.payload?.url
  const typed = said?.text
  if (url === undefined) return typed ? { kind: 'text', text: keepable(typed) } : { kind: 'other', name: 'link' }
  const both = typed && !typed.includes(url) ? `${typed}\n${url}` : (typed ?? url)
  return { kind: 'text', text: keepable(both) }
}

const contact = z.object({ phone: z.union([z.string(), z.number().transform(String)]) })

/** A name card is a link whose description is JSON. Whose number it is nobody vouches for. */
function card(said: Message | undefined): Heard {
  try {
    const { phone } = contact.parse(JSON.parse(said?.attachments?.[0]?.payload?.description ?? ''))
    return { kind: 'contact', phone: keepable(phone, PHONE_MAX), own: false }
  } catch {
    return { kind: 'other', name: 'business card' }
  }
}

function place(said: Message | undefined): Heard {
  const attached = said?.attachments?.find(({ payload: one }) => one?.coordinates)?.payload?.coordinates
  const spot = attached ?? said?.location
  return spot ? { kind: 'place', ...spot } : { kind: 'other', name: 'location' }
}

/** What `type` of a file says. */
const MIMES: Partial<Record<string, string>> = {
  pdf: 'application/pdf',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  heic: 'image/heic',
}

/** The file's address is all that there is to fetch it by. */
function fileRef(one: Payload | undefined): FileRef | undefined {
  const { url, name, type, checksum, size } = one ?? {}
  if (!url || url.length > URL_MAX || keepable(url) !== url || !/^https?:/i.test(url)) return undefined
  const mime = type === undefined ? undefined : MIMES[type.toLowerCase()]
  return {
    id: url,
    ...(checksum && { uniqueId: keepable(checksum, NAME_MAX) }),
    ...(name && { name: keepable(name, NAME_MAX) }),
    ...(mime && { mime }),
    ...(size !== undefined && size >= 0 && { bytes: size }),
  }
}

/** One URL serves all OAs of the app. Events that do not say for whom they are, are taken. */
function isOfAnother({ event_name, sender, recipient, oa_id }: Event, ours: string): boolean {
  const named = oa_id ?? (event_name.startsWith('oa_') ? sender?.id : recipient?.id)
  return named !== undefined && named !== ours
}

/** A message by its id, anything else by what, when and whom. */
function keyOf({ event_name, message: said, timestamp }: Event, address: string): string {
  const own = said?.msg_id ?? createHash('sha256').update([event_name, timestamp, address].join('\n')).digest('hex')
  return `${event_name}:${own}`
}

function timeOf(timestamp: string | number | undefined, receivedAt: Date): Date {
  const ms = Number(timestamp)
  return timestamp !== undefined && ms > 0 && ms <= LATEST_MS ? new Date(Math.floor(ms)) : receivedAt
}
