import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { Lease, Store } from '../../../../bot/channels/told.js'
import { telegramChannel } from '../../../../bot/channels/telegram/telegram.js'
import { backOffMs } from '../../../../bot/channels/back-off.js'
import { TIMING } from '../../../../bot/channels/telegram/limits.js'
import { until } from '../../../fakes/chats.js'
import { FAULTS } from '../../../fakes/telegram/faults.js'
import { person } from '../../../fakes/telegram/people.js'
import { FakeTelegram } from '../../../fakes/telegram/server.js'
import { collector, freeLease, HASTY, memoryStore, never, part, rig, stopAll, type Rig } from './rig.js'

afterEach(stopAll)

const said = (memory: ReturnType<typeof memoryStore>) =>
  memory.inbounds.map(({ heard }) => (heard.kind === 'text' ? heard.text : heard.kind))

/** A second process with the same token. */
function another({ fake, files }: Rig, timing = HASTY) {
  const { lines, log } = collector()
  const telegram = telegramChannel({
    ...{ token: fake.token, apiRoot: fake.url, mode: 'polling' as const, log, timing },
    files: { read: async (key) => files.get(key)! },
  })
  return { telegram, lines }
}

/** A lease as the database keeps it: one holder at a time. */
function sharedLease() {
  let holder: string | undefined
  const asked: string[] = []
  const of = (name: string): Lease => ({
    async hold() {
      asked.push(name)
      holder ??= name
      return holder === name
    },
    async release() {
      if (holder === name) holder = undefined
    },
  })
  return { of, asked, take: (name: string) => (holder = name), holder: () => holder }
}

describe('updates', () => {
  test('are stored in order, a batch in one call, and confirmed after', async () => {
    const made = await rig()
    const [an, bo] = [person(made.fake, 1), person(made.fake, 2)]
    await an.says('a1')
    await bo.says('b1')
    await an.sendsAlbum([Buffer.from('1'), Buffer.from('2'), Buffer.from('3')])
    await an.says('a2')
    await an.edits(1, 'a1!')
    const memory = memoryStore()
    made.telegram.start(memory.store, freeLease())
    await until(() => made.fake.updates.confirmed.length === 7)
    expect(said(memory)).toEqual(['a1', 'b1', 'photo', 'photo', 'photo', 'a2'])
    expect(memory.batches).toHaveLength(1)
    expect(made.counted).toContain('ignored: edited message')
    const [, second] = made.fake.callsOf('getUpdates')
    expect(second!.params).toMatchObject({
      offset: 100_000_008,
      limit: 100,
      allowed_updates: ['message', 'edited_message', 'callback_query', 'my_chat_member'],
    })
    made.fake.assertClean()
  })

  test('a talk: says, hears, presses, shares', async () => {
    const made = await rig()
    const an = person(made.fake, 7)
    const memory = memoryStore()
    made.telegram.start(memory.store, freeLease())
    const last = async (count: number) => {
      await until(() => memory.inbounds.length === count)
      return memory.inbounds.at(-1)!
    }
    await an.starts('c_7K2M')
    expect(await last(1)).toMatchObject({ address: '7', language: 'vi', heard: { kind: 'start', payload: 'c_7K2M' } })
    const buttons = [
      [
        { label: 'Có', data: '1.0' },
        { label: 'Không', data: '1.1' },
      ],
    ]
    await made.telegram.channel.send('7', part('Đúng không?', { buttons }), never())
    await an.hears(/đúng/i)
    await an.presses('Không')
    const press = await last(2)
    expect(press.heard).toMatchObject({ kind: 'press', data: '1.1' })
    await made.telegram.channel.send(
      '7',
      part('Ở đâu ạ?', { wants: 'place', pressId: (press.heard as { pressId: string }).pressId }),
      never(),
    )
    expect(made.fake.presses.size).toBe(0)
    await an.hears('Ở đâu')
    await an.sharesPlace(21.03, 105.83, 12)
    expect((await last(3)).heard).toEqual({ kind: 'place', latitude: 21.03, longitude: 105.83, accuracyMetres: 12 })
    await an.sharesContact('+84912345678')
    expect((await last(4)).heard).toEqual({ kind: 'contact', phone: '+84912345678', own: true })
    await an.sharesContact('0900000000', { own: false })
    expect((await last(5)).heard).toMatchObject({ own: false })
    await an.sendsFile(Buffer.from('giấy'), { name: 'giấy.pdf', mime: 'application/pdf', caption: 'đây' })
    expect((await last(6)).heard).toMatchObject({ kind: 'file', file: { name: 'giấy.pdf', bytes: 6 }, caption: 'đây' })
    for (const what of ['sticker', 'voice', 'dice', 'video'] as const) await an.sends(what)
    expect((await last(10)).heard).toEqual({ kind: 'other', name: 'video' })
    await an.forges(999, '99.9')
    expect((await last(11)).heard).toMatchObject({ kind: 'press', data: '99.9' })
    await an.blocks()
    expect((await last(12)).heard).toEqual({ kind: 'left' })
    await an.unblocks()
    expect((await last(13)).heard).toEqual({ kind: 'returned' })
    made.fake.assertClean()
  })

  test('more than a hundred come in several batches, in order', async () => {
    const made = await rig()
    const an = person(made.fake, 1)
    for (let i = 0; i < 250; i++) await an.says(String(i))
    const memory = memoryStore()
    made.telegram.start(memory.store, freeLease())
    await until(() => made.fake.updates.confirmed.length === 250)
    expect(said(memory)).toEqual(Array.from({ length: 250 }, (_, i) => String(i)))
    expect(memory.batches.map(({ length }) => length)).toEqual([100, 100, 50])
  })
})

describe('a crash', () => {
  test('between storing and confirming brings the same keys again, and nothing else', async () => {
    const made = await rig()
    const an = person(made.fake, 1)
    for (const text of ['1', '2', '3']) await an.says(text)
    const memory = memoryStore()
    // Dies as soon as it has stored: the next getUpdates, which would confirm, is never made.
    const store: Store = async (inbounds) => {
      await memory.store(inbounds)
      void made.telegram.stop()
    }
    made.telegram.start(store, freeLease())
    await until(() => memory.batches.length === 1)
    await made.telegram.stop()
    expect(made.fake.updates.confirmed).toEqual([])

    await an.says('4')
    const next = another(made)
    next.telegram.start(memory.store, freeLease())
    await until(() => made.fake.updates.confirmed.length === 4)
    await next.telegram.stop()
    expect(memory.batches[1]!.slice(0, 3)).toEqual(memory.batches[0])
    expect(said(memory)).toEqual(['1', '2', '3', '4'])
  })

  test('of the store confirms nothing; the batch is asked for again until it stands', async () => {
    const made = await rig()
    const an = person(made.fake, 1)
    await an.says('bí mật')
    const memory = memoryStore()
    let failures = 3
    made.telegram.start(async (inbounds) => {
      if (failures-- > 0) throw new Error('bí mật could not be stored')
      await memory.store(inbounds)
    }, freeLease())
    await until(() => made.fake.updates.confirmed.length === 1)
    expect(said(memory)).toEqual(['bí mật'])
    expect(made.lines.join('\n')).toContain('could not be stored')
    expect(made.lines.join('\n')).not.toContain('bí mật')
  })

  test('a bug while polling is told and does not end it', async () => {
    const made = await rig({
      now: () => {
        throw new RangeError('no time')
      },
    })
    await person(made.fake, 1).says('x')
    made.telegram.start(memoryStore().store, freeLease())
    await until(() => made.lines.filter((line) => line.includes('a bug')).length > 1)
  })
})

describe('an unreachable Telegram', () => {
  test('does not keep start waiting; polling begins when it is there, and is told once each way', async () => {
    const made = await rig()
    await made.fake.down()
    const memory = memoryStore()
    const began = Date.now()
    made.telegram.start(memory.store, freeLease())
    expect(Date.now() - began).toBeLessThan(1_000)
    await until(() => made.counted.filter((what) => what === 'poll: unreachable').length >= 4)
    await made.fake.up()
    const an = person(made.fake, 1)
    await an.says('lại có mạng')
    await until(() => memory.inbounds.length === 1)
    const about = (words: string) => made.lines.filter((line) => line.includes(words)).length
    expect([about('cannot be reached'), about('telegram: polling')]).toEqual([1, 1])
  })

  test('is asked ever more rarely, up to a minute, with jitter', () => {
    const atMost = [1, 2, 3, 4, 5, 6, 7, 8, 100].map((failures) => backOffMs(failures, TIMING, () => 1))
    expect(atMost).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000])
    expect(backOffMs(4, TIMING, () => 0)).toBe(4_000)
  })

  test('answers of no sense are waited out', async () => {
    const made = await rig()
    made.fake.faults.add({ on: 'getUpdates', times: 2, do: { kind: 'garbage' } })
    made.fake.faults.add({ on: 'getUpdates', times: 1, do: { kind: 'garbage', body: '{"ok":true,"result":{}}' } })
    made.fake.faults.add({
      on: 'getUpdates',
      times: 1,
      do: { kind: 'garbage', body: '{"ok":true,"result":[{"x":1}]}' },
    })
    made.fake.faults.add({ on: 'getUpdates', times: 1, do: FAULTS.broken })
    const memory = memoryStore()
    made.telegram.start(memory.store, freeLease())
    await person(made.fake, 1).says('x')
    await until(() => memory.inbounds.length === 1)
    expect(made.fake.callsOf('getUpdates').length).toBeGreaterThan(5)
  })

  test('a retry_after of getUpdates is waited for exactly', async () => {
    const made = await rig()
    made.fake.faults.add({ on: 'getUpdates', times: 1, do: FAULTS.tooMany(1) })
    made.telegram.start(memoryStore().store, freeLease())
    await until(() => made.fake.callsOf('getUpdates').length === 2)
    const [first, second] = made.fake.callsOf('getUpdates')
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(995)
  })
})

describe('a conflict', () => {
  test('with a webhook: it is taken away once, said in the log; what waits is kept', async () => {
    const made = await rig()
    made.fake.updates.setWebhook({ url: 'http://127.0.0.1:1/', connections: 1 })
    await person(made.fake, 1).says('giữ lại')
    const memory = memoryStore()
    made.telegram.start(memory.store, freeLease())
    await until(() => memory.inbounds.length === 1)
    expect(made.fake.callsOf('deleteWebhook').map(({ params }) => params)).toEqual([{ drop_pending_updates: false }])
    expect(made.lines.filter((line) => line.includes('a webhook is set'))).toHaveLength(1)

    made.fake.updates.setWebhook({ url: 'http://127.0.0.1:1/', connections: 1 })
    await until(() => made.lines.some((line) => line.includes('again; polling waits')))
    expect(made.fake.callsOf('deleteWebhook')).toHaveLength(1)
    made.fake.assertClean()
  })

  test('with another program: waits, says so once', async () => {
    const made = await rig()
    const conflict = {
      kind: 'answer',
      code: 409,
      description: 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    } as const
    const mend = made.fake.faults.add({ on: 'getUpdates', do: conflict })
    const memory = memoryStore()
    made.telegram.start(memory.store, freeLease())
    await until(() => made.fake.callsOf('getUpdates').length > 3)
    expect(made.lines.filter((line) => line.includes('another program polls'))).toHaveLength(1)
    expect(made.fake.callsOf('deleteWebhook')).toEqual([])
    mend()
    await person(made.fake, 1).says('x')
    await until(() => memory.inbounds.length === 1)
  })
})

test('a refused token: one clear line, slow retries, and it works once the token does', async () => {
  const made = await rig()
  const mend = made.fake.faults.add({
    on: 'getUpdates',
    do: { kind: 'answer', code: 401, description: 'Unauthorized' },
  })
  made.telegram.start(memoryStore().store, freeLease())
  await until(() => made.fake.callsOf('getUpdates').length === 4)
  const gaps = made.fake.callsOf('getUpdates').map(({ at }, i, all) => (i === 0 ? Infinity : at - all[i - 1]!.at))
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(HASTY.badTokenMs - 2)
  expect(made.lines.filter((line) => line.includes('TELEGRAM_BOT_TOKEN'))).toHaveLength(1)
  mend()
  await until(() => made.lines.some((line) => line.includes('telegram: polling')))
})

describe('the lease', () => {
  test('lets one of two processes poll; the other follows when it stops', async () => {
    const made = await rig()
    const [lease, memory] = [sharedLease(), memoryStore()]
    const other = another(made)
    made.telegram.start(memory.store, lease.of('first'))
    await until(() => lease.holder() === 'first')
    other.telegram.start(memory.store, lease.of('second'))
    await until(() => lease.asked.filter((name) => name === 'second').length > 3)
    const an = person(made.fake, 1)
    await an.says('1')
    await until(() => memory.inbounds.length === 1)
    expect(made.fake.calls.filter(({ code }) => code === 409)).toEqual([])
    await made.telegram.stop()
    await an.says('2')
    await until(() => memory.inbounds.length === 2)
    expect(lease.holder()).toBe('second')
    await other.telegram.stop()
    expect(lease.holder()).toBeUndefined()
    expect(said(memory)).toEqual(['1', '2'])
  })

  test('is renewed during a long poll; taken over, the poll ends at once', async () => {
    const made = await rig({ timing: { ...HASTY, pollSeconds: 30 } })
    const lease = sharedLease()
    made.telegram.start(memoryStore().store, lease.of('us'))
    await until(() => lease.asked.length > 3)
    expect(made.fake.callsOf('getUpdates')).toHaveLength(1)
    lease.take('them')
    const asked = lease.asked.length
    await until(() => lease.asked.length > asked + 2)
    await person(made.fake, 1).says('x')
    await sleep(50)
    expect(made.fake.updates.pending).toHaveLength(1)
    expect(made.fake.callsOf('getUpdates')).toHaveLength(1)
  })

  test('that cannot be asked for is as one that is not held', async () => {
    const made = await rig()
    let away = true
    const lease: Lease = {
      hold: () => (away ? Promise.reject(new Error('database away')) : Promise.resolve(true)),
      release: () => Promise.reject(new Error('database away')),
    }
    made.telegram.start(memoryStore().store, lease)
    await until(() => made.lines.some((line) => line.includes('lease to poll could not')))
    expect(made.fake.callsOf('getUpdates')).toEqual([])
    away = false
    await until(() => made.fake.callsOf('getUpdates').length > 0)
  })
})

describe('stop', () => {
  test('cuts the long poll at once', async () => {
    const made = await rig({ timing: { ...HASTY, pollSeconds: 30 } })
    made.telegram.start(memoryStore().store, freeLease())
    await until(() => made.fake.callsOf('getUpdates').length === 1)
    const began = Date.now()
    await made.telegram.stop()
    expect(Date.now() - began).toBeLessThan(5_000)
    await until(() => made.fake.calls.length > 0)
  })

  test('waits for the batch that is being stored', async () => {
    const made = await rig()
    let release: (() => void) | undefined
    const memory = memoryStore()
    made.telegram.start(async (inbounds) => {
      await new Promise<void>((resolve) => (release = resolve))
      await memory.store(inbounds)
    }, freeLease())
    await person(made.fake, 1).says('x')
    await until(() => release !== undefined)
    const stopping = made.telegram.stop()
    await sleep(20)
    expect(memory.inbounds).toEqual([])
    release!()
    await stopping
    expect(memory.inbounds).toHaveLength(1)
  })

  test('before start, or twice, is nothing', async () => {
    const made = await rig()
    await made.telegram.stop()
    await made.telegram.stop()
  })
})

test('two hundred people talk at once', async () => {
  const fake = await new FakeTelegram().up()
  // Nobody sends again what was given up: two hundred calls at once take their time on a busy machine.
  const { sendMs, pollGraceMs } = TIMING
  const made = await rig({ apiRoot: fake.url, timing: { ...HASTY, sendMs, pollGraceMs } })
  const memory = memoryStore()
  made.telegram.start(async (inbounds) => {
    await memory.store(inbounds)
    for (const { address, heard } of inbounds)
      void made.telegram.channel.send(address, part(`${heard.kind === 'text' ? heard.text : ''}, ạ`), never())
  }, freeLease())
  const people = Array.from({ length: 200 }, (_, i) => person(fake, 1000 + i))
  await Promise.all(
    people.map(async (one) => {
      for (const word of ['một', 'hai']) {
        await one.says(`${word} ${one.id}`)
        expect((await one.hears(word, 15_000)).text).toBe(`${word} ${one.id}, ạ`)
      }
    }),
  )
  fake.assertClean()
  await fake.stop()
})
