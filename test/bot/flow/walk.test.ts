/** The walker itself, proven on a flow that uses every field; and that it sees what is wrong. */
import { beforeAll, describe, expect, test } from '@jest/globals'
import { choice } from '../../../bot/flow/fields/choice.js'
import { flow } from '../../../bot/flow/flow.js'
import { textsOf } from '../../../bot/flow/texts.js'
import { addTexts } from '../../../locales/say.js'
import { CAPABILITIES } from '../channels/capabilities.js'
import { addTrialTexts, knows, trial } from './sample.js'
import { walk, type Walked } from './walk.js'

describe('a flow with every field', () => {
  let walked: Walked
  beforeAll(async () => {
    addTrialTexts()
    walked = await walk(trial, { knows, capabilities: CAPABILITIES })
  })

  test('has nothing wrong', () => expect(walked.wrong).toEqual([]))

  test('is walked through all its questions to its end', () => {
    const asked = textsOf(trial)
      .filter((key) => key.endsWith('.ask'))
      .map((key) => key.slice(0, -'.ask'.length))
    expect([...walked.questions].filter((question) => question.startsWith('trial.')).sort()).toEqual(
      asked.filter((key) => key.startsWith('trial.')).sort(),
    )
    expect(walked.ends).toBeGreaterThan(0)
  })
})

describe('what is wrong is seen', () => {
  const faulty = flow('faulty')
    .ask('one', choice(['a', 'b']))
    .review()
    .done(() => ({ replies: [] }))

  test('a missing text', async () => {
    const missing = textsOf(faulty).filter((key) => key.startsWith('faulty.'))
    await expect(walk(faulty, { capabilities: {} })).rejects.toThrow('faulty.one')
    expect(missing).toContain('faulty.review.help')
  })

  test('an unfilled place, two buttons alike', async () => {
    const one = { ask: 'Which {{of}}?', name: 'One', help: 'h', choice: { a: 'Same', b: 'Same' } }
    for (const language of ['vi', 'en'] as const)
      addTexts(language, { faulty: { name: 'f', one, review: { ask: 'r', help: 'h' } } })
    const { wrong } = await walk(faulty, { capabilities: CAPABILITIES })
    expect(wrong.join('\n')).toMatch(/two buttons alike/)
    expect(wrong.length).toBeGreaterThan(0)
  })
})
