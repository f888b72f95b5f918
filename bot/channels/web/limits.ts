/** What the web chat allows. It is our own page, so every limit is chosen here; each says why. */
import type { Capabilities, Channel } from '../channel.js'

/** UTF-16 units of one message; longer ones come as several, which a screen reader can leave between. */
const TEXT_MAX = 4_096
/** UTF-16 units of a choice's value; ours have under 60. */
export const VALUE_MAX = 256
/** Bytes of a button's data, as on the other channels. */
export const PRESS_MAX_BYTES = 64
/** UTF-16 units of a phone number. */
export const PHONE_MAX = 32
/** UTF-16 units of an uploaded file's name. */
export const NAME_MAX = 255
/** Bytes of one uploaded photo or file: the same as on Telegram, so that people are told the same on both. */
export const UPLOAD_MAX_BYTES = 20 * 1024 * 1024
/** Bytes of one JSON message: TEXT_KEPT_MAX units, each written as a \u escape, and some room. */
export const JSON_MAX_BYTES = 64 * 1024
/** Characters of a deep link's payload, as on Telegram. */
export const START_PAYLOAD = /^[A-Za-z0-9_-]{1,64}$/

/** A page has room for every button; a photo is uploaded as it was taken, so there is no better way to propose. */
export const CAPABILITIES: Capabilities = {
  textMax: TEXT_MAX,
  captionMax: TEXT_MAX,
  buttons: { max: 100, labelMax: 200, dataMaxBytes: PRESS_MAX_BYTES },
  linkButtons: true,
  asksPlace: true,
  asksContact: false,
  filesMaxBytes: 50 * 1024 * 1024,
  receivesOriginals: false,
}

/** Our own database takes the messages: it needs no pauses. */
export const PACE: Channel['pace'] = { chat: { perSecond: 0, burst: 0 }, all: { perSecond: 0, burst: 0 } }
