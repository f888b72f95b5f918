/** A QR symbol as dark and light modules, and as one path of a drawing. */
import QRCode from 'qrcode'

/** White modules around a symbol (ISO/IEC 18004). */
export const QUIET_ZONE = 4

/** Share of a symbol that may be damaged: 7, 15, 25, 30 % (ISO/IEC 18004). */
export type Correction = 'L' | 'M' | 'Q' | 'H'

/** Row by row without the quiet zone, true is dark; undefined: longer than the largest symbol holds. */
export function symbolOf(said: string, errorCorrectionLevel: Correction = 'M'): boolean[][] | undefined {
  try {
    const { modules } = QRCode.create(said, { errorCorrectionLevel })
    return Array.from({ length: modules.size }, (_, y) =>
      Array.from({ length: modules.size }, (_, x) => modules.get(y, x) === 1),
    )
  } catch {
    return undefined
  }
}

export interface SymbolPlace {
  x: number
  y: number
  /** Width of a module */
  module: number
}

/** Path data of the dark modules: one rectangle a run. */
export function modulesPath(dark: readonly boolean[][], { x, y, module }: SymbolPlace): string {
  let data = ''
  dark.forEach((row, j) => {
    for (let i = 0; i < row.length; i++) {
      if (!row[i]) continue
      const from = i
      while (row[i + 1]) i++
      const width = (i + 1 - from) * module
      data += `M${x + from * module} ${y + j * module}h${width}v${module}h${-width}z`
    }
  })
  return data
}
