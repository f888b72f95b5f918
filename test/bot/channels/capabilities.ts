/** Channels of every kind: those of the house, and narrower ones than any. */
import type { Capabilities } from '../../../bot/channels/channel.js'

export const WIDE: Capabilities = {
  textMax: 4096,
  captionMax: 1024,
  buttons: { max: 100, labelMax: 64, dataMaxBytes: 64 },
  linkButtons: true,
  asksPlace: true,
  asksContact: true,
  filesMaxBytes: 50_000_000,
  receivesOriginals: true,
}

export const CAPABILITIES: Record<string, Capabilities> = {
  wide: WIDE,
  /** Five buttons, as a Zalo official account's message has */
  fewButtons: { ...WIDE, textMax: 2000, buttons: { max: 5, labelMax: 100, dataMaxBytes: 1000 }, asksContact: false },
  shortLabels: { ...WIDE, buttons: { max: 12, labelMax: 12, dataMaxBytes: 16 }, linkButtons: false },
  noButtons: {
    ...WIDE,
    textMax: 1000,
    captionMax: 0,
    buttons: null,
    linkButtons: false,
    asksPlace: false,
    asksContact: false,
  },
  wordsOnly: {
    ...WIDE,
    textMax: 160,
    captionMax: 0,
    buttons: null,
    linkButtons: false,
    filesMaxBytes: 0,
    asksPlace: false,
    asksContact: false,
  },
}
