import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import { putMany } from '../../domain/outbox.js'
import type { Database } from '../../prisma/tx.js'
import { outboxStats } from '../../server/outbox/report.js'
import { makeChats, message, saying, until } from '../fakes/chats.js'
import { NO_LIMIT, scriptedChannel } from '../fakes/scripted-channel.js'
import { db, gated, loopWith, pauseChat, putAll, rowsOf, say } from './outbox-setup.js'

describe('a reply that is put', () => {
  test('is born claimed and sent without another claim, in the person’s language', async () => {
    const [chat] = (await makeChats(db(), 1)) as [number]
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
    const [waits, paused, gone, hasty, free] = (await makeChats(db(), 5)) as [number, number, number, number, number]
    const { channel } = gated({ pace: { ...NO_LIMIT, chat: { perSecond: 0.1, burst: 2 } } })
    const loop = loopWith(channel)
    const born = async (chat: number) => (await db().transaction((tx) => loop.put(tx, chat, [message('x')]))).length
    await putAll(waits, message('before'))
    await pauseChat(paused, 60_000)
    await db().prisma.chat.update({ where: { id: gone }, data: { unreachableAt: new Date() } })
    await db().prisma.chat.update({ where: { id: hasty }, data: { sendTat: new Date(Date.now() + 10_500) } })
    await db().prisma.chat.update({ where: { id: free }, data: { sendTat: new Date(Date.now() + 9_500) } })
    expect([await born(waits), await born(paused), await born(gone), await born(hasty), await born(free)]).toEqual([
      0, 0, 0, 0, 1,
    ])
  })

  test('is not born claimed for a channel this process does not have, nor when it stops', async () => {
    const [chat] = (await makeChats(db(), 1, 'telegram')) as [number]
    const loop = loopWith(scriptedChannel().channel)
    expect(await say(loop, chat, message('x'))).toBe(0)
    const [other] = (await makeChats(db(), 1)) as [number]
    await loop.stop(100)
    expect(await say(loop, other, message('x'))).toBe(0)
    expect(await rowsOf(other)).toMatchObject([{ status: 'unsent', holder: null, attempts: 0 }])
  })

  test('goes the way of its transaction', async () => {
    const [chat] = (await makeChats(db(), 1)) as [number]
    const loop = loopWith(scriptedChannel().channel)
    await expect(
      db().transaction(async (tx) => {
        await loop.put(tx, chat, [message('never said')])
        throw new Error('the turn failed')
      }),
    ).rejects.toThrow('the turn failed')
    expect(await rowsOf(chat)).toEqual([])
  })

  test('a unique key is put once', async () => {
    const [chat, other] = (await makeChats(db(), 2)) as [number, number]
    await putAll(
      chat,
      message('a', 'alert', { uniqueKey: 'case 7 for 1' }),
      message('b', 'alert', { uniqueKey: 'case 7 for 1' }),
    )
    await putAll(chat, message('c', 'alert', { uniqueKey: 'case 7 for 1' }))
    expect(await rowsOf(chat)).toMatchObject([{ uniqueKey: 'case 7 for 1' }])
    const recall = { reply: saying('recalled'), lane: 'broadcast' as const }
    const to = (chatId: number) => ({ ...recall, chatId, uniqueKey: `recall 3 for ${chatId}` })
    expect(await db().transaction((tx) => putMany(tx, [to(chat), to(other), to(chat)]))).toEqual([chat, other])
    expect(await db().transaction((tx) => putMany(tx, [to(other)]))).toEqual([])
    expect((await rowsOf(other)).map(({ body, lane }) => ({ body, lane }))).toEqual([
      { body: saying('recalled'), lane: 2 },
    ])
  })
})

describe('what somebody else is told in a transaction', () => {
  const to = (chatId: number, lane: 'alert' | 'broadcast') => ({ chatId, lane, reply: saying(lane) })

  test('is sent after its commit, and needs no look-out; only broadcasts wait for one', async () => {
    const [alerted, follows, other] = (await makeChats(db(), 3)) as [number, number, number]
    const { channel, texts } = scriptedChannel()
    const loop = loopWith(channel)
    // The look-out of the start is over when it has sent this.
    await say(loop, other, message('hello'))
    await loop.idle(other)
    await db().transaction(async (tx) => {
      await putMany(tx, [to(alerted, 'alert'), to(follows, 'broadcast')])
      expect([...tx.told]).toEqual([alerted])
    })
    await loop.idle(alerted)
    expect(texts()).toContain('alert')
    expect(await rowsOf(alerted)).toMatchObject([{ status: 'sent', attempts: 1 }])
  })

  test('goes the way of its transaction', async () => {
    const [chat] = (await makeChats(db(), 1)) as [number]
    const heard: number[] = []
    const deaf = db().onTold((chatIds) => void heard.push(...chatIds))
    const told = (fails: boolean) =>
      db().transaction(async (tx) => {
        await putMany(tx, [to(chat, 'alert')])
        if (fails) throw new Error('the turn failed')
      })
    await expect(told(true)).rejects.toThrow('the turn failed')
    expect(heard).toEqual([])
    await told(false)
    deaf()
    await told(false)
    expect(heard).toEqual([chat])
  })
})

describe('order', () => {
  test('of one chat and lane is kept, whatever fails and however often it is nudged', async () => {
    const chats = await makeChats(db(), 5)
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
    const [chat] = (await makeChats(db(), 1)) as [number]
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
    const [chat] = (await makeChats(db(), 1)) as [number]
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
    const chats = await makeChats(db(), 201)
    const [asks, ...others] = chats as [number, ...number[]]
    const texts = Array.from({ length: 5 }, (_, n) => saying(`news ${n}`))
    const news = texts.flatMap((reply) => chats.map((chatId) => ({ chatId, reply, lane: 'broadcast' as const })))
    await db().transaction((tx) => putMany(tx, news))
    const pace = { chat: { perSecond: 0, burst: 0 }, all: { perSecond: 20, burst: 40 } }
    const { channel, calls } = scriptedChannel({ pace })
    const loop = loopWith(channel)
    await until(() => calls.length > 22)
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

test('of the platform’s limit, broadcasts of one process leave a part to the replies of another', async () => {
  const chats = await makeChats(db(), 200)
  const news = chats.map((chatId) => ({ chatId, reply: saying('news'), lane: 'broadcast' as const }))
  await db().transaction((tx) => putMany(tx, news))
  const pace = { chat: { perSecond: 0, burst: 0 }, all: { perSecond: 2, burst: 25 } }
  const { channel, calls } = scriptedChannel({ pace })
  loopWith(channel)
  const replies = loopWith(channel, { only: { chatIds: new Set(chats.slice(190)) } })
  // What may go at once is gone: from now on broadcasts wait for their turns, half a second each.
  await until(() => Date.now() - (calls.at(-1)?.at ?? Date.now()) > 300)
  const before = calls.length
  const asked = chats.slice(190, 196)
  await Promise.all(asked.map((chat) => say(replies, chat, message('an answer'))))
  await until(() => calls.filter(({ text }) => text === 'an answer').length === asked.length)
  expect(calls.length - before - asked.length).toBeLessThanOrEqual(1)
})

test('a claim that took longer than calls are kept waits for its call, and is not let go to be claimed again', async () => {
  const [chat] = (await makeChats(db(), 1)) as [number]
  const claims: string[] = []
  // As on a machine that is busy: what was granted has run out when the claim is answered.
  const slow: Database = {
    transaction: (work, opening) => db().transaction(work, opening),
    onTold: (listener) => db().onTold(listener),
    async run(statement, values) {
      const rows = await db().run(statement, values)
      if (statement.name !== 'outbox_claim') return rows
      claims.push(...(rows as { state: string }[]).map(({ state }) => state))
      return sleep(150).then(() => rows)
    },
  }
  const { channel, texts } = scriptedChannel({
    pace: { chat: { perSecond: 0, burst: 0 }, all: { perSecond: 20, burst: 10 } },
  })
  const loop = loopWith(channel, { db: slow })
  await putAll(chat, message('an alert', 'alert'))
  loop.nudge([chat])
  await until(() => texts().length > 0, 5_000)
  expect(texts()).toEqual(['an alert'])
  expect(claims.filter((state) => state === 'claimed')).toHaveLength(1)
})

describe('a prompt', () => {
  test('supersedes those that nobody began to send; receipts stay', async () => {
    const [chat] = (await makeChats(db(), 1)) as [number]
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
    const { totals } = await outboxStats(db())
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
    const [chat] = (await makeChats(db(), 1)) as [number]
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
    const [chat] = (await makeChats(db(), 1)) as [number]
    const { channel, texts } = scriptedChannel()
    await putAll(chat, { reply: saying('old', { prompt: true }) })
    const loop = loopWith(channel)
    expect(await say(loop, chat, { reply: saying('new', { prompt: true }) })).toBe(1)
    await loop.idle(chat)
    expect(texts()).toEqual(['new'])
  })
})
