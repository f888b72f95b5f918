/** A chat whose claim this process holds, and those of its undone updates that are in memory. */
import type { Inbound } from '../channels/channel.js'
import type { Gate } from './gate.js'

export interface Waiting {
  seq: number
  inbound: Inbound
  /** Starts counted so far */
  attempts: number
  /** The start that comes next, or is under way, is among them */
  begun: boolean
  /** A process that is gone started it and did not finish it: it may be what killed that process */
  suspect: boolean
  /** Starts that this process saw fail */
  faults: number
  /** What went wrong last time, fit for an operator's eyes */
  fault?: string
}

/** Beyond so many, a chat's updates stay in the database until these are done. */
export const QUEUE_MAX = 200

export class HeldChat {
  readonly id: number
  /** The oldest undone updates of the chat, without a gap */
  queue: Waiting[] = []
  /** The database may hold undone updates after those of the queue. */
  more: boolean
  /** A place that was kept for its first update while that was being stored */
  place: Gate | undefined
  #known: number

  /** `known`: of the chat's updates up to this sequence none is undone, or `more` is true. */
  constructor(id: number, known: number, more: boolean) {
    this.id = id
    this.#known = known
    this.more = more
  }

  /**
   * An update that this process has just stored. `before` is the chat's last sequence before its batch: where that is not
   * the last one known here, another process stored something in between, and the database is asked when the queue is done.
   */
  add(update: Waiting, before: number): void {
    if (update.seq <= this.#known) return
    if (this.more || before > this.#known || this.queue.length >= QUEUE_MAX) {
      this.more = true
      return
    }
    this.queue.push(update)
    this.#known = update.seq
  }

  /** The database is asked for what is undone; what is stored from here on may not be in its answer. */
  asking(): void {
    this.queue = []
    this.more = false
  }

  /** Its answer: the oldest undone updates, `QUEUE_MAX` at most, when the chat's last sequence was `lastSeq`. */
  answered(undone: Waiting[], lastSeq: number): void {
    const full = undone.length >= QUEUE_MAX
    this.queue = full ? undone : [...undone, ...this.queue.filter((update) => update.seq > lastSeq)]
    this.#known = full ? undone[undone.length - 1]!.seq : Math.max(this.#known, lastSeq)
    this.more ||= full
  }
}
