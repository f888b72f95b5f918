/** Lays out the label of a lot once, in millimetres; label-drawing.ts turns the same elements into SVG, PNG and PDF. */
import { showCode } from './codes.js'
import {
  A4,
  COMMON_PAPERS,
  DEFAULT_PAPER,
  DOTS_PER_MM,
  gridOf,
  labelSizeOf,
  labelsAPage,
  onDots,
  type Grid,
  type LabelSize,
  type Paper,
} from './label-sizes.js'
import { type Correction, QUIET_ZONE, symbolOf } from './symbol.js'
import { type Block, type Fitted, type Line, blocksOf, fitted, lineIn, placed, stacked } from './text-blocks.js'
import { type Weight, extent, printable } from './typeset.js'

/** What a label says, as already said strings in one language. */
export interface LabelWords {
  /** The short code, printed for people below the symbol */
  code: string
  /** What the symbol holds */
  url: string
  /** A small line at the top, such as whose system this is: the only one that is left out where room is short */
  title: string
  productName: string
  establishmentName: string
  /** Dates, quantity, origin */
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
  /** Where scissors go between the labels of a sheet */
  | { kind: 'cut'; x: number; y: number; toX: number; toY: number }

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
  /** the address needs more modules than the printer can print on this size, or the code below them would be too small to be read */
  | 'code-too-dense'
  /** the words do not fit in a size that can be read, none being cut */
  | 'too-much-text'
  /** nothing of the product's name is in the font (emoji only, say) */
  | 'nothing-printable'

/** Dots a module: fewer than 3 at 203 dpi (0.375 mm) blur into one another on thermal paper; more than 6 need no more paper. */
const MODULE_DOTS = { least: 3, most: 6 }
/** Share of the width that the symbol may take beside the text, and of the height above it. */
const SYMBOL_SHARE = { beside: 0.5, below: 0.6 }
/** mm of white between the symbol's quiet zone and the code, the code and the words, two blocks, two lines of the lot. */
const CODE_GAP = 0.25
const CODE_TO_TEXT = 1
const CODE_TO_TEXT_ABOVE = 1.4
const BLOCK_GAP = 0.8
const LOT_GAP = 0.3
/** One em in mm, least and most: 2 mm (5.7 pt) is the smallest that keeps Vietnamese marks apart at 203 dpi. */
const CODE_SIZE = { least: 2.2, most: 4.4 }
/** So large the code is below all, where it takes height from the words: capitals of 2.2 mm, 9 pt. More is worth no more. */
const CODE_LARGE = 3.2
const TEXT_SIZES = {
  title: { least: 2, most: 2.2 },
  product: { least: 2.3, most: 4.6 },
  establishment: { least: 2, most: 2.8 },
  lot: { least: 2.05, most: 3 },
}
/** What a label is chosen for among those that fit: text that an elderly person reads before a symbol larger than it needs to be. */
const WORTH = { text: 2, code: 0.6, module: 1, title: 0.15 }
/** Fewer dots than these stand no dead dot of the printer's head: taken only where nothing else fits. */
const MODULE_DOTS_SAFE = 4
const ROLL_HEIGHT_MOST = 300
/** mm by which sums of floating point numbers may miss */
const HAIR = 1e-6

/** The label, or the reason why there can be none. */
export function layOutLabel(
  words: LabelWords,
  paper: Paper = DEFAULT_PAPER,
): { label: Label } | { refused: LabelRefusal } {
  const size = labelSizeOf(paper)
  if (printable(words.productName) === '') return { refused: 'nothing-printable' }
  const { title: small, product, establishment, lot } = TEXT_SIZES
  const blocks = blocksOf([
    { text: words.title, weight: 'regular', size: small, gap: 0, dispensable: true },
    { text: words.productName, weight: 'bold', size: product, gap: BLOCK_GAP },
    { text: words.establishmentName, weight: 'regular', size: establishment, gap: BLOCK_GAP },
    ...words.lotLines.map((text, i): Block => ({
      text,
      weight: 'bold',
      size: lot,
      gap: i === 0 ? BLOCK_GAP : LOT_GAP,
      unbroken: true,
    })),
  ])
  const room = symbolRoom(size)
  const most = Math.min(MODULE_DOTS.most, largestModule(words.url, room))
  const arrange = size.text === 'beside' ? beside : below
  let best: Arranged | undefined
  let legible = false
  for (let dots = most; dots >= MODULE_DOTS.least; dots--) {
    const arranged = arrange(size, symbolAtMost(words.url, room, dots)!, dots, words.code, blocks)
    if (arranged === 'code-too-small') continue
    legible = true
    if (best && dots < MODULE_DOTS_SAFE) break
    if (arranged && (!best || worth(arranged) > worth(best))) best = arranged
  }
  if (!best) return { refused: legible ? 'too-much-text' : 'code-too-dense' }
  const name = `${printable(words.productName)} ${showCode(words.code)}`
  return { label: { width: size.width, height: best.height, elements: best.elements, name } }
}

/** The papers in use here on which these words can be printed. */
export const papersThatFit = (words: LabelWords): Paper[] =>
  COMMON_PAPERS.filter((paper) => 'label' in layOutLabel(words, paper))

interface Arranged {
  height: number
  elements: Element[]
  dots: number
  /** One em of the code, mm */
  code: number
  text: Pick<Fitted, 'largeness' | 'whole'>
}
const worth = ({ dots, code, text }: Arranged): number =>
  WORTH.text * text.largeness +
  (WORTH.code * (Math.min(code, CODE_LARGE) - CODE_SIZE.least)) / (CODE_LARGE - CODE_SIZE.least) +
  (WORTH.module * dots) / MODULE_DOTS.most +
  (text.whole ? WORTH.title : 0)

/** mm that symbol and quiet zone may take at most. */
function symbolRoom({ width, height, margin, text }: LabelSize): number {
  const codeRoom = CODE_GAP + CODE_SIZE.least * extent('0', 'bold').up + margin
  if (text === 'beside') return Math.min(width * SYMBOL_SHARE.beside, (height ?? Infinity) - codeRoom)
  return Math.min(width - 2 * margin, height === undefined ? Infinity : height * SYMBOL_SHARE.below)
}

const dotsFor = (dark: boolean[][] | undefined, room: number): number =>
  dark ? Math.floor((room * DOTS_PER_MM) / (dark.length + 2 * QUIET_ZONE)) : 0

/** Dots a module at most: with the usual error correction, or with the least where nothing else prints. */
function largestModule(url: string, room: number): number {
  const usual = dotsFor(symbolOf(url, 'M'), room)
  return usual >= MODULE_DOTS.least ? usual : dotsFor(symbolOf(url, 'L'), room)
}

const CORRECTIONS: readonly Correction[] = ['H', 'Q', 'M', 'L']

/** With modules of so many dots: as much error correction as the room holds, and no more room than the usual one takes. */
function symbolAtMost(url: string, room: number, dots: number): boolean[][] | undefined {
  const usual = symbolOf(url, 'M')
  const taken = usual && dotsFor(usual, room) >= dots ? usual.length : Infinity
  return CORRECTIONS.map((level) => symbolOf(url, level)).find(
    (dark) => dark && dark.length <= taken && dotsFor(dark, room) >= dots,
  )
}

/** The symbol at the left, the words in the column at the right, the code below either the symbol or, larger, below all. */
function beside(
  size: LabelSize,
  dark: boolean[][],
  dots: number,
  code: string,
  blocks: Block[],
): Arranged | 'code-too-small' | undefined {
  const { width, margin, height = 0 } = size
  const block = ((dark.length + 2 * QUIET_ZONE) * dots) / DOTS_PER_MM
  // On a sheet the quiet zone alone may be less than what printers leave white.
  const left = onDots(Math.max(0, margin - (QUIET_ZONE * dots) / DOTS_PER_MM))
  const codeHeight = height - block - CODE_GAP - margin
  const codeIn = (room: number, most: number): Line | undefined => {
    const line = lineIn(showCode(code), 'bold', { width: room, height: codeHeight, most })
    return line.size < CODE_SIZE.least - HAIR ? undefined : line
  }
  const leastCode = CODE_SIZE.least * extent(showCode(code), 'bold').width
  const narrow = Math.max(left + block, margin + leastCode + CODE_TO_TEXT)
  const places = [
    { x: narrow, codeWidth: narrow - margin - CODE_TO_TEXT, belowAll: false },
    { x: left + block, codeWidth: width - 2 * margin, belowAll: true },
  ]
  let best: Arranged | undefined
  let legible = false
  for (const { x, codeWidth, belowAll } of places) {
    const codeLine = codeIn(codeWidth, belowAll ? CODE_LARGE : CODE_SIZE.most)
    if (!codeLine) continue
    legible = true
    const codeUp = codeLine.up * codeLine.size
    const foot = belowAll ? codeUp + CODE_TO_TEXT_ABOVE : 0
    const column = { width: width - margin - x, height: height - 2 * margin - foot }
    const words = column.width > 0 ? fitted(blocks, column.width, column.height) : undefined
    if (!words) continue
    const spare = height - block - CODE_GAP - codeUp
    const top = onDots(Math.max(0, Math.min(spare / 2, spare - margin)))
    const symbolLeft = left + onDots((x - left - block) / 2)
    const codeLeft = belowAll
      ? Math.min(symbolLeft + (QUIET_ZONE * dots) / DOTS_PER_MM, width - margin - codeLine.width * codeLine.size)
      : margin + (codeWidth - codeLine.width * codeLine.size) / 2
    const { baselines, height: used } = stacked(words.lines)
    const arranged = {
      height,
      dots,
      code: codeLine.size,
      text: words,
      elements: [
        symbolAt(dark, dots, symbolLeft, top),
        placed(codeLine, codeLeft, belowAll ? height - margin : top + block + CODE_GAP + codeUp),
        ...baselines.map((y, i) => placed(words.lines[i]!, x, margin + (column.height - used) / 2 + y)),
      ],
    }
    if (!best || worth(arranged) > worth(best)) best = arranged
  }
  return best ?? (legible ? undefined : 'code-too-small')
}

/** Everything in the middle, one below the other, as long as it takes or as the label is high. */
function below(
  size: LabelSize,
  dark: boolean[][],
  dots: number,
  code: string,
  blocks: Block[],
): Arranged | 'code-too-small' | undefined {
  const inner = size.width - 2 * size.margin
  const block = ((dark.length + 2 * QUIET_ZONE) * dots) / DOTS_PER_MM
  const top = size.height === undefined ? 0 : onDots(Math.max(0, size.margin - (QUIET_ZONE * dots) / DOTS_PER_MM))
  const codeLine = lineIn(showCode(code), 'bold', { width: inner, height: CODE_SIZE.most, most: CODE_SIZE.most })
  if (codeLine.size < CODE_SIZE.least - HAIR) return 'code-too-small'
  const codeBase = top + block + CODE_GAP + codeLine.up * codeLine.size
  const textTop = codeBase + 2 * BLOCK_GAP
  const words = fitted(blocks, inner, (size.height ?? ROLL_HEIGHT_MOST) - textTop - size.margin)
  if (!words) return undefined
  const centred = (line: Line): number => (size.width - line.width * line.size) / 2
  const { baselines, height: used } = stacked(words.lines)
  return {
    height: size.height ?? Math.ceil(textTop + used + size.margin / 2),
    dots,
    code: codeLine.size,
    text: words,
    elements: [
      symbolAt(dark, dots, onDots((size.width - block) / 2), top),
      placed(codeLine, centred(codeLine), codeBase),
      ...baselines.map((y, i) => placed(words.lines[i]!, centred(words.lines[i]!), textTop + y)),
    ],
  }
}

/** A symbol whose quiet zone begins at (x, y). */
export const symbolAt = (dark: boolean[][], dots: number, x: number, y: number): Element => {
  const module = dots / DOTS_PER_MM
  return { kind: 'symbol', x: x + QUIET_ZONE * module, y: y + QUIET_ZONE * module, module, dark }
}

/** So many labels as pages: sheets filled row by row, the last one as far as it goes; of label printers each label a page. */
export function pagesOf(label: Label, paper: Paper, count: number): Label[] {
  const grid = gridOf(paper)
  if (!grid) return Array.from({ length: count }, () => label)
  const { columns, margin } = grid
  const { width, height } = label
  const cell = (i: number) => ({ x: margin + (i % columns) * width, y: margin + Math.floor(i / columns) * height })
  const page = (labels: number): Label => ({
    ...A4,
    name: label.name,
    elements: [
      ...cutsOf(grid, label, labels),
      ...Array.from({ length: labels }, (_, i) => label.elements.map((one) => moved(one, cell(i)))).flat(),
    ],
  })
  const [full, rest] = [Math.floor(count / labelsAPage(paper)), count % labelsAPage(paper)]
  const whole = full > 0 ? page(labelsAPage(paper)) : undefined
  return [...Array.from({ length: full }, () => whole!), ...(rest > 0 ? [page(rest)] : [])]
}

function moved(element: Element, { x, y }: { x: number; y: number }): Element {
  const at = { ...element, x: element.x + x, y: element.y + y }
  return at.kind === 'cut' ? { ...at, toX: at.toX + x, toY: at.toY + y } : at
}

/** Lines between the cells that are in use. */
function cutsOf({ columns, margin }: Grid, { width, height }: Label, labels: number): Element[] {
  const rows = Math.ceil(labels / columns)
  const right = margin + Math.min(columns, labels) * width
  const bottom = margin + rows * height
  const upright = Array.from({ length: Math.min(columns, labels) - 1 }, (_, i) => margin + (i + 1) * width)
  const level = Array.from({ length: rows - 1 }, (_, i) => margin + (i + 1) * height)
  return [
    ...upright.map((x): Element => ({ kind: 'cut', x, y: margin, toX: x, toY: bottom })),
    ...level.map((y): Element => ({ kind: 'cut', x: margin, y, toX: right, toY: y })),
  ]
}
