/**
 * Lays the grid of a symbol over a picture: first as a plane seen from somewhere, then bent. A grid fits when the modules that
 * every symbol has (finders, timing, alignment) are dark and light where they should be, and the others are clearly one or the other.
 */
import type { Point } from '../step.js'
import { FINDER_MODULES } from './finders.js'
import type { Layout } from './layout.js'

/** Darkness of pixels, about 1 where dark, -1 where light. */
export interface Contrast {
  data: Float32Array
  width: number
  height: number
}

/** Control points: the middles of the three finders, and what would be the fourth's. px */
const CORNERS = 8
/** For x, then for y: how far the grid is bent, px */
const BENDS = 6
/** A finder's middle lies so many modules from both sides. */
const INSET = 3.5

export const PLANE = CORNERS
export const BENT = CORNERS + 2 * BENDS

export class Grid {
  readonly params: Float64Array
  private readonly h = new Float64Array(8)
  constructor(
    readonly size: number,
    params: ArrayLike<number>,
  ) {
    this.params = new Float64Array(BENT)
    this.params.set(Array.from(params).slice(0, BENT))
    this.changed()
  }

  /** To be called when the control points were moved. */
  changed(): void {
    const p = this.params
    const [x0, y0, x1, y1, x2, y2, x3, y3] = [p[0]!, p[1]!, p[2]!, p[3]!, p[4]!, p[5]!, p[6]!, p[7]!]
    // unit square to the quadrilateral: 0 top left, 1 top right, 2 bottom left, 3 bottom right
    const [dx1, dy1, dx2, dy2] = [x1 - x3, y1 - y3, x2 - x3, y2 - y3]
    const [sx, sy] = [x0 - x1 + x3 - x2, y0 - y1 + y3 - y2]
    const det = dx1 * dy2 - dx2 * dy1 || 1e-9
    const g = (sx * dy2 - dx2 * sy) / det
    const k = (dx1 * sy - sx * dy1) / det
    this.h.set([x1 - x0 + g * x1, x2 - x0 + k * x2, x0, y1 - y0 + g * y1, y2 - y0 + k * y2, y0, g, k])
  }

  /** Where in the picture a place of the symbol lies; in modules from its top left corner. */
  at(u: number, v: number, out: Float64Array): void {
    const span = this.size - 2 * INSET
    const s = (u - INSET) / span
    const t = (v - INSET) / span
    const h = this.h
    const w = h[6]! * s + h[7]! * t + 1
    let x = (h[0]! * s + h[1]! * t + h[2]!) / w
    let y = (h[3]! * s + h[4]! * t + h[5]!) / w
    const p = this.params
    const ss = s * (1 - s)
    const tt = t * (1 - t)
    const s2 = 2 * s - 1
    const t2 = 2 * t - 1
    x += p[8]! * ss + p[9]! * tt + p[10]! * ss * s2 + p[11]! * tt * t2 + p[12]! * ss * t2 + p[13]! * tt * s2
    y += p[14]! * ss + p[15]! * tt + p[16]! * ss * s2 + p[17]! * tt * t2 + p[18]! * ss * t2 + p[19]! * tt * s2
    out[0] = x
    out[1] = y
  }

  point(u: number, v: number): Point {
    const out = new Float64Array(2)
    this.at(u, v, out)
    return [out[0]!, out[1]!]
  }

  /** Moves the fourth corner by so many modules along the far sides. */
  moveFourth(across: number, down: number): void {
    const p = this.params
    const span = this.size - 2 * INSET
    for (const axis of [0, 1]) {
      const [right, below] = [p[6 + axis]! - p[4 + axis]!, p[6 + axis]! - p[2 + axis]!]
      p[6 + axis]! += (right * across + below * down) / span
    }
    this.changed()
  }

  /** px of a module in the middle */
  module(): number {
    const p = this.params
    const span = this.size - 2 * INSET
    const sides =
      Math.hypot(p[2]! - p[0]!, p[3]! - p[1]!) +
      Math.hypot(p[4]! - p[0]!, p[5]! - p[1]!) +
      Math.hypot(p[6]! - p[2]!, p[7]! - p[3]!) +
      Math.hypot(p[6]! - p[4]!, p[7]! - p[5]!)
    return sides / 4 / span
  }
}

/** Between pixels; outside of the picture nothing is known. */
export function sample(
  { data, width, height }: { data: ArrayLike<number>; width: number; height: number },
  x: number,
  y: number,
  outside: number,
): number {
  const [fx, fy] = [x - 0.5, y - 0.5]
  const [i, j] = [Math.floor(fx), Math.floor(fy)]
  if (i < 0 || j < 0 || i >= width - 1 || j >= height - 1) return outside
  const [a, b] = [fx - i, fy - j]
  const at = j * width + i
  return (
    (data[at]! * (1 - a) + data[at + 1]! * a) * (1 - b) + (data[at + width]! * (1 - a) + data[at + width + 1]! * a) * b
  )
}

/** Places of a layout that are looked at while fitting. */
export interface Probe {
  known: { u: Float64Array; v: Float64Array; dark: Int8Array }
  free: { u: Float64Array; v: Float64Array }
}

/** So many modules that are not known are looked at, evenly spread. */
const FREE_MOST = 300
const probes = new Map<number, Probe>()

export function probeOf({ size, known, version }: Layout): Probe {
  const ready = probes.get(version)
  if (ready) return ready
  const places: [number, number, number][] = []
  const free: [number, number][] = []
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const dark = known[y * size + x]!
      if (dark === 0) free.push([x + 0.5, y + 0.5])
      else places.push([x + 0.5, y + 0.5, dark])
    }
  const every = Math.max(1, free.length / FREE_MOST)
  const some = Array.from({ length: Math.floor(free.length / every) }, (_, i) => free[Math.floor(i * every)]!)
  const probe: Probe = {
    known: {
      u: Float64Array.from(places, ([u]) => u),
      v: Float64Array.from(places, ([, v]) => v),
      dark: Int8Array.from(places, ([, , dark]) => dark),
    },
    free: { u: Float64Array.from(some, ([u]) => u), v: Float64Array.from(some, ([, v]) => v) },
  }
  probes.set(version, probe)
  return probe
}

const FREE_WEIGHT = 0.5

/** How well the modules that are known are where they should be: 1 is perfect, 0 is chance. */
export function knownFit(grid: Grid, picture: Contrast, { known }: Probe): number {
  const out = new Float64Array(2)
  let sum = 0
  for (let i = 0; i < known.u.length; i++) {
    grid.at(known.u[i]!, known.v[i]!, out)
    sum += known.dark[i]! * sample(picture, out[0]!, out[1]!, 0)
  }
  return sum / known.u.length
}

function fitOf(grid: Grid, picture: Contrast, probe: Probe): number {
  const out = new Float64Array(2)
  let sum = 0
  const { u, v } = probe.free
  for (let i = 0; i < u.length; i++) {
    grid.at(u[i]!, v[i]!, out)
    sum += Math.abs(sample(picture, out[0]!, out[1]!, 0))
  }
  return knownFit(grid, picture, probe) + (FREE_WEIGHT * sum) / Math.max(1, u.length)
}

/** Moves one parameter after the other, by ever smaller steps, as long as the fit gets better. `steps` in modules. */
export function settle(grid: Grid, picture: Contrast, probe: Probe, params: number, steps: readonly number[]): number {
  let best = fitOf(grid, picture, probe)
  const module = grid.module()
  for (const step of steps)
    for (let round = 0; round < 4; round++) {
      let better = false
      for (let i = 0; i < params; i++) {
        // a bend moves the middle by a quarter of itself
        const by = step * module * (i < CORNERS ? 1 : 4)
        const before = grid.params[i]!
        for (const sign of [1, -1]) {
          grid.params[i] = before + sign * by
          if (i < CORNERS) grid.changed()
          const fit = fitOf(grid, picture, probe)
          if (fit > best + 1e-4) {
            best = fit
            better = true
            break
          }
          grid.params[i] = before
          if (i < CORNERS) grid.changed()
        }
      }
      if (!better) break
    }
  return best
}

/** How well three finders are where a plane grid has them; the border towards the outside may be cut off. */
export function findersFit(grid: Grid, picture: Contrast, modules = FINDER_MODULES): number {
  const out = new Float64Array(2)
  const { size } = grid
  let sum = 0
  for (const [u, v] of [
    [INSET, INSET],
    [size - INSET, INSET],
    [INSET, size - INSET],
  ] as const)
    for (const [dx, dy, dark] of modules) {
      grid.at(u + dx, v + dy, out)
      sum += dark * sample(picture, out[0]!, out[1]!, 0)
    }
  return sum / 3 / modules.length
}

/** Enough of a finder to see whether it is seen from the right side. */
const FINDER_SOME = FINDER_MODULES.filter(([dx, dy]) => (dx + dy) % 2 === 0 && (dx % 2 === 0 || Math.abs(dx) === 3))

/** How well the two rows of alternating modules between the finders are where a grid has them. */
function timingFit(grid: Grid, picture: Contrast): number {
  const out = new Float64Array(2)
  const { size } = grid
  let sum = 0
  for (let i = 8; i < size - 8; i++) {
    const sign = i % 2 === 0 ? 1 : -1
    grid.at(i + 0.5, 6.5, out)
    sum += sign * sample(picture, out[0]!, out[1]!, 0)
    grid.at(6.5, i + 0.5, out)
    sum += sign * sample(picture, out[0]!, out[1]!, 0)
  }
  return sum / (size - 16) / 2
}

/** The far sides of a symbol look so much smaller or larger than the near ones. */
const [SLANT_LEAST, SLANT_MOST] = [-0.4, 0.6]
/** Modules by which the middle of a row may move from one slant that is tried to the next */
const SLANT_STEP = 0.3
/** What a slant has to gain: where an alternating row is hidden, noise alone would tell it. */
const SLANT_DOUBT = 0.3

/**
 * The plane through three finders on which the alternating rows between them fit best: they tell by how much the far sides look smaller,
 * and with it the fourth corner.
 */
export function planeFrom(
  topLeft: Point,
  topRight: Point,
  bottomLeft: Point,
  size: number,
  picture: Contrast,
): { grid: Grid; fit: number } {
  const step = (SLANT_STEP * 5) / (size - 2 * INSET)
  const slants = Array.from(
    { length: Math.floor((SLANT_MOST - SLANT_LEAST) / step) + 1 },
    (_, i) => SLANT_LEAST + i * step,
  )
  slants.push(0)
  const plane = (g: number, k: number): Grid => {
    const w = 1 + g + k
    const fourth = [0, 1].map((i) => (topRight[i]! * (1 + g) + bottomLeft[i]! * (1 + k) - topLeft[i]!) / w)
    return new Grid(size, [...topLeft, ...topRight, ...bottomLeft, ...fourth])
  }
  let best = { grid: plane(0, 0), fit: -2, g: 0, k: 0 }
  const look = (g: number, k: number): void => {
    if (1 + g + k < 0.4) return
    const grid = plane(g, k)
    const fit =
      timingFit(grid, picture) + findersFit(grid, picture, FINDER_SOME) - SLANT_DOUBT * (Math.abs(g) + Math.abs(k))
    if (fit > best.fit) best = { grid, fit, g, k }
  }
  for (const g of slants) look(g, 0)
  for (const k of slants) look(best.g, k)
  for (const g of slants) look(g, best.k)
  return best
}
