/** Many persons who talk while Zalo answers 5xx, and what had arrived afterwards. */
import { setTimeout as sleep } from 'node:timers/promises'
import { DEMO_CODES } from '../../prisma/seed/demo.js'
import { showCode } from '../../qr/codes.js'
import type { Db } from '../../server/db.js'
import { casesInWords, playStories, tallyCases, wrongInCases, type CasesTally, type Scene } from './case-talks.js'
import { dice, type KilledHouse } from './killed-house.js'
import type { Somebody, ZaloPlatform } from './platforms.js'
import { blindly, RECEIPT } from './register-talks.js'

/** Each is looked up once by a person, so that its card says which word it answers. */
const LOOKED_UP = ['valid', 'expired', 'recalled', 'soldOut', 'held', 'cake', 'supplier'] as const
/** Of so many persons one registers a lot, without waiting for any question: newer ones supersede those. */
const REGISTERS_EVERY = 5
/** What a server says that is down, or behind something that is. */
const STATUSES = [500, 502, 503, 504]
const LOOK_MS = 200

export interface Outage {
  people: number
  /** Zalo works, then answers 5xx, then works again, while people talk. ms */
  beforeMs: number
  brokenMs: number
  afterMs: number
  seed: number
  /** After the last word, answers may take so long to arrive. ms */
  arriveWithinMs: number
}

interface Talker {
  address: string
  someone: Somebody
  /** In order */
  says: string[]
  registers: boolean
}

export interface OutageTally {
  people: number
  said: number
  /** Replies put, without those that a newer question superseded while Zalo was down */
  expected: number
  superseded: number
  arrived: number
  /** Replies that stand above one that was put before them */
  outOfOrder: number
  /** Messages shown beyond those that were to be shown */
  doubled: number
  /** Calls that Zalo answered with 5xx */
  refused: number
  /** Words that were not answered: what a person said in vain */
  unanswered: number
  /** From putting a reply to its arrival */
  longestWaitMs: number
  /** From the end of the outage to the arrival of the last reply put before it ended */
  lastAfterMs: number
  cases: CasesTally
}

/** Plays it; resolves when all has arrived, or could not within its time. */
export async function talkThroughOutage(
  db: Db,
  platform: ZaloPlatform,
  house: Pick<KilledHouse, 'readySince'>,
  { invitations, scenes }: { invitations: string[]; scenes: Scene[] },
  outage: Outage,
): Promise<OutageTally> {
  const { people, beforeMs, brokenMs, afterMs, seed } = outage
  const talkers = Array.from({ length: people }, (_, n): Talker => {
    const invitation = n % REGISTERS_EVERY === 0 ? invitations[n / REGISTERS_EVERY] : undefined
    const looked = (i: number) => DEMO_CODES[LOOKED_UP[(i + n) % LOOKED_UP.length]!]
    const says = invitation === undefined ? LOOKED_UP.map((_, i) => looked(i)) : blindly(invitation)
    return { ...platform.newSomebody(), says, registers: invitation !== undefined }
  })
  const allMs = beforeMs + brokenMs + afterMs
  const talking = talkers.map(async ({ someone, says }, n) => {
    // Each word at a moment of its own within its share of the time.
    for (const [i, word] of says.entries()) {
      const shareMs = allMs / says.length
      const waitMs = dice(seed, n + i * people) * shareMs
      await sleep(waitMs)
      await someone.says(word)
      await sleep(shareMs - waitMs)
    }
  })
  let reachedSince: number | undefined = house.readySince
  const reached = {
    get readySince() {
      return reachedSince
    },
  }
  const playing = playStories(platform, reached, scenes, { atOnce: scenes.length, withinMs: beforeMs + brokenMs })
  await sleep(beforeMs)
  const refusedBefore = platform.refused()
  const mend = platform.breakDown(STATUSES)
  reachedSince = undefined
  await sleep(brokenMs)
  mend()
  const mendedAt = Date.now()
  // Nobody says anything again before what waited had its time to arrive.
  reachedSince = mendedAt + outage.arriveWithinMs
  const [stories] = await Promise.all([playing, ...talking])
  await settled(db, outage.arriveWithinMs)
  const cases = await tallyCases(db, platform, stories)
  return { ...(await tally(db, platform, talkers, mendedAt)), refused: platform.refused() - refusedBefore, cases }
}

export const invitationsFor = ({ people }: Pick<Outage, 'people'>): number => Math.ceil(people / REGISTERS_EVERY)

/** Everything heard is answered, and everything answered sent or given up. */
async function settled(db: Db, withinMs: number): Promise<void> {
  for (const until = Date.now() + withinMs; Date.now() < until; await sleep(LOOK_MS)) {
    // In this order: an answer is put in the transaction in which its word is done.
    if ((await db.prisma.update.count({ where: { doneAt: null } })) > 0) continue
    if ((await db.prisma.outbox.count({ where: { status: 'unsent' } })) === 0) return
  }
}

async function tally(
  db: Db,
  { fake }: ZaloPlatform,
  talkers: Talker[],
  mendedAt: number,
): Promise<Omit<OutageTally, 'refused' | 'cases'>> {
  const of = { expected: 0, superseded: 0, arrived: 0, outOfOrder: 0, doubled: 0, unanswered: 0, longestWaitMs: 0, lastAfterMs: 0 } // prettier-ignore
  for (const { address, says, registers } of talkers) {
    const { shown } = fake.chat(address)
    const places = new Map(shown.map(({ id, nth, at }) => [id, { nth, at }]))
    const rows = await db.prisma.outbox.findMany({
      where: { chat: { channel: 'zalo', address } },
      orderBy: { id: 'asc' },
    })
    const wanted = rows.filter(({ status }) => status !== 'superseded')
    let [calls, above] = [0, 0]
    for (const { platformId, partsSent, createdAt } of wanted) {
      calls += partsSent
      const place = places.get(platformId ?? '')
      if (!place) continue
      of.arrived += 1
      if (place.nth < above) of.outOfOrder += 1
      above = Math.max(above, place.nth)
      of.longestWaitMs = Math.max(of.longestWaitMs, place.at - createdAt.getTime())
      if (createdAt.getTime() < mendedAt) of.lastAfterMs = Math.max(of.lastAfterMs, place.at - mendedAt)
    }
    of.expected += wanted.length
    of.superseded += rows.length - wanted.length
    of.doubled += shown.length - calls
    of.unanswered += inVain(
      says,
      registers,
      shown.map(({ text }) => text),
    )
  }
  return { people: talkers.length, said: talkers.reduce((sum, { says }) => sum + says.length, 0), ...of }
}

/** By the texts alone: cards for all codes in the order in which they were said; who registers has a receipt at the end. */
function inVain(says: string[], registers: boolean, texts: string[]): number {
  if (registers) return texts.some((text) => RECEIPT.test(text)) ? 0 : 1
  let from = 0
  return says.filter((code) => {
    const at = texts.findIndex((text, i) => i >= from && text.includes(showCode(code)))
    if (at >= 0) from = at + 1
    return at < 0
  }).length
}

/** What must not be, in words; empty: all is well. */
export function wrongIn({ expected, arrived, outOfOrder, doubled, unanswered, refused, cases }: OutageTally): string[] {
  const none = { lost: expected - arrived, 'out of order': outOfOrder, doubled, unanswered }
  const wrong = Object.entries(none).flatMap(([what, count]) => (count === 0 ? [] : [`${what}: ${count}`]))
  if (refused === 0) wrong.push('no call met the outage')
  wrong.push(...wrongInCases(cases))
  return wrong
}

export const inWords = (of: OutageTally): string =>
  `${of.people} people said ${of.said}, ${of.expected} replies expected, ${of.superseded} superseded, ${of.arrived} arrived, ` +
  `${of.outOfOrder} out of order, ${of.doubled} doubled, ${of.unanswered} unanswered; ${of.refused} calls answered with 5xx, ` +
  `longest wait ${inSeconds(of.longestWaitMs)}, the last one ${inSeconds(of.lastAfterMs)} after the outage; ${casesInWords(of.cases)}`

const inSeconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`
