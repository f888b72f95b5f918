/**
 * What Zalo allows an Official Account, and how long we wait. Sources: [S] Zalo's own SDKs; [D] two or more independent
 * digests of its documentation; [1] one of them; [ours] chosen here.
 */
import type { Capabilities, Channel } from '../channel.js'

// -------------------------------------------------------------------------------------------- messages

/** UTF-16 units of one text, after NFC [D]. */
export const TEXT_MAX = 2_000
/** Under a picture: the same field as a text's [ours]. */
export const CAPTION_MAX = TEXT_MAX
/** Buttons of one message [D]. */
export const BUTTONS_MAX = 5
/** UTF-16 units of a button's title [D]. */
export const BUTTON_LABEL_MAX = 100
/** Of our data within a payload, which may have 1,000 characters [D]: as long as Telegram's, so that talks are the same [ours]. */
export const BUTTON_DATA_MAX_BYTES = 64
/** UTF-16 units of a list's title and subtitle [D]. */
export const LIST_TITLE_MAX = 100
export const LIST_SUBTITLE_MAX = 500

export const BUTTON_SHAPES = ['text_buttons', 'list', 'button', 'none'] as const
export type ButtonShape = (typeof BUTTON_SHAPES)[number]
/** The shape that the most independent sources show at work [D]. */
export const BUTTON_SHAPE: ButtonShape = 'text_buttons'

// -------------------------------------------------------------------------------------------- files

/** Bytes of an uploaded picture: 1 MB [S], read as the smaller million. */
export const PICTURE_MAX_BYTES = 1_000_000
/** Pixels of a re-encoded picture's longer side: what a phone shows, and small enough for 1 MB [ours]. */
export const PICTURE_SIDES_PX = [2_048, 1_440, 1_024, 640] as const
/** Bytes of an uploaded PDF: 5 MB [S] (one source says 20). */
export const DOCUMENT_MAX_BYTES = 5_000_000
/** Uploads end after about 7 days [1]; they are used no longer than this. ms */
export const UPLOAD_KEPT_MS = 6 * 24 * 3_600_000

// -------------------------------------------------------------------------------------------- events

/** Bytes of one webhook body; the longest event of the documentation is under 4 KB [ours]. */
export const WEBHOOK_BODY_MAX_BYTES = 1024 * 1024
/**
 * An event that was signed longer ago is a replay: Zalo sends again for 2 hours, by an older source for 12 [1]. Twice that
 * leaves room for clocks [ours]. ms
 */
export const EVENT_AGE_MAX_MS = 24 * 3_600_000
/** Characters of a start's payload: the house's own rule for deep links. */
export const START_PAYLOAD = /^[A-Za-z0-9_-]{1,64}$/

// -------------------------------------------------------------------------------------------- pace

/** Calls a minute of the whole app, by all processes [D]. */
export const CALLS_PER_MINUTE = 4_000
/** This part of a minute's calls may go at once; the rest is spread, so that no minute ever holds more than the limit. */
const BURST_PART = 1 / 40

/** Zalo names no limit for one chat. @param callsPerMinute 0: no limit */
export const paceOf = (callsPerMinute: number): Channel['pace'] => {
  const burst = Math.max(1, Math.floor(callsPerMinute * BURST_PART))
  const perSecond = callsPerMinute === 0 ? 0 : Math.max(callsPerMinute - burst, 1) / 60
  return { chat: { perSecond: 0, burst: 1 }, all: { perSecond, burst } }
}

export const capabilitiesOf = (shape: ButtonShape): Capabilities => ({
  textMax: TEXT_MAX,
  captionMax: CAPTION_MAX,
  buttons:
    shape === 'none'
      ? null
      : {
          max: BUTTONS_MAX,
          labelMax: BUTTON_LABEL_MAX,
          dataMaxBytes: BUTTON_DATA_MAX_BYTES,
          // Sources disagree on how buttons are sent: whoever sees none must be able to go on.
          listedToo: true,
        },
  linkButtons: shape !== 'none',
  asksPlace: false,
  asksContact: false,
  filesMaxBytes: DOCUMENT_MAX_BYTES,
  receivesOriginals: true,
})

// -------------------------------------------------------------------------------------------- tokens

/** What an access token lives when Zalo does not say: 25 h [D]. ms */
export const ACCESS_LIVES_MS = 90_000_000
/** Renewed when it has less than this left: at 20 h of its 25. ms */
export const RENEW_AHEAD_MS = 5 * 3_600_000
/** A grant that never ends by what was said is renewed all the same, so that the refresh token (3 months) stays young. ms */
export const RENEW_AT_LEAST_MS = 7 * 24 * 3_600_000

// -------------------------------------------------------------------------------------------- times

/** How long we wait for what, in milliseconds [ours]. */
export interface Timing {
  /** One call that sends text */
  sendMs: number
  /** More for each 100 KB of a file on its way up: 20 KB/s still passes */
  uploadMsPer100KB: number
  /** A reaction: nobody waits for it */
  reactionMs: number
  /** A file on its way down, redirects and all its bytes */
  fetchMs: number
  /** One call of the token service. Well under `grantLeaseMs` */
  oauthMs: number
  /** Who renews holds the lease so long; a dead one's place is taken after it */
  grantLeaseMs: number
  /** How often a process that waits for another one's renewal looks */
  grantLookMs: number
  /** A call that finds its token refused waits so long for a renewal, by this process or another */
  grantWaitMs: number
  /** How often it is looked whether the grant needs renewing */
  grantEveryMs: number
  /** First and longest pause while a new pair cannot be written down */
  grantWriteFirstMs: number
  grantWriteMaxMs: number
  /** No access token, or one that only a person can mend: messages wait so long and are tried again */
  unconnectedMs: number
  /** What only an operator can mend at Zalo's side (package, rights) */
  operatorMs: number
  /** A quota is used up */
  quotaMs: number
}

export const TIMING: Timing = {
  sendMs: 30_000,
  uploadMsPer100KB: 5_000,
  reactionMs: 5_000,
  fetchMs: 60_000,
  oauthMs: 20_000,
  grantLeaseMs: 60_000,
  grantLookMs: 200,
  grantWaitMs: 15_000,
  grantEveryMs: 60_000,
  grantWriteFirstMs: 200,
  grantWriteMaxMs: 5_000,
  unconnectedMs: 30_000,
  operatorMs: 5 * 60_000,
  quotaMs: 60 * 60_000,
}
