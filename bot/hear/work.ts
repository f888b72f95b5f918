/** What happens to a chat whose claim this process holds: its updates one after the other, each with its attempts. */
import { setTimeout as sleep } from 'node:timers/promises'
import { isLost } from '../../prisma/failure.js'
import {
  countAttempts,
  giveBackAttempts,
  giveBackFreeAttempts,
  releaseChat,
  undoneUpdates,
} from '../../prisma/statements/updates.js'
import type { Inbound } from '../channels/channel.js'
import { faultOf } from './fault.js'
import { Gate } from './gate.js'
import { Gather } from './gather.js'
import { QUEUE_MAX, type HeldChat, type Waiting } from './held.js'
import { takeTurn, type Ending, type TurnTools } from './turn.js'
import { within } from './within.js'

/**
 * Fetches an update's file, stores it, reads what is on it: everything that takes time or a network, before the
 * transaction. May be run again for the same update. An expected refusal is a value; what it throws counts as a failed attempt.
 */
export type Prepare<Prepared> = (inbound: Inbound, chatId: number, signal: AbortSignal) => Promise<Prepared | null>

/** As pino has it. */
export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export interface WorkOptions<Prepared, Outgoing, Claimed> extends TurnTools<Prepared, Outgoing, Claimed> {
  prepare: Prepare<Prepared>
  log: Log
  /** After a commit that put messages; those that were born claimed wait for this process's deliverer. */
  sent?: (chatId: number, claimed: Claimed[]) => void
  /** Each turn reads the house clock's offset; whoever keeps it may learn it here. ms */
  learn?: (offsetMs: number) => void
  /** Turns at once; each needs a database connection, so this stays below the pool's size. */
  turns?: number
  /** Files fetched and read at once */
  preparations?: number
  prepareMaxMs?: number
  /** Before the second and the third attempt. ms */
  retryMs?: readonly number[]
}

/** Starts of one update. Then it is given up, with an apology. */
export const ATTEMPTS_MAX = 3
/**
 * Starts of words whose processes ended. Words pass through nothing that could end a process, as a photo's decoders can, so that
 * chance did: of 100 talks in which the house was killed 20 times, 3 lost words when they had no more starts than photos.
 */
export const WORDS_STARTS_MAX = 10
export const TURNS = 8
export const PREPARATIONS = 4
/** A file that is not there and read after this counts as a failed attempt. ms */
export const PREPARE_MAX_MS = 60_000
const RETRY_MS = [1_000, 5_000] as const
/** Between looks for a lost database. ms */
const LOST_RETRY_MS = [100, 200, 500, 1_000, 2_000] as const
/** After an abort, preparations may still tidy up so long. ms */
const ABORT_GRACE_MS = 500
/** Small statements that serve many chats at once */
const GATHERED_MAX = 100

/** What became of one go at an update. `again`: nothing was done; the database knows what is undone. */
type Went = 'finished' | 'finished and released' | 'again'

export class Work<Prepared, Outgoing, Claimed> {
  readonly held = new Map<number, HeldChat>()
  readonly #options: WorkOptions<Prepared, Outgoing, Claimed>
  readonly #turns: Gate
  readonly #files: Gate
  /** Updates that may have killed a process go one at a time, so that a deadly one takes no innocent attempts with it. */
  readonly #suspects = new Gate(1)
  readonly #serving = new Set<Promise<void>>()
  readonly #preparing = new Set<AbortController>()
  readonly #stopped = new AbortController()
  readonly #begins = new Gather<{ id: number; seq: number }, number | undefined>(
    (them) => this.#countAll(them),
    GATHERED_MAX,
  )
  readonly #asks = new Gather<number, Undone | undefined>((ids) => this.#askAll(ids), GATHERED_MAX)
  readonly #counts = { done: 0, dead: 0, failed: 0, retaken: 0, databaseLost: 0 }
  #databaseLost = false

  constructor(options: WorkOptions<Prepared, Outgoing, Claimed>) {
    this.#options = options
    this.#turns = new Gate(options.turns ?? TURNS)
    this.#files = new Gate(options.preparations ?? PREPARATIONS)
  }

  counts() {
    const waiting = this.#turns.waiting + this.#files.waiting
    return { ...this.#counts, heldChats: this.held.size, waiting, preparing: this.#preparing.size }
  }

  /** A place of the gate that this update must pass first, if it is free right now. */
  placeFor(inbound: Inbound): Gate | undefined {
    const gate = carriesFile(inbound) ? this.#files : this.#turns
    return gate.tryEnter() ? gate : undefined
  }

  serve(chat: HeldChat): void {
    this.held.set(chat.id, chat)
    const serving = this.#serve(chat).finally(() => this.#serving.delete(serving))
    this.#serving.add(serving)
  }

  async stop(withinMs: number): Promise<void> {
    this.#stopped.abort()
    for (const gate of [this.#turns, this.#files, this.#suspects]) gate.close()
    const over = () => Promise.all(this.#serving)
    await within(withinMs, over()).catch(async () => {
      for (const preparing of this.#preparing) preparing.abort()
      await within(ABORT_GRACE_MS, over()).catch(() => undefined)
    })
    const begun = [...this.held.values()].flatMap(({ id, queue: [first] }) =>
      first?.begun ? [{ id, seq: first.seq }] : [],
    )
    if (begun.length > 0) {
      await this.#giveBack(begun, giveBackFreeAttempts).catch((error: unknown) => {
        this.#options.log.warn({ updates: begun.length, fault: faultOf(error) }, 'attempts were not given back')
      })
    }
  }

  async #serve(chat: HeldChat): Promise<void> {
    while (this.held.get(chat.id) === chat && !this.#stopped.signal.aborted) {
      const update = chat.queue[0]
      try {
        if (update) this.#settle(chat, await this.#go(chat, update))
        else await this.#refill(chat)
      } catch (error) {
        // At a stop the attempt that was counted stays marked, and is given back.
        if (this.#stopped.signal.aborted) return
        if (update && !isLost(error)) await this.#afterFault(chat, update, error)
        else await this.#afterLoss(chat, update, error)
      }
    }
  }

  #settle(chat: HeldChat, went: Went): void {
    if (went === 'again') {
      chat.queue = []
      chat.more = true
      return
    }
    chat.queue.shift()
    // Where something came in meanwhile, it was claimed again by the statement that stored it.
    if (went === 'finished and released' && chat.queue.length === 0 && !chat.more) this.#forget(chat)
  }

  /** Asks the database for what is undone; lets the chat go when nothing is, forgets it when it is not ours any more. */
  async #refill(chat: HeldChat): Promise<void> {
    chat.asking()
    const undone = await this.#asks.add(chat.id)
    if (!undone) {
      this.#forget(chat)
      return
    }
    chat.answered(undone.updates, undone.lastSeq)
    if (chat.queue.length > 0 || chat.more) return
    const [released] = await this.#options.db.run(releaseChat, [chat.id, this.#options.holder, undone.lastSeq])
    if (released && chat.queue.length === 0 && !chat.more) this.#forget(chat)
  }

  #forget(chat: HeldChat): void {
    if (this.held.get(chat.id) === chat) this.held.delete(chat.id)
  }

  async #go(chat: HeldChat, update: Waiting): Promise<Went> {
    const place = chat.place
    chat.place = undefined
    if (hasHadItsStarts(update) && !update.begun) return this.#giveUp(chat, update)
    if (!update.suspect) return this.#attempt(chat, update, place)
    // Two processes died on it, perhaps by chance: the others go first, so that another death does not find it in hand again.
    if (update.attempts >= ATTEMPTS_MAX - 1 && !update.begun) await this.#pauseAfter(update.attempts)
    return this.#in(this.#suspects, undefined, () => this.#attempt(chat, update, place))
  }

  async #attempt(chat: HeldChat, update: Waiting, place: Gate | undefined): Promise<Went> {
    if (!carriesFile(update.inbound)) {
      return this.#in(this.#turns, place, async () =>
        (await this.#begin(chat, update)) ? this.#turn(chat, update, null, { kind: 'done' }) : 'again',
      )
    }
    const ready = await this.#in(this.#files, place, async () =>
      (await this.#begin(chat, update)) ? { prepared: await this.#prepare(chat.id, update.inbound) } : 'again',
    )
    if (ready === 'again') return 'again'
    return this.#in(this.#turns, undefined, () => this.#turn(chat, update, ready.prepared, { kind: 'done' }), true)
  }

  /** Counts the attempt, unless the statement that stored the update did. False: it is not to be done here. */
  async #begin(chat: HeldChat, update: Waiting): Promise<boolean> {
    if (update.begun) return true
    const attempts = await this.#begins.add({ id: chat.id, seq: update.seq })
    if (attempts === undefined) return false
    update.attempts = attempts
    update.begun = true
    return true
  }

  async #prepare(chatId: number, inbound: Inbound): Promise<Prepared | null> {
    const abort = new AbortController()
    this.#preparing.add(abort)
    try {
      return await within(
        this.#options.prepareMaxMs ?? PREPARE_MAX_MS,
        this.#options.prepare(inbound, chatId, abort.signal),
      )
    } catch (error) {
      abort.abort()
      throw new PrepareFailed(error)
    } finally {
      this.#preparing.delete(abort)
    }
  }

  async #turn(chat: HeldChat, update: Waiting, prepared: Prepared | null, ending: Ending): Promise<Went> {
    const done = await takeTurn(this.#options, chat.id, update, prepared, ending)
    this.#databaseBack()
    if (!done) {
      this.#counts.retaken += 1
      return 'again'
    }
    this.#counts[ending.kind] += 1
    this.#options.learn?.(done.offsetMs)
    if (done.claimed) this.#options.sent?.(chat.id, done.claimed)
    return done.released ? 'finished and released' : 'finished'
  }

  async #giveUp(chat: HeldChat, update: Waiting): Promise<Went> {
    const error = update.fault ?? 'its process ended'
    const kind = update.inbound.heard.kind
    const went = await this.#in(this.#turns, undefined, async () => {
      try {
        return await this.#turn(chat, update, null, { kind: 'dead', error, mute: false })
      } catch (failed) {
        if (isLost(failed)) throw failed
        this.#options.log.error({ chat: chat.id, fault: faultOf(failed) }, 'an apology failed')
        return this.#turn(chat, update, null, { kind: 'dead', error, mute: true })
      }
    })
    if (went !== 'again')
      this.#options.log.error({ chat: chat.id, seq: update.seq, kind, fault: error }, 'an update was given up')
    return went
  }

  /** Inside the gate, in a place that was kept or in one that is waited for. */
  async #in<T>(gate: Gate, kept: Gate | undefined, work: () => Promise<T>, inHand = false): Promise<T> {
    if (kept !== gate && !(await gate.enter(inHand))) throw new Stopped()
    try {
      return await work()
    } finally {
      gate.leave()
    }
  }

  async #afterFault(chat: HeldChat, update: Waiting, error: unknown): Promise<void> {
    update.begun = false
    update.faults += 1
    update.fault = faultOf(error instanceof PrepareFailed ? error.thrown : error)
    this.#counts.failed += 1
    const { attempts, fault } = update
    this.#options.log.warn({ chat: chat.id, seq: update.seq, attempts, fault }, 'an update failed')
    await this.#pauseAfter(attempts)
  }

  async #pauseAfter(attempts: number): Promise<void> {
    const { retryMs = RETRY_MS } = this.#options
    await this.#pause(retryMs[Math.min(attempts, retryMs.length) - 1] ?? 0)
  }

  /** Waits until the database answers, gives the attempt back, and asks again for what is undone. */
  async #afterLoss(chat: HeldChat, update: Waiting | undefined, error: unknown): Promise<void> {
    if (!this.#databaseLost) this.#options.log.warn({ fault: faultOf(error) }, 'the database does not answer')
    this.#databaseLost = true
    this.#counts.databaseLost += 1
    const begun = update?.begun ? [{ id: chat.id, seq: update.seq }] : []
    for (let look = 0; !this.#stopped.signal.aborted; look++) {
      await this.#pause(LOST_RETRY_MS[Math.min(look, LOST_RETRY_MS.length - 1)]!)
      try {
        await this.#giveBack(begun, giveBackAttempts)
        break
      } catch {
        continue
      }
    }
    if (this.#stopped.signal.aborted) return
    this.#databaseBack()
    this.#settle(chat, 'again')
  }

  #databaseBack(): void {
    if (this.#databaseLost) this.#options.log.info({}, 'the database answers again')
    this.#databaseLost = false
  }

  async #giveBack(updates: { id: number; seq: number }[], statement: typeof giveBackAttempts): Promise<void> {
    await this.#options.db.run(statement, [updates.map(({ id }) => id), updates.map(({ seq }) => seq)])
  }

  async #countAll(updates: { id: number; seq: number }[]): Promise<(number | undefined)[]> {
    const ids = updates.map(({ id }) => id)
    const seqs = updates.map(({ seq }) => seq)
    const rows = await this.#options.db.run(countAttempts, [ids, seqs, this.#options.holder])
    const counted = new Map(rows.map((row) => [row.chat_id, row.attempts]))
    return ids.map((id) => counted.get(id))
  }

  async #askAll(ids: number[]): Promise<(Undone | undefined)[]> {
    const rows = await this.#options.db.run(undoneUpdates, [ids, this.#options.holder, QUEUE_MAX])
    const chats = new Map<number, Undone>()
    for (const { chat_id: id, last_seq: lastSeq, seq, body, attempts } of rows) {
      const undone = chats.get(id) ?? { lastSeq, updates: [] }
      chats.set(id, undone)
      if (seq === null || attempts === null) continue
      undone.updates.push({ seq, inbound: body as Inbound, attempts, begun: false, suspect: attempts > 0, faults: 0 })
    }
    return ids.map((id) => chats.get(id))
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stopped.signal }).catch(() => undefined)
  }
}

interface Undone {
  lastSeq: number
  updates: Waiting[]
}

/** The work was stopped before it began. */
class Stopped extends Error {
  override readonly name = 'Stopped'
}

/** Keeps what a preparation threw from being taken for the database's: a platform's connection breaks with the same words. */
class PrepareFailed extends Error {
  constructor(readonly thrown: unknown) {
    super('a preparation failed')
    this.name = 'PrepareFailed'
  }
}

const hasHadItsStarts = ({ attempts, faults, inbound }: Waiting): boolean =>
  faults >= ATTEMPTS_MAX || attempts >= (carriesFile(inbound) ? ATTEMPTS_MAX : WORDS_STARTS_MAX)

const carriesFile = ({ heard }: Inbound): boolean => heard.kind === 'photo' || heard.kind === 'file'
