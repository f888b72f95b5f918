/** How much one client gets. Every limit has its unit and its reason. */
import type { Rate } from './flood.js'

const MINUTE_MS = 60_000

/** Of one session: a guided talk is quick presses, and 20 look-ups a minute are promised to everybody. */
export const MESSAGES_OF_SESSION: Rate = { burst: 40, everyMs: MINUTE_MS / 60 }
/** Of one network address: a market hall or a whole mobile network may share one. */
export const MESSAGES_OF_ADDRESS: Rate = { burst: 400, everyMs: MINUTE_MS / 600 }
/** New sessions of one network address: they cost nothing to us until something is said, but each opens fresh limits. */
export const SESSIONS_OF_ADDRESS: Rate = { burst: 60, everyMs: MINUTE_MS / 30 }
/** Uploads of one session: each is read by a thread of its own for up to seconds. */
export const UPLOADS_OF_SESSION: Rate = { burst: 12, everyMs: MINUTE_MS / 20 }
/** Stored bytes are dear: uploads of one network address. */
export const UPLOADS_OF_ADDRESS: Rate = { burst: 60, everyMs: MINUTE_MS / 60 }

/** Streams of one session: more tabs than anybody reads; the oldest is ended for a new one. */
export const STREAMS_OF_SESSION_MAX = 8
/** Streams of this process: each holds a socket and some 20 KB. */
export const STREAMS_MAX = 5_000
/** A stream whose reader takes nothing is cut when so much waits for it; it resumes where it was. Bytes */
export const STREAM_WAITS_MAX_BYTES = 512 * 1024
/** Proxies end a connection that is silent for a minute. ms */
export const HEARTBEAT_MS = 20_000
/** A page whose stream broke tries again after this. ms */
export const RETRY_MS = 2_000

/** What GET /chat/api/history shows. Messages */
export const HISTORY_MAX = 50
/** Messages read at once for a stream */
export const BATCH_MAX = 100

/** Messages and uploads are forgotten after this; lots, cases and what was kept for them stay. ms */
export const KEPT_MS = 30 * 24 * 3_600_000
export const FORGET_EVERY_MS = 3_600_000
