/** Road 2: a Part -> calls of the OA's API -> what became of it. Nothing a person wrote is ever markup: Zalo has none. */
import type { Part, Sent } from '../channel.js'
import { split as splitText } from '../split.js'
import { documentMessage, pictureMessage, textMessage, type Message } from './buttons.js'
import type { Called, Calls } from './calls.js'
import { SENT_MESSAGE } from './client.js'
import { classOf } from './errors.js'
import { CAPTION_MAX, TEXT_MAX, type ButtonShape, type Timing } from './limits.js'
import { sentFrom, type Failed } from './outcomes.js'
import { strangerAt } from './strangers.js'
import type { Alarms } from './alarms.js'
import type { Count } from './told.js'
import type { Uploads } from './uploads.js'

export interface SendOptions {
  calls: Calls
  uploads: Uploads
  shape: ButtonShape
  timing: Timing
  alarms: Alarms
  count: Count
}

// ------------------------------------------------------------------------------------------- one part, one message

/**
 * Cuts a Part into what is one message each. A single picture carries a text without buttons as its caption; otherwise the text
 * goes first, cut at the ends of sentences, the buttons under its last piece, and each file follows by itself.
 */
export function split(part: Part): Part[] {
  const { text: given, buttons, files = [], ...about } = part
  // Normalised before it is measured: Zalo counts so, and a letter typed as base and mark would count twice.
  const text = given.normalize('NFC')
  const [only] = files
  const asCaption = files.length === 1 && only!.mime.startsWith('image/') && !buttons && text.length <= CAPTION_MAX
  if (asCaption) return [{ ...part, text }]
  const texts = splitText(text, TEXT_MAX)
  const pieces = texts.map((one, i): Part => ({
    text: one,
    ...about,
    ...(i === texts.length - 1 && buttons && { buttons }),
  }))
  return [...pieces, ...files.map((file): Part => ({ text: '', language: part.language, files: [file] }))]
}

// ------------------------------------------------------------------------------------------- sending

interface To {
  path: string
  recipient: Record<string, string>
  stranger: boolean
}

const USER_ID = /^\w{1,128}$/

function toOf(address: string): To | undefined {
  const stranger = strangerAt(address)
  if (stranger) {
    const recipient = { anonymous_id: stranger.anonymousId, conversation_id: stranger.conversationId }
    return { path: '/v2.0/oa/message', recipient, stranger: true }
  }
  if (!USER_ID.test(address)) return undefined
  return { path: '/v3.0/oa/message/cs', recipient: { user_id: address }, stranger: false }
}

/**
 * Sends a Part to a person. A Part that `split` would cut is sent piece by piece; when it breaks after the first piece the
 * outcome is `unknown`.
 */
export async function send(options: SendOptions, address: string, part: Part, signal: AbortSignal): Promise<Sent> {
  const to = toOf(address)
  if (!to) return { outcome: 'never', why: 'the address is no Zalo user id' }
  let sent: Sent | undefined
  const pieces = split(part)
  for (const [i, piece] of pieces.entries()) {
    const next = await sendPiece(options, to, piece, signal)
    if (next.outcome !== 'sent')
      return i === 0 ? next : { outcome: 'unknown', why: `broke after ${i} of ${pieces.length} pieces: ${next.why}` }
    sent ??= next
  }
  return sent ?? { outcome: 'sent' }
}

const sendPiece = (options: SendOptions, to: To, piece: Part, signal: AbortSignal): Promise<Sent> =>
  piece.files?.length ? sendFile(options, to, piece, signal) : sendText(options, to, piece, signal)

async function sendText(options: SendOptions, to: To, { text, buttons }: Part, signal: AbortSignal): Promise<Sent> {
  const message = textMessage(text, to.stranger ? undefined : buttons, options.shape)
  const answer = await post(options, to, message, signal)
  const refusedButtons = 'attachment' in message && answer.kind === 'refused' && classOf(answer.code) === 'shape'
  if (!refusedButtons) return outcome(options, answer)
  // The numbered list stands in the text, so the talk goes on without buttons.
  options.count('call', 'buttons refused')
  if (!(await options.calls.extra())) return { outcome: 'retry', why: 'stopped' }
  return outcome(options, await post(options, to, { text }, signal))
}

async function sendFile(options: SendOptions, to: To, { text, files }: Part, signal: AbortSignal): Promise<Sent> {
  const [file] = files!
  for (;;) {
    const uploaded = await options.uploads(file!, signal)
    if (uploaded.kind === 'unfit') return { outcome: 'never', why: uploaded.why }
    if (uploaded.kind === 'later') return { outcome: 'retry', why: uploaded.why }
    // That nobody knows whether the file lies there is no doubt about the message: it was not sent.
    if (uploaded.kind === 'silent') return { outcome: 'retry', why: uploaded.why }
    if (uploaded.kind !== 'ok') return outcome(options, uploaded)
    const message = uploaded.as === 'picture' ? pictureMessage(uploaded.id, text) : documentMessage(uploaded.id)
    const answer = await post(options, to, message, signal)
    const expired = answer.kind === 'refused' && classOf(answer.code) === 'expired-upload'
    if (!expired || !(await uploaded.forget())) return outcome(options, answer)
    options.count('call', 'upload had ended')
    if (!(await options.calls.extra())) return { outcome: 'retry', why: 'stopped' }
  }
}

type Posted = Called<{ message_id?: string | undefined } | null | undefined>

const post = ({ calls, timing }: SendOptions, to: To, message: Message, signal: AbortSignal): Promise<Posted> =>
  calls.call({ method: 'POST', path: to.path, json: { recipient: to.recipient, message } }, SENT_MESSAGE, {
    timeoutMs: timing.sendMs,
    signal,
  })

function outcome({ timing, alarms, count }: SendOptions, answer: Posted | Failed): Sent {
  if (answer.kind === 'ok') {
    const platformId = answer.data?.message_id
    return { outcome: 'sent', ...(platformId !== undefined && { platformId }) }
  }
  if (answer.kind === 'refused') alarms.heard(answer.code, answer.message)
  count('call', answer.kind === 'refused' ? classOf(answer.code) : answer.kind)
  return sentFrom(answer, timing)
}
