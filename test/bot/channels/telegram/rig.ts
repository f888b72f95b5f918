/** A fake Telegram, the channel before it, and what the channel told its log and counters. */
import type { Inbound, Part } from '../../../../bot/channels/channel.js'
import { botApi } from '../../../../bot/channels/telegram/client.js'
import { TIMING, type Timing } from '../../../../bot/channels/telegram/limits.js'
import { telegramChannel, type TelegramOptions } from '../../../../bot/channels/telegram/telegram.js'
import type { Lease, Log, Store } from '../../../../bot/channels/told.js'
import { FakeTelegram, type FakeSettings } from '../../../fakes/telegram/server.js'

/** Short, so that a test of a failure does not wait as a person would. */
export const HASTY: Timing = {
  ...{
    sendMs: 1_000,
    uploadMsPer100KB: 100,
    pressMs: 500,
    menuMs: 500,
    fetchMs: 1_000,
    pollSeconds: 1,
    pollGraceMs: 500,
  },
  ...{ leaseRenewMs: 50, leaseRetryMs: 20, backOffFirstMs: 10, backOffMaxMs: 80, badTokenMs: 50 },
}

export interface Rig {
  fake: FakeTelegram
  telegram: ReturnType<typeof telegramChannel>
  /** Every log line, as JSON */
  lines: string[]
  counted: string[]
  files: Map<string, Buffer>
}

const running: { stop(): Promise<void> }[] = []

/** For afterEach: stops what the test started, the last first. */
export async function stopAll(): Promise<void> {
  for (const one of running.splice(0).reverse()) await one.stop()
}

export function collector(): { lines: string[]; log: Log } {
  const lines: string[] = []
  const keep = (level: string) => (fields: object, message: string) =>
    void lines.push(JSON.stringify({ level, message, ...fields }))
  return { lines, log: { info: keep('info'), warn: keep('warn'), error: keep('error') } }
}

export async function rig(options: Partial<TelegramOptions> = {}, settings: Partial<FakeSettings> = {}): Promise<Rig> {
  const fake = await new FakeTelegram({ timeScale: 0.01, ...settings }).up()
  running.push({ stop: () => fake.stop() })
  const { lines, log } = collector()
  const counted: string[] = []
  const files = new Map<string, Buffer>()
  const telegram = telegramChannel({
    token: fake.token,
    apiRoot: fake.url,
    mode: 'polling',
    files: {
      read: async (key) =>
        files.get(key) ?? Promise.reject(Object.assign(new Error('no such file'), { code: 'ENOENT' })),
    },
    log,
    count: (what, why) => void counted.push(`${what}: ${why}`),
    timing: { ...TIMING, ...HASTY, ...options.timing },
    ...options,
  })
  running.push(telegram)
  return { fake, telegram, lines, counted, files }
}

/** The bare door to a fake, for what stands behind it. */
export const apiOf = (fake: FakeTelegram, more: { token?: string; proxy?: string } = {}) =>
  botApi({ token: fake.token, apiRoot: fake.url, ...more })

export const part = (text: string, more: Partial<Part> = {}): Part => ({ text, ...more })
export const never = (): AbortSignal => new AbortController().signal

/** Held from the first asking on, by whoever asks. */
export const freeLease = (): Lease => ({ hold: async () => true, release: async () => undefined })

/** Keeps what is stored, each key once, as the database does. */
export function memoryStore(): { store: Store; inbounds: Inbound[]; batches: string[][] } {
  const inbounds: Inbound[] = []
  const batches: string[][] = []
  const store: Store = async (heard) => {
    batches.push(heard.map(({ key }) => key))
    for (const inbound of heard) if (!inbounds.some(({ key }) => key === inbound.key)) inbounds.push(inbound)
  }
  return { store, inbounds, batches }
}
