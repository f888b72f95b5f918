/** What a database error means for the work that met it: run it again, wait for the database, or look for a bug. */

const SERIALIZATION_FAILURE = '40001'
const DEADLOCK_DETECTED = '40P01'

/** Whether the database asks for the whole transaction to be run again. */
export const isTransient = (error: unknown): boolean => {
  const state = sqlState(error)
  return state === DEADLOCK_DETECTED || state === SERIALIZATION_FAILURE
}

/**
 * Whether the database was lost or cannot work now: the connection broke or could not be had (class 08, 57P01-57P05), it has no
 * room (53, 58), it became a standby (25006). Whoever met it did nothing wrong and may try again later.
 */
export const isLost = (error: unknown): boolean => {
  const state = sqlState(error)
  if (state !== undefined) return /^(08|53|57P0[1-5]|58|25006)/.test(state)
  if (typeof error !== 'object' || error === null) return false
  // Told by what it says, not by its class: an error of Node's own is no Error of another context's.
  const { code, message, cause } = error as { code?: unknown; message?: unknown; cause?: unknown }
  if (typeof code === 'string' && LOST_CODES.has(code)) return true
  return (typeof message === 'string' && LOST_MESSAGE.test(message)) || isLost(cause)
}

/** Of Node's sockets, and of Prisma (P1001 cannot reach, P1002 and P1008 timed out, P1017 closed, P2024 no connection free). */
const LOST_CODES = new Set([
  'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT',
  'P1001', 'P1002', 'P1008', 'P1017', 'P2024',
]) // prettier-ignore

/** The driver tells these apart by words alone. */
const LOST_MESSAGE =
  /^Connection terminated|connection error and is not queryable|^timeout exceeded when trying to connect/

/** The SQLSTATE of an error of the driver, or of one that Prisma wrapped. */
export const sqlState = (error: unknown): string | undefined => {
  if (typeof error !== 'object' || error === null) return undefined
  const { code, meta, cause } = error as { code?: unknown; meta?: unknown; cause?: unknown }
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !/^P\d{4}$/.test(code) && /\d/.test(code)) return code
  const wrapped = meta as { driverAdapterError?: { cause?: { originalCode?: unknown } } } | undefined
  const original = wrapped?.driverAdapterError?.cause?.originalCode
  if (typeof original === 'string') return original
  return code === 'P2034' ? SERIALIZATION_FAILURE : sqlState(cause)
}
