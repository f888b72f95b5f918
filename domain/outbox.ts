/**
 * Messages out: put in the transaction of what happened, sent by `server/outbox` after the commit. There is no second way
 * out. Language, buttons and route are chosen at delivery.
 */
import type { Text } from '../locales/say.js'
import type { Channel } from '../prisma/generated/enums.js'
import { putMany as putManyRows, putRows, type LaneNumber } from '../prisma/statements/outbox.js'
import type { Sql, Tx } from '../prisma/tx.js'

/** A reply a person waits for, an alert, a broadcast: each overtakes those after it. */
export const LANES = { reply: 0, alert: 1, broadcast: 2 } as const
export type Lane = keyof typeof LANES
/** By their numbers */
export const LANE_NAMES: readonly Lane[] = ['reply', 'alert', 'broadcast']

/** As much of the channels' `Reply` as the outbox must know; plain JSON. */
export interface Message {
  text: Text[]
  /** In lane `reply`: may be superseded, while unsent, by the chat's next prompt */
  prompt?: boolean
}

export interface Outgoing<M extends Message = Message> {
  reply: M
  /** `reply` when left out */
  lane?: Lane
  /** Who is told what at most once: a second message with the same key is not put */
  uniqueKey?: string
}

/** How many messages a second a chat of a channel may get: one each `intervalMs` (0: no limit), `burst` at once. */
export interface ChatPace {
  channel: Channel
  intervalMs: number
  burst: number
}

/** What a deliverer offers: to send the first of the rows at once after the commit. */
export interface Claim {
  holder: string
  leaseMs: number
  /** The channels of which it can send one now */
  paces: ChatPace[]
  /** When it was offered, on the monotonic clock: `performance.now()` */
  at: number
}

/** A row that one process may send, until its lease runs out. */
export interface ClaimedRow<M extends Message = Message> {
  id: number
  chatId: number
  channel: Channel
  address: string
  language: 'vi' | 'en' | null
  lane: LaneNumber
  reply: M
  /** Calls that were made and recorded before */
  partsSent: number
  attempts: number
  doubts: number
  /** The process that held it before died */
  orphan: boolean
  error: string | null
  createdAt: Date
  /** When its person was last heard, real time; null: never */
  heardAt: Date | null
  /** The lease's end by `performance.now()` of this process, on the safe side */
  until: number
}

/**
 * Puts messages for one chat, in their order, in one statement. Returns the first of them when it was born claimed: whoever
 * claimed sends it after the commit, and not before.
 */
export async function put<M extends Message>(
  tx: Sql,
  chatId: number,
  messages: Outgoing<M>[],
  claim?: Claim,
): Promise<ClaimedRow<M>[]> {
  if (messages.length === 0) return []
  const lanes = messages.map(laneOf)
  const rows = await tx.run(putRows, [
    chatId,
    lanes,
    messages.map(({ reply }, i) => lanes[i] === LANES.reply && reply.prompt === true),
    messages.map(({ uniqueKey }) => uniqueKey ?? null),
    messages.map(({ reply }) => JSON.stringify(reply)),
    claim && claim.paces.length > 0 ? claim.holder : null,
    claim?.leaseMs ?? 0,
    claim?.paces.map(({ channel }) => channel) ?? [],
    claim?.paces.map(({ intervalMs }) => intervalMs) ?? [],
    claim?.paces.map(({ burst }) => burst) ?? [],
  ])
  const first = messages.find((message) => laneOf(message) === LANES.reply)
  if (!claim || !first) return []
  return rows.map(({ id, channel, address, language, created_at: createdAt, heard_at: heardAt }) => ({
    id, chatId, channel, address, language, lane: LANES.reply, reply: first.reply,
    partsSent: 0, attempts: 1, doubts: 0, orphan: false, error: null, createdAt, heardAt, until: claim.at + claim.leaseMs,
  })) // prettier-ignore
}

/** As much of a transaction as putting needs. */
export type Told = Pick<Tx, 'run' | 'told'>

export interface Addressed<M extends Message = Message> extends Outgoing<M> {
  chatId: number
}

/**
 * Puts messages for many chats in one statement; those that share one `reply` object share its JSON on the way to the
 * database. None is born claimed: the deliverer is told of the chats after the commit, but finds broadcasts by itself. Returns
 * the chats that got one.
 */
export async function putMany<M extends Message>(tx: Told, messages: Addressed<M>[]): Promise<number[]> {
  const bodies = new Map<M, number>()
  for (const { reply } of messages) if (!bodies.has(reply)) bodies.set(reply, bodies.size + 1)
  const rows = await tx.run(putManyRows, [
    messages.map(({ chatId }) => chatId),
    messages.map(laneOf),
    messages.map(({ uniqueKey }) => uniqueKey ?? null),
    messages.map(({ reply }) => bodies.get(reply)!),
    [...bodies.keys()].map((reply) => JSON.stringify(reply)),
  ])
  const waiting = new Set(messages.filter(({ lane }) => lane !== 'broadcast').map(({ chatId }) => chatId))
  for (const { chat_id: chatId } of rows) if (waiting.has(chatId)) tx.told.add(chatId)
  return rows.map((row) => row.chat_id)
}

const laneOf = ({ lane = 'reply' }: Outgoing): LaneNumber => LANES[lane]
