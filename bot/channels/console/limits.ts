import type { Capabilities } from '../channel.js'

/** A terminal shows any amount of text, but a program that reads lines should not be handed novels. UTF-16 units. */
const TEXT_MAX = 16_000
/** What a file from the console may weigh: the same as a photo on Telegram, so that both channels are told the same. */
export const FILE_BYTES_MAX = 20 * 1024 * 1024

const common = {
  textMax: TEXT_MAX,
  captionMax: TEXT_MAX,
  linkButtons: true,
  asksPlace: false,
  asksContact: false,
  filesMaxBytes: 50 * 1024 * 1024,
  receivesOriginals: true,
}

/** For programs: every choice is named beside the text, none is written into it. */
export const PROGRAM: Capabilities = { ...common, buttons: { max: 1_000, labelMax: 1_000, dataMaxBytes: 64 } }

/** For people: a numbered list, since a terminal has no buttons. */
export const TERMINAL: Capabilities = { ...common, buttons: null }
