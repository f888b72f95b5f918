/** hear in real processes, over real HTTP: what must hold whatever arrives where, twice, or while a process dies. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import type { Inbound } from '../../bot/channels/channel.js'
import { statement } from '../../prisma/tx.js'
import { until } from '../fakes/chats.js'
import type { Behind, HearTask } from '../fakes/hear-process.js'
import { APOLOGY, DEADLY, photo, word, type PhotoState } from '../fakes/photo-talk.js'
import { processes, type Processes } from '../fakes/processes.js'
import { freshWorld, type World } from '../world.js'

const talks = statement<{ address: string; state: PhotoState }, []>(
  'test_talks',
  `select c.address, t.state from talks t join chats c on c.id = t.chat_id`,
)
const updates = statement<{ address: string; seq: number; attempts: number; outcome: string | null; key: string }, []>(
  'test_updates',
  `select c.address, u.seq, u.attempts, u.outcome, u.key from updates u join chats c on c.id = u.chat_id order by c.id, u.seq`,
)
const undone = statement<{ n: number }, []>('test_undone', `select count(*) as n from updates where done_at is null`)
const said = statement<{ address: string; said: string }, []>(
  'test_said',
  `select c.address, o.body->'text'->0->>'words' as said from outbox o join chats c on c.id = o.chat_id order by o.id`,
)
const truncate = statement<object, []>('test_truncate', 'truncate chats, updates, talks, outbox, leases cascade')

/** 20 s for the whole file on two idle cores; several times that when they are shared. */
jest.setTimeout(90_000)

const FAST = { leaseMs: 1_000, sweepMs: 200, fetchMs: 5 }

let world: World
let them: Processes
/** The same pseudo-random choices in every run */
let random: () => number

const start = async (count: number, task: Partial<HearTask> = {}, dying = false) => {
  const HEAR = JSON.stringify({ databaseUrl: world.url, ...FAST, ...task } satisfies HearTask)
  them = processes('./hear-process.ts', { HEAR }, { again: dying, quiet: dying })
  await Promise.all(Array.from({ length: count }, () => them.start()))
}

const portOf = (pid: number) => Number(them.said(pid))
const anyPort = () => {
  const ports = them.pids().map(portOf).filter(Boolean)
  return ports[Math.floor(random() * ports.length)]!
}

async function post(inbounds: Inbound[], port: number): Promise<boolean> {
  const body = JSON.stringify(inbounds)
  const headers = { 'content-type': 'application/json' }
  const { status } = await fetch(`http://127.0.0.1:${port}/in`, { method: 'POST', headers, body })
  return status === 200
}

/** As a platform does: again, wherever somebody listens, until it is acknowledged. */
async function deliver(inbounds: Inbound[]): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      if (await post(inbounds, anyPort())) return
    } catch (error) {
      if (tries === 100) throw error
    }
    await new Promise((done) => setTimeout(done, 100))
  }
}

const allDone = () => until(async () => (await world.db.run(undone, []))[0]!.n === 0, 60_000)

function shuffled<T>(items: T[]): T[] {
  const mixed = [...items]
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[mixed[i], mixed[j]] = [mixed[j]!, mixed[i]!]
  }
  return mixed
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i)

beforeAll(async () => {
  world = await freshWorld()
})
afterAll(() => world.close())
beforeEach(() => {
  let seed = 20261124
  random = () => (seed = (seed * 48271) % 2147483647) / 2147483647
})
afterEach(() => world.db.run(truncate, []))

describe('three processes', () => {
  // The same three for all of these: starting one takes longer than most of what it is then asked to do.
  beforeAll(() => start(3, { fetchMs: 20 }))
  afterAll(() => them.stop())

  test('an album of 6 in each of 100 new chats, every update delivered twice: 600 photos, each once', async () => {
    const albums = numbers(100).flatMap((chat) => numbers(6).map((i) => photo(`album ${chat}`, `${chat}.${i}`)))
    await Promise.all(shuffled([...albums, ...albums]).map((inbound) => deliver([inbound])))
    await allDone()
    const kept = (await world.db.run(talks, [])).flatMap(({ state }) => state.photos)
    console.log(`albums: ${kept.length} of 600 photos kept, ${kept.length - new Set(kept).size} twice`)
    expect(kept.sort()).toEqual(albums.map(({ heard }) => (heard.kind === 'photo' ? heard.file.id : '')).sort())
    expect(await world.db.run(said, [])).toHaveLength(600)
  })

  test('a photo and 100 ms later a word, in 500 chats: none out of order', async () => {
    const began = Date.now()
    await Promise.all(
      numbers(500).map(async (chat) => {
        await new Promise((done) => setTimeout(done, chat * 3))
        await deliver([photo(`order ${chat}`, `${chat}`)])
        await new Promise((done) => setTimeout(done, 100))
        await deliver([word(`order ${chat}`, 'word')])
      }),
    )
    await allDone()
    const answers = new Map<string, string[]>()
    for (const { address, said: answer } of await world.db.run(said, [])) {
      answers.set(address, [...(answers.get(address) ?? []), answer])
    }
    const wrong = [...answers].filter(
      ([address, [first, second, ...more]]) =>
        first !== `photo ${address.split(' ')[1]}` || second !== 'word after 1' || more.length > 0,
    )
    console.log(`photo, then word: ${wrong.length} of ${answers.size} out of order, ${Date.now() - began} ms`)
    expect(answers.size).toBe(500)
    expect(wrong).toEqual([])
  })

  test('600 queued photos: none given up, none counted before it was begun', async () => {
    const photos = numbers(60).flatMap((chat) => numbers(10).map((i) => photo(`queue ${chat}`, `${chat}.${i}`)))
    await Promise.all(numbers(60).map((chat) => deliver(photos.slice(chat * 10, chat * 10 + 10))))
    const inHand = (await world.db.run(updates, [])).filter(({ attempts, outcome }) => attempts > 0 && outcome === null)
    expect(inHand.length).toBeLessThanOrEqual(60)
    await allDone()
    const all = await world.db.run(updates, [])
    const attempts = Math.max(...all.map((update) => update.attempts))
    const dead = all.filter(({ outcome }) => outcome === 'dead').length
    console.log(`600 queued photos: ${dead} given up, at most ${attempts} attempts`)
    // A second attempt is no fault: on a machine that stands still for a lease, another process takes a chat over.
    expect({ stored: all.length, dead }).toEqual({ stored: 600, dead: 0 })
    const kept = (await world.db.run(talks, [])).map(({ address, state }) => [address, state.photos])
    expect(Object.fromEntries(kept)).toEqual(
      Object.fromEntries(numbers(60).map((chat) => [`queue ${chat}`, numbers(10).map((i) => `${chat}.${i}`)])),
    )
  })

  test('kill -9 of one in mid-work: the others go on, every effect once and in order', async () => {
    const began = Date.now()
    const each = (chat: number) => numbers(5).map((i) => photo(`kill ${chat}`, `${chat}.${i}`))
    await Promise.all(numbers(60).map((chat) => deliver(each(chat))))
    await until(async () => (await world.db.run(said, [])).length > 30)
    const [victim] = them.pids()
    them.kill(victim!)
    const before = (await world.db.run(undone, []))[0]!.n
    await allDone()
    console.log(`kill -9 with ${before} of 300 undone: all done ${Date.now() - began} ms after the first`)
    expect(before).toBeGreaterThan(50)
    const kept = (await world.db.run(talks, [])).map(({ address, state }) => [address, state.photos])
    expect(Object.fromEntries(kept)).toEqual(
      Object.fromEntries(numbers(60).map((chat) => [`kill ${chat}`, numbers(5).map((i) => `${chat}.${i}`)])),
    )
    const answers = await world.db.run(said, [])
    expect(answers).toHaveLength(300)
    expect(answers.filter((answer) => answer.said === APOLOGY)).toEqual([])
  })
})

describe('one process', () => {
  afterEach(() => them.stop())

  test('one chat sends 200 updates among 50 others: nobody waits behind more than two of them', async () => {
    // One at a time, so that the order in which they are let in is the order in which they are seen to begin: of several at
    // once the database may answer a later one first.
    await start(1, { turns: 1 })
    const [port] = them.pids().map(portOf)
    const flood = Promise.all(
      numbers(20).map((i) =>
        post(
          numbers(10).map((j) => word('noisy', `${i}.${j}`)),
          port!,
        ),
      ),
    )
    const others = numbers(50).map(async (chat) => {
      await new Promise((done) => setTimeout(done, chat * 2))
      await post([word(`quiet ${chat}`, 'hello')], port!)
    })
    await Promise.all([flood, ...others])
    await allDone()
    const behind = (await (await fetch(`http://127.0.0.1:${port}/behind`)).json()) as Behind[]
    const quiet = behind.filter(({ address }) => address !== 'noisy')
    const waits = quiet
      .map(({ between }) => between.filter((address) => address === 'noisy').length)
      .sort((a, b) => a - b)
    const left = behind.filter(({ address }) => address === 'noisy').length
    console.log(`200 among 50 others: others waited behind at most ${waits.at(-1)} of them, p95 ${waits[47]}`)
    expect({ quiet: quiet.length, noisy: left }).toEqual({ quiet: 50, noisy: 200 })
    expect(waits.at(-1)).toBeLessThanOrEqual(2)
  })

  test('a photo that aborts the process is given up after 3 starts, with the apology; no innocent one is', async () => {
    await start(1, { leaseMs: 400, sweepMs: 100, fetchMs: 30 }, true)
    const first = them.pids()[0]
    await deliver(numbers(3).flatMap((chat) => numbers(3).map((i) => photo(`innocent ${chat}`, `${chat}.${i}`))))
    await deliver([photo('unlucky', DEADLY), word('unlucky', 'still here?')])
    await allDone()
    const all = await world.db.run(updates, [])
    const given = all.filter(({ outcome }) => outcome === 'dead')
    const answers = await world.db.run(said, [])
    console.log(`a deadly photo: given up after ${given[0]?.attempts} starts; ${given.length - 1} innocent ones were`)
    expect(given.map(({ address, attempts }) => ({ address, attempts }))).toEqual([{ address: 'unlucky', attempts: 3 }])
    expect(answers.filter(({ address }) => address === 'unlucky').map((answer) => answer.said)).toEqual([
      APOLOGY,
      'still here? after 0',
    ])
    expect(answers).toHaveLength(11)
    expect(them.pids()[0]).not.toBe(first)
  })
})
