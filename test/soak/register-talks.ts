/** Many persons of a shop who each register one lot over a platform, and what is true of it afterwards. */
import { invite } from '../../domain/invitations.js'
import { isRefused } from '../../domain/refusal.js'
import { codeOfLot } from '../../prisma/seed/demo-data.js'
import type { Db } from '../../server/db.js'
import type { KilledHouse } from './killed-house.js'
import type { Platform } from './platforms.js'
import { messagesOf, newTalk, take, turn, wrongWith, type Messages, type Talk, type Turn } from './turns.js'

const SHOP = 'BD-0001'
/** A wholesaler's lot of pomelos that is taken as the source. */
const SUPPLIER_LOT = codeOfLot('w3')
export const RECEIPT = /Đã ghi lô ([0-9A-Z-]+):/

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

export interface Registration extends Talk {
  /** Of the lot, as the receipt told it */
  code?: string
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
): Promise<Registration[]> {
  const talks = invitations.map((): Registration => newTalk(platform))
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

/** @param upTo turns to be done; the last one, which sends, may be left for later */
export async function registerLot(
  talk: Registration,
  house: KilledHouse,
  invitation: string,
  upTo = TURNS.length,
): Promise<void> {
  await turn(talk, house, () => talk.someone.starts(invitation), /Xong rồi!/)
  for (const each of TURNS.slice(0, Math.min(upTo, TURNS_BEFORE_SENDING))) await take(talk, house, each)
  if (upTo === TURNS.length) await sendLot(talk, house)
}

export const TURNS_BEFORE_SENDING = TURNS.length - 1

/** The last turn of a talk that stands at its review. */
export async function sendLot(talk: Registration, house: KilledHouse): Promise<void> {
  const receipt = await take(talk, house, TURNS.at(-1)!)
  talk.code = RECEIPT.exec(receipt)?.[1]?.replaceAll('-', '')
}

export interface Tally extends Messages {
  talks: number
  kills: number
  confirmed: number
  /** Confirmed lots that are not in the database exactly once */
  missing: number
  /** Lots beyond the one that each person sent */
  doubledLots: number
  /** Lots without the two files of their label under the receipt */
  withoutLabel: number
}

/** What people saw beside what the database holds; everything has been sent before, or is counted as left. */
export async function tally(db: Db, platform: Platform, talks: Registration[], kills: number): Promise<Tally> {
  const messages = await messagesOf(db, platform, talks)
  const addresses = talks.map(({ address }) => address)
  const chats = await db.prisma.chat.findMany({
    where: { channel: platform.channel, address: { in: addresses } },
    select: { personId: true, address: true },
  })
  const personIds = chats.flatMap(({ personId }) => personId ?? [])
  const lots = await db.prisma.lot.findMany({
    where: { createdById: { in: personIds } },
    select: { id: true, createdById: true, codes: { where: { kind: 'lot' }, select: { code: true } } },
  })
  const personOf = new Map(chats.map(({ address, personId }) => [address, personId]))
  const confirmed = talks.filter(({ code }) => code !== undefined)
  return {
    ...messages,
    talks: talks.length,
    kills,
    confirmed: confirmed.length,
    unfinished: talks.flatMap(({ failed, code }) => failed ?? (code ? [] : ['no receipt'])),
    missing: confirmed.filter(({ code, address }) => {
      const holding = lots.filter(({ codes }) => codes.some((kept) => kept.code === code))
      return holding.length !== 1 || holding[0]!.createdById !== personOf.get(address)
    }).length,
    doubledLots: lots.length - new Set(lots.map(({ createdById }) => createdById)).size,
    withoutLabel: confirmed.filter(({ code, address }) => !hasLabel(platform, address, code!)).length,
  }
}

const hasLabel = (platform: Platform, address: string, code: string): boolean => {
  const names = platform.screen(address).flatMap(({ files }) => files)
  return platform.labelOf(code).every((name) => names.includes(name))
}

/** What must not be, in words; empty: all is well. */
export function wrongIn(of: Tally): string[] {
  const wrong = wrongWith(of)
  const none = { missing: of.missing, 'doubled lots': of.doubledLots, 'without label': of.withoutLabel }
  for (const [what, count] of Object.entries(none)) if (count > 0) wrong.push(`${what}: ${count}`)
  return wrong
}
