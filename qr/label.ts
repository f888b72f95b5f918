/** Lays out the label of a lot once, in millimetres; label-drawing.ts turns the same elements into SVG, PNG and PDF. */
import { showCode } from './codes.js'
import { DEFAULT_LABEL_SIZE, DOTS_PER_MM, LABEL_SIZES, type LabelSize, type LabelSizeName } from './label-sizes.js'
import { QUIET_ZONE, symbolOf } from './symbol.js'
import { type Extent, type Weight, extent, printable, wrap } from './typeset.js'

/** What a label says, as already said strings in one language. */
export interface LabelWords {
  /** The short code, printed for people below the symbol */
  code: string
  /** What the symbol holds */
  url: string
  /** A small line at the top, such as whose system this is */
  title: string
  productName: string
  establishmentName: string
  /** Dates, quantity, origin: never cut */
  lotLines: string[]
}

export type Element =
  /** Baseline at y; `size` is one em */
  | {
      kind: 'text'
      text: string
      weight: Weight
      size: number
      x: number
      y: number
      width: number
      up: number
      down: number
    }
  /** A QR symbol without its quiet zone; row by row, true is dark */
  | { kind: 'symbol'; x: number; y: number; module: number; dark: boolean[][] }

/** All measures in mm from the top left. */
export interface Label {
  width: number
  height: number
  elements: Element[]
  /** What it is called where files have titles */
  name: string
}

/** Why a label cannot be made. */
export type LabelRefusal =
  /** the address needs more modules than the printer can print on this size */
  | 'code-too-dense'
  /** the lines of the lot do not fit in a size that can be read */
  | 'too-much-text'
  /** nothing of the product's name is in the font (emoji only, say) */
  | 'nothing-printable'

/** Dots a module: fewer than 3 at 203 dpi (0.375 mm) blur into one another on thermal paper; more than 6 need no more paper. */
const MODULE_DOTS = { least: 3, most: 6 }
/** Share of the width that the symbol may take beside the text. */
const SYMBOL_SHARE = 0.5
/** mm of white between the symbol's quiet zone and the code, the code and the words, two blocks, two lines of the lot. */
const CODE_GAP = 0.25
const CODE_TO_TEXT = 1
const BLOCK_GAP = 0.8
const LOT_GAP = 0.3
/** Em of white between the ink of two lines, and the least distance of their baselines. */
const INK_GAP = 0.1
const LEAST_LEADING = 1.08
/** One em in mm, least and most: 2 mm (5.7 pt) is the smallest that keeps Vietnamese marks apart at 203 dpi. */
const CODE_SIZE = { least: 2.2, most: 4.4 }
const TEXT_SIZES = {
  title: { least: 2, most: 2.2 },
  product: { least: 2.5, most: 4.6 },
  establishment: { least: 2.05, most: 2.8 },
  lot: { least: 2.05, most: 2.7 },
}
const SHRINKING_STEPS = 12
const ROLL_HEIGHT_MOST = 150

interface Block {
  text: string
  weight: Weight
  size: { least: number; most: number }
  maxLines: number
  /** mm of white above it */
  gap: number
  /** What may be done to it when there is no room: a name is cut with an ellipsis, the title is left out, a date stands */
  yields: 'cut' | 'drop' | 'never'
}

interface Line extends Extent {
  text: string
  weight: Weight
  size: number
  /** mm of white above it, besides what keeps its ink apart */
  gap: number
}

/** The label, or the reason why there can be none. */
export function layOutLabel(
  words: LabelWords,
  sizeName: LabelSizeName = DEFAULT_LABEL_SIZE,
): { label: Label } | { refused: LabelRefusal } {
  const size: LabelSize = LABEL_SIZES[sizeName]
  const dark = symbolOf(words.url)
  if (!dark) return { refused: 'code-too-dense' }
  if (printable(words.productName) === '') return { refused: 'nothing-printable' }
  const blocks = blocksOf(words)
  const name = `${printable(words.productName)} ${showCode(words.code)}`
  const laid = size.text === 'beside' ? beside(size, dark, words.code, blocks) : below(size, dark, words.code, blocks)
  return 'refused' in laid ? laid : { label: { ...laid, name } }
}

function blocksOf({ title, productName, establishmentName, lotLines }: LabelWords): Block[] {
  const { title: small, product, establishment, lot } = TEXT_SIZES
  const blocks: Block[] = [
    { text: title, weight: 'regular', size: small, maxLines: 2, gap: 0, yields: 'drop' },
    { text: productName, weight: 'bold', size: product, maxLines: 3, gap: BLOCK_GAP, yields: 'cut' },
    { text: establishmentName, weight: 'regular', size: establishment, maxLines: 2, gap: BLOCK_GAP, yields: 'cut' },
    ...lotLines.map((text, i): Block => ({
      text,
      weight: 'regular',
      size: lot,
      maxLines: 2,
      gap: i === 0 ? BLOCK_GAP : LOT_GAP,
      yields: 'never',
    })),
  ]
  return blocks.map((block) => ({ ...block, text: printable(block.text) })).filter(({ text }) => text !== '')
}

/** The symbol and its code at the left, the words in the column at the right. */
function beside(
  size: LabelSize,
  dark: boolean[][],
  code: string,
  blocks: Block[],
): Omit<Label, 'name'> | { refused: LabelRefusal } {
  const height = size.height ?? 0
  const modules = dark.length + 2 * QUIET_ZONE
  const codeRoom = CODE_GAP + CODE_SIZE.least * extent('0', 'bold').up + size.margin
  const dots = Math.min(
    MODULE_DOTS.most,
    Math.floor((Math.min(size.width * SYMBOL_SHARE, height - codeRoom) * DOTS_PER_MM) / modules),
  )
  if (dots < MODULE_DOTS.least) return { refused: 'code-too-dense' }
  const block = (modules * dots) / DOTS_PER_MM
  const codeWidth = block - size.margin - CODE_TO_TEXT
  const codeLine = codeLineOf(code, codeWidth, height - block - CODE_GAP - size.margin)
  const top = onDots((height - block - CODE_GAP - codeLine.up * codeLine.size) / 2)
  const x = block
  const column = { width: size.width - size.margin - x, height: height - 2 * size.margin }
  const lines = fitted(blocks, column.width, column.height)
  if (!lines) return { refused: 'too-much-text' }
  const used = stacked(lines).height
  return {
    width: size.width,
    height,
    elements: [
      symbolAt(dark, dots, 0, top),
      placed(
        codeLine,
        size.margin + (codeWidth - codeLine.width * codeLine.size) / 2,
        top + block + CODE_GAP + codeLine.up * codeLine.size,
      ),
      ...stacked(lines).baselines.map((y, i) => placed(lines[i]!, x, size.margin + (column.height - used) / 2 + y)),
    ],
  }
}

/** Everything in the middle, one below the other, as long as it takes. */
function below(
  size: LabelSize,
  dark: boolean[][],
  code: string,
  blocks: Block[],
): Omit<Label, 'name'> | { refused: LabelRefusal } {
  const inner = size.width - 2 * size.margin
  const modules = dark.length + 2 * QUIET_ZONE
  const dots = Math.min(MODULE_DOTS.most, Math.floor((inner * DOTS_PER_MM) / modules))
  if (dots < MODULE_DOTS.least) return { refused: 'code-too-dense' }
  const block = (modules * dots) / DOTS_PER_MM
  const lines = fitted(blocks, inner, ROLL_HEIGHT_MOST - block)
  if (!lines) return { refused: 'too-much-text' }
  const codeLine = codeLineOf(code, inner, CODE_SIZE.most)
  const words = stacked(lines)
  const centred = (line: Line): number => (size.width - line.width * line.size) / 2
  const codeBase = block + CODE_GAP + codeLine.up * codeLine.size
  const top = codeBase + 2 * BLOCK_GAP
  return {
    width: size.width,
    height: Math.ceil(top + words.height + size.margin / 2),
    elements: [
      symbolAt(dark, dots, onDots((size.width - block) / 2), 0),
      placed(codeLine, centred(codeLine), codeBase),
      ...words.baselines.map((y, i) => placed(lines[i]!, centred(lines[i]!), top + y)),
    ],
  }
}

const onDots = (mm: number): number => Math.floor(mm * DOTS_PER_MM) / DOTS_PER_MM

const symbolAt = (dark: boolean[][], dots: number, x: number, y: number): Element => {
  const module = dots / DOTS_PER_MM
  return { kind: 'symbol', x: x + QUIET_ZONE * module, y: y + QUIET_ZONE * module, module, dark }
}

const placed = ({ text, weight, size, width, up, down }: Line, x: number, y: number): Element => ({
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

/** The code as large as width and height allow. */
function codeLineOf(code: string, width: number, height: number): Line {
  const text = showCode(code)
  const em = extent(text, 'bold')
  return { text, weight: 'bold', size: Math.min(CODE_SIZE.most, width / em.width, height / em.up), gap: 0, ...em }
}

/**
 * The lines of all blocks in the largest size in which they fit; then without the title; then, in the smallest size, with
 * names cut to all, two thirds and one third of their lines.
 */
function fitted(blocks: Block[], width: number, height: number): Line[] | undefined {
  const untitled = blocks.filter(({ yields }) => yields !== 'drop')
  const steps = Array.from({ length: SHRINKING_STEPS + 1 }, (_, i) => 1 - i / SHRINKING_STEPS)
  const attempts = [
    ...steps.map((largeness) => ({ of: blocks, largeness, cutTo: undefined })),
    ...steps.slice(SHRINKING_STEPS / 2).map((largeness) => ({ of: untitled, largeness, cutTo: undefined })),
    ...[1, 2 / 3, 1 / 3].map((cutTo) => ({ of: untitled, largeness: 0, cutTo })),
  ]
  for (const { of, largeness, cutTo } of attempts) {
    const lines = linesOf(of, width, largeness, cutTo)
    if (lines && stacked(lines).height <= height) return lines
  }
  return undefined
}

/** `largeness` 0 to 1: least to most; `cutTo`: share of its lines that a name may keep. Undefined: something is too long. */
function linesOf(blocks: Block[], width: number, largeness: number, cutTo?: number): Line[] | undefined {
  const lines: Line[] = []
  for (const { text, weight, size, maxLines, gap, yields } of blocks) {
    const em = size.least + (size.most - size.least) * largeness
    const cutting = yields === 'cut' && cutTo !== undefined
    const wrapped = wrap(text, weight, width / em, cutting ? Math.ceil(maxLines * cutTo) : maxLines)
    if (wrapped.cut && !cutting) return undefined
    lines.push(
      ...wrapped.lines.map((line, i) => ({
        text: line,
        weight,
        size: em,
        gap: i === 0 ? gap : 0,
        ...extent(line, weight),
      })),
    )
  }
  return lines
}

/** Baselines of lines one below the other so that no ink touches, from the top of the first one's ink; and the height of all. */
function stacked(lines: Line[]): { baselines: number[]; height: number } {
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
