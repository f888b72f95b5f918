/** A fake Zalo, the channel before it on a server of its own, stores in memory, and what the channel told its log and counters. */
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import type { Inbound, Part } from '../../../../bot/channels/channel.js'
import { digestOf, newSecret, type ConsentStore } from '../../../../bot/channels/zalo/connect.js'
import type { GrantRow, GrantStore, Lease } from '../../../../bot/channels/zalo/grant-store.js'
import { TIMING, type Timing } from '../../../../bot/channels/zalo/limits.js'
import type { Log, Store } from '../../../../bot/channels/told.js'
import type { UploadStore } from '../../../../bot/channels/zalo/uploads.js'
import { zaloChannel, type ZaloChannel, type ZaloOptions } from '../../../../bot/channels/zalo/zalo.js'
import { FakeZalo, type FakeSettings } from '../../../fakes/zalo/server.js'

/** Short, so that a test of a failure does not wait as a person would. */
export const HASTY: Timing = {
  ...TIMING,
  ...{ sendMs: 600, uploadMsPer100KB: 100, reactionMs: 500, fetchMs: 700, oauthMs: 400, grantLeaseMs: 500 },
  ...{ grantLookMs: 10, grantWaitMs: 1_500, grantEveryMs: 3_600_000, grantWriteFirstMs: 10, grantWriteMaxMs: 50 },
}

export const KEY = Buffer.alloc(32, 7)

/** What the database holds, shared by as many processes as a test has. */
export class Kept implements GrantStore {
  row: (Omit<GrantRow, 'accessLeftMs' | 'ageMs'> & { until: number; at: number }) | undefined
  readonly log: string[] = []

  async read(): Promise<GrantRow | undefined> {
    if (!this.row) return undefined
    const { until, at, ...row } = this.row
    return { ...row, accessLeftMs: until - Date.now(), ageMs: Date.now() - at }
  }
  async begin(sealed: Buffer, livesMs: number): Promise<void> {
    if (!this.row) this.#put(0, sealed, livesMs)
  }
  async mark(generation: number): Promise<boolean> {
    if (this.row?.generation !== generation) return false
    this.row.renewing = true
    return true
  }
  async unmark(generation: number): Promise<void> {
    if (this.row?.generation === generation) this.row.renewing = false
  }
  async renew(generation: number, sealed: Buffer, livesMs: number): Promise<boolean> {
    if (this.row?.generation !== generation) return false
    this.#put(generation + 1, sealed, livesMs)
    return true
  }
  async replace(sealed: Buffer, livesMs: number): Promise<void> {
    this.#put((this.row?.generation ?? -1) + 1, sealed, livesMs)
  }
  async alarm(generation: number, alarm: GrantRow['alarm']): Promise<boolean> {
    if (this.row?.generation !== generation || this.row.alarm === alarm) return false
    this.row.alarm = alarm
    return true
  }
  #put(generation: number, sealed: Buffer, livesMs: number): void {
    this.row = { generation, sealed, until: Date.now() + livesMs, at: Date.now(), renewing: false, alarm: null }
  }
}

/** A lease over all processes of a test; those of a dead one are `lost` until its time is over. */
export class Leases {
  #holder: string | undefined
  #until = 0

  constructor(private readonly ms = HASTY.grantLeaseMs) {}

  of(holder: string): Lease {
    return {
      hold: async () => {
        if (this.#holder !== undefined && this.#holder !== holder && Date.now() < this.#until) return false
        this.#holder = holder
        this.#until = Date.now() + this.ms
        return true
      },
      release: async () => {
        if (this.#holder === holder) this.#holder = undefined
      },
    }
  }
}

export function memoryConsents(): ConsentStore & { link(): string } {
  const kept = new Map<string, string>()
  const links = new Set<string>()
  return {
    link: () => {
      const secret = newSecret()
      links.add(digestOf(secret))
      return secret
    },
    isLink: async (digest) => links.has(digest),
    takeLink: async (digest) => links.delete(digest),
    begin: async (digest, sealed) => void kept.set(digest, sealed),
    take: async (digest) => {
      const sealed = kept.get(digest)
      kept.delete(digest)
      return sealed
    },
  }
}

export function memoryUploads(): UploadStore & { ids: Map<string, string>; keptMs: number[] } {
  const ids = new Map<string, string>()
  const keptMs: number[] = []
  return {
    ids,
    keptMs,
    find: async (key) => ids.get(key),
    keep: async (key, id, forMs) => {
      ids.set(key, id)
      keptMs.push(forMs)
    },
    drop: async (key) => void ids.delete(key),
  }
}

const running: (() => Promise<unknown>)[] = []

/** For afterEach: stops what the test started, the last first. */
export async function stopAll(): Promise<void> {
  for (const stop of running.splice(0).reverse()) await stop()
}
export const stopLater = (stop: () => Promise<unknown>): void => void running.push(stop)

export function collector(): { lines: string[]; log: Log } {
  const lines: string[] = []
  const keep = (level: string) => (fields: object, message: string) =>
    void lines.push(JSON.stringify({ level, message, ...fields }))
  return { lines, log: { info: keep('info'), warn: keep('warn'), error: keep('error') } }
}

/** Keeps what is stored, each key once, as the database does. */
export function memoryStore(): { store: Store; inbounds: Inbound[]; calls: number[] } {
  const inbounds: Inbound[] = []
  const calls: number[] = []
  const store: Store = async (heard) => {
    calls.push(heard.length)
    for (const inbound of heard) if (!inbounds.some(({ key }) => key === inbound.key)) inbounds.push(inbound)
  }
  return { store, inbounds, calls }
}

export interface Rig {
  fake: FakeZalo
  zalo: ZaloChannel
  /** Where the house listens, without a trailing slash */
  url: string
  /** Every log line, as JSON */
  lines: string[]
  counted: string[]
  files: Map<string, Buffer>
  kept: Kept
  uploads: ReturnType<typeof memoryUploads>
  consents: ReturnType<typeof memoryConsents>
  inbounds: Inbound[]
  /** Further calls that were asked for */
  extras: () => number
}

export async function rig(options: Partial<ZaloOptions> = {}, settings: Partial<FakeSettings> = {}): Promise<Rig> {
  const fake = await new FakeZalo({ timeScale: 0.0001, ...settings }).up()
  stopLater(() => fake.stop())
  const { lines, log } = collector()
  const counted: string[] = []
  const files = new Map<string, Buffer>()
  const kept = new Kept()
  const uploads = memoryUploads()
  const consents = memoryConsents()
  const { store, inbounds } = memoryStore()
  let extras = 0
  const app = express()
  const server = http.createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stopLater(
    () =>
      new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      }),
  )
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { appId, appSecret, oaId, oaSecret } = fake.settings
  const first = fake.tokens.issue()
  const zalo = zaloChannel({
    ...{ appId, appSecret, oaId, oaSecretKey: oaSecret, apiRoot: fake.url, oauthRoot: fake.url },
    ...{ mediaHosts: [fake.mediaHost], publicRoot: url, account: `zalo-oa:${oaId}`, key: KEY },
    ...{ grants: kept, lease: new Leases().of('one'), consents, uploads, log, ...first },
    files: {
      read: async (key) =>
        files.get(key) ?? Promise.reject(Object.assign(new Error('no such file'), { code: 'ENOENT' })),
    },
    extra: async () => {
      extras += 1
      return true
    },
    count: (what, why) => void counted.push(`${what}: ${why}`),
    timing: HASTY,
    ...options,
  })
  app.use(zalo.webhooks, zalo.pages)
  stopLater(() => zalo.stop(1_000))
  zalo.start(store)
  fake.settings.webhookUrl = `${url}/webhooks/zalo`
  return { fake, zalo, url, lines, counted, files, kept, uploads, consents, inbounds, extras: () => extras }
}

export const part = (text: string, more: Partial<Part> = {}): Part => ({ text, ...more })
export const never = (): AbortSignal => new AbortController().signal
