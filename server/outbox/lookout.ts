/**
 * Finds what nobody spoke of: messages of a process that died, back-offs that are over, broadcasts. What it finds are chats; the
 * claim decides. Each look costs the same however much waits: the queue is walked in windows, from where the last one ended.
 */
import type { ChannelName } from '../../bot/channels/channel.js'
import type { LaneNumber } from '../../prisma/statements/outbox.js'
import { touchedChats, walkQueue } from '../../prisma/statements/outbox-sweep.js'
import type { Sql } from '../../prisma/tx.js'
import type { Road } from './road.js'

/** Rows looked at by one statement: about 1 ms of the database. */
const WINDOW = 1_000
/** What was left by others is a few; but where a platform is missing in this process, all its back-offs are passed over. */
const TOUCHED_WINDOW = 5_000
/** Replies and alerts younger than this are about to be sent by whoever put them. ms */
const AGED_MS = 500
const BROADCAST: LaneNumber = 2
/** With fewer broadcasts in sight than this, more are looked for. */
const IN_SIGHT_MIN = 64

export class Lookout {
  readonly #sql: Sql
  readonly #roads: ReadonlyMap<ChannelName, Road>
  readonly #unreachable: (chatIds: number[], lane: LaneNumber) => void
  readonly #after = new Map<string, number>()
  /** Their queue was walked to its end; again after the next sweep. */
  readonly #walked = new Set<ChannelName>()

  constructor(
    sql: Sql,
    roads: ReadonlyMap<ChannelName, Road>,
    unreachable: (chatIds: number[], lane: LaneNumber) => void,
  ) {
    this.#sql = sql
    this.#roads = roads
    this.#unreachable = unreachable
  }

  /** Chats to look at now. */
  async sweep(): Promise<number[]> {
    this.#walked.clear()
    const channels = [...this.#roads.keys()]
    const [touched, replies, alerts] = await Promise.all([
      this.#sql.run(touchedChats, [channels, TOUCHED_WINDOW]),
      this.#walk(0, channels, AGED_MS),
      this.#walk(1, channels, AGED_MS),
    ])
    return [...touched.map((row) => row.chat_id), ...replies.chats, ...alerts.chats]
  }

  /** Parks the next broadcasts of every road that has few in sight. Whether there were any. */
  async feed(): Promise<boolean> {
    let found = false
    for (const [channel, road] of this.#roads) {
      const parked = road.parked[BROADCAST]!
      if (parked.size >= IN_SIGHT_MIN || this.#walked.has(channel)) continue
      const { chats, end } = await this.#walk(BROADCAST, [channel], 0)
      if (end) this.#walked.add(channel)
      for (const chat of chats) parked.add(chat)
      found ||= chats.length > 0
    }
    return found
  }

  async #walk(lane: LaneNumber, channels: ChannelName[], agedMs: number): Promise<{ chats: number[]; end: boolean }> {
    const place = `${lane} ${channels.join()}`
    const [walked] = await this.#sql.run(walkQueue, [lane, this.#after.get(place) ?? 0, WINDOW, channels, agedMs])
    const end = walked!.looked < WINDOW
    this.#after.set(place, end ? 0 : walked!.last!)
    if (walked!.unreachable.length > 0) this.#unreachable(walked!.unreachable, lane)
    return { chats: walked!.chats, end }
  }
}
