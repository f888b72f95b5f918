/** The messages in the hands of this process: sent, kept from running out, and what became of them written down. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ChannelName, Reply } from '../../bot/channels/channel.js'
import type { Log } from '../../bot/hear.js'
import { faultOf } from '../../bot/hear/fault.js'
import { Gate } from '../../bot/hear/gate.js'
import { Gather } from '../../bot/hear/gather.js'
import { within } from '../../bot/hear/within.js'
import type { ClaimedRow } from '../../domain/outbox.js'
import { isLost, isTransient } from '../../prisma/failure.js'
import { markRows, recordParts, renewRows, type Mark } from '../../prisma/statements/outbox.js'
import type { Sql } from '../../prisma/tx.js'
import { deliver, untried, type Fit, type Flight } from './deliver.js'
import type { Road } from './road.js'
import type { OutboxSettings } from './settings.js'

/** Marks, and records of parts, in one statement */
const GATHERED_MAX = 200
/** Between tries to write down what became of a message, while the database is lost. ms */
const MARK_RETRY_MS = 200
/** Tries that fail for another reason; then the lease runs out and the message is sent again. */
const MARK_TRIES_MAX = 5
/** So often left by a process that died, a message may be what killed it. */
const SUSPECT_DOUBTS = 2
/** A call that was cut may say what became of it for so long. ms */
const CUT_GRACE_MS = 2_000

/** How a message left this process's hands. */
export interface Ending {
  /** The chat has something else to send, or this again at once. */
  more: boolean
  /** This again after so long. ms */
  waitMs: number | null
  unreachable: boolean
}

export interface FlightsOptions {
  db: Sql
  fit: Fit
  log: Log
  holder: string
  settings: OutboxSettings
  roads: ReadonlyMap<ChannelName, Road>
  landed: (flight: Flight, ending: Ending) => void
  /** This platform was down, and answers again. */
  back: (channel: ChannelName) => void
}

interface Parts {
  id: number
  made: number
  platformId: string | null
  road: Road
}

export class Flights {
  readonly #options: FlightsOptions
  readonly #flights = new Map<number, Flight>()
  readonly #chats = new Map<number, { flights: number; replies: number; again: boolean; tell: (() => void)[] }>()
  readonly #marks: Gather<Mark, { more: boolean } | undefined>
  readonly #parts: Gather<Parts, number | undefined>
  /** Suspects go one at a time, so that a deadly one takes no innocents with it again and again. */
  readonly #suspects = new Gate(1)
  readonly #over = new Set<Promise<void>>()
  readonly #counts = { sent: 0, unknown: 0, retried: 0, dead: 0, doubts: 0, lost: 0 }
  #stopping = false
  #abandoned = false

  constructor(options: FlightsOptions) {
    this.#options = options
    this.#marks = new Gather((marks) => this.#markAll(marks), GATHERED_MAX)
    this.#parts = new Gather((parts) => this.#recordAll(parts), GATHERED_MAX)
  }

  has(chatId: number): boolean {
    return this.#chats.has(chatId)
  }

  /** A reply to this chat is under way: nothing else of that lane can be claimed. */
  hasReply(chatId: number): boolean {
    return (this.#chats.get(chatId)?.replies ?? 0) > 0
  }

  /** When what is under way has landed, the chat is looked at again. */
  lookAgain(chatId: number): void {
    const chat = this.#chats.get(chatId)
    if (chat) chat.again = true
  }

  /** Resolves when a message to this chat has landed; never, when none is under way. */
  nextLanding(chatId: number): Promise<void> {
    return new Promise((resolve) => this.#chats.get(chatId)?.tell.push(resolve))
  }

  counts() {
    return { ...this.#counts, inFlight: this.#flights.size }
  }

  countDead(messages: number): void {
    this.#counts.dead += messages
  }

  /** `called`: the platform's next call is this message's; else it waits for one, and is let go again only by a stop. */
  begin(row: ClaimedRow<Reply>, called: boolean): void {
    const flight: Flight = { row, until: row.until, cut: new AbortController() }
    const chat = this.#chats.get(row.chatId) ?? { flights: 0, replies: 0, again: false, tell: [] }
    this.#chats.set(row.chatId, chat)
    this.#flights.set(row.id, flight)
    chat.flights += 1
    if (row.lane === 0) chat.replies += 1
    const over = this.#fly(flight, called).finally(() => this.#over.delete(over))
    this.#over.add(over)
  }

  /** Renews the leases that are not fresh. */
  async renew(): Promise<void> {
    const { db, holder, settings } = this.#options
    const at = performance.now()
    const old = [...this.#flights.values()].filter(({ until }) => until - at < (settings.leaseMs * 3) / 4)
    if (old.length === 0) return
    const renewed = await db.run(renewRows, [old.map(({ row }) => row.id), holder, settings.leaseMs])
    for (const { id } of renewed) {
      const flight = this.#flights.get(id)
      if (flight) flight.until = at + settings.leaseMs
    }
  }

  async stop(withinMs: number): Promise<void> {
    this.#stopping = true
    this.#suspects.close()
    const over = () => Promise.all(this.#over)
    await within(withinMs, over()).catch(async () => {
      for (const { cut } of this.#flights.values()) cut.abort()
      await within(CUT_GRACE_MS, over()).catch(() => {
        this.#options.log.warn({ messages: this.#flights.size }, 'outbox: messages were left; their leases run out')
      })
    })
    this.#abandoned = true
  }

  async #fly(flight: Flight, called: boolean): Promise<void> {
    const { row } = flight
    const road = this.#options.roads.get(row.channel)
    road?.begin()
    const may = road && (called || (await road.allowance.one(row.lane))) && !this.#stopping
    const mark = may ? await this.#deliver(flight, road) : untried(row)
    const marked = await this.#settle(mark)
    this.#flights.delete(row.id)
    road?.end()
    this.#count(flight, mark, marked !== undefined)
    if (mark.status === 'sent' && road?.answered()) this.#options.back(row.channel)
    else if (mark.wait_ms !== null && !mark.pauses) road?.unanswered()
    const chat = this.#chats.get(row.chatId)!
    chat.flights -= 1
    if (row.lane === 0) chat.replies -= 1
    if (chat.flights === 0) this.#chats.delete(row.chatId)
    const { again } = chat
    chat.again = false
    for (const tell of chat.tell.splice(0)) tell()
    const { wait_ms: waitMs, unreachable, status } = mark
    const free = status === 'unsent' && waitMs === null && !unreachable
    this.#options.landed(flight, {
      more: again || (marked?.more ?? false) || (marked !== undefined && free),
      waitMs,
      unreachable,
    })
  }

  async #deliver(flight: Flight, road: Road): Promise<Mark> {
    const { row } = flight
    if (!row.orphan || row.doubts < SUSPECT_DOUBTS) return deliver(flight, this.#tools(flight, road))
    if (!(await this.#suspects.enter())) return untried(row)
    try {
      return await deliver(flight, this.#tools(flight, road))
    } finally {
      this.#suspects.leave()
    }
  }

  #tools(flight: Flight, road: Road) {
    const { fit, settings } = this.#options
    const { row } = flight
    return {
      channel: road.channel,
      fit,
      settings,
      stopping: () => this.#stopping,
      nextCall: () => road.allowance.one(row.lane),
      record: async (made: number, platformId: string | null) => {
        const at = performance.now()
        const waitMs = await this.#recorded({ id: row.id, made, platformId, road })
        if (waitMs !== undefined) flight.until = at + settings.leaseMs
        return waitMs
      },
    }
  }

  async #recorded(parts: Parts): Promise<number | undefined> {
    while (!this.#abandoned) {
      try {
        return await this.#parts.add(parts)
      } catch (error) {
        if (!isLost(error) && !isTransient(error)) {
          this.#options.log.error({ fault: faultOf(error) }, 'outbox: parts were not recorded')
          return undefined
        }
        await sleep(MARK_RETRY_MS)
      }
    }
    return undefined
  }

  /** Writes it down, however long the database is lost. Undefined: another process took the message over. */
  async #settle(mark: Mark): Promise<{ more: boolean } | undefined> {
    for (let tries = 1; !this.#abandoned; tries++) {
      try {
        // One that the database refuses must not keep the others of its batch out: the next time it goes alone.
        return tries === 1 ? await this.#marks.add(mark) : (await this.#markAll([mark]))[0]
      } catch (error) {
        const passes = isLost(error) || isTransient(error)
        if (!passes && tries >= MARK_TRIES_MAX) {
          this.#options.log.error(
            { id: mark.id, fault: faultOf(error) },
            'outbox: what became of a message was not recorded',
          )
          return undefined
        }
        await sleep(MARK_RETRY_MS)
      }
    }
    return undefined
  }

  #count({ row }: Flight, mark: Mark, ours: boolean): void {
    const counts = this.#counts
    counts.doubts += mark.doubts
    if (!ours) counts.lost += 1
    else if (mark.status === 'sent') counts[mark.error === null ? 'sent' : 'unknown'] += 1
    else if (mark.status === 'dead') counts.dead += 1
    else counts.retried += 1
    if (!ours)
      this.#options.log.warn({ id: row.id }, 'outbox: a message was taken over by another process while it was sent')
    if (mark.status === 'dead')
      this.#options.log.error({ id: row.id, chat: row.chatId, why: mark.error }, 'outbox: a message was given up')
  }

  async #markAll(marks: Mark[]): Promise<({ more: boolean } | undefined)[]> {
    const rows = await this.#options.db.run(markRows, [JSON.stringify(marks), this.#options.holder])
    const marked = new Map(rows.map((row) => [row.id, row]))
    return marks.map(({ id }) => marked.get(id))
  }

  async #recordAll(parts: Parts[]): Promise<(number | undefined)[]> {
    const { db, holder, settings } = this.#options
    const rows = await db.run(recordParts, [
      parts.map(({ id }) => id),
      parts.map(({ made }) => made),
      parts.map(({ platformId }) => platformId),
      parts.map(({ road }) => road.pace.intervalMs),
      parts.map(({ road }) => road.pace.burst),
      holder,
      settings.leaseMs,
    ])
    const waits = new Map(rows.map((row) => [row.id, row.wait_ms]))
    return parts.map(({ id }) => waits.get(id))
  }
}
