import { beforeAll, describe, expect, test } from '@jest/globals'
import { choice } from '../../../bot/flow/fields/choice.js'
import { text } from '../../../bot/flow/fields/text.js'
import { flow } from '../../../bot/flow/flow.js'
import { Drive } from './drive.js'
import { addTextsOf, addTrialTexts, toReview } from './sample.js'

beforeAll(addTrialTexts)

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

describe('what depends on the earlier answers', () => {
  const trip = flow('trip')
    .ask('kind', choice(['shop', 'farm']))
    .ask('origin', text({ upTo: 20 }), { optional: ({ kind }) => kind === 'farm' })
    .ask('group', choice(['fruit', 'cake']), { proposed: ({ kind }) => (kind === 'farm' ? 'fruit' : undefined) })
    .review()
    .done(() => ({ replies: [] }))
  beforeAll(() => addTextsOf(trip))
  const from = async (kind: string) => (await new Drive(trip).start()).choose(kind)

  test('a question can be skipped only where that is accepted', async () => {
    const shop = await from('shop')
    expect(shop.values).not.toContain('skip')
    expect((await shop.type('bỏ qua')).keys[0]).toBe('flow.no-skip')
    expect((await from('farm')).values).toContain('skip')
  })

  test('what was skipped is asked after all when the earlier answer is changed', async () => {
    const talk = await (await from('farm')).choose('skip')
    await talk.choose('edit:kind')
    await talk.choose('shop')
    expect(talk.question).toBe('trip.origin')
  })

  test('what is proposed is not asked, stands on the review and can be changed there', async () => {
    const talk = await (await from('farm')).choose('skip')
    expect(talk.question).toBe('trip.review')
    expect(talk.values).toContain('edit:group')
    await talk.choose('edit:group')
    expect(talk.question).toBe('trip.group')
    await talk.type('quay lại')
    expect(talk.question).toBe('trip.review')
    await talk.choose('edit:group')
    await talk.choose('cake')
    await talk.choose('send')
    expect(talk.done).toEqual({ kind: 'farm', group: 'cake' })
  })

  test('what stands unchanged is handed over, and asked where nothing is proposed', async () => {
    const talk = await (await from('farm')).choose('skip')
    expect((await talk.choose('send')).done).toEqual({ kind: 'farm', group: 'fruit' })
    const shop = await (await from('shop')).type('abc')
    expect(shop.question).toBe('trip.group')
  })
})
