/**
 * GS1 Digital Link URIs: built, parsed, validated. Source: GS1 Digital Link URI Syntax 1.4, GS1 General Specifications, and
 * GS1's syntax dictionary (gs1/dictionary.ts); where GS1's own two parsers differ, the stricter engine is followed
 * (docs/decisions/048). Nothing is fetched, and no host is trusted: who may say what stands in payload.ts.
 */
import { type Element, type Fault, checked, valueOf } from './gs1/elements.js'
import { identifier } from './gs1/dictionary.js'
import { gs1CheckDigit } from './gs1/check-digit.js'

export { gs1CheckDigit } from './gs1/check-digit.js'

/** Lengths of a GTIN as printed: GTIN-8, GTIN-12 (UPC), GTIN-13 (EAN), GTIN-14. */
const GTIN_LENGTHS: readonly number[] = [8, 12, 13, 14]
const GTIN_FULL = 14

/** The 14-digit form of a GTIN of 8, 12, 13 or 14 digits whose check digit holds; undefined for anything else. */
export function gtin14(text: string): string | undefined {
  if (!/^\d+$/.test(text) || !GTIN_LENGTHS.includes(text.length)) return undefined
  return gs1CheckDigit(text.slice(0, -1)) === text.slice(-1) ? text.padStart(GTIN_FULL, '0') : undefined
}

/** Numbers for use within one company or region (GS1 prefixes 02, 04, 20-29): they must not appear in an open Digital Link. */
export const isRestricted = (gtin: string): boolean => /^0(02|04|2\d)/.test(gtin)

export interface ParsedLink {
  /** What stands before the key: `https://host[/path]`, as it was written */
  stem: string
  /** Key and qualifiers in their order, then the attributes */
  elements: Element[]
}

/** All characters of RFC 3986, a % only before two hexadecimal digits. */
const URI_CHARACTERS = /^(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*$/
/** Either all small or all capital, as a QR symbol's alphanumeric mode has it; host and the rest. */
const SCHEME_AND_HOST = /^((?:https|HTTPS|http|HTTP):\/\/[A-Za-z0-9\-.:[\]]+)(\/.*)$/
const GTIN_AI = '01'
/** Names for AIs in the path that version 1.2 withdrew: still read, never written. */
const NAMES: Readonly<Record<string, string>> = {
  cpid: '8010',
  cpsn: '8011',
  cpv: '22',
  gcn: '255',
  gdti: '253',
  giai: '8004',
  ginc: '401',
  gln: '414',
  glnx: '254',
  gmn: '8013',
  grai: '8003',
  gsin: '402',
  gsrn: '8018',
  gsrnp: '8017',
  gtin: '01',
  itip: '8006',
  lot: '10',
  party: '417',
  refno: '8020',
  ser: '21',
  srin: '8019',
  sscc: '00',
}
const aiOf = (segment: string): string => (Object.hasOwn(NAMES, segment) ? NAMES[segment]! : segment)

/** What a Digital Link says, or why it is none. A GTIN of 8, 12 or 13 digits is filled up to 14. */
export function parseDigitalLink(uri: string): ParsedLink | Fault {
  if (!URI_CHARACTERS.test(uri)) return { reason: 'characters' }
  const [, origin, rest] = SCHEME_AND_HOST.exec(uri) ?? []
  if (origin === undefined || rest === undefined) return { reason: 'scheme, host or path' }
  const [beforeFragment = ''] = rest.split('#', 1)
  const question = beforeFragment.indexOf('?')
  const path = question === -1 ? beforeFragment : beforeFragment.slice(0, question)
  const query = question === -1 ? '' : beforeFragment.slice(question + 1)

  const segments = path.slice(1).split('/')
  const start = keyOf(segments)
  if (start === undefined) return { reason: 'no key' }
  const inPath = pairs(segments.slice(start)).map(([ai, value]) => elementOf(aiOf(ai), value))
  const sequence = inPath.map(({ ai }) => ai)
  if (!isSequence(sequence)) return { reason: `order: ${sequence.join(' ')}` }
  const inQuery = attributesOf(query, sequence)
  if ('reason' in inQuery) return inQuery
  const all = checked([...inPath, ...inQuery.elements])
  if ('reason' in all) return all
  return { stem: [origin, ...segments.slice(0, start)].join('/'), elements: all.elements }
}

/** Where the key stands: the last one in the path behind which nothing but AIs with their values follows. */
function keyOf(segments: string[]): number | undefined {
  for (let at = segments.length - 2; at >= 0; at -= 2) {
    const known = identifier(aiOf(segments[at]!))
    if (!known) return undefined
    if (known.qualifiers) return at
  }
  return undefined
}

const pairs = (segments: string[]): [string, string][] =>
  Array.from({ length: segments.length / 2 }, (_, i) => [segments[2 * i]!, segments[2 * i + 1]!])

/** Bytes beyond ASCII are none of GS1's characters, whatever they spell. */
const unescaped = (said: string): string =>
  said.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))

const elementOf = (ai: string, said: string): Element => {
  const value = unescaped(said)
  return { ai, value: ai === GTIN_AI ? filledUp(value) : value }
}
const filledUp = (gtin: string): string => (GTIN_LENGTHS.includes(gtin.length) ? gtin.padStart(GTIN_FULL, '0') : gtin)

/** A key and some of its qualifiers in the order of one of its sequences. */
function isSequence([key = '', ...rest]: string[]): boolean {
  return (identifier(key)?.qualifiers ?? []).some((sequence) => {
    let at = -1
    return rest.every((ai) => (at = sequence.indexOf(ai, at + 1)) !== -1)
  })
}

/** Whether an AI has a place in the path: it must not stand behind the ? then. */
const belongsInPath = (ai: string, sequence: string[]): boolean =>
  sequence.some((_, i) => isSequence([...sequence.slice(0, i + 1), ai, ...sequence.slice(i + 1)]))

/** The AIs behind the ?. What is not numeric, or has no =, is another's and passed over; a + is a +, a space is no character of GS1's. */
function attributesOf(query: string, sequence: string[]): { elements: Element[] } | Fault {
  const elements: Element[] = []
  for (const part of query.split('&')) {
    const [, ai, value = ''] = /^(\d+)=(.*)$/.exec(part) ?? []
    if (ai === undefined) continue
    if (!identifier(ai)?.attribute) return { reason: `${ai}: no attribute` }
    if (sequence.includes(ai) || elements.some((element) => element.ai === ai)) return { reason: `${ai}: twice` }
    if (belongsInPath(ai, sequence)) return { reason: `${ai}: belongs in the path` }
    elements.push(elementOf(ai, value))
  }
  return { elements }
}

/** Everything but letters, digits and -._~ is encoded. */
const encoded = (value: string): string =>
  encodeURIComponent(value).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

/**
 * The URI of element strings in any order: the first that can be a key is, its qualifiers follow in their order, everything
 * else becomes an attribute, those of predefined length first. `stem` is `https://host[/path]`. Refused with the reason: a value
 * that its AI does not allow, no key, what may not be an attribute.
 */
export function digitalLinkOf(stem: string, said: Element[]): { uri: string } | Fault {
  const all = checked(said)
  if ('reason' in all) return all
  const elements = all.elements.filter(({ ai }, i) => said.findIndex((one) => one.ai === ai) === i)
  const key = elements.find(({ ai }) => identifier(ai)?.qualifiers)
  if (!key) return { reason: 'no key' }
  const taken = identifier(key.ai)!
    .qualifiers!.map((sequence) => sequence.filter((ai) => valueOf(elements, ai) !== undefined))
    .reduce((best, one) => (one.length > best.length ? one : best))
  const path = [key.ai, ...taken].map((ai) => `/${ai}/${encoded(valueOf(elements, ai)!)}`).join('')
  const rest = elements.filter((element) => element !== key && !taken.includes(element.ai))
  const barred = rest.find(({ ai }) => !identifier(ai)!.attribute)
  if (barred) return { reason: `${barred.ai}: no attribute` }
  const query = [true, false]
    .flatMap((predefined) => rest.filter(({ ai }) => identifier(ai)!.predefined === predefined))
    .map(({ ai, value }) => `${ai}=${encoded(value)}`)
    .join('&')
  return { uri: stem.replace(/\/$/, '') + path + (query && `?${query}`) }
}

export interface DigitalLink {
  /** 14 digits */
  gtin: string
  lot?: string
  serial?: string
}

const LOT_AI = '10'
const SERIAL_AI = '21'
/** `.` and `..` would be eaten by every URL parser. */
const isDots = (value = ''): boolean => /^\.\.?$/.test(value)

/**
 * The address on a label of ours, `/01/{gtin}[/10/{lot}][/21/{serial}]`. `stem` is `https://host[/path]`. Refused as a value:
 * a GTIN that is none or is restricted, a lot or serial number outside of GS1's set 82 or over 20 characters.
 */
export function buildDigitalLink(
  stem: string,
  { gtin, lot, serial }: { gtin: string; lot?: string; serial?: string },
): { uri: string } | { refused: 'gtin' | 'restricted' | 'lot' | 'serial' } {
  const full = gtin14(gtin)
  if (!full) return { refused: 'gtin' }
  if (isRestricted(full)) return { refused: 'restricted' }
  if (isDots(lot)) return { refused: 'lot' }
  if (isDots(serial)) return { refused: 'serial' }
  const elements = [
    { ai: GTIN_AI, value: full },
    ...(lot === undefined ? [] : [{ ai: LOT_AI, value: lot }]),
    ...(serial === undefined ? [] : [{ ai: SERIAL_AI, value: serial }]),
  ]
  const built = digitalLinkOf(stem, elements)
  if ('uri' in built) return built
  return { refused: built.reason.startsWith(LOT_AI) ? 'lot' : 'serial' }
}

/** The path of an address as it stands in `URL.pathname`; undefined when it is not of our form. One slash at the end is let pass. */
export function parseDigitalLinkPath(path: string): DigitalLink | undefined {
  if (!path.startsWith(`/${GTIN_AI}/`)) return undefined
  const parsed = parseDigitalLink(`https://label${path.replace(/\/$/, '')}`)
  return 'reason' in parsed || parsed.stem !== 'https://label' ? undefined : goodsOf(parsed.elements)
}

/** The goods that element strings are about: GTIN, lot and serial number; undefined without a GTIN. */
export function goodsOf(elements: Element[]): DigitalLink | undefined {
  const gtin = valueOf(elements, GTIN_AI)
  const [lot, serial] = [valueOf(elements, LOT_AI), valueOf(elements, SERIAL_AI)]
  return gtin === undefined
    ? undefined
    : { gtin, ...(lot !== undefined && { lot }), ...(serial !== undefined && { serial }) }
}
