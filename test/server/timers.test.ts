import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import * as timers from '../../domain/timers.js'
import { statement } from '../../prisma/tx.js'
import { HouseClock } from '../../server/clock.js'
import { TimerLoop, type Timer, type TimerHandler, type TimersOptions } from '../../server/timers.js'
import { until } from '../fakes/chats.js'
import { processes } from '../fakes/processes.js'
import { freshWorld, type World } from '../world.js'

let world: World
const running: TimerLoop[] = []
const complaints: string[] = []
const log = {
  info: () => undefined,
  warn: () => undefined,
  error: (_: object, message: string) => void complaints.push(message),
}
const HOUR_MS = 3_600_000
const clock = { at: new Date(), now: () => clock.at }
const inHours = (hours: number) => new Date(clock.at.getTime() + hours * HOUR_MS)
const moveBy = (hours: number) => {
  clock.at = inHours(hours)
  for (const loop of running) loop.nudge()
}

beforeAll(async () => {
  world = await freshWorld()
})
afterAll(() => world.close())
beforeEach(async () => {
  clock.at = new Date('2026-11-20T02:00:00Z')
  complaints.length = 0
  await world.db.prisma.timer.deleteMany()
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((loop) => loop.stop()))
})

function loopWith(handler: TimerHandler, options: Partial<TimersOptions> = {}): TimerLoop {
  const settings = { everyMs: 20, backOffFirstMs: 20, ...options.settings }
  const holder = `process ${running.length}`
  const loop = new TimerLoop({
    db: world.db,
    clock,
    handlers: new Map([['remind', handler]]),
    holder,
    log,
    ...options,
    settings,
  })
  running.push(loop)
  loop.start()
  return loop
}

const put = (subject: string, dueAt: Date, payload?: object) =>
  world.db.transaction((tx) => timers.put(tx, { kind: 'remind', subject, dueAt, payload }, clock.now()))
const all = () => world.db.prisma.timer.findMany({ orderBy: { id: 'asc' } })
const open = () => world.db.prisma.timer.count({ where: { doneAt: null } })
/** Three looks at least. */
const aWhile = () => new Promise((done) => setTimeout(done, 70))

test('what is due by the house’s clock is done; the rest waits', async () => {
  const seen: Timer[] = []
  await put('later', inHours(2))
  await put('second', inHours(-1), { n: 2 })
  await put('first', inHours(-3))
  await put('now', inHours(0))
  const loop = loopWith(async (_tx, timer) => void seen.push(timer))
  await until(async () => (await open()) === 1)
  await aWhile()
  expect(seen.map(({ subject }) => subject).toSorted()).toEqual(['first', 'now', 'second'])
  expect(seen.find(({ subject }) => subject === 'second')).toEqual({
    kind: 'remind',
    subject: 'second',
    payload: { n: 2 },
    dueAt: inHours(-1),
  })
  expect(await all()).toMatchObject([{ doneAt: null, attempts: 0 }, { outcome: 'done', doneAt: clock.at }, {}, {}])
  expect(loop.counts()).toEqual({ done: 3, failed: 0, dead: 0 })
})

test('of many, the earliest go first', async () => {
  const hours = Array.from({ length: 40 }, (_, n) => -1 - ((n * 7) % 40))
  const data = hours.map((n) => ({ kind: 'remind', subject: `${n}`, dueAt: inHours(n), createdAt: clock.at }))
  await world.db.prisma.timer.createMany({ data })
  const seen: number[] = []
  loopWith(async (_tx, { subject }) => void seen.push(Number(subject)))
  await until(async () => (await open()) === 0)
  expect(Math.max(...seen.slice(0, 20))).toBeLessThan(Math.min(...seen.slice(20)))
})

test('moving the clock forwards does what is due once; back and forwards again doubles nothing', async () => {
  const seen: string[] = []
  loopWith(async (_tx, { subject }) => void seen.push(subject))
  await put('in two hours', inHours(2))
  await put('in two days', inHours(48))
  await aWhile()
  expect(seen).toEqual([])
  moveBy(3)
  await until(() => seen.length === 1)
  for (const hours of [-3, 3, -100, 150, -60, 60]) {
    moveBy(hours)
    await aWhile()
  }
  await until(() => seen.length === 2)
  expect(seen).toEqual(['in two hours', 'in two days'])
})

test('one that was claimed before the clock was moved back is free again at once', async () => {
  const seen: string[] = []
  let release = (): void => undefined
  const held = new Promise<void>((resolve) => (release = resolve))
  loopWith(async (_tx, { subject }) => {
    seen.push(subject)
    if (subject !== 'third') await held
  })
  for (const subject of ['first', 'second']) await put(subject, inHours(-3))
  await put('third', inHours(-1))
  await until(() => seen.length === 2)
  moveBy(-2)
  release()
  await until(async () => (await open()) === 1)
  await aWhile()
  expect(await world.db.prisma.timer.findFirst({ where: { subject: 'third' } })).toMatchObject({ holder: null })
  expect(seen).not.toContain('third')
  moveBy(2)
  await until(() => seen.includes('third'))
})

test('one is open for a kind and a subject: put again it is moved, then it can be put anew', async () => {
  const seen: unknown[] = []
  loopWith(async (_tx, { payload }) => void seen.push(payload))
  await put('case 7', inHours(1), { step: 1 })
  await put('case 7', inHours(4), { step: 2 })
  moveBy(2)
  await aWhile()
  expect([seen, (await all()).length]).toEqual([[], 1])
  moveBy(3)
  await until(() => seen.length === 1)
  await put('case 7', inHours(-1), { step: 3 })
  await until(() => seen.length === 2)
  expect(seen).toEqual([{ step: 2 }, { step: 3 }])
})

test('a void one is never done', async () => {
  const seen: string[] = []
  await put('case 7', inHours(-1))
  await put('case 8', inHours(-1))
  const revoke = (subject: string) => timers.void(world.db, { kind: 'remind', subject }, clock.now())
  expect([await revoke('case 7'), await revoke('case 7'), await revoke('case 9')]).toEqual([true, false, false])
  loopWith(async (_tx, { subject }) => void seen.push(subject))
  await until(async () => (await open()) === 0)
  expect(seen).toEqual(['case 8'])
  expect(await all()).toMatchObject([{ outcome: 'void' }, { outcome: 'done' }])
})

test('one that is moved or voided while it is claimed is not done', async () => {
  const seen: string[] = []
  for (const subject of ['1', '2', '3', '4']) await put(subject, inHours(-1))
  let release = (): void => undefined
  const first = new Promise<void>((resolve) => (release = resolve))
  loopWith(async (_tx, { subject }) => {
    seen.push(subject)
    if (subject === '1' || subject === '2') await first
  })
  await until(() => seen.length === 2)
  await put('3', inHours(5))
  await timers.void(world.db, { kind: 'remind', subject: '4' }, clock.now())
  release()
  await until(async () => (await open()) === 1)
  await aWhile()
  expect(seen.toSorted()).toEqual(['1', '2'])
  expect((await all()).map(({ subject, outcome }) => [subject, outcome])).toContainEqual(['3', null])
})

test('its work and its mark are one transaction; a handler may put its own timer again', async () => {
  const days: string[] = []
  loopWith(async (tx, { subject, payload }, now) => {
    const day = (payload as { day: number }).day
    days.push(`${subject} ${day}`)
    const dueAt = new Date(now.getTime() + 24 * HOUR_MS)
    await timers.put(tx, { kind: 'remind', subject, dueAt, payload: { day: day + 1 } }, now)
    if (day === 2 && days.length === 2) throw new Error('once')
  })
  await put('daily', inHours(0), { day: 1 })
  await until(() => days.length === 1)
  moveBy(24)
  await until(() => days.length === 3)
  await until(async () => (await all()).length === 3)
  expect(days).toEqual(['daily 1', 'daily 2', 'daily 2'])
  expect((await all()).map(({ outcome, payload }) => [outcome, payload])).toEqual([
    ['done', { day: 1 }],
    ['done', { day: 2 }],
    [null, { day: 3 }],
  ])
})

test('a failing one is tried again with a back-off, and given up in the end; others go on', async () => {
  const tries: string[] = []
  const handler: TimerHandler = async (_tx, { subject }) => {
    tries.push(subject)
    if (subject === 'bad') throw new TypeError('a name of somebody')
  }
  await put('bad', inHours(-2))
  await put('good', inHours(-1))
  const loop = loopWith(handler, { settings: { attemptsMax: 3, backOffFirstMs: 60 } })
  await until(async () => (await open()) === 0)
  expect(tries.toSorted()).toEqual(['bad', 'bad', 'bad', 'good'])
  const [bad] = await all()
  expect(bad).toMatchObject({ outcome: 'dead', attempts: 3, error: expect.stringMatching(/^TypeError/) })
  expect(bad!.error).not.toContain('somebody')
  expect(loop.counts()).toEqual({ done: 1, failed: 2, dead: 1 })
  expect(complaints).toEqual(['a timer was given up'])
})

test('one that kills its process is given up; a kind that nobody knows waits', async () => {
  await put('deadly', inHours(-1))
  await world.db.transaction((tx) =>
    timers.put(tx, { kind: 'unheard of', subject: 'x', dueAt: inHours(-1) }, clock.now()),
  )
  await world.db.prisma.timer.updateMany({
    data: { attempts: 3, holder: 'dead', heldUntil: new Date(Date.now() - 1_000) },
  })
  const tries: string[] = []
  loopWith(async (_tx, { subject }) => void tries.push(subject), { settings: { attemptsMax: 3 } })
  await until(async () => (await open()) === 1)
  await aWhile()
  expect(tries).toEqual([])
  expect(await all()).toMatchObject([
    { outcome: 'dead', error: expect.stringMatching(/^ProcessesEnded/) },
    { kind: 'unheard of', doneAt: null },
  ])
})

test('stops in order: what was claimed and not begun is free for others at once', async () => {
  for (let n = 0; n < 6; n++) await put(`${n}`, inHours(-1))
  const seen: string[] = []
  let release = (): void => undefined
  const held = new Promise<void>((resolve) => (release = resolve))
  const loop = loopWith(async (_tx, { subject }) => {
    seen.push(subject)
    await held
  })
  await until(() => seen.length === 2)
  const stopped = loop.stop()
  release()
  await stopped
  expect(seen).toHaveLength(2)
  expect(await world.db.prisma.timer.count({ where: { doneAt: null, holder: null, attempts: 0 } })).toBe(4)
})

test('3 processes, one killed at work, the clock moved to and fro: each timer is done once', async () => {
  const house = new HouseClock(world.db)
  await house.start()
  await world.db.run(
    statement<object, []>('test_done_table', 'create table if not exists done (subject text, pid int)'),
    [],
  )
  const settings = { everyMs: 50, leaseMs: 1_000 }
  const tickers = processes('./ticker.ts', { TICKER: JSON.stringify({ databaseUrl: world.url, settings }) })
  try {
    const data = Array.from({ length: 150 }, (_, n) => ({
      kind: 'work',
      subject: `${n}`,
      dueAt: new Date(Date.now() + (n % 3) * 24 * HOUR_MS),
      createdAt: new Date(),
    }))
    await world.db.prisma.timer.createMany({ data })
    const done = async () =>
      (await world.db.run(statement<{ pid: number }, []>('test_done_read', 'select pid from done'), [])).map(
        ({ pid }) => pid,
      )
    await Promise.all([tickers.start(), tickers.start(), tickers.start()])
    await until(async () => (await done()).length >= 10)
    const [victim] = await done()
    tickers.kill(victim!)
    await until(async () => (await done()).length === 50)
    await house.advance(25 * HOUR_MS)
    await until(async () => (await done()).length === 100)
    await house.advance(-25 * HOUR_MS)
    await house.advance(50 * HOUR_MS)
    await until(async () => (await done()).length >= 150)
    expect(await done()).toHaveLength(150)
    expect(new Set(await done()).size).toBeGreaterThan(1)
    const rows = await world.db.prisma.timer.groupBy({ by: ['outcome'], _count: true })
    expect(rows.map(({ outcome, _count }) => [outcome, _count])).toEqual([['done', 150]])
  } finally {
    house.stop()
    await tickers.stop()
  }
})
