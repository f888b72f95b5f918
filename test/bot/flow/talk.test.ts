import { beforeAll, describe, expect, test } from '@jest/globals'
import { fit } from '../../../bot/channels/fit.js'
import { text } from '../../../bot/flow/fields/text.js'
import { flow } from '../../../bot/flow/flow.js'
import { addTexts } from '../../../locales/say.js'
import { WIDE } from '../channels/capabilities.js'
import { Drive } from './drive.js'
import { addTrialTexts, begin, knows, toReview, trial } from './sample.js'

beforeAll(addTrialTexts)

describe('a talk from beginning to end', () => {
  test('by typing, choosing, pressing and sending photos', async () => {
    const talk = await begin()
    expect(talk.question).toBe('trial.product')
    expect(talk.values).toEqual(['1', '2', '3', 'cancel'])
    await talk.type('cam canh')
    expect(talk.question).toBe('trial.quantity')
    await talk.type('1 tạ 2')
    expect(talk.text()).toContain('✓ Câu quantity.name: 120 kg')
    await talk.type('3')
    expect(talk.question).toBe('trial.what')
    await talk.pressOn('as other')
    expect(talk.question).toBe('trial.colour')
    await talk.choose('red')
    await talk.type('mùng 5')
    expect(talk.question).toBe('trial.keeps')
    expect(talk.values[0]).toBe('2026-11-19')
    await talk.type('20 tháng 11 năm 2026')
    await talk.type('nha vuon 13')
    expect(talk.question).toBe('trial.inputs.lot')
    await talk.photo(1, ['https://example.org/c/7K3M9PQ2X'])
    await talk.type('3')
    expect(talk.question).toBe('trial.inputs.more')
    await talk.choose('more')
    await talk.choose('8')
    await talk.type('2 hộp')
    await talk.choose('done')
    expect(talk.question).toBe('trial.papers')
    await talk.photo(5)
    await talk.photo(6)
    await talk.photo(5)
    expect(talk.text()).toContain('Ảnh này đã có rồi.')
    await talk.type('Xong')
    await talk.place()
    expect(talk.question).toBe('trial.phone')
    await talk.hear({ kind: 'contact', phone: '84912345678', own: true })
    await talk.type('7k3m9pq2x')
    expect(talk.question).toBe('trial.review')
    expect(talk.values[0]).toBe('send')
    expect(talk.text('en')).toContain('Text inputs.name 2: Bánh cốm 19/11 (A0B1C2D3E), ')
    await talk.pressOn('send')
    expect(talk.done).toEqual({
      product: { id: 1, name: 'Cam Canh', uom: 'KGM', shelfLifeDays: 14 },
      quantity: { quantity: 120, uom: 'KGM', said: '1 tạ 2' },
      kind: 'other',
      what: 'as other',
      colour: 'red',
      made: '2026-11-05',
      keeps: '2026-11-20',
      supplier: { value: 's13', name: 'Nhà vườn 13' },
      inputs: [
        {
          lot: { id: 7, code: '7K3M9PQ2X', name: 'Cam Canh 18/11', quantity: 50, uom: 'KGM' },
          used: { quantity: 3, uom: 'KGM', said: '3' },
        },
        {
          lot: { id: 8, code: 'A0B1C2D3E', name: 'Bánh cốm 19/11', uom: 'XBX' },
          used: { quantity: 2, uom: 'XBX', said: '2 hộp' },
        },
      ],
      papers: [5, 6],
      place: { latitude: 21.03, longitude: 105.83, ward: { id: 12, name: 'Ngọc Hà' } },
      phone: { phone: '+84912345678', own: true },
      code: { code: '7K3M9PQ2X', name: 'Cam Canh 18/11' },
    })
  })

  test('skipped answers are handed over as nothing, an empty group as an empty list', async () => {
    const talk = await toReview()
    await talk.choose('send')
    expect(Object.keys(talk.done!).sort()).toEqual(['inputs', 'keeps', 'kind', 'made', 'place', 'product', 'quantity'])
    expect(talk.done!.inputs).toEqual([])
  })

  test('a new product on the way: a name that nothing is like is taken, and said to be new', async () => {
    const talk = await begin()
    await talk.type('Ổi Mê Linh')
    expect(talk.question).toBe('trial.called')
    expect(talk.text()).toContain('Mặt hàng mới: Ổi Mê Linh')
    expect(talk.state!.answers.product).toEqual({ new: true, name: 'Ổi Mê Linh' })
  })

  test.each(['30 hộp', 'có gì?', 'dòng này dài quá không ai gọi tên một món hàng như thế'])(
    'what is perhaps no name is asked about: %s',
    async (said) => {
      const talk = await (await begin()).type(said)
      expect(talk.question).toBe('trial.product')
      expect(talk.values).toEqual(['new', 'cancel'])
    },
  )

  test('a part of one name, with or without diacritics, is that product; marks that differ are not', async () => {
    for (const said of ['canh', 'banh', 'bánh c'])
      expect((await (await begin()).type(said)).question).toBe('trial.quantity')
    const talk = await (await begin()).type('bành')
    expect(talk.values).toEqual(['3', 'new', 'cancel'])
  })

  test('whoever comes back from the product that was found meant another one', async () => {
    const talk = await (await begin()).type('banh')
    await talk.type('quay lại')
    await talk.type('banh')
    expect(talk.question).toBe('trial.product')
    expect(talk.values).toContain('new')
  })

  test('without a review the last answer ends it', async () => {
    const short = flow('short')
      .ask('one', text({ upTo: 5 }))
      .done(() => ({ replies: [] }))
    addTexts('vi', { short: { name: 'Ngắn', one: { ask: 'Gì?', name: 'Một', help: 'Gõ', example: 'a' } } })
    addTexts('en', { short: { name: 'Short', one: { ask: 'What?', name: 'One', help: 'Type', example: 'a' } } })
    const talk = await new Drive(short).start()
    expect(talk.values).toEqual(['help', 'cancel'])
    await talk.type('abc')
    expect(talk.done).toEqual({ one: 'abc' })
  })
})

describe('words that always work', () => {
  test.each(['HUỶ', 'huỷ', 'HỦY', 'huy', 'Hủy bỏ', 'CANCEL', 'huỷ ạ', ' Huỷ! '])(
    '%s cancels and says what is not saved',
    async (word) => {
      const talk = await begin()
      await talk.choose('1')
      await talk.type(word)
      expect(talk.last).toMatchObject({ state: null, cancelled: true })
      expect(talk.text()).toContain('Câu product.name')
    },
  )

  test.each(['QUAY LẠI', 'quay lai', 'back', 'Trở lại'])(
    '%s goes back, and the former answer is proposed',
    async (word) => {
      const talk = await begin()
      await talk.choose('1')
      await talk.type('5 kg')
      await talk.type(word)
      expect(talk.question).toBe('trial.quantity')
      expect(talk.values[0]).toBe('keep')
      expect(talk.labels()[0]).toBe('Giữ nguyên: 5 kg')
      await talk.type(word)
      expect(talk.question).toBe('trial.product')
      await talk.choose('keep')
      await talk.pressOn('keep')
      expect(talk.question).toBe('trial.kind')
      expect(talk.state!.answers).toMatchObject({ quantity: { quantity: 5 } })
    },
  )

  test('there is nothing before the first question', async () => {
    const talk = await begin()
    await talk.type('quay lại')
    expect(talk.keys).toEqual(['flow.no-back', 'trial.product.ask'])
  })

  test.each(['GIÚP', 'help', 'trợ giúp'])('%s helps and asks again', async (word) => {
    const talk = await begin()
    await talk.type(word)
    expect(talk.keys).toEqual(['trial.product.help', 'trial.product.ask'])
    expect(talk.state!.wrong).toBe(0)
  })

  test('MENU leaves the talk as it is', async () => {
    const talk = await begin()
    const before = talk.state
    await talk.type('Menu')
    expect(talk.last).toMatchObject({ menu: true, replies: [] })
    expect(talk.state).toEqual(before)
  })

  test('skip and done say so where they cannot be', async () => {
    const talk = await begin()
    await talk.type('BỎ QUA')
    expect(talk.keys[0]).toBe('flow.no-skip')
    await talk.type('xong')
    expect(talk.keys[0]).toBe('flow.not-done')
  })

  test('done at an optional question that has nothing yet skips it; at the review it sends nothing', async () => {
    const talk = await begin()
    for (const said of ['cam canh', '2', 'tươi', 'đỏ', 'hôm nay', '1/12', 'bỏ qua', 'bỏ qua']) await talk.type(said)
    expect(talk.question).toBe('trial.papers')
    await talk.type('xong')
    expect(talk.question).toBe('trial.place')
    for (const said of ['ngoc ha', 'skip', 'skip', 'xong']) await talk.type(said)
    expect(talk.question).toBe('trial.review')
    expect(talk.keys[0]).toBe('flow.review.unclear')
    expect(talk.done).toBeUndefined()
  })

  test('"Huy" where a name is asked for is asked back; typed again it is the name', async () => {
    const talk = await begin()
    await talk.type('Ổi Mê Linh')
    expect(talk.question).toBe('trial.called')
    await talk.type('Huy')
    expect(talk.keys).toEqual(['flow.name-or-cancel'])
    await talk.type('Huy')
    expect(talk.state!.answers.called).toBe('Huy')
    await talk.type('quay lại')
    await talk.type('Huy')
    await talk.type('Huỷ')
    expect(talk.last.cancelled).toBe(true)
  })

  test('"Huy" elsewhere cancels', async () => {
    const talk = await begin()
    await talk.type('Huy')
    expect(talk.last.cancelled).toBe(true)
  })
})

describe('choosing', () => {
  test('a number is the choice of that place, a label is understood in both languages and without diacritics', async () => {
    for (const said of ['2', '2.', 'Khô', 'kho', 'dried', 'DRIED']) {
      const talk = await begin()
      await talk.choose('1')
      await talk.type('1')
      expect(talk.state!.answers.quantity).toMatchObject({ quantity: 1 })
      await talk.type(said)
      expect(talk.state!.answers.kind).toBe('dried')
    }
  })

  test('two labels that differ in diacritics only: the one typed exactly, or a narrower choice', async () => {
    const talk = await begin({
      knows: {
        ...knows,
        product: () => ({
          items: [
            { id: 1, name: 'Cam', uom: 'KGM' },
            { id: 2, name: 'Cám', uom: 'KGM' },
          ],
        }),
      },
    })
    await talk.type('cám')
    expect(talk.state!.answers.product).toMatchObject({ id: 2 })
    await talk.type('back')
    await talk.type('CAM')
    expect(talk.state!.answers.product).toMatchObject({ id: 1 })
  })

  test('a long list shows eight and is searched by typing', async () => {
    const talk = await begin()
    for (const said of ['1', '2 kg', '1']) await talk.type(said)
    expect(talk.question).toBe('trial.colour')
    expect(talk.values).toHaveLength(8 + 3)
    expect(talk.keys).toContain('fields.search.more')
    await talk.type('gr')
    expect(talk.values).toEqual(['green', 'grey', 'skip', 'back', 'cancel'])
    await talk.type('purple')
    expect(talk.keys[0]).toBe('fields.search.none')
    await talk.type('2')
    expect(talk.state!.answers.colour).toBe('grey')
  })

  test('what was not offered is never acted upon', async () => {
    const talk = await begin()
    const before = talk.state
    for (const value of ['send', '99', 'skip', 'back', 'edit:product', '__proto__', 'keep', 'drop', '']) {
      await talk.choose(value)
      expect(talk.keys[0]).toBe('flow.not-offered')
      expect(talk.state).toEqual(before)
    }
  })
})

describe('buttons', () => {
  test('a press on an old turn is recognised, and the open question is asked again', async () => {
    const talk = await begin()
    const old = talk.buttonOf('2')
    await talk.press(old)
    expect(talk.question).toBe('trial.quantity')
    await talk.press(old)
    expect(talk.keys).toEqual(['flow.stale', 'trial.quantity.ask'])
    expect(talk.state!.answers).toEqual({ product: { id: 2, name: 'Cám gạo', uom: 'KGM', shelfLifeDays: null } })
  })

  test.each([
    '',
    '0',
    '1.',
    '.1',
    '1.99',
    '-1.0',
    '1.-1',
    '1.0.0',
    '1e0.0',
    ' 1.0',
    '9007199254740993.0',
    '1.constructor',
    'o12.0',
    '1.0\u0000',
  ])('forged data %j is refused the same way', async (data) => {
    const talk = await begin()
    const before = talk.state
    await talk.press(data)
    expect(talk.keys[0]).toBe('flow.stale')
    expect(talk.state).toEqual(before)
  })

  test('a question asked again keeps its buttons alive', async () => {
    const talk = await begin()
    const button = talk.buttonOf('1')
    await talk.type('xong')
    await talk.hear({ kind: 'other', name: 'sticker' })
    await talk.press(button)
    expect(talk.question).toBe('trial.quantity')
  })

  test('buttons of an earlier talk in the same chat are old', async () => {
    const talk = await begin()
    const button = talk.buttonOf('1')
    const next = await new Drive(trial, { knows }).start({ turn: talk.state!.turn + 1 })
    await next.press(button)
    expect(next.keys[0]).toBe('flow.stale')
  })

  test('the same button pressed twice sends once', async () => {
    const talk = await toReview()
    const line = talk.buttonOf('edit:quantity')
    await talk.press(line)
    await talk.press(line)
    expect(talk.keys).toEqual(['flow.stale', 'trial.quantity.ask'])
  })

  test('data is a few bytes, whatever it stands for', async () => {
    const talk = await begin()
    for (const { data } of talk.reply.choices!) expect(data).toMatch(/^\d{1,6}\.\d{1,2}$/)
  })
})

describe('wrong answers', () => {
  test('the reason, then an example, then help and the hotline; a right one starts anew', async () => {
    const talk = await begin({ hotline: '1022' })
    await talk.choose('1')
    await talk.type('nhiều lắm')
    expect(talk.keys).toEqual(['fields.quantity.unclear', 'trial.quantity.ask'])
    await talk.type('rất nhiều')
    expect(talk.keys).toEqual(['fields.quantity.unclear', 'trial.quantity.example', 'trial.quantity.ask'])
    await talk.type('đã bảo rồi')
    expect(talk.keys).toEqual(['fields.quantity.unclear', 'trial.quantity.help', 'flow.hotline', 'trial.quantity.ask'])
    expect(talk.text()).toContain('1022')
    await talk.type('2 kg')
    await talk.type('xanh lè')
    expect(talk.keys).toEqual(['fields.choice.unknown', 'trial.kind.ask'])
  })

  test('without a hotline somebody near is named', async () => {
    const talk = await begin()
    for (const _ of [1, 2, 3]) await talk.hear({ kind: 'other', name: 'sticker' })
    expect(talk.keys).toEqual(['flow.unusable', 'trial.product.help', 'flow.no-hotline', 'trial.product.ask'])
  })

  test('at the review too', async () => {
    const talk = await toReview({ hotline: '1022' })
    for (const _ of [1, 2, 3]) await talk.type('hmm')
    expect(talk.keys.slice(0, 3)).toEqual(['flow.review.unclear', 'trial.review.help', 'flow.hotline'])
  })
})

describe('hostile words', () => {
  const HOSTILE = [
    '\u0000',
    'a\u0000b',
    '\ud800',
    '\u202eevil\u202c',
    "'; drop table lots; --",
    '*bold* _it_ [x](http://y) `c` <b>h</b>',
    '{{name}} $t(flow.cancel) {{- x}}',
    '👩‍👩‍👧‍👦'.repeat(300),
    'a'.repeat(4096),
    '1'.repeat(4096),
    '\n'.repeat(4096),
    ' ',
    '__proto__',
    'constructor',
    '${x}',
  ]

  test('at every question: a clear answer, and the talk goes on', async () => {
    const questions = [
      'product',
      'quantity',
      'kind',
      'colour',
      'made',
      'keeps',
      'supplier',
      'inputs.0',
      'papers',
      'place',
      'phone',
      'code',
    ]
    const talk = await toReview()
    const review = talk.state
    for (const question of questions) {
      for (const said of HOSTILE) {
        talk.state = review
        await talk.choose(`edit:${question}`)
        await talk.type(said)
        const stored = JSON.stringify(talk.state)
        expect(stored).not.toMatch(/\\u0000|\\ud800|\u202e/)
        expect(talk.reply.text.length).toBeGreaterThan(0)
        for (const part of fit(talk.reply, WIDE, 'vi')) expect(part.text.length).toBeLessThanOrEqual(4096)
      }
    }
  })

  test('free text is kept as written, and shown as written', async () => {
    for (const said of ["'; drop table lots; --", '*b* {{name}} $t(x) <i>', 'Nguyễn Thị Hoa 🍊']) {
      const talk = await begin()
      for (const one of ['1', '2 kg', '3', said]) await talk.type(one)
      expect(talk.state!.answers.what).toBe(said)
      expect(talk.text()).toContain(said)
    }
  })
})
