import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { anyText } from '../../any-text.js'
import { gs1CheckPair } from '../../../qr/gs1/check-digit.js'
import { CHECKS_KNOWN, faultOf } from '../../../qr/gs1/checks.js'
import { identifier, identifiers, leadingIdentifier } from '../../../qr/gs1/dictionary.js'
import { FNC1, bracketed, checked, parseBracketed, parseScanned, scanned } from '../../../qr/gs1/elements.js'
import { anyElements, anyValue } from './any-elements.js'

const said = (text: string): string => {
  const parsed = parseScanned(text)
  return 'reason' in parsed ? `refused ${parsed.reason}` : bracketed(parsed.elements)
}

describe('the dictionary', () => {
  test('is read whole: every line of it, ranges as well', () => {
    const text = readFileSync(new URL('../../../qr/gs1/syntax-dictionary.txt', import.meta.url), 'utf8')
    const lines = text.split('\n').filter((line) => /^\d/.test(line))
    const count = lines
      .map((line) => /^(\d+)(?:-(\d+))?/.exec(line)!)
      .reduce((sum, [, from, to = from]) => sum + Number(to) - Number(from) + 1, 0)
    expect(identifiers()).toHaveLength(count)
    expect(count).toBeGreaterThan(500)
    for (const { ai, components } of identifiers()) {
      expect([ai, components.length > 0]).toEqual([ai, true])
      expect(leadingIdentifier(`${ai}0000`)?.ai).toBe(ai)
      for (const check of components.flatMap(({ checks }) => checks).filter((name) => !name.startsWith('coupon')))
        expect(CHECKS_KNOWN).toContain(check)
    }
    expect(identifier('3103')).toMatchObject({ title: 'NET WEIGHT (kg)', predefined: true, attribute: true })
    expect(identifier('01')!.qualifiers).toEqual([['22', '10', '21'], ['235']])
    expect(identifier('416')!.qualifiers).toBeUndefined()
  })

  const beside = fileURLToPath(new URL('../../../../shared/conformance/digital-link/', import.meta.url))
  const here = existsSync(beside)
  if (!here) console.info('../shared/conformance/digital-link is not here: the dictionary is not compared')
  ;(here ? test : test.skip)('has the entries of the one that was handed over', () => {
    const entries = (file: string | URL) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
    expect(entries(new URL('../../../qr/gs1/syntax-dictionary.txt', import.meta.url))).toEqual(
      entries(`${beside}gs1-syntax-dictionary.txt`),
    )
  })
})

describe('a value', () => {
  const fault = (ai: string, value: string) => faultOf(value, identifier(ai)!) ?? 'good'
  test.each([
    ['00', '006141411234567890', 'good'],
    ['00', '006141411234567891', 'csum'],
    ['01', '0893456313816', 'length'],
    ['01', '089345631381650', 'length'],
    ['10', 'cốm', 'characters'],
    ['17', '261100', 'good'],
    ['17', '261301', 'yymmd0'],
    ['17', '260229', 'yymmd0'],
    ['17', '280229', 'good'],
    ['253', '1231231231232', 'good'],
    ['253', '1231231231232TEST', 'good'],
    ['255', '1231231231232A', 'characters'],
    ['3910', '70412', 'good'],
    ['3910', '00112', 'iso4217'],
    ['423', '704528', 'good'],
    ['423', '70452', 'length'],
    ['423', '704999', 'iso3166'],
    ['4307', 'VN', 'good'],
    ['4307', 'XX', 'iso3166alpha2'],
    ['4300', 'A%2GB', 'pcenc'],
    ['4309', '18000000013600000000', 'latitude'],
    ['4324', '2611302460', 'hhmi'],
    ['4330', '000500-', 'good'],
    ['4330', '000500x', 'hyphen'],
    ['7003', '2611300730', 'good'],
    ['7030', '999ABC', 'good'],
    ['7040', '1ABC', 'good'],
    ['7041', 'BX', 'good'],
    ['7041', 'ZZZ', 'packagetype'],
    ['7241', '11', 'mediatype'],
    ['7250', '19000229', 'yyyymmdd'],
    ['7252', '3', 'iso5218'],
    ['7258', '3/2', 'posinseqslash'],
    ['8001', '12341234512329', 'winding'],
    ['8006', '089345631381650302', 'pieceoftotal'],
    ['8007', 'GB82WEST12345698765432', 'good'],
    ['8007', 'GB82WEST12345698765433', 'iban'],
    ['8011', '0', 'good'],
    ['8011', '01', 'nozeroprefix'],
    // the model number of GS1's own example
    ['8013', '1987654Ad4X4bL5ttr2310c2K', 'good'],
    ['8013', '1987654Ad4X4bL5ttr2310c2L', 'csumalpha'],
    ['8014', '19876541', 'csumalpha'],
    ['401', '123A', 'gcppos1'],
    ['8030', 'ab-_', 'good'],
  ])('(%s) %s: %s', (ai, value, verdict) => expect(fault(ai, value)).toBe(verdict))

  test('check characters of a model number', () => expect(gs1CheckPair('1987654Ad4X4bL5ttr2310c')).toBe('2K'))

  test('of every AI can be drawn, and a longer one is refused', () => {
    for (const known of identifiers().filter(({ ai }) => !ai.startsWith('811'))) {
      const drawn = fc.sample(anyValue(known), { numRuns: 8, seed: 7 })
      const good = drawn.filter((value) => faultOf(value, known) === undefined)
      expect([known.ai, good.length > 0]).toEqual([known.ai, true])
      expect(faultOf('9'.repeat(100), known)).toBeDefined()
    }
  })
})

describe('element strings as symbols hold them', () => {
  test.each([
    [`${FNC1}0108934563138165`, '(01)08934563138165'],
    ['010893456313816510A1', '(01)08934563138165(10)A1'],
    [`]d2010893456313816510A1${FNC1}17261130`, '(01)08934563138165(10)A1(17)261130'],
    [`]C1010893456313816517261130${FNC1}10A1`, '(01)08934563138165(17)261130(10)A1'],
    [`01089345631381653103000500${FNC1}3922125${FNC1}10A1${FNC1}`, '(01)08934563138165(3103)000500(3922)125(10)A1'],
    ['', 'refused empty'],
    ['0108934563138164', 'refused 01: csum'],
    ['01089345', 'refused 01: length'],
    [`0108934563138165${FNC1}${FNC1}10A`, 'refused ?: unknown'],
    ['88ABC', 'refused 88: unknown'],
    ['0108934563138165215A' + FNC1 + '215B', 'refused 21: twice'],
  ])('%j: %s', (text, says) => expect(said(text)).toBe(says))

  test('are read back as they were written, in both forms', () => {
    fc.assert(
      fc.property(anyElements, (elements) => {
        const allowed = checked(elements)
        if ('reason' in allowed) return expect(allowed.reason).toMatch(/^\d+: not with/)
        expect(parseScanned(scanned(elements))).toEqual({ elements })
        expect(parseBracketed(bracketed(elements))).toEqual({ elements })
      }),
      { numRuns: 100 },
    )
  })

  const strings = fc.array(fc.constantFrom('01', '10', '0893', '4563138165', '(', ')', FNC1, 'A'), { maxLength: 20 })
  test('anything at all is read without a complaint', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyText(),
          strings.map((all) => all.join('')),
        ),
        (text) => {
          expect(said(text)).toMatch(/^(refused |\()/)
          expect('reason' in parseBracketed(text) || text.startsWith('(')).toBe(true)
        },
      ),
      { numRuns: 200 },
    )
  })
})
