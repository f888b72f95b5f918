import { beforeAll, describe, expect, test } from '@jest/globals'
import { fit } from '../../../bot/channels/fit.js'
import { choice } from '../../../bot/flow/fields/choice.js'
import { text } from '../../../bot/flow/fields/text.js'
import { flow } from '../../../bot/flow/flow.js'
import { addTexts } from '../../../locales/say.js'
import { Drive, type DriveOptions } from './drive.js'
import { addTrialTexts, knows, trial } from './sample.js'

beforeAll(addTrialTexts)

const begin = (options: DriveOptions = {}) => new Drive(trial, { knows, ...options }).start()

/** Answers everything, the optional ones skipped, up to the review. */
async function toReview(options?: DriveOptions): Promise<Drive> {
  const talk = await begin(options)
  await talk.choose('1')
  await talk.type('2 cân rưỡi')
  await talk.type('tươi')
  await talk.type('bo qua')
  await talk.type('hôm qua')
  await talk.pressOn(talk.values[0]!)
  for (const _ of ['supplier', 'inputs', 'papers']) await talk.choose('skip')
  await talk.choose('12')
  await talk.choose('skip')
  await talk.choose('skip')
  expect(talk.question).toBe('trial.review')
  return talk
}

describe('a talk from beginning to end', () => {
  test('by typing, choosing, pressing and sending photos', async () => {
    const talk = await begin()
    expect(talk.question).toBe('trial.product')
    expect(talk.values).toEqual(['1', '2', '3', 'new', 'cancel'])
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

  test('a new product on the way: what was searched for is its name', async () => {
    const talk = await begin()
    await talk.type('Ổi Mê Linh')
    expect(talk.values).toEqual(['new', 'cancel'])
    await talk.choose('new')
    expect(talk.question).toBe('trial.quantity')
    expect(talk.state!.answers.product).toEqual({ new: true, name: 'Ổi Mê Linh' })
    await talk.type('back')
    await talk.choose('new')
    expect(talk.question).toBe('trial.called')
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
    await talk.choose('new')
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

describe('the review', () => {
  test('every line can be changed, and comes back to the review', async () => {
    const talk = await toReview()
    const lines = talk.values.filter((value) => value.startsWith('edit:'))
    expect(lines).toEqual(
      [
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
      ].map((one) => `edit:${one}`),
    )
    for (const line of lines) {
      await talk.choose(line)
      expect(talk.question).not.toBe('trial.review')
      await talk.choose(talk.values.includes('keep') ? 'keep' : 'skip')
      expect(talk.question).toBe('trial.review')
    }
    expect(talk.values[0]).toBe('send')
  })

  test('the name of a line, typed, changes it', async () => {
    const talk = await toReview()
    await talk.type('cau quantity name')
    expect(talk.question).toBe('trial.quantity')
  })

  test('a changed line keeps the later answers that are still valid, and asks the others again', async () => {
    const talk = await toReview()
    await talk.choose('edit:made')
    await talk.type('hôm nay')
    expect(talk.question).toBe('trial.review')
    await talk.choose('edit:keeps')
    await talk.type('20/11/2026')
    expect(talk.question).toBe('trial.review')
    await talk.choose('edit:made')
    await talk.type('18/11/2026')
    await talk.choose('edit:keeps')
    await talk.type('18/11/2026')
    await talk.choose('edit:made')
    await talk.type('19/11/2026')
    expect(talk.question).toBe('trial.keeps')
    await talk.type('20/11/2026')
    expect(talk.question).toBe('trial.review')
    expect(talk.state!.answers.quantity).toMatchObject({ quantity: 2.5 })
  })

  test('a changed line may open a question that did not apply, and back undoes the change', async () => {
    const talk = await toReview()
    await talk.choose('edit:kind')
    await talk.choose('other')
    expect(talk.question).toBe('trial.what')
    await talk.type('quay lại')
    expect(talk.question).toBe('trial.kind')
    await talk.type('quay lại')
    expect(talk.question).toBe('trial.review')
    expect(talk.state!.answers.kind).toBe('fresh')
  })

  test('back from a line being changed leaves it as it was', async () => {
    const talk = await toReview()
    const before = talk.state!.answers
    await talk.choose('edit:quantity')
    await talk.choose('back')
    expect(talk.question).toBe('trial.review')
    expect(talk.state!.answers).toEqual(before)
  })

  test('back from the review asks the last question again', async () => {
    const talk = await toReview()
    await talk.choose('back')
    expect(talk.question).toBe('trial.code')
  })

  test('an album is added to when it is opened again', async () => {
    const talk = await toReview()
    await talk.choose('edit:papers')
    await talk.photo(1)
    await talk.choose('done')
    await talk.choose('edit:papers')
    expect(talk.values.slice(0, 2)).toEqual(['done', 'clear'])
    await talk.photo(2)
    await talk.choose('done')
    expect(talk.state!.answers.papers).toEqual([1, 2])
    await talk.choose('edit:papers')
    await talk.choose('clear')
    await talk.photo(3)
    await talk.choose('done')
    expect(talk.state!.answers.papers).toEqual([3])
  })

  test('a refusal by the domain goes back to the question that it names, or shows the review', async () => {
    const talk = await toReview()
    await talk.choose('send')
    await talk.refuse({ words: 'too much' }, 'quantity')
    expect(talk.question).toBe('trial.quantity')
    expect(talk.text()).toContain('too much')
    await talk.type('1 kg')
    expect(talk.question).toBe('trial.review')
    await talk.choose('send')
    expect(talk.done!.quantity).toMatchObject({ quantity: 1 })
    await talk.refuse({ words: 'not today' })
    expect(talk.question).toBe('trial.review')
    await talk.choose('send')
    expect(talk.done).toBeDefined()
  })
})

describe('repeating groups', () => {
  async function withItems(count: number): Promise<Drive> {
    const talk = await toReview()
    await talk.choose('edit:inputs.0')
    for (let n = 0; n < count; n++) {
      if (n > 0) await talk.choose('more')
      await talk.choose(n % 2 ? '8' : '7')
      await talk.type(String(n + 1))
    }
    if (talk.question === 'trial.inputs.more') await talk.choose('done')
    expect(talk.question).toBe('trial.review')
    return talk
  }
  const used = (talk: Drive): unknown[] =>
    (talk.done!.inputs as { used: { quantity: number } }[]).map((one) => one.used.quantity)

  test('an item is changed, another is added, one is taken out', async () => {
    const talk = await withItems(2)
    await talk.choose('edit:inputs.1')
    expect(talk.values[0]).toBe('keep')
    await talk.choose('keep')
    await talk.type('20')
    expect(talk.question).toBe('trial.review')
    await talk.choose('add:inputs')
    expect(talk.values).not.toContain('drop')
    await talk.choose('7')
    await talk.type('30')
    expect(talk.question).toBe('trial.review')
    expect(talk.values).not.toContain('add:inputs')
    await talk.choose('edit:inputs.0')
    await talk.choose('drop')
    expect(talk.question).toBe('trial.review')
    await talk.choose('send')
    expect(used(talk)).toEqual([20, 30])
  })

  test('the last item taken out does not ask for another', async () => {
    const talk = await withItems(3)
    await talk.choose('edit:inputs.2')
    await talk.choose('drop')
    expect(talk.question).toBe('trial.review')
    await talk.choose('edit:inputs.1')
    await talk.choose('drop')
    expect(talk.question).toBe('trial.review')
    await talk.choose('send')
    expect(used(talk)).toEqual([1])
  })

  test('back from an item just begun leaves the group as it was', async () => {
    const talk = await withItems(1)
    const before = talk.state!.answers
    await talk.choose('add:inputs')
    await talk.type('quay lại')
    expect(talk.question).toBe('trial.review')
    expect(talk.state!.answers).toEqual(before)
  })

  test('the only item of an optional group is taken out by skipping', async () => {
    const talk = await withItems(1)
    await talk.choose('edit:inputs.0')
    await talk.choose('skip')
    await talk.choose('send')
    expect(talk.done!.inputs).toEqual([])
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

describe('out of order', () => {
  test('photos before their question are kept, and fill the album', async () => {
    const talk = await begin()
    await talk.photo(41)
    expect(talk.keys).toEqual(['flow.kept.photo', 'trial.product.ask'])
    await talk.photo(42)
    await talk.photo(42)
    for (const said of ['1', '2 kg', '1', 'skip', 'hôm nay', '1/12', 'skip', 'skip']) await talk.type(said)
    expect(talk.question).toBe('trial.papers')
    expect(talk.keys[0]).toBe('flow.used')
    expect(talk.values[0]).toBe('done')
    await talk.choose('done')
    expect(talk.state!.answers.papers).toEqual([41, 42])
    expect(talk.state!.kept).toEqual([])
  })

  test('a place before its question is proposed, and taken only when chosen', async () => {
    const talk = await begin()
    await talk.place()
    await talk.hear({ kind: 'contact', phone: '0912345678', own: false })
    for (const said of ['1', '2 kg', '1', 'skip', 'hôm nay', '1/12', 'skip', 'skip', 'skip']) await talk.type(said)
    expect(talk.question).toBe('trial.place')
    expect(talk.labels()[0]).toBe('Dùng cái vừa gửi: Ngọc Hà')
    expect(talk.state!.answers.place).toBeUndefined()
    await talk.choose('use')
    expect(talk.state!.answers.place).toMatchObject({ ward: { id: 12 }, latitude: 21.03 })
    expect(talk.labels()[0]).toBe('Dùng cái vừa gửi: 0912 345 678')
    await talk.type('0987 654 321')
    expect(talk.state!.answers.phone).toEqual({ phone: '+84987654321', own: false })
  })

  test("a photo's caption answers the open question", async () => {
    const talk = await begin()
    await talk.choose('1')
    await talk.photo(9, [], '3 tạ')
    expect(talk.state!.answers.quantity).toMatchObject({ quantity: 300 })
    expect(talk.keys).toEqual(expect.arrayContaining(['flow.kept.photo', 'flow.noted']))
    expect(talk.state!.kept).toHaveLength(1)
  })

  test('at the review a photo is kept for the line that takes it', async () => {
    const talk = await toReview()
    await talk.photo(8)
    expect(talk.question).toBe('trial.review')
    expect(talk.keys[0]).toBe('flow.kept.photo')
    await talk.choose('edit:papers')
    await talk.choose('done')
    expect(talk.state!.answers.papers).toEqual([8])
  })

  test('what no question of the flow wants is said to be unneeded', async () => {
    const plain = flow('plain')
      .ask('one', choice(['a', 'b']))
      .done(() => ({ replies: [] }))
    for (const language of ['vi', 'en'] as const) {
      addTexts(language, { plain: { name: 'p', one: { ask: 'a', name: 'n', help: 'h', choice: { a: 'A', b: 'B' } } } })
    }
    const talk = await new Drive(plain).start()
    await talk.photo(1)
    expect(talk.keys[0]).toBe('flow.unneeded')
    expect(talk.state!.kept).toEqual([])
  })

  test('what was not used is handed back when the talk is cancelled', async () => {
    const talk = await begin()
    await talk.photo(1, ['x'])
    await talk.type('huỷ')
    expect(talk.last.unused).toMatchObject([{ kind: 'photo', fileId: 1 }])
  })
})

describe('after a long rest', () => {
  async function rested(): Promise<Drive> {
    const talk = await begin()
    await talk.choose('1')
    return talk.wait(49)
  }

  test('it is asked whether to go on; what was said then fits and is used', async () => {
    const talk = await rested()
    await talk.type('2 tạ')
    expect(talk.question).toBe('trial.rest')
    expect(talk.values).toEqual(['go-on', 'start-again', 'cancel'])
    expect(talk.text()).toContain('Cam Canh')
    await talk.pressOn('go-on')
    expect(talk.question).toBe('trial.kind')
    expect(talk.state!.answers.quantity).toMatchObject({ quantity: 200 })
    expect(talk.state!.rest).toBeUndefined()
  })

  test('a button pressed then means what it meant when it was shown', async () => {
    const talk = await begin()
    const button = talk.buttonOf('3')
    await talk.wait(30).press(button)
    const goOn = talk.buttonOf('go-on')
    await talk.press(goOn)
    expect(talk.state!.answers.product).toMatchObject({ id: 3 })
    await talk.press(goOn)
    expect(talk.keys[0]).toBe('flow.stale')
  })

  test('going on without anything that fits asks the question where it stood', async () => {
    const talk = await rested()
    await talk.type('chào bạn')
    await talk.type('lam tiep')
    expect(talk.keys).toEqual(['flow.rest.going-on', 'trial.quantity.ask'])
    expect(talk.state!.wrong).toBe(0)
    await talk.type('1 kg')
    expect(talk.question).toBe('trial.kind')
  })

  test('the go-on button is no choice of the question that follows', async () => {
    const talk = await begin()
    await talk.wait(30).type('chào')
    const goOn = talk.buttonOf('go-on')
    await talk.press(goOn)
    await talk.press(goOn)
    expect(talk.keys[0]).toBe('flow.stale')
    expect(talk.state!.answers).toEqual({})
  })

  test('start again drops the answers, keeps the photos, and gives new buttons', async () => {
    const talk = await rested()
    await talk.photo(77)
    const old = talk.buttonOf('start-again')
    await talk.choose('start-again')
    expect(talk.question).toBe('trial.product')
    expect(talk.state!.answers).toEqual({})
    expect(talk.state!.kept).toMatchObject([{ fileId: 77 }])
    await talk.press(old)
    expect(talk.keys[0]).toBe('flow.stale')
  })

  test('whoever types an answer instead of choosing goes on with it; an album comes in whole', async () => {
    const talk = await rested()
    await talk.photo(1)
    await talk.photo(2)
    expect(talk.question).toBe('trial.rest')
    await talk.type('5 kg')
    expect(talk.question).toBe('trial.kind')
    expect(talk.state!.kept).toHaveLength(2)
  })

  test('cancel, menu and help work at once', async () => {
    expect((await (await rested()).type('huỷ')).last.cancelled).toBe(true)
    expect((await (await rested()).type('menu')).last.menu).toBe(true)
    const talk = await rested()
    await talk.type('x')
    await talk.type('giúp')
    expect(talk.keys[0]).toBe('flow.rest.help')
    await talk.press('1.0')
    expect(talk.keys[0]).toBe('flow.stale')
    await talk.choose('send')
    expect(talk.keys[0]).toBe('flow.not-offered')
    await talk.choose('cancel')
    expect(talk.last).toMatchObject({ cancelled: true, unused: [{ kind: 'text', text: 'x' }] })
  })

  test('a shorter rest goes unnoticed', async () => {
    const talk = await begin()
    await talk.wait(23).choose('1')
    expect(talk.question).toBe('trial.quantity')
  })

  test('the turn rises by no more than one with each thing said', async () => {
    const talk = await rested()
    const turn = talk.state!.turn
    await talk.type('2 kg')
    await talk.type('3')
    expect(talk.state!.turn - turn).toBeLessThanOrEqual(2)
  })
})

describe('look-ups', () => {
  test('each is asked once a turn, with the answers that it may depend on', async () => {
    const talk = await begin()
    const before = talk.lookups.length
    await talk.type('bánh')
    expect(talk.lookups.slice(before)).toEqual([{ kind: 'product', query: { search: 'bánh', limit: 8 } }])
    for (const said of ['1', '1 hộp', '1', 'bỏ qua', 'hôm nay']) await talk.type(said)
    await talk.type('1/12')
    expect(talk.lookups.at(-1)).toMatchObject({ kind: 'list', query: { of: 'suppliers' } })
    expect(talk.earlier).toMatchObject({ product: { id: 3 }, made: '2026-11-20', keeps: '2026-12-01' })
  })

  test('a refusal of the look-up is told; near codes are proposed and not taken', async () => {
    const talk = await toReview()
    await talk.choose('edit:code')
    await talk.type('hello')
    expect(talk.text()).toContain('no code of ours')
    await talk.type('7K3M9PQ2Y')
    expect(talk.text()).toContain('perhaps one of these')
    expect(talk.values[0]).toBe('7K3M9PQ2X')
    await talk.type('1')
    expect(talk.state!.answers.code).toEqual({ code: '7K3M9PQ2X', name: 'Cam Canh 18/11' })
  })

  test('two of our codes in one photo: the person chooses; a photo without any says how to take a better one', async () => {
    const talk = await toReview()
    await talk.choose('edit:code')
    await talk.photo(1)
    expect(talk.keys[0]).toBe('fields.code.none-read')
    await talk.photo(2, ['7K3M9PQ2X', 'A0B1C2D3E'])
    expect(talk.values.slice(0, 2)).toEqual(['7K3M9PQ2X', 'A0B1C2D3E'])
    await talk.pressOn('A0B1C2D3E')
    expect(talk.question).toBe('trial.review')
  })

  test('an address that may lie in several wards, and a place outside', async () => {
    const talk = await toReview()
    await talk.choose('edit:place')
    await talk.place(10, 106)
    expect(talk.keys[0]).toBe('fields.place.outside')
    await talk.type('25 đội cấn')
    expect(talk.keys[0]).toBe('fields.place.which')
    await talk.type('giang vo')
    expect(talk.state!.answers.place).toEqual({ address: '25 đội cấn', ward: { id: 13, name: 'Giảng Võ' } })
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
        for (const part of fit(talk.reply, TELEGRAM_LIKE, 'vi')) expect(part.text.length).toBeLessThanOrEqual(4096)
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

const TELEGRAM_LIKE = {
  textMax: 4096,
  captionMax: 1024,
  buttons: { max: 100, labelMax: 64, dataMaxBytes: 64 },
  linkButtons: true,
  asksPlace: true,
  asksContact: true,
  filesMaxBytes: 50_000_000,
  receivesOriginals: true,
}
