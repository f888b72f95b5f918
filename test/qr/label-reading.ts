/** Labels as they come back: printed at 203 dpi, worn or photographed, squeezed by a chat, and read by two readers that have nothing in common. */
import sharp, { type Sharp } from 'sharp'
import { readWithJsqr } from '../../qr/jsqr.js'
import type { Grey } from '../../qr/step.js'
import { readWithZxing } from '../../qr/zxing.js'

export const READERS = { zxing: readWithZxing, jsqr: readWithJsqr } as const
export type ReaderName = keyof typeof READERS

/** Photographed from near: so many pixels a printer dot, and no more than a chat lets pass. */
const PIXELS_A_DOT = 2
const SHOT_MOST = 1280
const CHAT_WIDTH = 640

async function greyOf(picture: Buffer | Sharp): Promise<Grey> {
  const { data, info } = await (Buffer.isBuffer(picture) ? sharp(picture) : picture)
    .flatten({ background: '#fff' })
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true })
  return {
    data: info.channels === 1 ? data : data.filter((_, i) => i % info.channels === 0),
    width: info.width,
    height: info.height,
  }
}
const sharpOf = ({ data, width, height }: Grey): Sharp =>
  sharp(Buffer.from(data.buffer, data.byteOffset, data.byteLength), { raw: { width, height, channels: 1 } })

/** Each takes a print, a pixel a dot, and gives what a reader gets. Kinds and strengths after the measurements of qr.md. */
export const DEGRADED: Record<string, (print: Grey, random: () => number) => Promise<Grey>> = {
  clean: (print) => (Math.max(print.width, print.height) > SHOT_MOST ? near(print) : Promise.resolve(print)),
  /** Dots run into one another, the paper is faded. */
  thermal: (print) => thermal(print, () => false),
  /** The same, and one dot of the printer's head is dead. */
  'dead-dot'(print, random) {
    const dead = Math.floor(random() * print.width)
    return thermal(print, (column) => column === dead)
  },
  /** 640 px wide, JPEG of quality 30 */
  async chat(print) {
    const small = await sharpOf(print).resize({ width: CHAT_WIDTH }).jpeg({ quality: 30 }).toBuffer()
    return greyOf(small)
  },
  async defocus(print) {
    return greyOf(sharpOf(await near(print)).blur(2.2))
  },
  async motion(print) {
    const kernel = {
      width: 5,
      height: 5,
      kernel: Array.from({ length: 25 }, (_, i) => (Math.floor(i / 5) === 2 ? 1 : 0)),
    }
    return greyOf(sharpOf(await near(print)).convolve(kernel))
  },
  /** Held askew, the far side shorter */
  async tilt(print, random) {
    const turned = sharpOf(await near(print)).rotate((random() - 0.5) * 30, { background: '#ffffff' })
    const { data, info } = await turned.toColourspace('b-w').raw().toBuffer({ resolveWithObject: true })
    return greyOf(sharp(data, { raw: info }).affine([1, 0.12, 0, 0.85], { background: '#ffffff' }))
  },
  async dark(print, random) {
    const photo = await near(print)
    return { ...photo, data: photo.data.map((value) => Math.max(0, value * 0.25 + (random() - 0.5) * 24)) }
  },
  /** Scratches over 4 % of it */
  async worn(print, random) {
    const photo = await near(print)
    const data = Uint8Array.from(photo.data)
    const { width, height } = photo
    for (let left = 0.04 * width * height; left > 0;) {
      let [x, y] = [random() * width, random() * height]
      const [dx, dy, grey] = [random() - 0.5, random() - 0.5, random() < 0.5 ? 40 : 230]
      for (let step = 0; step < 120 && left > 0; step++, x += dx * 2, y += dy * 2, left -= 2)
        for (const i of [0, 1])
          if (x >= 0 && y >= 0 && x + i < width && y < height) data[Math.floor(y) * width + Math.floor(x + i)] = grey
    }
    return { ...photo, data }
  },
}

async function thermal(print: Grey, isDead: (column: number) => boolean): Promise<Grey> {
  const run = await greyOf(sharpOf(print).blur(0.6).threshold(150))
  return near({
    ...run,
    data: run.data.map((value, i) => (value > 127 || isDead(i % run.width) ? 235 : 90)),
  })
}

function near(print: Grey): Promise<Grey> {
  const larger = Math.min(PIXELS_A_DOT, SHOT_MOST / Math.max(print.width, print.height))
  return greyOf(sharpOf(print).resize({ width: Math.round(print.width * larger), kernel: 'linear' }))
}

export const printOf = (png: Buffer): Promise<Grey> => greyOf(png)

/**
 * Looked at as it is and at half its size, as scanners do: jsQR loses its way in pictures with many pixels a module, and takes half of
 * the time of all this, so large pictures are looked at small first.
 */
const SIZES = { small: [1, 0.5], large: [0.5, 1] }
const LARGE_FROM = 800

/** What each reader reads in QR symbols: the texts, each once. */
export async function readings(picture: Grey): Promise<Record<ReaderName, string[]>> {
  const sizes = SIZES[Math.max(picture.width, picture.height) < LARGE_FROM ? 'small' : 'large']
  const half = (): Promise<Grey> => greyOf(sharpOf(picture).resize({ width: Math.round(picture.width / 2) }))
  const read = async (name: ReaderName): Promise<string[]> => {
    for (const size of sizes) {
      const seen = size === 1 ? picture : await half()
      const found = (await READERS[name](seen)).filter(({ format }) => format === 'QRCode')
      if (found.length > 0) return [...new Set(found.map(({ text }) => text))]
    }
    return []
  }
  return { zxing: await read('zxing'), jsqr: await read('jsqr') }
}
