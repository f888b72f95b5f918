/**
 * Stories of cases over a platform: somebody reports a shop with photos, the official in charge is alerted, accepts, asks the shop, hears
 * its reply and closes with evidence, the reporter hears of it and gives stars. And what is true of them afterwards.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import sharp from 'sharp'
import { invite, type InvitedTo } from '../../domain/invitations.js'
import { isRefused } from '../../domain/refusal.js'
import { anEstablishment, aUnit } from '../../prisma/seed/builders.js'
import type { Db } from '../../server/db.js'
import type { Platform } from './platforms.js'
import {
  messagesOf,
  newTalk,
  take,
  turn,
  wrongWith,
  type Messages,
  type Standing,
  type Talk,
  type Turn,
} from './turns.js'

/** A shop in a ward of its own, and invitations to both. */
export interface Scene {
  shop: string
  officialInvitation: string
  shopInvitation: string
}

export interface Story {
  scene: Scene
  reporter: Talk
  official: Talk
  seller: Talk
  /** Of the case, as the receipt told it */
  number?: string
}

/** Numbers of signs that the demo has none of. */
const FIRST_SHOP = 7_000
/** Of the photos that go with a report: the same one twice is one. */
const COLOURS = ['#b84', '#4b8']
const STARS = 4
/** Messages that all three are shown, from the invitations to the thanks for the stars */
export const MESSAGES_A_STORY = 29

export async function makeScenes(db: Db, count: number): Promise<Scene[]> {
  const { id: parentId } = await db.prisma.unit.findUniqueOrThrow({ where: { code: 'HN' } })
  const before = await db.prisma.establishment.count({ where: { code: { startsWith: 'BD-7' } } })
  const invited = async (to: InvitedTo): Promise<string> => {
    const made = await db.transaction((tx) => invite(tx, { operator: true, now: new Date() }, to))
    if (isRefused(made)) throw new Error(`no invitation: ${JSON.stringify(made)}`)
    return made.code
  }
  const scenes: Scene[] = []
  for (let n = before; n < before + count; n++) {
    const shop = `BD-${FIRST_SHOP + n}`
    const ward = await aUnit(db, { code: `HN-P-${FIRST_SHOP + n}`, parentId, name: 'Phường Mẫu' })
    await anEstablishment(db, { code: shop, unitId: ward.id, name: 'Cửa hàng Mẫu' })
    scenes.push({
      shop,
      officialInvitation: await invited({ unitCode: ward.code, role: 'officer' }),
      shopInvitation: await invited({ establishmentCode: shop, role: 'staff' }),
    })
  }
  return scenes
}

/** One story for each scene, so many at once; they begin one after the other within `withinMs`. */
export async function playStories(
  platform: Platform,
  house: Standing,
  scenes: readonly Scene[],
  { atOnce, withinMs = 0 }: { atOnce: number; withinMs?: number },
): Promise<Story[]> {
  const photos = await Promise.all(COLOURS.map(photoOf))
  const stories = scenes.map((scene): Story => {
    const [reporter, official, seller] = [newTalk(platform), newTalk(platform), newTalk(platform)]
    return { scene, reporter, official, seller }
  })
  const began = Date.now()
  const waiting = stories.map((story, n) => ({ story, beginsAt: began + (n * withinMs) / stories.length }))
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { story, beginsAt } = next
      const { reporter } = story
      await sleep(Math.max(0, beginsAt - Date.now()))
      await play(story, house, photos).catch((error: unknown) => (reporter.failed ??= String(error)))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return stories
}

/** Urgent, so that it is heard of at any hour. */
const reportOf = (shop: string): Turn[] => [
  { says: '/report', hears: /Bác thấy sai phạm gì/ },
  { says: 'Nghi ngộ độc thực phẩm', pressed: true, hears: /Món hàng nào/ },
  { says: 'Bỏ qua', pressed: true, hears: /Mua ở đâu/ },
  { says: shop, hears: /Bác kể vắn tắt/ },
  { says: 'Cả nhà ăn xong đau bụng', hears: /gọi bác hỏi thêm/ },
  // Where the platform can ask for the number, its button stands elsewhere.
  { says: 'Bỏ qua', hears: /Gửi ảnh hàng/ },
]
const QUESTION: Turn[] = [
  { says: 'Tiếp nhận', pressed: true, hears: /Bác đã tiếp nhận vụ việc/ },
  { says: 'Hỏi cửa hàng', pressed: true, hears: /Bác muốn hỏi cửa hàng/ },
  { says: 'Lô này nhập ở đâu?', hears: /Bác xem lại/ },
  { says: 'Gửi', pressed: true, hears: /Đã hỏi cửa hàng/ },
]
const REPLY: Turn[] = [
  { says: 'Trả lời', pressed: true, hears: /Bác giải trình thế nào/ },
  { says: 'Nhập ở chợ đầu mối, có hoá đơn', hears: /Gửi ảnh hoá đơn, giấy tờ/ },
  { says: 'Bỏ qua', pressed: true, hears: /Bác xem lại/ },
  { says: 'Gửi', pressed: true, hears: /Đã gửi/ },
]
const CLOSING: Turn[] = [
  { says: 'Đóng vụ việc', pressed: true, hears: /Kết quả xử lý ra sao/ },
  { says: 'Đã bỏ hết lô hàng, có biên bản', hears: /Gửi ảnh làm bằng chứng/ },
]
const SEND = { says: 'Gửi', pressed: true }

const photoOf = (background: string): Promise<Buffer> =>
  sharp({ create: { width: 64, height: 48, channels: 3, background } })
    .jpeg()
    .toBuffer()

async function play(story: Story, house: Standing, photos: Buffer[]): Promise<void> {
  const { scene, reporter, official, seller } = story
  const says = async (talk: Talk, turns: Turn[]) => {
    for (const each of turns) await take(talk, house, each)
  }
  const shows = (talk: Talk, photo: Buffer) => turn(talk, house, () => talk.someone.shows(photo), /Bác xem lại/)
  const isTold = (talk: Talk, what: RegExp) => turn(talk, house, () => undefined, what)

  await turn(official, house, () => official.someone.starts(scene.officialInvitation), /Bác làm việc cho/)
  await turn(seller, house, () => seller.someone.starts(scene.shopInvitation), /Bác là nhân viên của/)
  await says(reporter, reportOf(scene.shop))
  for (const photo of photos) await shows(reporter, photo)
  const receipt = await take(reporter, house, { ...SEND, hears: /Đã nhận phản ánh/ })
  story.number = /HN-\d{4}-\d+/.exec(receipt)![0]
  await isTold(official, /Phản ánh mới/)
  await says(official, QUESTION)
  await isTold(reporter, /đã tiếp nhận phản ánh/)
  await isTold(seller, /hỏi về vụ việc/)
  await says(seller, REPLY)
  await isTold(official, /Đã có trả lời/)
  await says(official, CLOSING)
  await shows(official, photos[0]!)
  await take(official, house, { ...SEND, hears: /Đã đóng vụ việc/ })
  await isTold(seller, /đã đóng vụ việc/)
  await isTold(reporter, /đã xử lý xong phản ánh/)
  await take(reporter, house, { says: `${STARS} ⭐`, pressed: true, hears: /Cảm ơn bác đã chấm/ })
}

export interface CasesTally extends Messages {
  stories: number
  /** Told to the reporter by a receipt */
  confirmed: number
  /** What is not in the database exactly as it was played, in words */
  wrong: string[]
}

/** Screens beside the database, after all has been played. */
export async function tallyCases(db: Db, platform: Platform, stories: readonly Story[]): Promise<CasesTally> {
  const talks = stories.flatMap(({ reporter, official, seller }) => [reporter, official, seller])
  const messages = await messagesOf(db, platform, talks)
  const wrong = await Promise.all(stories.map((story) => wrongOf(db, platform, story)))
  return {
    ...messages,
    stories: stories.length,
    confirmed: stories.filter(({ number }) => number !== undefined).length,
    wrong: wrong.flat(),
  }
}

/** Of one story: everything once, and nothing else. */
async function wrongOf(db: Db, platform: Platform, story: Story): Promise<string[]> {
  const { scene, number, reporter, official, seller } = story
  const cases = await db.prisma.case.findMany({
    where: { establishment: { code: scene.shop } },
    include: {
      steps: { orderBy: { id: 'asc' }, include: { files: true } },
      reports: { include: { photos: true, chat: true } },
      questions: true,
      alerts: { orderBy: { id: 'asc' } },
    },
  })
  const found = cases.map(({ steps, reports, questions, alerts, ...one }) => ({
    number: one.number,
    status: one.status,
    steps: steps.map(({ action, files }) => (files.length > 0 ? `${action} with ${files.length}` : action)),
    reports: reports.map(({ photos, rating, chat }) => ({ photos: photos.length, rating, by: chat.address })),
    questions: questions.map(({ answer }) => answer),
    alerts: alerts.map(({ occasion, toldAt }) => `${occasion}${toldAt === null ? ' held' : ''}`),
  }))
  const wanted: typeof found = [
    {
      number: number ?? 'none',
      status: 'closed',
      steps: ['report', 'accept', 'ask-shop', 'answer-shop', 'close with 1'],
      reports: [{ photos: COLOURS.length, rating: STARS, by: reporter.address }],
      questions: [REPLY[1]!.says],
      alerts: ['new', 'answered'],
    },
  ]
  const told: [Talk, RegExp][] = [
    [official, /^🔔 Phản ánh mới/],
    [official, /^💬 Đã có trả lời/],
    [seller, /^❓ .* hỏi về vụ việc/],
    [seller, /^🏁 .* đã đóng vụ việc/],
    [reporter, /^✅ .* đã tiếp nhận phản ánh/],
    [reporter, /^🏁 .* đã xử lý xong phản ánh/],
  ]
  const lost = told.filter(([{ address }, what]) => !platform.screen(address).some(({ text }) => what.test(text)))
  return [
    ...(JSON.stringify(found) === JSON.stringify(wanted)
      ? []
      : [`${scene.shop}: ${JSON.stringify(found)} where ${JSON.stringify(wanted)} was played`]),
    ...lost.map(([{ address }, what]) => `${scene.shop}: ${address} was never told ${what}`),
  ]
}

/** What must not be, in words; empty: all is well. */
export const wrongInCases = (of: CasesTally): string[] => [...wrongWith(of), ...of.wrong]

export const casesInWords = (of: CasesTally): string =>
  `${of.stories} cases, ${of.confirmed} confirmed, ${of.wrong.length} not as they were played, ${of.doubledMessages.length} doubled messages ` +
  `(${of.doubts} doubts), ${of.nudges} said again, longest wait ${(of.longestWaitMs / 1_000).toFixed(1)} s`
