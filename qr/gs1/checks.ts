/** What GS1's dictionary asks of the value of an AI: lengths, character sets, and its named checks on what stands in it. */
import { SET_82, gs1CheckDigit, gs1CheckPair } from './check-digit.js'
import { COUNTRY_LETTERS, COUNTRY_NUMBERS, CURRENCY_NUMBERS, PACKAGE_TYPES } from './code-lists.js'
import type { Charset, Identifier } from './dictionary.js'

const CHARACTERS: Record<Charset, RegExp> = {
  N: /^\d*$/,
  X: new RegExp(`^[${SET_82.replace(/[\\\]^-]/g, '\\$&')}]*$`),
  Y: /^[#\-/0-9A-Z]*$/,
  Z: /^[-_0-9A-Za-z]*={0,2}$/,
}

const CENTURY = 2000
const isMonth = (mm: string): boolean => Number(mm) >= 1 && Number(mm) <= 12
/** `dd` 00 stands for the whole month where `open`. */
function isDay(year: number, mm: string, dd: string, open: boolean): boolean {
  const last = new Date(Date.UTC(year, Number(mm), 0)).getUTCDate()
  return isMonth(mm) && Number(dd) <= last && (open || dd !== '00')
}
const isShortDay = (value: string, open: boolean): boolean =>
  isDay(CENTURY + Number(value.slice(0, 2)), value.slice(2, 4), value.slice(4, 6), open)
const below =
  (limit: number) =>
  (value: string): boolean =>
    Number(value) < limit

/** Digits with which every GS1 company prefix begins. */
const PREFIX_LEAST = 4
const oneOf =
  (...values: string[]) =>
  (value: string): boolean =>
    values.includes(value)

/** Degrees from the south pole, or eastwards, times 10^7 */
const LATITUDE_MOST = 180e7
const LONGITUDE_MOST = 360e7

/** ISO 13616: letters count 10 to 35, the first four stand last, the remainder by 97 is 1. */
function isIban(value: string): boolean {
  if (!/^[A-Z]{2}\d{2}[0-9A-Z]+$/.test(value) || !COUNTRY_LETTERS.has(value.slice(0, 2))) return false
  const digits = [...value.slice(4), ...value.slice(0, 4)].map((c) => parseInt(c, 36)).join('')
  return [...digits].reduce((rest, digit) => (rest * 10 + Number(digit)) % 97, 0) === 1
}

/** The dictionary's checks by name. Coupons (couponcode, couponposoffer) are North America's and not looked into. */
const CHECKS: Record<string, (value: string) => boolean> = {
  csum: (value) => gs1CheckDigit(value.slice(0, -1)) === value.slice(-1),
  csumalpha: (value) => value.length > 2 && gs1CheckPair(value.slice(0, -2)) === value.slice(-2),
  gcppos1: (value) => new RegExp(`^\\d{${PREFIX_LEAST}}`).test(value),
  gcppos2: (value) => new RegExp(`^.\\d{${PREFIX_LEAST}}`).test(value),
  hasnondigit: (value) => /\D/.test(value),
  hh: below(24),
  hhmi: (value) => Number(value.slice(0, 2)) < 24 && Number(value.slice(2)) < 60,
  hyphen: (value) => /^-+$/.test(value),
  iban: isIban,
  importeridx: (value) => /^[-_0-9A-Za-z]$/.test(value),
  iso3166: (value) => COUNTRY_NUMBERS.has(value),
  iso3166999: (value) => value === '999' || COUNTRY_NUMBERS.has(value),
  iso3166alpha2: (value) => COUNTRY_LETTERS.has(value),
  iso4217: (value) => CURRENCY_NUMBERS.has(value),
  iso5218: oneOf('0', '1', '2', '9'),
  latitude: (value) => Number(value) <= LATITUDE_MOST,
  longitude: (value) => Number(value) <= LONGITUDE_MOST,
  mediatype: (value) => /^(0[1-9]|10|[89]\d)$/.test(value),
  mi: below(60),
  nonzero: (value) => /[^0]/.test(value),
  nozeroprefix: (value) => value === '0' || !value.startsWith('0'),
  packagetype: (value) => PACKAGE_TYPES.has(value),
  pcenc: (value) => !/%(?![0-9A-Fa-f]{2})/.test(value),
  pieceoftotal: (value) => isPartOf(value.slice(0, 2), value.slice(2)),
  posinseqslash: (value) => /^\d\/\d$/.test(value) && isPartOf(value.slice(0, 1), value.slice(2)),
  ss: below(60),
  winding: oneOf('0', '1', '9'),
  yesno: oneOf('0', '1'),
  yymmd0: (value) => isShortDay(value, true),
  yymmdd: (value) => isShortDay(value, false),
  yyyymmdd: (value) => isDay(Number(value.slice(0, 4)), value.slice(4, 6), value.slice(6, 8), false),
  zero: (value) => /^0+$/.test(value),
}
const isPartOf = (part: string, total: string): boolean => Number(part) >= 1 && Number(part) <= Number(total)

export const CHECKS_KNOWN: readonly string[] = Object.keys(CHECKS)

/** What is wrong with a value: `length`, `characters`, or the name of the dictionary's check that it fails; undefined: nothing. */
export function faultOf(value: string, { components }: Pick<Identifier, 'components'>): string | undefined {
  let rest = value
  for (const { charset, least, most, optional, checks } of components) {
    if (optional && rest === '') break
    const piece = rest.slice(0, most)
    rest = rest.slice(piece.length)
    if (piece.length < least) return 'length'
    if (!CHARACTERS[charset].test(piece)) return 'characters'
    const failed = checks.find((check) => CHECKS[check] && !CHECKS[check](piece))
    if (failed) return failed
  }
  return rest === '' ? undefined : 'length'
}
