/** Deliverers as real processes over one database, and a platform over real HTTP: killed, refused, cut. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { putMany, type Lane } from '../../domain/outbox.js'
import type { OutboxSettings } from '../../server/outbox/settings.js'
import { makeChats, saying, until } from '../fakes/chats.js'
import type { DelivererTask } from '../fakes/deliverer.js'
import { startPlatform, type Arrival, type Platform } from '../fakes/platform.js'
import { processes, type Processes } from '../fakes/processes.js'
import { freshWorld, type World } from '../world.js'

let world: World
let platform: Platform
let deliverers: Processes | undefined

beforeAll(async () => {
  world = await freshWorld()
})
afterAll(() => world.close())
beforeEach(async () => {
  await world.db.prisma.$executeRaw`truncate chats, outbox, paces, leases cascade`
  platform = await startPlatform()
})
afterEach(async () => {
  await deliverers?.stop()
  await platform.close()
})

const SETTINGS: Partial<OutboxSettings> = { leaseMs: 2_000, sweepMs: 300, backOffFirstMs: 50, backOffMaxMs: 400 }

type Begin = Pick<DelivererTask, 'pace' | 'settings'> & { again?: boolean }

async function begin(count: number, { pace, settings, again }: Begin = {}): Promise<Processes> {
  const task: DelivererTask = {
    databaseUrl: world.url,
    platformUrl: platform.url,
    pace,
    settings: { ...SETTINGS, ...settings },
  }
  const started = (deliverers = processes('./deliverer.ts', { DELIVERER: JSON.stringify(task) }, { again }))
  await Promise.all(Array.from({ length: count }, () => started.start()))
  return started
}

/** `perChat` messages for each chat, in one statement; their texts are `<address> <lane> <n>`. */
async function putFor(chats: number[], perChat: number, lanes: Lane[] = ['reply']): Promise<number> {
  const all = Array.from({ length: perChat }, (_, n) =>
    lanes.flatMap((lane) => chats.map((chatId, c) => ({ chatId, lane, reply: saying(`c${c} ${lane} ${n}`) }))),
  ).flat()
  await world.db.transaction((tx) => putMany(tx, all))
  return all.length
}

const unsent = () => world.db.prisma.outbox.count({ where: { status: 'unsent' } })
const seen = () => new Set(platform.arrivals.map(({ text }) => text))
const doubles = () => platform.arrivals.length - seen().size
const doubts = async () => (await world.db.prisma.outbox.aggregate({ _sum: { doubts: true } }))._sum.doubts ?? 0

/** What people saw for the first time, by chat and lane: the numbers must rise. */
function outOfOrder(arrivals: Arrival[]): string[] {
  const last = new Map<string, number>()
  const known = new Set<string>()
  return arrivals.flatMap(({ text }) => {
    if (known.has(text)) return []
    known.add(text)
    const [chat, lane, n] = text.split(' ')
    const place = `${chat} ${lane}`
    const late = Number(n) !== (last.get(place) ?? -1) + 1
    last.set(place, Number(n))
    return late ? [text] : []
  })
}

/** A double of an earlier message after a later one of its chat and lane was seen. */
function overtaken(arrivals: Arrival[]): string[] {
  const last = new Map<string, number>()
  return arrivals.flatMap(({ text }) => {
    const [chat, lane, n] = text.split(' ')
    const place = `${chat} ${lane}`
    const late = Number(n) < (last.get(place) ?? -1)
    last.set(place, Math.max(Number(n), last.get(place) ?? -1))
    return late ? [text] : []
  })
}

test('3 processes, more than 10 % of the claims die in their hands: nothing lost, nothing out of order', async () => {
  const chats = await makeChats(world.db, 40, 'telegram')
  // With every 40th call its sender is killed, with all that it holds: before the call is shown, or after.
  let killed = 0
  const dead = new Set<number>()
  platform.treat = async ({ pid }) => {
    const number = platform.calls.length
    await new Promise((done) => setTimeout(done, 15 + Math.random() * 20))
    if (dead.has(pid)) return 'ignore'
    if (number % 40 !== 0) return 'sent'
    if (!deliverers!.kill(pid)) return 'ignore'
    dead.add(pid)
    killed += 1
    return killed % 2 === 0 ? 'hang' : 'ignore'
  }
  await begin(3, { again: true, settings: { callsAtOnce: 8 } })
  const count = await putFor(chats, 3, ['reply', 'alert'])
  await until(async () => (await unsent()) === 0, 50_000)
  expect(killed).toBeGreaterThanOrEqual(5)
  const doubted = await doubts()
  console.log(
    `${count} messages, ${killed} kills, ${doubted} claims died (${Math.round((doubted / (count + doubted)) * 100)} %), ${doubles()} doubles`,
  )
  expect(doubted).toBeGreaterThanOrEqual(count / 10)
  expect(seen().size).toBe(count)
  expect(outOfOrder(platform.arrivals)).toEqual([])
  expect(overtaken(platform.arrivals)).toEqual([])
  // Doubled is only what a process held that died, and counted.
  expect(doubles()).toBeLessThanOrEqual(doubted)
  const rows = await world.db.prisma.outbox.findMany({ select: { body: true, doubts: true, status: true } })
  expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(['sent']))
  const doubtsOf = new Map(
    rows.map(({ body, doubts: n }) => [(body as { text: { words: string }[] }).text[0]!.words, n]),
  )
  for (const text of seen()) {
    expect(platform.arrivals.filter((one) => one.text === text).length).toBeLessThanOrEqual(1 + doubtsOf.get(text)!)
  }
}, 60_000)

test('a platform that refuses gets nothing twice; one that cuts the connection at most once more', async () => {
  const chats = await makeChats(world.db, 30, 'telegram')
  const fate = (text: string) => Number(text.split(' ')[0]!.slice(1)) % 3
  platform.treat = async ({ text }, nth) => {
    await new Promise((done) => setTimeout(done, Math.random() * 5))
    if (fate(text) === 0) return nth <= 2 ? 'refuse' : 'sent'
    if (fate(text) === 1) return 'cut'
    return nth === 1 ? 'lose' : 'sent'
  }
  await begin(3)
  const count = await putFor(chats, 4)
  await until(async () => (await unsent()) === 0, 20_000)
  expect(seen().size).toBe(count)
  expect(outOfOrder(platform.arrivals)).toEqual([])
  const times = new Map<string, number>()
  for (const { text } of platform.arrivals) times.set(text, (times.get(text) ?? 0) + 1)
  for (const [text, n] of times) expect([text, n]).toEqual([text, fate(text) === 1 ? 2 : 1])
  const rows = await world.db.prisma.outbox.groupBy({
    by: ['status', 'error', 'doubts'],
    _count: true,
    orderBy: { doubts: 'asc' },
  })
  expect(rows.map(({ status, error, doubts: n, _count }) => [status, error, n, _count])).toEqual([
    ['sent', null, 0, 40],
    expect.arrayContaining([1, 40]),
    expect.arrayContaining([1, 40]),
  ])
}, 40_000)

test('a platform that is not there loses nothing and doubles nothing', async () => {
  const chats = await makeChats(world.db, 10, 'telegram')
  const count = await putFor(chats, 2)
  const address = new URL(platform.url)
  await platform.close()
  await begin(2)
  await until(
    async () => (await world.db.prisma.outbox.count({ where: { attempts: { gt: 0 }, error: 'ECONNREFUSED' } })) === 10,
  )
  platform = await startPlatform(Number(address.port))
  await until(async () => (await unsent()) === 0, 20_000)
  expect([platform.arrivals.length, seen().size, await doubts()]).toEqual([count, count, 0])
  expect(outOfOrder(platform.arrivals)).toEqual([])
}, 40_000)

test('kill -9 of everything: work goes on', async () => {
  const chats = await makeChats(world.db, 30, 'telegram')
  platform.treat = () => new Promise((done) => setTimeout(done, 100, 'sent'))
  const first = await begin(2)
  const count = await putFor(chats, 3)
  await until(() => platform.arrivals.length > 20)
  for (const pid of first.pids()) first.kill(pid)
  const killedAt = Date.now()
  await until(() => first.pids().length === 0)
  const held = await world.db.prisma.outbox.count({ where: { status: 'unsent', heldUntil: { gt: new Date() } } })
  expect(held).toBeGreaterThan(0)
  await begin(1)
  await until(async () => (await unsent()) === 0, 60_000)
  console.log(
    `${held} of ${count} held; all sent ${Date.now() - killedAt} ms after kill -9, with a lease of ${SETTINGS.leaseMs} ms`,
  )
  expect(seen().size).toBe(count)
  expect(outOfOrder(platform.arrivals)).toEqual([])
  expect(await doubts()).toBe(held)
  expect(doubles()).toBeLessThanOrEqual(held)
}, 70_000)

test('the platform’s limit holds over 3 processes', async () => {
  const chats = await makeChats(world.db, 200, 'telegram')
  const perSecond = 50
  const burst = 20
  await begin(3, { pace: { chat: { perSecond: 0, burst: 0 }, all: { perSecond, burst } } })
  const count = await putFor(chats, 1)
  await until(async () => (await unsent()) === 0, 20_000)
  const times = platform.calls.map(({ at }) => at).toSorted((a, b) => a - b)
  const within = (ms: number) =>
    Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + ms).length))
  console.log(
    `${count} calls in ${times.at(-1)! - times[0]!} ms; at most ${within(1_000)} in one second, limit ${perSecond} + ${burst}`,
  )
  expect(within(1_000)).toBeLessThanOrEqual(perSecond + burst)
  expect(within(500)).toBeLessThanOrEqual(perSecond / 2 + burst)
  // ... and what may be sent is sent: replies get all of it.
  expect(times.at(-1)! - times[0]!).toBeLessThan(((count - burst) / perSecond) * 1_000 * 2.5)
}, 40_000)
