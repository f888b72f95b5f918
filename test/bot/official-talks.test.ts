import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { invite } from '../../domain/invitations.js'
import { LANGUAGES, say } from '../../locales/say.js'
import { granted, NOW, OPERATOR } from '../domain/actors.js'
import { aReporter, bodies, clearDesk, reported, runTimers, told } from '../domain/case-desk.js'
import { demoWorld } from '../demo-world.js'
import { OWN, SHOWN_ON, stranger, Talk, type TalkOptions } from '../play.js'
import type { World } from '../world.js'

let world: World
beforeAll(async () => {
  world = await demoWorld({ now: NOW })
  await clearDesk(world.db)
})
afterAll(() => world.close())
afterEach(() => clearDesk(world.db))

const CHANNELS = Object.entries(SHOWN_ON)
const DAY_MS = 86_400_000
const anybody = (options: Partial<TalkOptions> = {}) => stranger(world, options)
const as = (persona: string, options: Partial<TalkOptions> = {}) => Talk.with(world, { as: persona, ...options })
const shop = (code = 'BD-0001') => world.db.prisma.establishment.findUniqueOrThrow({ where: { code } })
const row = (number: string) => world.db.prisma.case.findUniqueOrThrow({ where: { number } })

/** What this person was told unasked, the newest of those with such a button, is pressed. */
async function presses(talk: Talk, value: string, number?: string): Promise<Talk> {
  const all = await bodies(world.db, talk.chatId)
  const one = all.findLast(
    ({ text, choices = [] }) =>
      choices.some((choice) => choice.value === value) && (!number || JSON.stringify(text).includes(number)),
  )
  if (!one) throw new Error(`nothing was told with a button ${value}`)
  return talk.press(one.choices!.find((choice) => choice.value === value)!.data)
}

/** A case at the first shop, and the ward's officer who was alerted of it. */
async function alerted(options: Partial<TalkOptions> = {}) {
  const { id: establishmentId } = await shop()
  const reporter = await aReporter(world.db)
  const said = { establishmentId, what: 'Nhãn mốc vẫn bày bán' }
  const { number } = await reported(world.db, said, NOW, reporter)
  return { number, reporter, officer: await as('ward-officer', options) }
}

async function accepted(options: Partial<TalkOptions> = {}) {
  const found = await alerted(options)
  await presses(found.officer, 'accept')
  return found
}

/** Another official of the ward, by an invitation. */
async function joined(role: 'officer' | 'inspector' | 'viewer' | 'administrator' = 'officer', unitCode = 'HN-P-BD') {
  const made = await world.db.transaction((tx) => invite(tx, OPERATOR, { unitCode, role }))
  const talk = await (await anybody()).start(granted(made).code)
  return talk
}
const leaves = async ({ chatId }: Talk) => {
  const { personId } = await world.db.prisma.chat.findUniqueOrThrow({ where: { id: chatId } })
  await world.db.prisma.mandate.deleteMany({
    where: { OR: [{ personId: personId! }, { standsInFor: { personId: personId! } }] },
  })
}

describe('from the alert to the end', () => {
  test.each(CHANNELS)('accepted, the shop asked and heard, decided, closed with evidence (%s)', async (_, on) => {
    const { number, reporter, officer } = await alerted({ on })
    expect(await told(world.db, officer.chatId)).toEqual([expect.stringContaining(`🔔 Phản ánh mới ${number}`)])
    await presses(officer, 'accept')
    expect(officer.keys).toEqual(['case.done.accept', 'alert.handle-by'])
    expect(officer.values).toEqual(['see', 'check', 'ask-shop', 'ask-reporter', 'decide', 'close', 'pass-on', 'refuse'])
    await officer.pressOn('check')
    expect(officer.keys[0]).toBe('case.done.check')
    await officer.pressOn('ask-shop')
    expect(officer.question).toBe('ask-shop.asked')
    await officer.type('Lô nhãn này nhập ngày nào?')
    expect(officer.question).toBe('ask-shop.review')
    expect(officer.text).toContain(number)
    await officer.choose('send')
    expect(officer.keys).toEqual(['case.done.ask-shop'])

    const owner = await presses(await as('owner-fruit', { on }), 'reply')
    expect(owner.question).toBe('reply-to-case.answer')
    await owner.type('Nhập hôm 15, đã bỏ hết hàng mốc')
    await owner.photo()
    expect(owner.question).toBe('reply-to-case.review')
    await owner.choose('send')
    expect(owner.keys).toEqual(['shop-case.replied'])
    expect((await presses(await as('staff-fruit', { on }), 'reply')).keys).toEqual(['refusal.question-none'])

    await presses(officer, 'see')
    expect(officer.text).toContain('đã bỏ hết hàng mốc')
    expect(officer.replies[0]!.files).toHaveLength(1)
    await officer.pressOn('decide')
    await officer.type('Nhắc nhở, yêu cầu bỏ hàng mốc')
    await officer.choose('skip')
    await officer.choose('send')
    expect((await row(number)).status).toBe('decided')

    await officer.pressOn('close')
    await officer.type('Hàng mốc đã bỏ, có biên bản')
    expect(officer.question).toBe('close-case.evidence')
    await officer.type('bỏ qua')
    expect(officer.question).toBe('close-case.evidence')
    await officer.photo()
    await officer.photo()
    expect(officer.text).toContain('Bằng chứng: 2 ảnh')
    await officer.choose('send')
    expect(officer.keys).toEqual(['case.done.close'])
    expect((await row(number)).status).toBe('closed')
    const news = await told(world.db, reporter.chatId)
    expect(news.map((one) => one.split('\n')[0])).toEqual([
      `✅ Phường Ba Đình đã tiếp nhận phản ánh ${number} của bác.`,
      `🔎 Phường Ba Đình đang xác minh phản ánh ${number}.`,
      `📝 Phường Ba Đình đã có hướng xử lý phản ánh ${number}.`,
      `🏁 Phường Ba Đình đã xử lý xong phản ánh ${number}. Cảm ơn bác.`,
    ])
  })

  test('the reporter asked, the clock stands still', async () => {
    const { number, reporter, officer } = await accepted()
    await officer.pressOn('ask-reporter')
    await officer.type('Bác còn giữ hàng không?')
    await officer.choose('send')
    expect(officer.keys).toEqual(['case.done.ask-reporter'])
    expect(officer.values).not.toContain('ask-reporter')
    expect((await told(world.db, reporter.chatId)).at(-1)).toContain('Bác còn giữ hàng không?')
    await officer.pressOn('see')
    expect(officer.keys).toContain('case.card.paused')
    expect((await row(number)).pausedAt).toEqual(NOW)
  })

  test('of several reporters one is chosen by hour and words, or all of them', async () => {
    const { number, officer, reporter } = await accepted()
    const second = await aReporter(world.db)
    const { id: establishmentId } = await shop()
    await reported(world.db, { establishmentId, what: 'Cam mềm, chảy nước, mua lúc bảy giờ sáng nay' }, NOW, second)
    await presses(officer, 'see', number)
    expect(officer.text).toContain('2. 12:00 24/11/2026: «Cam mềm')
    await officer.pressOn('ask-reporter')
    expect(officer.question).toBe('ask-reporter.reporter')
    const labels = officer.replies[0]!.choices!.map(({ label }) => say('vi', label))
    expect(labels).toContain('2. 12:00 24/11/2026: «Cam mềm, chảy nước, mua lúc bảy giờ sáng…»')
    expect(labels).toContain('Cả 2 người')
    await officer.type('cam mềm')
    if (officer.question === 'ask-reporter.reporter') await officer.choose(officer.values[0]!)
    await officer.type('Mua ở quầy nào?')
    await officer.choose('send')
    expect(officer.keys).toEqual(['case.done.ask-reporter'])
    expect((await told(world.db, second.chatId)).at(-1)).toContain('Mua ở quầy nào?')
    expect((await told(world.db, reporter.chatId)).join()).not.toContain('Mua ở quầy nào?')
    await officer.pressOn('see')
    expect(officer.text).toContain('Hỏi người phản ánh thứ 2: Mua ở quầy nào?')
    await world.db.prisma.caseQuestion.updateMany({ data: { endedAt: NOW } })
    await world.db.prisma.case.updateMany({ data: { pausedAt: null, dueAt: new Date('2026-12-01T05:00:00Z') } })
    await officer.type(number)
    await officer.pressOn('ask-reporter')
    await officer.choose('all')
    await officer.type('Còn hàng không?')
    await officer.choose('send')
    expect(officer.keys).toEqual(['case.done.ask-reporters'])
    for (const { chatId } of [reporter, second])
      expect((await told(world.db, chatId)).at(-1)).toContain('Còn hàng không?')
  })

  test('of several who left a number one is called', async () => {
    const { id: establishmentId } = await shop()
    const numbers = ['0912345678', '0987654321']
    for (const phone of numbers) await reported(world.db, { establishmentId, phone, what: `Gọi ${phone.slice(-1)}` })
    const officer = await presses(await as('ward-officer'), 'see')
    await officer.pressOn('call')
    expect([officer.keys, officer.values.length]).toEqual([['case.call-whom'], 2])
    expect(numbers.some((phone) => officer.text.includes(phone))).toBe(false)
    const looks = () => world.db.prisma.history.count({ where: { action: 'read-phone' } })
    const before = await looks()
    await officer.pressOn(officer.values[1]!)
    expect(officer.text).toContain('0987654321')
    expect((await looks()) - before).toBe(1)
  })

  test('passed on: to another ward, where it is heard of, or to another sector', async () => {
    const { number, officer } = await alerted()
    await presses(officer, 'pass-on')
    expect(officer.question).toBe('pass-on-case.where')
    await officer.choose('unit')
    expect(officer.values[0]).toBe('HN')
    await officer.type('ngoc ha')
    if (officer.question === 'pass-on-case.unit') await officer.choose('HN-P-NH')
    await officer.type('Cửa hàng thuộc địa bàn Ngọc Hà')
    await officer.choose('send')
    expect(officer.keys).toEqual(['case.done.pass-on'])
    const other = await presses(await as('ward-officer-ngoc-ha'), 'accept')
    expect(other.keys[0]).toBe('case.done.accept')
    // where it is now, the first ward has nothing to do with it
    expect((await presses(officer, 'accept')).keys).toEqual(['case.not-here'])
    await other.pressOn('pass-on')
    await other.choose('sector')
    await other.choose('health')
    await other.type('Cần ngành Y tế')
    await other.choose('send')
    expect(await row(number)).toMatchObject({ status: 'passed_on', sector: 'health' })
  })

  test('passed on to where it is: asked again', async () => {
    const { officer, number } = await alerted()
    const { sector } = await row(number)
    await presses(officer, 'pass-on')
    await officer.choose('sector')
    await officer.choose(sector ?? 'trade')
    await officer.type('Nhầm')
    await officer.choose('send')
    if (sector === null) expect(officer.keys).toEqual(['case.done.pass-on'])
    else expect([officer.keys[0], officer.question]).toEqual(['refusal.pass-on-nowhere', 'pass-on-case.sector'])
  })

  test('refused, and whether in bad faith', async () => {
    const { number, officer } = await alerted()
    await presses(officer, 'see')
    await officer.pressOn('refuse')
    await officer.type('Bịa đặt')
    await officer.choose('bad')
    await officer.choose('send')
    expect(officer.keys).toEqual(['case.done.refuse'])
    expect(await world.db.prisma.report.findFirst({ where: { case: { number } } })).toMatchObject({ badFaith: true })
  })

  test('a reporter who left a number is called, and each look is written down', async () => {
    const { id: establishmentId } = await shop()
    const { number } = await reported(world.db, { establishmentId, phone: '0912345678' })
    const officer = await presses(await as('ward-officer'), 'see')
    expect(officer.text).not.toContain('0912345678')
    const looks = () => world.db.prisma.history.count({ where: { action: 'read-phone' } })
    const before = await looks()
    await officer.pressOn('call')
    expect(officer.text).toContain('0912345678')
    expect((await looks()) - before).toBe(1)
    expect((await officer.type(`xem ${number.toLowerCase()} giúp tôi`)).keys[0]).toBe('case.card.head')
  })
})

describe('an urgent case that nobody answers', () => {
  const at = (said: string): Date => new Date(`${said}:00+07:00`)
  test.each([
    ['2026-11-24', 'HN-P-BD', 'ward-officer', []],
    ['2025-03-11', 'HN-BD-QT', 'district-officer', ['14:00']],
  ] as const)('climbs to the city, which accepts it (%s)', async (day, unitCode, first, between) => {
    const { number } = await reported(world.db, { kind: 'poisoning', unitCode }, at(`${day}T09:00`))
    expect((await told(world.db, (await as(first)).chatId)).at(-1)).toContain(`${number} (KHẨN)`)
    const city = await as('city-officer')
    for (const time of between) await runTimers(world.db, at(`${day}T${time}`))
    await runTimers(world.db, at(`${day}T16:00`))
    expect((await told(world.db, city.chatId)).at(-1)).toContain(`⏰ Quá hạn: vụ việc ${number}`)
    city.now = at(`${day}T16:05`)
    await presses(city, 'see')
    expect(city.text).toContain('Quá hạn, báo cấp trên')
    expect(city.keys).toContain('case.card.told')
    await city.pressOn('accept')
    expect(city.keys[0]).toBe('case.done.accept')
  })
})

describe('a press that comes too late', () => {
  test('two accept: the second is told who was first, and may look', async () => {
    const colleague = await joined()
    const { officer } = await alerted()
    await presses(officer, 'accept')
    await presses(colleague, 'accept')
    expect(colleague.keys).toEqual(['refusal.case-accepted-by'])
    expect(colleague.text).toContain('Cán bộ phường Ba Đình')
    expect(colleague.values).toEqual(['see'])
    await leaves(colleague)
  })

  test('the case moved on: where it stands is told, at the press and at the end of a flow', async () => {
    const { number, officer } = await accepted()
    const city = await as('city-officer')
    await city.type(number)
    await city.pressOn('close')
    await city.type('Đã xong')
    await city.photo()
    await officer.pressOn('decide')
    await officer.type('Nhắc nhở')
    await officer.choose('skip')
    await city.choose('send')
    await officer.choose('send')
    expect(officer.keys).toEqual(['refusal.case-moved-on'])
    expect([officer.state, officer.values]).toEqual([null, ['see']])
    for (const value of ['accept', 'pass-on']) {
      await presses(officer, value)
      expect(officer.keys).toEqual(['refusal.case-moved-on'])
      expect(officer.text).toContain('đã đóng')
    }
  })

  test('a mandate that ended a second ago', async () => {
    const colleague = await joined()
    await alerted()
    await world.db.prisma.mandate.updateMany({
      where: { person: { chats: { some: { id: colleague.chatId } } } },
      data: { validTo: new Date(NOW.getTime() + 1_000) },
    })
    colleague.now = new Date(NOW.getTime() + 2_000)
    for (const value of ['accept', 'see', 'pass-on']) {
      await presses(colleague, value)
      expect(colleague.keys).toEqual(['case.no-mandate'])
    }
    expect((await colleague.type('/cases')).keys).toEqual(['cases.who'])
    await leaves(colleague)
  })

  test('of many alerts the third one: that case, and no other', async () => {
    const numbers: string[] = []
    for (let i = 0; i < 12; i++) numbers.push((await reported(world.db, { unitCode: 'HN-P-BD' })).number)
    const officer = await as('ward-officer')
    await presses(officer, 'accept', numbers[2])
    expect(officer.text).toContain(numbers[2])
    const accepted = await world.db.prisma.case.findMany({ where: { status: 'accepted' }, select: { number: true } })
    expect(accepted).toEqual([{ number: numbers[2] }])
    await runTimers(world.db, new Date(NOW.getTime() + 120_000))
    await presses(officer, 'list')
    expect(officer.keys[0]).toBe('cases.head')
    expect(officer.values).toHaveLength(9)
    await officer.pressOn('more')
    expect(officer.values).toHaveLength(4)
  })

  test('a clock set back: the case is taken up once, its time is told, and nobody is told twice', async () => {
    const { number, officer } = await alerted()
    await runTimers(world.db, NOW)
    officer.now = new Date(NOW.getTime() - DAY_MS)
    await presses(officer, 'see')
    expect(officer.keys).toContain('case.card.due')
    await officer.pressOn('accept')
    expect(officer.keys).toEqual(['case.done.accept', 'alert.handle-by'])
    await presses(officer, 'accept')
    expect(officer.keys).toEqual(['refusal.case-accepted-by'])
    await runTimers(world.db, NOW)
    expect(await told(world.db, officer.chatId)).toHaveLength(1)
    expect(await world.db.prisma.caseStep.count({ where: { case: { number }, action: 'accept' } })).toBe(1)
  })

  test('a hundred open cases: page by page, each once, and found by its last digits or the shop', async () => {
    const numbers: string[] = []
    const { id: establishmentId } = await shop()
    for (let i = 0; i < 99; i++) numbers.push((await reported(world.db, { unitCode: 'HN-P-BD' })).number)
    numbers.push((await reported(world.db, { establishmentId })).number)
    const officer = await (await as('ward-officer')).type('/cases')
    expect(officer.firstLine).toContain('(1–8 trong 100)')
    const seen = [...officer.values]
    while (seen.at(-1) === 'more') {
      seen.pop()
      await officer.pressOn('more')
      seen.push(...officer.values)
    }
    expect(officer.firstLine).toContain('(97–100 trong 100)')
    expect(seen.toSorted()).toEqual(numbers.toSorted())
    await officer.type(`/cases ${numbers[41]!.slice(-3)}`)
    expect(officer.values).toContain(numbers[41])
    await officer.type('/cases may lanh')
    expect([officer.keys[0], officer.values]).toEqual(['cases.found', [numbers[99]]])
    expect((await officer.type('/cases 999999')).keys).toEqual(['cases.not-found'])
    expect((await officer.type(numbers[70]!)).firstLine).toContain(numbers[70])
  })

  test('a viewer is offered nothing, an inspector what inspectors do, and an old button is refused', async () => {
    const [viewer, inspector] = [await joined('viewer'), await joined('inspector')]
    const { number, officer } = await alerted()
    await viewer.type(number)
    expect([viewer.keys[0], viewer.values]).toEqual(['case.card.head', []])
    await inspector.type(number)
    expect(inspector.values).toEqual(['accept', 'pass-on'])
    await inspector.pressOn('accept')
    expect(inspector.values).toEqual(['see', 'check', 'ask-shop', 'ask-reporter', 'pass-on'])
    await inspector.pressOn('ask-shop')
    await inspector.type('Nhập từ đâu?')
    await inspector.choose('send')
    const owner = await presses(await as('owner-fruit'), 'reply')
    await owner.type('Từ đầu mối')
    await owner.choose('skip')
    await owner.choose('send')
    const offered = async (talk: Talk) =>
      (await bodies(world.db, talk.chatId)).at(-1)!.choices!.map(({ value }) => value)
    expect(await offered(inspector)).toEqual(['see', 'ask-shop', 'ask-reporter', 'pass-on'])
    await officer.type(number)
    expect(officer.values).toContain('close')
    const close = officer.data('close')
    await world.db.prisma.mandate.updateMany({ where: { person: { chats: { some: { id: officer.chatId } } } }, data: { role: 'inspector' } }) // prettier-ignore
    expect((await officer.press(close)).keys).toEqual(['refusal.not-yours-to-do'])
    await world.db.prisma.mandate.updateMany({ where: { person: { chats: { some: { id: officer.chatId } } } }, data: { role: 'officer' } }) // prettier-ignore
    await leaves(viewer)
    await leaves(inspector)
  })

  test('the shop, and whoever comes by: no case is theirs to see', async () => {
    const { number } = await alerted()
    expect((await (await as('owner-fruit-2')).type(number)).keys).not.toContain('case.card.head')
    expect((await (await anybody()).type(number)).keys).not.toContain('case.card.head')
  })
})

describe('several things at once', () => {
  test("another case's button in the middle of a flow: the first is given up, and that is said", async () => {
    const { number, officer } = await accepted()
    const other = (await reported(world.db, { unitCode: 'HN-P-BD' })).number
    await officer.pressOn('close')
    await officer.type('Đã xong')
    await presses(officer, 'accept', other)
    expect(officer.keys[0]).toBe('case.done.accept')
    // the talk about the first one stands as it stood
    expect(officer.state).not.toBeNull()
    await officer.pressOn('close')
    expect(officer.keys.slice(0, 2)).toEqual(['answer.stopped', 'close-case.result.ask'])
    await officer.type('Cũng xong')
    await officer.photo()
    expect(officer.text).toContain(other)
    await officer.choose('send')
    expect([(await row(number)).status, (await row(other)).status]).toEqual(['accepted', 'closed'])
  })

  test('the same button again: what was typed is still there', async () => {
    const { officer } = await accepted()
    await officer.pressOn('decide')
    await officer.type('Nhắc nhở')
    await presses(officer, 'see')
    await officer.pressOn('decide')
    expect(officer.question).toBe('decide-case.rest')
    expect((await officer.choose('go-on')).question).toBe('decide-case.papers')
  })
})

describe('/cases', () => {
  test.each(CHANNELS)('what is due first comes first, with the time left; one is opened (%s)', async (_, on) => {
    const { number, officer } = await alerted({ on })
    const urgent = (await reported(world.db, { kind: 'poisoning', unitCode: 'HN-P-BD' })).number
    const elsewhere = (await reported(world.db, { unitCode: 'HN-P-NH' })).number
    await officer.type('/cases')
    expect(officer.values).toEqual([urgent, number])
    expect(officer.text).toMatch(/còn \d+ giờ làm việc/)
    expect(officer.text).toContain('Trái cây Mây Lành')
    await officer.pressOn(urgent)
    expect(officer.firstLine).toContain(`${urgent} (KHẨN)`)
    expect((await officer.type(elsewhere)).keys).toEqual(['case.not-here'])
    const city = await (await as('city-officer', { on })).type('/cases')
    expect(city.values).toHaveLength(3)
  })

  test('an official who reported it: both ways of seeing it, each with its own buttons', async () => {
    const officer = await as('ward-officer')
    const { chatId } = officer
    const { personId: id } = await world.db.prisma.chat.findUniqueOrThrow({ where: { id: chatId } })
    const { id: establishmentId } = await shop()
    const { number } = await reported(world.db, { establishmentId }, NOW, { id, chatId })
    for (const typed of [number, `/cases ${number}`]) {
      await officer.type(typed)
      expect(officer.replies.map(({ text: [heading] }) => heading)).toEqual([
        { key: 'case.both-own' },
        { key: 'case.both-work' },
      ])
      expect(officer.replies.map(({ question }) => question)).toEqual(['report', 'case'])
      expect(officer.values).toEqual(['reports', 'accept', 'pass-on', 'refuse'])
    }
    // a bare number means the buttons that were shown last
    expect((await officer.type('1')).keys[0]).toBe('case.done.accept')
    const elsewhere = (await reported(world.db, { unitCode: 'HN-P-NH' }, NOW, { id, chatId })).number
    expect((await officer.type(elsewhere)).keys[0]).toBe('reports.one')
  })

  test('whoever reported types its number and sees how it stands', async () => {
    const talk = await anybody()
    const { number } = await reported(world.db, { unitCode: 'HN-P-BD' }, NOW, { id: null, chatId: talk.chatId })
    expect((await talk.type(`${number} sao rồi?`)).keys[0]).toBe('reports.one')
  })

  test.each(LANGUAGES)('says so when there are none, and to whom it belongs (%s)', async (language) => {
    expect((await (await as('ward-officer', { language })).type('/cases')).keys).toEqual(['cases.none'])
    expect((await (await as('owner-fruit', { language })).type('/cases')).keys).toEqual(['cases.none-of-shop'])
    expect((await (await anybody({ language })).type('/cases')).keys).toEqual(['cases.who'])
  })

  test('a shop sees what it was asked, answers from there, and never learns who reported', async () => {
    const { number, officer } = await accepted()
    const owner = await as('owner-fruit')
    expect((await owner.type('/cases')).keys).toEqual(['cases.none-of-shop'])
    await officer.pressOn('ask-shop')
    await officer.type('Nhập từ đâu?')
    await officer.choose('send')
    await owner.type('/menu')
    await owner.pressOn('cases')
    expect(owner.values).toEqual([number])
    await owner.pressOn(number)
    expect(owner.keys[0]).toBe('shop-case.head')
    expect(owner.text).toContain('Nhập từ đâu?')
    await owner.pressOn('reply')
    await owner.type('Từ đầu mối')
    await owner.choose('skip')
    await owner.choose('send')
    await owner.type(number)
    expect(owner.text).toContain('Từ đầu mối')
    expect(owner.values).toEqual([])
  })
})

describe('joining as an official', () => {
  const code = async () => {
    const made = await world.db.transaction((tx) => invite(tx, OPERATOR, { unitCode: 'HN-P-BD', role: 'inspector' }))
    return granted(made).code
  }
  const deepLink = (one: string) => `https://t.me/${OWN.bots[0]}?start=${one}`
  const ways: [string, (talk: Talk, code: string) => Promise<Talk>][] = [
    ['deep link', (talk, one) => talk.start(one)],
    ['typed code', (talk, one) => talk.type(one.toLowerCase())],
    ['pasted link', (talk, one) => talk.type(deepLink(one))],
    ['photographed link', (talk, one) => talk.photo([deepLink(one)])],
  ]
  test.each(ways)('by %s: then the work is there', async (_, go) => {
    const one = await code()
    const talk = await go(await anybody(), one)
    expect(talk.keys).toEqual(['join.done-official', 'join.next-official'])
    expect(talk.replies[0]!.menuOf).toBe('official')
    expect(talk.values.slice(0, 2)).toEqual(['cases', 'colleagues'])
    expect((await talk.pressOn('cases')).keys).toEqual(['cases.none'])
    expect((await (await anybody()).start(one)).keys).toEqual(['refusal.invitation-used'])
    expect((await talk.start()).keys).toContain('welcome.official-known')
    expect((await talk.type('/help')).keys).toContain('help.official')
    await leaves(talk)
  })
})

describe('colleagues', () => {
  test('an administrator invites to a unit below, for a sector, until a day', async () => {
    const city = await (await as('city-officer')).type('/invite')
    expect(city.question).toBe('invite-official.unit')
    await city.type('giang vo')
    if (city.question === 'invite-official.unit') await city.choose('HN-P-GV')
    await city.choose('officer')
    await city.choose('health')
    await city.choose('skip')
    await city.type('31/12')
    await city.choose('send')
    expect(city.keys).toEqual(['invite-official.done'])
    const invitation = city.text.split('\n')[1]!
    const talk = await (await anybody()).type(invitation)
    expect(talk.firstLine).toContain('Phường Giảng Võ')
    const { personId } = await world.db.prisma.chat.findUniqueOrThrow({ where: { id: talk.chatId } })
    expect(await world.db.prisma.mandate.findFirst({ where: { personId: personId! } })).toMatchObject({
      role: 'officer',
      sector: 'health',
      class: null,
      validTo: new Date('2027-01-01T00:00:00+07:00'),
    })
    await leaves(talk)
  })

  test('who administers nothing invites nobody', async () => {
    const officer = await as('ward-officer')
    for (const command of ['/invite', '/manage', '/handover'])
      expect((await officer.type(command)).keys).toEqual(['colleagues.administrators'])
    expect((await (await anybody()).type('/colleagues')).keys).toEqual(['colleagues.who'])
  })

  test('suspended and resumed: what they may do follows at once', async () => {
    const { number, officer } = await alerted()
    const city = await (await as('city-officer')).type('/colleagues')
    expect(city.values).toEqual(['standin', 'invite', 'manage', 'handover'])
    const doing = async (action: string) => {
      await city.type('/manage')
      await city.type('ba dinh')
      if (city.question === 'manage-official.colleague') await city.choose(city.values[0]!)
      await city.choose(action)
      await city.choose('send')
      return city
    }
    expect((await doing('suspend')).keys).toEqual(['manage-official.done.suspend'])
    expect((await officer.type(number)).keys).not.toContain('case.card.head')
    expect((await presses(officer, 'accept')).keys).toEqual(['case.no-mandate'])
    await doing('suspend')
    expect([city.keys[0], city.question]).toEqual(['refusal.official-suspended', 'manage-official.action'])
    await city.choose('resume')
    await city.choose('send')
    expect(city.keys).toEqual(['manage-official.done.resume'])
    expect((await presses(officer, 'accept')).keys[0]).toBe('case.done.accept')
  })

  test('away: the stand-in hears instead, until the last day', async () => {
    const colleague = await joined('inspector')
    const officer = await (await as('ward-officer')).type('/colleagues')
    await officer.pressOn('standin')
    expect(officer.question).toBe('stand-in.colleague')
    await officer.choose(officer.values[0]!)
    await officer.type('hôm nay')
    await officer.choose('2026-11-30')
    await officer.choose('send')
    expect(officer.keys).toEqual(['stand-in.done'])
    expect((await told(world.db, colleague.chatId)).at(-1)).toContain('bác làm thay Cán bộ phường Ba Đình')
    await alerted()
    expect(await told(world.db, officer.chatId)).toEqual([])
    expect((await presses(colleague, 'accept')).keys[0]).toBe('case.done.accept')
    await clearDesk(world.db)
    await reported(world.db, { unitCode: 'HN-P-BD' }, new Date(NOW.getTime() + 7 * DAY_MS))
    expect(await told(world.db, officer.chatId)).toHaveLength(1)
    await clearDesk(world.db)
    await officer.type('/colleagues')
    await officer.pressOn('end-stand-in')
    expect(officer.keys).toEqual(['colleagues.back-again'])
    await alerted()
    expect(await told(world.db, officer.chatId)).toHaveLength(1)
    const { personId } = await world.db.prisma.chat.findUniqueOrThrow({ where: { id: officer.chatId } })
    await world.db.prisma.mandate.deleteMany({ where: { standsInFor: { personId: personId! } } })
    await leaves(colleague)
  })

  test('an administrator names a stand-in for somebody else, or for themselves', async () => {
    const colleague = await joined('inspector')
    const city = await (await as('city-officer')).type('/colleagues')
    await city.pressOn('standin')
    expect(city.question).toBe('stand-in.away')
    expect(city.values[0]).toBe('me')
    await city.type('ba dinh')
    if (city.question === 'stand-in.away')
      await city.choose(city.values.find((value) => city.data(value) && value.endsWith(' HN-P-BD'))!)
    expect(city.question).toBe('stand-in.colleague')
    await city.choose(city.values.find((value) => /^\d+$/.test(value))!)
    await city.type('hôm nay')
    await city.choose('2026-11-30')
    expect(city.question).toBe('stand-in.review')
    await city.choose('send')
    expect(city.keys).toEqual(['stand-in.done-other'])
    const made = await world.db.prisma.mandate.findFirstOrThrow({
      where: { standsInForId: { not: null } },
      include: { standsInFor: true },
    })
    const { personId } = await world.db.prisma.chat.findUniqueOrThrow({ where: { id: city.chatId } })
    expect(made.grantedById).toBe(personId)
    expect(made.standsInFor!.personId).not.toBe(personId)
    await world.db.prisma.mandate.deleteMany({ where: { standsInForId: { not: null } } })
    await city.type('/standin')
    await city.choose('me')
    expect(city.question).toBe('stand-in.colleague')
    await leaves(colleague)
  })

  test('an administrator hands over: the other begins as the first ends', async () => {
    const leaving = await joined('administrator', 'HN-P-HH')
    await leaving.type('/handover')
    expect(leaving.question).toBe('hand-over.review')
    await leaving.choose('send')
    const coming = await (await anybody()).type(leaving.text.split('\n')[1]!)
    expect(coming.keys[0]).toBe('join.done-official')
    expect((await coming.type('/invite')).question).toBe('invite-official.role')
    expect((await leaving.type('/invite')).keys).toEqual(['colleagues.administrators'])
    await leaves(coming)
  })
})

test.each(LANGUAGES)('what an alert offers may be typed as well (%s)', async (language) => {
  const { officer } = await alerted({ language })
  expect((await officer.type(language === 'vi' ? 'tiep nhan' : 'Accept')).keys[0]).toBe('case.done.accept')
})
