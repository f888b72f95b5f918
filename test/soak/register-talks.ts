/** Many persons of a shop who each register one lot over a platform, and what is true of it afterwards. */
import { invite } from '../../domain/invitations.js'
import { isRefused } from '../../domain/refusal.js'
import { codeOfLot } from '../../prisma/seed/demo-data.js'
import type { Db } from '../../server/db.js'
import { OUTBOX_SETTINGS } from '../../server/outbox/settings.js'
import { LEASE_MS } from '../../bot/hear.js'
import type { KilledHouse } from './killed-house.js'
import type { Platform, Seen, Somebody } from './platforms.js'

const SHOP = 'BD-0001'
/** A wholesaler's lot of pomelos that is taken as the source. */
const SUPPLIER_LOT = codeOfLot('w3')
/** A start, with what an operator's machine is busy with. ms */
const START_MS = 15_000
/** Who has not heard anything for so long while the house stood the whole time is stuck. */
const STUCK_MS = Math.max(LEASE_MS, OUTBOX_SETTINGS.leaseMs) + START_MS
/** A talk is given up after so many messages that had to be sent again. */
const NUDGES_MAX = 3
const LOOK_MS = 1_000
export const RECEIPT = /Đã ghi lô ([0-9A-Z-]+):/

interface Turn {
  says: string
  /** It is also a button's label */
  pressed?: boolean
  /** How the answer to it begins to be known */
  hears: RegExp
}

const TURNS: Turn[] = [
  { says: '/register', hears: /Mặt hàng gì\?/ },
  { says: 'Bưởi Diễn', hears: /Bao nhiêu\?/ },
  { says: '2 quả', hears: /Hàng lấy từ đâu\?/ },
  { says: SUPPLIER_LOT, hears: /ngày nào\?/ },
  { says: 'hôm nay', hears: /Gửi ảnh hoá đơn/ },
  { says: 'Bỏ qua', pressed: true, hears: /Bác xem lại/ },
  { says: 'Gửi', pressed: true, hears: RECEIPT },
]
/** What somebody types who waits for no answer, from the invitation to the end. */
export const blindly = (invitation: string): string[] => [`/start ${invitation}`, ...TURNS.map(({ says }) => says)]
/** Answers that a whole talk shows: the joining, each turn, and the files of the label. */
export const MESSAGES_A_TALK = TURNS.length + 3

export interface Talk {
  /** How the house calls the conversation */
  address: string
  someone: Somebody
  /** Of the lot, as the receipt told it */
  code?: string
  nudges: number
  longestWaitMs: number
  /** Why it did not come to its end */
  failed?: string
}

/** Invitations to the demo shop, by the operator. */
export async function makeInvitations(db: Db, count: number): Promise<string[]> {
  const codes: string[] = []
  for (let n = 0; n < count; n++) {
    const made = await db.transaction((tx) =>
      invite(tx, { operator: true, now: new Date() }, { establishmentCode: SHOP, role: 'staff' }),
    )
    if (isRefused(made)) throw new Error(`no invitation: ${JSON.stringify(made)}`)
    codes.push(made.code)
  }
  return codes
}

/** One talk for each invitation, so many at once. */
export async function registerLots(
  platform: Platform,
  house: KilledHouse,
  invitations: string[],
  { atOnce }: { atOnce: number },
): Promise<Talk[]> {
  const talks = invitations.map(() => newTalk(platform))
  const waiting = talks.map((talk, n) => ({ talk, invitation: invitations[n]! }))
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { talk, invitation } = next
      await registerLot(talk, house, invitation).catch((error: unknown) => (talk.failed = String(error)))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return talks
}

export const newTalk = (platform: Platform): Talk => ({ ...platform.newSomebody(), nudges: 0, longestWaitMs: 0 })

/** @param upTo turns to be done; the last one, which sends, may be left for later */
export async function registerLot(
  talk: Talk,
  house: KilledHouse,
  invitation: string,
  upTo = TURNS.length,
): Promise<void> {
  await turn(talk, house, () => talk.someone.starts(invitation), /Xong rồi!/)
  for (const each of TURNS.slice(0, upTo)) await take(talk, house, each)
}

export const TURNS_BEFORE_SENDING = TURNS.length - 1

/** The last turn of a talk that stands at its review. */
export const sendLot = (talk: Talk, house: KilledHouse): Promise<void> => take(talk, house, TURNS.at(-1)!)

const take = (talk: Talk, house: KilledHouse, { says, pressed, hears }: Turn): Promise<void> =>
  turn(talk, house, () => (pressed ? talk.someone.chooses(says) : talk.someone.says(says)), hears)

async function turn(talk: Talk, house: KilledHouse, does: () => Promise<unknown>, hears: RegExp): Promise<void> {
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
  talk.code = RECEIPT.exec(heard.text)?.[1]?.replaceAll('-', '')
}

export interface Tally {
  talks: number
  kills: number
  confirmed: number
  /** Talks that did not come to their end, with the reason */
  unfinished: string[]
  /** Confirmed lots that are not in the database exactly once */
  missing: number
  /** Lots beyond the one that each person sent */
  doubledLots: number
  /** Messages that a person saw more than once */
  doubledMessages: number
  /** How often the outbox did not know whether a call went out: each may have doubled a message */
  doubts: number
  nudges: number
  /** Lots without the two files of their label under the receipt */
  withoutLabel: number
  /** Updates without an outcome or given up, messages unsent or dead: how many, and why */
  left: string[]
  longestWaitMs: number
}

/** What people saw beside what the database holds; everything has been sent before, or is counted as left. */
export async function tally(db: Db, platform: Platform, talks: Talk[], kills: number): Promise<Tally> {
  await settled(db)
  const addresses = talks.map(({ address }) => address)
  const chats = await db.prisma.chat.findMany({
    where: { channel: platform.channel, address: { in: addresses } },
    select: { id: true, personId: true, address: true },
  })
  const personIds = chats.flatMap(({ personId }) => personId ?? [])
  const lots = await db.prisma.lot.findMany({
    where: { createdById: { in: personIds } },
    select: { id: true, createdById: true, codes: { where: { kind: 'lot' }, select: { code: true } } },
  })
  const personOf = new Map(chats.map(({ address, personId }) => [address, personId]))
  const confirmed = talks.filter(({ code }) => code !== undefined)
  const chatIds = chats.map(({ id }) => id)
  const { _sum } = await db.prisma.outbox.aggregate({ where: { chatId: { in: chatIds } }, _sum: { doubts: true } })
  const shown = talks.map(({ address }) => platform.screen(address))
  return {
    talks: talks.length,
    kills,
    confirmed: confirmed.length,
    unfinished: talks.flatMap(({ failed, code }) => failed ?? (code ? [] : ['no receipt'])),
    missing: confirmed.filter(({ code, address }) => {
      const holding = lots.filter(({ codes }) => codes.some((kept) => kept.code === code))
      return holding.length !== 1 || holding[0]!.createdById !== personOf.get(address)
    }).length,
    doubledLots: lots.length - new Set(lots.map(({ createdById }) => createdById)).size,
    doubledMessages: shown.reduce((sum, messages) => sum + messages.length - new Set(messages.map(looks)).size, 0),
    doubts: _sum.doubts ?? 0,
    nudges: talks.reduce((sum, { nudges }) => sum + nudges, 0),
    withoutLabel: confirmed.filter(({ code, address }) => !hasLabel(platform, address, code!)).length,
    left: await leftIn(db, chatIds),
    longestWaitMs: Math.max(0, ...talks.map(({ longestWaitMs }) => longestWaitMs)),
  }
}

const hasLabel = (platform: Platform, address: string, code: string): boolean => {
  const names = platform.screen(address).flatMap(({ files }) => files)
  return platform.labelOf(code).every((name) => names.includes(name))
}

/** A talk never says the same twice by itself, except when a person had to say something again. */
const looks = ({ text, files, buttons }: Seen): string => JSON.stringify([text, files, buttons])

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

/** Waits until nothing is unsent any more, as long as a claim of a dead process can hold. */
async function settled(db: Db): Promise<void> {
  for (const until = Date.now() + STUCK_MS; Date.now() < until; await new Promise((done) => setTimeout(done, 100)))
    if ((await db.prisma.outbox.count({ where: { status: 'unsent' } })) === 0) return
}

/** What must not be, in words; empty: all is well. */
export function wrongIn(of: Tally): string[] {
  const wrong = of.unfinished.map((why) => `unfinished: ${why}`)
  const none = { missing: of.missing, 'doubled lots': of.doubledLots, 'without label': of.withoutLabel }
  for (const [what, count] of Object.entries(none)) if (count > 0) wrong.push(`${what}: ${count}`)
  wrong.push(...of.left.map((what) => `left: ${what}`))
  // Who had to say something again is answered again.
  if (of.doubledMessages > of.doubts + of.nudges)
    wrong.push(`doubled messages: ${of.doubledMessages}, doubts: ${of.doubts}`)
  return wrong
}
