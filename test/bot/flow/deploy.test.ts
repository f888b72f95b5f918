/** A deploy between two turns: questions and choices come and go, and only what is no longer valid is lost. */
import { beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { choice } from '../../../bot/flow/fields/choice.js'
import { quantity } from '../../../bot/flow/fields/quantity.js'
import { text } from '../../../bot/flow/fields/text.js'
import { flow, type AnyFlow } from '../../../bot/flow/flow.js'
import type { Said } from '../../../bot/flow/field.js'
import { textsOf } from '../../../bot/flow/texts.js'
import { revive, turn } from '../../../bot/flow/turn.js'
import { Drive } from './drive.js'
import { addTextsOf, addTrialTexts, knows, trial } from './sample.js'
import { anyText } from '../../any-text.js'

const MEASURES = [{ uom: 'KGM', times: 1, spoken: ['kg'] }]
const OTHERS = [{ uom: 'XBX', times: 1, spoken: ['hop'] }]
const nothing = () => ({ replies: [] })

const before = flow('deploy')
  .ask('kind', choice(['a', 'b', 'c']))
  .ask('amount', quantity({ measures: MEASURES }))
  .ask('note', text({ upTo: 100 }), { optional: true })
  .review()
  .done(nothing)

const fewerChoices = flow('deploy')
  .ask('kind', choice(['a', 'b']))
  .ask('amount', quantity({ measures: MEASURES }))
  .ask('note', text({ upTo: 100 }), { optional: true })
  .review()
  .done(nothing)

const moreQuestions = flow('deploy')
  .ask('first', choice(['x', 'y']))
  .ask('kind', choice(['a', 'b', 'c']))
  .ask('amount', quantity({ measures: MEASURES }))
  .ask('note', text({ upTo: 100 }), { optional: true })
  .ask('last', choice(['x', 'y']))
  .review()
  .done(nothing)

const fewerQuestions = flow('deploy')
  .ask('amount', quantity({ measures: MEASURES }))
  .review()
  .done(nothing)

const otherUnits = flow('deploy')
  .ask('kind', choice(['a', 'b', 'c']))
  .ask('amount', quantity({ measures: OTHERS }))
  .ask('note', text({ upTo: 3 }))
  .review()
  .done(nothing)

beforeAll(() => {
  addTrialTexts()
  for (const one of [before, fewerChoices, moreQuestions, fewerQuestions, otherUnits]) addTextsOf(one)
})

async function answered(next: AnyFlow, said: string[]): Promise<Drive> {
  const talk = await new Drive(before).start()
  for (const one of said) await talk.type(one)
  return talk.deploy(next)
}

describe('a choice is removed', () => {
  test('its answer alone is asked again', async () => {
    const talk = await answered(fewerChoices, ['3', '5 kg'])
    expect(talk.state!.answers.kind).toBe('c')
    await talk.type('hello')
    expect(talk.keys).toEqual(['flow.changed', 'deploy.kind.ask'])
    expect(talk.values).toEqual(['a', 'b', 'cancel'])
    await talk.choose('b')
    expect(talk.question).toBe('deploy.note')
    expect(talk.state!.answers).toMatchObject({ kind: 'b', amount: { quantity: 5 } })
  })

  test('a button for it that is still on the screen does not bring it back', async () => {
    const talk = await answered(fewerChoices, [])
    await talk.pressOn('c')
    expect(talk.keys[0]).toBe('flow.not-offered')
    expect(talk.state!.answers).toEqual({})
    expect(talk.values).not.toContain('c')
  })
})

describe('a question is added', () => {
  test('it is asked, and what was said to another question is not taken for its answer', async () => {
    const talk = await answered(moreQuestions, ['1', '5 kg', 'skip'])
    expect(talk.question).toBe('deploy.review')
    await talk.pressOn('send')
    expect(talk.done).toBeUndefined()
    expect(talk.keys).toEqual(['flow.changed', 'deploy.first.ask'])
    await talk.choose('x')
    expect(talk.question).toBe('deploy.last')
    await talk.choose('y')
    expect(talk.question).toBe('deploy.review')
    await talk.choose('send')
    expect(talk.done).toMatchObject({ first: 'x', kind: 'a', amount: { quantity: 5 }, last: 'y' })
  })

  test('cancel still cancels, as button and as word', async () => {
    const talk = await answered(moreQuestions, ['1'])
    await talk.pressOn('cancel')
    expect(talk.last.cancelled).toBe(true)
    expect((await (await answered(moreQuestions, ['1'])).type('huỷ')).last.cancelled).toBe(true)
  })
})

test('questions that are gone are forgotten, the others stand', async () => {
  const talk = await answered(fewerQuestions, ['1', '5 kg'])
  await talk.type('x')
  expect(talk.question).toBe('deploy.review')
  expect(talk.values).toEqual(['send', 'edit:amount', 'back', 'cancel'])
  await talk.choose('back')
  expect(talk.question).toBe('deploy.amount')
  await talk.type('quay lại')
  expect(talk.keys[0]).toBe('flow.no-back')
})

test('an answer that the field no longer takes, or may no longer be skipped, is asked again', async () => {
  const talk = await answered(otherUnits, ['1', '5 kg', 'skip'])
  await talk.type('x')
  expect(talk.question).toBe('deploy.amount')
  await talk.type('5 hộp')
  expect(talk.question).toBe('deploy.note')
})

describe('a stored state', () => {
  test('that is damaged loses the damaged parts alone', async () => {
    const talk = await new Drive(trial, { knows }).start()
    await talk.choose('1')
    const state = talk.state!
    const damaged = {
      ...state,
      offered: [{ value: 5 }],
      trail: 'x',
      kept: [{ kind: 'unknown' }],
      wrong: -1,
      former: null,
      rest: 7,
      editing: {},
    }
    expect(revive(damaged)).toEqual({
      ...state,
      offered: [],
      trail: [],
      kept: [],
      wrong: 0,
      former: {},
      rest: undefined,
      editing: undefined,
    })
    talk.state = damaged as never
    await talk.type('2 kg')
    expect(talk.question).toBe('trial.kind')
  })

  test.each([
    null,
    undefined,
    5,
    'x',
    [],
    {},
    { flow: 'trial' },
    { flow: 1, turn: 1, at: '2026-11-20T00:00:00Z' },
    { flow: 'trial', turn: 'x', at: 'y' },
  ])('that is none is none: %j', (stored) => expect(revive(stored)).toBeNull())

  test('whatever its answers hold, a turn is a question, a review or an end', () => {
    const keys = fc.constantFrom(
      ...textsOf(trial).flatMap((key) => key.match(/^trial\.(\w+)\.ask$/)?.[1] ?? []),
      'inputs.0.lot',
      'inputs.0.more',
      'inputs.1.used',
    )
    const said: fc.Arbitrary<Said> = fc.oneof(
      anyText().map((text): Said => ({ kind: 'text', text })),
      fc.string().map((value): Said => ({ kind: 'choice', value })),
      fc.string().map((data): Said => ({ kind: 'press', data })),
      fc.integer().map((fileId): Said => ({ kind: 'photo', fileId, codes: [] })),
    )
    fc.assert(
      fc.property(
        fc.dictionary(keys, fc.jsonValue(), { noNullPrototype: true }),
        fc.array(keys),
        fc.jsonValue(),
        said,
        (answers, trail, soFar, one) => {
          const stored = {
            flow: 'trial',
            turn: 3,
            asked: 'product',
            offered: [],
            answers,
            trail,
            soFar,
            at: '2026-11-20T00:00:00Z',
          }
          const state = revive(stored)!
          const turned = turn(trial, state, { said: one, now: '2026-11-20T01:00:00Z', language: 'vi' })
          const outcomes = [turned.need, turned.done, turned.cancelled, turned.menu, turned.replies[0]?.question]
          expect(outcomes.some((outcome) => outcome !== undefined)).toBe(true)
        },
      ),
      { numRuns: 500 },
    )
  })
})
