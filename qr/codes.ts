/** Short codes: made, shown to people, and understood when people type them. The arithmetic is in check-character.ts. */
import { randomBytes as nodeRandomBytes } from 'node:crypto'
import { CODE_LENGTH, PAYLOAD_LENGTH, isPlain, letterOf, withCheck } from './check-character.js'

export { CODE_ALPHABET, CODE_LENGTH, checkedCode, isCode } from './check-character.js'
export { candidatesFor } from './misspelt.js'
export { readAsCode, readTypedCode, typedCodes, type TypedCode } from './typed-code.js'

const BITS_A_LETTER = 5
/** Bits of eight free letters, worked on in two halves that fit JavaScript's 32-bit integers. */
const HALF_BITS = (PAYLOAD_LENGTH * BITS_A_LETTER) / 2
const HALF_MASK = 2 ** HALF_BITS - 1
const RANDOM_BYTES = (PAYLOAD_LENGTH * BITS_A_LETTER) / 8

/** Letters of two halves of 20 bits. */
function payloadOf(high: number, low: number): string {
  let payload = ''
  for (const half of [high, low])
    for (let shift = HALF_BITS - BITS_A_LETTER; shift >= 0; shift -= BITS_A_LETTER)
      payload += letterOf((half >>> shift) & 31)
  return payload
}

/** A code that nobody can guess. `randomBytes(n)` gives n random bytes; by default the system's. */
export function randomCode(randomBytes: (count: number) => Uint8Array = nodeRandomBytes): string {
  for (;;) {
    const [a = 0, b = 0, c = 0, d = 0, e = 0] = randomBytes(RANDOM_BYTES)
    const code = withCheck(payloadOf((a << 12) | (b << 4) | (c >>> 4), ((c & 15) << 16) | (d << 8) | e))
    if (isPlain(code)) return code
  }
}

/** Numbers that `codeOf` turns into codes: 0 to 2^35 - 1. */
export const CODE_OF_LIMIT = 2 ** 35
/** Payloads set aside for each number, of which the first plain one is taken; 0.33^32 of the numbers would find none. */
const TRIES = 32
/** Odd constants of the mixing rounds (fractional bits of square roots); four rounds spread every bit over all letters. */
const ROUND_KEYS = [0x6a09e667, 0xbb67ae85, 0x3c6ef373, 0xa54ff53b] as const

/**
 * The code of a number: different numbers have different codes, next numbers have nothing in common. Fast and predictable,
 * so for demo data and benchmarks only; real codes are random. Throws RangeError outside of 0 to CODE_OF_LIMIT - 1.
 */
export function codeOf(n: number): string {
  if (!Number.isInteger(n) || n < 0 || n >= CODE_OF_LIMIT) throw new RangeError(`No code of ${n}`)
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const block = n * TRIES + attempt // below 2^40: each number has a block of its own
    let high = Math.floor(block / (HALF_MASK + 1))
    let low = block % (HALF_MASK + 1)
    for (const key of ROUND_KEYS) {
      // a Feistel round is a bijection whatever the mixing function is
      let mixed = Math.imul(low ^ key, 0x9e3779b1)
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b)
      ;[high, low] = [low, high ^ ((mixed >>> 12) & HALF_MASK)]
    }
    const code = withCheck(payloadOf(high, low))
    if (isPlain(code)) return code
  }
  throw new RangeError(`No plain code of ${n}`)
}

const GROUP = 3

/** A code as people see it: `ABC-DEF-GHJ`. One word, so that it is neither broken over two lines nor copied by half. */
export const showCode = (code: string): string => code.match(new RegExp(`.{1,${GROUP}}`, 'g'))?.join('-') ?? ''

if (CODE_LENGTH !== 3 * GROUP) throw new Error('A code is shown as three groups of three')
