import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { askReporter, askShop, replyAsReporter, replyAsShop } from '../../domain/case-questions.js'
import { casesForShop } from '../../domain/case-views.js'
import { acceptCase, closeCase } from '../../domain/cases.js'
import { myReport } from '../../domain/my-reports.js'
import type { Tx } from '../../prisma/tx.js'
import { freshWorld, type World } from '../world.js'
import { actorOf, granted, NOW, refusalOf } from './actors.js'
import { aPhoto, aReporter, bodies, clearDesk, reported, runTimers, told, type Somebody } from './case-desk.js'
import { aMarket, type Market } from './shop.js'

let world: World
let market: Market
beforeAll(async () => {
  world = await freshWorld()
  market = await aMarket(world.db)
})
afterAll(() => world.close())
afterEach(() => clearDesk(world.db))

const run = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => world.db.transaction(work)
const HOUR_MS = 3_600_000
const inHours = (hours: number) => new Date(NOW.getTime() + hours * HOUR_MS)

/** A case that the ward's officer has accepted, and its reporter. */
async function accepted(said = {}) {
  const reporter = await aReporter(world.db)
  const { number } = await reported(world.db, { establishmentId: market.shop.id, ...said }, NOW, reporter)
  granted(await run((tx) => acceptCase(tx, actorOf(market.wardOfficer), number)))
  return { number, reporter }
}
const ask = (number: string, asked: string, who: Somebody = market.wardOfficer) =>
  run((tx) => askShop(tx, actorOf(who), number, asked))
const askWho = (number: string, asked: string, now = NOW, reportId?: number | 'all') =>
  run((tx) => askReporter(tx, actorOf(market.wardOfficer, now), number, asked, { reportId }))
const reply = (number: string, reason: string, who: Somebody = market.owner) =>
  run((tx) => replyAsShop(tx, actorOf(who), number, { reason }))
const answer = (number: string, who: Somebody, now = NOW) =>
  run((tx) => replyAsReporter(tx, actorOf(who, now), number, { reason: 'Hôm qua, lúc chiều' }))

describe('the shop’s right of reply', () => {
  test('its people are asked, one answers, the handler hears', async () => {
    const { number, reporter } = await accepted()
    expect(granted(await ask(number, ' Hàng này từ đâu? '))).toMatchObject({ number, told: 2 })
    expect(await told(world.db, market.staff.chatId)).toEqual(await told(world.db, market.owner.chatId))
    const [asked] = await told(world.db, market.owner.chatId)
    expect(asked).toContain('Phường Ba Đình hỏi về vụ việc')
    expect(asked).toContain('Hàng này từ đâu?')
    expect((await bodies(world.db, market.owner.chatId))[0]!.choices!.map(({ value }) => value)).toEqual(['reply'])
    expect(refusalOf(await ask(number, 'Nữa?'))).toBe('refusal.question-open')
    expect(refusalOf(await reply(number, ' '))).toBe('refusal.case-reason')
    expect(refusalOf(await reply(number, 'Không phải tôi', market.other))).toBe('refusal.case-unknown')
    expect(await reply(number, 'Từ đầu mối', market.staff)).toEqual({ number })
    expect(refusalOf(await reply(number, 'Thêm'))).toBe('refusal.question-none')
    expect((await told(world.db, market.wardOfficer.chatId)).at(-1)).toContain('💬 Đã có trả lời')
    // The reporter hears that it was accepted, and nothing of what is between official and shop.
    expect(await told(world.db, reporter.chatId)).toHaveLength(1)
  })

  test('whoever handles it hears, also from a unit above; whose mandate ended does not', async () => {
    const { number } = await reported(world.db, { establishmentId: market.shop.id })
    granted(await run((tx) => acceptCase(tx, actorOf(market.cityAdmin), number)))
    granted(await ask(number, 'Sao?'))
    granted(await reply(number, 'Từ đầu mối'))
    expect((await told(world.db, market.cityAdmin.chatId)).at(-1)).toContain('💬 Đã có trả lời')
    expect(await told(world.db, market.wardOfficer.chatId)).toHaveLength(1)
    await world.db.prisma.mandate.updateMany({ where: { personId: market.cityAdmin.id }, data: { suspendedAt: NOW } })
    granted(await ask(number, 'Còn gì nữa?'))
    granted(await reply(number, 'Hết rồi'))
    expect((await told(world.db, market.wardOfficer.chatId)).at(-1)).toContain('💬 Đã có trả lời')
    await world.db.prisma.mandate.updateMany({ where: { personId: market.cityAdmin.id }, data: { suspendedAt: null } })
  })

  test('nobody is asked before it is accepted, without a shop, or after the end', async () => {
    const { number } = await reported(world.db, { establishmentId: market.shop.id })
    expect(refusalOf(await ask(number, 'Sao?'))).toBe('refusal.case-moved-on')
    const without = await accepted({ establishmentId: undefined, unitCode: 'HN-P-BD' })
    expect(refusalOf(await ask(without.number, 'Sao?'))).toBe('refusal.case-no-shop')
    const { number: closed } = await accepted({ kind: 'hygiene' })
    granted(await ask(closed, 'Sao?'))
    const files = [await aPhoto(world.db, market.wardOfficer)]
    granted(await run((tx) => closeCase(tx, actorOf(market.wardOfficer), closed, { reason: 'Xong', files })))
    expect(refusalOf(await reply(closed, 'Muộn'))).toBe('refusal.question-none')
    expect(refusalOf(await ask(closed, 'Sao?', market.viewer))).toBe('refusal.not-yours-to-do')
  })
})

describe('a reporter is asked', () => {
  const clock = (number: string) =>
    world.db.prisma.case.findUniqueOrThrow({
      where: { number },
      select: { dueAt: true, pausedAt: true, usedMs: true, clock: true },
    })

  test('and the clock stands still until the answer', async () => {
    const { number, reporter } = await accepted()
    const before = await clock(number)
    granted(await askWho(number, 'Mua hôm nào?', inHours(2)))
    expect(await clock(number)).toMatchObject({ dueAt: null, pausedAt: inHours(2), usedMs: BigInt(HOUR_MS) })
    expect((await told(world.db, reporter.chatId)).at(-1)).toContain('Mua hôm nào?')
    expect(granted(await myReport(world.db, actorOf(reporter), number)).asked).toBe('Mua hôm nào?')
    expect(await runTimers(world.db, inHours(20))).not.toContain('case.remind')
    expect(refusalOf(await answer(number, await aReporter(world.db)))).toBe('refusal.report-unknown')
    granted(await answer(number, reporter, inHours(26)))
    const after = await clock(number)
    expect(after.pausedAt).toBeNull()
    expect(after.dueAt!.getTime() - before.dueAt!.getTime()).toBe(24 * HOUR_MS)
    expect(refusalOf(await answer(number, reporter, inHours(27)))).toBe('refusal.question-none')
    const step = await world.db.prisma.caseStep.findFirstOrThrow({ where: { action: 'answer-reporter' } })
    expect(step.personId).toBeNull()
  })

  /** Three people on one case, and what was told to each since it was accepted. */
  async function three() {
    const { number, reporter } = await accepted()
    const others = [await aReporter(world.db), await aReporter(world.db)]
    const ids: number[] = []
    for (const who of others)
      ids.push((await reported(world.db, { establishmentId: market.shop.id }, NOW, who)).reportId)
    const people = [reporter, ...others]
    const heard = async () =>
      Promise.all(
        people.map(async ({ chatId }) => (await told(world.db, chatId)).filter((said) => said.startsWith('❓')).length),
      )
    return { number, people, ids, heard }
  }

  test('one of several: nobody else is asked, and nobody else can answer', async () => {
    const { number, people, ids, heard } = await three()
    granted(await askWho(number, 'Mua hôm nào?', NOW, ids[0]))
    expect(await heard()).toEqual([0, 1, 0])
    expect(refusalOf(await askWho(number, 'Còn hàng không?', NOW, ids[1]))).toBe('refusal.question-open')
    expect(refusalOf(await answer(number, people[0]!))).toBe('refusal.question-none')
    granted(await answer(number, people[1]!))
    const elsewhere = await reported(world.db, { unitCode: 'HN-P-BD' })
    expect(refusalOf(await askWho(number, 'Ai?', NOW, elsewhere.reportId))).toBe('refusal.report-unknown')
  })

  test('all of them: the first answer lets the clock go on, the others are heard too, once each', async () => {
    const { number, people, ids, heard } = await three()
    expect(granted(await askWho(number, 'Mua hôm nào?', NOW, 'all'))).toMatchObject({ told: 3 })
    expect(await heard()).toEqual([1, 1, 1])
    granted(await answer(number, people[2]!, inHours(2)))
    expect((await clock(number)).pausedAt).toBeNull()
    const due = (await clock(number)).dueAt
    granted(await answer(number, people[0]!, inHours(3)))
    expect((await clock(number)).dueAt).toEqual(due)
    expect(refusalOf(await answer(number, people[0]!, inHours(3)))).toBe('refusal.question-none')
    // asked anew, the one who has not answered has one question, not two
    granted(await askWho(number, 'Ở quầy nào?', inHours(4), ids[0]))
    expect(granted(await myReport(world.db, actorOf(people[1]!), number)).asked).toBe('Ở quầy nào?')
    granted(await answer(number, people[1]!, inHours(5)))
    expect(refusalOf(await answer(number, people[1]!, inHours(5)))).toBe('refusal.question-none')
    expect(await world.db.prisma.caseQuestion.count({ where: { answeredAt: { not: null } } })).toBe(3)
  })

  test('and not waited for for ever', async () => {
    const { number, reporter } = await accepted()
    granted(await askWho(number, 'Mua hôm nào?'))
    granted(await ask(number, 'Hàng từ đâu?'))
    expect(await runTimers(world.db, inHours(3 * 24))).toContain('case.unanswered')
    const forShop = async () => granted(await casesForShop(world.db, actorOf(market.owner), market.shop.id))
    expect(await forShop()).toMatchObject([{ number, asked: 'Hàng từ đâu?', waits: true }])
    expect(await clock(number)).toMatchObject({ pausedAt: null, clock: 'handle' })
    expect((await told(world.db, market.wardOfficer.chatId)).at(-1)).toContain('chưa trả lời')
    expect(refusalOf(await answer(number, reporter, inHours(73)))).toBe('refusal.question-none')
    expect(await reply(number, 'Từ đầu mối')).toEqual({ number })
    expect(await forShop()).toMatchObject([{ answer: 'Từ đầu mối', waits: false }])
  })
})
