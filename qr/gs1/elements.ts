/**
 * GS1 element strings: AIs with their values, as a Data Matrix or GS1-128 holds them (FNC1 between) and as people write them
 * (AIs in brackets). Source: GS1 General Specifications 7.8 (processing of data), GS1's syntax dictionary.
 */
import { faultOf } from './checks.js'
import { identifier, leadingIdentifier } from './dictionary.js'

export interface Element {
  ai: string
  value: string
}

/** Why a text is no element string, or none that GS1 allows: `01: csum`. */
export interface Fault {
  reason: string
}

export type Elements = { elements: Element[] } | Fault

/** As readers hand FNC1 over: the group separator. */
export const FNC1 = '\u001d'
/** What readers put before GS1 data, when they say which symbol it came from (ISO/IEC 15424): GS1-128, Data Matrix, QR, DataBar. */
const SYMBOLOGY = /^\](C1|d2|Q3|e0|J1)/
/** AIs in one string; the largest symbols hold fewer. */
const ELEMENTS_MOST = 64

const fault = (ai: string, what: string): Fault => ({ reason: `${ai}: ${what}` })

/** Each value is as its AI says, nothing is said twice with another value, and no two AIs exclude each other. */
export function checked(elements: Element[]): Elements {
  if (elements.length === 0) return { reason: 'empty' }
  if (elements.length > ELEMENTS_MOST) return { reason: 'too many' }
  const values = new Map<string, string>()
  for (const { ai, value } of elements) {
    const known = identifier(ai)
    if (!known) return fault(ai, 'unknown')
    const wrong = faultOf(value, known)
    if (wrong) return fault(ai, wrong)
    if ((values.get(ai) ?? value) !== value) return fault(ai, 'twice')
    values.set(ai, value)
  }
  for (const ai of values.keys())
    for (const other of values.keys())
      if (ai !== other && identifier(ai)!.excludes.some((pattern) => pattern.test(other)))
        return fault(ai, `not with ${other}`)
  return { elements }
}

/** `(01)08934563138165(10)A`: a bracket within a value is written `\(`. */
export function parseBracketed(text: string): Elements {
  const elements: Element[] = []
  let rest = text
  while (rest !== '') {
    const match = /^\((\d{2,4})\)((?:\\\(|[^(])*)/.exec(rest)
    if (!match) return { reason: 'brackets' }
    elements.push({ ai: match[1]!, value: match[2]!.replaceAll('\\(', '(') })
    rest = rest.slice(match[0].length)
  }
  return checked(elements)
}

export const bracketed = (elements: Element[]): string =>
  elements.map(({ ai, value }) => `(${ai})${value.replaceAll('(', '\\(')}`).join('')

/** As a reader hands it over: FNC1 first or a symbology identifier or neither, FNC1 behind what has no predefined length. */
export function parseScanned(text: string): Elements {
  let rest = text.replace(SYMBOLOGY, '')
  if (rest.startsWith(FNC1)) rest = rest.slice(FNC1.length)
  const elements: Element[] = []
  while (rest !== '') {
    const known = leadingIdentifier(rest)
    if (!known) return fault(/^\d{0,4}/.exec(rest)![0] || '?', 'unknown')
    rest = rest.slice(known.ai.length)
    const end = rest.indexOf(FNC1)
    const upTo = end === -1 ? rest.length : end
    const most = known.components.reduce((sum, component) => sum + component.most, 0)
    const value = rest.slice(0, known.predefined ? Math.min(most, upTo) : upTo)
    elements.push({ ai: known.ai, value })
    rest = rest.slice(value.length)
    if (rest.startsWith(FNC1)) rest = rest.slice(FNC1.length)
    if (elements.length > ELEMENTS_MOST) return { reason: 'too many' }
  }
  return checked(elements)
}

/** As a symbol holds it, `separator` for FNC1: before all, and behind every value that may be of another length. */
export const scanned = (elements: Element[], separator = FNC1): string =>
  elements.reduce((said, { ai, value }, i) => {
    const before = i === 0 || !identifier(elements[i - 1]!.ai)?.predefined
    return said + (before ? separator : '') + ai + value
  }, '')

export const valueOf = (elements: Element[], ai: string): string | undefined =>
  elements.find((element) => element.ai === ai)?.value
