/** The signs of a shop, laid out in millimetres: its recognition badge, and a sheet for its window. Drawn by label-drawing.ts. */
import { showCode } from './codes.js'
import { type Element, type Label, symbolAt } from './label.js'
import { A4, DOTS_PER_MM, onDots } from './label-sizes.js'
import { QUIET_ZONE, symbolOf } from './symbol.js'
import { type Block, type Line, blocksOf, fitted, lineIn, placed, stacked } from './text-blocks.js'
import { printable } from './typeset.js'

export const SIGNS = ['badge', 'window'] as const
export type Sign = (typeof SIGNS)[number]

/** What a sign says, as already said strings. */
export interface SignWords {
  code: string
  url: string
  /** What it is: "Biển nhận diện" */
  heading: string
  /** Whose it is */
  name: string
  /** Address, number, until when, by whom */
  lines: string[]
  /** What to do with the symbol */
  how: string
}

export type SignRefusal = 'code-too-dense' | 'too-much-text' | 'nothing-printable'

interface SignSize {
  width: number
  height: number
  margin: number
  /** mm of the symbol with its quiet zone, at most */
  symbol: number
}

/** mm. The badge is an A5 plate beside the till, read from an arm's length; the window's sheet is read from the pavement. */
const SIZES: Record<Sign, SignSize> = {
  badge: { width: A4.height / Math.SQRT2, height: A4.height / 2, margin: 8, symbol: 84 },
  window: { ...A4, margin: 12, symbol: 140 },
}
const SIZES_OF_TEXT: Record<Sign, Record<'heading' | 'name' | 'line' | 'how', Block['size']>> = {
  badge: {
    heading: { least: 6, most: 9 },
    name: { least: 6, most: 12 },
    line: { least: 4, most: 6 },
    how: { least: 4, most: 6 },
  },
  window: {
    heading: { least: 9, most: 14 },
    name: { least: 9, most: 20 },
    line: { least: 5, most: 7 },
    how: { least: 7, most: 10 },
  },
}
const GAP = 4
const LINE_GAP = 1.5
/** A sign outlasts rain and sun: the most that a symbol can lose (30 %). */
const CORRECTION = 'H'
const MODULE_DOTS_LEAST = 5
const CODE_MOST = 12

export function layOutSign(sign: Sign, words: SignWords): { label: Label } | { refused: SignRefusal } {
  const { width, height, margin, symbol } = SIZES[sign]
  if (printable(words.name) === '') return { refused: 'nothing-printable' }
  const dark = symbolOf(words.url, CORRECTION)
  const modules = (dark?.length ?? 0) + 2 * QUIET_ZONE
  const dots = Math.floor((symbol * DOTS_PER_MM) / modules)
  if (!dark || dots < MODULE_DOTS_LEAST) return { refused: 'code-too-dense' }
  const sizes = SIZES_OF_TEXT[sign]
  const block = (modules * dots) / DOTS_PER_MM
  const head = blocksOf([
    { text: words.heading, weight: 'bold', size: sizes.heading, gap: 0 },
    { text: words.name, weight: 'bold', size: sizes.name, gap: GAP },
    ...words.lines.map((text, i): Block => ({
      text,
      weight: 'regular',
      size: sizes.line,
      gap: i === 0 ? GAP : LINE_GAP,
    })),
  ])
  const how = blocksOf([{ text: words.how, weight: 'bold', size: sizes.how, gap: 0, unbroken: true }])
  const name = `${printable(words.name)} ${showCode(words.code)}`
  const elements = (sign === 'badge' ? plate : sheet)({ width, height, margin, block, dark, dots, head, how, words })
  return elements ? { label: { width, height, elements, name } } : { refused: 'too-much-text' }
}

interface Parts {
  width: number
  height: number
  margin: number
  block: number
  dark: boolean[][]
  dots: number
  head: Block[]
  how: Block[]
  words: SignWords
}

/** The symbol with its code at the left, the words beside it, what to do below all. */
function plate({ width, height, margin, block, dark, dots, head, how, words }: Parts): Element[] | undefined {
  const bottom = fitted(how, width - 2 * margin, height / 6)
  if (!bottom) return undefined
  const foot = stacked(bottom.lines)
  const room = height - 2 * margin - foot.height - GAP
  const code = lineIn(showCode(words.code), 'bold', { width: block * 0.8, height: CODE_MOST, most: CODE_MOST })
  const x = margin + block
  const text = fitted(head, width - margin - x - GAP, room)
  if (!text || block + code.up * code.size > room) return undefined
  const side = stacked(text.lines)
  const top = onDots(margin + (room - block - code.up * code.size) / 2)
  return [
    symbolAt(dark, dots, margin, top),
    placed(code, margin + (block - code.width * code.size) / 2, top + block + code.up * code.size),
    ...side.baselines.map((y, i) => placed(text.lines[i]!, x + GAP, margin + (room - side.height) / 2 + y)),
    ...foot.baselines.map((y, i) =>
      placed(bottom.lines[i]!, middle(width, bottom.lines[i]!), height - margin - foot.height + y),
    ),
  ]
}

/** Everything in the middle: the name above, the symbol, what to do, the code. */
function sheet({ width, height, margin, block, dark, dots, head, how, words }: Parts): Element[] | undefined {
  const inner = width - 2 * margin
  const code = lineIn(showCode(words.code), 'bold', { width: inner, height: CODE_MOST, most: CODE_MOST })
  const bottom = fitted(how, inner, height / 8)
  if (!bottom) return undefined
  const foot = stacked(bottom.lines)
  const codeHeight = code.up * code.size
  const text = fitted(head, inner, height - 2 * margin - block - codeHeight - foot.height - 2 * GAP)
  if (!text) return undefined
  const top = stacked(text.lines)
  const spare = height - 2 * margin - top.height - block - codeHeight - foot.height - GAP
  const y = onDots(margin + top.height + spare / 2)
  const codeBase = y + block + codeHeight
  const footTop = height - margin - foot.height
  return [
    ...top.baselines.map((at, i) => placed(text.lines[i]!, middle(width, text.lines[i]!), margin + at)),
    symbolAt(dark, dots, onDots((width - block) / 2), y),
    placed(code, middle(width, code), codeBase),
    ...foot.baselines.map((at, i) => placed(bottom.lines[i]!, middle(width, bottom.lines[i]!), footTop + at)),
  ]
}

const middle = (width: number, line: Line): number => (width - line.width * line.size) / 2
