/** A fake Zalo Bot Platform, the channel before it, and what the channel told its log and counters. */
import type { FileOut, Inbound, Part } from '../../../../bot/channels/channel.js'
import { botApi } from '../../../../bot/channels/zalo-bot/client.js'
import { TIMING, type Timing } from '../../../../bot/channels/zalo-bot/limits.js'
import type { Lease, Log, Store } from '../../../../bot/channels/told.js'
import { zaloBotChannel, type ZaloBotOptions } from '../../../../bot/channels/zalo-bot/zalo-bot.js'
import { FakeZaloBot, type FakeSettings } from '../../../fakes/zalo-bot/server.js'

/** Short, so that a test of a failure does not wait as a person would. */
export const HASTY: Timing = {
  ...{ sendMs: 1_000, fetchMs: 1_000, pollSeconds: 3, pollGraceMs: 1_000, leaseRenewMs: 50, leaseRetryMs: 20 },
  ...{ backOffFirstMs: 10, backOffMaxMs: 80, badTokenMs: 50 },
}
export const STOP_WITHIN_MS = 1_000

export interface Rig {
  fake: FakeZaloBot
  zalo: ReturnType<typeof zaloBotChannel>
  /** Every log line, as JSON */
  lines: string[]
  counted: string[]
}

const running: { stop(withinMs: number): Promise<void> }[] = []

/** For afterEach: stops what the test started, the last first. */
export async function stopAll(): Promise<void> {
  for (const one of running.splice(0).reverse()) await one.stop(STOP_WITHIN_MS)
}

export function collector(): { lines: string[]; log: Log } {
  const lines: string[] = []
  const keep = (level: string) => (fields: object, message: string) =>
    void lines.push(JSON.stringify({ level, message, ...fields }))
  return { lines, log: { info: keep('info'), warn: keep('warn'), error: keep('error') } }
}

export const linkOf = (file: FileOut): string => `https://files.example/${file.key}`

export async function rig(options: Partial<ZaloBotOptions> = {}, settings: Partial<FakeSettings> = {}): Promise<Rig> {
  const fake = await new FakeZaloBot(settings).up()
  running.push(fake)
  return { fake, ...another(fake, options) }
}

/** A process before this platform. */
export function another(fake: FakeZaloBot, options: Partial<ZaloBotOptions> = {}): Omit<Rig, 'fake'> {
  const { lines, log } = collector()
  const counted: string[] = []
  const zalo = zaloBotChannel({
    token: fake.token,
    apiRoot: fake.url,
    mode: 'polling',
    mediaHosts: [fake.mediaHost],
    log,
    count: (what, why) => void counted.push(`${what}: ${why}`),
    ...options,
    timing: { ...TIMING, ...HASTY, ...options.timing },
  })
  running.push(zalo)
  return { zalo, lines, counted }
}

/** The bare door to a fake. */
export const apiOf = (fake: FakeZaloBot, token = fake.token) => botApi({ token, apiRoot: fake.url })

export const part = (text: string, more: Partial<Part> = {}): Part => ({ text, ...more })
export const never = (): AbortSignal => new AbortController().signal

/** Held from the first asking on, by whoever asks. */
export const freeLease = (): Lease => ({ hold: async () => true, release: async () => undefined })

/** Keeps what is stored, each key once, as the database does. */
export function memoryStore(): { store: Store; inbounds: Inbound[]; asked: string[] } {
  const inbounds: Inbound[] = []
  const asked: string[] = []
  const store: Store = async (heard) => {
    asked.push(...heard.map(({ key }) => key))
    for (const inbound of heard) if (!inbounds.some(({ key }) => key === inbound.key)) inbounds.push(inbound)
  }
  return { store, inbounds, asked }
}
