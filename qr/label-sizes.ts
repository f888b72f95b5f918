/** Labels and printers that are sold for shops here, as data. */

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

export const DEFAULT_LABEL_SIZE: LabelSizeName = '50x30'
