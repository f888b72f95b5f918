/** hear in this process: attempts, apologies, lost databases, stops, copies, wiping. Real processes: hear-processes.test.ts. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Inbound, Reply } from '../../bot/channels/channel.js'
import { Hear, type HearOptions } from '../../bot/hear.js'
import { put, type ClaimedRow, type Outgoing } from '../../domain/outbox.js'
import { sqlState } from '../../prisma/failure.js'
import { statement, type Database, type Tx } from '../../prisma/tx.js'
import { message, until } from '../fakes/chats.js'
import { APOLOGY, BROKEN, fetching, photo, photoTalk, word, type Fetched } from '../fakes/photo-talk.js'
import { freshWorld, type World } from '../world.js'

type Options = HearOptions<Fetched, Outgoing<Reply>, ClaimedRow<Reply>>
type Heard = Hear<Fetched, Outgoing<Reply>, ClaimedRow<Reply>>

const backendPid = statement<{ pid: number }, []>('test_pid', 'select pg_backend_pid() as pid')
const terminate = statement<object, [pid: number]>('test_terminate', 'select pg_terminate_backend($1)')
const deadlock = statement<object, []>('test_deadlock', `do $$ begin raise exception using errcode = '40P01'; end $$`)
const divide = statement<object, []>('test_divide', 'select 1 / 0')
const truncate = statement<object, []>(
  'test_truncate',
  'truncate chats, updates, talks, outbox, leases, settings cascade',
)
const updates = statement<
  {
    address: string
    seq: number
    key: string
    body: Inbound | null
    attempts: number
    outcome: string | null
    error: string | null
  },
  []
>(
  'test_updates',
  `select c.address, u.seq, u.key, u.body, u.attempts, u.outcome, u.error
   from updates u join chats c on c.id = u.chat_id order by c.id, u.seq`,
)
const chats = statement<Record<string, unknown> & { id: number; address: string; holder: string | null }, []>(
  'test_chats',
  'select * from chats order by address',
)
const said = statement<{ said: string }, []>(
  'test_said',
  `select body->'text'->0->>'words' as said from outbox order by id`,
)
const steal = statement<object, [holder: string, ms: number]>(
  'test_steal',
  `update chats set holder = $1, held_until = now() + $2::float8 * interval '1 ms'`,
)

let world: World
let logged: { fields: object; text: string }[]
const running: Heard[] = []

const note = (fields: object, text: string) => void logged.push({ fields, text })
const listen = (options: Partial<Options> = {}, start = true): Heard => {
  const hear: Heard = new Hear({
    db: world.db,
    dialogue: photoTalk,
    prepare: fetching(0),
    put,
    log: { info: note, warn: note, error: note },
    leaseMs: 600,
    sweepMs: 50,
    turns: 4,
    retryMs: [1, 1],
    ...options,
  })
  if (start) hear.start()
  running.push(hear)
  return hear
}

const all = () => world.db.run(updates, [])
const answers = async () => (await world.db.run(said, [])).map((row) => row.said)
const ended = statement<{ n: number }, []>('test_ended', 'select count(*) as n from updates where outcome is not null')
const finished = (count: number) => until(async () => (await world.db.run(ended, []))[0]!.n === count, 25_000)

beforeAll(async () => {
  world = await freshWorld()
})
afterAll(() => world.close())
beforeEach(async () => {
  logged = []
  await world.db.run(truncate, [])
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((hear) => hear.stop(200)))
})

describe('storing', () => {
  test('is done when it is on disk, and answered in order', async () => {
    const hear = listen()
    await hear.store([word('a', 'one'), photo('a', 'p'), word('a', 'two')])
    expect(await all()).toHaveLength(3)
    await finished(3)
    expect(await answers()).toEqual(['one after 0', 'photo p', 'two after 1'])
    await until(() => hear.counts().heldChats === 0)
    expect(await world.db.run(chats, [])).toMatchObject([{ address: 'a', last_seq: 3, holder: null, held_until: null }])
  })

  test('keeps the order of calls that were not waited for', async () => {
    const hear = listen()
    await Promise.all(Array.from({ length: 150 }, (_, i) => hear.store([word('a', `${i}`)])))
    await finished(150)
    expect(await answers()).toEqual(Array.from({ length: 150 }, (_, i) => `${i} after 0`))
  })

  test('one that cannot be stored does not keep the others of its batch out', async () => {
    const hear = listen()
    const bad = word('bad', 'a\u0000b')
    const stored = await Promise.allSettled([
      hear.store([word('a', 'x')]),
      hear.store([bad]),
      hear.store([word('c', 'y')]),
    ])
    expect(stored.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    await finished(2)
    expect((await answers()).sort()).toEqual(['x after 0', 'y after 0'])
  })

  test('copies change nothing: in one call, at the same moment, from two processes', async () => {
    const [one, two] = [listen(), listen()]
    const inbound = word('a', 'once')
    await Promise.all([one.store([inbound, inbound]), two.store([inbound]), one.store([inbound])])
    await finished(1)
    await until(() => one.counts().heldChats + two.counts().heldChats === 0)
    expect(await answers()).toEqual(['once after 0'])
    expect(one.counts().stored + two.counts().stored).toBe(1)
    expect(one.counts().duplicates + two.counts().duplicates).toBe(3)
  })

  test('a copy that comes days later changes nothing, though the body was wiped', async () => {
    const hear = listen()
    const inbound = word('a', 'secret')
    await hear.store([inbound])
    await finished(1)
    await until(() => hear.counts().heldChats === 0)
    expect(await hear.wipe(7 * 24 * 3_600_000)).toBe(0)
    expect(await hear.wipe(0)).toBe(1)
    expect(await all()).toMatchObject([{ key: inbound.key, body: null, outcome: 'done' }])
    const before = await world.db.run(chats, [])
    await hear.store([inbound])
    expect(await world.db.run(chats, [])).toEqual(before)
    expect(await answers()).toEqual(['secret after 0'])
    expect(hear.counts()).toMatchObject({ stored: 1, duplicates: 1, done: 1 })
  })

  test('wiping is one process at a time', async () => {
    const [one, two] = [listen({}, false), listen({}, false)]
    await one.store([word('a', 'x')])
    await finished(1)
    expect([await one.wipe(0), await two.wipe(0)]).toEqual([1, 0])
  })

  test('learns the language at the first contact and never overwrites it', async () => {
    const hear = listen()
    const says = (address: string, language?: string) => ({ ...word(address, 'x'), language })
    await hear.store([says('en', 'en-GB'), says('none'), says('other', 'fr'), says('vi', 'vi')])
    await hear.store([says('en', 'vi'), says('none', 'en'), says('other', 'en'), says('vi', 'en')])
    const languages = (await world.db.run(chats, [])).map(({ address, language }) => [address, language])
    expect(Object.fromEntries(languages)).toEqual({ en: 'en', none: 'en', other: 'vi', vi: 'vi' })
  })

  test('who left cannot be reached until heard again', async () => {
    const hear = listen()
    const left: Inbound = { ...word('a', ''), heard: { kind: 'left' } }
    await hear.store([word('a', 'x')])
    const [{ heard_at: heardAt }] = (await world.db.run(chats, [])) as unknown as [Record<string, unknown>]
    await hear.store([left])
    expect(await world.db.run(chats, [])).toMatchObject([{ unreachable_at: expect.any(Date), heard_at: heardAt }])
    await hear.store([word('a', 'y')])
    expect(await world.db.run(chats, [])).toMatchObject([{ unreachable_at: null }])
  })

  test('a colleague’s word is not the person’s: it opens no window, and nobody is back by it', async () => {
    const hear = listen()
    const colleague: Inbound = { ...word('a', ''), heard: { kind: 'colleague' } }
    await hear.store([colleague])
    expect(await world.db.run(chats, [])).toMatchObject([{ heard_at: null, unreachable_at: null }])
    await hear.store([word('a', 'x')])
    const [{ heard_at: heardAt }] = (await world.db.run(chats, [])) as unknown as [Record<string, unknown>]
    await hear.store([{ ...colleague, key: 'c2' }])
    expect(await world.db.run(chats, [])).toMatchObject([{ heard_at: heardAt, unreachable_at: null }])
    await hear.store([
      { ...word('a', ''), heard: { kind: 'left' } },
      { ...colleague, key: 'c3' },
    ])
    expect(await world.db.run(chats, [])).toMatchObject([{ heard_at: heardAt, unreachable_at: expect.any(Date) }])
    await hear.store([{ ...colleague, key: 'c4' }])
    expect(await world.db.run(chats, [])).toMatchObject([{ unreachable_at: expect.any(Date) }])
  })
})

describe('attempts', () => {
  test('a photo that cannot be read is given up after 3 starts, with an apology, and the chat goes on', async () => {
    const hear = listen()
    await hear.store([photo('a', BROKEN), word('a', 'next')])
    await finished(2)
    expect(await answers()).toEqual([APOLOGY, 'next after 0'])
    expect(await all()).toMatchObject([
      { outcome: 'dead', attempts: 3, error: expect.stringMatching(/^Error/) },
      { outcome: 'done', attempts: 1 },
    ])
    expect(hear.counts()).toMatchObject({ dead: 1, done: 1, failed: 3 })
    expect(logged.at(-1)).toMatchObject({ text: 'an update was given up', fields: { seq: 1, kind: 'photo' } })
  })

  test('what a turn did before it failed is undone, and no message of an error is kept or logged', async () => {
    const answer = async (tx: Tx, turn: Parameters<typeof photoTalk.answer>[1]) => {
      if (turn.seq > 1) return photoTalk.answer(tx, turn)
      await put(tx, turn.chat.id, [message('half')])
      await tx.run(divide, [])
      throw new Error('never reached')
    }
    const hear = listen({ dialogue: { ...photoTalk, answer } })
    await hear.store([word('a', 'my phone is 0912'), word('a', 'next')])
    await finished(2)
    expect(await answers()).toEqual([APOLOGY, 'next after 0'])
    expect((await all())[0]!.error).toContain('22012')
    expect(JSON.stringify([logged, await all().then((rows) => rows[0]!.error)])).not.toMatch(/0912|division/)
  })

  test('an apology that fails as well is left out', async () => {
    const broken = () => Promise.reject(new Error('bug'))
    const hear = listen({ dialogue: { answer: broken, apologise: broken } })
    await hear.store([word('a', 'x')])
    await finished(1)
    expect(await answers()).toEqual([])
    expect(await all()).toMatchObject([{ outcome: 'dead', attempts: 3 }])
    expect(hear.counts().dead).toBe(1)
  })

  test('a preparation that never ends counts as one that failed', async () => {
    const hear = listen({ prepareMaxMs: 10, prepare: () => new Promise<never>(() => undefined) })
    await hear.store([photo('a', 'x')])
    await finished(1)
    expect(await all()).toMatchObject([{ outcome: 'dead', attempts: 3, error: expect.stringMatching(/^TooLate/) }])
    expect(await answers()).toEqual([APOLOGY])
  })

  test('a deadlock runs the whole turn again, and it answers once', async () => {
    let runs = 0
    const answer = async (tx: Tx, turn: Parameters<typeof photoTalk.answer>[1]) => {
      if (++runs === 1) await tx.run(deadlock, [])
      return photoTalk.answer(tx, turn)
    }
    const hear = listen({ dialogue: { ...photoTalk, answer } })
    await hear.store([word('a', 'x')])
    await finished(1)
    expect(runs).toBe(2)
    expect(await answers()).toEqual(['x after 0'])
    expect(await all()).toMatchObject([{ outcome: 'done', attempts: 1 }])
    expect(hear.counts()).toMatchObject({ done: 1, failed: 0 })
  })

  test('what a process started and left is started by others one at a time', async () => {
    const gone = listen({
      prepare: () => new Promise<never>(() => undefined),
      preparations: 8,
      prepareMaxMs: 60_000,
      sweepMs: 60_000,
    })
    await gone.store(Array.from({ length: 4 }, (_, i) => photo(`left ${i}`, `${i}`)))
    await until(async () => (await all()).every(({ attempts }) => attempts === 1))
    await world.db.run(steal, ['a dead process', 0])
    let at = 0
    let most = 0
    const heir = listen({
      preparations: 8,
      prepare: async (inbound, chatId, signal) => {
        most = Math.max(most, ++at)
        const fetched = await fetching(5)(inbound, chatId, signal)
        at -= 1
        return fetched
      },
    })
    await until(() => heir.counts().done === 4)
    expect(most).toBe(1)
    expect((await all()).map(({ attempts }) => attempts)).toEqual([2, 2, 2, 2])
  })

  test('words whose processes ended three times are no cause of it, and are answered; a photo is given up', async () => {
    const gone = listen({ turns: 0, preparations: 0, sweepMs: 60_000 })
    await gone.store([word('words', 'x'), photo('photo', 'p')])
    await world.db.run(statement<object, []>('test_thrice', 'update updates set attempts = 3'), [])
    await world.db.run(steal, ['a dead process', 0])
    listen()
    await finished(2)
    expect((await all()).map(({ address, outcome }) => ({ address, outcome }))).toEqual([
      { address: 'photo', outcome: 'dead' },
      { address: 'words', outcome: 'done' },
    ])
  })

  test('what two processes left goes last, so that a third death does not take it for the cause', async () => {
    const gone = listen({
      prepare: () => new Promise<never>(() => undefined),
      preparations: 8,
      prepareMaxMs: 60_000,
      sweepMs: 60_000,
    })
    await gone.store(Array.from({ length: 6 }, (_, i) => photo(`left ${i}`, `${i}`)))
    await until(async () => (await all()).every(({ attempts }) => attempts === 1))
    await world.db.run(
      statement<object, []>(
        'test_twice',
        `update updates set attempts = 2 where chat_id in (select id from chats where address in ('left 0', 'left 3'))`,
      ),
      [],
    )
    await world.db.run(steal, ['a dead process', 0])
    const begun: string[] = []
    const heir = listen({
      leaseMs: 10_000,
      retryMs: [0, 1_000],
      prepare: (inbound, chatId, signal) => {
        begun.push(inbound.address)
        return fetching(5)(inbound, chatId, signal)
      },
    })
    await until(() => heir.counts().done === 6)
    expect(begun.slice(0, 4).sort()).toEqual(['left 1', 'left 2', 'left 4', 'left 5'])
    expect(begun.slice(4).sort()).toEqual(['left 0', 'left 3'])
  })
})

describe('claims', () => {
  test('a holder whose claim was lost takes nothing', async () => {
    let prepared: () => void = () => undefined
    const held = new Promise<void>((resolve) => (prepared = resolve))
    const hear = listen({
      prepare: async (inbound, chatId, signal) => {
        await held
        return fetching(0)(inbound, chatId, signal)
      },
    })
    await hear.store([photo('a', 'x')])
    await until(() => hear.counts().preparing === 1)
    await world.db.run(steal, ['another', 300])
    prepared()
    await until(() => hear.counts().retaken === 1)
    expect(await answers()).toEqual([])
    await finished(1)
    expect(await answers()).toEqual(['photo x'])
  })

  test('a claim is renewed while its photo takes longer than the lease', async () => {
    const [hear, other] = [listen({ leaseMs: 600, prepare: fetching(1_500) }), listen({ prepare: fetching(0) })]
    await hear.store([photo('a', 'slow')])
    await finished(1)
    expect([hear.counts().done, other.counts().done]).toEqual([1, 0])
    expect(await all()).toMatchObject([{ attempts: 1 }])
  })

  test('what another process stores for a held chat waits its turn there', async () => {
    const [holder, other] = [listen({ prepare: fetching(80) }), listen({ sweepMs: 60_000 })]
    await holder.store([photo('a', 'p')])
    await other.store([word('a', 'w')])
    await holder.store([word('a', 'v')])
    await finished(3)
    expect(await answers()).toEqual(['photo p', 'w after 1', 'v after 1'])
    expect([holder.counts().done, holder.counts().retaken, other.counts().done]).toEqual([3, 0, 0])
    await until(() => holder.counts().heldChats === 0)
  })

  test('more than fit into memory are fetched when those before are done', async () => {
    const hear = listen()
    const many = Array.from({ length: 250 }, (_, i) => word('a', `${i}`))
    await hear.store([photo('a', 'first'), ...many])
    await finished(251)
    expect(await answers()).toEqual(['photo first', ...many.map((_, i) => `${i} after 1`)])
  })
})

describe('an orderly stop', () => {
  test('gives back the attempt of what it could not end; another process goes on at once', async () => {
    const stopped = listen({ prepare: fetching(60_000), leaseMs: 60_000 })
    await stopped.store([photo('a', 'p'), word('a', 'w')])
    await until(() => stopped.counts().preparing === 1)
    expect((await all()).map(({ attempts }) => attempts)).toEqual([1, 0])
    await stopped.stop(20)
    expect((await all()).map(({ attempts }) => attempts)).toEqual([0, 0])
    listen()
    await finished(2)
    expect(await answers()).toEqual(['photo p', 'w after 1'])
    expect((await all()).map(({ attempts }) => attempts)).toEqual([1, 1])
  })

  test('waits for what ends in time', async () => {
    const hear = listen({ prepare: fetching(50) })
    await hear.store([photo('a', 'p'), word('a', 'w')])
    await until(() => hear.counts().preparing === 1)
    await hear.stop(5_000)
    expect((await all()).map(({ outcome }) => outcome)).toEqual(['done', null])
    expect(await world.db.run(chats, [])).toMatchObject([{ holder: null }])
  })

  test('what is stored afterwards is left to other processes', async () => {
    const hear = listen()
    await hear.stop(100)
    await hear.store([word('a', 'late')])
    expect(await all()).toMatchObject([{ attempts: 0, outcome: null }])
    listen()
    await finished(1)
    expect(await answers()).toEqual(['late after 0'])
  })
})

describe('a lost database', () => {
  test('a connection that breaks in mid-turn: done exactly once, the attempt given back', async () => {
    let runs = 0
    const answer = async (tx: Tx, turn: Parameters<typeof photoTalk.answer>[1]) => {
      if (++runs === 1) {
        await put(tx, turn.chat.id, [message('never seen')])
        await world.db.run(terminate, [(await tx.run(backendPid, []))[0]!.pid])
      }
      return photoTalk.answer(tx, turn)
    }
    const hear = listen({ dialogue: { ...photoTalk, answer } })
    await hear.store([word('a', 'x')])
    await finished(1)
    expect(runs).toBe(2)
    expect(await answers()).toEqual(['x after 0'])
    expect(await all()).toMatchObject([{ outcome: 'done', attempts: 1 }])
    expect(hear.counts()).toMatchObject({ done: 1, failed: 0, databaseLost: 1 })
  })

  test('a connection that breaks while nothing is asked of it does not end the process', async () => {
    let runs = 0
    const answer = async (tx: Tx, turn: Parameters<typeof photoTalk.answer>[1]) => {
      if (++runs === 1) {
        await world.db.run(terminate, [(await tx.run(backendPid, []))[0]!.pid])
        await sleep(30)
      }
      return photoTalk.answer(tx, turn)
    }
    listen({ dialogue: { ...photoTalk, answer } })
    await (running[0] as Heard).store([word('a', 'x')])
    await finished(1)
    expect(await answers()).toEqual(['x after 0'])
  })

  test('gone for a while: nothing stored is lost, what could not be stored is refused', async () => {
    let down = false
    const lost = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
    const db: Database = {
      run: (what, values) => (down ? Promise.reject(lost()) : world.db.run(what, values)),
      transaction: (work, opening) => (down ? Promise.reject(lost()) : world.db.transaction(work, opening)),
      onTold: (listener) => world.db.onTold(listener),
    }
    const hear = listen({ db, prepare: fetching(30), preparations: 8 })
    await hear.store(Array.from({ length: 6 }, (_, i) => photo(`c${i}`, `${i}`)))
    await until(() => hear.counts().preparing === 6)
    down = true
    const refused = word('late', 'x')
    await expect(hear.store([refused])).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await until(() => hear.counts().databaseLost === 6)
    down = false
    await hear.store([refused])
    await finished(7)
    expect((await answers()).sort()).toEqual([...Array.from({ length: 6 }, (_, i) => `photo ${i}`), 'x after 0'])
    expect((await all()).map(({ attempts }) => attempts)).toEqual([1, 1, 1, 1, 1, 1, 1])
    expect(logged.map(({ text }) => text)).toEqual(
      expect.arrayContaining(['the database does not answer', 'the database answers again']),
    )
  })
})

describe('a transaction', () => {
  test('refuses statements that come after its end, and tells of a failure that was swallowed', async () => {
    let kept: Tx | undefined
    await world.db.transaction((tx) => Promise.resolve(void (kept = tx)))
    await expect(kept!.run(backendPid, [])).rejects.toThrow('came after the end')
    const swallowed = world.db.transaction(async (tx) => {
      await tx.run(divide, []).catch(() => undefined)
    })
    await expect(swallowed.catch(sqlState)).resolves.toBe('22012')
  })
})
