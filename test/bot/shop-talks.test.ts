import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { invite } from '../../domain/invitations.js'
import { LANGUAGES, say, type Language } from '../../locales/say.js'
import { codeOfLot } from '../../prisma/seed/demo-data.js'
import { showCode } from '../../qr/codes.js'
import { filesToSend } from '../../server/labels.js'
import { granted, NOW, OPERATOR } from '../domain/actors.js'
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

describe('a shop registers a lot', () => {
  for (const [name, on] of CHANNELS)
    for (const language of LANGUAGES)
      test(`with a supplier's lot by typed code: six answers, the same on ${name} in ${language}`, async () => {
        const talk = await as('owner-fruit', { on, language })
        await talk.type('/register')
        const before = talk.turns
        await talk.type('Cam Canh')
        await talk.type('250 kg')
        await talk.type(showCode(DEMO_CODES.supplier).toLowerCase())
        await talk.type(language === 'vi' ? 'hôm nay' : 'today')
        await talk.type(language === 'vi' ? 'bỏ qua' : 'skip')
        expect(talk.question).toBe('register-lot.review')
        await talk.choose('send')
        expect(talk.turns - before).toBe(6)
        expect(talk.state).toBeNull()
        expect(talk.keys[0]).toBe('register-lot.done')
        expect(talk.firstLine).toContain(showCode(talk.labelled))
        expect(talk.firstLine).toContain('Cam Canh')
        const lot = await lotOf(talk.labelled)
        expect(lot).toMatchObject({ uom: 'KGM', status: 'active' })
        expect(Number(lot.quantity)).toBe(250)
        const card = await (await anybody()).type(talk.labelled)
        expect(card.keys).toContain('card.product')
        expect(card.text).toContain('Hợp tác xã Đồi Cam Sương Sớm')
      })

  test("with a supplier's lot by photo, an album of papers, quantity mended from the review", async () => {
    const talk = await registerLotTo(await as('owner-fruit'), (one) => one.photo([link(DEMO_CODES.supplier)]))
    for (let i = 0; i < 3; i++) {
      await talk.photo([], { album: 'a1' })
      expect(talk.question).toBe('register-lot.review')
    }
    expect(talk.text).toContain('Giấy tờ: 3 ảnh')
    await talk.type('Số lượng')
    expect(talk.question).toBe('register-lot.quantity')
    await talk.type('ba lạng')
    expect(talk.question).toBe('register-lot.review')
    await talk.choose('send')
    const lot = await lotOf(talk.labelled)
    expect(Number(lot.quantity)).toBe(0.3)
    expect(await world.db.prisma.eventDocument.count({ where: { event: { lots: { some: { lotId: lot.id } } } } })).toBe(
      3,
    )
  })

  test('back, a new product on the way, and cancel leave nothing half done', async () => {
    const talk = await (await as('owner-fruit-4')).type('/register')
    const lots = await world.db.prisma.lot.count()
    await talk.type('Vú sữa Lò Rèn')
    expect(talk.question).toBe('register-lot.quantity')
    await talk.type('quay lại')
    expect(talk.question).toBe('register-lot.product')
    await talk.choose('keep') // what was answered before
    expect(talk.question).toBe('register-lot.quantity')
    await talk.type('20 kg')
    await talk.type('Tiền Giang')
    await talk.type('hôm qua')
    await talk.choose('no-expiry')
    await talk.type('bỏ qua')
    expect(talk.text).toContain('Vú sữa Lò Rèn')
    await talk.type('huỷ')
    expect(talk.state).toBeNull()
    expect(await world.db.prisma.lot.count()).toBe(lots)
    expect(await world.db.prisma.product.count({ where: { name: 'Vú sữa Lò Rèn' } })).toBe(0)
  })
})

describe('in six answers', () => {
  const ways: [string, string, (talk: Talk) => Promise<unknown>][] = [
    ['owner-fruit', 'a new product', (talk) => talk.type('Vú sữa Lò Rèn')],
    ['owner-fruit', 'a product named by a part, without diacritics', (talk) => talk.type('buoi')],
    ['owner-fruit', 'a product pressed', (talk) => talk.pressOn(talk.values[0]!)],
    ['owner-cakes', 'a new cake', (talk) => talk.type('Bánh cốm sen vàng đậu đỏ')],
  ]
  test.each(ways)('%s: %s, with a photo of its papers', async (persona, _, product) => {
    const talk = await (await as(persona)).type('/register')
    const before = talk.turns
    await product(talk)
    await talk.type('30 hộp')
    await talk.type('mua của cô Lan')
    await talk.pressOn(talk.values[0]!)
    await talk.photo()
    expect(talk.question).toBe('register-lot.review')
    await talk.choose('send')
    expect(talk.turns - before).toBe(6)
    const lot = await lotOf(talk.labelled)
    expect(lot.uom).toBe('XBX')
    expect(lot.expiresOn).not.toBeNull()
  })

  test('what the name of a new product told is shown, and can be changed', async () => {
    const talk = await (await as('owner-fruit')).type('/register')
    for (const said of ['Mứt gừng', '30 hộp', 'Huế', 'hôm nay', 'bỏ qua']) await talk.type(said)
    expect(talk.text).toContain('Mặt hàng: ➕ Mặt hàng mới: Mứt gừng')
    expect(talk.text).toContain('Nhóm hàng: Bánh kẹo khác')
    await talk.choose('edit:category')
    await talk.type('do kho')
    if (talk.question === 'register-lot.category') await talk.choose(talk.values[0]!)
    expect(talk.question).toBe('register-lot.review')
    await talk.choose('send')
    const product = await world.db.prisma.product.findFirstOrThrow({ where: { name: 'Mứt gừng' } })
    expect(product).toMatchObject({ categoryCode: 'dried', uom: 'XBX' })
  })
})

test('the source can be skipped where it may be unknown, and nowhere else', async () => {
  for (const [persona, optional] of [
    ['owner-fruit', false],
    ['wholesaler', false],
    ['importer', false],
    ['farmer', true],
    ['owner-cakes', true],
  ] as const) {
    const talk = await (await as(persona)).type('/register')
    await talk.choose(talk.values[0]!)
    await talk.type('5 kg')
    expect(talk.question).toBe('register-lot.source')
    expect(talk.values.includes('skip')).toBe(optional)
    await talk.type('huỷ')
  }
})

describe("an expiry later than the supplier's", () => {
  const theirs = () => lotOf(DEMO_CODES.supplier)
  const toDates = async () => {
    const talk = await (await as('owner-fruit')).type('/register')
    for (const said of ['Cam Canh', '20 kg', showCode(DEMO_CODES.supplier)]) await talk.type(said)
    expect(talk.question).toBe('register-lot.dates')
    return talk
  }
  const sent = async (talk: Talk) => {
    await talk.choose('skip')
    await talk.choose('send')
    return (await lotOf(talk.labelled)).expiresOn
  }

  test('is not proposed: the days of the label come first', async () => {
    const { expiresOn, harvestedOn } = await theirs()
    expect(expiresOn).not.toBeNull()
    const talk = await toDates()
    await talk.pressOn('source')
    expect(talk.question).toBe('register-lot.papers')
    expect(await sent(talk)).toEqual(expiresOn)
    const proposed = await (await toDates()).type('hôm nay')
    expect(proposed.question).toBe('register-lot.papers')
    expect((await sent(proposed))! <= expiresOn!).toBe(true)
    expect(harvestedOn).not.toBeNull()
  })

  test.each(['source', 'stated'])('is asked about with both days, and one is chosen: %s', async (chosen) => {
    const { expiresOn } = await theirs()
    const talk = await (await toDates()).type('hôm nay đến 30/12/2027')
    expect(talk.question).toBe('register-lot.expiry')
    expect(talk.text).toContain('30/12/2027')
    expect(talk.text).toContain(expiresOn!.toISOString().slice(0, 10).split('-').reverse().join('/'))
    await talk.choose(chosen)
    expect(await sent(talk)).toEqual(chosen === 'source' ? expiresOn : new Date('2027-12-30'))
    expect(talk.keys.includes('receipt.warning')).toBe(chosen === 'stated')
  })

  test('of another food that is made of it is nobody’s affair', async () => {
    const talk = await (await as('owner-cakes')).type('/register')
    await talk.choose(talk.values[0]!)
    for (const said of ['20 hộp', showCode(DEMO_CODES.supplier), 'hôm nay đến 30/12/2027']) await talk.type(said)
    expect(talk.question).toBe('register-lot.papers')
    await talk.type('huỷ')
  })

  test('that a correction makes is told', async () => {
    const talk = await toDates()
    await talk.pressOn('source')
    await sent(talk)
    const code = talk.labelled
    await toAction(talk, code)
    await talk.choose('correct')
    await talk.choose('dates')
    await talk.type('hôm nay đến 30/12/2027')
    expect(talk.keys).toEqual(['my-lots.corrected', 'receipt.warning', 'receipt.warning', 'receipt.label'])
    expect(talk.text).toContain('muộn hơn hạn')
  })
})

describe('cancelled with photos that came too early', () => {
  const kept = async (codes: string[][]) => {
    const talk = await (await as('owner-fruit')).type('/register')
    await talk.type('Cam Canh')
    for (const one of codes) await talk.photo(one)
    expect(talk.keys).toContain('flow.kept.photo')
    return talk
  }

  test('their codes are offered to be looked up', async () => {
    for (const how of ['huỷ', '/cancel']) {
      const talk = await (await kept([[link(DEMO_CODES.recalled)], []])).type(how)
      expect(talk.keys).toEqual(['flow.cancelled', 'flow.unsaved', 'cancel.photos-dropped', 'cancel.codes-kept'])
      await talk.pressOn(DEMO_CODES.recalled)
      expect(talk.firstLine).toMatch(/THU HỒI/)
    }
  })

  test('what nobody was asked is not told as lost', async () => {
    const talk = await (await as('owner-fruit')).type('/register')
    expect((await talk.type('huỷ')).keys).toEqual(['flow.cancelled'])
  })

  test('that one without a code is dropped is said', async () => {
    const talk = await (await kept([[]])).type('huỷ')
    expect(talk.keys.at(-1)).toBe('cancel.photos-dropped')
    expect(talk.values).toEqual([])
    expect(talk.state).toBeNull()
  })
})

test('in the list a lot says that it is sold out', async () => {
  const talk = await as('owner-fruit-2')
  const lots = async () => {
    await talk.type('/lots')
    return talk.replies[0]!.choices!.map(({ value, label }) => ({ value, label: say('vi', label) }))
  }
  const there = (await lots()).find(({ label }) => !label.includes('đã hết'))!
  await talk.pressOn(there.value)
  await talk.choose('sold-out')
  expect((await lots()).find(({ value }) => value === there.value)!.label).toMatch(/, đã hết \(\w{3}-/)
})

describe('a command in the middle of a registration', () => {
  const begun = async () => {
    const talk = await (await as('owner-fruit')).type('/register')
    for (const said of ['Cam Canh', '20 kg']) await talk.type(said)
    return talk
  }

  test('the same one again: the answers are still there', async () => {
    const talk = await (await begun()).type('/register')
    expect(talk.question).toBe('register-lot.rest')
    expect(talk.text).toContain('20 kg')
    expect((await talk.choose('go-on')).question).toBe('register-lot.source')
    await talk.type('/register')
    await talk.choose('start-again')
    // the only shop is not asked for
    expect(talk.question).toBe('register-lot.product')
    expect((await talk.type('/register')).question).toBe('register-lot.product')
  })

  test('another one: that the first is given up is said', async () => {
    const talk = await (await begun()).type('/lots')
    expect(talk.keys.slice(0, 2)).toEqual(['answer.stopped', 'my-lots.lot.ask'])
    expect(talk.text).toContain('ghi lô hàng')
  })
})

test('a lot that is held or recalled is no source, and that is said at once', async () => {
  const talk = await (await as('owner-fruit')).type('/register')
  for (const said of ['Cam Canh', '20 kg', showCode(DEMO_CODES.recalled)]) await talk.type(said)
  expect(talk.question).toBe('register-lot.source')
  expect(talk.keys[0]).toBe('refusal.supplier-lot-stopped')
})

/** To the question of papers. */
async function registerLotTo(talk: Talk, source: (talk: Talk) => Promise<Talk>): Promise<Talk> {
  await talk.type('/register')
  await talk.type('Cam Canh')
  await talk.type('2 tạ rưỡi')
  await source(talk)
  await talk.type('hôm nay')
  expect(talk.question).toBe('register-lot.papers')
  return talk
}

/** The lot is named by its code: taken at once, or offered alone. */
async function toAction(talk: Talk, code: string): Promise<void> {
  await (await talk.type('/lots')).type(showCode(code))
  if (talk.question === 'my-lots.lot') {
    expect(talk.values).toEqual([String((await lotOf(code)).id), 'cancel'])
    await talk.choose(talk.values[0]!)
  }
  expect(talk.question).toBe('my-lots.action')
}

const lotOf = (code: string) => world.db.prisma.lot.findFirstOrThrow({ where: { codes: { some: { code } } } })

describe("a shop's lots", () => {
  test.each(CHANNELS)(
    'sold out, on sale again, the label, a mistake corrected with its trace (%s)',
    async (name, on) => {
      const right = 17 + Object.keys(SHOWN_ON).indexOf(name) / 2
      const talk = await as('owner-fruit', { on })
      const code = codeOfLot('s4')
      const doing = async (action: string) => {
        await toAction(talk, code)
        return talk.choose(action)
      }
      expect((await doing('sold-out')).keys).toEqual(['my-lots.sold-out'])
      expect((await lotOf(code)).status).toBe('sold_out')
      expect((await (await anybody()).type(code)).firstLine).toMatch(/BÁN HẾT/)
      expect((await doing('on-sale')).keys).toEqual(['my-lots.on-sale'])
      expect((await doing('label')).labelled).toBe(code)
      const lot = await lotOf(code)
      const trace = () =>
        world.db.prisma.event.findMany({ where: { lots: { some: { lotId: lot.id } } }, orderBy: { id: 'asc' } })
      const before = await trace()
      await doing('correct')
      await talk.choose('quantity')
      await talk.type(`${String(right).replace('.', ',')} kg`)
      expect(talk.keys[0]).toBe('my-lots.corrected')
      expect(Number((await lotOf(code)).quantity)).toBe(right)
      const after = await trace()
      expect(after.length).toBe(before.length + 1)
      expect(after.filter(({ errorAt }) => errorAt !== null).length).toBe(
        before.filter(({ errorAt }) => errorAt !== null).length + 1,
      )
    },
  )

  test('the day of a harvested lot is corrected as the day of its harvest', async () => {
    const talk = await as('owner-fruit-4')
    const code = codeOfLot('s12')
    const before = await lotOf(code)
    expect(before.producedOn).toBeNull()
    await toAction(talk, code)
    await talk.choose('correct')
    await talk.choose('dates')
    await talk.type('hôm qua')
    await talk.choose('no-expiry')
    expect(talk.keys[0]).toBe('my-lots.corrected')
    const after = await lotOf(code)
    expect(after.producedOn).toBeNull()
    expect(after.harvestedOn).not.toEqual(before.harvestedOn)
  })

  test('a whole code, typed, is the lot: nobody is asked whether it is that one', async () => {
    const talk = await (await as('owner-fruit')).type('/lots')
    expect((await talk.type(showCode(codeOfLot('s4')))).question).toBe('my-lots.action')
  })

  test('lots of one product are told apart: by their day, and by the code as it is printed', async () => {
    const talk = await (await as('owner-fruit')).type('/lots')
    const labels = talk.replies.flatMap(({ choices = [] }) => choices.map(({ label }) => say('vi', label)))
    expect(labels.length).toBeGreaterThan(3)
    for (const label of labels.slice(0, -1)) expect(label).toMatch(/^.+ \d\d\/\d\d \(\w{3}-\w{3}-\w{3}\)$/)
  })

  test.each(LANGUAGES)('one lot found is no choice among several (%s)', async (language) => {
    const talk = await (await as('owner-cakes', { language })).type('/lots')
    await talk.type('xu xe')
    expect(talk.values.filter((value) => value !== 'cancel')).toHaveLength(1)
    expect(talk.text).not.toMatch(/một trong|one of/)
  })

  test('one lot found is taken by saying yes', async () => {
    const talk = await (await as('owner-cakes')).type('/lots')
    await talk.type('xu xe')
    expect((await talk.type('phải rồi')).question).toBe('my-lots.action')
  })

  test('found by a name without diacritics', async () => {
    const talk = await (await as('owner-cakes')).type('/lots')
    await talk.type('banh xu xe')
    const label = talk.replies.flatMap(({ choices = [] }) => choices)[0]!.label
    const taken = talk.question === 'my-lots.action' ? talk.text : JSON.stringify(label)
    expect(taken).toContain('Bánh xu xê')
  })
})

test("a farm's lot is harvested, a cake is made", async () => {
  for (const [persona, key, not] of [
    ['farmer', 'card.harvested', 'card.produced'],
    ['owner-cakes', 'card.produced', 'card.harvested'],
  ] as const) {
    const talk = await (await as(persona)).type('/register')
    await talk.choose(talk.values[0]!)
    await talk.type('5 kg')
    await talk.type('bỏ qua')
    await talk.type('hôm nay')
    if (talk.values.includes('no-expiry')) await talk.choose('no-expiry')
    await talk.type('bỏ qua')
    await talk.choose('send')
    const card = await (await anybody()).type(talk.labelled)
    expect(card.keys).toContain(key)
    expect(card.keys).not.toContain(not)
  }
})

test('a new product is proposed the expiry that is usual for what its name speaks of', async () => {
  const talk = await (await as('owner-cakes-3')).type('/register')
  await talk.type('Bánh cốm sầu riêng')
  if (talk.question === 'register-lot.product') await talk.choose('new')
  await talk.type('40 hộp')
  await talk.type('tự làm')
  expect(talk.question).toBe('register-lot.dates')
  await talk.type('hôm nay')
  // nothing more is asked about days
  expect(talk.question).toBe('register-lot.papers')
  expect(talk.text).toMatch(/hạn dùng \d/)
  await talk.type('bỏ qua')
  await talk.choose('send')
  const product = await world.db.prisma.product.findFirstOrThrow({ where: { name: 'Bánh cốm sầu riêng' } })
  const lot = await lotOf(talk.labelled)
  expect((lot.expiresOn!.getTime() - lot.producedOn!.getTime()) / 86_400_000).toBe(product.shelfLifeDays)
})

test('a photo of papers leads to the review, which is sent by saying that it is right', async () => {
  const talk = await registerLotTo(await as('owner-fruit'), (one) => one.photo([link(DEMO_CODES.supplier)]))
  await talk.photo()
  expect(talk.question).toBe('register-lot.review')
  expect(talk.text).toMatch(/1 ảnh/)
  await talk.type('Đúng rồi!')
  expect(talk.keys[0]).toBe('register-lot.done')
})

test('a supplier of before is proposed in the language of whoever asks', async () => {
  const register = async (language: Language) => {
    const talk = await (await as('owner-fruit-4', { language })).type('/register')
    await talk.choose(talk.values[0]!)
    return talk.type('5 kg')
  }
  const before = await register('vi')
  await before.type('mua của cô Lan')
  await before.type('hôm nay')
  if (before.values.includes('no-expiry')) await before.choose('no-expiry')
  await before.type('bỏ qua')
  await before.choose('send')
  const labelsOf = (talk: Talk, language: Language) =>
    talk.replies.flatMap(({ choices = [] }) => choices.map(({ label }) => say(language, label)))
  const talk = await register('en')
  expect(labelsOf(talk, 'en')).toContain('Bought from cô Lan')
  expect((await talk.type('Bought from cô Lan')).question).toBe('register-lot.dates')
  await talk.type('cancel')
})

describe('whoever does not get on', () => {
  test('is told an example, then the help, then the number to call', async () => {
    const talk = await (await as('owner-fruit-2')).type('/register')
    await talk.choose(talk.values[0]!)
    for (let i = 0; i < 3; i++) await talk.type('???')
    expect(talk.keys).toContain('flow.hotline')
    expect(talk.text).toContain('1900 0000')
  })

  test('is called the same things by the help and by the buttons', async () => {
    const talk = await registerLotTo(await as('owner-fruit'), (one) => one.type('Hoà Bình'))
    await talk.type('giúp')
    const [, named] = /«(.+?)»/.exec(talk.text)!
    const labels = talk.replies.flatMap(({ choices = [] }) => choices.map(({ label }) => say('vi', label)))
    expect(labels).toContainEqual(expect.stringContaining(named!))
  })
})

describe('a day without its expiry', () => {
  const toExpiry = async (language: Language = 'vi') => {
    // a wholesaler deals in anything: how long a food keeps that nobody knows is not made up
    const talk = await (await as('wholesaler', { language })).type('/register')
    await talk.type('Tàu hũ ky')
    await talk.type('5 kg')
    await talk.type('Tiền Giang')
    return talk.type('mùng 5')
  }

  test.each(LANGUAGES)('is repeated as it was understood, and only the expiry is asked for (%s)', async (language) => {
    const talk = await toExpiry(language)
    expect(talk.keys).toEqual(['flow.noted', 'fields.dates.until-when'])
    expect(talk.text).toMatch(/05\/\d\d\/\d{4}/)
  })

  test.each(['bỏ qua', 'xong', 'skip'])('stays when the expiry is skipped (%s)', async (said) => {
    const talk = await toExpiry()
    await (said === 'skip' ? talk.choose('skip') : talk.type(said))
    expect(talk.question).toBe('register-lot.papers')
    await talk.type('bỏ qua')
    expect(talk.text).toMatch(/làm ra 05\//)
    await talk.type('huỷ')
  })

  test('is refused with its expiry before it, and stays', async () => {
    const talk = await toExpiry()
    await talk.type('1/1/2026')
    expect(talk.question).toBe('register-lot.dates')
    expect((await talk.choose('no-expiry')).question).toBe('register-lot.papers')
    await talk.type('huỷ')
  })
})

describe('joining by invitation', () => {
  const invited = async (role: 'owner' | 'staff', now = NOW) => {
    const made = await world.db.transaction((tx) =>
      invite(tx, { ...OPERATOR, now }, { establishmentCode: 'BD-0002', role }),
    )
    return granted(made).code
  }

  const deepLink = (code: string) => `https://t.me/${OWN.bots[0]}?start=${code}`
  const ways: [string, (talk: Talk, code: string) => Promise<Talk>][] = [
    ['deep link', (talk, code) => talk.start(code)],
    ['typed code', (talk, code) => talk.type(code.toLowerCase().replace(/(.{4})/g, '$1 '))],
    ['pasted link', (talk, code) => talk.type(deepLink(code))],
    ['pasted link of ours', (talk, code) => talk.type(`https://${OWN.hosts[0]}/start/${code}`)],
    ['photographed link of ours', (talk, code) => talk.photo([`https://${OWN.hosts[0]}/start/${code}`])],
    ['photographed link', (talk, code) => talk.photo(['a wall behind it', deepLink(code)])],
  ]

  test.each(ways)('by %s: then the work is there', async (_, go) => {
    const code = await invited('staff')
    const talk = await go(await anybody(), code)
    expect(talk.keys).toEqual(['join.done-staff', 'join.next'])
    expect(talk.replies[0]!.menuOf).toBe('shop')
    expect((await talk.pressOn('register')).question).toBe('register-lot.product')
    const late = await (await anybody()).start(code)
    expect(late.keys).toEqual(['refusal.invitation-used'])
    expect((await late.type('/register')).keys).toEqual(['register.who'])
  })

  test('an official is shown the list of an official, in a language newly chosen too', async () => {
    const unit = { unitCode: 'HN-P-BD', role: 'inspector' } as const
    const made = await world.db.transaction((tx) => invite(tx, { ...OPERATOR, now: NOW }, unit))
    const talk = await (await anybody()).start(granted(made).code)
    expect(talk.keys).toEqual(['join.done-official', 'join.next-official'])
    expect(talk.replies[0]!.menuOf).toBe('official')
    expect((await talk.type('/language en')).replies[0]!.menuOf).toBe('official')
  })

  test('expired and unknown ones are refused', async () => {
    const old = await invited('owner', new Date(NOW.getTime() - 8 * 86_400_000))
    expect((await (await anybody()).start(old)).keys).toEqual(['refusal.invitation-expired'])
    expect((await (await anybody()).start('ZZZZZZZZZZZZZZZZ')).keys).toEqual(['refusal.invitation-unknown'])
  })
})

describe('anything typed into the free texts', () => {
  const hostile = [
    'x'.repeat(4096),
    '👩‍🌾🍊'.repeat(30),
    '\u202Eđảo ngược\u202C',
    "'; drop table lots; --",
    '*đậm* _nghiêng_ [a](http://b.example) `c`',
    '<b>&amp;</b>',
    '{{product}} $t(welcome.hello)',
    '\\',
    '\u200B',
    '%_%',
    '\n\n\n',
  ]
  test.each(hostile)('%j is kept as it is or refused with a reason', async (said) => {
    const talk = await (await as('owner-fruit-6')).type('/register')
    await talk.type(said)
    expect(talk.state).not.toBeNull()
    await talk.type('/cancel')
    await talk.type('/register')
    await talk.type(said)
    if (talk.values.includes('new')) await talk.choose('new')
    else if (talk.question === 'register-lot.product') await talk.type('Mận hậu')
    expect(talk.question).toBe('register-lot.quantity')
    await talk.type(said)
    await talk.type('5 kg')
    expect(talk.question).toBe('register-lot.source')
    await talk.type(said)
    const kept = talk.question === 'register-lot.dates' ? said : 'Sơn La'
    if (kept !== said) await talk.type(kept)
    await talk.type(said)
    await talk.type('hôm nay')
    if (talk.values.includes('no-expiry')) await talk.choose('no-expiry')
    expect(talk.question).toBe('register-lot.papers')
    await talk.type(said)
    await talk.type('bỏ qua')
    expect(talk.question).toBe('register-lot.review')
    await talk.choose('send')
    const lot = await lotOf(talk.labelled)
    // marks that would turn the direction of a card's other words are taken out
    const stays = kept.replace(/[\u202a-\u202e]/g, '').trim()
    expect(lot.origin).toBe(stays)
    const mine = await as('owner-fruit-6')
    await toAction(mine, talk.labelled)
    await mine.choose('correct')
    await mine.choose('origin')
    await mine.type(said)
    const refused = mine.state !== null
    if (refused) {
      expect(mine.question).toBe('my-lots.origin')
      await mine.type(stays === 'Sơn La' ? 'Mộc Châu' : 'Sơn La')
      expect(mine.keys[0]).toBe('my-lots.corrected')
    }
    expect((await lotOf(talk.labelled)).origin).toBe(!refused ? stays : stays === 'Sơn La' ? 'Mộc Châu' : 'Sơn La')
    expect((await (await anybody()).type(talk.labelled)).keys).toContain('card.product')
  })

  test.each(hostile)('%j outside of a talk', async (said) => {
    const talk = await (await anybody()).type(said)
    expect(talk.parts.length).toBeGreaterThan(0)
  })
})

describe('printing', () => {
  const drawn = async (talk: Talk): Promise<string[]> => {
    const tools = { sql: world.db, clock: { now: () => NOW }, codeRoot: 'https://ronguon.test' }
    const { read } = filesToSend({ ...tools, stored: { read: () => Promise.reject(new Error('no stored file')) } })
    const files = talk.replies.flatMap(({ files = [] }) => files)
    return Promise.all(
      files.map(async ({ key, name }) => `${name} ${(await read(key)).subarray(1, 4).toString('latin1')}`),
    )
  }
  const receipt = async (persona = 'owner-fruit') => {
    const talk = await (await as(persona)).type('/lots')
    await talk.pressOn(talk.values[0]!)
    await talk.choose('label')
    return talk
  }
  const given = async (code: string) => {
    const { id } = await lotOf(code)
    const rows = await world.db.prisma.history.findMany({
      where: { subject: 'lot', subjectId: String(id), action: 'issue-labels' },
      orderBy: { id: 'asc' },
    })
    return rows.map(({ after }) => after)
  }

  test('one press gives the usual label; another paper and a number are two more, and all are counted', async () => {
    const talk = await receipt()
    const code = talk.labelled
    expect(await drawn(talk)).toEqual([`tem-${code}.png PNG`, `tem-${code}.pdf PDF`])
    const before = (await given(code)) as { count: number }[]
    expect(before.at(-1)).toEqual({ paper: '50x30', count: 1 })
    await talk.choose('labels')
    expect(talk.question).toBe('print-labels.paper')
    await talk.choose('a4-3x8')
    expect(talk.question).toBe('print-labels.count')
    expect(talk.values.slice(0, 3)).toEqual(['24', '48', '120'])
    await talk.type('30')
    expect(talk.keys).toEqual(['print-labels.done', 'print-labels.total', 'print-labels.how'])
    expect(talk.text).toContain('30 tem, A4, 24 tem (3×8)')
    const total = before.reduce((sum, { count }) => sum + count, 30)
    expect(talk.text).toContain(`Lô này đã lấy tất cả ${total} tem.`)
    expect(await drawn(talk)).toEqual([`tem-${code}-a4-3x8.pdf PDF`])
    expect(await given(code)).toEqual([...before, { paper: 'a4-3x8', count: 30 }])
  })

  test('a grid of its own; one on which the code would print too small says which papers will do', async () => {
    const talk = await receipt('owner-fruit-2')
    const code = talk.labelled
    await talk.choose('labels')
    await talk.choose('grid')
    await talk.type('mười hai')
    await talk.type('12 x 30')
    await talk.type('10')
    expect(talk.keys.at(0)).toBe('print-labels.grid-unclear')
    expect(talk.question).toBe('print-labels.grid')
    await talk.type('12 x 30')
    expect(talk.keys[0]).toBe('print-labels.refused.code-too-dense')
    expect(talk.text).toContain('In được trên: ')
    expect(talk.question).toBe('print-labels.grid')
    await talk.type('3x7 lề 8')
    expect(talk.text).toContain('10 tem, A4, tự chia 3×7.')
    expect(await drawn(talk)).toEqual([`tem-${code}-a4-3x7-8.png PNG`, `tem-${code}-a4-3x7-8.pdf PDF`])
    expect((await given(code)).at(-1)).toEqual({ paper: 'a4-3x7-8', count: 10 })
  })

  test('more than fit into one go are refused, and nothing is counted', async () => {
    const talk = await receipt('owner-fruit-3')
    const before = await given(talk.labelled)
    const code = talk.labelled
    await talk.choose('labels')
    await talk.choose('50x30')
    await talk.type('501')
    expect(talk.keys[0]).toBe('fields.label-count.many')
    await talk.type('vài cái')
    expect(talk.keys[0]).toBe('fields.label-count.unclear')
    await talk.type('huỷ')
    expect(await given(code)).toEqual(before)
  })

  test('an official in charge has the badge and the window sheet; the shop the sheet; nobody else either', async () => {
    const badge = await world.db.prisma.code.findUniqueOrThrow({
      where: { code: DEMO_CODES.badge },
      include: { badge: { include: { establishment: true } } },
    })
    const official = await (await as('ward-officer')).type(badge.badge!.number)
    expect(official.values).toEqual(['report', 'print-window', 'print-badge'])
    await official.choose('print-badge')
    expect(await drawn(official)).toEqual([
      `bien-nhan-dien-${DEMO_CODES.badge}.png PNG`,
      `bien-nhan-dien-${DEMO_CODES.badge}.pdf PDF`,
    ])
    await official.type(badge.badge!.number)
    await official.choose('print-window')
    expect(official.keys).toEqual(['sign.done.window'])
    expect((await drawn(official))[0]).toMatch(/^dan-cua-\w{9}\.png PNG$/)
    expect((await (await anybody()).type(badge.badge!.number)).values).toEqual(['report'])
    expect((await (await as('owner-cakes')).type(badge.badge!.number)).values).toEqual(['report'])
    const ended = await (await as('ward-officer')).photo([link(DEMO_CODES.badgeExpired)])
    expect(ended.values).not.toContain('print-badge')
  })
})
