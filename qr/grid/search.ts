/**
 * QR symbols that no engine reads, module by module: located by their finders, straightened, each module weighed against the
 * light around it, and corrected with the most doubtful codewords left out.
 */
import { type Before, type Corners, type Found, type Grey, type Point, contains } from '../step.js'
import { readWithZxing } from '../zxing.js'
import { type Meant, meantBy } from './decode.js'
import { type Finder, type Triple, findersIn, likeliest, triplesOf } from './finders.js'
import { BENT, type Contrast, Grid, PLANE, findersFit, knownFit, planeFrom, probeOf, settle } from './fit.js'
import { type Layout, MAX_VERSION, layoutOf, sizeOf, versionOf } from './layout.js'
import { deblurred, levelsOf, softly, trustOf } from './modules.js'
import { contrastOf, darkerThanAround, sumsOf } from './thresholds.js'

export interface Search {
  /** Share of the picture's shorter side: with the pixels so far around it a pixel is compared to tell whether it is dark */
  around: number
}

/** Grey levels by which a dark pixel differs from what is around it at least */
const BIAS = 4
const TRIPLES_MOST = 80
/** Looks of a finder that is surely one, and of how many of them a code is likely that was not read. Of 471 marked codes 11 more are read so. */
const [SURE, FINDERS_OF_MORE] = [0.7, 2]
/** Of a fit of 1: with less, a grid does not lie on a symbol. */
const FINDERS_FIT = 0.2
const KNOWN_FIT = 0.3
const VERSIONS_TRIED = 2
/** A picture of more rows is looked through by every second one: its modules have more than one pixel. */
const ROWS_MOST = 700
/** Modules by which a grid is moved, then less and less */
const PLANE_STEPS = [0.7, 0.35, 0.17, 0.08]
const BENT_STEPS = [0.6, 0.3, 0.15, 0.07]
const FINE_STEPS = [0.4, 0.2, 0.1]
/** A grid that fits so well lies on a symbol, read or not. */
const SURE_FIT = 0.6
/** Modules by which the fourth corner is tried elsewhere */
const ELSEWHERE: readonly Point[] = [
  [1.5, 1.5],
  [-1.5, -1.5],
  [1.5, -1.5],
  [-1.5, 1.5],
  [3, 3],
  [-3, -3],
]

/** All symbols that are not among those read before. */
export async function searchByGrid(
  picture: Grey,
  { read, until, seesMore }: Before,
  { around }: Search,
): Promise<Found[]> {
  const radius = Math.max(4, Math.round(around * Math.min(picture.width, picture.height)))
  const bits = { ...picture, data: darkerThanAround(picture, sumsOf(picture), radius, BIAS) }
  const isRead = (x: number, y: number): boolean => read.some(({ corners }) => contains(corners, [x, y]))
  const seen = findersIn(bits, picture.height > ROWS_MOST ? 2 : 1, until, isRead)
  const finders = likeliest(seen.filter(({ x, y }) => !isRead(x, y)))
  const found: Found[] = []
  for (const triple of triplesOf(bits, finders).slice(0, TRIPLES_MOST)) {
    if (performance.now() > until) break
    const three = [triple.topLeft, triple.topRight, triple.bottomLeft]
    if (three.some(({ x, y }) => found.some(({ corners }) => contains(corners, [x, y])))) continue
    const straight = readTriple(picture, triple, until)
    if (!straight) continue
    const [said] = await readWithZxing(drawn(straight.meant), { isPure: true, formats: ['QRCode'] })
    if (said) found.push({ ...said, corners: straight.corners, unused: straight.meant.unused })
  }
  const left = finders.filter(
    ({ x, y, looks }) => looks > SURE && !found.some(({ corners }) => contains(corners, [x, y])),
  )
  if (left.length >= FINDERS_OF_MORE) seesMore()
  return found
}

function readTriple(picture: Grey, triple: Triple, until: number): { meant: Meant; corners: Corners } | undefined {
  const patch = patchAround(picture, triple)
  const module = (triple.topLeft.module + triple.topRight.module + triple.bottomLeft.module) / 3 / patch.shrink
  const contrast = contrastOf(patch.grey, Math.max(3, Math.round(module * 6)))
  for (const { layout, grid } of planes(triple, patch, contrast)) {
    const meant = laidOver(grid, layout, contrast, patch.grey, until)
    if (meant) return { meant: meant.meant, corners: cornersOf(meant.grid, patch) }
  }
  return undefined
}

/** Settles a grid on a symbol, ever more freely, until it is read. */
function laidOver(
  grid: Grid,
  layout: Layout,
  contrast: Contrast,
  grey: Grey,
  until: number,
): { meant: Meant; grid: Grid } | undefined {
  const probe = probeOf(layout)
  settle(grid, contrast, probe, PLANE, PLANE_STEPS)
  const plane = knownFit(grid, contrast, probe)
  if (plane < KNOWN_FIT) return undefined
  const meant = readModules(grid, grey, layout)
  if (meant) return { meant, grid }
  if (performance.now() > until) return undefined
  const bent = new Grid(grid.size, grid.params)
  settle(bent, contrast, probe, BENT, BENT_STEPS)
  const fit = knownFit(bent, contrast, probe)
  const once = readModules(bent, grey, layout)
  if (once) return { meant: once, grid: bent }
  if (fit < SURE_FIT) return undefined
  // surely a symbol: nothing that is known holds its fourth corner, which may have settled one or two modules away
  for (const [across, down] of ELSEWHERE) {
    if (performance.now() > until) return undefined
    const moved = new Grid(grid.size, grid.params)
    moved.moveFourth(across, down)
    settle(moved, contrast, probe, BENT, FINE_STEPS)
    const read = readModules(moved, grey, layout)
    if (read) return { meant: read, grid: moved }
  }
  return undefined
}

/** Planes of the versions that may be, those first on which finders and timing fit best. */
function planes(triple: Triple, patch: Patch, contrast: Contrast): { layout: Layout; grid: Grid }[] {
  const at = ({ x, y }: Finder): Point => [(x - patch.x) / patch.shrink, (y - patch.y) / patch.shrink]
  const [topLeft, topRight, bottomLeft] = [at(triple.topLeft), at(triple.topRight), at(triple.bottomLeft)]
  const guess = versionOf(triple.size)
  const reach = guess < 3 ? 1.3 : 1 + guess * 0.15
  const [least, most] = [Math.max(1, Math.ceil(guess - reach)), Math.min(MAX_VERSION, Math.floor(guess + reach))]
  const planes: { version: number; grid: Grid; fit: number }[] = []
  for (let version = least; version <= most; version++) {
    const { grid, fit } = planeFrom(topLeft, topRight, bottomLeft, sizeOf(version), contrast)
    const finders = findersFit(grid, contrast)
    if (finders > FINDERS_FIT) planes.push({ version, grid, fit })
  }
  return planes
    .sort((one, other) => other.fit - one.fit)
    .slice(0, VERSIONS_TRIED)
    .map(({ version, grid }) => ({ layout: layoutOf(version), grid }))
}

/** Modules on either side whose light a module is compared with: more where it is even, fewer where it is not */
const AROUND = [4, 2] as const

/** As they are seen, then with the blur between them taken out; then the same for a symbol seen in a mirror. */
function readModules(grid: Grid, grey: Grey, layout: Layout): Meant | undefined {
  const levels = levelsOf(grid, grey)
  const trust = trustOf(levels, layout)
  const read = (seen: Float32Array): Meant | undefined => {
    const modules = seen.map((value, i) => value * trust[i]!)
    return meantBy(modules, layout) ?? meantBy(mirrored(modules, layout.size), layout)
  }
  const seen = AROUND.map((around) => softly(levels, layout, around))
  for (const soft of seen) {
    const meant = read(soft)
    if (meant) return meant
  }
  return read(deblurred(seen[0]!, levels, layout)) ?? read(deblurred(seen[1]!, levels, layout))
}

const mirrored = (modules: Float32Array, size: number): Float32Array =>
  modules.map((_, i) => modules[(i % size) * size + Math.floor(i / size)]!)

function cornersOf(grid: Grid, { x, y, shrink }: Patch): Corners {
  const { size } = grid
  return [[0, 0] as const, [size, 0] as const, [size, size] as const, [0, size] as const].map(([u, v]): Point => {
    const [px, py] = grid.point(u, v)
    return [px * shrink + x, py * shrink + y]
  }) as Corners
}

interface Patch {
  grey: Grey
  /** Its top left corner in the picture */
  x: number
  y: number
  /** px of the picture to one of its own */
  shrink: number
}

/** px of a module in a patch, at most twice as many */
const PATCH_MODULE = 8
/** Share of a symbol's side by which a patch is wider: the fourth corner may lie far out. */
const MARGIN = 0.35

function patchAround(picture: Grey, { topLeft, topRight, bottomLeft }: Triple): Patch {
  const fourth = { x: topRight.x + bottomLeft.x - topLeft.x, y: topRight.y + bottomLeft.y - topLeft.y }
  const corners = [topLeft, topRight, bottomLeft, fourth]
  const xs = corners.map(({ x }) => x)
  const ys = corners.map(({ y }) => y)
  const module = Math.min(topLeft.module, topRight.module, bottomLeft.module)
  const margin = MARGIN * Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys)) + 6 * module
  const left = Math.max(0, Math.floor(Math.min(...xs) - margin))
  const top = Math.max(0, Math.floor(Math.min(...ys) - margin))
  const right = Math.min(picture.width, Math.ceil(Math.max(...xs) + margin))
  const bottom = Math.min(picture.height, Math.ceil(Math.max(...ys) + margin))
  const shrink = Math.max(1, Math.floor(module / PATCH_MODULE))
  return { grey: shrunk(picture, { left, top, right, bottom }, shrink), x: left, y: top, shrink }
}

function shrunk(
  picture: Grey,
  { left, top, right, bottom }: Record<'left' | 'top' | 'right' | 'bottom', number>,
  by: number,
): Grey {
  const [width, height] = [Math.floor((right - left) / by), Math.floor((bottom - top) / by)]
  const data = new Uint8Array(width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0
      for (let j = 0; j < by; j++) {
        const row = (top + y * by + j) * picture.width + left + x * by
        for (let i = 0; i < by; i++) sum += picture.data[row + i]!
      }
      data[y * width + x] = sum / (by * by)
    }
  return { data, width, height }
}

/** px a module, modules of quiet zone */
const [DRAWN_MODULE, DRAWN_QUIET] = [3, 4]

/** The symbol as it was printed, so that one decoder reads what it says, however it was found. */
function drawn({ modules, size }: Meant): Grey {
  const side = (size + 2 * DRAWN_QUIET) * DRAWN_MODULE
  const data = new Uint8Array(side * side)
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const [u, v] = [Math.floor(x / DRAWN_MODULE) - DRAWN_QUIET, Math.floor(y / DRAWN_MODULE) - DRAWN_QUIET]
      const dark = u >= 0 && v >= 0 && u < size && v < size && modules[v * size + u] === 1
      data[y * side + x] = dark ? 0 : 255
    }
  return { data, width: side, height: side }
}
