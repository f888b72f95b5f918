/**
 * What Telegram allows, and how long we wait. Sources: [spec] the machine-readable Bot API 10.1; [src] tdlib/telegram-bot-api;
 * [faq] the Bot FAQ; [ours] chosen here.
 */
import type { Capabilities, Channel } from '../channel.js'

// -------------------------------------------------------------------------------------------- messages

/** UTF-16 units of a message's text [spec sendMessage]. */
export const TEXT_MAX = 4096
/** UTF-16 units under a picture or document [spec sendPhoto]. */
export const CAPTION_MAX = 1024
/** Bytes of a button's callback_data [spec InlineKeyboardButton]. */
export const BUTTON_DATA_MAX_BYTES = 64
/** Buttons of one inline keyboard [src: more are refused]. */
export const BUTTONS_MAX = 100
/** UTF-16 units of a button's label. Telegram names no limit; longer ones are cut on a phone's screen [ours]. */
export const BUTTON_LABEL_MAX = 64
/** UTF-16 units of input_field_placeholder [spec ReplyKeyboardMarkup]. */
export const PLACEHOLDER_MAX = 64

// -------------------------------------------------------------------------------------------- files

/** Bytes of an uploaded picture [spec sendPhoto]; a bigger one goes as a document. */
export const PHOTO_MAX_BYTES = 10 * 1024 * 1024
/** Bytes of any other upload [spec sendDocument]. */
export const UPLOAD_MAX_BYTES = 50 * 1024 * 1024
/** Bytes that getFile gives out [src: 20 << 20]. */
export const DOWNLOAD_MAX_BYTES = 20 * 1024 * 1024
/** Files of one album [spec sendMediaGroup: 2-10]. */
export const ALBUM_MIN = 2
export const ALBUM_MAX = 10

// -------------------------------------------------------------------------------------------- updates

/** Updates in one answer of getUpdates [spec: 1-100]. */
export const UPDATES_MAX = 100
/** Bytes of one webhook body; the longest real update with all its entities is under 200 KB [ours]. */
export const WEBHOOK_BODY_MAX_BYTES = 1024 * 1024
/** What a webhook's secret may look like [spec setWebhook]. */
export const WEBHOOK_SECRET = /^[A-Za-z0-9_-]{1,256}$/
/** Characters of a deep link's payload [spec]. */
export const START_PAYLOAD = /^[A-Za-z0-9_-]{1,64}$/
/** The kinds of update that we ask for; all others Telegram keeps to itself. */
export const ALLOWED_UPDATES = ['message', 'edited_message', 'callback_query', 'my_chat_member'] as const

// -------------------------------------------------------------------------------------------- pace

/** Messages a second: about 1 to one chat with short bursts, about 30 to all chats together [faq]. */
export const PACE: Channel['pace'] = { chat: { perSecond: 1, burst: 4 }, all: { perSecond: 30, burst: 30 } }
/** Connections kept to Telegram: 50 sends at once, the poll, and some downloads [ours]. */
export const SOCKETS_MAX = 64

export const CAPABILITIES: Capabilities = {
  textMax: TEXT_MAX,
  captionMax: CAPTION_MAX,
  buttons: { max: BUTTONS_MAX, labelMax: BUTTON_LABEL_MAX, dataMaxBytes: BUTTON_DATA_MAX_BYTES },
  linkButtons: true,
  asksPlace: true,
  asksContact: true,
  filesMaxBytes: UPLOAD_MAX_BYTES,
  receivesOriginals: true,
}

// -------------------------------------------------------------------------------------------- times

/** How long we wait for what, in milliseconds unless the name says otherwise [ours]. */
export interface Timing {
  /** One call that sends text */
  sendMs: number
  /** More for each 100 KB of a file on its way up: 20 KB/s still passes */
  uploadMsPer100KB: number
  /** The answer to a pressed button: only its screen waits for it */
  pressMs: number
  /** A person's own list of commands, set behind a message: the chat's next message waits for it */
  menuMs: number
  /** A file on its way down, getFile and all its bytes */
  fetchMs: number
  /** How long Telegram may hold an empty getUpdates, seconds */
  pollSeconds: number
  /** What getUpdates may take beyond that */
  pollGraceMs: number
  /** The poller's lease is renewed this often: the lease itself should last three times as long */
  leaseRenewMs: number
  /** Another process polls: ask for the lease again after this */
  leaseRetryMs: number
  /** First and longest pause after a failure; it doubles in between, with jitter */
  backOffFirstMs: number
  backOffMaxMs: number
  /** The token is refused: only an operator can mend it */
  badTokenMs: number
}

export const TIMING: Timing = {
  sendMs: 30_000,
  uploadMsPer100KB: 5_000,
  pressMs: 5_000,
  menuMs: 5_000,
  fetchMs: 60_000,
  pollSeconds: 25,
  pollGraceMs: 10_000,
  leaseRenewMs: 5_000,
  leaseRetryMs: 3_000,
  backOffFirstMs: 1_000,
  backOffMaxMs: 60_000,
  badTokenMs: 60_000,
}
