/** The small parts of hear that need no database: the gate, the gathering of calls, the memory of a held chat. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Gate } from '../../../bot/hear/gate.js'
import { Gather } from '../../../bot/hear/gather.js'
import { HeldChat, QUEUE_MAX, type Waiting } from '../../../bot/hear/held.js'
import { word } from '../../fakes/photo-talk.js'

describe('the gate', () => {
  test('lets so many in, the others in the order in which they came', async () => {
    const gate = new Gate(2)
    const entered: number[] = []
    const all = [0, 1, 2, 3, 4].map(async (nth) => {
      await gate.enter()
      entered.push(nth)
    })
    await Promise.all(all.slice(0, 2))
    expect([entered, gate.waiting, gate.tryEnter()]).toEqual([[0, 1], 3, false])
    for (let i = 0; i < 3; i++) gate.leave()
    await Promise.all(all)
    expect(entered).toEqual([0, 1, 2, 3, 4])
  })

  test('once closed lets only in what is in hand', async () => {
    const gate = new Gate(1)
    await gate.enter()
    const [waiting, inHand] = [gate.enter(), gate.enter(true)]
    gate.close()
    expect(await waiting).toBe(false)
    gate.leave()
    expect(await inHand).toBe(true)
    gate.leave()
    expect([await gate.enter(), gate.tryEnter(), await gate.enter(true)]).toEqual([false, false, true])
  })
})

describe('gathered calls', () => {
  test('one run at a time; what comes meanwhile goes together, in order, and each gets its own result', async () => {
    const runs: number[][] = []
    let running = 0
    const gather = new Gather<number, number>(async (items) => {
      expect(++running).toBe(1)
      runs.push(items)
      await new Promise((done) => setTimeout(done, 5))
      running -= 1
      return items.map((item) => item * 10)
    }, 4)
    const first = gather.add(0)
    await new Promise((done) => setTimeout(done, 2))
    const rest = [1, 2, 3, 4, 5, 6].map((item) => gather.add(item))
    expect(await Promise.all([first, ...rest])).toEqual([0, 10, 20, 30, 40, 50, 60])
    expect(runs).toEqual([[0], [1, 2, 3, 4], [5, 6]])
  })

  test('a run that fails tells all of its calls and no other', async () => {
    const gather = new Gather<number, number>(
      (items) => (items.includes(1) ? Promise.reject(new Error('no')) : Promise.resolve(items)),
      1,
    )
    const calls = await Promise.allSettled([gather.add(0), gather.add(1), gather.add(2)])
    expect(calls.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })
})

describe('a held chat', () => {
  const update = (seq: number): Waiting => ({
    seq,
    inbound: word('a', `${seq}`),
    attempts: 0,
    begun: false,
    suspect: false,
    faults: 0,
  })
  const seqs = (chat: HeldChat) => chat.queue.map(({ seq }) => seq)

  test('does not queue past what another process stored in between', () => {
    const chat = new HeldChat(1, 0, false)
    chat.add(update(1), 0)
    chat.add(update(3), 2)
    chat.add(update(4), 3)
    expect([seqs(chat), chat.more]).toEqual([[1], true])
  })

  test('forgets nothing that is stored while the database is asked', () => {
    const chat = new HeldChat(1, 3, true)
    chat.asking()
    chat.add(update(4), 3)
    chat.answered([update(1), update(3)], 3)
    expect([seqs(chat), chat.more]).toEqual([[1, 3, 4], false])
  })

  test('keeps so many in memory and no more', () => {
    const chat = new HeldChat(1, 0, false)
    for (let seq = 1; seq <= QUEUE_MAX + 5; seq++) chat.add(update(seq), seq - 1)
    expect([chat.queue.length, chat.more]).toEqual([QUEUE_MAX, true])
  })

  /** Two processes store for one chat; what this one knows is without a gap, or it knows that there is more. */
  test('whatever is stored where, the queue is the oldest undone updates without a gap', () => {
    const step = fc.oneof(
      fc.constant('here' as const),
      fc.constant('elsewhere' as const),
      fc.constant('serve' as const),
      fc.constant('copy' as const),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const chat = new HeldChat(1, 0, false)
        let undone: number[] = []
        let last = 0
        for (const what of steps) {
          if (what === 'elsewhere' || what === 'here') undone.push(++last)
          if (what === 'here') chat.add(update(last), last - 1)
          if (what === 'copy' && last > 0) chat.add(update(last), last - 1)
          if (what === 'serve') {
            if (chat.queue.length === 0) {
              chat.asking()
              chat.answered(undone.map(update), last)
            }
            const served = chat.queue.shift()
            if (served) undone = undone.filter((seq) => seq !== served.seq)
          }
          expect(seqs(chat)).toEqual(undone.slice(0, chat.queue.length))
        }
      }),
    )
  })
})
