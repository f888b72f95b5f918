import { describe, expect, test } from '@jest/globals'
import type { Channel, Reply, Sent } from '../../bot/channels/channel.js'
import { outboxDead, outboxQueue, outboxStats } from '../../server/outbox/report.js'
import { backOffMs } from '../../server/outbox/settings.js'
import { makeChats, message, until } from '../fakes/chats.js'
import { scriptedChannel } from '../fakes/scripted-channel.js'
import { complaints, db, gated, loopWith, pauseChat, putAll, rowsOf, say } from './outbox-setup.js'

describe('what a platform answers', () => {
  test('retry_after is obeyed to the millisecond, by the whole chat and by no other', async () => {
    const [chat, other] = (await makeChats(db(), 2)) as [number, number]
    let told = 0
    const { channel, calls, to } = scriptedChannel({
      answer: ({ address }, nth) => {
        if (address !== 'c0' || nth > 1 || told > 0) return { outcome: 'sent' }
        told = Date.now()
        return { outcome: 'retry', afterMs: 700, why: '429' }
      },
    })
    const loop = loopWith(channel)
    const second = loopWith(channel)
    await say(loop, chat, message('r1'), message('r2'))
    await putAll(chat, message('a1', 'alert'))
    await until(async () => (await db().prisma.chat.findFirst({ where: { id: chat } }))?.pausedUntil != null)
    for (const one of [loop, second]) one.nudge([chat])
    await say(loop, other, message('meanwhile'))
    await loop.idle(other)
    await loop.idle(chat)
    expect(calls.slice(0, 2).map(({ address }) => address)).toEqual(['c0', 'c1'])
    const again = calls.filter(({ address }) => address === 'c0').slice(1)
    for (const { at } of again) expect(at - told).toBeGreaterThanOrEqual(700)
    // By a timer of its own: the next sweep is a minute away.
    expect(again[0]!.at - told).toBeLessThan(5_000)
    expect(to('c0')).toEqual(['r1', 'r1', 'r2', 'a1'])
    // What the platform asked for is no failed try.
    expect(await rowsOf(chat)).toMatchObject([{ attempts: 1 }, {}, {}])
  })

  test('an answer that is not seen is tried once more and then taken for sent, counted', async () => {
    const [cut, thrown] = (await makeChats(db(), 2)) as [number, number]
    const { channel, to } = scriptedChannel({
      answer: ({ address, text }) => {
        if (text === 'after') return { outcome: 'sent' }
        if (address === 'c1') throw new TypeError('a secret token')
        return { outcome: 'unknown', why: 'connection cut' }
      },
    })
    const loop = loopWith(channel)
    await say(loop, cut, message('once'), message('after'))
    await say(loop, thrown, message('once'))
    await Promise.all([loop.idle(cut), loop.idle(thrown)])
    expect(to('c0')).toEqual(['once', 'once', 'after'])
    expect(to('c1')).toEqual(['once', 'once'])
    expect(await rowsOf(cut)).toMatchObject([
      { status: 'sent', error: 'unknown', doubts: 1 },
      { status: 'sent', error: null },
    ])
    expect(loop.counts()).toMatchObject({ sent: 1, unknown: 2, doubts: 2 })
    expect((await outboxStats(db())).totals).toMatchObject([{ messages: 3, doubts: 2, unknown: 2 }])
    expect(JSON.stringify([complaints, (await rowsOf(thrown)).map(({ error }) => error)])).not.toContain('secret')
  })

  test('unknown, then refused, then unknown: still only one more try', async () => {
    const [chat] = (await makeChats(db(), 1)) as [number]
    const answers: Sent[] = [
      { outcome: 'unknown', why: 'cut' },
      { outcome: 'retry', why: '503' },
      { outcome: 'unknown', why: 'cut' },
    ]
    const { channel, calls } = scriptedChannel({ answer: (_call, nth) => answers[nth - 1]! })
    const loop = loopWith(channel)
    await say(loop, chat, message('x'))
    await loop.idle(chat)
    expect(calls).toHaveLength(3)
    expect(await rowsOf(chat)).toMatchObject([{ status: 'sent', error: 'unknown', attempts: 3 }])
  })

  test('what can never be sent is dead, shown to the operator, and blocks nobody', async () => {
    const [chat] = (await makeChats(db(), 1)) as [number]
    const { channel, texts } = scriptedChannel({
      answer: ({ text }) => (text === 'bad' ? { outcome: 'never', why: 'too long' } : { outcome: 'sent' }),
    })
    const unfit = { reply: { text: [null] } as unknown as Reply }
    const loop = loopWith(channel)
    await say(loop, chat, message('bad'), unfit, message('good'))
    await loop.idle(chat)
    expect(texts()).toEqual(['bad', 'good'])
    expect((await outboxDead(db())).map(({ error, chat_id }) => [chat_id, error])).toEqual([
      [chat, expect.stringMatching(/^could not be fitted: TypeError/)],
      [chat, 'too long'],
    ])
    const [newest] = await outboxDead(db(), { limit: 1 })
    expect(await outboxDead(db(), { before: newest!.id })).toMatchObject([{ error: 'too long' }])
  })

  test('a message is given up after so many tries or so long', async () => {
    const [tired, late] = (await makeChats(db(), 2)) as [number, number]
    const { channel, to } = scriptedChannel({
      answer: ({ text }) => (text === 'x' ? { outcome: 'retry', why: '503' } : undefined),
    })
    const loop = loopWith(channel, {
      settings: { attemptsMax: 3, backOffFirstMs: 5 },
      only: { chatIds: new Set([tired]) },
    })
    const hasty = loopWith(channel, {
      settings: { ageMaxMs: 2_000, backOffFirstMs: 4_000 },
      only: { chatIds: new Set([late]) },
    })
    await say(loop, tired, message('x'), message('y'))
    await loop.idle(tired)
    await say(hasty, late, message('x'), message('y'))
    await hasty.idle(late)
    expect([to('c0'), to('c1')]).toEqual([
      ['x', 'x', 'x', 'y'],
      ['x', 'y'],
    ])
    expect((await outboxDead(db())).map(({ chat_id, attempts }) => [chat_id, attempts])).toEqual([
      [late, 1],
      [tired, 3],
    ])
  })

  test('a platform that was down and answers again: nobody waits for the end of a back-off', async () => {
    const [another, ...chats] = (await makeChats(db(), 9)) as [number, ...number[]]
    let down = true
    const { channel, texts } = scriptedChannel({
      answer: () => (down ? { outcome: 'retry', why: '503' } : { outcome: 'sent' }),
    })
    // Longer than the test may last: only what ends the back-offs lets these go.
    const loop = loopWith(channel, { settings: { backOffFirstMs: 300_000 } })
    for (const chat of chats) await say(loop, chat, message(`waits ${chat}`))
    await until(() => loop.counts().retried === chats.length)
    down = false
    await say(loop, another, message('first'))
    await Promise.all(chats.map((chat) => loop.idle(chat)))
    const sent = texts().slice(chats.length)
    expect([sent[0], sent.slice(1).sort()]).toEqual(['first', chats.map((chat) => `waits ${chat}`).sort()])
  })

  test('one message that always fails while others pass keeps its back-off', async () => {
    const [bad, good] = (await makeChats(db(), 2)) as [number, number]
    const { channel, to } = scriptedChannel({
      answer: ({ text }) => (text === 'bad' ? { outcome: 'retry', why: '500' } : { outcome: 'sent' }),
    })
    const loop = loopWith(channel, { settings: { backOffFirstMs: 300_000 } })
    await say(loop, bad, message('bad'))
    await until(() => loop.counts().retried === 1)
    for (let n = 0; n < 3; n++) await say(loop, good, message(`good ${n}`))
    await loop.idle(good)
    expect(to('c0')).toEqual(['bad'])
  })

  test('somebody not heard within the platform’s window is not written to, until they are heard again', async () => {
    const [chat] = (await makeChats(db(), 1)) as [number]
    const heard = (agoMs: number) =>
      db().prisma.chat.update({
        where: { id: chat },
        data: { heardAt: new Date(Date.now() - agoMs), unreachableAt: null },
      })
    const { channel, calls } = scriptedChannel()
    const loop = loopWith({ ...channel, windowMs: 60_000 })
    await heard(61_000)
    await putAll(chat, message('a1', 'alert'))
    loop.nudge([chat])
    await until(async () => (await rowsOf(chat))[0]!.error !== null)
    expect(calls).toEqual([])
    expect(await rowsOf(chat)).toMatchObject([{ status: 'unsent', attempts: 0, error: expect.stringMatching(/heard/) }])
    await heard(59_000)
    loop.nudge([chat])
    await loop.idle(chat)
    expect(calls.map(({ text }) => text)).toEqual(['a1'])
  })

  test('somebody unreachable: replies and alerts wait until they are heard again, broadcasts are given up', async () => {
    const [chat] = (await makeChats(db(), 1)) as [number]
    let blocked = true
    const { channel, texts } = scriptedChannel({
      answer: () => (blocked ? { outcome: 'unreachable', why: 'blocked' } : { outcome: 'sent' }),
    })
    const loop = loopWith(channel)
    await say(loop, chat, message('r1'), message('r2'), message('b1', 'broadcast'))
    await until(async () => (await outboxDead(db())).length === 1)
    await putAll(chat, message('b2', 'broadcast'), message('a1', 'alert'))
    loop.nudge([chat])
    await until(async () => (await outboxDead(db())).length === 2)
    expect(texts()).toEqual(['r1'])
    expect(await outboxQueue(db())).toMatchObject([
      { lane: 0, waiting: 2, unreachable: 2, held: 0 },
      { lane: 1, waiting: 1 },
    ])
    blocked = false
    await db().prisma.chat.update({ where: { id: chat }, data: { unreachableAt: null } })
    loop.nudge([chat])
    await loop.idle(chat)
    expect(texts()).toEqual(['r1', 'r1', 'r2', 'a1'])
  })
})

describe('a message of several calls', () => {
  test('goes on where it stopped', async () => {
    const [chat] = (await makeChats(db(), 1)) as [number]
    const { channel, texts } = scriptedChannel({
      capabilities: { textMax: 40 },
      answer: ({ text }, nth) =>
        text.startsWith('second') && nth === 1 ? { outcome: 'retry', why: '503' } : undefined,
    })
    const loop = loopWith(channel)
    await say(
      loop,
      chat,
      message('first paragraph of this text\nsecond paragraph of this text\nthird paragraph of this text'),
    )
    await loop.idle(chat)
    expect(texts().map((text) => text.split(' ')[0])).toEqual(['first', 'second', 'second', 'third'])
    expect(await rowsOf(chat)).toMatchObject([{ status: 'sent', partsSent: 3, platformId: 'p1', attempts: 2 }])
  })

  test('is cut as the channel says, and each part doubts for itself', async () => {
    const [chat] = (await makeChats(db(), 1)) as [number]
    const { channel, texts } = scriptedChannel({ answer: () => ({ outcome: 'unknown', why: 'cut' }) })
    const split: Channel['split'] = (part) => part.text.split(' ').map((text) => ({ text }))
    const loop = loopWith({ ...channel, split })
    await say(loop, chat, message('one two'))
    await loop.idle(chat)
    expect(texts()).toEqual(['one', 'one', 'two', 'two'])
    expect(await rowsOf(chat)).toMatchObject([{ status: 'sent', error: 'unknown', doubts: 2 }])
  })

  test('keeps the pace of its chat between its calls', async () => {
    const [chat] = (await makeChats(db(), 1)) as [number]
    const { channel, calls } = scriptedChannel({
      pace: { chat: { perSecond: 10, burst: 2 }, all: { perSecond: 0, burst: 0 } },
    })
    const split: Channel['split'] = (part) => part.text.split(' ').map((text) => ({ text }))
    const loop = loopWith({ ...channel, split })
    await say(loop, chat, message('1 2 3 4'), message('5'))
    await loop.idle(chat)
    expect(calls.map(({ text }) => text)).toEqual(['1', '2', '3', '4', '5'])
    expect(calls[4]!.at - calls[0]!.at).toBeGreaterThanOrEqual(250)
    expect(calls[4]!.at - calls[0]!.at).toBeLessThan(5_000)
  })
})

describe('what nobody spoke of', () => {
  test('is found: orphans, back-offs that are over, messages put by others, broadcasts', async () => {
    const [orphan, backOff, lost, broadcast] = (await makeChats(db(), 4)) as [number, number, number, number]
    await putAll(orphan, message('orphan'))
    await putAll(backOff, message('back-off'))
    await putAll(lost, message('lost'))
    await putAll(broadcast, message('news', 'broadcast'))
    const past = new Date(Date.now() - 1_000)
    await db().prisma.outbox.updateMany({
      where: { chatId: orphan },
      data: { holder: 'dead', heldUntil: past, attempts: 1 },
    })
    await db().prisma.outbox.updateMany({ where: { chatId: backOff }, data: { notBefore: past } })
    await db().prisma.outbox.updateMany({ data: { createdAt: past } })
    const { channel, texts } = scriptedChannel()
    const loop = loopWith(channel, { settings: { sweepMs: 100 } })
    await Promise.all([orphan, backOff, lost, broadcast].map((chat) => loop.idle(chat)))
    expect(texts().toSorted()).toEqual(['back-off', 'lost', 'news', 'orphan'])
    expect(await rowsOf(orphan)).toMatchObject([{ doubts: 1, attempts: 2 }])
    expect(loop.counts()).toMatchObject({ takenOver: 1, sent: 4 })
  })

  test('a live lease is respected, and renewed for as long as a call lasts', async () => {
    const [chat] = (await makeChats(db(), 1)) as [number]
    const { channel, texts, end } = gated()
    const settings = { leaseMs: 1_000, sweepMs: 50 }
    const loop = loopWith(channel, { settings })
    const other = loopWith(channel, { settings })
    await say(loop, chat, message('long'))
    await new Promise((done) => setTimeout(done, 2_200))
    expect(texts()).toEqual(['long'])
    end()
    await loop.idle(chat)
    expect(other.counts()).toMatchObject({ sent: 0, takenOver: 0 })
  })

  test('a process whose lease ran out does not begin the call, nor write down what became of it', async () => {
    const [chat] = (await makeChats(db(), 1)) as [number]
    const { channel, texts } = scriptedChannel()
    const loop = loopWith(channel)
    const [row] = await db().transaction((tx) => loop.put(tx, chat, [message('late')]))
    await db().prisma.outbox.updateMany({ data: { holder: 'another', heldUntil: new Date(Date.now() + 60_000) } })
    loop.sendClaimed(chat, [{ ...row!, until: performance.now() + 10 }])
    await until(() => loop.counts().lost === 1)
    expect(texts()).toEqual([])
    expect(await rowsOf(chat)).toMatchObject([{ holder: 'another', status: 'unsent' }])
  })

  test('one that kills whoever sends it is given up', async () => {
    const [chat] = (await makeChats(db(), 1)) as [number]
    await putAll(chat, message('deadly'), message('next'))
    const [deadly] = await rowsOf(chat)
    const heldUntil = new Date(Date.now() - 1_000)
    await db().prisma.outbox.update({ where: { id: deadly!.id }, data: { holder: 'dead', heldUntil, doubts: 7 } })
    const { channel, texts } = scriptedChannel()
    const loop = loopWith(channel)
    loop.nudge([chat])
    await loop.idle(chat)
    expect(texts()).toEqual(['next'])
    expect(await outboxDead(db())).toMatchObject([{ error: 'its processes ended' }])
  })
})

describe('the loop', () => {
  test('delivers to the chats it is for, and to no other', async () => {
    const [mine, other, later] = (await makeChats(db(), 3)) as [number, number, number]
    for (const chat of [mine, other, later]) await putAll(chat, message('x'))
    const chatIds = new Set([mine])
    const { channel, calls } = scriptedChannel()
    const loop = loopWith(channel, { only: { chatIds }, settings: { sweepMs: 50 } })
    loop.nudge([mine, other])
    await loop.idle(mine)
    chatIds.add(later)
    await loop.idle(later)
    expect(calls.map(({ address }) => address)).toEqual(['c0', 'c2'])
  })

  test('stops in order: what is being sent ends, the rest is free for others at once', async () => {
    const chats = await makeChats(db(), 3)
    const { channel, texts, end } = gated()
    const loop = loopWith(channel)
    await say(loop, chats[0]!, message('being sent'), message('next'))
    await until(() => texts().length === 1)
    const stopped = loop.stop(5_000)
    end()
    await stopped
    expect(await rowsOf(chats[0]!)).toMatchObject([{ status: 'sent' }, { status: 'unsent', holder: null, attempts: 0 }])
    expect(texts()).toEqual(['being sent'])
  })

  test('cuts at the end of its time what does not end, as a doubt', async () => {
    const [chat] = (await makeChats(db(), 1)) as [number]
    const { channel } = scriptedChannel({
      answer: (_call, _nth, signal) =>
        new Promise((resolve) => signal.addEventListener('abort', () => resolve({ outcome: 'unknown', why: 'cut' }))),
    })
    const loop = loopWith(channel)
    await say(loop, chat, message('endless'))
    await loop.stop(50)
    expect(await rowsOf(chat)).toMatchObject([{ status: 'unsent', holder: null, doubts: 1, error: 'unknown: cut' }])
  })

  test('a call that never ends is cut after its time', async () => {
    const [chat] = (await makeChats(db(), 1)) as [number]
    const { channel, texts } = scriptedChannel({
      answer: ({ text }) => (text === 'x' ? new Promise(() => undefined) : { outcome: 'sent' }),
    })
    const loop = loopWith(channel, { settings: { callMaxMs: 30 } })
    await say(loop, chat, message('x'), message('y'))
    await loop.idle(chat)
    expect(texts()).toEqual(['x', 'x', 'y'])
  })

  test('old messages are given up, and bodies of old settled ones are wiped, nothing else', async () => {
    const [chat] = (await makeChats(db(), 1)) as [number]
    await pauseChat(chat, 60_000)
    await putAll(chat, message('too old'), message('settled long ago'), message('settled today'), message('waits'))
    const [old, long, today] = await rowsOf(chat)
    const days = (n: number) => new Date(Date.now() - n * 24 * 3_600_000)
    await db().prisma.outbox.update({ where: { id: old!.id }, data: { createdAt: days(4) } })
    await db().prisma.outbox.update({ where: { id: long!.id }, data: { status: 'sent', settledAt: days(8) } })
    await db().prisma.outbox.update({ where: { id: today!.id }, data: { status: 'sent', settledAt: days(6) } })
    loopWith(scriptedChannel().channel)
    await until(async () => (await rowsOf(chat)).some(({ body }) => body === null))
    expect((await rowsOf(chat)).map(({ status, body, error }) => [status, body !== null, error])).toEqual([
      ['dead', true, 'too old'],
      ['sent', false, null],
      ['sent', true, null],
      ['unsent', true, null],
    ])
  })
})

test('back-off doubles up to its longest, a quarter more or less', () => {
  const settings = { backOffFirstMs: 1_000, backOffMaxMs: 60_000 }
  expect([1, 2, 3, 7, 100].map((failures) => backOffMs(failures, settings, () => 0.5))).toEqual([
    1_000, 2_000, 4_000, 60_000, 60_000,
  ])
  expect([0, 1].map((random) => backOffMs(1, settings, () => random))).toEqual([750, 1_250])
})
