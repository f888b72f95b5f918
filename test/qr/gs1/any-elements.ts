/** Element strings of every AI of the dictionary, their values drawn as its components say, for properties. */
import fc from 'fast-check'
import { SET_82, gs1CheckDigit, gs1CheckPair } from '../../../qr/gs1/check-digit.js'
import { faultOf } from '../../../qr/gs1/checks.js'
import { type Component, type Identifier, identifiers } from '../../../qr/gs1/dictionary.js'
import type { Element } from '../../../qr/gs1/elements.js'

const LETTERS = { N: '0123456789', X: SET_82, Y: '#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', Z: 'AZaz09-_' }
/** A value that passes each check which chance would hardly pass. */
const LUCKY: Record<string, string> = {
  iban: 'GB82WEST12345698765432',
  iso3166: '704',
  iso3166999: '704',
  iso3166alpha2: 'VN',
  iso4217: '704',
  mediatype: '80',
  packagetype: 'BX',
  iso5218: '1',
  importeridx: '1',
  pieceoftotal: '0102',
  posinseqslash: '1/2',
  yymmd0: '261100',
  yymmdd: '261130',
  yyyymmdd: '20261130',
  hh: '07',
  hhmi: '0730',
  mi: '30',
  ss: '05',
  latitude: '0900000000',
  longitude: '1800000000',
  hyphen: '-',
  winding: '1',
  yesno: '1',
  zero: '0',
}

function piece({ charset, least, most, checks }: Component): fc.Arbitrary<string> {
  const lucky = checks.map((check) => LUCKY[check]).find((value) => value !== undefined)
  if (lucky !== undefined) return fc.constant(lucky)
  const drawn = fc
    .array(fc.constantFrom(...LETTERS[charset]), { minLength: Math.max(least, 1), maxLength: most })
    .map((letters) => letters.join(''))
  return drawn.map((value) => {
    const keyed = checks.some((check) => check.startsWith('gcppos')) ? `95060${value.slice(5)}` : value
    if (checks.includes('csum')) return keyed.slice(0, -1) + gs1CheckDigit(keyed.slice(0, -1))
    if (checks.includes('csumalpha')) {
      const body = `${keyed.slice(0, -2)}${checks.includes('hasnondigit') ? 'A' : ''}`.slice(0, most - 2)
      return body + gs1CheckPair(body)
    }
    return keyed
  })
}

export const anyValue = (known: Identifier): fc.Arbitrary<string> =>
  fc.tuple(...known.components.map(piece)).map((pieces) => pieces.join(''))

/** `oneof` of ready arbitraries: a chain would make them anew for each of the draws, 30 times as slow. */
const drawn = (known: readonly Identifier[]): fc.Arbitrary<Element> =>
  fc.oneof(
    ...known.map((one) =>
      anyValue(one)
        .filter((value) => faultOf(value, one) === undefined)
        .map((value) => ({ ai: one.ai, value })),
    ),
  )

/** One key that a Digital Link may have, and up to six others, each AI once. */
const anyKey = drawn(identifiers().filter(({ qualifiers }) => qualifiers))
/** Of the many measures in each power of ten, one. */
const anyElement = drawn(identifiers().filter(({ ai }) => !/^3\d\d[13-9]$/.test(ai)))
export const anyElements: fc.Arbitrary<Element[]> = fc
  .tuple(anyKey, fc.array(anyElement, { maxLength: 6 }))
  .map(([key, others]) => [key, ...others].filter(({ ai }, i, all) => all.findIndex((one) => one.ai === ai) === i))
