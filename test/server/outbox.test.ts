import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { fit } from '../../bot/channels/fit.js'
import type { Channel, Reply, Sent } from '../../bot/channels/channel.js'
import { put, putMany, type Outgoing } from '../../domain/outbox.js'
import { OutboxLoop, type OutboxOptions } from '../../server/outbox/outbox.js'
import { outboxDead, outboxQueue, outboxStats } from '../../server/outbox/report.js'
import { backOffMs } from '../../server/outbox/settings.js'
import { makeChats, message, saying, until } from '../fakes/chats.js'
import { NO_LIMIT, scriptedChannel, type Script } from '../fakes/scripted-channel.js'
import { freshWorld, type World } from '../world.js'

let world: World
const running: OutboxLoop[] = []
const complaints: { fields: object; message: string }[] = []
const log = {
  info: () => undefined,
  warn: (fields: object, message: string) => void complaints.push({ fields, message }),
  error: (fields: object, message: string) => void complaints.push({ fields, message }),
}

beforeAll(async () => {
  world = await freshWorld()
})
afterAll(() => world.close())
beforeEach(async () => {
  complaints.length = 0
  await world.db.prisma.$executeRaw`truncate chats, outbox, paces, leases cascade`
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((loop) => loop.stop(1_000)))
})

/** Slow sweeps: what these tests see does not come from a sweep, unless they ask for it. */
function loopWith(channel: Channel, options: Partial<OutboxOptions> = {}): OutboxLoop {
  const settings = { sweepMs: 60_000, backOffFirstMs: 20, ...options.settings }
  const loop = new OutboxLoop({
    db: world.db,
    channels: new Map([[channel.name, channel]]),
    fit,
    log,
    ...options,
    settings,
  })
  running.push(loop)
  loop.start()
  return loop
}

/** Puts in a transaction of its own, then hands over, as a turn does. */
async function say(loop: OutboxLoop, chatId: number, ...messages: Outgoing<Reply>[]): Promise<number> {
  const rows = await world.db.transaction((tx) => loop.put(tx, chatId, messages))
  loop.sendClaimed(chatId, rows)
  return rows.length
}

const putAll = (chatId: number, ...messages: Outgoing<Reply>[]) =>
  world.db.transaction((tx) => put(tx, chatId, messages))
const rowsOf = (chatId: number) => world.db.prisma.outbox.findMany({ where: { chatId }, orderBy: { id: 'asc' } })
const pauseChat = (chatId: number, forMs: number) =>
  world.db.prisma.chat.update({ where: { id: chatId }, data: { pausedUntil: new Date(Date.now() + forMs) } })

/** A channel whose calls stay open until the test ends them. */
function gated(script: Script = {}) {
  const open: ((sent: Sent) => void)[] = []
  const scripted = scriptedChannel({ ...script, answer: () => new Promise<Sent>((resolve) => open.push(resolve)) })
  return { ...scripted, end: (sent: Sent = { outcome: 'sent' }) => open.shift()?.(sent) }
}

describe('a reply that is put', () => {
  test('is born claimed and sent without another claim, in the person’s language', async () => {
    const [chat] = (await makeChats(world.db, 1)) as [number]
    const { channel, calls } = scriptedChannel()
    const loop = loopWith(channel)
    expect(await say(loop, chat, { reply: { text: [{ key: 'lang.name' as never }] } }, message('second'))).toBe(1)
    await loop.idle(chat)
    expect(calls.map(({ text }) => text)).toEqual([expect.any(String), 'second'])
    const [first] = await rowsOf(chat)
    expect(first).toMatchObject({
      status: 'sent',
      attempts: 1,
      doubts: 0,
      holder: null,
      heldUntil: null,
      platformId: 'p1',
    })
  })

  test('is not born claimed behind an unsent one, in a paused chat, for somebody unreachable, or over the chat’s pace', async () => {
    const [waits, paused, gone, hasty, free] = (await makeChats(world.db, 5)) as [
      number,
      number,
      number,
      number,
      number,
    ]
    const { channel } = gated({ pace: { ...NO_LIMIT, chat: { perSecond: 0.1, burst: 2 } } })
    const loop = loopWith(channel)
    const born = async (chat: number) => (await world.db.transaction((tx) => loop.put(tx, chat, [message('x')]))).length
    await putAll(waits, message('before'))
    await pauseChat(paused, 60_000)
    await world.db.prisma.chat.update({ where: { id: gone }, data: { unreachableAt: new Date() } })
    await world.db.prisma.chat.update({ where: { id: hasty }, data: { sendTat: new Date(Date.now() + 10_500) } })
    await world.db.prisma.chat.update({ where: { id: free }, data: { sendTat: new Date(Date.now() + 9_500) } })
    expect([await born(waits), await born(paused), await born(gone), await born(hasty), await born(free)]).toEqual([
      0, 0, 0, 0, 1,
    ])
  })

  test('is not born claimed for a channel this process does not have, nor when it stops', async () => {
    const [chat] = (await makeChats(world.db, 1, 'telegram')) as [number]
    const loop = loopWith(scriptedChannel().channel)
    expect(await say(loop, chat, message('x'))).toBe(0)
    const [other] = (await makeChats(world.db, 1)) as [number]
    await loop.stop(100)
    expect(await say(loop, other, message('x'))).toBe(0)
    expect(await rowsOf(other)).toMatchObject([{ status: 'unsent', holder: null, attempts: 0 }])
  })

  test('goes the way of its transaction', async () => {
    const [chat] = (await makeChats(world.db, 1)) as [number]
    const loop = loopWith(scriptedChannel().channel)
    await expect(
      world.db.transaction(async (tx) => {
        await loop.put(tx, chat, [message('never said')])
        throw new Error('the turn failed')
      }),
    ).rejects.toThrow('the turn failed')
    expect(await rowsOf(chat)).toEqual([])
  })

  test('a unique key is put once', async () => {
    const [chat, other] = (await makeChats(world.db, 2)) as [number, number]
    await putAll(
      chat,
      message('a', 'alert', { uniqueKey: 'case 7 for 1' }),
      message('b', 'alert', { uniqueKey: 'case 7 for 1' }),
    )
    await putAll(chat, message('c', 'alert', { uniqueKey: 'case 7 for 1' }))
    expect(await rowsOf(chat)).toMatchObject([{ uniqueKey: 'case 7 for 1' }])
    const recall = { reply: saying('recalled'), lane: 'broadcast' as const }
    const to = (chatId: number) => ({ ...recall, chatId, uniqueKey: `recall 3 for ${chatId}` })
    expect(await world.db.transaction((tx) => putMany(tx, [to(chat), to(other), to(chat)]))).toEqual([chat, other])
    expect(await world.db.transaction((tx) => putMany(tx, [to(other)]))).toEqual([])
    expect((await rowsOf(other)).map(({ body, lane }) => ({ body, lane }))).toEqual([
      { body: saying('recalled'), lane: 2 },
    ])
  })
})

describe('order', () => {
  test('of one chat and lane is kept, whatever fails and however often it is nudged', async () => {
    const chats = await makeChats(world.db, 5)
    const refused = scriptedChannel({
      answer: async ({ text }, nth) => {
        await new Promise((done) => setTimeout(done, Math.random() * 5))
        return nth === 1 && text.endsWith('3') ? { outcome: 'retry', why: '503' } : { outcome: 'sent' }
      },
    })
    const loop = loopWith(refused.channel)
    const other = loopWith(refused.channel)
    for (let n = 0; n < 12; n++) {
      await Promise.all(chats.map((chat, i) => say(i % 2 === 0 ? loop : other, chat, message(`m${n}`))))
      other.nudge(chats)
      loop.nudge(chats)
    }
    await Promise.all(chats.map((chat) => loop.idle(chat)))
    const once = (texts: string[]) => texts.filter((text, i) => texts[i + 1] !== text)
    for (const [i, chat] of chats.entries()) {
      expect(once(refused.to(`c${i}`))).toEqual(Array.from({ length: 12 }, (_, n) => `m${n}`))
      expect((await rowsOf(chat)).every(({ status, doubts }) => status === 'sent' && doubts === 0)).toBe(true)
    }
    expect(refused.calls).toHaveLength(5 * 13)
  })

  test('nothing else of the lane goes out while one is being sent; another lane may', async () => {
    const [chat] = (await makeChats(world.db, 1)) as [number]
    const { channel, texts, end } = gated()
    const loop = loopWith(channel)
    await putAll(chat, message('b1', 'broadcast'), message('b2', 'broadcast'))
    loop.nudge([chat])
    await until(() => texts().length === 1)
    await say(loop, chat, message('r1'))
    await putAll(chat, message('a1', 'alert'))
    loop.nudge([chat])
    await until(() => texts().length === 2)
    expect(texts()).toEqual(['b1', 'r1'])
    end()
    end()
    await until(() => texts().length === 3)
    end()
    await until(() => texts().length === 4)
    end()
    await loop.idle(chat)
    expect(texts()).toEqual(['b1', 'r1', 'a1', 'b2'])
  })

  test('one in back-off holds up its own lane and no other', async () => {
    const [chat] = (await makeChats(world.db, 1)) as [number]
    const { channel, texts, calls } = scriptedChannel({
      answer: ({ text }) => (text === 'b1' ? { outcome: 'retry', why: '503' } : { outcome: 'sent' }),
    })
    const loop = loopWith(channel, { settings: { backOffFirstMs: 60_000 } })
    await putAll(chat, message('b1', 'broadcast'), message('b2', 'broadcast'))
    loop.nudge([chat])
    await until(async () => (await rowsOf(chat))[0]?.notBefore !== null)
    await say(loop, chat, message('r1'), message('r2'))
    await until(() => calls.length === 3)
    loop.nudge([chat])
    await until(async () => (await rowsOf(chat)).filter(({ status }) => status === 'sent').length === 2)
    expect(texts()).toEqual(['b1', 'r1', 'r2'])
    expect(await rowsOf(chat)).toMatchObject([{ attempts: 1, error: '503', status: 'unsent' }, { attempts: 0 }, {}, {}])
  })

  test('a reply overtakes 1,000 waiting broadcasts, in its chat and over chats', async () => {
    const chats = await makeChats(world.db, 201)
    const [asks, ...others] = chats as [number, ...number[]]
    const texts = Array.from({ length: 5 }, (_, n) => saying(`news ${n}`))
    const news = texts.flatMap((reply) => chats.map((chatId) => ({ chatId, reply, lane: 'broadcast' as const })))
    await world.db.transaction((tx) => putMany(tx, news))
    const pace = { chat: { perSecond: 0, burst: 0 }, all: { perSecond: 100, burst: 40 } }
    const { channel, calls } = scriptedChannel({ pace })
    const loop = loopWith(channel)
    await until(() => calls.length > 60)
    const before = calls.length
    await say(loop, asks, message('an answer'))
    await say(loop, others[7]!, message('an answer'))
    await until(() => calls.filter(({ text }) => text === 'an answer').length === 2)
    const overtaken = calls.findLastIndex(({ text }) => text === 'an answer') - before
    expect(1_005 - calls.length).toBeGreaterThan(800)
    // No more than the calls that were granted to broadcasts already.
    expect(overtaken).toBeLessThanOrEqual(12)
  })
})

describe('a prompt', () => {
  test('supersedes those that nobody began to send; receipts stay', async () => {
    const [chat] = (await makeChats(world.db, 1)) as [number]
    const prompt = (said: string) => ({ reply: saying(said, { prompt: true }) })
    await pauseChat(chat, 60_000)
    await putAll(chat, prompt('how many?'), message('receipt'))
    await putAll(chat, message('by the way'))
    await putAll(chat, message('noted'), prompt('which day?'))
    expect((await rowsOf(chat)).map(({ status }) => status)).toEqual([
      'superseded',
      'unsent',
      'unsent',
      'unsent',
      'unsent',
    ])
    const { totals } = await outboxStats(world.db)
    expect(totals).toContainEqual({
      channel: 'console',
      lane: 0,
      status: 'superseded',
      messages: 1,
      doubts: 0,
      unknown: 0,
    })
  })

  test('does not touch one that is being sent, and waits for it', async () => {
    const [chat] = (await makeChats(world.db, 1)) as [number]
    const { channel, texts, end } = gated()
    const loop = loopWith(channel)
    const prompt = (said: string) => ({ reply: saying(said, { prompt: true }) })
    expect(await say(loop, chat, prompt('one'))).toBe(1)
    await until(() => texts().length === 1)
    expect(await say(loop, chat, prompt('two'))).toBe(0)
    expect(await say(loop, chat, prompt('three'))).toBe(0)
    expect(texts()).toEqual(['one'])
    end()
    await until(() => texts().length === 2)
    end()
    await loop.idle(chat)
    expect(texts()).toEqual(['one', 'three'])
  })

  test('is born claimed when it supersedes all that waited', async () => {
    const [chat] = (await makeChats(world.db, 1)) as [number]
    const { channel, texts } = scriptedChannel()
    await putAll(chat, { reply: saying('old', { prompt: true }) })
    const loop = loopWith(channel)
    expect(await say(loop, chat, { reply: saying('new', { prompt: true }) })).toBe(1)
    await loop.idle(chat)
    expect(texts()).toEqual(['new'])
  })
})

describe('what a platform answers', () => {
  test('retry_after is obeyed to the millisecond, by the whole chat and by no other', async () => {
    const [chat, other] = (await makeChats(world.db, 2)) as [number, number]
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
    await until(async () => (await world.db.prisma.chat.findFirst({ where: { id: chat } }))?.pausedUntil != null)
    for (const one of [loop, second]) one.nudge([chat])
    await say(loop, other, message('meanwhile'))
    await loop.idle(other)
    expect(Date.now() - told).toBeLessThan(650)
    await loop.idle(chat)
    const again = calls.filter(({ address }) => address === 'c0').slice(1)
    for (const { at } of again) expect(at - told).toBeGreaterThanOrEqual(700)
    expect(again[0]!.at - told).toBeLessThan(1_000)
    expect(to('c0')).toEqual(['r1', 'r1', 'r2', 'a1'])
    // What the platform asked for is no failed try.
    expect(await rowsOf(chat)).toMatchObject([{ attempts: 1 }, {}, {}])
  })

  test('an answer that is not seen is tried once more and then taken for sent, counted', async () => {
    const [cut, thrown] = (await makeChats(world.db, 2)) as [number, number]
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
    expect((await outboxStats(world.db)).totals).toMatchObject([{ messages: 3, doubts: 2, unknown: 2 }])
    expect(JSON.stringify([complaints, (await rowsOf(thrown)).map(({ error }) => error)])).not.toContain('secret')
  })

  test('unknown, then refused, then unknown: still only one more try', async () => {
    const [chat] = (await makeChats(world.db, 1)) as [number]
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
    const [chat] = (await makeChats(world.db, 1)) as [number]
    const { channel, texts } = scriptedChannel({
      answer: ({ text }) => (text === 'bad' ? { outcome: 'never', why: 'too long' } : { outcome: 'sent' }),
    })
    const unfit = { reply: { text: [null] } as unknown as Reply }
    const loop = loopWith(channel)
    await say(loop, chat, message('bad'), unfit, message('good'))
    await loop.idle(chat)
    expect(texts()).toEqual(['bad', 'good'])
    expect((await outboxDead(world.db)).map(({ error, chat_id }) => [chat_id, error])).toEqual([
      [chat, expect.stringMatching(/^could not be fitted: TypeError/)],
      [chat, 'too long'],
    ])
    const [newest] = await outboxDead(world.db, { limit: 1 })
    expect(await outboxDead(world.db, { before: newest!.id })).toMatchObject([{ error: 'too long' }])
  })

  test('a message is given up after so many tries or so long', async () => {
    const [tired, late] = (await makeChats(world.db, 2)) as [number, number]
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
    expect((await outboxDead(world.db)).map(({ chat_id, attempts }) => [chat_id, attempts])).toEqual([
      [late, 1],
      [tired, 3],
    ])
  })

  test('somebody unreachable: replies and alerts wait until they are heard again, broadcasts are given up', async () => {
    const [chat] = (await makeChats(world.db, 1)) as [number]
    let blocked = true
    const { channel, texts } = scriptedChannel({
      answer: () => (blocked ? { outcome: 'unreachable', why: 'blocked' } : { outcome: 'sent' }),
    })
    const loop = loopWith(channel)
    await say(loop, chat, message('r1'), message('r2'), message('b1', 'broadcast'))
    await until(async () => (await outboxDead(world.db)).length === 1)
    await putAll(chat, message('b2', 'broadcast'), message('a1', 'alert'))
    loop.nudge([chat])
    await until(async () => (await outboxDead(world.db)).length === 2)
    expect(texts()).toEqual(['r1'])
    expect(await outboxQueue(world.db)).toMatchObject([
      { lane: 0, waiting: 2, unreachable: 2, held: 0 },
      { lane: 1, waiting: 1 },
    ])
    blocked = false
    await world.db.prisma.chat.update({ where: { id: chat }, data: { unreachableAt: null } })
    loop.nudge([chat])
    await loop.idle(chat)
    expect(texts()).toEqual(['r1', 'r1', 'r2', 'a1'])
  })
})

describe('a message of several calls', () => {
  test('goes on where it stopped', async () => {
    const [chat] = (await makeChats(world.db, 1)) as [number]
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
    const [chat] = (await makeChats(world.db, 1)) as [number]
    const { channel, texts } = scriptedChannel({ answer: () => ({ outcome: 'unknown', why: 'cut' }) })
    const split: Channel['split'] = (part) => part.text.split(' ').map((text) => ({ text }))
    const loop = loopWith({ ...channel, split })
    await say(loop, chat, message('one two'))
    await loop.idle(chat)
    expect(texts()).toEqual(['one', 'one', 'two', 'two'])
    expect(await rowsOf(chat)).toMatchObject([{ status: 'sent', error: 'unknown', doubts: 2 }])
  })

  test('keeps the pace of its chat between its calls', async () => {
    const [chat] = (await makeChats(world.db, 1)) as [number]
    const { channel, calls } = scriptedChannel({
      pace: { chat: { perSecond: 10, burst: 2 }, all: { perSecond: 0, burst: 0 } },
    })
    const split: Channel['split'] = (part) => part.text.split(' ').map((text) => ({ text }))
    const loop = loopWith({ ...channel, split })
    await say(loop, chat, message('1 2 3 4'), message('5'))
    await loop.idle(chat)
    expect(calls.map(({ text }) => text)).toEqual(['1', '2', '3', '4', '5'])
    expect(calls[4]!.at - calls[0]!.at).toBeGreaterThanOrEqual(250)
    expect(calls[4]!.at - calls[0]!.at).toBeLessThan(900)
  })
})

describe('what nobody spoke of', () => {
  test('is found: orphans, back-offs that are over, messages put by others, broadcasts', async () => {
    const [orphan, backOff, lost, broadcast] = (await makeChats(world.db, 4)) as [number, number, number, number]
    await putAll(orphan, message('orphan'))
    await putAll(backOff, message('back-off'))
    await putAll(lost, message('lost'))
    await putAll(broadcast, message('news', 'broadcast'))
    const past = new Date(Date.now() - 1_000)
    await world.db.prisma.outbox.updateMany({
      where: { chatId: orphan },
      data: { holder: 'dead', heldUntil: past, attempts: 1 },
    })
    await world.db.prisma.outbox.updateMany({ where: { chatId: backOff }, data: { notBefore: past } })
    await world.db.prisma.outbox.updateMany({ data: { createdAt: past } })
    const { channel, texts } = scriptedChannel()
    const loop = loopWith(channel, { settings: { sweepMs: 100 } })
    await Promise.all([orphan, backOff, lost, broadcast].map((chat) => loop.idle(chat)))
    expect(texts().toSorted()).toEqual(['back-off', 'lost', 'news', 'orphan'])
    expect(await rowsOf(orphan)).toMatchObject([{ doubts: 1, attempts: 2 }])
    expect(loop.counts()).toMatchObject({ takenOver: 1, sent: 4 })
  })

  test('a live lease is respected, and renewed for as long as a call lasts', async () => {
    const [chat] = (await makeChats(world.db, 1)) as [number]
    const { channel, texts, end } = gated()
    const settings = { leaseMs: 300, sweepMs: 50 }
    const loop = loopWith(channel, { settings })
    const other = loopWith(channel, { settings })
    await say(loop, chat, message('long'))
    await new Promise((done) => setTimeout(done, 900))
    expect(texts()).toEqual(['long'])
    end()
    await loop.idle(chat)
    expect(other.counts()).toMatchObject({ sent: 0, takenOver: 0 })
  })

  test('a process whose lease ran out does not begin the call, nor write down what became of it', async () => {
    const [chat] = (await makeChats(world.db, 1)) as [number]
    const { channel, texts } = scriptedChannel()
    const loop = loopWith(channel)
    const [row] = await world.db.transaction((tx) => loop.put(tx, chat, [message('late')]))
    await world.db.prisma.outbox.updateMany({ data: { holder: 'another', heldUntil: new Date(Date.now() + 60_000) } })
    loop.sendClaimed(chat, [{ ...row!, until: performance.now() + 10 }])
    await until(() => loop.counts().lost === 1)
    expect(texts()).toEqual([])
    expect(await rowsOf(chat)).toMatchObject([{ holder: 'another', status: 'unsent' }])
  })

  test('one that kills whoever sends it is given up', async () => {
    const [chat] = (await makeChats(world.db, 1)) as [number]
    await putAll(chat, message('deadly'), message('next'))
    const [deadly] = await rowsOf(chat)
    const heldUntil = new Date(Date.now() - 1_000)
    await world.db.prisma.outbox.update({ where: { id: deadly!.id }, data: { holder: 'dead', heldUntil, doubts: 7 } })
    const { channel, texts } = scriptedChannel()
    const loop = loopWith(channel)
    loop.nudge([chat])
    await loop.idle(chat)
    expect(texts()).toEqual(['next'])
    expect(await outboxDead(world.db)).toMatchObject([{ error: 'its processes ended' }])
  })
})

describe('the loop', () => {
  test('delivers to the chats it is for, and to no other', async () => {
    const [mine, other, later] = (await makeChats(world.db, 3)) as [number, number, number]
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
    const chats = await makeChats(world.db, 3)
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
    const [chat] = (await makeChats(world.db, 1)) as [number]
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
    const [chat] = (await makeChats(world.db, 1)) as [number]
    const { channel, texts } = scriptedChannel({
      answer: ({ text }) => (text === 'x' ? new Promise(() => undefined) : { outcome: 'sent' }),
    })
    const loop = loopWith(channel, { settings: { callMaxMs: 30 } })
    await say(loop, chat, message('x'), message('y'))
    await loop.idle(chat)
    expect(texts()).toEqual(['x', 'x', 'y'])
  })

  test('old messages are given up, and bodies of old settled ones are wiped, nothing else', async () => {
    const [chat] = (await makeChats(world.db, 1)) as [number]
    await pauseChat(chat, 60_000)
    await putAll(chat, message('too old'), message('settled long ago'), message('settled today'), message('waits'))
    const [old, long, today] = await rowsOf(chat)
    const days = (n: number) => new Date(Date.now() - n * 24 * 3_600_000)
    await world.db.prisma.outbox.update({ where: { id: old!.id }, data: { createdAt: days(4) } })
    await world.db.prisma.outbox.update({ where: { id: long!.id }, data: { status: 'sent', settledAt: days(8) } })
    await world.db.prisma.outbox.update({ where: { id: today!.id }, data: { status: 'sent', settledAt: days(6) } })
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
