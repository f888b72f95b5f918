/**
 * Talks over a platform with a house that is away at times: people wait for the answer to what they said, and say it again only when
 * the house stood all the time and said nothing. And what is true of all that they were told.
 */
import { LEASE_MS } from '../../bot/hear.js'
import type { Db } from '../../server/db.js'
import { OUTBOX_SETTINGS } from '../../server/outbox/settings.js'
import type { Platform, Seen, Somebody } from './platforms.js'

/** A start, with what an operator's machine is busy with. ms */
const START_MS = 15_000
/** Who has not heard anything for so long while the house stood the whole time is stuck. ms */
const STUCK_MS = Math.max(LEASE_MS, OUTBOX_SETTINGS.leaseMs) + START_MS
/** A talk is given up after so many messages that had to be sent again. */
const NUDGES_MAX = 3
const LOOK_MS = 1_000

export interface Talk {
  /** How the house calls the conversation */
  address: string
  someone: Somebody
  nudges: number
  longestWaitMs: number
  /** Why it did not come to its end */
  failed?: string
}

export interface Turn {
  says: string
  /** It is also a button's label */
  pressed?: boolean
  /** How the answer to it begins to be known */
  hears: RegExp
}

/** Whoever answers: since when it stands and can be reached, ms since 1970; undefined: it does not. */
export interface Standing {
  readonly readySince: number | undefined
}

export const newTalk = (platform: Platform): Talk => ({ ...platform.newSomebody(), nudges: 0, longestWaitMs: 0 })

/** Says it, and answers what was heard. */
export const take = (talk: Talk, house: Standing, { says, pressed, hears }: Turn): Promise<string> =>
  turn(talk, house, () => (pressed ? talk.someone.chooses(says) : talk.someone.says(says)), hears)

/** @param does nothing is done when somebody only waits for what others do */
export async function turn(
  talk: Talk,
  house: Standing,
  does: () => Promise<unknown> | undefined,
  hears: RegExp,
): Promise<string> {
  const from = Date.now()
  await does()
  let nudgedAt = from
  let heard: Awaited<ReturnType<Somebody['hears']>> | undefined
  for (let nudges = 0; !heard;) {
    heard = await talk.someone.hears(hears, LOOK_MS).catch(() => undefined)
    const aloneSince = Math.max(nudgedAt, house.readySince ?? Date.now())
    if (heard || Date.now() - aloneSince < STUCK_MS) continue
    if (nudges++ === NUDGES_MAX)
      throw new Error(`never heard ${hears}: ${JSON.stringify((await talk.someone.unheard()).map(({ text }) => text))}`)
    talk.nudges++
    nudgedAt = Date.now()
    await does()
  }
  // Not until now, but until the message stood there.
  talk.longestWaitMs = Math.max(talk.longestWaitMs, heard.at - from)
  return heard.text
}

export interface Messages {
  /** Talks that did not come to their end, with the reason */
  unfinished: string[]
  /** Messages that a person saw more than once: each further one */
  doubledMessages: string[]
  /** How often the outbox did not know whether a call went out: each may have doubled a message */
  doubts: number
  nudges: number
  /** Updates without an outcome or given up, messages unsent or dead: how many, and why */
  left: string[]
  longestWaitMs: number
}

/** What these people saw beside what the database holds; everything has been sent before, or is counted as left. */
export async function messagesOf(db: Db, platform: Platform, talks: readonly Talk[]): Promise<Messages> {
  const chats = await db.prisma.chat.findMany({
    where: { channel: platform.channel, address: { in: talks.map(({ address }) => address) } },
    select: { id: true },
  })
  const chatIds = chats.map(({ id }) => id)
  await settled(db, chatIds)
  const { _sum } = await db.prisma.outbox.aggregate({ where: { chatId: { in: chatIds } }, _sum: { doubts: true } })
  return {
    unfinished: talks.flatMap(({ failed }) => failed ?? []),
    doubledMessages: talks.flatMap(({ address }) => doubledIn(platform.screen(address))),
    doubts: _sum.doubts ?? 0,
    nudges: talks.reduce((sum, { nudges }) => sum + nudges, 0),
    left: await leftIn(db, chatIds),
    longestWaitMs: Math.max(0, ...talks.map(({ longestWaitMs }) => longestWaitMs)),
  }
}

/**
 * A talk never says the same twice by itself, except when a person had to say something again. A picture without a word belongs to
 * what was said last before it: the photos of a report come with each alert of it, and those of one message are sent again together.
 */
export function doubledIn(screen: readonly Seen[]): string[] {
  let last = ''
  const times = new Map<string, number>()
  const doubled = new Map<string, string>()
  for (const { text, ...rest } of screen) {
    if (text !== '') last = text
    const look = JSON.stringify([text === '' ? `below ${last}` : text, rest])
    const time = (times.get(look) ?? 0) + 1
    times.set(look, time)
    const message = text === '' ? `files of ${last}` : look
    if (time > 1) doubled.set(`${message}, ${time}`, look)
  }
  return [...doubled.values()]
}

async function leftIn(db: Db, chatIds: number[]): Promise<string[]> {
  const here = { chatId: { in: chatIds } }
  const updates = await db.prisma.update.groupBy({
    by: ['outcome', 'attempts', 'error'],
    where: { ...here, OR: [{ doneAt: null }, { outcome: 'dead' }] },
    _count: true,
  })
  const messages = await db.prisma.outbox.groupBy({
    by: ['status', 'error'],
    where: { ...here, status: { in: ['unsent', 'dead'] } },
    _count: true,
  })
  return [
    ...updates.map(
      ({ outcome, attempts, error, _count }) =>
        `${_count} updates ${outcome ?? 'undone'} after ${attempts} starts (${error ?? 'no fault'})`,
    ),
    ...messages.map(({ status, error, _count }) => `${_count} messages ${status} (${error ?? 'no fault'})`),
  ]
}

/** Waits until nothing is unsent to them any more, as long as a claim of a dead process can hold. */
async function settled(db: Db, chatIds: number[]): Promise<void> {
  const unsent = { chatId: { in: chatIds }, status: 'unsent' } as const
  for (const until = Date.now() + STUCK_MS; Date.now() < until; await new Promise((done) => setTimeout(done, 100)))
    if ((await db.prisma.outbox.count({ where: unsent })) === 0) return
}

/** What must not be, in words; empty: all is well. */
export function wrongWith({ unfinished, left, doubledMessages, doubts, nudges }: Messages): string[] {
  const wrong = unfinished.map((why) => `unfinished: ${why}`)
  wrong.push(...left.map((what) => `left: ${what}`))
  // Who had to say something again is answered again.
  if (doubledMessages.length > doubts + nudges)
    wrong.push(`${doubts} doubts, doubled messages: ${doubledMessages.join(' ')}`)
  return wrong
}
