/** What a QR symbol of a version is made of (ISO/IEC 18004): modules that are known, the order of the others, blocks. */
import { createRequire } from 'node:module'
import QRCode from 'qrcode'

export type Level = 'L' | 'M' | 'Q' | 'H'

export interface Layout {
  version: number
  /** Modules of a side */
  size: number
  /** Row by row: 1 dark, -1 light; 0: the module carries data or the format */
  known: Int8Array
  /** Modules that carry data, in the order of their bits */
  order: Int32Array
}

/** Codewords of one block: so many of data, then so many of error correction. */
export interface Block {
  data: number
  correction: number
}

export const MAX_VERSION = 40
export const sizeOf = (version: number): number => 17 + 4 * version
export const versionOf = (size: number): number => (size - 17) / 4

const layouts = new Map<number, Layout>()

/** Of versions 1 to 40. */
export function layoutOf(version: number): Layout {
  const ready = layouts.get(version)
  if (ready) return ready
  const { modules } = QRCode.create([{ data: '1', mode: 'numeric' }], {
    version,
    errorCorrectionLevel: 'L',
    maskPattern: 0,
  })
  const size = sizeOf(version)
  const known = new Int8Array(size * size)
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) if (modules.isReserved(y, x)) known[y * size + x] = modules.get(y, x) ? 1 : -1
  const order: number[] = []
  for (let right = size - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right-- // the column of the timing pattern carries nothing
    for (let i = 0; i < size; i++)
      for (let x = right; x > right - 2; x--) {
        const at = (up ? size - 1 - i : i) * size + x
        if (known[at] === 0) order.push(at)
      }
  }
  for (const copy of formatPlaces(size)) for (const at of copy) known[at] = 0
  const layout = { version, size, known, order: Int32Array.from(order) }
  layouts.set(version, layout)
  return layout
}

/** Where the 15 bits of the format stand, highest first, twice. */
export function formatPlaces(size: number): [number[], number[]] {
  const at = (x: number, y: number): number => y * size + x
  const first = [...[0, 1, 2, 3, 4, 5, 7, 8].map((x) => at(x, 8)), ...[7, 5, 4, 3, 2, 1, 0].map((y) => at(8, y))]
  const second = [
    ...[1, 2, 3, 4, 5, 6, 7].map((i) => at(8, size - i)),
    ...[8, 7, 6, 5, 4, 3, 2, 1].map((i) => at(size - i, 8)),
  ]
  return [first, second]
}

export interface Format {
  level: Level
  mask: number
  /** 15 bits, as they stand in the symbol */
  bits: number
}

const LEVEL_BITS: Record<Level, number> = { L: 1, M: 0, Q: 3, H: 2 }
const FORMAT_POLYNOMIAL = 0b101_0011_0111
const FORMAT_MASK = 0b101_0100_0001_0010

export const FORMATS: readonly Format[] = (Object.keys(LEVEL_BITS) as Level[]).flatMap((level) =>
  Array.from({ length: 8 }, (_, mask) => {
    const data = (LEVEL_BITS[level] << 3) | mask
    let rest = data << 10
    for (let bit = 14; bit >= 10; bit--) if ((rest >> bit) & 1) rest ^= FORMAT_POLYNOMIAL << (bit - 10)
    return { level, mask, bits: ((data << 10) | rest) ^ FORMAT_MASK }
  }),
)

/** Whether a mask turns the module in column x, row y. */
export const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(y / 2) + Math.floor(x / 3)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
]

interface Tables {
  getBlocksCount(version: number, level: { bit: number }): number
  getTotalCodewordsCount(version: number, level: { bit: number }): number
}

const require = createRequire(import.meta.url)
const tables = require('qrcode/lib/core/error-correction-code.js') as Tables
const levels = require('qrcode/lib/core/error-correction-level.js') as Record<Level, { bit: number }>

/** Blocks in the order in which their codewords are interleaved: the shorter ones first. */
export function blocksOf({ version, order }: Layout, level: Level): Block[] {
  const total = order.length >> 3
  const count = tables.getBlocksCount(version, levels[level])
  const correction = tables.getTotalCodewordsCount(version, levels[level]) / count
  const longer = total % count
  return Array.from({ length: count }, (_, i) => ({
    data: Math.floor(total / count) - correction + (i >= count - longer ? 1 : 0),
    correction,
  }))
}
