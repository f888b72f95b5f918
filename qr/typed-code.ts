/** Understands a code that a person typed, alone or within a few words, and never mistakes an ordinary sentence for one. */
import { CODE_LENGTH, isCode } from './check-character.js'
import { candidatesFor } from './misspelt.js'
import { keysPressed } from './vietnamese-keyboard.js'

export type TypedCode =
  | { kind: 'code'; code: string }
  /** Looks like a code and is none. `typed`: what was understood of it; `candidates`: codes one slip away, likeliest first */
  | { kind: 'misspelt'; typed: string; candidates: string[] }
  | { kind: 'no-code' }

/** UTF-16 units that are looked at: a code stands at the front of a message, a story follows. */
const LOOKED_AT = 500

/** Words that say that a code comes. */
const CALLS = new Set(['mã', 'ma', 'code', 'check', 'lô', 'lo', 'lot', 'tem', 'tra', 'kiểm', 'kiem', 'xem', 'qr'])
/** Words that stand around a code and mean nothing to it. */
const FILLERS = new Set(
  (
    'số so là la này nay của cua cho hỏi hoi giúp giup hộ ho dùm dum với voi vs cứu cuu sản san pham phẩm hàng hang truy xuất xuat nguồn nguon gốc goc ' +
    'em e anh chị chi tôi toi mình minh cháu chau con bác bac cô co ơi oi ạ a à ah nhé nhe nha đi di vậy vay không khong ko được duoc cảm cam ơn on ' +
    'the this is my number of please pls thanks thank you for me'
  ).split(' '),
)
/** A number with its unit is a quantity or a price, not a group of a code. */
const QUANTITY = /^\d+(KG|K|G|GR|1|1T|M1|H|D|M|T|TR|CAN|TA|TAN|CA1|QUA|H0P|B0|C0N|G01|VND|D0NG)$/
/** A time of day or a date in small letters: 7h30, 20thang11. */
const MOMENT = /^\d{1,2}((h|g)\d\d|(th|tháng|thang)\d{1,4}(nam\d*)?)$/
/** As a label prints a code: three groups of three. */
const GROUPS = 3
const SEPARATORS = /[-\u2010-\u2015\u2212._\u00b7\u2022]/g
const SURE_DIGIT = /[2-9]/
const LETTER = /[A-Z]/
/** All of the code alphabet, and a letter among it */
const ALPHABETIC = /^(?=.*[A-Z])[0-9A-HJKMNP-TV-Z]+$/

interface Word {
  said: string
  /** Upper case, separators out, look-alikes mapped */
  letters: string
  /** Groups between dashes or dots, as lengths */
  groups: number[]
  upper: boolean
}

/**
 * What a typed text says of a code. Understood: lower case, O for 0, I and L for 1, full-width letters, spaces, dashes and
 * dots inside, letters that a Vietnamese keyboard has turned into accented ones, words of politeness around it.
 */
export function readTypedCode(text: string): TypedCode {
  const words = wordsOf(text)
  const code = wholeWord(words) ?? spaced(words)
  if (code) return { kind: 'code', code }
  const typed = codeShaped(words)
  return typed === undefined ? { kind: 'no-code' } : { kind: 'misspelt', typed, candidates: candidatesFor(typed) }
}

/**
 * Every code that stands whole in a text, in its order, each once: "NZB-AH2-JN4 và H53 5MZ 3DG". Groups with spaces between
 * count in capitals only, so that three short words of a sentence are none.
 */
export function typedCodes(text: string): string[] {
  const words = wordsOf(text)
  const codes: string[] = []
  for (let at = 0; at < words.length; at++) {
    const groups = words.slice(at, at + GROUPS)
    const joined = groups.map(({ letters }) => letters).join('')
    if (isCode(words[at]!.letters)) codes.push(words[at]!.letters)
    else if (isCode(joined) && groups.every(({ letters, upper }) => upper && letters.length === CODE_LENGTH / GROUPS)) {
      codes.push(joined)
      at += GROUPS - 1
    }
  }
  return [...new Set(codes)]
}

/** A text that is a code and nothing else, as a label or a link has it: separators and look-alikes allowed. */
export function readAsCode(text: string): string | undefined {
  const letters = canonical(
    text
      .slice(0, LOOKED_AT)
      .normalize('NFKC')
      .replace(SEPARATORS, '')
      .replace(/[\s\p{Cf}]/gu, ''),
  )
  return isCode(letters) ? letters : undefined
}

function wordsOf(text: string): Word[] {
  return text
    .slice(0, LOOKED_AT)
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .split(/[\s\p{Cc},;:=()[\]{}<>"'“”‘’«»!?*`|]+/u)
    .map((said) => said.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ''))
    .filter((said) => said !== '')
    .map((said) => ({
      said: said.toLowerCase(),
      letters: canonical(said.replace(SEPARATORS, '')),
      groups: said.split(SEPARATORS).map((group) => group.length),
      upper: said === said.toUpperCase(),
    }))
}

const canonical = (said: string): string => said.toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1')

const isMoment = (word: Word): boolean => MOMENT.test(word.said) && !word.upper
const isFiller = (word: Word): boolean => CALLS.has(word.said) || FILLERS.has(word.said)

/** One word that is a code, wherever it stands. */
function wholeWord(words: Word[]): string | undefined {
  for (const { letters, said } of words) {
    if (isCode(letters)) return letters
    if (!/\d/.test(said)) continue // a word of language with its accents
    const keys = keysPressed(said.replace(SEPARATORS, '').toUpperCase()).map(canonical).find(isCode)
    if (keys) return keys
  }
  return undefined
}

/** Groups with spaces between: at the front or after a word that calls, with nothing but fillers behind, or in capitals. */
function spaced(words: Word[]): string | undefined {
  for (let start = 0; start < words.length; start++) {
    let letters = ''
    for (let end = start; end < words.length && letters.length < CODE_LENGTH; end++) {
      letters += words[end]!.letters
      if (!isCode(letters)) continue
      const window = words.slice(start, end + 1)
      const introduced = start === 0 || isFiller(words[start - 1]!)
      const ended = words.slice(end + 1).every(isFiller)
      if (window.some(isMoment)) continue
      const capitals = window.every((word) => word.upper)
      if (isRegular(window.map((word) => word.letters.length)) && introduced && (ended || capitals)) return letters
    }
  }
  return undefined
}

/** As people group a code: letter by letter, in pairs, or in groups of three and more. */
const isRegular = (sizes: number[]): boolean => sizes.every((s) => s <= 2) || sizes.every((s) => s >= 3)

/** Three groups of three, of which one may have lost or gained a character. */
const isNearlyThrees = (sizes: number[]): boolean =>
  sizes.length === 3 && sizes.filter((s) => s !== 3).length <= 1 && sizes.every((s) => s >= 2 && s <= 4)

/** What was meant as a code although no check holds, or undefined. */
function codeShaped(words: Word[]): string | undefined {
  const dashed = words.find((word) => isNearlyThrees(word.groups) && mayBeCode(word.letters) && isMixed([word]))
  if (dashed) return dashed.letters
  const called = words.some((word) => CALLS.has(word.said))
  const first = words.findIndex((word) => !isFiller(word))
  const last = words.findLastIndex((word) => !isFiller(word))
  if (first < 0) return undefined
  const rest = words.slice(first, last + 1)
  const letters = rest.map((word) => word.letters).join('')
  if (isCodeLike(rest)) return letters
  if (!mayBeCode(letters) || rest.some((word) => rest.length > 1 && QUANTITY.test(word.letters))) return undefined
  const sizes = rest.map((word) => word.letters.length)
  const shaped = rest.length === 1 || isNearlyThrees(sizes) || (called && isRegular(sizes))
  const deliberate = (called && rest.length === 1) || rest.every((word) => word.upper) || isMixed(rest)
  return shaped && deliberate && !rest.some(isMoment) ? letters : undefined
}

/** One slip away from a code in length, letters, and by having a digit of 2-9 and a letter (codes have two of each). */
const mayBeCode = (letters: string): boolean =>
  letters.length >= CODE_LENGTH - 1 &&
  letters.length <= CODE_LENGTH + 1 &&
  /^[0-9A-Z]+$/.test(letters) &&
  letters.replace(/[^U]/g, '').length <= 1 &&
  SURE_DIGIT.test(letters) &&
  LETTER.test(letters)

/** One word in capitals of a code's exact length, with a digit of any kind: as copied from a label, badly. */
const isCodeLike = ([word, ...others]: Word[]): boolean =>
  word !== undefined &&
  others.length === 0 &&
  word.upper &&
  word.letters.length === CODE_LENGTH &&
  ALPHABETIC.test(word.letters) &&
  /\d/.test(word.said)

/** Digits and letters take turns, unlike in "banhcom25", "250000vnd", "hộp 24 cái". */
const isMixed = (words: Word[]): boolean =>
  words.some((word) => !/^(\p{L}*\d*|\d*\p{L}*)$/u.test(word.said.replace(SEPARATORS, '')))
