import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { Lease } from '../../../../bot/channels/told.js'
import { backOffMs } from '../../../../bot/channels/back-off.js'
import { TIMING } from '../../../../bot/channels/zalo-bot/limits.js'
import { until } from '../../../fakes/chats.js'
import { FAULTS } from '../../../fakes/telegram/faults.js'
import { person } from '../../../fakes/zalo-bot/people.js'
import { another, freeLease, HASTY, memoryStore, rig, STOP_WITHIN_MS, stopAll } from './rig.js'

afterEach(stopAll)

const said = (memory: ReturnType<typeof memoryStore>) =>
  memory.inbounds.map(({ heard }) => (heard.kind === 'text' ? heard.text : heard.kind))

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

describe('events', () => {
  test('come one a call; each is stored before the next is asked for', async () => {
    const made = await rig()
    const memory = memoryStore()
    const storedAt: number[] = []
    const an = person(made.fake, '1')
    for (let i = 0; i < 5; i++) an.says(String(i))
    made.zalo.start(async (inbounds) => {
      await sleep(10)
      await memory.store(inbounds)
      storedAt.push(made.fake.callsOf('getUpdates').length)
    }, freeLease())
    await until(() => memory.inbounds.length === 5)
    expect(said(memory)).toEqual(['0', '1', '2', '3', '4'])
    expect(storedAt).toEqual([1, 2, 3, 4, 5])
    expect(made.fake.callsOf('getUpdates')[0]!.params).toEqual({ timeout: 3 })
    made.fake.assertClean()
  })

  test('of no use are counted, and the next is asked for', async () => {
    const made = await rig()
    made.fake.events.push('{"event_name":"message.reaction.received","message":{}}')
    person(made.fake, '1').says('x')
    const memory = memoryStore()
    made.zalo.start(memory.store, freeLease())
    await until(() => memory.inbounds.length === 1)
    expect(made.counted).toEqual(['ignored: unknown event'])
  })

  test('that come twice have one key', async () => {
    const made = await rig()
    const event = '{"event_name":"message.text.received","message":{"chat":{"id":"1"},"message_id":"m","text":"x"}}'
    made.fake.events.push(event)
    made.fake.events.push(event)
    const memory = memoryStore()
    made.zalo.start(memory.store, freeLease())
    await until(() => memory.asked.length === 2)
    expect(memory.inbounds).toHaveLength(1)
  })

  test('with wide ids keep every digit', async () => {
    const made = await rig()
    const body =
      '{"ok":true,"result":{"event_name":"message.text.received","message":{"chat":{"id":98217643208765433},"message_id":12345678901234567891,"text":"x"}}}'
    person(made.fake, '1').says('to be replaced')
    made.fake.faults.add({ on: 'getUpdates', times: 1, do: { kind: 'garbage', body } })
    const memory = memoryStore()
    made.zalo.start(memory.store, freeLease())
    await until(() => memory.inbounds.length === 1)
    expect(memory.inbounds[0]!.key).toBe('98217643208765433/12345678901234567891')
  })

  test('nothing came, as HTTP 408 with and without a word: no trouble, asked on', async () => {
    const made = await rig()
    made.fake.faults.add({ on: 'getUpdates', times: 2, do: { kind: 'garbage', status: 408, body: '' } })
    const memory = memoryStore()
    made.zalo.start(memory.store, freeLease())
    await until(() => made.fake.callsOf('getUpdates').length > 4)
    person(made.fake, '1').says('x')
    await until(() => memory.inbounds.length === 1)
    expect(made.counted).toEqual([])
    expect(made.lines).toHaveLength(1)
  })

  test('an empty answer does not make it ask without end', async () => {
    const made = await rig({ timing: { ...HASTY, backOffFirstMs: 100 } })
    made.fake.faults.add({ on: 'getUpdates', do: { kind: 'garbage', body: '{"ok":true,"result":{}}' } })
    made.zalo.start(memoryStore().store, freeLease())
    await sleep(500)
    expect(made.fake.callsOf('getUpdates').length).toBeLessThan(10)
  })
})

describe('a message that was handed out is nowhere else', () => {
  test('a store that fails is tried until it stands; nothing is asked for meanwhile', async () => {
    const made = await rig()
    const an = person(made.fake, '1')
    an.says('bí mật')
    an.says('sau')
    const memory = memoryStore()
    const polls: number[] = []
    made.zalo.start(async (inbounds) => {
      polls.push(made.fake.callsOf('getUpdates').length)
      if (polls.length <= 4) throw new Error('bí mật could not be stored')
      await memory.store(inbounds)
    }, freeLease())
    await until(() => memory.inbounds.length === 2)
    expect(polls).toEqual([1, 1, 1, 1, 1, 2])
    expect(said(memory)).toEqual(['bí mật', 'sau'])
    expect(made.lines.join('\n')).not.toContain('bí mật')
    expect(made.counted.filter((what) => what === 'poll: not stored')).toHaveLength(4)
  })

  test('a stop waits for the poll in hand: what comes meanwhile is stored', async () => {
    const made = await rig({}, { timeScale: 0.1 })
    const memory = memoryStore()
    made.zalo.start(memory.store, freeLease())
    await until(() => made.fake.callsOf('getUpdates').length === 1)
    const stopping = made.zalo.stop(STOP_WITHIN_MS)
    person(made.fake, '1').says('vào phút chót')
    await stopping
    expect(said(memory)).toEqual(['vào phút chót'])
    expect(made.fake.callsOf('getUpdates')).toHaveLength(1)
  })

  test('a platform that holds on is cut when the time is up', async () => {
    const made = await rig({}, { timeScale: 1 })
    made.zalo.start(memoryStore().store, freeLease())
    await until(() => made.fake.callsOf('getUpdates').length === 1)
    const began = Date.now()
    await made.zalo.stop(500)
    expect(Date.now() - began).toBeLessThan(1_500)
  })

  test('a store that never works again ends with the stop, and the loss is told', async () => {
    const made = await rig()
    person(made.fake, '1').says('bí mật')
    made.zalo.start(() => Promise.reject(new Error('bí mật')), freeLease())
    await until(() => made.counted.includes('poll: not stored'))
    await made.zalo.stop(200)
    expect(made.counted).toContain('poll: lost')
    expect(made.lines.filter((line) => line.includes('is lost'))).toHaveLength(1)
    expect(made.lines.join('\n')).not.toContain('bí mật')
  })
})

describe('trouble', () => {
  test('an unreachable platform does not keep start waiting, and is told once each way', async () => {
    const made = await rig()
    await made.fake.down()
    const memory = memoryStore()
    made.zalo.start(memory.store, freeLease())
    await until(() => made.counted.filter((what) => what === 'poll: unreachable').length >= 4)
    await made.fake.up()
    person(made.fake, '1').says('lại có mạng')
    await until(() => memory.inbounds.length === 1)
    const about = (words: string) => made.lines.filter((line) => line.includes(words)).length
    expect([about('cannot be reached'), about('zalo bot: polling')]).toEqual([1, 1])
  })

  test('is met ever more rarely, up to a minute', () =>
    expect([1, 2, 3, 7, 100].map((failures) => backOffMs(failures, TIMING, () => 1))).toEqual([
      ...[1_000, 2_000, 4_000, 60_000, 60_000],
    ]))

  test('answers of no sense, 5xx and 429 are waited out; the time that is told is waited exactly', async () => {
    const made = await rig()
    made.fake.faults.add({ on: 'getUpdates', times: 1, do: FAULTS.tooMany(1) })
    made.fake.faults.add({ on: 'getUpdates', times: 2, do: { kind: 'garbage' } })
    made.fake.faults.add({ on: 'getUpdates', times: 1, do: FAULTS.broken })
    made.fake.faults.add({ on: 'getUpdates', times: 1, do: { kind: 'answer', code: 429, description: 'quota' } })
    const memory = memoryStore()
    made.zalo.start(memory.store, freeLease())
    await until(() => made.fake.callsOf('getUpdates').length >= 6)
    const [first, second] = made.fake.callsOf('getUpdates')
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(995)
    person(made.fake, '1').says('x')
    await until(() => memory.inbounds.length === 1)
  })

  test('a refused token: one loud line, an ailment, slow retries; it mends itself', async () => {
    const made = await rig()
    const mend = made.fake.faults.add({
      on: 'getUpdates',
      do: { kind: 'answer', code: 401, description: 'Unauthorized' },
    })
    made.zalo.start(memoryStore().store, freeLease())
    await until(() => made.fake.callsOf('getUpdates').length === 4)
    const gaps = made.fake.callsOf('getUpdates').map(({ at }, i, all) => (i === 0 ? Infinity : at - all[i - 1]!.at))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(HASTY.badTokenMs - 2)
    expect(made.lines.filter((line) => line.includes('ZALO_BOT_TOKEN'))).toHaveLength(1)
    expect(made.zalo.ailment()).toBe('the bot token is refused')
    mend()
    person(made.fake, '1').says('x')
    await until(() => made.zalo.ailment() === undefined)
  })

  test('a webhook that stands is taken away once, and said', async () => {
    const made = await rig()
    made.fake.events.setWebhook({ url: 'http://127.0.0.1:1/', secret: 'x'.repeat(8) })
    const memory = memoryStore()
    made.zalo.start(memory.store, freeLease())
    await until(() => made.fake.callsOf('deleteWebhook').length === 1)
    person(made.fake, '1').says('x')
    await until(() => memory.inbounds.length === 1)
    made.fake.events.setWebhook({ url: 'http://127.0.0.1:1/', secret: 'x'.repeat(8) })
    await until(() => made.lines.some((line) => line.includes('again; polling waits')))
    expect(made.fake.callsOf('deleteWebhook')).toHaveLength(1)
    made.fake.assertClean()
  })
})

describe('the lease', () => {
  test('lets one of two processes poll; the other follows when it stops', async () => {
    const made = await rig()
    const [lease, memory] = [sharedLease(), memoryStore()]
    const other = another(made.fake)
    made.zalo.start(memory.store, lease.of('first'))
    await until(() => lease.holder() === 'first')
    other.zalo.start(memory.store, lease.of('second'))
    await until(() => lease.asked.filter((name) => name === 'second').length > 3)
    const an = person(made.fake, '1')
    an.says('1')
    await until(() => memory.inbounds.length === 1)
    await made.zalo.stop(STOP_WITHIN_MS)
    an.says('2')
    await until(() => memory.inbounds.length === 2)
    expect(lease.holder()).toBe('second')
    await other.zalo.stop(STOP_WITHIN_MS)
    expect(lease.holder()).toBeUndefined()
    made.fake.assertClean()
  })

  test('taken over during a poll: what that poll brings is stored, and no other is begun', async () => {
    const made = await rig({}, { timeScale: 1 })
    const [lease, memory] = [sharedLease(), memoryStore()]
    made.zalo.start(memory.store, lease.of('us'))
    await until(() => made.fake.callsOf('getUpdates').length === 1)
    lease.take('them')
    person(made.fake, '1').says('x')
    await until(() => memory.inbounds.length === 1)
    await sleep(100)
    expect(made.fake.callsOf('getUpdates')).toHaveLength(1)
  })

  test('that cannot be asked for is as one that is not held', async () => {
    const made = await rig()
    const away: Lease = {
      hold: () => Promise.reject(new Error('database away')),
      release: () => Promise.reject(new Error('database away')),
    }
    made.zalo.start(memoryStore().store, away)
    await until(() => made.lines.some((line) => line.includes('lease to poll could not')))
    expect(made.fake.callsOf('getUpdates')).toEqual([])
  })
})
