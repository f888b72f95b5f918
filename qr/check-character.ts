/**
 * The short code: nine of Crockford's 32 letters, the last of which is a check character over GF(32).
 * The sum over GF(32) of character x weight is 0, the weights being distinct powers of x. So every single wrong character,
 * every swap of two differing characters (adjacent or not) and every pair of equal characters misread alike is caught;
 * other errors pass 1 time in 32; a lost or an extra character shows in the length.
 */

/** Crockford's letters in the order of their values 0 to 31: no I, L, O (they look like 1, 1, 0) and no U. */
export const CODE_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/**
 * Characters in a code, the check character included. Eight free ones make 32^8 = 1.1e12 codes, of which 67 % are plain
 * (see `isPlain`): with 5,000,000 lots a guess hits one time in 150,000, and nine still read aloud as three groups of three.
 */
export const CODE_LENGTH = 9
/** Characters that can be chosen freely. */
export const PAYLOAD_LENGTH = CODE_LENGTH - 1

/** x^5 + x^2 + 1, primitive over GF(2): the powers of x are all 31 non-zero elements. */
const FIELD_POLYNOMIAL = 0b100101
const FIELD_SIZE = 32

const POWERS: readonly number[] = (() => {
  const powers = [1]
  for (let i = 1; i < FIELD_SIZE - 1; i++) {
    const doubled = powers[i - 1]! << 1
    powers.push(doubled & FIELD_SIZE ? doubled ^ FIELD_POLYNOMIAL : doubled)
  }
  return powers
})()
const LOGARITHMS: readonly number[] = (() => {
  const logarithms = new Array<number>(FIELD_SIZE).fill(-1)
  POWERS.forEach((element, exponent) => (logarithms[element] = exponent))
  return logarithms
})()

/** The product of two elements of GF(32). */
export const times = (a: number, b: number): number =>
  a === 0 || b === 0 ? 0 : POWERS[(LOGARITHMS[a]! + LOGARITHMS[b]!) % (FIELD_SIZE - 1)]!
/** a / b in GF(32); b is not 0. */
export const divide = (a: number, b: number): number =>
  a === 0 ? 0 : POWERS[(LOGARITHMS[a]! - LOGARITHMS[b]! + FIELD_SIZE - 1) % (FIELD_SIZE - 1)]!

/** Weight of the character at each position: x^8 ... x^0. */
export const WEIGHTS: readonly number[] = Array.from({ length: CODE_LENGTH }, (_, i) => POWERS[CODE_LENGTH - 1 - i]!)

/** Value 0 to 31 of a letter of the alphabet, -1 for any other character. */
export const valueOf = (letter: string): number => (letter.length === 1 ? CODE_ALPHABET.indexOf(letter) : -1)
export const letterOf = (value: number): string => CODE_ALPHABET[value]!

/** The weighted sum of at most nine values, the first one standing at position `from`: 0 where the check holds. */
export const weightedSum = (values: readonly number[], from = 0): number =>
  values.reduce((sum, value, i) => sum ^ times(value, WEIGHTS[from + i]!), 0)

const AT_LEAST = 2
/** A word with a number behind or before it ("banhcom25", "250000vnd"), 0 and 1 being also what O, I and L become. */
const WORD_AND_NUMBER = /^([A-Z01]*\d*|\d*[A-Z01]*)$/

/**
 * Codes are issued only with at least two digits of 2-9 and two letters that take turns, so that no word, no phone number,
 * no quantity and no GTIN is ever a code, nor one character away from one: this is what lets people type a code into a talk
 * without a command.
 */
export function isPlain(code: string): boolean {
  let digits = 0
  let letters = 0
  for (let i = 0; i < code.length; i++) {
    const letter = code[i]!
    if (letter >= 'A') letters++
    else if (letter >= '2') digits++
  }
  return digits >= AT_LEAST && letters >= AT_LEAST && !WORD_AND_NUMBER.test(code)
}

/** Nine letters of the alphabet, plain, whose check holds. */
export function isCode(text: string): boolean {
  if (text.length !== CODE_LENGTH) return false
  const values = [...text].map(valueOf)
  return !values.includes(-1) && weightedSum(values) === 0 && isPlain(text)
}

/** Eight letters of the alphabet and their check character, whether or not the code is plain. */
export function withCheck(payload: string): string {
  let sum = 0
  for (let i = 0; i < PAYLOAD_LENGTH; i++) sum ^= times(valueOf(payload[i]!), WEIGHTS[i]!)
  return payload + letterOf(sum) // the last weight is x^0 = 1
}

/**
 * The code of eight letters: themselves and their check character. Throws RangeError when the payload is not eight
 * letters of the alphabet, and for the third of payloads whose code would not be plain and is therefore never issued.
 */
export function checkedCode(payload: string): string {
  const values = [...payload].map(valueOf)
  if (values.length !== PAYLOAD_LENGTH || values.includes(-1))
    throw new RangeError(`A payload is ${PAYLOAD_LENGTH} letters of ${CODE_ALPHABET}`)
  const code = withCheck(payload)
  if (!isPlain(code)) throw new RangeError('A code has at least two digits of 2-9 and two letters, taking turns')
  return code
}
