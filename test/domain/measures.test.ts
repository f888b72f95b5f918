import { describe, expect, test } from '@jest/globals'
import { isCounted, isUom, MEASURES, rounded, UOMS } from '../../domain/measures.js'
import { fold } from '../../locales/fold.js'
import { hasText, LANGUAGES, say, text } from '../../locales/say.js'

describe('measures', () => {
  test('every unit has a text in every language, with its number', () => {
    for (const language of LANGUAGES)
      for (const uom of UOMS) {
        expect(hasText(language, `measure.${uom}`)).toBe(true)
        expect(say(language, text('refusal.quantity', { max: { quantity: 2.5, uom } }))).toMatch(/2[.,]5/)
      }
    expect(say('en', text('refusal.quantity', { max: { quantity: 1, uom: 'XBX' } }))).toContain('1 box')
    expect(say('en', text('refusal.quantity', { max: { quantity: 2, uom: 'XBX' } }))).toContain('2 boxes')
  })

  test('words are folded and stand for one measure each', () => {
    const words = MEASURES.flatMap(({ spoken }) => spoken)
    expect(words.filter((word) => fold(word) !== word)).toEqual([])
    expect(words.filter((word, i) => words.indexOf(word) !== i)).toEqual([])
  })

  test.each([
    ['cân', 'KGM', 1],
    ['ký', 'KGM', 1],
    ['lạng', 'KGM', 0.1],
    ['yến', 'KGM', 10],
    ['tạ', 'KGM', 100],
    ['tấn', 'KGM', 1000],
    ['gam', 'KGM', 0.001],
    ['mớ', 'XBE', 1],
    ['bó', 'XBE', 1],
    ['quả', 'H87', 1],
    ['trái', 'H87', 1],
    ['chục', 'H87', 10],
    ['thùng', 'XCT', 1],
    ['hộp', 'XBX', 1],
    ['khay', 'XPU', 1],
    ['túi', 'XBG', 1],
    ['bao', 'XSA', 1],
    ['con', 'HEA', 1],
    ['nải', 'XBH', 1],
    ['cái', 'EA', 1],
    ['chiếc', 'EA', 1],
    ['gói', 'XPK', 1],
    ['chai', 'XBO', 1],
    ['lít', 'LTR', 1],
  ])('%s is %s x %d', (word, uom, times) => {
    expect(MEASURES.find(({ spoken }) => spoken.includes(fold(word)))).toMatchObject({ uom, times })
  })

  test('weighed and counted units, and the gram', () => {
    expect([isUom('KGM'), isUom('kg'), isCounted('KGM'), isCounted('H87')]).toEqual([true, false, false, true])
    expect(rounded(0.1 + 0.2)).toBe(0.3)
  })
})
