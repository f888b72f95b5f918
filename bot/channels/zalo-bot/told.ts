/** Whom the adapter tells what: the store, the log, the counters, the lease. The server hands them in. */
import type { FileOut, Inbound } from '../channel.js'

/** Resolves when all are stored durably, in this order; one whose key was stored before is passed over. */
export type Store = (inbounds: Inbound[]) => Promise<void>

/** The https address under which anybody who holds it can fetch this file of ours, for some days. */
export type LinkOf = (file: FileOut) => string

/** pino's shape, as much as is used. */
export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Counts what happened: `what` names the counter, `why` is one of a few fixed words. */
export type Count = (what: 'webhook' | 'ignored' | 'poll' | 'call' | 'media' | 'token', why: string) => void

/** Held by one process at a time. */
export interface Lease {
  /** Takes or renews it; false while another process holds it. */
  hold(): Promise<boolean>
  release(): Promise<void>
}

/** What may be logged of the server's own error: its message could quote what a person wrote. */
export const failureOf = (error: unknown): { error: string; code?: string } => {
  const { name, code } = error as { name?: unknown; code?: unknown }
  return { error: typeof name === 'string' ? name : 'Error', ...(typeof code === 'string' && { code }) }
}
