/** Numbers as people write and say them: "1.500", "1,5", "hai mươi lăm", "một nghìn rưỡi", "two hundred and five". */
import type { Language } from '../../../locales/say.js'
import { plain } from '../words.js'

/** A number read off the front of a list of words, folded and lower case. */
export interface Reading {
  value: number
  rest: string[]
}
type Read = (words: string[]) => Reading | undefined

/** Digits beyond these are no amount: exact in a double. */
const DIGITS_MAX = 15

/**
 * "1.500" is 1500 in Vietnamese and 1.5 in English, "1,500" the other way round; "2.5" and "2,5" are 2.5 in both, as no
 * group of thousands has one digit. Undefined: no number.
 */
export function readDigits(written: string, language: Language): number | undefined {
  if (written.length > DIGITS_MAX + 5 || !/^\d+(?:[.,]\d+)*$/.test(written)) return undefined
  const marks = written.replace(/\d/g, '')
  const last = marks.at(-1)
  if (last === undefined) return written.length <= DIGITS_MAX ? Number(written) : undefined
  const isGrouped = (part: string): boolean => /^[1-9]\d{0,2}(?:[.,]\d{3})+$/.test(part)
  const whole = (part: string): number => Number(part.replace(/[.,]/g, ''))
  if (new Set(marks).size === 1) {
    const areThousands = marks.length > 1 || last === (language === 'vi' ? '.' : ',')
    if (areThousands && isGrouped(written)) return whole(written)
    return marks.length === 1 ? Number(written.replace(',', '.')) : undefined
  }
  // Both marks: the last one is the decimal's, and stands once.
  const cut = written.lastIndexOf(last)
  const before = written.slice(0, cut)
  return isGrouped(before) && !before.includes(last) ? Number(`${whole(before)}.${written.slice(cut + 1)}`) : undefined
}

const table = (list: string): Map<string, number> =>
  new Map(list.split(' ').flatMap((ways, value) => ways.split('|').map((way) => [plain(way), value] as const)))

const reader =
  (words: Map<string, number>, plus = 0, times = 1): Read =>
  ([word, ...rest]) => {
    const value = word === undefined ? undefined : words.get(word)
    return value === undefined ? undefined : { value: value * times + plus, rest }
  }

const digit = reader(table('không một|mốt hai ba bốn|tư năm|lăm|nhăm sáu bảy|bẩy tám chín'))
/** "hai lăm" is 25; "hai ba" is "two or three". */
const SHORT_TAILS = ['mot', 'tu', 'lam', 'nham']
const LINKS = ['linh', 'le']
const isBareDigit = (words: string[], tail: Reading): boolean =>
  tail.value >= 1 && tail.value <= 9 && tail.rest.length === words.length - 1

/** "mười hai", "hai mươi lăm", "hai lăm", "năm" */
const belowHundred: Read = (words) => {
  const tens = words[0] === 'muoi' ? { value: 1, rest: words } : digit(words)
  if (!tens) return undefined
  if (tens.rest[0] === 'muoi') {
    const units = digit(tens.rest.slice(1))
    return units
      ? { ...units, value: tens.value * 10 + units.value }
      : { value: tens.value * 10, rest: tens.rest.slice(1) }
  }
  const units = tens.value >= 2 && SHORT_TAILS.includes(tens.rest[0] ?? '') ? digit(tens.rest) : undefined
  return units ? { ...units, value: tens.value * 10 + units.value } : tens
}

/** What follows "trăm" or "nghìn": "rưỡi" is half of it, "linh năm" is 5, a bare "năm" counts tenths of it. */
function tailOf(scale: number, below: Read, words: string[]): Reading {
  if (words[0] === 'ruoi') return { value: scale / 2, rest: words.slice(1) }
  if (LINKS.includes(words[0] ?? '')) return digit(words.slice(1)) ?? { value: 0, rest: words }
  const tail = below(words)
  if (!tail) return { value: 0, rest: words }
  return isBareDigit(words, tail) ? { ...tail, value: (tail.value * scale) / 10 } : tail
}

/** "trăm hai", "ba trăm linh năm", "2 trăm rưỡi", and digits as they are. */
const belowThousand =
  (written: Read): Read =>
  (words) => {
    const head = words[0] === 'tram' ? { value: 1, rest: words } : (written(words) ?? digit(words))
    if (head?.rest[0] !== 'tram' || head.value > 9) return written(words) ?? belowHundred(words)
    const tail = tailOf(100, (rest) => written(rest) ?? belowHundred(rest), head.rest.slice(1))
    return { ...tail, value: head.value * 100 + tail.value }
  }

const vietnamese =
  (written: Read): Read =>
  (words) => {
    const isThousand = (word: string | undefined): boolean => word === 'nghin' || word === 'ngan'
    const head = isThousand(words[0]) ? { value: 1, rest: words } : belowThousand(written)(words)
    if (!head || !isThousand(head.rest[0])) return head
    const tail = tailOf(1000, belowThousand(written), head.rest.slice(1))
    return { ...tail, value: head.value * 1000 + tail.value }
  }

const unit = reader(table('zero one two three four five six seven eight nine'))
const teen = reader(table('ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'), 10)
const ten = reader(table('twenty thirty forty fifty sixty seventy eighty ninety'), 20, 10)

const english =
  (written: Read): Read =>
  (words) => {
    const belowHundred: Read = (said) => {
      const tens = ten(said)
      const units = tens && unit(tens.rest)
      return units ? { ...units, value: tens.value + units.value } : (tens ?? teen(said) ?? unit(said))
    }
    const times = (scale: number, word: string, below: Read, said: string[]): Reading | undefined => {
      const head =
        said[0] === 'a' && said[1] === word ? { value: 1, rest: said.slice(1) } : (written(said) ?? below(said))
      if (head?.rest[0] !== word) return head
      const after = head.rest.slice(1)
      const tail = below(after[0] === 'and' ? after.slice(1) : after)
      return { value: head.value * scale + (tail?.value ?? 0), rest: tail?.rest ?? after }
    }
    return times(1000, 'thousand', (said) => times(100, 'hundred', belowHundred, said), words)
  }

/** The number that a list of folded words begins with, in digits or in words of either language, below a million in words. */
export function readNumber(words: string[], language: Language): Reading | undefined {
  const written: Read = ([word, ...rest]) => {
    const value = word === undefined ? undefined : readDigits(word, language)
    return value === undefined ? undefined : { value, rest }
  }
  const [said, spoken] = [vietnamese(written)(words), english(written)(words)]
  return spoken && (!said || spoken.rest.length < said.rest.length) ? spoken : said
}
