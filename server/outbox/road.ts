/** The way to one platform, as this process sees it: how many calls are under way, how many may be, who waits for one. */
import type { Channel } from '../../bot/channels/channel.js'
import type { ChatPace } from '../../domain/outbox.js'
import type { LaneNumber } from '../../prisma/statements/outbox.js'
import { Allowance, type AllowanceOptions } from './allowance.js'

const LANES: readonly LaneNumber[] = [0, 1, 2]
/**
 * Messages of a lane that may be claimed before there is a call for them, and wait for it in hand: calls are granted for a moment
 * only, which on a busy machine is over before a claim is answered. Broadcasts can wait where they are.
 */
const WAITING_MAX: Readonly<Record<LaneNumber, number>> = { 0: 8, 1: 8, 2: 0 }
/** So many calls without an answer, and none with one between them: the platform is down, not one message bad. */
const DOWN_AFTER = 5

export interface RoadOptions extends Pick<AllowanceOptions, 'sql' | 'granted'> {
  channel: Channel
  callsAtOnce: number
}

export class Road {
  readonly channel: Channel
  readonly allowance: Allowance
  readonly pace: ChatPace
  /** Chats that have something of this lane to send, and no call for it yet; the database may know better by now. */
  readonly parked = LANES.map(() => new Set<number>())
  readonly #callsAtOnce: number
  #calls = 0
  #unanswered = 0

  constructor({ channel, sql, callsAtOnce, granted }: RoadOptions) {
    const { chat, all } = channel.pace
    this.channel = channel
    this.allowance = new Allowance({ sql, channel: channel.name, pace: all, granted })
    this.pace = {
      channel: channel.name,
      intervalMs: chat.perSecond > 0 ? 1_000 / chat.perSecond : 0,
      burst: Math.max(1, chat.burst),
    }
    this.#callsAtOnce = callsAtOnce
  }

  get calls(): number {
    return this.#calls
  }

  begin(): void {
    this.#calls += 1
  }

  end(): void {
    this.#calls -= 1
  }

  unanswered(): void {
    this.#unanswered += 1
  }

  /** A call was answered. True: the platform was down and is back. */
  answered(): boolean {
    const wasDown = this.#unanswered >= DOWN_AFTER
    this.#unanswered = 0
    return wasDown
  }

  /** How many messages of this lane may be claimed now. */
  room(lane: LaneNumber): number {
    const ahead = Math.max(0, WAITING_MAX[lane] - this.allowance.waiting(lane))
    return Math.min(this.#places(lane), this.allowance.onHand(lane) + ahead)
  }

  /** A quarter of the places is kept from alerts, a half from broadcasts. */
  #places(lane: LaneNumber): number {
    return Math.max(0, Math.ceil((this.#callsAtOnce * (4 - lane)) / 4) - this.#calls)
  }

  /** Those for whom there is room now; for the others calls are asked for. */
  unpark(): number[] {
    const chats: number[] = []
    for (const lane of LANES) {
      const parked = this.parked[lane]!
      for (const chat of parked) {
        if (chats.length >= this.room(lane)) break
        parked.delete(chat)
        chats.push(chat)
      }
      const places = this.#places(lane)
      if (parked.size > 0 && places > chats.length) this.allowance.ask(lane, Math.min(parked.size, places))
    }
    return chats
  }
}
