/**
 * What the Zalo Bot Platform allows, and how long we wait. Sources: [doc] a digest of its documentation v2.5.0 (autumn
 * 2026); [ours] chosen here.
 */
import type { Capabilities, Channel } from '../channel.js'

// -------------------------------------------------------------------------------------------- messages

/** UTF-16 units of a message's text [doc sendMessage]. */
export const TEXT_MAX = 2_000
/** UTF-16 units under a picture [doc sendPhoto]. */
export const CAPTION_MAX = 2_000
/** Of a caption, kept free: a picture that the platform cannot fetch goes as its link within the text. UTF-16 units [ours] */
export const LINK_ROOM = 600

// -------------------------------------------------------------------------------------------- files

/** Bytes of a file of ours behind a link: no platform carries it, so only our own server is spared [ours]. */
export const LINKED_MAX_BYTES = 20 * 1024 * 1024
/** UTF-16 units of a media address; longer ones cannot be fetched and are not kept [ours]. */
export const MEDIA_URL_MAX = 2_048

// -------------------------------------------------------------------------------------------- updates

/** Bytes of one webhook body: 2,000 letters and a few addresses take under 20 KB [ours]. */
export const WEBHOOK_BODY_MAX_BYTES = 1024 * 1024
/** What a webhook's secret may look like: 8 to 256 characters [doc setWebhook] that fit a header. */
export const WEBHOOK_SECRET = /^[\x21-\x7e]{8,256}$/
/** Bytes of an answer of the platform; what is longer is none of its own [ours]. */
export const ANSWER_MAX_BYTES = 1024 * 1024
/** Characters of an id; real ones have under 40 [ours]. */
export const ID_MAX = 128
/** UTF-16 units kept of a person's name [ours]. */
export const NAME_MAX = 255
/** Characters of a deep link's payload, as on every channel. */
export const START_PAYLOAD = /^[A-Za-z0-9_-]{1,64}$/

// -------------------------------------------------------------------------------------------- pace

/** No pace is documented, only 3,000 messages a month on the basic plan [doc]; gentle, since a 429 tells no time [ours]. */
export const PACE: Channel['pace'] = { chat: { perSecond: 1, burst: 4 }, all: { perSecond: 10, burst: 10 } }
/** Connections kept: sends at once, and the poll [ours]. */
export const SOCKETS_MAX = 16

/** @param links our files have an https address that the platform, and a person's browser, can reach */
export const capabilitiesOf = (links: boolean): Capabilities => ({
  textMax: TEXT_MAX,
  captionMax: CAPTION_MAX - LINK_ROOM,
  buttons: null,
  linkButtons: false,
  asksPlace: false,
  asksContact: false,
  filesMaxBytes: links ? LINKED_MAX_BYTES : 0,
  receivesOriginals: false,
})

// -------------------------------------------------------------------------------------------- times

/** How long we wait for what, in milliseconds unless the name says otherwise [ours]. */
export interface Timing {
  sendMs: number
  /** A picture on its way down, redirects and all its bytes */
  fetchMs: number
  /** How long the platform may hold an empty getUpdates, seconds. Short: an orderly stop waits for it (see poll.ts). */
  pollSeconds: number
  /** What getUpdates may take beyond that. Long: a poll that is cut may carry a message away. */
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
  fetchMs: 60_000,
  pollSeconds: 3,
  pollGraceMs: 60_000,
  leaseRenewMs: 5_000,
  leaseRetryMs: 3_000,
  backOffFirstMs: 1_000,
  backOffMaxMs: 60_000,
  badTokenMs: 60_000,
}
