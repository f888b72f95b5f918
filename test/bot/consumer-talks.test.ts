import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { NEEDS_WORDS, PHOTOS_MAX } from '../../domain/reports.js'
import { askReporter } from '../../domain/case-questions.js'
import { acceptCase, closeCase } from '../../domain/cases.js'
import type { Actor } from '../../domain/actor.js'
import { recallLot } from '../../domain/lot-life.js'
import { LANGUAGES } from '../../locales/say.js'
import { aBadge, aLot, anEstablishment } from '../../prisma/seed/builders.js'
import { showCode } from '../../qr/codes.js'
import { actorOf, granted, NOW } from '../domain/actors.js'
import { aPhoto, bodies, clearDesk, told } from '../domain/case-desk.js'
import { demoWorld } from '../demo-world.js'
import { DEMO_CODES, link, SHOWN_ON, stranger, type Talk, type TalkOptions } from '../play.js'
import type { World } from '../world.js'

let world: World
beforeAll(async () => {
  world = await demoWorld({ now: NOW })
})
afterAll(() => world.close())
beforeEach(() => clearDesk(world.db))

const anybody = (options: Partial<TalkOptions> = {}) => stranger(world, options)
const CHANNELS = Object.entries(SHOWN_ON)
const { valid } = DEMO_CODES

/** All reports, as they were taken down. */
const taken = () =>
  world.db.prisma.report.findMany({
    orderBy: { id: 'asc' },
    include: { photos: true, contact: true, case: { include: { establishment: true, unit: true } } },
  })
const officer = async (): Promise<Actor> => {
  const chat = await world.db.prisma.chat.findUniqueOrThrow({
    where: { channel_address: { channel: 'console', address: 'ward-officer' } },
  })
  return actorOf({ id: chat.personId, chatId: chat.id })
}
/** What the newest message that came unasked offers. */
const buttonOf = async (talk: Talk, value: string): Promise<string> => {
  const newest = (await bodies(world.db, talk.chatId)).at(-1)
  return newest!.choices!.find((choice) => choice.value === value)!.data
}

/** From the card of a lot to the review. */
async function toReview(talk: Talk, { kind = 'spoiled', photos = 1 }: { kind?: string; photos?: number } = {}) {
  await talk.type(valid)
  await talk.pressOn('report')
  await talk.choose(kind)
  await talk.type('BD-0001')
  await talk.type('Cam mốc bên trong, mua sáng nay')
  await talk.choose('skip')
  for (let i = 0; i < photos; i++) await talk.photo()
  if (photos === 0) await talk.choose('skip')
  expect(talk.question).toBe('report-violation.review')
  return talk
}
async function reported(talk: Talk, how: { kind?: string; photos?: number } = {}): Promise<string> {
  await (await toReview(talk, how)).choose('send')
  expect(talk.keys[0]).toBe('report-violation.done')
  return /HN-\d{4}-\d+/.exec(talk.firstLine)![0]
}

describe('a report', () => {
  for (const [name, on] of CHANNELS)
    for (const language of LANGUAGES)
      test(`from the card of a lot, with photos: the same on ${name} in ${language}`, async () => {
        const talk = await (await anybody({ on, language })).type(valid)
        expect(talk.values).toEqual(['report', 'follow'])
        const before = talk.turns
        await talk.pressOn('report')
        expect(talk.question).toBe('report-violation.kind')
        await talk.choose('spoiled')
        expect(talk.question).toBe('report-violation.place')
        await talk.type('bd 0001')
        expect(talk.text).toContain('Trái cây Mây Lành')
        expect(talk.question).toBe('report-violation.what')
        await talk.type('Cam mốc bên trong, mua sáng nay')
        expect(talk.question).toBe('report-violation.phone')
        expect(talk.text).toMatch(language === 'vi' ? /không bao giờ biết ai phản ánh/ : /never learns who reported/)
        await talk.type('0912 345 678')
        await talk.photo([], { album: 'a' })
        expect(talk.question).toBe('report-violation.review')
        await talk.photo([], { album: 'a' })
        expect(talk.text).toContain(showCode(valid))
        await talk.choose('send')
        expect(talk.turns - before).toBe(8)
        expect(talk.state).toBeNull()
        expect(talk.keys).toEqual(['report-violation.done', 'report-violation.by', 'report-violation.anonymous'])
        expect(talk.text).toMatch(/Ba Đình|Ba Dinh/)
        expect(talk.text).toMatch(/\d\d:\d\d \d\d\/\d\d\/\d{4}/)
        const [report] = await taken()
        expect(report).toMatchObject({
          words: 'Cam mốc bên trong, mua sáng nay',
          contact: { phone: '+84912345678' },
          case: { kindCode: 'spoiled', establishment: { code: 'BD-0001' }, unit: { code: 'HN-P-BD' } },
        })
        expect(report!.photos).toHaveLength(2)
        expect(report!.case.lotId).not.toBeNull()
        expect((await talk.pressOn('see')).firstLine).toContain(report!.case.number)
      })

  test('without any lot, by a command, a menu and the label of its button', async () => {
    for (const begin of ['/report', 'Báo sai phạm']) {
      const talk = await (await anybody()).start()
      await talk.type(begin)
      expect(talk.question).toBe('report-violation.kind')
      await talk.choose('hygiene')
      expect(talk.question).toBe('report-violation.lot')
      await talk.choose('skip')
      await talk.type('chợ Châu Long')
      expect(talk.keys).toContain('fields.bought-at.which')
      await talk.type('ba dinh')
      expect(talk.text).toContain('chợ Châu Long')
      for (const _ of ['what', 'phone', 'photos']) await talk.choose('skip')
      await talk.choose('send')
      expect(talk.keys[0]).toBe('report-violation.done')
      const report = (await taken()).at(-1)
      expect(report).toMatchObject({
        placeText: 'chợ Châu Long',
        words: null,
        case: { lotId: null, establishmentId: null, unit: { code: 'HN-P-BD' } },
      })
    }
  })

  test('the label of its button, typed below a card, is as good as pressed', async () => {
    const talk = await (await anybody({ on: SHOWN_ON.terminal })).type(valid)
    await talk.type('bao sai pham')
    await talk.choose('spoiled')
    expect(talk.question).toBe('report-violation.place')
  })

  test('from the card of a badge: the shop is known, and which goods is not asked', async () => {
    const talk = await (await anybody()).photo([link(DEMO_CODES.badge)])
    expect(talk.values).toEqual(['report'])
    await talk.pressOn('report')
    await talk.choose('unlicensed')
    expect(talk.question).toBe('report-violation.what')
    for (const _ of ['what', 'phone', 'photos']) await talk.choose('skip')
    await talk.choose('send')
    expect((await taken())[0]).toMatchObject({ case: { establishment: { code: 'BD-0001' }, lotId: null } })
  })

  test('of a recalled lot that is still sold; its badge and its label mixed up are told apart', async () => {
    const talk = await (await anybody()).type('/report')
    await talk.choose('expired')
    await talk.photo([link(DEMO_CODES.badge)])
    expect(talk.keys).toEqual(['source.seller', 'flow.kept.photo', 'report-violation.lot.ask'])
    await talk.photo([link(DEMO_CODES.recalled)])
    // the photo of the badge was kept for this question
    expect(talk.values[0]).toBe('use')
    await talk.photo([link(DEMO_CODES.recalled)])
    expect(talk.keys[0]).toBe('source.lot')
    await talk.choose('use')
    const { answers, kept } = talk.state as { answers: object; kept: object[] }
    expect(answers).toMatchObject({ place: { shop: { name: 'Trái cây Mây Lành' } } })
    // that of the label waits for the question about photos
    expect(kept).toMatchObject([{ codes: [{ text: link(DEMO_CODES.recalled) }] }])
    expect(talk.question).toBe('report-violation.what')
  })

  test('"something else" needs words', async () => {
    const talk = await (await anybody()).type(valid)
    await talk.pressOn('report')
    await talk.choose(NEEDS_WORDS)
    await talk.choose('skip')
    expect(talk.values).not.toContain('skip')
    expect((await talk.type('bỏ qua')).keys[0]).toBe('flow.no-skip')
    await talk.type('Người bán đổi tem trước mặt tôi')
    expect(talk.question).toBe('report-violation.phone')
  })

  test('abusive words are taken down as they were said, and no shop is told of them', async () => {
    const talk = await (await anybody()).type(valid)
    await talk.pressOn('report')
    await talk.choose('spoiled')
    await talk.choose('skip')
    await talk.type('Bọn khốn nạn bán cam mốc')
    await talk.choose('skip')
    await talk.choose('skip')
    await talk.choose('send')
    expect(talk.keys[0]).toBe('report-violation.done')
    expect((await taken())[0]!.words).toBe('Bọn khốn nạn bán cam mốc')
  })

  test('fifty photos: the first five go with it, and that no more do is said', async () => {
    const talk = await toReview(await anybody(), { photos: 1 })
    for (let i = 1; i < 50; i++) await talk.photo([], { album: 'a' })
    expect(talk.keys[0]).toBe('fields.photos.no-more')
    expect(talk.text).toContain(`${PHOTOS_MAX} ảnh`)
    await talk.choose('send')
    expect((await taken())[0]!.photos).toHaveLength(PHOTOS_MAX)
  })

  test('photos that came first are used when their time comes', async () => {
    const talk = await (await anybody()).type(valid)
    await talk.pressOn('report')
    await talk.photo()
    expect(talk.keys[0]).toBe('flow.kept.photo')
    await talk.choose('spoiled')
    for (const _ of ['place', 'what', 'phone']) await talk.choose('skip')
    expect(talk.keys[0]).toBe('flow.used')
    await talk.type('xong')
    await talk.choose('send')
    expect((await taken())[0]!.photos).toHaveLength(1)
  })

  test('a place that is sent leads to the ward, and where somebody stood is not kept', async () => {
    const talk = await (await anybody()).type(valid)
    await talk.pressOn('report')
    await talk.choose('spoiled')
    await talk.hear({ kind: 'place', latitude: 21.0363, longitude: 105.8342 })
    expect(talk.keys[0]).toBe('fields.bought-at.not-kept')
    expect(JSON.stringify(talk.state)).not.toMatch(/21\.03|105\.83/)
    await talk.choose('HN-P-NH')
    for (const _ of ['what', 'phone', 'photos']) await talk.choose('skip')
    await talk.choose('send')
    expect((await taken())[0]).toMatchObject({ placeText: null, case: { unit: { code: 'HN-P-NH' } } })
  })

  test.each(['too-large', 'too-many-pixels', 'other-format', 'gone', 'not-a-picture'] as const)(
    'a file that cannot be taken, in the middle of a talk: it is said why, and the question stays: %s',
    async (unusable) => {
      const talk = await (await anybody()).type('/report')
      await talk.choose('spoiled')
      for (const question of ['lot', 'place', 'what', 'phone', 'photos']) {
        expect((await talk.photo([], { unusable })).keys[0]).toBe(`check.refused.${unusable}`)
        expect(talk.question).toBe(`report-violation.${question}`)
        await talk.choose('skip')
      }
    },
  )

  test('photos sent where the label or the place is asked for are kept for their question, and are no wrong answers', async () => {
    const talk = await (await anybody()).type('/report')
    await talk.choose('spoiled')
    for (let i = 0; i < 4; i++) {
      await talk.photo()
      expect(talk.keys).toEqual(['fields.code.none-read', 'flow.kept.photo', 'report-violation.lot.ask'])
    }
    await talk.choose('skip')
    await talk.photo()
    expect(talk.keys).toEqual(['fields.code.none-read', 'flow.kept.photo', 'report-violation.place.ask'])
    // what is typed wrongly after them is the first wrong answer, not the sixth
    await talk.type('x'.repeat(201))
    expect(talk.keys).toEqual(['fields.text.long', 'report-violation.place.ask'])
    for (const _ of ['place', 'what', 'phone']) await talk.choose('skip')
    expect(talk.keys[0]).toBe('flow.used')
    await talk.type('xong')
    await talk.choose('send')
    expect((await taken())[0]!.photos).toHaveLength(5)
  })

  test('a place is kept until it is asked where, and not after', async () => {
    const talk = await (await anybody()).type(valid)
    await talk.pressOn('report')
    const send = () => talk.hear({ kind: 'place', latitude: 21.0363, longitude: 105.8342 })
    const isKept = () => /21\.03|105\.83/.test(JSON.stringify(talk.state))
    expect([(await send()).keys[0], isKept()]).toEqual(['flow.kept.place', true])
    await talk.choose('spoiled')
    expect([talk.keys[0], talk.question, isKept()]).toEqual([
      'fields.bought-at.not-kept',
      'report-violation.place',
      false,
    ])
    await talk.choose('HN-P-NH')
    expect([(await send()).keys[0], isKept()]).toEqual(['flow.unneeded', false])
    for (const _ of ['what', 'phone', 'photos']) await talk.choose('skip')
    expect([(await send()).keys[0], isKept()]).toEqual(['flow.unneeded', false])
  })

  test('a shop outside every unit: the city has it, and says until when', async () => {
    const outside = await anEstablishment(world.db, {
      class: 'fruit_shop',
      name: 'Trái cây Ngoài Địa Bàn',
      province: 'Lào Cai',
    })
    const { id: issuedById } = await world.db.prisma.unit.findUniqueOrThrow({ where: { code: 'HN' } })
    const badge = await aBadge(world.db, { establishmentId: outside.id, issuedById })
    const talk = await (await anybody()).type('/report')
    await talk.choose('spoiled')
    await talk.choose('skip')
    await talk.type(badge.code)
    expect(talk.text).toContain('Trái cây Ngoài Địa Bàn')
    for (const _ of ['what', 'phone', 'photos']) await talk.choose('skip')
    await talk.choose('send')
    expect(talk.keys).toEqual(['report-violation.done', 'report-violation.by', 'report-violation.anonymous'])
    expect(talk.text).toContain('Thành phố Hà Nội sẽ xem trước')
    expect((await taken())[0]).toMatchObject({ case: { unit: { code: 'HN' }, establishment: { id: outside.id } } })
  })

  test('a place in words stands without a ward too', async () => {
    const talk = await (await anybody()).type(valid)
    await talk.pressOn('report')
    await talk.choose('spoiled')
    await talk.type('sạp đầu ngõ 12')
    await talk.type('bỏ qua')
    expect(talk.question).toBe('report-violation.what')
    for (const _ of ['what', 'phone', 'photos']) await talk.choose('skip')
    await talk.choose('send')
    expect((await taken())[0]!.placeText).toBe('sạp đầu ngõ 12')
  })

  test('of another lot is another report: what was said of the first is not sent of the second', async () => {
    const talk = await toReview(await anybody())
    await talk.start(DEMO_CODES.cake)
    await talk.pressOn('report')
    expect(talk.keys[0]).toBe('answer.stopped')
    expect(talk.question).toBe('report-violation.kind')
    expect(JSON.stringify(talk.state)).toContain(DEMO_CODES.cake)
    expect(JSON.stringify(talk.state)).not.toContain(valid)
  })

  test('the same twice is one; others who report it join', async () => {
    const [one, other] = [await anybody(), await anybody()]
    const number = await reported(one)
    await (await toReview(one)).choose('send')
    expect([one.keys, one.state]).toEqual([['refusal.report-twice'], null])
    expect(await reported(other)).toBe(number)
    expect(other.keys).toContain('report-violation.joined')
    expect(await taken()).toHaveLength(2)
  })

  test('a flood is answered kindly, before six questions are asked', async () => {
    const talk = await anybody()
    for (const kind of ['spoiled', 'expired', 'hygiene', 'counterfeit', 'short-weight'])
      await reported(talk, { kind, photos: 0 })
    await talk.type(valid)
    await talk.pressOn('report')
    expect([talk.keys, talk.state]).toEqual([['refusal.report-too-many'], null])
    expect(talk.text).toMatch(/13:00 24\/11\/2026/)
    expect((await talk.type('/report')).keys).toEqual(['refusal.report-too-many'])
    expect(await taken()).toHaveLength(5)
  })
})

describe('what became of a report', () => {
  const accepted = async (talk: Talk) => {
    const number = await reported(talk)
    const actor = await officer()
    granted(await world.db.transaction((tx) => acceptCase(tx, actor, number)))
    return { number, actor }
  }
  const closed = async (talk: Talk) => {
    const { number, actor } = await accepted(talk)
    const evidence = await aPhoto(world.db, { id: actor.personId, chatId: actor.chatId })
    const words = { reason: 'Đã tiêu huỷ 5 kg cam mốc', files: [evidence] }
    granted(await world.db.transaction((tx) => closeCase(tx, actor, number, words)))
    return number
  }

  test('is listed and shown with its steps; that of somebody else does not exist', async () => {
    const talk = await (await anybody()).type('/reports')
    expect(talk.keys).toEqual(['reports.none'])
    const number = await reported(talk)
    await talk.type('/reports')
    expect(talk.keys).toEqual(['reports.list', 'reports.line'])
    expect(talk.text).toContain(`${number}: Hàng hỏng, mốc, ôi thiu – chờ tiếp nhận`)
    await talk.pressOn(number)
    expect(talk.firstLine).toBe(`Phản ánh ${number}: chờ tiếp nhận.`)
    expect(talk.keys).toContain('reports.step.report')
    expect(talk.values).toEqual(['reports'])
    expect((await (await anybody()).type(`/reports ${number}`)).keys).toEqual(['refusal.report-unknown'])
    expect((await talk.type(`/reports ${number.toLowerCase()}`)).firstLine).toContain(number)
  })

  test('pages of them', async () => {
    const talk = await anybody()
    for (let day = 0; day < 3; day++)
      for (const kind of ['spoiled', 'expired', 'hygiene']) {
        talk.now = new Date(NOW.getTime() + day * 30 * 86_400_000)
        await reported(talk, { kind, photos: 0 })
      }
    await talk.type('/reports')
    expect(talk.values).toHaveLength(9)
    await talk.pressOn('more')
    expect(talk.values).toHaveLength(1)
  })

  test('a question is answered in their own words with a photo, from the message that brought it', async () => {
    const talk = await anybody()
    const { number, actor } = await accepted(talk)
    granted(await world.db.transaction((tx) => askReporter(tx, actor, number, 'Bác mua lúc nào?')))
    await talk.press(await buttonOf(talk, 'reply'))
    expect(talk.text).toContain('Bác mua lúc nào?')
    expect(talk.question).toBe('report-answer.answer')
    await talk.type('Lúc 8 giờ sáng')
    await talk.photo()
    await talk.type('xong')
    expect([talk.keys, talk.state]).toEqual([['report-answer.done'], null])
    const question = await world.db.prisma.caseQuestion.findFirstOrThrow()
    expect(question).toMatchObject({ answer: 'Lúc 8 giờ sáng' })
    expect(question.answeredAt).not.toBeNull()
    await talk.press(await buttonOf(talk, 'reply'))
    expect(talk.keys).toEqual(['refusal.question-none'])
    await talk.type(`/reports ${number}`)
    expect(talk.keys).toEqual(expect.arrayContaining(['reports.step.ask-reporter', 'reports.step.answer-reporter']))
  })

  test('that a question waits is seen in the list', async () => {
    const talk = await anybody()
    const { number, actor } = await accepted(talk)
    granted(await world.db.transaction((tx) => askReporter(tx, actor, number, 'Bác mua lúc nào?')))
    expect((await talk.type('/reports')).keys).toContain('reports.line-asked')
    await talk.pressOn(number)
    expect(talk.keys).toContain('reports.asked')
    expect((await talk.pressOn('reply')).question).toBe('report-answer.answer')
  })

  test('closed: told, rated once, reopened once with a reason', async () => {
    const talk = await anybody()
    const number = await closed(talk)
    expect((await told(world.db, talk.chatId)).at(-1)).toContain('Đã tiêu huỷ 5 kg cam mốc')
    const [four, reopen] = [await buttonOf(talk, '4'), await buttonOf(talk, 'reopen')]
    await talk.press(four)
    expect(talk.firstLine).toBe(`Cảm ơn bác đã chấm 4 sao cho phản ánh ${number}.`)
    expect((await talk.press(four)).keys).toEqual(['refusal.report-rated'])
    await talk.type(`/reports ${number}`)
    expect(talk.keys).toEqual(expect.arrayContaining(['reports.step.close', 'reports.reason', 'reports.rating']))
    expect(talk.values).toEqual(['reopen', 'reports'])
    await talk.press(reopen)
    expect(talk.question).toBe('report-reopen.reason')
    await talk.type('Cửa hàng vẫn bán cam mốc')
    expect([talk.keys, talk.state]).toEqual([['report-reopen.done'], null])
    const [report] = await taken()
    expect(report).toMatchObject({ rating: 4, case: { status: 'reopened' } })
    await talk.press(reopen)
    expect(talk.keys[0]).toBe('reports.not-reopened')
    expect(talk.state).toBeNull()
  })

  test('the buttons of one person do nothing for another, and old ones nothing any more', async () => {
    const talk = await anybody()
    await closed(talk)
    const five = await buttonOf(talk, '5')
    expect((await (await anybody()).press(five)).keys).toEqual(['answer.stale'])
    talk.now = new Date(NOW.getTime() + 31 * 86_400_000)
    expect((await talk.press(five)).keys).toEqual(['answer.stale'])
    expect((await taken())[0]!.rating).toBeNull()
  })
})

describe('told when it is recalled', () => {
  const freshLot = async () => {
    const product = await world.db.prisma.product.findFirstOrThrow({ where: { establishment: { code: 'BD-0001' } } })
    return (await aLot(world.db, { productId: product.id, establishmentId: product.establishmentId })).code
  }
  const recall = async (code: string) => {
    const actor = await officer()
    granted(await world.db.transaction((tx) => recallLot(tx, actor, code, 'Dư lượng thuốc')))
  }

  test('asked on the card, told once, and the card is red from then on', async () => {
    const code = await freshLot()
    const talk = await (await anybody()).type(code)
    await talk.pressOn('follow')
    expect(talk.keys).toEqual(['follow.done'])
    expect((await talk.type(code)).values).toEqual(['report', 'unfollow'])
    await recall(code)
    expect(await told(world.db, talk.chatId)).toEqual([expect.stringMatching(/^🛑 Lô .* đã bị thu hồi/)])
    await talk.type(code)
    expect(talk.firstLine).toMatch(/^⛔ Lô này đã bị THU HỒI/)
    expect(talk.values).toEqual(['report'])
  })

  test('taken back: nothing is told', async () => {
    const code = await freshLot()
    const talk = await (await anybody()).type(code)
    await talk.pressOn('follow')
    await talk.pressOn('unfollow')
    expect(talk.keys).toEqual(['follow.undone'])
    expect((await talk.type(code)).values).toEqual(['report', 'follow'])
    await recall(code)
    expect(await told(world.db, talk.chatId)).toEqual([])
  })
})
