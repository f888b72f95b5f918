/**
 * Delivers what `domain/outbox.put` put: claims, sends, settles. Any number of processes may run it on one database.
 *
 * A chat is looked at when somebody nudges it, when its time comes, or when the look-out finds it; the claim statement then
 * says which row of it may go, if any. This class is what goes on between these; `deliver.ts` is one message,
 * `prisma/statements/outbox.ts` the SQL.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Channel, ChannelName, Reply } from '../../bot/channels/channel.js'
import type { Log } from '../../bot/hear.js'
import { faultOf } from '../../bot/hear/fault.js'
import { LATE_AFTER_MS, Pulse } from '../../bot/hear/pulse.js'
import { LANE_NAMES, put, type Claim, type ClaimedRow, type Outgoing } from '../../domain/outbox.js'
import { claimRows, type ClaimAnswer, type LaneNumber } from '../../prisma/statements/outbox.js'
import { anythingUnsent, buryUnreachable, endBackOffs } from '../../prisma/statements/outbox-sweep.js'
import type { Database, Tx } from '../../prisma/tx.js'
import { namedLease } from '../lease.js'
import type { Fit, Flight } from './deliver.js'
import { Flights, type Ending } from './flights.js'
import { KEEP_EVERY_MS, KEEP_LEASE, keepOutbox } from './keep.js'
import { Lookout } from './lookout.js'
import { Road } from './road.js'
import { OUTBOX_SETTINGS, type OutboxSettings } from './settings.js'
import { Wakes } from './wakes.js'

export interface OutboxOptions {
  db: Database
  /** What this process can send to; messages for other channels wait for other processes. */
  channels: ReadonlyMap<ChannelName, Channel>
  fit: Fit
  log: Log
  /** This process, unlike any other that runs or ever ran */
  holder?: string
  settings?: Partial<OutboxSettings>
  /** Delivers to these chats and no others; may grow. */
  only?: { chatIds: ReadonlySet<number> }
}

/** Chats in one claim */
const CLAIMED_AT_ONCE_MAX = 100
/** Renewals within a lease: one that fails loses no claim. */
const RENEWALS_PER_LEASE = 3
/** Somebody else locks the chat for the length of a statement or a turn. ms */
const BUSY_MS = 20
/** Another process holds a message of the chat: it goes on with the chat itself, unless this one was put at that very moment. ms */
const HELD_MS = 100
/** After the database failed. ms */
const LOST_RETRY_MS = 500
/** `idle` looks again after this when nothing tells it. ms */
const IDLE_LOOK_MS = 50

export class OutboxLoop {
  readonly holder: string
  readonly #options: OutboxOptions
  readonly #settings: OutboxSettings
  readonly #roads: ReadonlyMap<ChannelName, Road>
  readonly #flights: Flights
  readonly #lookout: Lookout
  readonly #wakes = new Wakes((chatId) => this.nudge([chatId]))
  readonly #due = new Set<number>()
  readonly #deadLanes: LaneNumber[]
  readonly #stopped = new AbortController()
  readonly #pulse = new Pulse(LATE_AFTER_MS)
  #loops: Promise<void>[] = []
  #deaf: () => void = () => undefined
  #claiming: Promise<void> | undefined
  #running = false
  #takenOver = 0
  #asked = false
  #databaseLost = false

  constructor(options: OutboxOptions) {
    const { db, channels, fit, log, holder = randomUUID() } = options
    this.holder = holder
    this.#options = options
    this.#settings = { ...OUTBOX_SETTINGS, ...options.settings }
    const { callsAtOnce, unreachable } = this.#settings
    const granted = () => this.#claim()
    this.#roads = new Map(
      [...channels].map(([name, channel]) => [name, new Road({ channel, sql: db, callsAtOnce, granted })]),
    )
    this.#deadLanes = LANE_NAMES.flatMap((lane, i) => (unreachable[lane] === 'dead' ? [i as LaneNumber] : []))
    this.#lookout = new Lookout(
      db,
      this.#roads,
      (chatIds, lane) => this.#deadLanes.includes(lane) && void this.#bury(chatIds),
    )
    this.#flights = new Flights({
      db, fit, log, holder,
      settings: this.#settings,
      roads: this.#roads,
      landed: (flight, ending) => this.#landed(flight, ending),
      back: (channel) => void this.#endBackOffs(channel),
    }) // prettier-ignore
  }

  /** Takes up at once what was left behind, and goes on until `stop`. */
  start(): void {
    this.#running = true
    this.#deaf = this.#options.db.onTold((chatIds) => this.nudge(chatIds))
    this.#pulse.beat()
    const { sweepMs, leaseMs } = this.#settings
    const renewMs = leaseMs / RENEWALS_PER_LEASE
    this.#loops = [
      this.#loop('sweep', () => this.#sweep().then(() => this.#pulse.beat()), () => sweepMs * (0.8 + Math.random() * 0.4), 0),
      this.#loop('renew', () => this.#flights.renew(), () => renewMs, renewMs),
    ] // prettier-ignore
    if (this.#options.only) return
    const lease = namedLease(this.#options.db, KEEP_LEASE, this.holder, 2 * KEEP_EVERY_MS)
    this.#loops.push(
      this.#loop(
        'keep',
        () => keepOutbox(this.#options.db, lease, this.#settings),
        () => KEEP_EVERY_MS,
        0,
      ),
    )
  }

  /** Why nothing that waits is sent any more, in a word or two; undefined: all is well. */
  ailment(): string | undefined {
    return this.#pulse.ailment()
  }

  /**
   * Begins nothing more, waits for the calls in hand, cuts those that do not end within `withinMs`, and lets everything else
   * go for other processes.
   */
  async stop(withinMs: number): Promise<void> {
    this.#running = false
    this.#deaf()
    this.#stopped.abort()
    this.#wakes.close()
    for (const road of this.#roads.values()) road.allowance.close()
    await this.#claiming
    await this.#flights.stop(withinMs)
    await Promise.allSettled(this.#loops)
  }

  /** Puts messages in a turn's transaction; the rows it returns are handed to `sendClaimed` after the commit. */
  readonly put = (tx: Tx, chatId: number, messages: Outgoing<Reply>[]): Promise<ClaimedRow<Reply>[]> =>
    put(tx, chatId, messages, this.claim())

  /**
   * What `put` may claim for this process. No calls are taken in advance: what turns on other channels, or with nothing to say,
   * had taken ran out unused, and at 40 turns a second left alerts 4 of the platform's 30 calls.
   */
  claim(): Claim | undefined {
    const at = performance.now()
    if (!this.#running || this.#options.only) return undefined
    const paces = [...this.#roads.values()].flatMap((road) => (road.room(0) >= 1 ? [road.pace] : []))
    return { holder: this.holder, leaseMs: this.#settings.leaseMs, paces, at }
  }

  /** After the commit: sends the rows that were born claimed; looks at the chat when none was. */
  sendClaimed(chatId: number, rows: ClaimedRow<Reply>[]): void {
    for (const row of rows) this.#send(row)
    if (rows.length === 0) this.nudge([chatId])
  }

  /** These chats may have something to send. */
  nudge(chatIds: Iterable<number>): void {
    const only = this.#options.only?.chatIds
    for (const id of chatIds) {
      if (only && !only.has(id)) continue
      // What follows in the same lane is looked for when this one has landed.
      if (this.#flights.hasReply(id)) this.#flights.lookAgain(id)
      else this.#due.add(id)
    }
    this.#claim()
  }

  /** Resolves when nothing waits to be sent to this chat. Rejects when `signal` is aborted. */
  async idle(chatId: number, signal?: AbortSignal): Promise<void> {
    for (;;) {
      signal?.throwIfAborted()
      const landing = this.#flights.nextLanding(chatId)
      const [row] = await this.#options.db.run(anythingUnsent, [chatId])
      if (!row!.waits) return
      await Promise.race([landing, sleep(IDLE_LOOK_MS, undefined, { signal })])
    }
  }

  /** For the metrics page: what happened since the start, and what is in hand now. */
  counts() {
    const parked = [...this.#roads.values()].flatMap((road) => road.parked).reduce((sum, { size }) => sum + size, 0)
    return { ...this.#flights.counts(), takenOver: this.#takenOver, parked }
  }

  /** Claims as long as there is somebody to claim for. */
  #claim(): void {
    this.#asked = true
    if (!this.#running || this.#claiming) return
    // What else this round of the event loop brings goes along.
    this.#claiming = new Promise<void>((resolve) => setImmediate(() => resolve(this.#claimAll())))
  }

  async #claimAll(): Promise<void> {
    while (this.#running) {
      this.#asked = false
      for (const road of this.#roads.values()) for (const chat of road.unpark()) this.#due.add(chat)
      const chats = this.#takeDue()
      try {
        if (chats.length > 0) await this.#claimFor(chats)
        else if (!(await this.#fed()) && !this.#asked) break
        this.#databaseBack()
      } catch (error) {
        for (const chat of chats) this.#due.add(chat)
        this.#databaseFailed(error)
        await sleep(LOST_RETRY_MS, undefined, { signal: this.#stopped.signal }).catch(() => undefined)
      }
    }
    this.#claiming = undefined
  }

  #takeDue(): number[] {
    const chats: number[] = []
    for (const chat of this.#due) {
      if (chats.length === CLAIMED_AT_ONCE_MAX) break
      this.#due.delete(chat)
      chats.push(chat)
    }
    return chats
  }

  /** Whether broadcasts came in sight. */
  async #fed(): Promise<boolean> {
    return this.#options.only ? false : this.#lookout.feed()
  }

  async #claimFor(chats: number[]): Promise<void> {
    const roads = [...this.#roads.values()]
    const { leaseMs } = this.#settings
    const at = performance.now()
    const answers = await this.#options.db.run(claimRows, [
      chats,
      this.holder,
      leaseMs,
      roads.map(({ pace }) => pace.channel),
      roads.map(({ pace }) => pace.intervalMs),
      roads.map(({ pace }) => pace.burst),
      roads.map((road) => road.room(0)),
      roads.map((road) => road.room(1)),
      roads.map((road) => road.room(2)),
    ])
    for (const answer of answers) this.#act(answer, at + leaseMs)
  }

  #act(answer: ClaimAnswer, until: number): void {
    const { chat_id: chatId, channel, lane, state, wait_ms: waitMs } = answer
    if (state === 'claimed') {
      if (answer.orphan) this.#takenOver += 1
      this.#send(claimedRow(answer, until))
    } else if (state === 'full') this.#roads.get(channel)!.parked[lane]!.add(chatId)
    else if (state === 'later') this.#wakes.at(chatId, waitMs!)
    else if (state === 'busy') this.#wakes.at(chatId, BUSY_MS)
    else if (state === 'unreachable') void this.#bury([chatId])
    else if (this.#flights.has(chatId)) this.#flights.lookAgain(chatId)
    else if (lane < 2) this.#wakes.at(chatId, HELD_MS)
  }

  /** On a busy machine the call that it was claimed for may have run out meanwhile: it waits for another one, claimed as it is. */
  #send(row: ClaimedRow<Reply>): void {
    const road = this.#roads.get(row.channel)
    this.#flights.begin(row, this.#running && road?.allowance.spend(row.lane) === true)
  }

  #landed({ row }: Flight, { more, waitMs, unreachable }: Ending): void {
    if (!this.#running) return
    if (unreachable) void this.#bury([row.chatId])
    if (waitMs !== null) this.#wakes.at(row.chatId, waitMs)
    if (more) this.nudge([row.chatId])
    else this.#claim()
  }

  /** What waits since the platform was down need not wait any longer. */
  async #endBackOffs(channel: ChannelName): Promise<void> {
    try {
      const ended = await this.#options.db.run(endBackOffs, [channel])
      this.#options.log.info({ channel, chats: ended.length }, 'outbox: a platform answers again')
      if (this.#running) this.nudge(ended.map(({ chat_id: chatId }) => chatId))
    } catch (error) {
      this.#databaseFailed(error)
    }
  }

  async #sweep(): Promise<void> {
    const { only } = this.#options
    this.nudge(only ? only.chatIds : await this.#lookout.sweep())
  }

  /** Gives up what waits in lanes that do not wait for the unreachable. */
  async #bury(chatIds: number[]): Promise<void> {
    if (this.#deadLanes.length === 0) return
    try {
      const buried = await this.#options.db.run(buryUnreachable, [chatIds, this.#deadLanes])
      this.#flights.countDead(buried.length)
    } catch (error) {
      this.#databaseFailed(error)
    }
  }

  #databaseFailed(error: unknown): void {
    if (!this.#databaseLost && this.#running)
      this.#options.log.warn({ fault: faultOf(error) }, 'outbox: the database does not answer')
    this.#databaseLost = true
  }

  #databaseBack(): void {
    if (this.#databaseLost) this.#options.log.info({}, 'outbox: the database answers again')
    this.#databaseLost = false
  }

  /** Runs `work`, and again after `everyMs`, until `stop`. */
  async #loop(name: string, work: () => Promise<unknown>, everyMs: () => number, firstMs: number): Promise<void> {
    const { signal } = this.#stopped
    for (let waitMs = firstMs; ; waitMs = everyMs()) {
      await sleep(waitMs, undefined, { signal, ref: false }).catch(() => undefined)
      if (signal.aborted) return
      await work().catch((error: unknown) => {
        this.#options.log.warn({ loop: name, fault: faultOf(error) }, 'a loop of the outbox failed and goes on')
      })
    }
  }
}

const claimedRow = (answer: ClaimAnswer, until: number): ClaimedRow<Reply> => ({
  id: answer.id,
  chatId: answer.chat_id,
  channel: answer.channel,
  address: answer.address,
  language: answer.language,
  lane: answer.lane,
  reply: answer.body as Reply,
  partsSent: answer.parts_sent,
  attempts: answer.attempts,
  doubts: answer.doubts,
  orphan: answer.orphan,
  error: answer.error,
  createdAt: answer.created_at,
  heardAt: answer.heard_at,
  until,
})
