import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { buildDigitalLink, gs1CheckDigit, gtin14, isRestricted, parseDigitalLinkPath } from '../../qr/digital-link.js'

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
      { numRuns: 500 },
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
    '/01/08934563138165/10/%',
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
      fc.property(fc.string({ unit: 'binary' }), (path) => {
        for (const said of [path, `/01/${path}`, `/01/08934563138165/10/${path}`]) parseDigitalLinkPath(said)
        expect(gtin14(path) ?? '0'.repeat(14)).toMatch(/^\d{14}$/)
      }),
    )
  })
})
