/**
 * Quantities as people say them: "2 cân rưỡi", "ba lạng", "1 tạ 2", "nửa cân", "30 mớ", "1,5 tấn", "2kg 300g",
 * "half a kilo", "a dozen". The units are data, handed in.
 */
import { text, type Language, type Text } from '../../../locales/say.js'
import { plain, quote } from '../words.js'
import { readNumber } from './numbers.js'

/** A unit as people call it. Several are kept in the same one: tạ, yến, cân and lạng are all kept in kilograms. */
export interface Measure {
  /** UN/CEFACT Recommendation 20, in which it is kept and shown (`measure.<uom>`): KGM, H87 (piece), XBX (box) */
  uom: string
  /** How many of `uom` one of it is: 100 for tạ, 0.1 for lạng, 10 for chục */
  times: number
  /** Its names without diacritics */
  spoken: readonly string[]
  /** Counts other units as well: "3 chục hộp" is thirty boxes */
  counts?: true
}

export interface Amount {
  quantity: number
  uom: string
}

export type ReadAmount =
  | Amount
  /** A number without a unit, where no usual one is known */
  | { number: number }
  | { reject: Text }

/** Longest text that can be a quantity, in UTF-16 units. */
const TYPED_MAX = 100
/** Beyond this, in the unit that is kept, it is a slip: 10,000 t in kilograms. */
export const QUANTITY_MAX = 10_000_000
/** numeric(14, 3) in the database: grams when the unit is a kilogram */
const DECIMALS = 1000
const HALVES = ['nua', 'half']
/** Said around an amount without changing it; only as written, for without its mark "tầm" is tám, eight. */
const ABOUT = ['khoảng', 'tầm', 'chừng', 'độ', 'about', 'around', 'ạ', 'nhé', 'nha', 'thôi']

export const toDecimals = (quantity: number): number => Math.round(quantity * DECIMALS) / DECIMALS

export function readQuantity(
  said: string,
  measures: readonly Measure[],
  language: Language,
  usual?: string,
): ReadAmount {
  const unclear = { reject: text('fields.quantity.unclear', { said: quote(said) }) }
  if (said.length > TYPED_MAX) return unclear
  if (/^\s*[-−]\s*\d/.test(said)) return { reject: text('fields.quantity.positive') }
  const tokens = tokensOf(said)
  const parts = tokens && readParts(tokens, measures, language)
  if (!parts) return unclear
  if ('unknown' in parts) return { reject: text('fields.quantity.unit', { said: quote(parts.unknown) }) }

  const [first, ...others] = parts
  if (!first) return unclear
  if (!first.unit && usual === undefined)
    return others.length > 0 ? unclear : checked(first.count, (number) => ({ number }))
  const uom = first.unit?.uom ?? usual!
  if (others.some((part) => part.unit?.uom !== uom)) return { reject: text('fields.quantity.one-unit') }
  const sum = parts.reduce((total, { count, unit }) => total + count * (unit?.times ?? 1), 0)
  return checked(sum, (quantity) => ({ quantity, uom }))
}

function checked<T>(sum: number, then: (quantity: number) => T): T | { reject: Text } {
  const quantity = toDecimals(sum)
  if (quantity <= 0) return { reject: text('fields.quantity.positive') }
  if (quantity > QUANTITY_MAX) return { reject: text('fields.quantity.large') }
  return then(quantity)
}

/** A word as it was written, in small letters, and as it is compared. */
interface Token {
  written: string
  folded: string
}

/** Numbers, fractions and words in order; null: it holds a sign that no quantity has. */
function tokensOf(said: string): Token[] | null {
  const spelt = said
    .replace(/½/g, ' 1/2 ')
    .replace(/¼/g, ' 1/4 ')
    .replace(/¾/g, ' 3/4 ')
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[.,!;:]+(?=\s|$)|(?<=\p{L})-(?=\p{L})/gu, ' ')
  if (/[^\p{L}\p{M}\p{N}\s.,/'’-]/u.test(spelt)) return null
  const written = spelt.match(/\d+\/\d+|\d+(?:[.,]\d+)*|[\p{L}\p{M}]+|[^\s'’]/gu) ?? []
  const tokens = written.map((one) => ({
    written: one.normalize('NFC'),
    folded: /^[\d/.,-]/.test(one) ? one : plain(one),
  }))
  return tokens.filter(({ written }) => !ABOUT.includes(written))
}

interface Part {
  count: number
  unit?: Measure
}

/** "1 tạ", "2 cân": each a number and a unit, larger units first. Null: it cannot be understood. */
function readParts(
  tokens: Token[],
  measures: readonly Measure[],
  language: Language,
): Part[] | { unknown: string } | null {
  const parts: Part[] = []
  let rest = tokens
  while (rest.length > 0) {
    const last = parts.at(-1)
    const number = readCount(rest, language)
    const named = readUnit(number ? number.rest : rest, measures)
    if (!number && !named) {
      // "2 cân cam": what it is of may follow the unit.
      return last?.unit &&
        !rest.some((token) => /\d/.test(token.written)) &&
        rest.every((token) => /^\p{L}/u.test(token.written))
        ? parts
        : null
    }
    if (number && !named) {
      const [next] = number.rest
      if (next)
        return readCount(number.rest, language) || !/^\p{L}/u.test(next.written) ? null : { unknown: next.written }
      if (!last) return [{ count: number.value }]
      const whole = withTail(last, rest, number.value, measures)
      return whole ? [...parts.slice(0, -1), whole] : null
    }
    if (!named) return null
    const after = readHalf(named.rest)
    // A unit alone is no amount, but "tạ rưỡi" and "tạ hai" are one and more of it.
    if (!number && !after.half && !readCount(named.rest, language)) return null
    if (last?.unit?.uom === named.unit.uom && last.unit.times <= named.unit.times) return null
    const count = (number?.value ?? 1) + (after.half ? 0.5 : 0)
    const counted = named.unit.counts && readUnit(after.rest, measures)
    if (counted) {
      if (last) return null
      parts.push({ count: count * named.unit.times, unit: counted.unit })
      rest = counted.rest
      continue
    }
    parts.push({ count, unit: named.unit })
    rest = after.rest
  }
  return parts
}

/** "2", "hai mươi", "2 1/2", "2 rưỡi", "nửa", "two and a half", "a" */
function readCount(tokens: Token[], language: Language): { value: number; rest: Token[] } | undefined {
  const [first, second] = tokens
  if (!first) return undefined
  if (HALVES.includes(first.folded)) return { value: 0.5, rest: tokens.slice(second?.folded === 'a' ? 2 : 1) }
  const fraction = readFraction(first)
  if (fraction !== undefined) return { value: fraction, rest: tokens.slice(1) }
  const number = readNumber(
    tokens.map(({ folded }) => folded),
    language,
  )
  if (!number) return second && ['a', 'an'].includes(first.folded) ? { value: 1, rest: tokens.slice(1) } : undefined
  const rest = tokens.slice(tokens.length - number.rest.length)
  const more = rest[0] && readFraction(rest[0])
  if (more !== undefined && more < 1) return { value: number.value + more, rest: rest.slice(1) }
  const after = readHalf(rest)
  return { value: number.value + (after.half ? 0.5 : 0), rest: after.rest }
}

/** "1/2": the two numbers are small, or it is a date. */
function readFraction({ written }: Token): number | undefined {
  const [, over, under] = /^(\d{1,2})\/(\d{1,2})$/.exec(written) ?? []
  return under === undefined || Number(under) === 0 ? undefined : Number(over) / Number(under)
}

/** "rưỡi", "and a half" */
function readHalf(tokens: Token[]): { half: boolean; rest: Token[] } {
  if (tokens[0]?.folded === 'ruoi') return { half: true, rest: tokens.slice(1) }
  const [and, a, half] = tokens.map(({ folded }) => folded)
  return and === 'and' && a === 'a' && half === 'half'
    ? { half: true, rest: tokens.slice(3) }
    : { half: false, rest: tokens }
}

/** The unit with the longest name that the words begin with; of two with the same name the first. */
function readUnit(tokens: Token[], measures: readonly Measure[]): { unit: Measure; rest: Token[] } | undefined {
  const said = `${tokens.map(({ folded }) => folded).join(' ')} `
  let best: { unit: Measure; name: string } | undefined
  for (const unit of measures) {
    for (const name of unit.spoken) {
      if (said.startsWith(`${name} `) && name.length > (best?.name.length ?? 0)) best = { unit, name }
    }
  }
  return best && { unit: best.unit, rest: tokens.slice(best.name.split(' ').length) }
}

/** Digits after a unit are its decimals, "1 tạ 2" is 1.2 tạ, where the unit has a smaller one to count them in. */
function withTail(
  { count, unit }: Part,
  [first]: Token[],
  value: number,
  measures: readonly Measure[],
): Part | undefined {
  const digits = /^\d/.test(first!.written) ? first!.written : String(value)
  const divides = unit !== undefined && measures.some(({ uom, times }) => uom === unit.uom && times < unit.times)
  return divides && /^\d{1,3}$/.test(digits) ? { count: count + Number(`0.${digits}`), unit } : undefined
}
