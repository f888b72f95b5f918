import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { anyText } from '../any-text.js'
import {
  buildDigitalLink,
  digitalLinkOf,
  gs1CheckDigit,
  gtin14,
  isRestricted,
  parseDigitalLink,
  parseDigitalLinkPath,
} from '../../qr/digital-link.js'
import { bracketed, parseBracketed } from '../../qr/gs1/elements.js'
import { anyElements } from './gs1/any-elements.js'

const gtin = fc.integer({ min: 0, max: 9_999_999_999_999 }).map((n) => {
  const digits = String(n).padStart(13, '0')
  return digits + gs1CheckDigit(digits)
})
const lot = fc.stringMatching(/^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}$/).filter((text) => !/^\.\.?$/.test(text))

describe('a GTIN', () => {
  test('has a check digit (numbers printed on known goods and in GS1 documents)', () => {
    for (const real of [
      '8934563138165',
      '4006381333931',
      '036000291452',
      '96385074',
      '09506000134352',
      '5901234123457',
    ])
      expect(gtin14(real)).toBe(real.padStart(14, '0'))
    for (const wrong of [
      '8934563138164',
      '036000291453',
      '',
      '1234567',
      '123456789012345',
      '893456313816x',
      '８９３４５６３１３８１６５',
    ])
      expect(gtin14(wrong)).toBeUndefined()
  })

  test('every wrong digit shows', () => {
    for (let at = 0; at < 13; at++)
      for (let digit = 0; digit < 10; digit++) {
        const wrong = `${'8934563138165'.slice(0, at)}${digit}${'8934563138165'.slice(at + 1)}`
        if (wrong !== '8934563138165') expect(gtin14(wrong)).toBeUndefined()
      }
  })

  test('is restricted within a company or a region', () => {
    for (const restricted of ['02', '04', '20', '29']) {
      const digits = `0${restricted}`.padEnd(13, '7')
      expect(isRestricted(digits + gs1CheckDigit(digits))).toBe(true)
    }
    expect(isRestricted('08934563138165')).toBe(false)
  })
})

describe('a Digital Link', () => {
  test('is parsed back from what was built', () => {
    fc.assert(
      fc.property(
        gtin,
        fc.option(lot, { nil: undefined }),
        fc.option(lot, { nil: undefined }),
        (number, lotCode, serial) => {
          const built = buildDigitalLink('https://id.example.vn', { gtin: number, lot: lotCode, serial })
          if ('refused' in built) {
            expect([built.refused, isRestricted(number)]).toEqual(['restricted', true])
            return
          }
          const path = new URL(built.uri).pathname
          expect(parseDigitalLinkPath(path)).toEqual({
            gtin: number,
            ...(lotCode !== undefined && { lot: lotCode }),
            ...(serial !== undefined && { serial }),
          })
        },
      ),
      { numRuns: 200 },
    )
  })

  test('is refused as a value when it cannot be', () => {
    const stem = 'https://id.example.vn'
    expect(buildDigitalLink(stem, { gtin: '8934563138164' })).toEqual({ refused: 'gtin' })
    expect(buildDigitalLink(stem, { gtin: '2000000000008' })).toEqual({ refused: 'restricted' })
    expect(buildDigitalLink(stem, { gtin: '8934563138165', lot: 'cốm' })).toEqual({ refused: 'lot' })
    expect(buildDigitalLink(stem, { gtin: '8934563138165', lot: '' })).toEqual({ refused: 'lot' })
    expect(buildDigitalLink(stem, { gtin: '8934563138165', lot: '..' })).toEqual({ refused: 'lot' })
    expect(buildDigitalLink(stem, { gtin: '8934563138165', serial: 'A'.repeat(21) })).toEqual({ refused: 'serial' })
    expect(buildDigitalLink(stem, { gtin: '8934563138165', lot: 'BD-2601/007', serial: 'K7Q4' })).toEqual({
      uri: 'https://id.example.vn/01/08934563138165/10/BD-2601%2F007/21/K7Q4',
    })
  })

  test.each([
    '/01/08934563138164',
    '/01/8934563138165x',
    '/01/',
    '/02/08934563138165',
    '/01/08934563138165/11/260101',
    '/01/08934563138165/21/A/10/B',
    '/01/08934563138165/10/',
    '/01/08934563138165/10/%00',
    '/01/08934563138165/10/c%E1%BB%91m',
    '/x/01/08934563138165',
    '',
  ])('other paths are none: %s', (path) => {
    expect(parseDigitalLinkPath(path)).toBeUndefined()
  })

  test('shorter GTINs and a slash at the end are let pass', () => {
    expect(parseDigitalLinkPath('/01/8934563138165/10/L1/')).toEqual({ gtin: '08934563138165', lot: 'L1' })
    expect(parseDigitalLinkPath('/01/96385074')).toEqual({ gtin: '00000096385074' })
  })

  test('anything at all is parsed without a complaint', () => {
    fc.assert(
      fc.property(anyText(), (path) => {
        for (const said of [path, `/01/${path}`, `/01/08934563138165/10/${path}`]) parseDigitalLinkPath(said)
        expect(gtin14(path) ?? '0'.repeat(14)).toMatch(/^\d{14}$/)
      }),
    )
  })
})

describe('any Digital Link', () => {
  const said = (uri: string): string => {
    const parsed = parseDigitalLink(uri)
    return 'reason' in parsed ? `refused ${parsed.reason}` : bracketed(parsed.elements)
  }
  const built = (elements: string, stem = 'https://id.example.vn'): string => {
    const parsed = parseBracketed(elements)
    const link = 'reason' in parsed ? parsed : digitalLinkOf(stem, parsed.elements)
    return 'reason' in link ? `refused ${link.reason}` : link.uri
  }

  test.each([
    ['https://id.example.vn/01/08934563138165', '(01)08934563138165'],
    ['HTTPS://ID.EXAMPLE.VN/01/08934563138165', '(01)08934563138165'],
    ['http://a:8080/stem/of/any/01/08934563138165/10/L1', '(01)08934563138165(10)L1'],
    ['https://a/gtin/08934563138165/lot/L1', '(01)08934563138165(10)L1'],
    ['https://a/414/8930000000019/254/KHO-2', '(414)8930000000019(254)KHO-2'],
    ['https://a/01/08934563138165?15=261100&3103=000500&422=704', '(01)08934563138165(15)261100(3103)000500(422)704'],
    ['https://a/01/08934563138165/10/A%2FB%28C%29', '(01)08934563138165(10)A/B\\(C)'],
    ['https://a/01/08934563138165/10/A+B?99=A+B', '(01)08934563138165(10)A+B(99)A+B'],
    ['https://a/01/08934563138165?k=1&s=zz&17=261130&&linkType=all#top', '(01)08934563138165(17)261130'],
  ])('%s says %s', (uri, elements) => expect(said(uri)).toBe(elements))

  test.each([
    ['https://a/01/08934563138164', '01: csum'],
    ['https://a/01/08934563138165/', 'no key'],
    ['https://a/01/08934563138165/21/S/10/L', 'order: 01 21 10'],
    ['https://a/01/08934563138165/235/T/10/L', 'order: 01 235 10'],
    ['https://a/01/08934563138165?10=L', '10: belongs in the path'],
    ['https://a/01/08934563138165?21=S', '21: no attribute'],
    ['https://a/01/08934563138165?17=261131', '17: yymmd0'],
    ['https://a/01/08934563138165?7006=261100', '7006: yymmdd'],
    ['https://a/01/08934563138165?422=999', '422: iso3166'],
    ['https://a/01/08934563138165?17=261130&17=261130', '17: twice'],
    ['https://a/01/08934563138165?01=08934563138165', '01: twice'],
    ['https://a/01/08934563138165?37=5', '01: not with 37'],
    ['https://a/01/08934563138165?5=5', '5: no attribute'],
    ['https://a/01/08934563138165?17=', '17: length'],
    ['https://a/01/08934563138165/10/c%E1%BB%91m', '10: characters'],
    ['https://a/01/08934563138165/10/ABCDEFGHIJKLMNOPQRSTU', '10: length'],
    ['https://a/01/08934563138165/10/%00', '10: characters'],
    ['https://a/01/08934563138165/10/%', 'characters'],
    ['https://a/01/08934563138165/10/50%2', 'characters'],
    ['https://a/01/08934563138165/10/A B', 'characters'],
    ['https://a/416/8930000000019', 'no key'],
    ['https://me@a/01/08934563138165', 'scheme, host or path'],
    ['Https://a/01/08934563138165', 'scheme, host or path'],
    ['ftp://a/01/08934563138165', 'scheme, host or path'],
    ['/01/08934563138165', 'scheme, host or path'],
  ])('%s is none: %s', (uri, reason) => expect(said(uri)).toBe(`refused ${reason}`))

  test('is built of elements in any order', () => {
    expect(built('(17)261130(21)K7(3103)000500(10)A/B(01)08934563138165(400)P 1')).toBe('refused 400: characters')
    expect(built('(400)P1(17)261130(21)K7(3103)000500(10)A/B(01)08934563138165', 'https://id.example.vn/')).toBe(
      'https://id.example.vn/01/08934563138165/10/A%2FB/21/K7?17=261130&3103=000500&400=P1',
    )
    expect(built('(17)261130')).toBe('refused no key')
    expect(built('(01)08934563138165(10)A(10)B')).toBe('refused 10: twice')
    expect(built('(01)08934563138165(8200)HTTP://A.VN')).toBe('refused 8200: no attribute')
    expect(built('01 08934563138165')).toBe('refused brackets')
  })

  test('is parsed back from what was built, whatever is in it', () => {
    fc.assert(
      fc.property(anyElements, (elements) => {
        const link = digitalLinkOf('https://id.example.vn/x', elements)
        if ('reason' in link) return
        const parsed = parseDigitalLink(link.uri)
        if ('reason' in parsed) throw new Error(`${link.uri}: ${parsed.reason}`)
        expect(parsed.stem).toBe('https://id.example.vn/x')
        const sorted = (all: { ai: string }[]) => [...all].sort((a, b) => a.ai.localeCompare(b.ai))
        expect(sorted(parsed.elements)).toEqual(sorted(elements))
        expect(digitalLinkOf(parsed.stem, parsed.elements)).toEqual(link)
      }),
      { numRuns: 100 },
    )
  })

  test('anything at all is parsed without a complaint', () => {
    const piece = fc.constantFrom('01', '10', '21', '08934563138165', '%', '%2', '?', '&', '=', '#', '+', 'gtin', '99')
    const anything = fc.oneof(
      anyText(),
      fc.array(piece, { maxLength: 12 }).map((all) => `https://a/${all.join('/')}`),
      fc.array(piece, { maxLength: 12 }).map((all) => `https://a/01/08934563138165?${all.join('')}`),
    )
    fc.assert(
      fc.property(anything, (uri) => {
        expect(said(uri)).toMatch(/^(refused |\()/)
        expect(built(uri)).toMatch(/^(refused |https:)/)
      }),
      { numRuns: 200 },
    )
  })
})
