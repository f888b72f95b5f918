/** Road 2: a Part -> calls of the Bot API -> what became of it. Texts go out plain: nothing a person wrote is ever markup. */
import { say, text, type Language } from '../../../locales/say.js'
import type { FileOut, MenuRole, Part, Sent } from '../channel.js'
import type { Answer, Api, Payload, Unanswered } from './client.js'
import { ALBUM_MAX, ALBUM_MIN, CAPTION_MAX, PHOTO_MAX_BYTES, UPLOAD_MAX_BYTES, type Timing } from './limits.js'
import type { Presses } from './presses.js'

export interface FileStore {
  read(key: string): Promise<Buffer>
}

export interface SendOptions {
  api: Api
  files: FileStore
  timing: Timing
  presses: Presses
  setMenu: SetMenu
}

/** Sets a person's own list of commands. Never throws; false: it does not stand. */
export type SetMenu = (address: string, role: MenuRole, language: Language, signal: AbortSignal) => Promise<boolean>

// ------------------------------------------------------------------------------------------- one part, one call

const isPhoto = (file: FileOut): boolean => !(file.asDocument ?? file.mime !== 'image/jpeg')

/**
 * Cuts a Part into what is one call each. One file carries the text as its caption and the buttons; several of one kind become an
 * album, which carries a caption but no buttons; otherwise the text goes first, with the buttons, and the files follow.
 */
export function split(part: Part): Part[] {
  const files = part.files ?? []
  if (files.length === 0) return [part]
  const { text, buttons, wants, pressId, language, question, choices, menuOf } = part
  const fits = text.length <= CAPTION_MAX
  if (files.length === 1 && fits) return [part]
  const groups = albums(files)
  if (groups.length === 1 && groups[0]!.length > 1 && fits && !buttons && !wants) return [part]
  const following = groups.map((group): Part => ({ text: '', files: group }))
  if (text === '') return carryingButtons(following, part)
  return [{ text, buttons, wants, pressId, language, question, choices, menuOf }, ...following]
}

/** Files of one kind that stand together, at most ten at a time. */
function albums(files: FileOut[]): FileOut[][] {
  const groups: FileOut[][] = []
  for (const file of files) {
    const last = groups.at(-1)
    if (last && last.length < ALBUM_MAX && isPhoto(last[0]!) === isPhoto(file)) last.push(file)
    else groups.push([file])
  }
  return groups
}

/** Files without a word: the buttons stand under the last one, outside any album. */
function carryingButtons(groups: Part[], { buttons, wants, pressId, language, menuOf }: Part): Part[] {
  const [first] = groups
  if (buttons || wants) {
    const last = groups.at(-1)!.files!
    const single: Part = { text: '', files: last.slice(-1), buttons, wants, language }
    const before: Part[] = last.length > 1 ? [{ text: '', files: last.slice(0, -1) }] : []
    groups = [...groups.slice(0, -1), ...before, single]
  }
  return groups.map((group) =>
    group.files?.[0] === first?.files?.[0] ? { ...group, language, pressId, menuOf } : group,
  )
}

// ------------------------------------------------------------------------------------------- keyboards

/** The keyboard under a message. A message without one takes away the "send my place" button of an earlier question. */
export function keyboard({ buttons, wants, language = 'vi' }: Pick<Part, 'buttons' | 'wants' | 'language'>): Payload {
  if (wants) return requestKeyboard(wants, language, buttons ?? [])
  const rows = (buttons ?? []).map((row) => row.flatMap(inlineButton)).filter((row) => row.length > 0)
  return rows.length > 0 ? { inline_keyboard: rows } : { remove_keyboard: true }
}

type Button = NonNullable<Part['buttons']>[number][number]

const inlineButton = ({ label, data, url }: Button): Payload[] =>
  url !== undefined ? [{ text: label, url }] : data !== undefined ? [{ text: label, callback_data: data }] : []

/** One message carries one keyboard: the other choices stand under the request, and pressing one says its label. */
function requestKeyboard(wants: 'place' | 'contact', language: Language, buttons: Button[][]): Payload {
  const request = {
    text: say(language, text(`telegram.share-${wants}`)),
    [wants === 'place' ? 'request_location' : 'request_contact']: true,
  }
  const others = buttons.map((row) => row.filter(({ url }) => url === undefined).map(({ label }) => ({ text: label })))
  return {
    keyboard: [[request], ...others.filter((row) => row.length > 0)],
    resize_keyboard: true,
    one_time_keyboard: true,
    input_field_placeholder: say(language, text(`telegram.${wants}-hint`)),
  }
}

// ------------------------------------------------------------------------------------------- sending

/**
 * Sends a Part to a chat. Answers the pressed button first. A Part that `split` would cut is sent piece by piece; when it breaks
 * after the first piece the outcome is `unknown`.
 */
export async function send(options: SendOptions, address: string, part: Part, signal: AbortSignal): Promise<Sent> {
  const chatId = Number(address)
  if (!Number.isSafeInteger(chatId)) return { outcome: 'never', why: 'the address is no Telegram chat id' }
  if (part.pressId !== undefined) {
    const stop = await answerPress(options, part.pressId, signal)
    if (stop) return stop
  }
  const pieces = split(part).filter((piece) => piece.text !== '' || piece.files)
  let sent: Sent = { outcome: 'sent' }
  for (const [i, piece] of pieces.entries()) {
    const next = await sendPiece(options, chatId, piece, signal)
    if (next.outcome !== 'sent')
      return i === 0 ? next : { outcome: 'unknown', why: `broke after ${i} of ${pieces.length} pieces: ${next.why}` }
    if (i === 0) sent = next
  }
  // Behind the message, which tells what the menu only shows; and best effort: a missing menu stops nobody.
  if (part.menuOf) await options.setMenu(address, part.menuOf, part.language ?? 'vi', signal)
  return sent
}

/** Stops the waiting on the presser's screen. That it came too late, or not at all, keeps no message back. */
async function answerPress({ presses }: SendOptions, pressId: string, signal: AbortSignal): Promise<Sent | undefined> {
  const answer = await presses.answer(pressId, signal)
  if (answer.kind === 'ok') return undefined
  // Not reached at all, or told to wait: the message would fare the same.
  if (answer.kind === 'refused') return answer.code === 429 ? sentFrom(answer) : undefined
  return answer.written ? undefined : sentFrom(answer)
}

async function sendPiece(options: SendOptions, chatId: number, piece: Part, signal: AbortSignal): Promise<Sent> {
  const { api, timing } = options
  if (!piece.files) {
    const payload = {
      chat_id: chatId,
      text: piece.text,
      link_preview_options: { is_disabled: true },
      reply_markup: keyboard(piece),
    }
    return sentFrom(await api.call('sendMessage', payload, timing.sendMs, signal))
  }
  const uploads = await readAll(options.files, piece.files)
  if ('outcome' in uploads) return uploads
  const answer = await upload(options, chatId, piece, uploads.read, signal)
  if (!isPictureRefused(answer)) return sentFrom(answer)
  // Too long, too wide or no picture to Telegram: as a document it goes.
  const documents = uploads.read.map((file) => ({ ...file, photo: false }))
  return sentFrom(await upload(options, chatId, piece, documents, signal))
}

/** A file with its bytes. */
interface Upload {
  name: string
  bytes: Buffer
  photo: boolean
}

async function readAll(store: FileStore, files: FileOut[]): Promise<{ read: Upload[] } | Sent> {
  const read: Upload[] = []
  for (const file of files) {
    let bytes: Buffer
    try {
      bytes = await store.read(file.key)
    } catch (error) {
      const { name, code } = error as { name?: string; code?: string }
      return { outcome: 'retry', why: `the file store could not be read: ${code ?? name ?? 'unknown'}` }
    }
    if (bytes.length === 0) return { outcome: 'never', why: 'an empty file' }
    if (bytes.length > UPLOAD_MAX_BYTES) return { outcome: 'never', why: `a file of ${bytes.length} bytes` }
    read.push({ name: fileName(file.name), bytes, photo: isPhoto(file) && bytes.length <= PHOTO_MAX_BYTES })
  }
  // An album is of one kind.
  const allPhotos = read.every(({ photo }) => photo)
  return { read: read.map((file) => ({ ...file, photo: allPhotos })) }
}

/** telegraf writes the name unquoted into a header of the multipart body. */
const fileName = (name: string): string => name.replace(/[\p{Cc}"\\]/gu, '_') || 'file'

function upload(
  { api, timing }: SendOptions,
  chatId: number,
  piece: Part,
  files: Upload[],
  signal: AbortSignal,
): Promise<Answer> {
  const source = ({ name, bytes }: Upload) => ({ source: bytes, filename: name })
  const caption = piece.text === '' ? undefined : piece.text
  // telegraf repeats the method within a multipart body, where the Bot API knows no such field.
  const common = { method: undefined, chat_id: chatId }
  const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0)
  const limitMs = timing.sendMs + Math.ceil(bytes / 100_000) * timing.uploadMsPer100KB
  if (files.length >= ALBUM_MIN) {
    const media = files.map((file, i) => ({
      type: file.photo ? 'photo' : 'document',
      media: source(file),
      ...(i === 0 && { caption }),
    }))
    return api.call('sendMediaGroup', { ...common, media }, limitMs, signal)
  }
  const [file] = files
  const [method, field] = file!.photo ? ['sendPhoto', 'photo'] : ['sendDocument', 'document']
  const payload = { ...common, [field]: source(file!), caption, reply_markup: keyboard(piece) }
  return api.call(method, payload, limitMs, signal)
}

const isPictureRefused = (answer: Answer): boolean =>
  answer.kind === 'refused' &&
  /PHOTO_INVALID_DIMENSIONS|IMAGE_PROCESS_FAILED|PHOTO_SAVE_FILE_INVALID|PHOTO_EXT_INVALID/i.test(answer.description)

// ------------------------------------------------------------------------------------------- outcomes

const GONE = /chat not found|PEER_ID_INVALID|user is deactivated|USER_IS_BLOCKED|blocked by the user/i

/** What an answer means to the outbox. */
export function sentFrom(answer: Answer): Sent {
  return answer.kind === 'ok' ? { outcome: 'sent', platformId: messageId(answer.result) } : unsent(answer)
}

function unsent(answer: Unanswered): Sent {
  if (answer.kind === 'silent') return { outcome: answer.written ? 'unknown' : 'retry', why: answer.why }
  const { code, description, retryAfterMs: afterMs, movedTo } = answer
  const why = `${code} ${description}`
  if (code === 429 || code >= 500) return { outcome: 'retry', ...(afterMs !== undefined && { afterMs }), why }
  // The token is refused (404: looks like none): the operator mends it, the messages wait.
  if (code === 401 || code === 404) return { outcome: 'retry', why }
  if (/message is not modified/i.test(description)) return { outcome: 'sent' }
  if (movedTo !== undefined) return { outcome: 'never', why: `${why} (moved to ${movedTo})` }
  if (code === 403 || GONE.test(description)) return { outcome: 'unreachable', why }
  return { outcome: 'never', why }
}

/** The id of the message, or of an album's first. */
function messageId(result: unknown): string | undefined {
  const first: unknown = Array.isArray(result) ? result[0] : result
  const id = (first as { message_id?: unknown } | null | undefined)?.message_id
  return typeof id === 'number' ? String(id) : undefined
}
