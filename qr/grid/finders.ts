/** Finder patterns: the squares in three corners of a QR symbol, 1:1:3:1:1 whatever way they are crossed. */
import type { Point } from '../step.js'

export interface Finder {
  x: number
  y: number
  /** px; mean over the directions in which it was crossed */
  module: number
  /** Of RAYS, how many crossed dark, light, dark in the right shares */
  rays: number
  /** Radians, 0 to a quarter turn: where one of its sides points to */
  angle: number
  /** How much it looks like a finder at that angle: 1 is perfect, 0 is chance */
  looks: number
}

type Placed = Pick<Finder, 'x' | 'y' | 'module'>

/** 1 dark, -1 light */
export interface Bits {
  data: Int8Array
  width: number
  height: number
}

const RAYS = 16
/** A finder half covered or half in glare has at least so many good rays. */
const RAYS_LEAST = 8

/** Of a surface on which everything looks like a finder, so many are looked at: the work grows with their square. */
const FINDERS_MOST = 240

/** Those that look most like one, the likeliest first. */
export const likeliest = (finders: readonly Finder[]): Finder[] =>
  finders.toSorted((one, other) => other.looks - one.looks).slice(0, FINDERS_MOST)

/**
 * All that look like finder patterns; `step`: every so manyth row is looked at, until performance.now(). Places that are
 * read are passed over: a code that fills the picture has more runs like a finder's than all around it.
 */
export function findersIn(
  bits: Bits,
  step: number,
  until = Infinity,
  isRead: (x: number, y: number) => boolean = () => false,
): Finder[] {
  const { data, width, height } = bits
  const found: Finder[] = []
  const runs = new Int32Array(5)
  for (let y = step; y < height; y += step) {
    if (y % 16 === 0 && performance.now() > until) break
    runs.fill(0)
    let dark = -1
    let length = 0
    const row = y * width
    for (let x = 0; x <= width; x++) {
      const is = x < width ? data[row + x]! : -1
      if (is === dark && x < width) {
        length++
        continue
      }
      runs.copyWithin(0, 1)
      runs[4] = length
      // a dark run has ended
      if (dark === 1 && isFinderRun(runs)) {
        const centre = x - runs[4] - runs[3]! - runs[2]! / 2
        if (!isRead(centre, y)) consider(bits, centre, y, runs, found)
      }
      dark = is
      length = 1
    }
  }
  return found
}

/** px across a finder: with less, no decoder tells its modules apart. */
const RUN_LEAST = 9

function isFinderRun(runs: Int32Array): boolean {
  const total = runs[0]! + runs[1]! + runs[2]! + runs[3]! + runs[4]!
  if (runs[0] === 0 || total < RUN_LEAST) return false
  const module = total / 7
  const slack = module * 0.75 + 0.5
  return (
    Math.abs(runs[1]! - module) <= slack &&
    Math.abs(runs[3]! - module) <= slack &&
    Math.abs(runs[2]! - 3 * module) <= 2 * slack &&
    runs[0]! >= module - slack &&
    runs[4]! >= module - slack &&
    runs[0]! <= module * 2.5 &&
    runs[4]! <= module * 2.5
  )
}

function consider(bits: Bits, x: number, y: number, runs: Int32Array, found: Finder[]): void {
  const guess = (runs[1]! + runs[2]! + runs[3]!) / 5
  for (const known of found) if (Math.hypot(known.x - x, known.y - y) < 1.5 * known.module) return
  // the row may cross it off its middle: go to the middle of its column, then of that row
  const up = run(bits, x, y, 0, -1, guess * 4)
  const down = run(bits, x, y, 0, 1, guess * 4)
  if (up === undefined || down === undefined || up + down < guess || up + down > guess * 14) return
  const middle = y + (down - up) / 2
  if (!crossedAlike(bits, x, middle, (up + down) / 3)) return
  const left = run(bits, x, middle, -1, 0, guess * 4)
  const right = run(bits, x, middle, 1, 0, guess * 4)
  if (left === undefined || right === undefined) return
  const seen = surround(bits, x + (right - left) / 2, middle, guess)
  if (!seen) return
  const near = found.find(
    (known) => Math.hypot(known.x - seen.x, known.y - seen.y) < 1.5 * Math.max(known.module, seen.module),
  )
  if (!near) found.push(seen)
  else if (seen.rays > near.rays) Object.assign(near, seen)
}

const CROSSINGS = [-2, -1, 0, 1, 2].flatMap((i): Point[] => {
  const angle = (i * Math.PI) / 6
  return [
    [Math.sin(angle), Math.cos(angle)],
    [Math.sin(angle), -Math.cos(angle)],
  ]
})
/** Of CROSSINGS, so many are light, then dark, as far as the row says. */
const CROSSINGS_LEAST = 4

function crossedAlike(bits: Bits, x: number, y: number, module: number): boolean {
  const most = 5.5 * module + 2
  let alike = 0
  for (const [dx, dy] of CROSSINGS) {
    const ends = ray(bits, x, y, dx, dy, most)
    if (!ends) continue
    const [inner, light, outer] = ends
    if (light - inner < 2 * module + 1 && light - inner > 0.35 * module && outer - light < 2.5 * module + 1) alike++
  }
  return alike >= CROSSINGS_LEAST
}

/** How far it is dark in a direction; undefined: as far as `most`, or not dark at all. */
function run(bits: Bits, x: number, y: number, dx: number, dy: number, most: number): number | undefined {
  for (let r = 0; r <= most; r++) if (!at(bits, x + dx * r, y + dy * r)) return r === 0 ? undefined : r
  return undefined
}

const at = ({ data, width, height }: Bits, x: number, y: number): boolean => {
  const [i, j] = [Math.round(x), Math.round(y)]
  return i >= 0 && j >= 0 && i < width && j < height && data[j * width + i] === 1
}

/** Distances at which a ray from a finder's centre leaves the dark, the light, the dark again. */
function ray(
  bits: Bits,
  x: number,
  y: number,
  dx: number,
  dy: number,
  most: number,
): [number, number, number] | undefined {
  const ends: number[] = []
  let dark = true
  for (let r = 0.5; r <= most; r += 0.5) {
    if (at(bits, x + dx * r, y + dy * r) === dark) continue
    ends.push(r)
    if (ends.length === 3) return ends as [number, number, number]
    dark = !dark
  }
  return undefined
}

const DIRECTIONS = Array.from({ length: RAYS }, (_, i): Point => {
  const angle = (i / RAYS) * 2 * Math.PI
  return [Math.cos(angle), Math.sin(angle)]
})

function surround(bits: Bits, x: number, y: number, guess: number): Finder | undefined {
  let [good, size, cx, cy, real, imaginary] = [0, 0, 0, 0, 0, 0]
  const most = guess * 9 + 2
  for (let i = 0; i < RAYS; i++) {
    const [dx, dy] = DIRECTIONS[i]!
    const ends = ray(bits, x, y, dx, dy, most)
    if (!ends) continue
    const [inner, light, outer] = ends
    const module = outer / 3.5
    const slack = 0.6 * module + 0.75
    if (Math.abs(inner - 1.5 * module) > slack || Math.abs(light - 2.5 * module) > slack) continue
    good++
    size += module
    // a square reaches farthest at its diagonals, four times around
    real += outer * Math.cos(4 * ((i / RAYS) * 2 * Math.PI))
    imaginary += outer * Math.sin(4 * ((i / RAYS) * 2 * Math.PI))
    cx += dx * (inner + light) * 0.5
    cy += dy * (inner + light) * 0.5
  }
  if (good < RAYS_LEAST) return undefined
  // a square's boundary is on average 1.12 times as far as its side
  const about = (Math.atan2(imaginary, real) + Math.PI) / 4
  const middle = {
    x: good > 12 ? x + cx / RAYS : x,
    y: good > 12 ? y + cy / RAYS : y,
    module: size / good / 1.12,
  }
  const turned = turn(bits, middle, about)
  return turned.looks < FINDER_LOOKS_LEAST ? undefined : { ...turned, rays: good }
}

/** Radians on either side of the angle that the rays tell; of a square seen from aslant they may tell its diagonal's. */
const TURNS = [0, -0.2, 0.2, Math.PI / 4]
/** A square seen so slanted that less of it looks right is not found. */
const FINDER_LOOKS_LEAST = 0.4

/** At which angle it looks most like a finder. */
function turn(bits: Bits, finder: Placed, about: number): Placed & { angle: number; looks: number } {
  let best = { angle: 0, looks: -1 }
  for (const by of TURNS) {
    const angle = about + by
    const [x, y] = [Math.cos(angle), Math.sin(angle)]
    const looks = looksLike(bits, finder, x, y, -y, x)
    if (looks > best.looks) best = { angle, looks }
  }
  return { ...finder, ...best }
}

/** px of a module of a finder, measured along a direction, both ways; undefined when it cannot be crossed that way. */
export function moduleAlong(bits: Bits, finder: Placed, dx: number, dy: number): number | undefined {
  const length = Math.hypot(dx, dy)
  const most = finder.module * 8 + 2
  const there = ray(bits, finder.x, finder.y, dx / length, dy / length, most)
  const back = ray(bits, finder.x, finder.y, -dx / length, -dy / length, most)
  if (there && back) return (there[2] + back[2]) / 7
  // towards the symbol dark data may touch nothing: the light ring is always there
  const one = there ?? back
  return one && one[2] / 3.5
}

export interface Triple {
  topLeft: Finder
  topRight: Finder
  bottomLeft: Finder
  /** Modules of a side, as the distances say; not yet one that exists */
  size: number
  /** How far from a square seen straight, 0 is best */
  strain: number
}

/** Sizes of a symbol that may be, a little beyond those that are. */
const [LEAST, MOST] = [16, 185]

/** Three finders that may be of one symbol, the likeliest first. */
export function triplesOf(bits: Bits, finders: readonly Finder[], mirrored = false): Triple[] {
  const triples: Triple[] = []
  for (const corner of finders) {
    const near = finders
      .filter((other) => other !== corner && mayShareSide(corner, other))
      .sort((one, other) => distance(corner, one) - distance(corner, other))
      .slice(0, NEAR_MOST)
    for (let b = 0; b < near.length; b++)
      for (let c = b + 1; c < near.length; c++) {
        const triple = asTriple(bits, corner, near[b]!, near[c]!, mirrored)
        if (triple) triples.push(triple)
      }
  }
  return triples.sort((one, other) => one.strain - other.strain)
}

/** Of all finders, so many of the nearest that may be of the same symbol are tried with each. */
const NEAR_MOST = 16
/** Radians by which a side may point past its neighbour, seen from aslant */
const ASKEW = 0.5

const distance = (one: Placed, other: Placed): number => Math.hypot(one.x - other.x, one.y - other.y)

/** Whether both may be corners on one side of a symbol: alike in size, each with a side that points to the other. */
function mayShareSide(one: Finder, other: Finder): boolean {
  const ratio = one.module / other.module
  if (ratio > 2.2 || ratio < 1 / 2.2) return false
  const far = distance(one, other) / ((one.module + other.module) / 2)
  if (far < 8 || far > MOST * 1.3) return false
  const direction = Math.atan2(other.y - one.y, other.x - one.x)
  return [one, other].every(({ angle }) => {
    const quarter = Math.PI / 2
    const past = (((direction - angle) % quarter) + quarter) % quarter
    return Math.min(past, quarter - past) < ASKEW
  })
}

function asTriple(bits: Bits, corner: Finder, one: Finder, other: Finder, mirrored: boolean): Triple | undefined {
  const sizes = [corner.module, one.module, other.module]
  if (Math.max(...sizes) > 2.2 * Math.min(...sizes)) return undefined
  const [ax, ay, bx, by] = [one.x - corner.x, one.y - corner.y, other.x - corner.x, other.y - corner.y]
  const [a, b] = [Math.hypot(ax, ay), Math.hypot(bx, by)]
  if (Math.max(a, b) > 3 * Math.min(a, b)) return undefined
  const mean = (sizes[0]! + sizes[1]! + sizes[2]!) / 3
  if (Math.min(a, b) < 8 * Math.min(...sizes) || Math.max(a, b) > MOST * mean * 1.3) return undefined
  const cross = (ax * by - ay * bx) / (a * b)
  const dot = Math.abs(ax * bx + ay * by) / (a * b)
  if (dot > 0.8) return undefined
  const clockwise = cross > 0 !== mirrored
  const [topRight, bottomLeft] = clockwise ? [one, other] : [other, one]
  const across = legModules(bits, corner, topRight)
  const down = legModules(bits, corner, bottomLeft)
  if (!across || !down) return undefined
  const size = (across + down) / 2 + 7
  if (size < LEAST || size > MOST) return undefined
  const strain = dot + Math.abs(Math.log(across / down)) * 2 + (Math.max(...sizes) / Math.min(...sizes) - 1) * 0.5
  if (Math.abs(Math.log(across / down)) > 0.6) return undefined
  const looks = [corner, topRight, bottomLeft].map((finder) =>
    looksLike(
      bits,
      finder,
      topRight.x - corner.x,
      topRight.y - corner.y,
      bottomLeft.x - corner.x,
      bottomLeft.y - corner.y,
    ),
  )
  if (Math.min(...looks) < LOOKS_LEAST || looks.reduce((a, b) => a + b) < 3 * LOOKS_MEAN) return undefined
  return { topLeft: corner, topRight, bottomLeft, size, strain }
}

/** A finder's modules, and the light ones that part it from the data, from its middle. */
export const FINDER_MODULES: readonly [dx: number, dy: number, dark: number][] = Array.from({ length: 81 }, (_, i) => {
  const [dx, dy] = [(i % 9) - 4, Math.floor(i / 9) - 4]
  const ring = Math.max(Math.abs(dx), Math.abs(dy))
  return [dx, dy, ring === 2 || ring === 4 ? -1 : 1]
})
/** 1 is a perfect finder, 0 is chance. */
const LOOKS_LEAST = 0.35
const LOOKS_MEAN = 0.55

/** How much it looks like a finder whose sides run along two directions. */
function looksLike(bits: Bits, finder: Placed, ax: number, ay: number, bx: number, by: number): number {
  const a = (moduleAlong(bits, finder, ax, ay) ?? finder.module) / Math.hypot(ax, ay)
  const b = (moduleAlong(bits, finder, bx, by) ?? finder.module) / Math.hypot(bx, by)
  let sum = 0
  for (const [dx, dy, dark] of FINDER_MODULES) {
    const is = at(bits, finder.x + dx * ax * a + dy * bx * b, finder.y + dx * ay * a + dy * by * b)
    sum += is === dark > 0 ? 1 : -1
  }
  return sum / FINDER_MODULES.length
}

function legModules(bits: Bits, from: Finder, to: Finder): number | undefined {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const one = moduleAlong(bits, from, dx, dy)
  const other = moduleAlong(bits, to, dx, dy)
  if (!one && !other) return undefined
  const module = one && other ? (one + other) / 2 : (one ?? other)!
  return Math.hypot(dx, dy) / module
}
