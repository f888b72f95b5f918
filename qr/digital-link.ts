/**
 * GS1 Digital Link in the one form that our labels use: `/01/{gtin}[/10/{lot}][/21/{serial}]`, built and parsed.
 * Source: GS1 Digital Link URI Syntax 1.4, GS1 General Specifications (check digit 7.9, character set 82 in 7.11).
 */

/** Lengths of a GTIN as printed: GTIN-8, GTIN-12 (UPC), GTIN-13 (EAN), GTIN-14. */
const GTIN_LENGTHS: readonly number[] = [8, 12, 13, 14]
const GTIN_FULL = 14
/** A lot number or serial number: 1 to 20 characters of GS1's set 82; `.` and `..` would be eaten by every URL parser. */
const LOT_OR_SERIAL = /^(?!\.\.?$)[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}$/

export interface DigitalLink {
  /** 14 digits */
  gtin: string
  lot?: string
  serial?: string
}

/** The check digit of the digits before it: weights 3, 1, 3 ... from the right. */
export function gs1CheckDigit(digits: string): string {
  const sum = [...digits].reverse().reduce((total, digit, i) => total + Number(digit) * (i % 2 === 0 ? 3 : 1), 0)
  return String((10 - (sum % 10)) % 10)
}

/** The 14-digit form of a GTIN of 8, 12, 13 or 14 digits whose check digit holds; undefined for anything else. */
export function gtin14(text: string): string | undefined {
  if (!/^\d+$/.test(text) || !GTIN_LENGTHS.includes(text.length)) return undefined
  return gs1CheckDigit(text.slice(0, -1)) === text.slice(-1) ? text.padStart(GTIN_FULL, '0') : undefined
}

/** Numbers for use within one company or region (GS1 prefixes 02, 04, 20-29): they must not appear in an open Digital Link. */
export const isRestricted = (gtin: string): boolean => /^0(02|04|2\d)/.test(gtin)

/**
 * The address on a label. `stem` is `https://host[/path]` without a slash at the end. Refused as a value: a GTIN that is
 * none or is restricted, a lot or serial number outside of GS1's set 82 or over 20 characters.
 */
export function buildDigitalLink(
  stem: string,
  { gtin, lot, serial }: { gtin: string; lot?: string; serial?: string },
): { uri: string } | { refused: 'gtin' | 'restricted' | 'lot' | 'serial' } {
  const full = gtin14(gtin)
  if (!full) return { refused: 'gtin' }
  if (isRestricted(full)) return { refused: 'restricted' }
  if (lot !== undefined && !LOT_OR_SERIAL.test(lot)) return { refused: 'lot' }
  if (serial !== undefined && !LOT_OR_SERIAL.test(serial)) return { refused: 'serial' }
  const path = [`/01/${full}`, lot && `/10/${encoded(lot)}`, serial && `/21/${encoded(serial)}`].filter(Boolean)
  return { uri: stem + path.join('') }
}

/** encodeURIComponent leaves ! ' ( ) * as they are; GS1 wants them encoded. */
const encoded = (value: string): string =>
  encodeURIComponent(value).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

/** The path of an address as it stands in `URL.pathname`; undefined when it is not of our form. One slash at the end is let pass. */
export function parseDigitalLinkPath(path: string): DigitalLink | undefined {
  const match = /^\/01\/(\d{8,14})(?:\/10\/([^/]+))?(?:\/21\/([^/]+))?\/?$/.exec(path)
  const gtin = match?.[1] && gtin14(match[1])
  if (!match || !gtin) return undefined
  const [lot, serial] = [match[2], match[3]].map((value) => (value === undefined ? undefined : decoded(value)))
  if (lot === null || serial === null) return undefined
  return { gtin, ...(lot !== undefined && { lot }), ...(serial !== undefined && { serial }) }
}

function decoded(value: string): string | null {
  try {
    const plain = decodeURIComponent(value)
    return LOT_OR_SERIAL.test(plain) ? plain : null
  } catch {
    return null // a lone % sign
  }
}
