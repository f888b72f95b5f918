/** Cutting a text where it hurts least, and never inside what a person sees as one letter. */

/** A cut at the end of a paragraph, a line, a sentence must leave a message filled at least so far. */
const FILLED_MIN = 1 / 3
/** What one letter of a person may take: a family emoji has 11 units, a letter with piled-up marks a few more. */
const LETTER_MAX = 64

const letters = new Intl.Segmenter('vi', { granularity: 'grapheme' })

/** Pieces of at most `max` UTF-16 units. Only white space at the cuts is left out. A text of white space has no pieces. */
export function split(text: string, max: number): string[] {
  const pieces: string[] = []
  let rest = text.trimEnd()
  while (rest.length > max) {
    const cut = cutOf(rest, max)
    pieces.push(rest.slice(0, cut).trimEnd())
    rest = rest.slice(cut).trimStart()
  }
  return [...pieces, rest].filter((piece) => piece !== '')
}

/** At most `max` UTF-16 units, with … in place of what was cut off. */
export const shorten = (label: string, max: number): string =>
  label.length <= max ? label : `${label.slice(0, letterCut(label, max - 1)).trimEnd()}…`

/** The end of a paragraph, else of a line, of a sentence, of a word, else of a letter. */
function cutOf(text: string, max: number): number {
  // What follows the last possible cut must be seen too.
  const window = text.slice(0, max + 2)
  for (const end of [/\n\s*\n/g, /\n/g, /[.!?…](?=\s)/g, /\s(?!\p{M}|\u200d)/gu]) {
    const cuts = [...window.matchAll(end)].map(({ index, 0: found }) => (/\s/.test(found) ? index : index + 1))
    const cut = cuts.findLast((one) => one <= max)
    if (cut !== undefined && cut >= max * FILLED_MIN) return cut
  }
  return letterCut(text, max)
}

/** The last border between two letters at `max` or before; at least one unit, and never within a surrogate pair if that can be. */
function letterCut(text: string, max: number): number {
  let cut = 0
  for (const { index, segment } of letters.segment(text.slice(0, max + LETTER_MAX))) {
    if (index > max) break
    cut = index
    if (index + segment.length === text.length && text.length <= max) cut = text.length
  }
  if (cut > 0) return cut
  const isHigh = /[\ud800-\udbff]/.test(text.charAt(max - 1))
  return Math.max(isHigh ? max - 1 : max, 1)
}
