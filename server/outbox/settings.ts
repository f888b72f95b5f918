import type { Lane } from '../../domain/outbox.js'

/** Limits of delivery. Each can be set; none is in the code under another name. */
export interface OutboxSettings {
  /** A claim that is not renewed runs out after this: so long a dead process's messages wait. ms */
  leaseMs: number
  /** How often messages that nobody spoke of are looked for. ms */
  sweepMs: number
  /** Calls to one platform at once, from one process. Alerts may fill three quarters of them, broadcasts half. */
  callsAtOnce: number
  /** A call that has not ended after this is cut. Adapters have shorter limits of their own. ms */
  callMaxMs: number
  /** After a failure: first pause, doubled each time up to the longest, each +- a quarter by chance. ms */
  backOffFirstMs: number
  backOffMaxMs: number
  /** A message is given up after so many tries. `retry_after` is no try. */
  attemptsMax: number
  /** ... or after so long, real time. ms */
  ageMaxMs: number
  /** ... or when a process died with it and so often nobody knew what became of it: it may be what kills them. */
  doubtsMax: number
  /** What becomes of messages for somebody who cannot be reached: `wait` until they are heard again, or `dead` */
  unreachable: Record<Lane, 'wait' | 'dead'>
  /** Bodies of settled messages are kept so long, for an operator who looks for a fault, then wiped. Real time. ms */
  bodyKeptMs: number
}

const HOUR_MS = 3_600_000

/** Tries at the longest back-off of 15 minutes take two days: a platform that is blocked for a night loses no message. */
export const OUTBOX_SETTINGS: OutboxSettings = {
  leaseMs: 15_000,
  sweepMs: 1_000,
  callsAtOnce: 64,
  callMaxMs: 120_000,
  backOffFirstMs: 1_000,
  backOffMaxMs: 15 * 60_000,
  attemptsMax: 200,
  ageMaxMs: 72 * HOUR_MS,
  doubtsMax: 8,
  unreachable: { reply: 'wait', alert: 'wait', broadcast: 'dead' },
  bodyKeptMs: 7 * 24 * HOUR_MS,
}

/** The pause after this many failures in a row, from 1. ms */
export const backOffMs = (
  failures: number,
  { backOffFirstMs, backOffMaxMs }: Pick<OutboxSettings, 'backOffFirstMs' | 'backOffMaxMs'>,
  random: () => number = Math.random,
): number => Math.min(backOffMaxMs, backOffFirstMs * 2 ** Math.min(failures - 1, 30)) * (0.75 + random() / 2)
