/** Which codes a mistyped one may have been: everything one slip away whose check holds, likeliest slips first. */
import { CODE_LENGTH, WEIGHTS, divide, isPlain, letterOf, times, valueOf, weightedSum } from './check-character.js'

/** Letters taken for one another by eye, ear or thumb, as groups; a slip within a group is likelier than any other. */
const BY_EYE = '8B 5S 2Z 6G 0DQ 17T 4A VYW MN EF CG PR KX 39 38 68 1J UV HN'
const BY_EAR = 'BDPTVE SX CK GJ MNH'
const BY_THUMB = 'QWA WES ERD RTF TYG ASZ SDX DFC FGV GHB HJN JKM 12 23 34 45 56 67 78 89 90'
const CONFUSED = `${BY_EYE} ${BY_EAR} ${BY_THUMB}`.split(' ')
const alike = (a: string, b: string): boolean => CONFUSED.some((group) => group.includes(a) && group.includes(b))

/** How likely a slip is; lower comes first. */
const RANK = { alike: 0, neighbours: 1, doubled: 1, other: 3, apart: 4 } as const

interface Candidate {
  code: string
  rank: number
}

/**
 * All codes from which `typed` could have come by one wrong character, one swap of two characters, one lost or one extra
 * character, best first. `typed` is upper case without separators, look-alikes already mapped; characters outside of the
 * alphabet count as wrong ones. At most 9 + 36 for nine characters, 9 for eight, 10 for ten; none for any other length.
 */
export function candidatesFor(typed: string): string[] {
  const letters = [...typed]
  const found =
    letters.length === CODE_LENGTH
      ? [...oneWrong(letters), ...oneSwap(letters)]
      : letters.length === CODE_LENGTH - 1
        ? oneLost(letters)
        : letters.length === CODE_LENGTH + 1
          ? oneExtra(letters)
          : []
  found.sort((a, b) => a.rank - b.rank)
  return [...new Set(found.map((c) => c.code))].filter((code) => code !== typed && isPlain(code))
}

function oneWrong(letters: string[]): Candidate[] {
  const values = letters.map(valueOf)
  const unknown = values.filter((v) => v < 0).length
  if (unknown > 1) return []
  const sum = weightedSum(values.map((v) => Math.max(v, 0)))
  return letters.flatMap((letter, i) => {
    if (unknown === 1 && values[i] !== -1) return []
    const right = letterOf(Math.max(values[i]!, 0) ^ divide(sum, WEIGHTS[i]!))
    return { code: replaced(letters, i, right), rank: alike(letter, right) ? RANK.alike : RANK.other }
  })
}

function oneSwap(letters: string[]): Candidate[] {
  const values = letters.map(valueOf)
  if (values.includes(-1)) return []
  const sum = weightedSum(values)
  const found: Candidate[] = []
  for (let i = 0; i < letters.length; i++)
    for (let j = i + 1; j < letters.length; j++) {
      if (values[i] === values[j] || times(values[i]! ^ values[j]!, WEIGHTS[i]! ^ WEIGHTS[j]!) !== sum) continue
      const swapped = [...letters]
      swapped[i] = letters[j]!
      swapped[j] = letters[i]!
      found.push({ code: swapped.join(''), rank: j === i + 1 ? RANK.neighbours : RANK.apart })
    }
  return found
}

function oneLost(letters: string[]): Candidate[] {
  const values = letters.map(valueOf)
  if (values.includes(-1)) return []
  return Array.from({ length: CODE_LENGTH }, (_, i) => {
    const sum = weightedSum(values.slice(0, i)) ^ weightedSum(values.slice(i), i + 1)
    const lost = letterOf(divide(sum, WEIGHTS[i]!))
    const doubled = letters[i - 1] === lost || letters[i] === lost
    return {
      code: [...letters.slice(0, i), lost, ...letters.slice(i)].join(''),
      rank: doubled ? RANK.doubled : RANK.other,
    }
  })
}

function oneExtra(letters: string[]): Candidate[] {
  return letters.flatMap((letter, i) => {
    const left = [...letters.slice(0, i), ...letters.slice(i + 1)]
    const values = left.map(valueOf)
    if (values.includes(-1) || weightedSum(values) !== 0) return []
    const doubled = letters[i - 1] === letter || letters[i + 1] === letter
    return { code: left.join(''), rank: doubled ? RANK.doubled : RANK.other }
  })
}

const replaced = (letters: string[], at: number, letter: string): string =>
  [...letters.slice(0, at), letter, ...letters.slice(at + 1)].join('')
