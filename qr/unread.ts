/** Why a photo shows no code that can be read, as far as its pixels tell. */
import { type Bits, type Finder, findersIn, likeliest, triplesOf } from './grid/finders.js'
import { darkerThanAround, sumsOf } from './grid/thresholds.js'
import type { Grey, Point } from './step.js'

export type Unread =
  /** nearly everything is black */
  | 'dark'
  /** no edge in it is sharp */
  | 'blurred'
  /** a code is there, but its modules have too few pixels */
  | 'small'
  /** a code is there, seen from far aside */
  | 'slanted'
  /** a code is there, with light on it that hides much of it */
  | 'glare'
  /** two corners of a code are there, and the third would lie outside of the photo */
  | 'cut-off'

/** Of 255: in a photo that is dark, all but the brightest twentieth is darker. */
const DARK = 70
/** Share of the photo's contrast by which neighbouring pixels differ at its sharpest edges; blurred by 4 px they reach 0.08. */
const SHARP = 0.09
/** px a module, of the original: fewer are rarely read */
const SMALL = 2.2
/** One side of a code looks so many times as long as the other, or its corner so far from square (cosine). */
const SLANTED = { sides: 1.7, corner: 0.45 }
/** Of 255, and the share of a code's area: paper in the sun stays below, a lamp's reflection does not. */
const GLARE = { level: 250, share: 0.08 }
/** Half of a code is light: of its pixels in order, one of the darker light ones stands here. */
const LIGHT = 0.6
/** With the pixels so far around it (share of the shorter side) a pixel is compared. */
const AROUND = [0.04, 0.12]

/**
 * `scale`: px of the original to one of the picture; `until`: performance.now() at which codes are no longer looked for.
 * Undefined when nothing can be told.
 */
export function whyUnread(picture: Grey, scale: number, until = Infinity): Unread | undefined {
  const levels = histogram(picture)
  const [low, high] = [levelAt(levels, 0.05), levelAt(levels, 0.95)]
  if (high < DARK) return 'dark'
  for (const around of AROUND) {
    const radius = Math.max(4, Math.round(around * Math.min(picture.width, picture.height)))
    const bits: Bits = { ...picture, data: darkerThanAround(picture, sumsOf(picture), radius, 4) }
    const finders = likeliest(findersIn(bits, 2, until))
    if (performance.now() > until) break
    const [triple] = triplesOf(bits, finders)
    if (triple) {
      const { topLeft, topRight, bottomLeft } = triple
      if (Math.min(topLeft.module, topRight.module, bottomLeft.module) * scale < SMALL) return 'small'
      if (isSlanted(topLeft, topRight, bottomLeft)) return 'slanted'
      if (glareOn(picture, topLeft, topRight, bottomLeft) > GLARE.share) return 'glare'
    } else if (isCutOff(picture, bits, finders)) return 'cut-off'
  }
  return sharpness(picture) < SHARP * Math.max(1, high - low) ? 'blurred' : undefined
}

function histogram({ data }: Grey): Uint32Array {
  const levels = new Uint32Array(256)
  for (const level of data) levels[level]!++
  return levels
}

/** The level that so great a share of the pixels does not exceed. */
function levelAt(levels: Uint32Array, share: number): number {
  let left = levels.reduce((sum, count) => sum + count, 0) * share
  for (let level = 0; level < 256; level++) {
    left -= levels[level]!
    if (left <= 0) return level
  }
  return 255
}

/** By how much pixels beside one another differ at the sharpest 0.5 % of all places. */
function sharpness({ data, width, height }: Grey): number {
  const steps = new Uint32Array(256)
  for (let y = 0; y < height - 1; y++)
    for (let x = 0; x < width - 1; x++) {
      const at = y * width + x
      steps[Math.max(Math.abs(data[at]! - data[at + 1]!), Math.abs(data[at]! - data[at + width]!))]!++
    }
  return levelAt(steps, 0.995)
}

function isSlanted(corner: Finder, one: Finder, other: Finder): boolean {
  const [a, b]: Point[] = [
    [one.x - corner.x, one.y - corner.y],
    [other.x - corner.x, other.y - corner.y],
  ]
  const [along, down] = [Math.hypot(...a!), Math.hypot(...b!)]
  const cosine = Math.abs(a![0] * b![0] + a![1] * b![1]) / (along * down)
  return Math.max(along, down) / Math.min(along, down) > SLANTED.sides || cosine > SLANTED.corner
}

/** Share of a code that glare hides: as bright as can be, where its light modules are not so everywhere. */
function glareOn({ data, width, height }: Grey, corner: Finder, one: Finder, other: Finder): number {
  const STEPS = 60
  const seen: number[] = []
  for (let i = 0; i < STEPS; i++)
    for (let j = 0; j < STEPS; j++) {
      const [s, t] = [i / STEPS, j / STEPS]
      const x = Math.round(corner.x + s * (one.x - corner.x) + t * (other.x - corner.x))
      const y = Math.round(corner.y + s * (one.y - corner.y) + t * (other.y - corner.y))
      if (x < 0 || y < 0 || x >= width || y >= height) continue
      seen.push(data[y * width + x]!)
    }
  seen.sort((a, b) => a - b)
  const bright = seen.filter((level) => level >= GLARE.level).length / Math.max(1, seen.length)
  const light = seen[Math.floor(seen.length * LIGHT)] ?? 0
  return light >= GLARE.level ? bright - 0.5 : bright
}

/** How surely a finder has to look like one, where there are but two. */
const SURE = 0.7

/** Two finders on one side of a code whose others would lie outside of the picture. */
function isCutOff({ width, height }: Grey, bits: Bits, finders: readonly Finder[]): boolean {
  const sure = finders.filter(({ looks }) => looks > SURE)
  const isOutside = (x: number, y: number): boolean => x < 0 || y < 0 || x >= width || y >= height
  // each pair is looked at in both orders, and so from both sides
  return sure.some((one) =>
    sure.some((other) => {
      const [dx, dy] = [other.x - one.x, other.y - one.y]
      const far = Math.hypot(dx, dy) / one.module
      if (far < 10 || far > 60 || Math.abs(Math.log(one.module / other.module)) > 0.25) return false
      return (isOutside(one.x - dy, one.y + dx) || isOutside(other.x - dy, other.y + dx)) && isPrinted(bits, one, other)
    }),
  )
}

/** Modules from the line between two finders at which their code is looked for, and changes from dark to light there */
const PRINTED = { from: 5.5, changes: 5 }

/** Whether modules of a code, not its quiet zone, lie on one side of two finders: clockwise from the first to the second, its right. */
function isPrinted({ data, width, height }: Bits, one: Finder, other: Finder): boolean {
  const [dx, dy] = [other.x - one.x, other.y - one.y]
  const length = Math.hypot(dx, dy)
  const [ox, oy] = [(-dy / length) * PRINTED.from * one.module, (dx / length) * PRINTED.from * one.module]
  let [changes, last] = [0, 0]
  for (let r = 0; r <= length; r++) {
    const [x, y] = [Math.round(one.x + ox + (dx * r) / length), Math.round(one.y + oy + (dy * r) / length)]
    if (x < 0 || y < 0 || x >= width || y >= height) continue
    const is = data[y * width + x]!
    if (is !== last) changes++
    last = is
  }
  return changes > PRINTED.changes
}
