/** Whom every adapter tells what: the store, the log, the lease. The server hands them in; the counters are each adapter's own. */
import type { Inbound } from './channel.js'

/** Resolves when all are stored durably, in this order; one whose key was stored before is passed over. */
export type Store = (inbounds: Inbound[]) => Promise<void>

/** pino's shape, as much as is used. */
export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Held by one process at a time. */
export interface Lease {
  /** Takes or renews it; false while another process holds it. */
  hold(): Promise<boolean>
  release(): Promise<void>
}

/** What may be logged of the server's own error: its message could quote what a person wrote. */
export const failureOf = (error: unknown): { error: string; code?: string } => {
  const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown }
  return { error: typeof name === 'string' ? name : 'Error', ...(typeof code === 'string' && { code }) }
}
