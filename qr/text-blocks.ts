/** Blocks of text one below the other, in the largest size in which all of them fit, so that no ink touches. All in mm. */
import type { Element } from './label.js'
import { type Extent, type Weight, extent, printable, wrap } from './typeset.js'

export interface Block {
  text: string
  weight: Weight
  /** One em, least and most */
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

/** Without what cannot be printed. */
export const blocksOf = (blocks: Block[]): Block[] =>
  blocks.map((block) => ({ ...block, text: printable(block.text) })).filter(({ text }) => text !== '')

export interface Fitted {
  lines: Line[]
  /** 0 to 1: the least to the most of each block's size */
  largeness: number
  /** Nothing was left out */
  whole: boolean
}

/** All blocks in the largest size in which they fit; where the least is too large, without the dispensable ones. */
export function fitted(blocks: Block[], width: number, height: number): Fitted | undefined {
  const at = (kept: Block[], largeness: number): Line[] | undefined => {
    const lines = linesOf(kept, width, largeness)
    if (largeness > 0 && kept.some(({ text, unbroken }) => unbroken && !lines.some((line) => line.text === text)))
      return undefined
    return stacked(lines).height <= height ? lines : undefined
  }
  for (const kept of [blocks, blocks.filter(({ dispensable }) => !dispensable)]) {
    let [largeness, lines] = [1, at(kept, 1)]
    if (!lines) {
      ;[largeness, lines] = [0, at(kept, 0)]
      for (let halving = 1, step = 0.5; lines && halving <= HALVINGS; halving++, step /= 2) {
        const larger = at(kept, largeness + step)
        if (larger) [largeness, lines] = [largeness + step, larger]
      }
    }
    if (lines) return { lines, largeness, whole: kept.length === blocks.length }
  }
  return undefined
}

const linesOf = (blocks: Block[], width: number, largeness: number): Line[] =>
  blocks.flatMap(({ text, weight, size: { least, most }, gap }) => {
    const size = least + (most - least) * largeness
    return wrap(text, weight, width / size, Infinity).lines.map((line, i) => ({
      text: line,
      weight,
      size,
      gap: i === 0 ? gap : 0,
      ...extent(line, weight),
    }))
  })

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
