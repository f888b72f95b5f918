/** One claimed message: put into the person's language, fitted to the channel, sent call by call. What became of it is a Mark. */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  keepable,
  type Capabilities,
  type Channel,
  type Part,
  type Reply,
  type Sent,
} from '../../bot/channels/channel.js'
import { faultOf } from '../../bot/hear/fault.js'
import { within } from '../../bot/hear/within.js'
import { LANE_NAMES, type ClaimedRow } from '../../domain/outbox.js'
import type { Language } from '../../locales/say.js'
import type { Mark } from '../../prisma/statements/outbox.js'
import { backOffMs, type OutboxSettings } from './settings.js'

/** Reply + Capabilities -> one or more parts, in this language. */
export type Fit = (reply: Reply, capabilities: Capabilities, language: Language) => Part[]

/** A message in the hands of this process. */
export interface Flight {
  row: ClaimedRow<Reply>
  /** The lease's end by `performance.now()`; moved by renewals */
  until: number
  /** Aborted: nothing more is begun, and the call in hand is cut */
  cut: AbortController
}

export interface DeliverTools {
  channel: Channel
  fit: Fit
  settings: OutboxSettings
  /** No new call is begun. */
  stopping: () => boolean
  /** Waits for the platform's next free call; the first one of a message was taken before it was claimed. False: stopping */
  nextCall: () => Promise<boolean>
  /** Records that so many calls were made. ms to wait before the next one; undefined: the message is another process's now */
  record: (parts: number, platformId: string | null) => Promise<number | undefined>
}

/** Who did not choose a language is spoken to in this one. */
const DEFAULT_LANGUAGE: Language = 'vi'
/** An answer that was not seen; stands first in `error`, so that the next process knows of it. */
const UNKNOWN = 'unknown'
/** UTF-16 units of what is kept of a reason */
const WHY_MAX = 300
/** A call is not begun when the lease has less than this left of itself. */
const LEASE_LEFT_MIN = 0.1
/** An adapter that was cut gets so long to say what became of the call. ms */
const CUT_GRACE_MS = 250

/** Never throws: what a channel or `fit` throws becomes a mark as well. */
export async function deliver(flight: Flight, tools: DeliverTools): Promise<Mark> {
  const { row } = flight
  const { channel, settings } = tools
  if (row.orphan && row.doubts >= settings.doubtsMax) return dead(row, row.partsSent, 'its processes ended')
  // The route is chosen here, once people are known by more than one.
  if (!mayReach(channel, row.heardAt)) {
    const why = 'not heard for so long that the platform lets nobody write'
    return refused(row, row.partsSent, { outcome: 'unreachable', why }, false, settings)
  }
  let parts: Part[]
  try {
    parts = cut(channel, tools.fit(row.reply, channel.capabilities, row.language ?? DEFAULT_LANGUAGE))
  } catch (error) {
    return dead(row, row.partsSent, `could not be fitted: ${faultOf(error)}`)
  }
  let doubted = row.error?.startsWith(UNKNOWN) ?? false
  let unknown = false
  let platformId: string | null = null
  for (let made = row.partsSent; made < parts.length; made++) {
    if (made > row.partsSent) {
      const waitMs = await tools.record(made, platformId)
      if (waitMs === undefined) return letGo(row, made, null)
      if (waitMs > settings.leaseMs) return letGo(row, made, waitMs)
      if (waitMs > 0) await sleep(waitMs, undefined, { signal: flight.cut.signal }).catch(() => undefined)
      if (!(await tools.nextCall())) return letGo(row, made, null)
      doubted = false
    }
    if (tools.stopping() || flight.until - performance.now() < settings.leaseMs * LEASE_LEFT_MIN)
      return letGo(row, made, null)
    const sent = await call(flight, tools, parts[made]!)
    if (sent.outcome === 'sent') platformId ??= sent.platformId ?? null
    else if (sent.outcome === 'unknown' && doubted) unknown = true
    else return refused(row, made, sent, doubted, settings)
  }
  return { ...bare(row, parts.length), status: 'sent', platform_id: platformId, error: unknown ? UNKNOWN : null }
}

const mayReach = ({ windowMs }: Channel, heardAt: Date | null): boolean =>
  windowMs === undefined || (heardAt !== null && Date.now() - heardAt.getTime() <= windowMs)

const cut = (channel: Channel, parts: Part[]): Part[] =>
  channel.split ? parts.flatMap((part) => channel.split!(part)) : parts

async function call({ row, cut: { signal } }: Flight, { channel, settings }: DeliverTools, part: Part): Promise<Sent> {
  const over = new AbortController()
  const abort = () => over.abort()
  const timer = setTimeout(abort, settings.callMaxMs)
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()
  try {
    const limitMs = settings.callMaxMs + CUT_GRACE_MS
    return await within(limitMs, channel.send(row.address, part, over.signal))
  } catch (error) {
    return { outcome: 'unknown', why: faultOf(error) }
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', abort)
  }
}

/** What is done about everything but success. `made` calls went out before. */
function refused(
  row: ClaimedRow<Reply>,
  made: number,
  sent: Exclude<Sent, { outcome: 'sent' }>,
  doubted: boolean,
  settings: OutboxSettings,
): Mark {
  const why = keepable(sent.why, WHY_MAX)
  const doubt = sent.outcome === 'unknown'
  const error = doubt ? `${UNKNOWN}: ${why}` : doubted ? `${UNKNOWN}; ${why}` : why
  if (sent.outcome === 'never') return dead(row, made, error)
  if (sent.outcome === 'unreachable') {
    const waits = settings.unreachable[LANE_NAMES[row.lane]!] === 'wait'
    return { ...(waits ? letGo(row, made, null) : dead(row, made, error)), unreachable: true, error }
  }
  const told = sent.outcome === 'retry' ? sent.afterMs : undefined
  const waitMs = told ?? backOffMs(row.attempts, settings)
  const late = Date.now() - row.createdAt.getTime() + waitMs > settings.ageMaxMs
  const tired = told === undefined && row.attempts >= settings.attemptsMax
  const pauses = told !== undefined
  if (late || tired)
    return { ...dead(row, made, error), doubts: Number(doubt), pauses, wait_ms: pauses ? waitMs : null }
  return { ...bare(row, made), attempts: pauses ? -1 : 0, doubts: Number(doubt), error, wait_ms: waitMs, pauses }
}

const bare = ({ id }: ClaimedRow, parts: number): Mark => ({
  id, status: 'unsent', parts, attempts: 0, doubts: 0, platform_id: null, error: null, wait_ms: null, pauses: false, unreachable: false,
}) // prettier-ignore

const dead = (row: ClaimedRow, parts: number, error: string): Mark => ({ ...bare(row, parts), status: 'dead', error })

/** Given back untried: it stays first in its lane. */
const letGo = (row: ClaimedRow, parts: number, waitMs: number | null): Mark => ({
  ...bare(row, parts), attempts: -1, error: row.error, wait_ms: waitMs,
}) // prettier-ignore

/** A message that was claimed and is not sent after all. */
export const untried = (row: ClaimedRow): Mark => letGo(row, row.partsSent, null)
