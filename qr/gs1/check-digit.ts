/** GS1's check digit and check characters (General Specifications 7.9.1, 7.9.5). */

/** The check digit of the digits before it: weights 3, 1, 3 ... from the right. */
export function gs1CheckDigit(digits: string): string {
  const sum = [...digits].reverse().reduce((total, digit, i) => total + Number(digit) * (i % 2 === 0 ? 3 : 1), 0)
  return String((10 - (sum % 10)) % 10)
}

/** GS1's character set 82 in the order of its values 0 to 81. */
export const SET_82 = '!"%&\'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz'
/** What a pair of check characters is written in: no 0, 1, I, O. */
const SET_32 = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
/** Weights from the last character before the pair. */
const PRIMES = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83]
const MODULUS = 1021

/** The two check characters of a Global Model Number, at most 23 characters of set 82. */
export function gs1CheckPair(characters: string): string {
  const sum = [...characters]
    .reverse()
    .reduce((total, character, i) => total + SET_82.indexOf(character) * (PRIMES[i] ?? 0), 0)
  const value = sum % MODULUS
  return SET_32[value >> 5]! + SET_32[value & 31]!
}
