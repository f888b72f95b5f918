/** Blocks of text one below the other, in the largest size in which all of them fit, so that no ink touches. All in mm. */
import type { Element } from './label.js'
import { type Extent, type Weight, extent, printable, wrap } from './typeset.js'

export interface Block {
  text: string
  weight: Weight
  /** One em, least and most; blocks that share this are printed alike */
  size: { least: number; most: number }
  /** White above it */
  gap: number
  /** Left out where there is no room for all; everything else is printed whole or not at all */
  dispensable?: true
  /** On one line, as a date is, except in the least size */
  unbroken?: true
}

export interface Line extends Extent {
  text: string
  weight: Weight
  size: number
  /** White above it, besides what keeps its ink apart */
  gap: number
}

/** Em of white between the ink of two lines, and the least distance of their baselines. */
const INK_GAP = 0.1
const LEAST_LEADING = 1.08
/** Halvings of the span between least and most: 4 tell sizes apart that differ by a sixteenth of it. */
const HALVINGS = 4
/** Halvings by which lines are made even: a 32nd of a line's width is about a letter. */
const EVENING = 5

/** Without what cannot be printed. */
export const blocksOf = (blocks: Block[]): Block[] =>
  blocks.map((block) => ({ ...block, text: printable(block.text) })).filter(({ text }) => text !== '')

export interface Fitted {
  lines: Line[]
  /** 0 to 1: from all in their least size to all in their most */
  largeness: number
  /** Nothing was left out */
  whole: boolean
}

/**
 * All blocks in the largest size in which they fit together; then, of what room is left, those larger that need no more lines for it, the
 * largest kind first. Where the least is too large, without the dispensable ones.
 */
export function fitted(blocks: Block[], width: number, height: number): Fitted | undefined {
  for (const kept of [blocks, blocks.filter(({ dispensable }) => !dispensable)]) {
    const at = (largenessOf: (block: Block) => number): Line[][] | undefined => {
      const set = kept.map((block) => linesOf(block, width, largenessOf(block)))
      const torn = kept.some((block, i) => block.unbroken && largenessOf(block) > 0 && set[i]!.length > 1)
      return !torn && stacked(set.flat()).height <= height ? set : undefined
    }
    const common = largest((one) => at(() => one) !== undefined)
    if (common === undefined) continue
    let set = at(() => common)!
    const largeness = new Map(kept.map(({ size }) => [size, common]))
    for (const size of [...largeness.keys()].sort((one, other) => other.most - one.most)) {
      const grown = (one: number): Line[][] | undefined => {
        const larger = at((block) => (block.size === size ? one : largeness.get(block.size)!))
        return larger?.every((lines, i) => lines.length <= set[i]!.length) ? larger : undefined
      }
      largeness.set(size, largest((one) => grown(one) !== undefined, common) ?? common)
      set = grown(largeness.get(size)!) ?? set
    }
    return { lines: set.flat(), largeness: reading([...largeness.values()]), whole: kept.length === blocks.length }
  }
  return undefined
}

/** How well blocks of such sizes are read together: half by the smallest of them, half by all. */
const reading = (all: number[]): number =>
  all.length === 0 ? 1 : (Math.min(...all) + all.reduce((sum, one) => sum + one, 0) / all.length) / 2

/** The largest of least to 1 that fits, as far as halvings tell; undefined: not even the least does. */
function largest(fits: (largeness: number) => boolean, least = 0): number | undefined {
  if (fits(1)) return 1
  if (!fits(least)) return undefined
  let known = least
  for (let halving = 1, step = (1 - least) / 2; halving <= HALVINGS; halving++, step /= 2)
    if (fits(known + step)) known += step
  return known
}

function linesOf({ text, weight, size: { least, most }, gap }: Block, width: number, largeness: number): Line[] {
  const size = least + (most - least) * largeness
  return evenly(text, weight, width / size).map((line, i) => ({
    text: line,
    weight,
    size,
    gap: i === 0 ? gap : 0,
    ...extent(line, weight),
  }))
}

/** As few lines as can be, of even length: a last line of one syllable looks torn off. `width` in em. */
function evenly(text: string, weight: Weight, width: number): string[] {
  let lines = wrap(text, weight, width, Infinity).lines
  if (lines.length <= 1) return lines
  const fewest = lines.length
  const widest = Math.max(...text.split(' ').map((word) => extent(word, weight).width))
  let [narrow, wide] = [Math.max(widest, extent(text, weight).width / fewest), width]
  for (let halving = 1; halving <= EVENING && narrow < wide; halving++) {
    const middle = (narrow + wide) / 2
    const set = wrap(text, weight, middle, Infinity).lines
    if (set.length <= fewest) [lines, wide] = [set, middle]
    else narrow = middle
  }
  return lines
}

/** Baselines of lines one below the other so that no ink touches, from the top of the first one's ink; and the height of all. */
export function stacked(lines: Line[]): { baselines: number[]; height: number } {
  const baselines: number[] = []
  let [y, below] = [0, 0]
  lines.forEach((line, i) => {
    const touching = below + (line.up + INK_GAP) * line.size
    y += i === 0 ? line.up * line.size : Math.max(touching, LEAST_LEADING * line.size) + line.gap
    baselines.push(y)
    below = line.down * line.size
  })
  return { baselines, height: y + below }
}

/** A line with its baseline beginning at (x, y). */
export const placed = ({ text, weight, size, width, up, down }: Line, x: number, y: number): Element => ({
  kind: 'text',
  text,
  weight,
  size,
  x,
  y,
  width: width * size,
  up: up * size,
  down: down * size,
})

/** One line as large as width, height and `most` allow. */
export function lineIn(text: string, weight: Weight, room: { width: number; height: number; most: number }): Line {
  const em = extent(text, weight)
  return { text, weight, size: Math.min(room.most, room.width / em.width, room.height / em.up), gap: 0, ...em }
}
