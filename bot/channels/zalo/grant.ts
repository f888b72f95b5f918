/**
 * The pair of tokens by which Zalo lets us act for the OA. A refresh token works once, and the access token may die with it. So
 * one process renews at a time (a lease), says so first (`mark`), and writes the new pair down before anybody uses it. Whoever
 * finds a mark without a living renewer behind it tries the old refresh token once more: it works if the request never
 * arrived. If it was spent, only a person can mend it: one alarm, and the old access token is used for as long as it lives.
 */
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { SPENT_REFRESH_TOKEN } from './errors.js'
import type { Alarm, GrantRow, GrantStore, Lease } from './grant-store.js'
import { ACCESS_LIVES_MS, RENEW_AHEAD_MS, RENEW_AT_LEAST_MS, type Timing } from './limits.js'
import type { Granted, Oauth, Pair } from './oauth.js'
import { seal, unseal } from './seal.js'
import { failureOf, type Log } from '../told.js'
import type { Count } from './told.js'

export interface Held {
  token: string
  generation: number
}

/** Why there is no token to call with. */
export type Ailing = 'not connected' | Alarm | 'no database'

export interface GrantOptions {
  /** zalo-oa:<OA id> */
  account: string
  key: Buffer
  store: GrantStore
  lease: Lease
  oauth: Pick<Oauth, 'refresh'>
  /** The first pair, as an operator put it into the settings */
  first?: { accessToken: string; refreshToken?: string }
  timing: Timing
  log: Log
  count: Count
}

const SEALED = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  /** Of the settings' pair that it began with */
  seed: z.string().optional(),
})
type Sealed = z.infer<typeof SEALED>

/** Alarms that no further renewal can mend: the refresh token is gone. */
const FINAL: ReadonlySet<Alarm> = new Set(['lost', 'shared', 'ended', 'unreadable'])

export class ZaloGrant {
  readonly #options: GrantOptions
  readonly #stopping = new AbortController()
  #held: Held | undefined
  #ailing: Ailing | undefined = 'not connected'
  /** The renewal that this process has in hand */
  #renewing: Promise<Held | undefined | 'not mine'> | undefined
  /** Not asked again before, by performance.now() */
  #refusedUntil = 0
  #tending: Promise<void> | undefined

  constructor(options: GrantOptions) {
    this.#options = options
  }

  /** Looks after the pair until `stop`. */
  start(): void {
    this.#tending = this.#tend()
  }

  /** A pair that was granted and is not written down yet is worth waiting for. */
  async stop(withinMs: number): Promise<void> {
    this.#stopping.abort()
    await Promise.race([
      Promise.allSettled([this.#tending, this.#renewing]),
      sleep(withinMs, undefined, { ref: false }),
    ])
  }

  /** Why no call can be made, or soon none can; undefined: all is well. */
  ailing(): Ailing | undefined {
    return this.#ailing
  }

  /** The access token to call with; undefined: there is none. */
  async current(): Promise<Held | undefined> {
    return this.#held ?? (await this.#look())
  }

  /** Zalo refused this generation's token: the next one, by this process or another; undefined: there is none. */
  async renewed(generation: number): Promise<Held | undefined> {
    const { timing } = this.#options
    const end = performance.now() + timing.grantWaitMs
    for (;;) {
      const held = await this.#look()
      if (!held || held.generation !== generation) return held
      if (this.#isHopeless()) return undefined
      const mine = await this.#renewInTurn(generation)
      if (mine !== 'not mine') return mine
      if (performance.now() >= end || this.#stopping.signal.aborted) return undefined
      await sleep(timing.grantLookMs)
    }
  }

  /** Takes a pair that a person granted. Durable when it resolves. */
  async take(pair: Pair, livesMs: number): Promise<void> {
    const { first, store } = this.#options
    // The settings' pair counts as used, or it would be taken for a new one after the next alarm.
    await store.replace(this.#seal({ ...pair, ...(first && { seed: seedOf(first) }) }), livesMs)
    this.#refusedUntil = 0
    await this.#look()
    this.#options.count('grant', 'consented')
  }

  /** One look after the pair: renews it when it is time. */
  async tendOnce(): Promise<void> {
    const held = await this.#look()
    if (!held) return
    const row = await this.#options.store.read()
    if (row?.generation !== held.generation) return
    const isTime = row.renewing || row.accessLeftMs < RENEW_AHEAD_MS || row.ageMs > RENEW_AT_LEAST_MS
    if (isTime && !this.#isHopeless()) await this.#renewInTurn(held.generation)
  }

  async #tend(): Promise<void> {
    const { timing, log } = this.#options
    const { signal } = this.#stopping
    while (!signal.aborted) {
      await this.tendOnce().catch((error: unknown) => {
        log.warn(failureOf(error), 'zalo: the grant could not be looked after')
      })
      // By chance a little earlier or later: processes that started together should not all ask at once.
      await sleep(timing.grantEveryMs * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => undefined)
    }
  }

  #isHopeless(): boolean {
    const isFinal = this.#ailing !== undefined && FINAL.has(this.#ailing as Alarm)
    return isFinal || performance.now() < this.#refusedUntil
  }

  /** Reads the row, and lays the settings' pair into an empty place. */
  async #look(): Promise<Held | undefined> {
    const { store } = this.#options
    let row: GrantRow | undefined
    try {
      row = (await store.read()) ?? (await this.#begin())
      row = row && (await this.#newStart(row))
    } catch (error) {
      this.#options.log.warn(failureOf(error), 'zalo: the grant could not be read')
      if (!this.#held) this.#ailing = 'no database'
      return this.#held
    }
    if (!row) {
      this.#ailing = 'not connected'
      return (this.#held = undefined)
    }
    const pair = this.#unseal(row)
    if (!pair) {
      await this.#raise(row.generation, 'unreadable')
      return (this.#held = undefined)
    }
    // It can be read, so the right key file is back.
    this.#ailing = row.alarm === null || row.alarm === 'unreadable' ? undefined : row.alarm
    return (this.#held = { token: pair.accessToken, generation: row.generation })
  }

  async #begin(): Promise<GrantRow | undefined> {
    const { first, store } = this.#options
    if (!first) return undefined
    await store.begin(this.#sealFirst(first), ACCESS_LIVES_MS)
    return store.read()
  }

  /** After an alarm another pair in the settings is a new start; without one the settings hold the first pair only. */
  async #newStart(row: GrantRow): Promise<GrantRow | undefined> {
    const { first, store } = this.#options
    if (!first || row.alarm === null || !FINAL.has(row.alarm)) return row
    if (this.#unseal(row)?.seed === seedOf(first)) return row
    await store.replace(this.#sealFirst(first), ACCESS_LIVES_MS)
    return store.read()
  }

  #sealFirst(first: NonNullable<GrantOptions['first']>): Buffer {
    return this.#seal({ accessToken: first.accessToken, refreshToken: first.refreshToken ?? '', seed: seedOf(first) })
  }

  #seal(pair: Sealed): Buffer {
    return seal(this.#options.key, this.#options.account, JSON.stringify(pair))
  }

  #unseal(row: GrantRow): Sealed | undefined {
    const said = unseal(this.#options.key, this.#options.account, row.sealed)
    return said === undefined ? undefined : SEALED.parse(JSON.parse(said))
  }

  /** One renewal at a time in this process, and by the lease in all of them. */
  async #renewInTurn(generation: number): Promise<Held | undefined | 'not mine'> {
    this.#renewing ??= this.#renewUnderLease(generation).finally(() => (this.#renewing = undefined))
    return this.#renewing
  }

  async #renewUnderLease(generation: number): Promise<Held | undefined | 'not mine'> {
    const { lease } = this.#options
    if (!(await lease.hold())) return 'not mine'
    try {
      return await this.#renew(generation)
    } finally {
      await lease.release().catch(() => undefined)
    }
  }

  async #renew(generation: number): Promise<Held | undefined> {
    const { store, oauth, count } = this.#options
    const row = await store.read()
    if (!row || row.generation !== generation) return this.#look()
    const pair = this.#unseal(row)
    if (!pair) return undefined
    if (pair.refreshToken === '') return this.#raise(generation, 'ended')
    if (!(await store.mark(generation))) return this.#look()
    const granted = await oauth.refresh(pair.refreshToken)
    if (granted.kind === 'ok') {
      await this.#write(generation, granted, pair.seed)
      count('grant', row.renewing ? 'recovered' : 'renewed')
      return this.#look()
    }
    if (granted.kind === 'silent') {
      count('grant', granted.written ? 'answer not seen' : 'not reached')
      // Only what certainly did not arrive leaves things as they were.
      if (!granted.written && !row.renewing) await store.unmark(generation)
      this.#options.log.warn({ why: granted.why }, 'zalo: the token service did not answer; asked again soon')
      return undefined
    }
    count('grant', 'refused')
    if (SPENT_REFRESH_TOKEN.has(granted.code))
      return this.#raise(generation, row.renewing ? 'lost' : 'shared', granted.code)
    if (!row.renewing) await store.unmark(generation)
    this.#refusedUntil = performance.now() + this.#options.timing.operatorMs
    return this.#raise(generation, 'refused', granted.code)
  }

  /** The old pair is spent: nothing else is done until the new one is on disk. */
  async #write(generation: number, { pair, livesMs }: Extract<Granted, { kind: 'ok' }>, seed?: string): Promise<void> {
    const { store, lease, timing, log } = this.#options
    const sealed = this.#seal({ ...pair, ...(seed !== undefined && { seed }) })
    for (let pauseMs = timing.grantWriteFirstMs; ; pauseMs = Math.min(pauseMs * 2, timing.grantWriteMaxMs)) {
      try {
        // False also when an earlier try was written and its answer lost: whatever stands, this pair is not needed any more.
        await store.renew(generation, sealed, livesMs)
        return
      } catch (error) {
        log.error(failureOf(error), 'zalo: a new pair of tokens could not be written down; tried again')
        await sleep(pauseMs)
        await lease.hold().catch(() => undefined)
      }
    }
  }

  /** Tells it once, whichever process comes first. */
  async #raise(generation: number, alarm: Alarm, code?: number): Promise<undefined> {
    const { store, log, count } = this.#options
    this.#ailing = alarm
    if (!(await store.alarm(generation, alarm))) return
    count('grant', `alarm ${alarm}`)
    log.error({ alarm, ...(code !== undefined && { code }) }, `zalo: ${ALARMS[alarm]}`)
  }
}

const CONNECT = 'open the link that `npm run -s admin -- zalo connect` prints (it leads to /zalo/connect)'
const ALARMS: Record<Alarm, string> = {
  lost: `the refresh token was spent and its successor never arrived. The access token works until it ends: ${CONNECT}`,
  shared: `the refresh token was used by somebody else: another deployment shares it. Stop that one, then ${CONNECT}`,
  refused: `the token service refuses: check ZALO_APP_ID, ZALO_APP_SECRET and the app's state, or ${CONNECT}`,
  ended: `the access token ends and there is no refresh token: ${CONNECT}`,
  unreadable: `the tokens were sealed with another KEY_FILE: put its copy back, or ${CONNECT}`,
}

const seedOf = (first: NonNullable<GrantOptions['first']>): string =>
  createHash('sha256')
    .update(JSON.stringify([first.accessToken, first.refreshToken]))
    .digest('hex')
