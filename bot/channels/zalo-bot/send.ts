/** Road 2: a Part -> calls of the Zalo Bot Platform -> what became of it. Texts go out plain: nothing a person wrote is markup. */
import { say, text } from '../../../locales/say.js'
import type { FileOut, Part, Sent } from '../channel.js'
import { split as cut } from '../split.js'
import type { Answer, Api, Payload, Unanswered } from './client.js'
import { CAPTION_MAX, LINK_ROOM, TEXT_MAX, type Timing } from './limits.js'
import type { LinkOf } from './told.js'

export interface SendOptions {
  api: Api
  timing: Timing
  /** Left out: our files have no public address, so none goes out. */
  linkOf?: LinkOf
}

// ------------------------------------------------------------------------------------------- one part, one call

/** What a chat shows by itself; anything else, and what must arrive byte for byte, is a link in the text. */
const isPicture = ({ mime, asDocument }: FileOut): boolean =>
  (mime === 'image/jpeg' || mime === 'image/png') && !(asDocument ?? mime !== 'image/jpeg')

/**
 * Cuts a Part into what is one call each: texts of at most 2,000 units, pictures one by one. One picture carries a text that
 * is short enough as its caption. Files that are no pictures become links, since the platform carries none.
 */
export function split(part: Part, linkOf?: LinkOf): Part[] {
  const files = part.files ?? []
  const pictures = linkOf ? files.filter(isPicture) : []
  const lines = notSent(part, files, linkOf)
  const whole = [part.text, ...lines].filter((line) => line !== '').join('\n')
  const { text: _text, files: _files, ...rest } = part
  if (pictures.length === 1 && whole.length <= CAPTION_MAX - LINK_ROOM)
    return [{ ...rest, text: whole, files: pictures }]
  const texts = cut(whole, TEXT_MAX).map((one): Part => ({ ...rest, text: one }))
  return [...texts, ...pictures.map((picture): Part => ({ language: part.language, text: '', files: [picture] }))]
}

/** What is said of the files that cannot go. */
function notSent({ language = 'vi' }: Part, files: FileOut[], linkOf: LinkOf | undefined): string[] {
  if (files.length === 0) return []
  if (!linkOf) return [say(language, text('fit.files', { names: { list: files.map(({ name }) => name) } }))]
  const linked = files.filter((file) => !isPicture(file))
  if (linked.length === 0) return []
  return [
    say(language, text('zalo-bot.files')),
    ...linked.map((file) => say(language, text('zalo-bot.file', { name: file.name, url: linkOf(file) }))),
  ]
}

// ------------------------------------------------------------------------------------------- sending

/**
 * Sends a Part to a chat. A Part that `split` would cut is sent piece by piece; when it breaks after the first piece the
 * outcome is `unknown`.
 */
export async function send(options: SendOptions, address: string, part: Part, signal: AbortSignal): Promise<Sent> {
  const pieces = split(part, options.linkOf)
  let sent: Sent = { outcome: 'sent' }
  for (const [i, piece] of pieces.entries()) {
    const next = await sendPiece(options, address, piece, signal)
    if (next.outcome !== 'sent')
      return i === 0 ? next : { outcome: 'unknown', why: `broke after ${i} of ${pieces.length} pieces: ${next.why}` }
    if (i === 0) sent = next
  }
  return sent
}

async function sendPiece(options: SendOptions, chat: string, piece: Part, signal: AbortSignal): Promise<Sent> {
  const { api, timing, linkOf } = options
  const call = (method: string, payload: Payload): Promise<Answer> =>
    api.call(method, { chat_id: chat, ...payload }, timing.sendMs, signal)
  const picture = piece.files?.[0]
  if (!picture || !linkOf) return sentFrom(await call('sendMessage', { text: piece.text }))
  const url = linkOf(picture)
  const answer = await call('sendPhoto', { photo: url, ...(piece.text !== '' && { caption: piece.text }) })
  if (!isPictureRefused(answer)) return sentFrom(answer)
  // The platform fetches the picture itself, and may fail: what was to be told is told all the same.
  const link = say(piece.language ?? 'vi', text('zalo-bot.file', { name: picture.name, url }))
  const words = [piece.text, link].filter((line) => line !== '').join('\n')
  return sentFrom(await call('sendMessage', { text: words }))
}

const BAD_REQUEST = 400
const isPictureRefused = (answer: Answer): boolean => answer.kind === 'refused' && answer.code === BAD_REQUEST

// ------------------------------------------------------------------------------------------- outcomes

/** What an answer means to the outbox. */
export function sentFrom(answer: Answer): Sent {
  if (answer.kind !== 'ok') return unsent(answer)
  const id = (answer.result as { message_id?: unknown } | null | undefined)?.message_id
  const platformId = typeof id === 'number' ? String(id) : id
  return { outcome: 'sent', ...(typeof platformId === 'string' && platformId !== '' && { platformId }) }
}

/** 426: the day's or month's allowance is used up; it comes back by itself. */
const USED_UP = 426

function unsent(answer: Unanswered): Sent {
  if (answer.kind === 'silent') return { outcome: answer.written ? 'unknown' : 'retry', why: answer.why }
  const { code, description, retryAfterMs: afterMs } = answer
  const why = `${code} ${description}`
  if (code === 429 || code >= 500) return { outcome: 'retry', ...(afterMs !== undefined && { afterMs }), why }
  // The token is refused: the operator mends it (token-alarm.ts), the messages wait.
  if (code === 401 || code === USED_UP) return { outcome: 'retry', why }
  // The platform's own time limit: it may have got as far as the person.
  if (code === 408) return { outcome: 'unknown', why }
  if (code === 403 || code === 404) return { outcome: 'unreachable', why }
  return { outcome: 'never', why }
}
