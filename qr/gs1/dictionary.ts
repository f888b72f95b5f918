/**
 * GS1's application identifiers (AIs), read from GS1's own dictionary, the entries of which stand beside this file
 * (release 2026-01-27, Apache-2.0, its notice within it). Nothing of an AI is written down a second time.
 */
import { readFileSync } from 'node:fs'

/** N digits, X GS1's set 82, Y its set 39, Z base64url */
export type Charset = 'N' | 'X' | 'Y' | 'Z'

export interface Component {
  charset: Charset
  least: number
  most: number
  optional: boolean
  /** Names of the dictionary's checks on what stands in it, see checks.ts */
  checks: string[]
}

export interface Identifier {
  ai: string
  /** "BATCH/LOT" */
  title: string
  /** Of a length that needs no FNC1 behind it */
  predefined: boolean
  /** May stand behind the ? of a Digital Link */
  attribute: boolean
  components: Component[]
  /** AIs, or patterns with n for a digit, that must not stand beside it */
  excludes: RegExp[]
  /** Of the key of a Digital Link: the sequences in which its qualifiers may follow, each of which may be left out */
  qualifiers?: string[][]
}

const LINE = /^(\d{2,4})(?:-(\d{2,4}))?\s+(?:([*?]+)\s+)?(.*?)(?:\s*#\s*(.*))?$/
const COMPONENT = /^(\[)?([NXYZ])(\.\.)?(\d+)\]?((?:,\w+)*)$/

function read(): Map<string, Identifier> {
  const text = readFileSync(new URL('./syntax-dictionary.txt', import.meta.url), 'utf8')
  const found = new Map<string, Identifier>()
  for (const line of text.split('\n')) {
    const match = LINE.exec(line.trim())
    if (!match) continue
    const [, first = '', last = first, flags = '', said = '', title = ''] = match
    const words = said.split(/\s+/)
    const components = words.flatMap((word) => componentOf(word) ?? [])
    const attributes = words.filter((word) => !COMPONENT.test(word))
    const key = attributes.find((word) => /^dlpkey(=|$)/.test(word))
    for (let n = Number(first); n <= Number(last); n++) {
      const ai = String(n).padStart(first.length, '0')
      found.set(ai, {
        ai,
        title,
        predefined: flags.includes('*'),
        attribute: flags.includes('?'),
        components,
        excludes: attributes
          .filter((word) => word.startsWith('ex='))
          .flatMap((word) => word.slice('ex='.length).split(','))
          .map((pattern) => new RegExp(`^${pattern.replaceAll('n', '\\d')}$`)),
        ...(key && { qualifiers: sequences(key.slice('dlpkey='.length)) }),
      })
    }
  }
  return found
}

function componentOf(word: string): Component | undefined {
  const match = COMPONENT.exec(word)
  if (!match) return undefined
  const [, optional, charset, upTo, length, checks = ''] = match
  return {
    charset: charset as Charset,
    least: upTo ? 1 : Number(length),
    most: Number(length),
    optional: optional !== undefined,
    checks: checks.split(',').filter(Boolean),
  }
}

const sequences = (said: string): string[][] =>
  said.split('|').map((sequence) => sequence.split(',').filter((ai) => ai !== ''))

let dictionary: Map<string, Identifier> | undefined
const all = (): Map<string, Identifier> => (dictionary ??= read())

export const identifier = (ai: string): Identifier | undefined => all().get(ai)
export const identifiers = (): Identifier[] => [...all().values()]

const AI_LENGTHS = [2, 3, 4] as const

/** The AI with which a text begins; none is the beginning of another. */
export function leadingIdentifier(text: string): Identifier | undefined {
  for (const length of AI_LENGTHS) {
    const found = text.length >= length ? all().get(text.slice(0, length)) : undefined
    if (found) return found
  }
  return undefined
}
