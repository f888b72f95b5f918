/** What comes at another time than it was asked for: early, after days, or only when it was looked up. */
import { beforeAll, describe, expect, test } from '@jest/globals'
import { choice } from '../../../bot/flow/fields/choice.js'
import { photos } from '../../../bot/flow/fields/photos.js'
import { flow } from '../../../bot/flow/flow.js'
import { KEPT_MAX } from '../../../bot/flow/state.js'
import { addTexts } from '../../../locales/say.js'
import { Drive } from './drive.js'
import { addTextsOf, addTrialTexts, begin, toReview } from './sample.js'

beforeAll(addTrialTexts)

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

  test('of fifty photos before their question the first are kept, and of the others it is said that they are not', async () => {
    const talk = await begin()
    for (let id = 1; id <= KEPT_MAX; id++) await talk.photo(id)
    expect(talk.keys[0]).toBe('flow.kept.photo')
    for (let id = KEPT_MAX + 1; id <= 50; id++) {
      await talk.photo(id)
      expect(talk.keys).toEqual(['flow.kept.full', 'trial.product.ask'])
    }
    await talk.photo(KEPT_MAX)
    expect(talk.keys[0]).toBe('flow.kept.photo')
    await talk.place()
    expect(talk.keys[0]).toBe('flow.kept.place')
    expect(talk.state!.kept.flatMap((one) => (one.kind === 'photo' ? [one.fileId] : []))).toEqual(
      Array.from({ length: KEPT_MAX }, (_, i) => i + 1),
    )
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
    expect(talk.state!.kept.map(({ kind }) => kind)).toEqual(['contact'])
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

  test('a photo in which a code was looked for in vain is kept for the papers', async () => {
    const talk = await toReview()
    await talk.choose('edit:inputs.0')
    await talk.photo(31)
    expect(talk.keys.slice(0, 2)).toEqual(['fields.code.none-read', 'flow.kept.photo'])
    expect(talk.state!.wrong).toBe(0)
    await talk.choose('skip')
    await talk.choose('edit:papers')
    await talk.choose('done')
    expect(talk.state!.answers.papers).toEqual([31])
  })

  test('at the review a photo joins the album, also one that was skipped', async () => {
    const talk = await toReview()
    for (const id of [8, 9, 9]) await talk.photo(id)
    expect(talk.question).toBe('trial.review')
    expect(talk.state!.answers.papers).toEqual([8, 9])
    expect(talk.keys[0]).toBe('fields.photos.twice')
    await talk.place()
    expect(talk.keys[0]).toBe('flow.unneeded')
  })

  test('an album that grows at the review needs no "done"', async () => {
    const album = flow('album')
      .ask('papers', photos({ upTo: 3 }), { optional: true, growsAtReview: true })
      .review()
      .done(() => ({ replies: [] }))
    addTextsOf(album)
    const talk = await new Drive(album).start()
    await talk.photo(1)
    expect(talk.keys).toEqual(['flow.noted', 'album.review.ask', 'flow.review.line'])
    await talk.photo(2)
    await talk.choose('edit:papers')
    await talk.photo(3)
    expect(talk.question).toBe('album.review')
    expect(talk.state!.answers.papers).toEqual([1, 2, 3])
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
    expect(talk.state!.answers.code).toBeUndefined()
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
