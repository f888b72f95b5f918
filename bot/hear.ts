/**
 * The one door in. An update is stored, and only then acknowledged; it is answered in a transaction of its own, in the order
 * of its chat, by the one process that holds the chat's claim. What is stored is never forgotten: a process that dies leaves
 * its claims to run out, and another one takes them up.
 *
 * Here is what goes on with the claims. `hear/work.ts` is what happens to a chat that is held, `hear/turn.ts` the
 * transaction, `prisma/statements/updates.ts` the SQL.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { isLost, isTransient } from '../prisma/failure.js'
import { takeLease } from '../prisma/statements/leases.js'
import {
  claimLeft,
  leaveChats,
  renewClaims,
  storeUpdates,
  wipeUpdates,
  type StoredRow,
} from '../prisma/statements/updates.js'
import type { ChannelName, Inbound } from './channels/channel.js'
import { faultOf } from './hear/fault.js'
import type { Gate } from './hear/gate.js'
import { Gather } from './hear/gather.js'
import { HeldChat } from './hear/held.js'
import { LATE_AFTER_MS, Pulse } from './hear/pulse.js'
import { Work, type WorkOptions } from './hear/work.js'

export type { Answer, Dialogue, Put, Turn } from './hear/turn.js'
export type { Log, Prepare } from './hear/work.js'

export interface HearOptions<Prepared, Outgoing, Claimed> extends Omit<
  WorkOptions<Prepared, Outgoing, Claimed>,
  'holder'
> {
  /** A claim that is not renewed runs out after this. ms */
  leaseMs?: number
  /** How often chats without a live claim are looked for. ms */
  sweepMs?: number
  /** Chats of these channels are taken up when somebody left them: those whose files this process can fetch. Left out: all. */
  channels?: readonly ChannelName[]
}

/** A dead process's chats wait this long and one sweep more. ms */
export const LEASE_MS = 10_000
/** So many renewals within a lease: one that fails loses no claim. */
const RENEWALS_PER_LEASE = 3
export const SWEEP_MS = 3_000
/** A process that holds so many chats takes no more of those that were left: others may have room. */
const SWEPT_MAX = 100
/** The next sweep after one that found as many as there was room for. ms */
const SWEEP_AGAIN_MS = 100
/** Updates in one statement that stores. */
const STORED_AT_ONCE_MAX = 100
/** A deadlock while storing is tried again so often. */
const STORE_RUNS_MAX = 5

/** The bodies of finished updates are kept so long (for an operator who looks for a fault), then wiped. Real time. ms */
export const BODY_KEPT_MS = 7 * 24 * 3_600_000
const WIPE_EVERY_MS = 60_000
const WIPED_AT_ONCE_MAX = 1_000
const WIPE_LEASE = 'wipe'

export class Hear<Prepared, Outgoing, Claimed> {
  /** This process, in its claims on chats and on messages that are born claimed */
  readonly holder = randomUUID()
  readonly #options: HearOptions<Prepared, Outgoing, Claimed>
  readonly #leaseMs: number
  readonly #work: Work<Prepared, Outgoing, Claimed>
  /** The result: what kept the update from being stored, or undefined */
  readonly #stores = new Gather<Inbound, Error | undefined>(
    (inbounds) => (this.#storing = this.#storeAll(inbounds)),
    STORED_AT_ONCE_MAX,
  )
  #storing: Promise<unknown> = Promise.resolve()
  readonly #stopped = new AbortController()
  readonly #pulse = new Pulse(LATE_AFTER_MS)
  #loops: Promise<void>[] = []
  #stored = 0
  #duplicates = 0

  constructor(options: HearOptions<Prepared, Outgoing, Claimed>) {
    this.#options = options
    this.#leaseMs = options.leaseMs ?? LEASE_MS
    this.#work = new Work({ ...options, holder: this.holder })
  }

  /** Takes up at once what was left behind, and goes on doing so until `stop`. */
  start(): void {
    const { sweepMs = SWEEP_MS } = this.#options
    this.#pulse.beat()
    this.#loops = [
      this.#loop(
        'sweep',
        async () => {
          const full = await this.#sweep()
          this.#pulse.beat()
          return full ? SWEEP_AGAIN_MS : sweepMs
        },
        0,
      ),
      this.#loop(
        'renew',
        async () => (await this.#renew(), this.#leaseMs / RENEWALS_PER_LEASE),
        this.#leaseMs / RENEWALS_PER_LEASE,
      ),
      this.#loop('wipe', async () => (await this.wipe(), WIPE_EVERY_MS), WIPE_EVERY_MS),
    ]
  }

  /**
   * Stores what a channel heard, in this order within each chat; what was stored before (same channel and key) changes
   * nothing. Returns when it is on disk: only then may the channel acknowledge. Throws what kept it from being stored; others of
   * the same call may then be stored, so the channel hands in all of them again.
   */
  async store(inbounds: Inbound[]): Promise<void> {
    const hindrances = await Promise.all(inbounds.map((inbound) => this.#stores.add(inbound)))
    const hindrance = hindrances.find((each) => each !== undefined)
    if (hindrance !== undefined) throw hindrance
  }

  /**
   * Begins nothing more, waits for the work in hand, gives back the attempts of what does not end within `withinMs`, and
   * lets all chats go. `store` goes on storing, for other processes to answer.
   */
  async stop(withinMs: number): Promise<void> {
    this.#stopped.abort()
    await Promise.allSettled([this.#storing, ...this.#loops])
    await this.#work.stop(withinMs)
    const left = [...this.#work.held.keys()]
    this.#work.held.clear()
    if (left.length > 0) {
      await this.#options.db.run(leaveChats, [left, this.holder]).catch((error: unknown) => {
        this.#options.log.warn(
          { chats: left.length, fault: faultOf(error) },
          'chats were not let go; their claims run out',
        )
      })
    }
  }

  /** Why nothing left behind is taken up any more, in a word or two; undefined: all is well. */
  ailment(): string | undefined {
    return this.#pulse.ailment()
  }

  /** For the metrics page: what happened since the start, and what waits now. */
  counts() {
    return { stored: this.#stored, duplicates: this.#duplicates, ...this.#work.counts() }
  }

  /** Wipes the bodies of updates that were finished `keptMs` ago or earlier; one process at a time. Returns how many. */
  async wipe(keptMs: number = BODY_KEPT_MS): Promise<number> {
    const { db } = this.#options
    const [mine] = await db.run(takeLease, [WIPE_LEASE, this.holder, 2 * WIPE_EVERY_MS])
    let all = 0
    for (let wiped = mine ? WIPED_AT_ONCE_MAX : 0; wiped === WIPED_AT_ONCE_MAX && !this.#stopped.signal.aborted;) {
      wiped = (await db.run(wipeUpdates, [keptMs, WIPED_AT_ONCE_MAX]))[0]?.wiped ?? 0
      all += wiped
    }
    return all
  }

  /** One bad update must not keep the others of its batch out: then each goes alone. */
  async #storeAll(inbounds: Inbound[]): Promise<(Error | undefined)[]> {
    try {
      await this.#storeBatch(inbounds)
      return []
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown))
      if (inbounds.length === 1 || isLost(error)) return inbounds.map(() => error)
    }
    const hindrances: (Error | undefined)[] = []
    for (const inbound of inbounds) hindrances.push((await this.#storeAll([inbound]))[0])
    return hindrances
  }

  async #storeBatch(inbounds: Inbound[]): Promise<void> {
    const batch = [...new Map(inbounds.map((inbound) => [`${inbound.channel} ${inbound.key}`, inbound])).values()]
    const places = this.#placesFor(batch)
    let rows: StoredRow[] = []
    try {
      rows = await this.#runStore(batch, places)
    } finally {
      for (const row of rows)
        if (this.#accept(batch[row.nth - 1]!, row, places[row.nth - 1])) places[row.nth - 1] = undefined
      for (const place of places) place?.leave()
    }
    const stored = rows.filter(({ seq }) => seq !== null).length
    this.#stored += stored
    this.#duplicates += inbounds.length - stored
  }

  /** For the first update of each chat, if it could be begun at once; so its attempt is counted where it is stored. */
  #placesFor(batch: Inbound[]): (Gate | undefined)[] {
    const chats = new Set<string>()
    return batch.map((inbound) => {
      const chat = `${inbound.channel} ${inbound.address}`
      if (chats.has(chat)) return undefined
      chats.add(chat)
      return this.#work.placeFor(inbound)
    })
  }

  async #runStore(batch: Inbound[], places: (Gate | undefined)[]): Promise<StoredRow[]> {
    for (let run = 1; ; run++) {
      const holder = this.#stopped.signal.aborted ? null : this.holder
      try {
        return await this.#options.db.run(storeUpdates, [
          batch.map((inbound) => inbound.channel),
          batch.map((inbound) => inbound.address),
          batch.map((inbound) => inbound.key),
          batch.map((inbound) => JSON.stringify(inbound)),
          batch.map((inbound) => languageOf(inbound)),
          batch.map(presenceIn),
          places.map((place) => place !== undefined),
          holder,
          holder === null ? 0 : this.#leaseMs,
        ])
      } catch (error) {
        if (run === STORE_RUNS_MAX || !isTransient(error)) throw error
      }
    }
  }

  /** True: the kept place is used. */
  #accept(inbound: Inbound, row: StoredRow, place: Gate | undefined): boolean {
    const { chat_id: id, seq, attempts, before, mine, clean } = row
    if (!mine) return false
    const known = this.#work.held.get(id)
    const chat = known ?? new HeldChat(id, before, !clean)
    const begun = attempts !== null && attempts > 0
    // Claimed for an update that a copy of it, stored at the same moment, had brought already: the database knows what is undone.
    if (seq === null) chat.more = true
    else chat.add({ seq, inbound, attempts: attempts ?? 0, begun, suspect: false, faults: 0 }, before)
    if (known) return false
    if (begun) chat.place = place
    this.#work.serve(chat)
    return begun
  }

  /** Whether there may be more than there was room for. */
  async #sweep(): Promise<boolean> {
    const { held } = this.#work
    const room = SWEPT_MAX - held.size
    if (room <= 0) return true
    const left = await this.#options.db.run(claimLeft, [
      this.holder,
      this.#leaseMs,
      room,
      this.#options.channels ?? null,
    ])
    for (const { id } of left) {
      const chat = held.get(id)
      if (chat) chat.more = true
      else this.#work.serve(new HeldChat(id, 0, true))
    }
    return left.length === room
  }

  /** A claim that was lost is noticed by whoever works on the chat: nothing is counted or taken without it. */
  async #renew(): Promise<void> {
    const ids = [...this.#work.held.keys()]
    if (ids.length > 0) await this.#options.db.run(renewClaims, [ids, this.holder, this.#leaseMs])
  }

  /** Runs `work`, then again after as many ms as it says, until `stop`. */
  async #loop(name: string, work: () => Promise<number>, firstMs: number): Promise<void> {
    const { signal } = this.#stopped
    for (let waitMs = firstMs; ;) {
      await sleep(waitMs, undefined, { signal, ref: false }).catch(() => undefined)
      if (signal.aborted) return
      try {
        waitMs = await work()
      } catch (error) {
        waitMs = LOOP_RETRY_MS
        this.#options.log.warn({ loop: name, fault: faultOf(error) }, 'a loop of hear failed and goes on')
      }
    }
  }
}

/** After a failed round of a loop. ms */
const LOOP_RETRY_MS = 1_000

/** Whether the person is there after it; null: it is not theirs, and tells nothing of them. */
const presenceIn = ({ heard: { kind } }: Inbound): boolean | null =>
  kind === 'colleague' ? null : kind !== 'left' && kind !== 'withdrew'

/** Of the first contact: what the platform says of the person, in one of our two languages; null: it says nothing. */
const languageOf = ({ language }: Inbound): 'vi' | 'en' | null =>
  language === undefined ? null : /^en\b/i.test(language) ? 'en' : 'vi'
