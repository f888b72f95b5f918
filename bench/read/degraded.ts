/**
 * Photos of our labels as print, hands, light and chat networks spoil them; the kinds and strengths are those of the
 * measurements that the reader is compared with. The same seed gives the same pictures.
 */
import sharp from 'sharp'
import { layOutLabel } from '../../qr/label.js'
import { labelPng } from '../../qr/label-drawing.js'
import { DOTS_PER_MM } from '../../qr/label-sizes.js'
import { type Random, randomFrom } from './random.js'

export interface Degraded {
  kind: string
  jpeg: Buffer
  /** What the codes say, all of which are to be read */
  texts: string[]
}

const WIDTH = 1280
const HEIGHT = 960
const LABEL_SCALE = 3

/** Grey levels, 0 to 255, not yet rounded. */
interface Plate {
  data: Float32Array
  width: number
  height: number
}

/** A label, flat, with the place of its symbol in px. */
interface Print extends Plate {
  text: string
  symbol: { x: number; y: number; side: number; module: number }
}

const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const PRODUCTS = ['Cam Canh', 'Bánh cốm Hàng Than', 'Rau muống', 'Thịt lợn', 'Xoài cát Hoà Lộc', 'Nước mắm', 'Chả lụa']

async function print(random: Random): Promise<Print> {
  const code = Array.from({ length: 9 }, () => random.pick([...LETTERS])).join('')
  const text = `https://ronguon.example.vn/c/${code}`
  const laid = layOutLabel({
    code,
    url: text,
    title: 'Rõ Nguồn',
    productName: random.pick(PRODUCTS),
    establishmentName: 'Cửa hàng Bà Tư',
    lotLines: ['NSX 01/11/2026', 'HSD 20/11/2026'],
  })
  if ('refused' in laid) throw new Error(laid.refused)
  const symbol = laid.label.elements.find((element) => element.kind === 'symbol')!
  const scale = DOTS_PER_MM * LABEL_SCALE
  const plate = await plateOf(await labelPng(laid.label, { scale: LABEL_SCALE }))
  const module = symbol.module * scale
  return {
    ...plate,
    text,
    symbol: { x: symbol.x * scale, y: symbol.y * scale, side: symbol.dark.length * module, module },
  }
}

async function plateOf(picture: Buffer): Promise<Plate> {
  const { data, info } = await sharp(picture).greyscale().raw().toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  return {
    data: Float32Array.from({ length: width * height }, (_, i) => data[i * channels]!),
    width,
    height,
  }
}

const jpegOf = ({ data, width, height }: Plate, quality = 85): Promise<Buffer> =>
  sharp(
    Uint8Array.from(data, (value) => Math.max(0, Math.min(255, Math.round(value)))),
    {
      raw: { width, height, channels: 1 },
    },
  )
    .jpeg({ quality })
    .toBuffer()

function at({ data, width, height }: Plate, x: number, y: number): number | undefined {
  const [i, j] = [Math.floor(x), Math.floor(y)]
  if (i < 0 || j < 0 || i >= width - 1 || j >= height - 1) return undefined
  const [a, b] = [x - i, y - j]
  const from = j * width + i
  return (
    (data[from]! * (1 - a) + data[from + 1]! * a) * (1 - b) +
    (data[from + width]! * (1 - a) + data[from + width + 1]! * a) * b
  )
}

/** Where a pixel of the photo looks at on the label, in px of the label. */
type Look = (x: number, y: number) => [x: number, y: number] | undefined

interface View {
  /** Middle of the code in the photo, px */
  x: number
  y: number
  /** px of the photo to one of the label */
  zoom: number
  /** radians */
  turn: number
  /** radians by which the label leans back, and which way it leans */
  tilt?: number
  lean?: number
}

/** A flat label, seen from aslant by a camera whose view is some 60 degrees wide. */
function looking({ symbol }: Print, { x: cx, y: cy, zoom, turn, tilt = 0, lean = 0 }: View): Look {
  const focal = WIDTH
  const [sin, cos] = [Math.sin(tilt), Math.cos(tilt)]
  const [mx, my] = [symbol.x + symbol.side / 2, symbol.y + symbol.side / 2]
  return (x, y) => {
    const [px, py] = turned(x - cx, y - cy, lean)
    // the ray through this pixel meets the leaning plane
    const depth = focal / (focal * cos - py * sin)
    const [u, v] = turned((px * depth * cos) / zoom, (py * depth) / zoom, -lean - turn)
    return depth > 0 ? [u + mx, v + my] : undefined
  }
}

const turned = (x: number, y: number, by: number): [number, number] => [
  x * Math.cos(by) - y * Math.sin(by),
  x * Math.sin(by) + y * Math.cos(by),
]

/** A photo of labels on a table; what no label covers is the table. */
function photo(laid: { print: Print; look: Look }[], random: Random): Plate {
  const data = new Float32Array(WIDTH * HEIGHT)
  const table = random.between(90, 170)
  const [wide, high] = [random.between(60, 200), random.between(60, 200)]
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) {
      let value = table + 12 * Math.sin(x / wide) + 12 * Math.sin(y / high) + 3 * random.normal()
      for (const { print, look } of laid) {
        const place = look(x, y)
        const seen = place && at(print, place[0], place[1])
        if (seen !== undefined) value = 20 + seen * 0.82 // ink is not black, paper not white
      }
      data[y * WIDTH + x] = value
    }
  return { data, width: WIDTH, height: HEIGHT }
}

/** Around 45 % of the photo's height, a little turned. */
const usual = (random: Random, { symbol }: Print, share = random.between(0.22, 0.4)): View => ({
  x: WIDTH / 2 + random.between(-120, 120),
  y: HEIGHT / 2 + random.between(-80, 80),
  zoom: (share * WIDTH) / symbol.side,
  turn: random.between(-0.35, 0.35),
})

function blurred(plate: Plate, kernel: { dx: number; dy: number; weight: number }[]): Plate {
  const { data, width, height } = plate
  const out = new Float32Array(data.length)
  const total = kernel.reduce((sum, { weight }) => sum + weight, 0)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0
      for (const { dx, dy, weight } of kernel) {
        const i = Math.max(0, Math.min(width - 1, x + dx))
        const j = Math.max(0, Math.min(height - 1, y + dy))
        sum += weight * data[j * width + i]!
      }
      out[y * width + x] = sum / total
    }
  return { data: out, width, height }
}

function moved(plate: Plate, length: number, angle: number): Plate {
  const kernel = Array.from({ length: Math.ceil(length) }, (_, i) => {
    const r = i - (length - 1) / 2
    return { dx: Math.round(r * Math.cos(angle)), dy: Math.round(r * Math.sin(angle)), weight: 1 }
  })
  return blurred(plate, kernel)
}

function unfocused(plate: Plate, sigma: number): Plate {
  const reach = Math.ceil(sigma * 3)
  const line = Array.from({ length: 2 * reach + 1 }, (_, i) => ({
    d: i - reach,
    weight: Math.exp(-((i - reach) ** 2) / (2 * sigma ** 2)),
  }))
  const across = blurred(
    plate,
    line.map(({ d, weight }) => ({ dx: d, dy: 0, weight })),
  )
  return blurred(
    across,
    line.map(({ d, weight }) => ({ dx: 0, dy: d, weight })),
  )
}

const mapped = (plate: Plate, change: (value: number, x: number, y: number) => number): Plate => ({
  ...plate,
  data: plate.data.map((value, i) => change(value, i % plate.width, Math.floor(i / plate.width))),
})

/** Softly random over the picture, around 0, spread 1; `cell` px from hill to hill. */
function hills(random: Random, width: number, height: number, cell: number): (x: number, y: number) => number {
  const [columns, rows] = [Math.ceil(width / cell) + 2, Math.ceil(height / cell) + 2]
  const lattice: Plate = {
    data: Float32Array.from({ length: columns * rows }, () => random.normal()),
    width: columns,
    height: rows,
  }
  return (x, y) => at(lattice, Math.max(0, x / cell), Math.max(0, y / cell)) ?? 0
}

/** Paints over places of the symbol; in modules from its top left. */
function painted(print: Print, change: (value: number, u: number, v: number) => number): Print {
  const { x, y, module } = print.symbol
  return { ...print, ...mapped(print, (value, px, py) => change(value, (px - x) / module, (py - y) / module)) }
}

const modulesOf = ({ symbol }: Print): number => Math.round(symbol.side / symbol.module)
const inside = (size: number, u: number, v: number): boolean => u >= 0 && v >= 0 && u < size && v < size

const dark = (plate: Plate, random: Random): Plate => {
  const gain = 0.15
  return mapped(plate, (value) => value * gain + 8 + 18 * random.normal())
}

function glare(plate: Plate, random: Random, view: View, print: Print): Plate {
  const side = print.symbol.side * view.zoom
  const radius = Math.sqrt((random.between(0.15, 0.3) * side ** 2) / Math.PI)
  const [cx, cy] = [view.x + random.between(-0.3, 0.3) * side, view.y + random.between(-0.3, 0.3) * side]
  return mapped(plate, (value, x, y) => {
    const far = Math.hypot(x - cx, y - cy) / radius
    return value + 330 * Math.exp(-(far ** 4))
  })
}

function occluded(print: Print, random: Random): Print {
  const size = modulesOf(print)
  const side = Math.sqrt(random.between(0.1, 0.18)) * size
  // away from the finders: towards the fourth corner
  const [u0, v0] = [random.between(9, size - side), random.between(9, size - side)]
  const tone = random.between(30, 220)
  return painted(print, (value, u, v) => (u > u0 && u < u0 + side && v > v0 && v < v0 + side ? tone : value))
}

/** Scratches and half of their width in modules; with the spots they cover the share that is meant. */
const [SCRATCHES, SCRATCH_HALF] = [4, 0.15]

function dirty(print: Print, random: Random): Print {
  const size = modulesOf(print)
  const covered = random.between(0.08, 0.15)
  const spots: { u: number; v: number; r: number; tone: number }[] = []
  const scratched = SCRATCHES * 2 * SCRATCH_HALF * size
  for (let area = 0; area < covered * size ** 2 - scratched;) {
    const r = random.between(0.4, 2)
    spots.push({ u: random.between(0, size), v: random.between(0, size), r, tone: random.between(20, 230) })
    area += Math.PI * r ** 2
  }
  const scratches = Array.from({ length: SCRATCHES }, () => ({
    angle: random.between(0, Math.PI),
    offset: random.between(0.15, 0.85) * size,
    tone: random.pick([30, 240]),
  }))
  return painted(print, (value, u, v) => {
    if (!inside(size, u, v)) return value
    for (const spot of spots) if (Math.hypot(u - spot.u, v - spot.v) < spot.r) return spot.tone
    for (const { angle, offset, tone } of scratches)
      if (
        Math.abs((u - size / 2) * Math.cos(angle) + (v - size / 2) * Math.sin(angle) + size / 2 - offset) < SCRATCH_HALF
      )
        return tone
    return value
  })
}

function logo(print: Print, random: Random): Print {
  const size = modulesOf(print)
  const half = (random.between(0.18, 0.22) * size) / 2
  const tone = random.between(60, 160)
  return painted(print, (value, u, v) => {
    const far = Math.max(Math.abs(u - size / 2), Math.abs(v - size / 2))
    return far < half * 0.8 ? tone : far < half ? 255 : value
  })
}

/** Nothing but the symbol is left of the label, on a dark ground when it has no quiet zone. */
function symbolOnly(print: Print, quiet: number, change = (value: number): number => value): Print {
  const { symbol } = print
  const margin = Math.round(quiet * symbol.module)
  const side = Math.round(symbol.side) + 2 * margin
  const data = new Float32Array(side * side).fill(change(255))
  for (let y = margin; y < side - margin; y++)
    for (let x = margin; x < side - margin; x++)
      data[y * side + x] = change(
        at(print, Math.floor(symbol.x) + x - margin, Math.floor(symbol.y) + y - margin) ?? 255,
      )
  return { ...print, data, width: side, height: side, symbol: { ...symbol, x: margin, y: margin } }
}

/** Around an upright bottle of which so many radians are seen. */
function cylinder(print: Print, view: View, random: Random): Look {
  const seen = (random.between(100, 150) * Math.PI) / 180
  const flat = looking(print, view)
  const middle = print.symbol.x + print.symbol.side / 2
  const radius = print.symbol.side / seen / 0.9
  const upright = random.pick([true, false])
  const bend = (value: number): number | undefined => {
    const s = value / radius
    return Math.abs(s) >= 0.99 ? undefined : radius * Math.asin(s)
  }
  const down = print.symbol.y + print.symbol.side / 2
  return (x, y) => {
    const place = flat(x, y)
    if (!place) return undefined
    const bent = bend(upright ? place[0] - middle : place[1] - down)
    if (bent === undefined) return undefined
    return upright ? [bent + middle, place[1]] : [place[0], bent + down]
  }
}

function crumpled(look: Look, zoom: number, random: Random): Look {
  const most = random.between(4, 9)
  const waves = [220, 110, 55].flatMap((cell, i) => [
    { hill: hills(random, WIDTH, HEIGHT, cell), weight: most / 2 ** i, across: true },
    { hill: hills(random, WIDTH, HEIGHT, cell), weight: most / 2 ** i, across: false },
  ])
  return (x, y) => {
    let [dx, dy] = [0, 0]
    for (const { hill, weight, across } of waves) {
      const by = weight * hill(x, y) * 0.6
      if (across) dx += by
      else dy += by
    }
    return look(x + dx, y + dy)
  }
}

interface Shot {
  plate: Plate
  view: View
  print: Print
}

async function shot(
  random: Random,
  change: {
    print?: (print: Print) => Print
    view?: Partial<View>
    share?: number
    look?: (print: Print, view: View) => Look
  } = {},
): Promise<Shot> {
  const flat = await print(random)
  const changed = change.print?.(flat) ?? flat
  const view = { ...usual(random, changed, change.share), ...change.view }
  const look = change.look?.(changed, view) ?? looking(changed, view)
  return { plate: photo([{ print: changed, look }], random), view, print: changed }
}

type Kind = (random: Random) => Promise<{ jpeg: Buffer; texts: string[] }>
const one = async ({ print }: Shot, plate: Plate, quality?: number): Promise<{ jpeg: Buffer; texts: string[] }> => ({
  jpeg: await jpegOf(plate, quality),
  texts: [print.text],
})
const seen =
  (spoil: (shot: Shot, random: Random) => Plate, change?: (random: Random) => Parameters<typeof shot>[1]): Kind =>
  async (random) => {
    const taken = await shot(random, change?.(random))
    return one(taken, spoil(taken, random))
  }
const untouched = ({ plate }: Shot): Plate => plate
const tilted = (random: Random): Partial<View> => ({
  tilt: (random.between(45, 65) * Math.PI) / 180,
  lean: random.between(0, 2 * Math.PI),
})

const KINDS: Record<string, Kind> = {
  clean: seen(untouched),
  'jpeg q30 after 640 px': async (random) => {
    const taken = await shot(random)
    const small = await sharp(await jpegOf(taken.plate, 90))
      .resize(640)
      .jpeg({ quality: 30 })
      .toBuffer()
    return { jpeg: small, texts: [taken.print.text] }
  },
  'motion blur': seen(({ plate }, random) => moved(plate, random.between(9, 21), random.between(0, Math.PI))),
  defocus: seen(({ plate }, random) => unfocused(plate, random.between(2.5, 5))),
  tilt: seen(untouched, (random) => ({ view: tilted(random), share: 0.4 })),
  'low light': seen(({ plate }, random) => dark(plate, random)),
  glare: seen(({ plate, view, print }, random) => glare(plate, random, view, print)),
  cylinder: seen(untouched, (random) => ({ look: (print, view) => cylinder(print, view, random) })),
  crumple: seen(untouched, (random) => ({
    look: (print, view) => crumpled(looking(print, view), view.zoom, random),
  })),
  'dirt and scratches': seen(untouched, (random) => ({ print: (print) => dirty(print, random) })),
  'low contrast': seen(({ plate }, random) => {
    const contrast = random.between(0.12, 0.2)
    return mapped(plate, (value) => 130 + (value - 130) * contrast + 2 * random.normal())
  }),
  small: seen(untouched, (random) => ({ share: random.between(0.06, 0.09) })),
  logo: seen(untouched, (random) => ({ print: (print) => logo(print, random) })),
  'no quiet zone': seen(untouched, () => ({ print: (print) => symbolOnly(print, 0) })),
  inverted: seen(untouched, () => ({ print: (print) => symbolOnly(print, 4, (value) => 255 - value) })),
  mirrored: seen(untouched, () => ({
    look: (print, view) => {
      const look = looking(print, view)
      return (x, y) => look(2 * view.x - x, y)
    },
  })),
  'moire of a screen': seen(({ plate }, random) => {
    const pitch = random.between(2.3, 4.2)
    const turn = random.between(-0.1, 0.1)
    return mapped(plate, (value, x, y) => {
      const [u, v] = turned(x, y, turn)
      return value * (0.78 + 0.22 * Math.sin((2 * Math.PI * u) / pitch) * Math.sin((2 * Math.PI * v) / pitch))
    })
  }),
  occlusion: seen(untouched, (random) => ({ print: (print) => occluded(print, random) })),
  'several codes': async (random) => {
    const count = random.pick([2, 3, 4, 6, 9, 12, 20, 30, 60])
    const columns = Math.ceil(Math.sqrt((count * 4) / 3))
    const rows = Math.ceil(count / columns)
    const laid = await Promise.all(
      Array.from({ length: count }, async (_, i) => {
        const flat = await print(random)
        const only = symbolOnly(flat, 4)
        const cell = Math.min(WIDTH / columns, HEIGHT / rows)
        const view = {
          x: ((i % columns) + 0.5) * (WIDTH / columns),
          y: (Math.floor(i / columns) + 0.5) * (HEIGHT / rows),
          zoom: (cell * 0.7) / only.width,
          turn: random.between(-0.2, 0.2),
        }
        return { print: only, look: looking(only, view) }
      }),
    )
    return { jpeg: await jpegOf(photo(laid, random)), texts: laid.map(({ print }) => print.text) }
  },
  'two or three at once': async (random) => {
    const spoils: ((taken: Shot) => Plate)[] = [
      ({ plate }) => moved(plate, random.between(5, 11), random.between(0, Math.PI)),
      ({ plate }) => unfocused(plate, random.between(1.5, 3)),
      (taken) => glare(taken.plate, random, taken.view, taken.print),
      ({ plate }) => mapped(plate, (value) => 130 + (value - 130) * 0.3),
    ]
    const first = random.whole(0, 3)
    const more = random.pick([[], [(first + 1 + random.whole(0, 2)) % 4]])
    const taken = await shot(random, {
      view: { tilt: random.between(0.4, 0.8), lean: random.between(0, 2 * Math.PI) },
      share: 0.35,
    })
    for (const i of [first, ...more]) taken.plate = spoils[i]!(taken)
    return one(taken, taken.plate, 60)
  },
}

export const KIND_NAMES = Object.keys(KINDS)

/** `each` pictures of every kind that is wanted, one after the other so that none need be kept. */
export async function* degraded(
  seed: number,
  each: number,
  kinds: readonly string[] = KIND_NAMES,
): AsyncGenerator<Degraded> {
  for (const [k, [kind, make]] of Object.entries(KINDS).entries())
    for (let i = 0; i < (kinds.includes(kind) ? each : 0); i++)
      yield { kind, ...(await make(randomFrom(seed * 1_000_003 + k * 1009 + i))) }
}
