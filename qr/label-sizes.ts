/** Labels, sheets and printers that are sold for shops here, as data. */

/** Dots in a millimetre of a "203 dpi" label printer (203.2, to be exact): everything that must print sharply lies on whole dots. */
export const DOTS_PER_MM = 8

export interface LabelSize {
  /** mm */
  width: number
  /** mm; undefined on a roll without gaps: as much as it takes */
  height?: number
  /** mm left white at the edges, for printers and labels that are a little off */
  margin: number
  /** Whether the text stands beside the symbol or below it */
  text: 'beside' | 'below'
}

export const LABEL_SIZES = {
  '50x30': { width: 50, height: 30, margin: 1.5, text: 'beside' },
  '40x30': { width: 40, height: 30, margin: 1.25, text: 'beside' },
  /** Receipt paper of 58 mm, of which printers reach the middle 48 mm */
  'roll-58': { width: 58, margin: 5, text: 'below' },
} as const satisfies Record<string, LabelSize>

export type LabelSizeName = keyof typeof LABEL_SIZES

/** Sheets of A4 in equal cells, as sticker paper is sold. */
export const SHEETS = ['a4-3x8', 'a4-4x10'] as const

/** One label for a printer of labels, or a sheet: `a4-COLUMNSxROWS`, with `-MM` for a margin around all cells. */
export type Paper = LabelSizeName | `a4-${number}x${number}` | `a4-${number}x${number}-${number}`

export const DEFAULT_PAPER: LabelSizeName = '50x30'
/** What is proposed when a label would print too small, the smallest first. */
export const COMMON_PAPERS: readonly Paper[] = ['40x30', '50x30', ...SHEETS.toReversed(), 'roll-58']

/** mm */
export const A4 = { width: 210, height: 297 }

export interface Grid {
  columns: number
  rows: number
  /** mm left free at each edge of the sheet */
  margin: number
}

const GRID = /^a4-(\d{1,2})x(\d{1,2})(?:-(\d{1,2}))?$/
const GRID_MOST = { columns: 12, rows: 30, margin: 40 }
/** mm at the edge of a sheet that office printers do not reach */
const UNPRINTED = 4.5
/** mm left white in a cell, since sheets are drawn in a little askew */
const CELL_MARGIN = 2
/** A cell that is less wide than so many times its height has its text below the symbol. */
const WIDE = 1.25

export const isSheet = (paper: Paper): boolean => paper.startsWith('a4-')

/** Of a sheet; undefined for anything else, also for cells that no printer could fill. */
export function gridOf(paper: string): Grid | undefined {
  const [columns = 0, rows = 0, margin = 0] = (GRID.exec(paper) ?? []).slice(1).map((number) => Number(number ?? 0))
  const fits = columns <= GRID_MOST.columns && rows <= GRID_MOST.rows && margin <= GRID_MOST.margin
  return columns > 0 && rows > 0 && fits ? { columns, rows, margin } : undefined
}

export const isPaper = (text: string): text is Paper => Object.hasOwn(LABEL_SIZES, text) || gridOf(text) !== undefined

/** Of one label on this paper. */
export function labelSizeOf(paper: Paper): LabelSize {
  const grid = gridOf(paper)
  if (!grid) return LABEL_SIZES[paper as LabelSizeName]
  const width = onDots((A4.width - 2 * grid.margin) / grid.columns)
  const height = onDots((A4.height - 2 * grid.margin) / grid.rows)
  const margin = Math.max(CELL_MARGIN, UNPRINTED - grid.margin)
  return { width, height, margin, text: width >= WIDE * height ? 'beside' : 'below' }
}

/** Labels on one page. */
export const labelsAPage = (paper: Paper): number => {
  const grid = gridOf(paper)
  return grid ? grid.columns * grid.rows : 1
}

/** The whole dot at or before it. */
export const onDots = (mm: number): number => Math.floor(mm * DOTS_PER_MM + 1e-6) / DOTS_PER_MM
