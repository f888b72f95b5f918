import type { FileOut } from '../channel.js'

/** The https address under which anybody who holds it can fetch this file of ours, for some days. */
export type LinkOf = (file: FileOut) => string

/** Counts what happened: `what` names the counter, `why` is one of a few fixed words. */
export type Count = (what: 'webhook' | 'ignored' | 'poll' | 'call' | 'media' | 'token', why: string) => void
