/** From a grid on a picture to modules that are more or less dark. */
import type { Grey } from '../step.js'
import type { Softly } from './decode.js'
import { type Grid, sample } from './fit.js'
import type { Layout } from './layout.js'

const OFFSETS = [-0.22, 0, 0.22]

/** Mean grey level of the middle of each module, row by row; -1 outside of the picture. */
export function levelsOf(grid: Grid, picture: Grey): Float32Array {
  const { size } = grid
  const levels = new Float32Array(size * size)
  const out = new Float64Array(2)
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      let [sum, count] = [0, 0]
      for (const dy of OFFSETS)
        for (const dx of OFFSETS) {
          grid.at(x + 0.5 + dx, y + 0.5 + dy, out)
          const value = sample(picture, out[0]!, out[1]!, -1)
          if (value >= 0) {
            sum += value
            count++
          }
        }
      levels[y * size + x] = count > 4 ? sum / count : -1
    }
  return levels
}

const TURNS = 3
/** What is darker than the dark around it is kept so far. */
const BEYOND = 2

/** Each module against the dark and the light ones around it, so many on either side. */
export function softly(levels: Float32Array, layout: Layout, around: number): Softly {
  const { size, known } = layout
  const soft = new Float32Array(size * size)
  // first against the mean around
  const all = windowSums(size, (i) => (levels[i]! < 0 ? 0 : levels[i]!))
  const counts = windowSums(size, (i) => (levels[i]! < 0 ? 0 : 1))
  for (let i = 0; i < soft.length; i++)
    soft[i] = known[i] !== 0 ? known[i]! : levels[i]! < all(i, around) / Math.max(1, counts(i, around)) ? 1 : -1
  for (let turn = 0; turn < TURNS; turn++) {
    const is = (i: number, sign: number): boolean => levels[i]! >= 0 && soft[i]! * sign > 0
    const dark = windowSums(size, (i) => (is(i, 1) ? levels[i]! : 0))
    const darks = windowSums(size, (i) => (is(i, 1) ? 1 : 0))
    const light = windowSums(size, (i) => (is(i, -1) ? levels[i]! : 0))
    const lights = windowSums(size, (i) => (is(i, -1) ? 1 : 0))
    const whole = (light(0, size) / Math.max(1, lights(0, size)) - dark(0, size) / Math.max(1, darks(0, size))) / 2
    const next = new Float32Array(size * size)
    for (let i = 0; i < next.length; i++) {
      if (levels[i]! < 0) continue
      let radius = around
      while (radius < size && (darks(i, radius) < 4 || lights(i, radius) < 4)) radius += 2
      const d = dark(i, radius) / Math.max(1, darks(i, radius))
      const l = light(i, radius) / Math.max(1, lights(i, radius))
      const half = Math.max((l - d) / 2, whole * 0.25, 1)
      next[i] = Math.max(-BEYOND, Math.min(BEYOND, ((l + d) / 2 - levels[i]!) / half))
    }
    soft.set(next)
  }
  return soft
}

/** Modules of a side of a square in which all look the same, the largest first, and how far its modules are trusted still */
const EVEN: readonly [side: number, trust: number][] = [
  [4, 0.02],
  [3, 0.1],
]
/** Share of the contrast between dark and light by which levels in such a square differ at most */
const EVEN_SPREAD = 0.15

/**
 * How far each module is to be trusted, 0 to 1. Modules of a square that looks the same all over are hidden by something,
 * glare or a sticker, and say nothing. Masks see to it that a symbol has few such squares itself.
 */
export function trustOf(levels: Float32Array, { size, known }: Layout): Float32Array {
  const sorted = levels.filter((level) => level >= 0).sort()
  const quantile = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0
  const most = EVEN_SPREAD * (quantile(0.75) - quantile(0.1))
  const trust = new Float32Array(levels.length).fill(1)
  for (const [side, left] of EVEN)
    for (let y = 0; y + side <= size; y++)
      for (let x = 0; x + side <= size; x++) {
        const from = y * size + x
        if (!isEven(levels, size, from, side, most) || isKnown(known, size, from, side)) continue
        for (let j = 0; j < side; j++)
          for (let i = 0; i < side; i++) trust[from + j * size + i] = Math.min(trust[from + j * size + i]!, left)
      }
  return trust
}

function isEven(levels: Float32Array, size: number, from: number, side: number, most: number): boolean {
  let [low, high] = [levels[from]!, levels[from]!]
  for (let j = 0; j < side; j++)
    for (let i = 0; i < side; i++) {
      const level = levels[from + j * size + i]!
      if (level < low) low = level
      if (level > high) high = level
      if (low < 0 || high - low > most) return false
    }
  return true
}

/** The middle of a finder is even by itself. */
function isKnown(known: Int8Array, size: number, from: number, side: number): boolean {
  for (let j = 0; j < side; j++) for (let i = 0; i < side; i++) if (known[from + j * size + i] === 0) return false
  return true
}

/** Sums over the square around a module of so many modules on either side. */
function windowSums(size: number, value: (i: number) => number): (i: number, radius: number) => number {
  const stride = size + 1
  const sums = new Float64Array(stride * stride)
  for (let y = 0; y < size; y++) {
    let row = 0
    for (let x = 0; x < size; x++) {
      row += value(y * size + x)
      sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1]! + row
    }
  }
  return (i, radius) => {
    const [x, y] = [i % size, Math.floor(i / size)]
    const [left, right] = [Math.max(0, x - radius), Math.min(size, x + radius + 1)]
    const [top, bottom] = [Math.max(0, y - radius), Math.min(size, y + radius + 1)]
    return (
      sums[bottom * stride + right]! -
      sums[top * stride + right]! -
      sums[bottom * stride + left]! +
      sums[top * stride + left]!
    )
  }
}

/** Neighbours that blur into a module, on either side */
const BLUR = 2
const SIDE = 2 * BLUR + 1
const DEBLUR_TURNS = 8

/**
 * Takes out what blur brought into each module from its neighbours: how much that is, is learnt from the modules whose
 * darkness is thought to be known. Works on levels that softly() has made comparable.
 */
export function deblurred(soft: Softly, levels: Float32Array, layout: Layout): Softly {
  const { size, known } = layout
  const bits = Float32Array.from(soft, (value, i) => (known[i] !== 0 ? known[i]! : Math.sign(value)))
  let state = Float32Array.from(soft, (value, i) =>
    known[i] !== 0 ? known[i]! : Math.max(-1, Math.min(1, value * 1.5)),
  )
  // light differs over the symbol: compare with the level that softly() found to be the middle
  const kernel = kernelOf(soft, bits, size)
  const centre = (SIDE * SIDE - 1) / 2
  if (!kernel || kernel[centre]! < 0.08) return soft
  for (let turn = 0; turn < DEBLUR_TURNS; turn++) {
    const next = new Float32Array(size * size)
    for (let y = 0; y < size; y++)
      for (let x = 0; x < size; x++) {
        const i = y * size + x
        if (levels[i]! < 0) continue
        let rest = soft[i]! - kernel[SIDE * SIDE]!
        for (let dy = -BLUR; dy <= BLUR; dy++)
          for (let dx = -BLUR; dx <= BLUR; dx++) {
            if (dx === 0 && dy === 0) continue
            rest -= kernel[(dy + BLUR) * SIDE + dx + BLUR]! * stateAt(state, size, x + dx, y + dy)
          }
        const value = Math.max(-1, Math.min(1, rest / kernel[centre]!))
        next[i] = known[i] !== 0 ? known[i]! : 0.5 * state[i]! + 0.5 * value
      }
    state = next
  }
  return state
}

/** The quiet zone is light. */
const stateAt = (state: Float32Array, size: number, x: number, y: number): number =>
  x < 0 || y < 0 || x >= size || y >= size ? -1 : state[y * size + x]!

/** Least squares with a little weight against large values; the last value is the constant. */
function kernelOf(soft: Softly, bits: Float32Array, size: number): Float64Array | undefined {
  const n = SIDE * SIDE + 1
  const matrix = Array.from({ length: n }, () => new Float64Array(n + 1))
  const row = new Float64Array(n)
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const i = y * size + x
      if (Math.abs(soft[i]!) >= 1 && bits[i] === 0) continue
      for (let dy = -BLUR; dy <= BLUR; dy++)
        for (let dx = -BLUR; dx <= BLUR; dx++) row[(dy + BLUR) * SIDE + dx + BLUR] = stateAt(bits, size, x + dx, y + dy)
      row[n - 1] = 1
      for (let a = 0; a < n; a++) {
        if (row[a] === 0) continue
        for (let b = a; b < n; b++) matrix[a]![b]! += row[a]! * row[b]!
        matrix[a]![n]! += row[a]! * soft[i]!
      }
    }
  for (let a = 0; a < n; a++) {
    matrix[a]![a]! += size
    for (let b = 0; b < a; b++) matrix[a]![b] = matrix[b]![a]!
  }
  return solved(matrix)
}

/** Gauss with pivots; the right side is the last column. */
function solved(matrix: Float64Array[]): Float64Array | undefined {
  const n = matrix.length
  for (let a = 0; a < n; a++) {
    let pivot = a
    for (let b = a + 1; b < n; b++) if (Math.abs(matrix[b]![a]!) > Math.abs(matrix[pivot]![a]!)) pivot = b
    ;[matrix[a], matrix[pivot]] = [matrix[pivot]!, matrix[a]!]
    const head = matrix[a]![a]!
    if (Math.abs(head) < 1e-9) return undefined
    for (let b = 0; b < n; b++) {
      if (b === a) continue
      const factor = matrix[b]![a]! / head
      if (factor !== 0) for (let c = a; c <= n; c++) matrix[b]![c]! -= factor * matrix[a]![c]!
    }
  }
  return Float64Array.from(matrix, (row, a) => row[n]! / row[a]!)
}
