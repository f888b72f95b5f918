import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { LANGUAGES } from '../../locales/say.js'
import { codeOfLot } from '../../prisma/seed/demo-data.js'
import { codeOf, showCode } from '../../qr/codes.js'
import { NOW } from '../domain/actors.js'
import { demoWorld } from '../demo-world.js'
import { DEMO_CODES, link, OWN, SHOWN_ON, stranger, Talk, type TalkOptions } from '../play.js'
import type { World } from '../world.js'

let world: World
beforeAll(async () => {
  world = await demoWorld({ now: NOW })
})
afterAll(() => world.close())

const anybody = (options: Partial<TalkOptions> = {}) => stranger(world, options)
const as = (persona: string, options: Partial<TalkOptions> = {}) => Talk.with(world, { as: persona, ...options })
const CHANNELS = Object.entries(SHOWN_ON)
/** A code of ours that nobody was given. */
const FREE = codeOf(2 ** 34 + 900_000)

describe('whoever comes first', () => {
  test.each(LANGUAGES)('is told who this is, what it does, and what becomes of what is told (%s)', async (language) => {
    const talk = await (await anybody({ language })).start()
    expect(talk.keys).toEqual(['welcome.hello', 'welcome.check', 'welcome.shop', 'welcome.privacy'])
    expect(talk.firstLine).toContain('Rõ Nguồn')
    expect(talk.text).toMatch(language === 'vi' ? /Xin chào/ : /Hello/)
    expect(talk.values).toEqual(['check', 'report', 'reports', 'language', 'help'])
  })

  test('a greeting is a first contact too, later words are not', async () => {
    const talk = await (await anybody()).type('xin chào')
    expect(talk.keys[0]).toBe('welcome.hello')
    expect((await talk.type('trời đẹp quá')).keys).toEqual(['answer.not-understood'])
  })

  test("a shop's people find their work first", async () => {
    const talk = await (await as('owner-fruit')).start()
    expect(talk.replies[0]!.menuOf).toBe('shop')
    expect(talk.text).toContain('Trái cây Mây Lành')
    expect(talk.values.slice(0, 2)).toEqual(['register', 'lots'])
  })
})

describe('a code', () => {
  const { valid } = DEMO_CODES
  const roads: [string, (talk: Talk) => Promise<Talk>][] = [
    ['typed', (talk) => talk.type(valid)],
    ['typed small, in groups, politely', (talk) => talk.type(`cho tôi hỏi mã ${showCode(valid).toLowerCase()} ạ`)],
    ['typed with look-alikes', (talk) => talk.type(valid.replaceAll('0', 'O').replaceAll('1', 'l'))],
    ['after /check', (talk) => talk.type(`/check ${showCode(valid)}`)],
    ['as a link', (talk) => talk.type(link(valid))],
    ['as a deep link', (talk) => talk.start(valid)],
    ['as a deep link that was pasted', (talk) => talk.type(`https://t.me/${OWN.bots[0]}?start=${valid}`)],
    ['in a photo', (talk) => talk.photo([link(valid)])],
    ['as a deep link in a photo', (talk) => talk.photo([`https://t.me/${OWN.bots[0]}?start=${valid}`])],
    ['in a photo beside a payment code', (talk) => talk.photo(['00020101021138570010A000000727', link(valid)])],
    ['twice in a photo', (talk) => talk.photo([link(valid), valid])],
    ['as a Digital Link in a photo', (talk) => talk.photo([`https://${OWN.hosts[0]}/01/08931234567897/10/${valid}`])],
  ]
  test.each(roads)('%s leads to one and the same card', async (_, go) => {
    const card = await (await anybody()).type(valid)
    const talk = await go(await anybody())
    expect(talk.said).toEqual(card.said)
    expect(talk.firstLine).toMatch(/^✅ .*đã kiểm tra/)
    expect(talk.text).toContain(showCode(valid))
  })

  test.each(CHANNELS)('the card says the same on %s, in both languages', async (_, on) => {
    for (const language of LANGUAGES) {
      const told = await (await anybody({ language, on })).type(valid)
      const program = await (await anybody({ language })).type(valid)
      expect(told.said).toEqual(program.said)
      expect(told.firstLine).toBe(program.firstLine)
      expect(told.text.toLowerCase()).not.toMatch(/genuine|hàng thật|chính hãng/)
    }
  })

  test.each([
    ['expired', /QUÁ HẠN/, 'card.advice.expired'],
    ['soldOut', /BÁN HẾT/, 'card.advice.sold_out'],
    ['recalled', /THU HỒI/, 'card.advice.recalled'],
    ['held', /TẠM GIỮ/, 'card.advice.held'],
  ] as const)('%s: the first line warns, the next says what to do', async (which, line, advice) => {
    const talk = await (await anybody()).type(DEMO_CODES[which])
    expect(talk.firstLine).toMatch(line)
    expect(talk.keys).toContain(advice)
    expect(talk.keys).toContain('card.product')
  })

  test("a shop's badge and an establishment's sign have their card", async () => {
    for (const code of [
      DEMO_CODES.badge,
      DEMO_CODES.badgeSuspended,
      DEMO_CODES.badgeExpired,
      DEMO_CODES.establishment,
    ]) {
      const talk = await (await anybody()).photo([link(code)])
      expect(talk.keys.length).toBeGreaterThan(1)
      expect(talk.keys.some((key) => key.startsWith('check.'))).toBe(false)
    }
  })

  test('that was never issued is not ours', async () => {
    const talk = await (await anybody()).type(FREE)
    expect(talk.keys).toEqual(['check.unknown', 'check.unknown-advice'])
    expect(talk.text).toContain(showCode(FREE))
    expect(talk.values).toEqual(['report', 'better-photo'])
    expect((await talk.pressOn('better-photo')).keys).toEqual(['check.better-photo', 'check.as-file'])
  })

  test('a label whose code leads nowhere is reported, with its code', async () => {
    for (const [typed, told] of [
      [FREE, showCode(FREE)],
      ['mã 7Z9-QQQ-222', '7Z9'],
    ] as const) {
      const talk = await (await anybody()).type(typed)
      await talk.pressOn('report')
      expect(talk.question).toBe('report-violation.kind')
      await talk.choose('false-label')
      expect(talk.question).toBe('report-violation.place')
      await talk.type('BD-0001')
      for (const _ of ['phone', 'photos']) await talk.choose('skip')
      expect(talk.text).toContain(told)
      await talk.choose('send')
      expect(talk.keys[0]).toBe('report-violation.done')
      const { words } = await world.db.prisma.report.findFirstOrThrow({ orderBy: { id: 'desc' } })
      expect(words).toContain(told)
    }
  })

  test('mistyped: the one that was meant is offered, pressed, typed as a number or named', async () => {
    const wrong = slipOf(DEMO_CODES.valid)
    const card = await (await anybody()).type(DEMO_CODES.valid)
    const ways: ((talk: Talk) => Promise<Talk>)[] = [
      (talk) => talk.pressOn(DEMO_CODES.valid),
      (talk) => talk.type('1'),
      (talk) => talk.choose(DEMO_CODES.valid),
      (talk) => talk.type('đúng rồi ạ'),
    ]
    for (const way of ways) {
      const talk = await (await anybody()).type(wrong)
      expect(talk.keys).toEqual(['check.misspelt', 'check.did-you-mean'])
      expect(talk.values).toContain(DEMO_CODES.valid)
      await way(talk)
      expect(talk.firstLine).toBe(card.firstLine)
    }
  })

  test('mistyped in a deep link: the one that was meant is offered', async () => {
    const talk = await (await anybody()).start(slipOf(DEMO_CODES.valid).replace('mã ', ''))
    expect(talk.keys).toEqual(['check.misspelt', 'check.did-you-mean'])
    expect(talk.values).toContain(DEMO_CODES.valid)
  })

  test.each(LANGUAGES)('one code that may be meant is no choice among several (%s)', async (language) => {
    const talk = await (await anybody({ language })).type(slipOf(DEMO_CODES.valid))
    expect(talk.values).toHaveLength(1)
    expect(talk.text).not.toMatch(/một trong|one of/)
  })

  test('what is repeated of a damaged or a foreign link is short, and turns nobody around', async () => {
    const damaged = await (await anybody()).type(`${link('x'.repeat(3000))}%E2%80%AE`)
    expect(damaged.keys[0]).toBe('check.misspelt')
    expect(damaged.text.length).toBeLessThan(300)
    expect(damaged.text).not.toMatch(/\u202e/)
    const foreign = await (await anybody()).type(`https://check.gov.vn.${'a'.repeat(3000)}.evil.example/x`)
    expect(foreign.keys[0]).toBe('check.foreign.link')
    expect(foreign.text.length).toBeLessThan(400)
    // the end of a host says whose it is
    expect(foreign.text).toContain('.evil.example')
  })

  test('a retail barcode is named by the digits that are printed', async () => {
    const talk = await (await anybody()).type('8934563138165')
    expect(talk.text).toContain(' 8934563138165')
    expect((await talk.photo(['96385074'], { format: 'EAN8' })).text).toContain(' 96385074')
  })

  test.each(LANGUAGES)(
    'nothing is promised that is not so: what is typed is stored for a while (%s)',
    async (language) => {
      const talk = await (await anybody({ language })).type(VIETQR)
      expect(talk.keys[0]).toBe('check.foreign.vietqr')
      expect(talk.text).not.toMatch(/không lưu|nor keep/)
      await talk.hear({ kind: 'contact', phone: '0912345678', own: true })
      expect(talk.text).not.toMatch(/không lưu|not kept/)
    },
  )

  test('a warning is not followed by a tick', async () => {
    for (const code of [DEMO_CODES.expired, DEMO_CODES.recalled, DEMO_CODES.held]) {
      const talk = await (await anybody()).type(code)
      expect(talk.keys).toContain('card.verified.checked-before')
      expect(talk.text).not.toContain('✅')
    }
  })

  test('mistyped beyond telling: look again', async () => {
    const talk = await (await anybody()).type('mã 7Z9-QQQ-222')
    expect(talk.keys).toEqual(['check.misspelt', 'check.look-again'])
  })

  test('a word of nine capitals whose check fails is a misspelt code', async () => {
    expect((await (await anybody()).type('ABCDEFGH0')).keys[0]).toBe('check.misspelt')
  })
})

/** The code with one character wrong, such that no check holds. */
function slipOf(code: string): string {
  const at = [...code].findIndex((letter) => /[2-9]/.test(letter))
  return `mã ${code.slice(0, at)}${code[at] === '9' ? '2' : Number(code[at]) + 1}${code.slice(at + 1)}`
}

describe('several codes in one message', () => {
  const { valid, recalled } = DEMO_CODES
  const shown = (code: string) => `${code.slice(0, 3)} ${code.slice(3, 6)} ${code.slice(6)}`
  test.each([
    `${showCode(valid)} và ${showCode(recalled).toLowerCase()}`,
    `cho hỏi mã ${valid}\n${link(recalled)}`,
    `${shown(valid)}, ${shown(recalled)}`,
    `/check ${valid} ${recalled}`,
  ])('%s: asks which, and each one is there', async (said) => {
    const talk = await (await anybody()).type(said)
    expect(talk.keys).toEqual(['check.choose-typed'])
    expect([...talk.values].sort()).toEqual([valid, recalled].sort())
    await talk.pressOn(recalled)
    expect(talk.firstLine).toMatch(/THU HỒI/)
  })

  test('one code said twice is one', async () => {
    expect((await (await anybody()).type(`${valid} ${showCode(valid)}`)).keys).toContain('card.product')
  })
})

describe("the number on a shop's sign", () => {
  test.each(['BD-0001', 'bd0001', 'xem BD 0001 giúp tôi', 'BND-BD-0001', '/check BD-0001'])(
    '%s: its name, its badge, until when, its ward',
    async (said) => {
      const talk = await (await anybody()).type(said)
      expect(talk.text).toContain('Trái cây Mây Lành')
      expect(talk.text).toMatch(/Biển nhận diện số BND-BD-0001: còn hiệu lực đến \d\d\/\d\d\/\d{4}/)
      expect(talk.text).toContain('Phường Ba Đình')
    },
  )

  test("the badge's number answers for the badge, the shop's for the shop", async () => {
    expect((await (await anybody()).type('BND-BD-0005')).firstLine).toMatch(/^⚠️ .*hết hạn/)
    const shop = await (await anybody()).type('BD-0005')
    expect(shop.firstLine).toMatch(/^ℹ️/)
    expect(shop.text).toContain('ĐÃ HẾT HẠN')
  })

  test('of one who is not named in public, tried out, tells its kind and ward', async () => {
    const talk = await (await anybody()).type('BD-0021')
    expect(talk.text).not.toContain('Bến Phù Sa')
    expect(talk.text).toContain('bán buôn')
    expect(talk.text).toContain('Phường Hồng Hà')
    expect(talk.text).not.toContain('biển nhận diện')
  })

  test('of nobody is nothing', async () => {
    const talk = await (await anybody()).type('/menu')
    expect((await talk.type('BD-9999')).keys).toEqual(['answer.not-understood'])
    const looks = await world.db.prisma.scan.count({ where: { code: 'BD-9999' } })
    expect(looks).toBe(0)
  })
})

describe('a photo', () => {
  test('of two of our codes asks which, and each one is there', async () => {
    const both = [DEMO_CODES.valid, DEMO_CODES.recalled]
    const talk = await (await anybody()).photo(both.map(link))
    expect(talk.keys).toEqual(['check.choose'])
    expect(talk.values).toEqual(both)
    const other = talk.data(DEMO_CODES.valid)
    await talk.pressOn(DEMO_CODES.recalled)
    expect(talk.firstLine).toMatch(/THU HỒI/)
    // the question stays good: the other one can still be pressed
    expect((await talk.press(other)).firstLine).toMatch(/^✅/)
  })

  describe.each(CHANNELS.filter(([name]) => name !== 'terminal'))('of several codes (%s)', (_, on) => {
    const { valid, recalled, badge } = DEMO_CODES
    const ean = '8934563138165'
    const ourLink = (lot: string) => `https://${OWN.hosts[0]}/01/08931234567897/10/${lot}`
    const photo = async (...codes: string[]) => (await anybody({ on })).photo(codes)
    const isCard = (talk: Talk) => {
      expect(talk.firstLine).toMatch(/^✅ .*đã kiểm tra/)
      expect(talk.text).toContain(showCode(valid))
    }

    test.each([
      ["another system's link", ['https://check.gov.vn/x', link(valid)]],
      ['a barcode and a Data Matrix', [ean, `(01)0${ean}(10)L7`, link(valid)]],
      ['the same code in a Digital Link, and a barcode', [ourLink(valid), ean, link(valid)]],
      ['the same code in a Data Matrix', [`(01)0${ean}(10)${valid}`, link(valid)]],
    ])('ours is preferred: beside %s', async (_, codes) => {
      isCard(await photo(...codes))
    })

    test('two lots are a choice, also where one or both are Digital Links', async () => {
      for (const codes of [
        [link(valid), link(recalled)],
        [ourLink(valid), link(recalled)],
        [ourLink(valid), ourLink(recalled)],
      ]) {
        const talk = await photo(...codes)
        expect([talk.keys, talk.values]).toEqual([['check.choose'], [valid, recalled]])
      }
    })

    test("a shop's badge beside a label is the place: of the look, and of a report", async () => {
      const talk = await photo(link(badge), link(valid))
      isCard(talk)
      expect(talk.keys.at(-1)).toBe('check.place')
      expect(talk.text).toContain('Trái cây Mây Lành')
      const shop = await world.db.prisma.establishment.findUniqueOrThrow({ where: { code: 'BD-0001' } })
      const look = await world.db.prisma.scan.findFirstOrThrow({ where: { code: valid }, orderBy: { id: 'desc' } })
      expect(look.placeId).toBe(shop.id)
      await talk.pressOn('report')
      await talk.choose('spoiled')
      expect(talk.question).toBe('report-violation.what')
      const { answers } = talk.state as { answers: object }
      expect(answers).toMatchObject({ lot: { code: valid }, place: { shop: { value: String(shop.id) } } })
    })

    test('a badge beside two labels: the labels are a choice, and each has the place', async () => {
      const talk = await photo(link(valid), link(badge), link(recalled))
      expect([talk.keys, talk.values]).toEqual([['check.choose'], [valid, recalled]])
      await talk.pressOn(valid)
      isCard(talk)
      expect(talk.keys.at(-1)).toBe('check.place')
    })

    test('badge and window sheet of one shop are one, of two shops a choice and no place', async () => {
      const { establishment: window, badgeSuspended: other } = DEMO_CODES
      expect((await photo(link(badge), link(window))).firstLine).toContain('Trái cây Mây Lành')
      const both = await photo(link(badge), link(other))
      expect([both.keys, both.values]).toEqual([['check.choose'], [badge, other]])
      const between = await photo(link(badge), link(other), link(valid))
      isCard(between)
      expect(between.keys).not.toContain('check.place')
    })

    test('a barcode alone is told from a label', async () => {
      expect((await photo(ean)).keys).toEqual(['check.foreign.ean', 'check.how'])
    })
  })

  test('of a deep link does what the link does', async () => {
    const { valid } = DEMO_CODES
    const card = await (await anybody()).type(valid)
    const bot = OWN.bots[0]
    expect((await (await anybody()).photo([`https://t.me/${bot}?start=${valid}`])).said).toEqual(card.said)
    const unknown = await (await anybody()).photo([`https://t.me/${bot}?start=ZZZZZZZZZZZZZZZZ`])
    expect(unknown.keys).toEqual(['refusal.invitation-unknown'])
  })

  test('without a code says how to take a better one', async () => {
    const talk = await (await anybody()).photo([])
    expect(talk.keys).toEqual(['check.nothing-found', 'check.better-photo', 'check.as-file'])
  })

  test.each(['dark', 'blurred', 'small', 'slanted', 'glare', 'cut-off'] as const)(
    'without a code says why, where it is seen: %s',
    async (unread) => {
      const talk = await (await anybody()).photo([], { unread })
      expect(talk.keys).toEqual([
        'check.nothing-found',
        `check.unread.${unread}`,
        'check.better-photo',
        'check.as-file',
      ])
    },
  )

  test.each(['too-large', 'too-many-pixels', 'gone', 'not-a-picture', 'other-format', 'slow'] as const)(
    'that cannot be used (%s) is refused with its reason',
    async (unusable) => {
      const talk = await (await anybody()).photo([], { unusable })
      expect(talk.keys).toEqual([`check.refused.${unusable}`, 'check.better-photo'])
    },
  )
})

const VIETQR = '00020101021138570010A00000072701270006970436011300110041234560208QRIBFTTA53037045802VN63041290'

describe('what is not ours is named', () => {
  test.each([
    [VIETQR, 'QRCode', 'check.foreign.vietqr'],
    ['https://check.gov.vn/x/1', 'QRCode', 'check.foreign.portal'],
    ['https://vidu.example/khuyen-mai', 'QRCode', 'check.foreign.link'],
    ['8934563138165', 'EAN13', 'check.foreign.ean'],
    ['WIFI:T:WPA;S:QuanCom;P:12345678;;', 'QRCode', 'check.foreign.wifi'],
    ['BEGIN:VCARD\nFN:A\nEND:VCARD', 'QRCode', 'check.foreign.vcard'],
    ['tel:0912345678', 'QRCode', 'check.foreign.phone'],
    ['chữ thường', 'QRCode', 'check.foreign.text'],
    [`https://${OWN.hosts[0]}/`, 'QRCode', 'check.foreign.own-page'],
    ['https://ronguon.test.evil.example/c/AAA', 'QRCode', 'check.foreign.imitation'],
  ])('%s in a photo', async (said, format, key) => {
    const talk = await (await anybody()).photo([said], { format })
    expect(talk.keys).toEqual([key, 'check.how'])
  })

  test.each([
    [VIETQR, 'check.foreign.vietqr'],
    ['xem giúp https://vidu.example/khuyen-mai', 'check.foreign.link'],
    ['8934563138165', 'check.foreign.ean'],
  ])('%s typed', async (said, key) => {
    expect((await (await anybody()).type(said)).keys).toEqual([key, 'check.how'])
  })

  test.each([
    [{ kind: 'place', latitude: 21, longitude: 105 }, 'answer.place'],
    [{ kind: 'contact', phone: '+84912345678', own: true }, 'answer.contact'],
    [{ kind: 'other', name: 'sticker' }, 'answer.other'],
  ] as const)('%j', async (heard, key) => {
    const talk = await (await anybody()).hear(heard)
    expect(talk.keys[0]).toBe(key)
    expect(talk.text).not.toContain('912345678')
  })

  test('somebody who left is not answered', async () => {
    expect((await (await anybody()).hear({ kind: 'left' })).replies).toEqual([])
    expect((await (await anybody()).hear({ kind: 'returned' })).replies).toEqual([])
  })
})

test('whoever takes their consent back is not answered, also while a colleague writes, and begins anew afterwards', async () => {
  const talk = await (await as('owner-fruit-4')).type('/register')
  await talk.hear({ kind: 'colleague' })
  await talk.hear({ kind: 'withdrew' })
  expect([talk.replies, talk.state]).toEqual([[], null])
  await talk.type('/register')
  expect(talk.keys).not.toContain('register-lot.product.ask')
})

describe('a colleague writes by hand', () => {
  test('the bot hears and says nothing until the time is over; the open talk stands as it stood', async () => {
    const talk = await (await as('owner-fruit-3')).type('/register')
    const open = talk.state
    await talk.hear({ kind: 'colleague' })
    expect(talk.replies).toEqual([])
    await talk.type(DEMO_CODES.valid)
    expect(talk.replies).toEqual([])
    expect(talk.state).toEqual(open)
    await world.db.prisma.chat.update({ where: { id: talk.chatId }, data: { mutedUntil: new Date(Date.now() - 1) } })
    expect((await talk.type('cancel')).keys[0]).toBe('flow.cancelled')
  })

  test('each further word of theirs makes it longer, and none shorter', async () => {
    const talk = await anybody()
    const mutedUntil = async () =>
      (await world.db.prisma.chat.findUniqueOrThrow({ where: { id: talk.chatId } })).mutedUntil!.getTime()
    await talk.hear({ kind: 'colleague' })
    const first = await mutedUntil()
    expect(first).toBeGreaterThan(Date.now())
    await talk.hear({ kind: 'colleague' })
    expect(await mutedUntil()).toBeGreaterThanOrEqual(first)
  })
})

test('somebody who is not signed in is told how to go on', async () => {
  const talk = await anybody()
  await talk.hear({ kind: 'stranger' })
  expect(talk.keys).toEqual(['answer.stranger'])
})

describe('limits, told kindly', () => {
  const many = { count: 1_000, seconds: 1, burst: 1_000 }
  test('looking too fast', async () => {
    const talk = await anybody({ facts: { limits: { lookUps: { count: 2, seconds: 60, burst: 2 }, misses: many } } })
    for (let i = 0; i < 2; i++) expect((await talk.type(DEMO_CODES.valid)).keys).toContain('card.product')
    expect((await talk.type(DEMO_CODES.valid)).keys).toEqual(['check.slow-down'])
    expect(talk.text).toMatch(/\d+ giây/)
  })

  test('guessing codes', async () => {
    const talk = await anybody({ facts: { limits: { lookUps: many, misses: { count: 2, seconds: 3600, burst: 2 } } } })
    for (let i = 0; i < 2; i++) await talk.type(codeOf(2 ** 34 + 900_010 + i))
    expect((await talk.type(codeOf(2 ** 34 + 900_020))).keys).toEqual(['check.too-many-misses'])
    expect(talk.text).toMatch(/\d+ phút/)
    // another person is not held up by it
    expect((await (await anybody()).type(DEMO_CODES.valid)).keys).toContain('card.product')
  })
})

describe('buttons', () => {
  test('forged, of another chat, too old, or out of range: stale, nothing happens', async () => {
    const owner = await (await as('owner-fruit')).type('menu')
    const theirs = owner.data('register')
    const stranger = await (await anybody()).start()
    for (const data of [
      theirs,
      'oAAAAAAAAAAAA.0',
      `${stranger.data('check').slice(0, -1)}99`,
      '5.0',
      'x'.repeat(64),
      '',
    ])
      expect((await stranger.press(data)).keys).toEqual(['answer.stale'])
    expect(stranger.replies[0]!.pressId).toBeDefined()
    await stranger.start()
    const old = stranger.data('check')
    stranger.now = new Date(stranger.now.getTime() + 31 * 86_400_000)
    expect((await stranger.press(old)).keys).toEqual(['answer.stale'])
  })

  test.each(CHANNELS)('a number typed answers the newest offer (%s)', async (_, on) => {
    const talk = await (await anybody({ on })).start()
    expect((await talk.type('1')).keys).toEqual(['check.how'])
    expect((await talk.type('77')).keys).toEqual(['answer.stale'])
  })

  test.each(LANGUAGES)('the label of a menu or of a language, typed, is as good as pressed (%s)', async (language) => {
    const talk = await (await anybody({ language })).start()
    for (const said of ['Xem nguồn gốc', 'xem nguon goc', 'Look up a code'])
      expect((await talk.type(said)).keys).toEqual(['check.how'])
    expect((await talk.type('Trợ giúp')).keys[0]).toBe('help.check')
    expect((await talk.type('đăng ký lô')).keys).toEqual(['register.who'])
    expect((await talk.type('My lots')).keys).toEqual(['register.who'])
    expect((await talk.type('English')).text).toMatch(/English from now on/)
    expect((await talk.type('tiếng việt')).text).toMatch(/nói tiếng Việt/)
    const owner = await (await as('owner-fruit-5', { language })).start()
    expect((await owner.type('Đăng ký lô')).question).toBe('register-lot.product')
  })

  test('a language is named in any of its ways', async () => {
    const talk = await anybody()
    for (const said of ['EN', 'English', 'tiếng Anh'])
      expect((await talk.type(`/language ${said}`)).text).toMatch(/I will/)
    for (const said of ['VI', 'Tieng Viet', 'Vietnamese'])
      expect((await talk.type(`/language ${said}`)).text).toMatch(/tiếng Việt/)
  })

  test('language, by the menu and by command; unknown commands are no commands', async () => {
    const talk = await (await anybody()).start()
    await talk.pressOn('language')
    expect(talk.text).toMatch(/English/)
    await talk.type('/language vi')
    expect(talk.text).toMatch(/tiếng Việt/)
    await talk.type('/language')
    expect(talk.values).toEqual(['vi', 'en'])
    await talk.pressOn('en')
    expect((await talk.type('/help')).text).toMatch(/code/)
    expect((await talk.type('/nonsense')).keys).toEqual(['answer.not-understood'])
    expect((await talk.type('/cancel')).keys).toEqual(['cancel.nothing'])
  })
})

describe('rights', () => {
  test('a stranger has no shop, and is told how to get in', async () => {
    const talk = await anybody()
    for (const command of ['/register', '/lots']) expect((await talk.type(command)).keys).toEqual(['register.who'])
    expect(talk.state).toBeNull()
  })

  test("a lot of another shop does not exist in one's own list", async () => {
    const talk = await (await as('owner-fruit')).type('/lots')
    expect(talk.question).toBe('my-lots.lot')
    await talk.type(codeOfLot('s5'))
    expect(talk.question).toBe('my-lots.lot')
    await talk.photo([link(codeOfLot('s5'))])
    expect(talk.question).toBe('my-lots.lot')
    expect(talk.text).not.toContain('Hoa quả Nắng Thu')
    await talk.type('/cancel')
    expect(talk.state).toBeNull()
  })
})

describe('the road of a lot', () => {
  test.each(LANGUAGES)('in order of time; a step of another product names it (%s)', async (language) => {
    const talk = await (await anybody({ language })).type(DEMO_CODES.cake)
    const steps = talk.text.split('\n').filter((line) => /^\d+\. /.test(line))
    expect(steps.length).toBeGreaterThan(3)
    const days = steps.map((line) => /(\d\d)\/(\d\d)\/(\d{4})/.exec(line)!.slice(1).reverse().join('-'))
    expect(days).toEqual([...days].sort())
    expect(steps.filter((line) => /Nếp cái non/.test(line))).not.toHaveLength(0)
    expect(steps.filter((line) => /Cốm tươi/.test(line))).not.toHaveLength(0)
    expect(steps.at(-1)).not.toMatch(/(làm ra|made) Bánh cốm/)
  })
})
