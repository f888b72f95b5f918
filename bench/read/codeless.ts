/**
 * Pictures without a code: scenes whose codes are painted over, and surfaces that look like one. The same seed
 * gives the same pictures.
 */
import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import type { Point } from '../../qr/step.js'
import { type Random, randomFrom } from './random.js'

export interface Codeless {
  name: string
  bytes: Buffer
}

/** How often each kind of surface is drawn */
const SURFACES_EACH = 40
const [WIDTH, HEIGHT] = [1280, 960]

/** `shared`: where `qr-scenes` lies; every so manyth of the scenes and of the surfaces. */
export async function* codeless(shared: string, seed: number, every: number): AsyncGenerator<Codeless> {
  yield* scenes(`${shared}qr-scenes/`, every)
  for (const [k, [kind, draw]] of Object.entries(SURFACES).entries())
    for (let i = 0; i < SURFACES_EACH; i += every)
      yield { name: `${kind} ${i}`, bytes: await surface(draw, randomFrom(seed * 1_000_003 + k * 1009 + i)) }
  for (const sigma of [10, 40, 80]) yield { name: `noise ${sigma}`, bytes: await noise(sigma) }
}

async function* scenes(folder: string, every: number): AsyncGenerator<Codeless> {
  const all = JSON.parse(readFileSync(`${folder}scenes.json`, 'utf8')) as { file: string; codes: Point[][] }[]
  for (const { file, codes } of all.filter((_, i) => i % every === 0)) {
    const photo = sharp(`${folder}${file}`)
    const { width, height } = await photo.metadata()
    const over = codes.map((corners) => `<polygon points="${grown(corners)}" fill="#998d80"/>`).join('')
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${over}</svg>`
    const bytes = await photo
      .composite([{ input: Buffer.from(svg) }])
      .jpeg({ quality: 85 })
      .toBuffer()
    yield { name: file, bytes }
  }
}

/** By a quarter: what is left of a code's border is no code. */
function grown(corners: Point[]): string {
  const middle = (axis: 0 | 1): number => corners.reduce((sum, corner) => sum + corner[axis], 0) / corners.length
  const [cx, cy] = [middle(0), middle(1)]
  return corners.map(([x, y]) => `${cx + (x - cx) * 1.25},${cy + (y - cy) * 1.25}`).join(' ')
}

const noise = (sigma: number): Promise<Buffer> =>
  sharp({
    create: {
      ...{ width: WIDTH, height: HEIGHT, channels: 3, background: '#888' },
      noise: { type: 'gaussian', mean: 128, sigma },
    },
  })
    .jpeg()
    .toBuffer()

const rect = (x: number, y: number, width: number, height: number, fill = '#222'): string =>
  `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}" fill="${fill}"/>`

/** Bars from `x` on, each and each gap of one to `widest` modules. */
function bars(random: Random, x: number, to: number, y: number, height: number, widest: number): string {
  const module = random.between(1.5, 7)
  let drawn = ''
  while (x < to) {
    const width = module * random.whole(1, widest)
    drawn += rect(x, y, width, height)
    x += width + module * random.whole(1, widest)
  }
  return drawn
}

const lines = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('')

const WORDS =
  'Nguồn gốc xuất xứ thực phẩm sạch cơ sở sản xuất lô hàng ngày đóng gói hạn sử dụng bảo quản nơi khô ráo thành phần khối lượng tịnh 0912345678 HTX I l | ||| 1l1I Illl'.split(
    ' ',
  )

/** What is drawn over a light ground; larger than the picture, for it may be turned. */
const SURFACES: Record<string, (random: Random) => string> = {
  stripes: (random) => bars(random, -300, WIDTH + 300, -300, HEIGHT + 600, 4),
  fence: (random) => {
    const pitch = random.between(4, 30)
    const bar = pitch * random.between(0.2, 0.8)
    return lines(Math.ceil((WIDTH + 600) / pitch), (i) => rect(i * pitch - 300, -300, bar, HEIGHT + 600))
  },
  'bars with quiet zones': (random) =>
    lines(6, (i) => {
      const [x, y] = [random.between(60, 500), i * 155 + 20]
      const to = x + random.between(100, 500)
      return rect(x - 40, y - 10, to - x + 120, 130, '#fff') + bars(random, x, to, y, 100, random.whole(2, 4))
    }),
  words: (random) => {
    const size = random.between(8, 40)
    const line = (): string => lines(Math.ceil((2.5 * WIDTH) / size / 5), () => `${random.pick(WORDS)} `)
    return lines(
      Math.ceil(HEIGHT / size / 1.3),
      (i) => `<text x="5" y="${(i + 1) * size * 1.3}" font-size="${size}">${line()}</text>`,
    )
  },
  table: (random) => {
    const [rows, columns] = [random.whole(8, 40), random.whole(4, 30)]
    const [high, wide] = [HEIGHT / rows, WIDTH / columns]
    const number = (i: number): string =>
      `<text x="${(i % columns) * wide + 4}" y="${(Math.floor(i / columns) + 0.7) * high}" font-size="${Math.min(22, high * 0.6)}">${random.whole(0, 9999)}</text>`
    return (
      lines(columns, (i) => rect(i * wide, 0, random.between(1, 4), HEIGHT)) +
      lines(rows, (i) => rect(0, i * high, WIDTH, 2)) +
      lines(rows * columns, number)
    )
  },
  cloth: (random) => {
    const pitch = random.between(3, 12)
    const tint = (): string => `rgba(${random.whole(0, 200)},50,60,0.6)`
    const thread = pitch * random.between(0.3, 0.9)
    return (
      lines(Math.ceil((HEIGHT + 600) / pitch), (i) => rect(-300, i * pitch - 300, WIDTH + 600, thread, tint())) +
      lines(Math.ceil((WIDTH + 600) / pitch), (i) => rect(i * pitch - 300, -300, thread, HEIGHT + 600, tint()))
    )
  },
  squares: (random) => {
    const side = random.between(6, 25)
    const across = Math.ceil(WIDTH / side)
    return lines(across * Math.ceil(HEIGHT / side), (i) =>
      random.pick([true, false]) ? rect((i % across) * side, Math.floor(i / across) * side, side, side) : '',
    )
  },
  /** Finder patterns, and nothing else of a symbol */
  rings: (random) =>
    lines(30, (i) => {
      const module = random.between(3, 9)
      const [x, y] = [(i % 6) * 200 + 110, Math.floor(i / 6) * 180 + 100]
      return [7, 5, 3]
        .map((side, k) =>
          rect(
            x - (side * module) / 2,
            y - (side * module) / 2,
            side * module,
            side * module,
            k === 1 ? '#fff' : '#000',
          ),
        )
        .join('')
    }),
}

function surface(draw: (random: Random) => string, random: Random): Promise<Buffer> {
  const turn = random.pick([0, random.between(-30, 30)])
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}"><rect width="${WIDTH}" height="${HEIGHT}" fill="#eee"/><g transform="rotate(${turn} ${WIDTH / 2} ${HEIGHT / 2})">${draw(random)}</g></svg>`
  return sharp(Buffer.from(svg))
    .flatten({ background: '#fff' })
    .blur(random.between(0.4, 2.5))
    .jpeg({ quality: random.whole(40, 90) })
    .toBuffer()
}
