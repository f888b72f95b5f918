/** An invented picture of a product for demo data: a shape that suits the name, the name below. No photo, no font of the system. */
import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { fold } from '../locales/fold.js'
import { extent, outlines, printable, wrap } from './typeset.js'

/** px, square */
export const PRODUCT_PICTURE_SIDE = 480

const CENTRE = { x: 240, y: 185 }
const NAME = { top: 352, height: 108, width: 424, largest: 46, smallest: 22, lines: 2 }

/** What a picture is made of, drawn around 0,0 within some 60 px; `tone` is its lightness in %. */
type Shape = (hue: number, tone: number) => string
const SHAPES = {
  /** round, with its stem, leaf and shine */
  fruit: (hue, tone) =>
    `<circle r="46" fill="hsl(${hue} 68% ${tone}%)"/><ellipse cx="-15" cy="-17" rx="12" ry="8" fill="#fff" opacity=".35" transform="rotate(-35 -15 -17)"/>` +
    `<path d="M0-44q2-12 9-18" stroke="hsl(28 40% 30%)" stroke-width="6" fill="none" stroke-linecap="round"/>` +
    `<path d="M6-52q18-18 38-8q-16 18-38 8z" fill="hsl(120 42% 38%)"/>`,
  /** with its veins */
  leaf: (hue, tone) =>
    `<path d="M0-58C46-34 46 26 0 58C-46 26-46-34 0-58z" fill="hsl(${hue} 52% ${tone}%)"/>` +
    `<path d="M0-46V54M0-18l22-14M0-18l-22-14M0 12l24-14M0 12l-24-14" stroke="hsl(${hue} 50% ${tone + 22}%)" stroke-width="4" fill="none" stroke-linecap="round"/>`,
  /** wrapped, with its ribbon */
  cake: (hue, tone) =>
    `<rect x="-46" y="-40" width="92" height="80" rx="10" fill="hsl(${hue} 56% ${tone}%)"/>` +
    `<path d="M-8-40h16v80h-16zM-46-8h92v16h-92z" fill="hsl(${(hue + 170) % 360} 62% 52%)"/>`,
  jar: (hue, tone) =>
    `<rect x="-28" y="-58" width="56" height="20" rx="6" fill="hsl(${(hue + 30) % 360} 45% 38%)"/>` +
    `<path d="M-26-38h52q16 6 16 24v58q0 14-14 14h-56q-14 0-14-14v-58q0-18 16-24z" fill="hsl(${hue} 60% ${tone}%)"/>` +
    `<rect x="-32" y="-8" width="64" height="34" rx="4" fill="#fff" opacity=".8"/>`,
} satisfies Record<string, Shape>

/** Words of a name that tell a shape, folded; the first that is found counts. */
const TELLING: readonly [shape: keyof typeof SHAPES, words: readonly string[]][] = [
  ['cake', ['banh', 'gio', 'cha', 'keo', 'mut', 'che', 'xoi', 'com']],
  ['jar', ['mat ong', 'nuoc', 'mam', 'tuong', 'sua', 'dau an', 'ruou']],
  ['leaf', ['rau', 'cai', 'mong toi', 'xa lach', 'hanh', 'tra', 'bap cai', 'su hao', 'ngo', 'day']],
]

/** Places of one, three or five shapes: x, y, scale, degrees. */
const ARRANGEMENTS: readonly (readonly (readonly [number, number, number, number])[])[] = [
  [[0, 4, 1.9, -6]],
  [
    [-66, -6, 1.15, -16],
    [66, -6, 1.15, 14],
    [0, 34, 1.25, 0],
  ],
  [
    [-84, -34, 0.85, -20],
    [84, -34, 0.85, 18],
    [0, -56, 0.85, 4],
    [-48, 44, 0.95, -8],
    [48, 44, 0.95, 10],
  ],
]

/** PNG of 480 x 480. `hue` in degrees. The same name and hue give the same picture. */
export function productPicture(name: string, hue: number): Promise<Buffer> {
  const folded = ` ${fold(name)} `
  const told = TELLING.find(([, words]) => words.some((word) => folded.includes(` ${word} `)))?.[0] ?? 'fruit'
  const shape: Shape = SHAPES[told]
  const [how = 0] = createHash('sha256').update(folded).digest()
  const arrangement = ARRANGEMENTS[how % ARRANGEMENTS.length]!
  const side = PRODUCT_PICTURE_SIDE
  const shapes = arrangement.map(
    ([x, y, scale, degrees], i) =>
      `<g transform="translate(${CENTRE.x + x} ${CENTRE.y + y}) rotate(${degrees}) scale(${scale})">${shape(hue, 44 + (i % 3) * 7)}</g>`,
  )
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}">` +
    `<defs><linearGradient id="ground" x2="0" y2="1"><stop stop-color="hsl(${hue} 60% 96%)"/><stop offset="1" stop-color="hsl(${hue} 45% 84%)"/></linearGradient></defs>` +
    `<rect width="${side}" height="${side}" fill="url(#ground)"/>` +
    `<ellipse cx="${CENTRE.x}" cy="${CENTRE.y + 88}" rx="176" ry="46" fill="hsl(${hue} 30% 55%)" opacity=".22"/>` +
    `<ellipse cx="${CENTRE.x}" cy="${CENTRE.y + 76}" rx="176" ry="48" fill="#fff"/>` +
    `<ellipse cx="${CENTRE.x}" cy="${CENTRE.y + 74}" rx="140" ry="34" fill="hsl(${hue} 25% 93%)"/>` +
    `${shapes.join('')}<path fill="hsl(${hue} 45% 20%)" d="${nameOutlines(name)}"/></svg>`
  return sharp(Buffer.from(svg))
    .flatten({ background: '#ffffff' })
    .png({ compressionLevel: 9, palette: true })
    .toBuffer()
}

/** The name in the middle below, as large as two lines allow. */
function nameOutlines(name: string): string {
  const text = printable(name)
  for (let size = NAME.largest; ; size -= 2) {
    const { lines, cut } = wrap(text, 'bold', NAME.width / size, NAME.lines)
    if (cut && size > NAME.smallest) continue
    const leading = size * 1.25
    const first = NAME.top + (NAME.height - leading * lines.length) / 2 + size
    return lines
      .map((line, i) =>
        outlines(
          line,
          'bold',
          size,
          (PRODUCT_PICTURE_SIDE - extent(line, 'bold').width * size) / 2,
          first + i * leading,
        ),
      )
      .join('')
  }
}
