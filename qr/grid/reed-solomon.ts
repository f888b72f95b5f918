/** Reed-Solomon over GF(256) as QR has it (polynomial 0x11d, first root 1), with errors and erasures. */

const EXP = new Uint8Array(512)
const LOG = new Uint8Array(256)
for (let i = 0, value = 1; i < 255; i++) {
  EXP[i] = EXP[i + 255] = value
  LOG[value] = i
  value = value & 0x80 ? (value << 1) ^ 0x11d : value << 1
}

const times = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : EXP[LOG[a]! + LOG[b]!]!)
const over = (a: number, b: number): number => (a === 0 ? 0 : EXP[LOG[a]! + 255 - LOG[b]!]!)

/** Value of a polynomial, lowest power first. */
function valueAt(polynomial: ArrayLike<number>, x: number): number {
  let sum = 0
  for (let i = polynomial.length - 1; i >= 0; i--) sum = times(sum, x) ^ polynomial[i]!
  return sum
}

/** Product of two polynomials, lowest power first, without powers from `below` on. */
function product(a: ArrayLike<number>, b: ArrayLike<number>, below: number): number[] {
  const out = new Array<number>(Math.min(below, a.length + b.length - 1)).fill(0)
  for (let i = 0; i < a.length; i++)
    for (let j = 0; j < b.length && i + j < out.length; j++) out[i + j]! ^= times(a[i]!, b[j]!)
  return out
}

export interface Corrected {
  codewords: Uint8Array
  /** Wrong codewords at places that were not given as erased */
  errors: number
}

/**
 * Corrects one block: data, then so many codewords of error correction. `erased`: places that are not trusted.
 * `spare`: so many of the correction's codewords may not be used up, against a wrong correction.
 * Undefined when it cannot be corrected so.
 */
export function correct(
  received: Uint8Array,
  correction: number,
  erased: readonly number[],
  spare: number,
): Corrected | undefined {
  const length = received.length
  const syndromes = new Uint8Array(correction)
  let clean = true
  for (let i = 0; i < correction; i++) {
    let sum = 0
    for (const codeword of received) sum = times(sum, EXP[i]!) ^ codeword
    syndromes[i] = sum
    if (sum !== 0) clean = false
  }
  if (clean) return { codewords: received, errors: 0 }
  const budget = correction - spare - erased.length
  if (budget < 0) return undefined

  let erasures: number[] = [1]
  for (const place of erased) erasures = product(erasures, [1, EXP[length - 1 - place]!], correction + 1)
  const locator = berlekampMassey(syndromes, erasures, erased.length)
  const errors = locator.length - 1 - erased.length
  if (errors < 0 || errors * 2 > budget) return undefined

  const evaluator = product(syndromes, locator, correction)
  const slope = locator.map((_, i) => (i % 2 === 0 ? (locator[i + 1] ?? 0) : 0)) // formal derivative
  const codewords = Uint8Array.from(received)
  let found = 0
  let moved = 0
  for (let place = 0; place < length; place++) {
    const power = length - 1 - place
    const inverse = EXP[(255 - power) % 255]!
    if (valueAt(locator, inverse) !== 0) continue
    found++
    const bottom = valueAt(slope, inverse)
    if (bottom === 0) return undefined
    // first root 1: the magnitude has one factor of the place more
    const magnitude = times(over(valueAt(evaluator, inverse), bottom), EXP[power % 255]!)
    if (magnitude !== 0 && !erased.includes(place)) moved++
    codewords[place]! ^= magnitude
  }
  if (found !== locator.length - 1) return undefined
  for (let i = 0; i < correction; i++) {
    let sum = 0
    for (const codeword of codewords) sum = times(sum, EXP[i]!) ^ codeword
    if (sum !== 0) return undefined
  }
  return { codewords, errors: moved }
}

/** Locator of errors and erasures, begun with that of the erasures. */
function berlekampMassey(syndromes: Uint8Array, erasures: readonly number[], erased: number): number[] {
  let locator = [...erasures]
  let before = [...erasures]
  let length = erased
  for (let n = erased; n < syndromes.length; n++) {
    let discrepancy = 0
    for (let i = 0; i < locator.length && i <= n; i++) discrepancy ^= times(locator[i]!, syndromes[n - i]!)
    before = [0, ...before]
    if (discrepancy === 0) continue
    const next = Array.from(
      { length: Math.max(locator.length, before.length) },
      (_, i) => (locator[i] ?? 0) ^ times(discrepancy, before[i] ?? 0),
    )
    if (2 * length <= n + erased) {
      before = locator.map((value) => over(value, discrepancy))
      length = n + 1 + erased - length
    }
    locator = next
  }
  while (locator.length > 1 && locator.at(-1) === 0) locator.pop()
  return locator
}
