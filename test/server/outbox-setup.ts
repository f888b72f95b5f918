/** A database, and loops on it that are stopped after each test. Importing this sets up the test file. */
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals'
import { fit } from '../../bot/channels/fit.js'
import type { Channel, Reply, Sent } from '../../bot/channels/channel.js'
import { put, type Outgoing } from '../../domain/outbox.js'
import type { Db } from '../../server/db.js'
import { OutboxLoop, type OutboxOptions } from '../../server/outbox/outbox.js'
import { scriptedChannel, type Script } from '../fakes/scripted-channel.js'
import { freshWorld, type World } from '../world.js'

let world: World
const running: OutboxLoop[] = []
/** What was logged as a warning or an error */
export const complaints: { fields: object; message: string }[] = []
const complain = (fields: object, message: string) => void complaints.push({ fields, message })
const log = { info: () => undefined, warn: complain, error: complain }

export const db = (): Db => world.db

beforeAll(async () => {
  world = await freshWorld()
})
afterAll(() => world.close())
beforeEach(async () => {
  complaints.length = 0
  await db().prisma.$executeRaw`truncate chats, outbox, paces, leases cascade`
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((loop) => loop.stop(1_000)))
})

/** Slow sweeps: what these tests see does not come from a sweep, unless they ask for it. */
export function loopWith(channel: Channel, options: Partial<OutboxOptions> = {}): OutboxLoop {
  const settings = { sweepMs: 60_000, backOffFirstMs: 20, ...options.settings }
  const channels = new Map([[channel.name, channel]])
  const loop = new OutboxLoop({ db: db(), channels, fit, log, ...options, settings })
  running.push(loop)
  loop.start()
  return loop
}

/** Puts in a transaction of its own, then hands over, as a turn does. Returns how many were born claimed. */
export async function say(loop: OutboxLoop, chatId: number, ...messages: Outgoing<Reply>[]): Promise<number> {
  const rows = await db().transaction((tx) => loop.put(tx, chatId, messages))
  loop.sendClaimed(chatId, rows)
  return rows.length
}

export const putAll = (chatId: number, ...messages: Outgoing<Reply>[]) =>
  db().transaction((tx) => put(tx, chatId, messages))

export const rowsOf = (chatId: number) => db().prisma.outbox.findMany({ where: { chatId }, orderBy: { id: 'asc' } })

export const pauseChat = (chatId: number, forMs: number) =>
  db().prisma.chat.update({ where: { id: chatId }, data: { pausedUntil: new Date(Date.now() + forMs) } })

/** A channel whose calls stay open until the test ends them. */
export function gated(script: Script = {}) {
  const open: ((sent: Sent) => void)[] = []
  const scripted = scriptedChannel({ ...script, answer: () => new Promise<Sent>((resolve) => open.push(resolve)) })
  return { ...scripted, end: (sent: Sent = { outcome: 'sent' }) => open.shift()?.(sent) }
}
