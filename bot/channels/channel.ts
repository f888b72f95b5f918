/**
 * The words shared by every channel: what was heard (Inbound), what is said back (Reply), and what a chat network can do
 * (Capabilities). Everything here is plain JSON, because it is stored: an Inbound in `updates.body`, a Reply in `outbox.body`.
 */
import type { Language, Text } from '../../locales/say.js'

export const CHANNELS = ['console', 'telegram', 'zalo', 'zalo_bot', 'web'] as const
export type ChannelName = (typeof CHANNELS)[number]

// ------------------------------------------------------------------------------------------------ in

/** Of one message's text this much is kept, in UTF-16 units: Telegram's own limit, the widest of the platforms. */
export const TEXT_KEPT_MAX = 4096

/**
 * What of a person's words can be kept: cut to `max` UTF-16 units, without NUL and halves of surrogate pairs, which
 * PostgreSQL takes neither as text nor within jsonb. Every channel passes every string it hears through here.
 */
export const keepable = (said: string, max: number = TEXT_KEPT_MAX): string =>
  said
    .replaceAll('\u0000', '')
    .slice(0, max)
    .replace(/\p{Surrogate}/gu, '')

/** A file that a message carries, not fetched yet. `id` means something to the channel that heard it, and to no other. */
export interface FileRef {
  id: string
  /** The platform's stable id of the same bytes, for telling duplicates; cannot be fetched by. */
  uniqueId?: string
  name?: string
  mime?: string
  bytes?: number
}

export type Heard =
  | { kind: 'text'; text: string }
  /** First contact or a deep link; the payload is at most 64 characters of [A-Za-z0-9_-]. */
  | { kind: 'start'; payload?: string }
  | { kind: 'photo'; file: FileRef; caption?: string; /** the same for all photos of an album */ album?: string }
  /** Sent "as a file": a picture, a PDF, anything. */
  | { kind: 'file'; file: FileRef; caption?: string; album?: string }
  | { kind: 'place'; latitude: number; longitude: number; accuracyMetres?: number }
  | { kind: 'contact'; phone: string; /** the sender's own number, as the platform vouches */ own: boolean }
  /** A button: `data` is what we put in it. `pressId` must be answered, also when the button is stale. */
  | { kind: 'press'; data: string; pressId?: string }
  /** A choice named by its value (programs on the console, the web chat's API). */
  | { kind: 'choice'; value: string }
  /** The person blocked the bot or left; or came back. */
  | { kind: 'left' }
  | { kind: 'returned' }
  /** The person took their consent back on the platform: what is known of them goes. */
  | { kind: 'withdrew' }
  /** A colleague wrote to this person by hand, in the platform's own tool: the bot leaves them to it for a while. */
  | { kind: 'colleague' }
  /** Somebody who has not signed in to the platform: told how to go on, and no more can be done for them. */
  | { kind: 'stranger' }
  /** Something we know but cannot use: sticker, voice, poll ... */
  | { kind: 'other'; name: string }

export interface Inbound {
  channel: ChannelName
  /** The platform's id of the conversation, as text. */
  address: string
  /** The platform's id of this message or update; the same message delivered twice has the same key. */
  key: string
  /** When the platform says it was sent, ISO 8601. */
  at: string
  /** What the platform says of the person: language code, name to greet by. Never stored beyond the update. */
  language?: string
  name?: string
  heard: Heard
}

// ------------------------------------------------------------------------------------------------ out

/** A button's action. `data` is at most 64 bytes (Telegram's callback_data). */
export interface Choice {
  /** Language-neutral, stable: what programs send back in {"choice": value}. */
  value: string
  label: Text
  /** `<turn>.<index>` for a question's button, `o<offer id>.<index>` for one that outlives its turn. */
  data?: string
  /** Instead of data: opens this address. */
  url?: string
  /** Skip, help, back and cancel may be shown as words where buttons are few; back and cancel never stand first. */
  role?: 'answer' | 'skip' | 'help' | 'back' | 'cancel'
}

/** A file of ours to send: `key` in the file store. */
export interface FileOut {
  key: string
  mime: string
  /** The name that the person sees. */
  name: string
  /**
   * True: every byte counts (a label to print), so it goes out as a document that no platform recompresses. False: shown
   * as a picture in the talk. Left out: JPEG is shown as a picture, anything else goes as a document.
   */
  asDocument?: boolean
}

/** Whose list of commands a person is shown. */
export const MENU_ROLES = ['consumer', 'shop', 'official'] as const
export type MenuRole = (typeof MENU_ROLES)[number]

/** One message of ours, free of language and channel: both are chosen at delivery. */
export interface Reply {
  /** Paragraphs, joined by a line break. */
  text: Text[]
  /** `<flow>.<question>` when this asks something. */
  question?: string
  choices?: Choice[]
  /** A bare number typed here is an answer (a quantity, a day): the choices are never numbered. */
  numbersAnswer?: boolean
  files?: FileOut[]
  /** An unsent prompt may be replaced by the chat's next prompt. Receipts, cards and alerts are never replaced. */
  prompt?: boolean
  /** The question wants a place or a phone number: channels that have a button for it show one. */
  wants?: 'place' | 'contact'
  /** The pressed button to be answered by this message, so that the person's screen stops waiting. */
  pressId?: string
  /**
   * The person's role or language is new: where a channel shows a list of commands, the person's own becomes this role's,
   * in the language of this message.
   */
  menuOf?: MenuRole
}

/** What a chat network can do: named limits with units. A new capability goes here, never as an `if` on a channel's name. */
export interface Capabilities {
  /** UTF-16 units in one text message */
  textMax: number
  /** UTF-16 units under a picture */
  captionMax: number
  /** null: no buttons at all, a numbered list is shown instead. `listedToo`: they may fail to show, so the list stands as well. */
  buttons: { max: number; labelMax: number; dataMaxBytes: number; listedToo?: boolean } | null
  /** A link can be a button */
  linkButtons: boolean
  /** A button that sends the person's place, or phone number */
  asksPlace: boolean
  asksContact: boolean
  /** Files go out, and up to how many bytes */
  filesMaxBytes: number
  /** People can send pictures as files, uncompressed: worth proposing when a photo cannot be read */
  receivesOriginals: boolean
}

/** One call to a platform: a Reply that was put into a language and fitted to a channel becomes one or more of these. */
export interface Part {
  text: string
  question?: string
  choices?: { value: string; label: string; data?: string; url?: string; role: NonNullable<Choice['role']> }[]
  /** Shown as buttons; those that are not are already in `text` as a numbered list or as words. */
  buttons?: { label: string; data?: string; url?: string }[][]
  files?: FileOut[]
  wants?: 'place' | 'contact'
  /** What the text is in: a platform's own buttons ("send my place") are labelled in it. Left out: Vietnamese. */
  language?: Language
  pressId?: string
  menuOf?: MenuRole
}

/** What became of a send. Expected refusals are values. */
export type Sent =
  | { outcome: 'sent'; platformId?: string }
  /** Not sent, try again: after this many ms when the platform said so (then the whole chat pauses), else after a back-off */
  | { outcome: 'retry'; afterMs?: number; why: string }
  /** Nobody knows whether it went out: connection cut after the request was written. Retried at most once. */
  | { outcome: 'unknown'; why: string }
  /** The person cannot be reached on this channel until heard again */
  | { outcome: 'unreachable'; why: string }
  /** This message can never be sent */
  | { outcome: 'never'; why: string }

/** What the house needs of a channel. How messages come in (webhook, polling, stdin) is each adapter's own affair. */
export interface Channel {
  name: ChannelName
  capabilities: Capabilities
  /** Messages a second: to one chat and to all of them together; 0 is no limit. `burst`: how many may go at once. */
  pace: { chat: { perSecond: number; burst: number }; all: { perSecond: number; burst: number } }
  /** Only persons heard within this time may be written to; what is for others waits. Left out: always. ms */
  windowMs?: number
  /** Brings a file that was heard here. Throws FileRefused for what must not or cannot be brought. */
  fetch(file: FileRef, signal: AbortSignal): Promise<Buffer>
  send(address: string, part: Part, signal: AbortSignal): Promise<Sent>
  /**
   * Cuts a Part into what is one call each, so that the caller counts calls and repeats none that was made. Left out:
   * every Part is one call. `send` takes an uncut Part too, but can then only say `unknown` when it broke half way.
   */
  split?(part: Part): Part[]
}

/** The file is too large, gone, or from where we do not fetch: the person is told `why`, no attempt is spent on it again. */
export class FileRefused extends Error {
  constructor(
    readonly why: 'too-large' | 'gone' | 'host',
    message: string,
  ) {
    super(message)
    this.name = 'FileRefused'
  }
}
