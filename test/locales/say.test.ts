import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { addTexts, hasText, keyed, LANGUAGES, say, words } from '../../locales/say.js'

addTexts('vi', {
  trial: { greets: 'Chào {{who}}, {{ who }}!', lots_one: '{{number}} lô', lots_other: '{{number}} lô ({{count}})' },
})
addTexts('en', { trial: { lots_one: '{{number}} lot', lots_other: '{{number}} lots ({{count}})' } })

describe('a text', () => {
  test('is said with what stands in its places; a language that lacks it says it in Vietnamese', () => {
    expect(say('vi', keyed('trial.greets', { who: 'bác' }))).toBe('Chào bác, bác!')
    expect(say('en', keyed('trial.greets', { who: 'bác' }))).toBe('Chào bác, bác!')
    expect(hasText('en', 'trial.greets')).toBe(false)
  })

  test('a count chooses the plural and is written as the language writes numbers', () => {
    expect([1, 2, 12_345.5].map((count) => say('en', keyed('trial.lots', { count })))).toEqual([
      '1 lot',
      '2 lots (2)',
      '12,345.5 lots (12,345.5)',
    ])
    expect(say('vi', keyed('trial.lots', { count: 12_345.5 }))).toBe('12.345,5 lô (12.345,5)')
  })

  test.each(LANGUAGES)('what a person wrote is never taken for a place or for another text (%s)', (language) => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('{{who}}', '$t(welcome.hello)', '&lt;', '{{', '}}'), (said, sign) => {
        const who = `${said}${sign}`
        expect(say(language, keyed('trial.greets', { who }))).toBe(`Chào ${who}, ${who}!`)
        expect(say(language, words(who))).toBe(who)
      }),
    )
  })

  test('days, moments, lists and names of our own data', () => {
    const said = (who: Parameters<typeof keyed>[1]) => say('en', keyed('trial.greets', who)).slice('Chào '.length, -1)
    expect(said({ who: { day: '2026-11-05' } })).toBe('05/11/2026, 05/11/2026')
    expect(said({ who: { moment: '2026-11-05T17:30:00Z' } })).toBe('00:30 06/11/2026, 00:30 06/11/2026')
    expect(said({ who: { list: ['a', { vi: 'b', en: 'c' }] } })).toBe('a, c, a, c')
  })

  test('texts that are added later count from then on', () => {
    expect(say('vi', keyed('trial.late'))).toBe('trial.late')
    addTexts('vi', { trial: { late: 'muộn' } })
    expect(say('vi', keyed('trial.late'))).toBe('muộn')
  })
})
