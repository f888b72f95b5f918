/** What the reader is compared with: decoders alone, on the same pictures. */
import { scanGrayBuffer } from '@undecaf/zbar-wasm'
import sharp from 'sharp'
import { readWithJsqr } from '../../qr/jsqr.js'
import type { Grey, Point } from '../../qr/step.js'
import { readWithZxing } from '../../qr/zxing.js'

export interface Told {
  text: string
  corners: readonly Point[]
}

export interface Engine {
  name: string
  read(picture: Grey): Promise<Told[]>
}

export const ENGINES: readonly Engine[] = [
  { name: 'jsqr', read: readWithJsqr },
  { name: 'zxing-wasm', read: (picture) => readWithZxing(picture) },
  // the best single decoder of the measurements
  { name: 'zxing-wasm, denoising', read: (picture) => readWithZxing(picture, { tryDenoise: true }) },
  { name: 'zbar-wasm', read: readWithZbar },
]

async function readWithZbar({ data, width, height }: Grey): Promise<Told[]> {
  const symbols = await scanGrayBuffer(Uint8Array.from(data).buffer, width, height)
  return symbols.map((symbol) => ({
    text: symbol.decode(),
    corners: symbol.points.map(({ x, y }) => [x, y]),
  }))
}

/** Grey, upright, at most so many px: what an engine is given, and the floor of all times. */
export async function greyOf(bytes: Uint8Array, longSide: number): Promise<Grey> {
  const { data, info } = await sharp(bytes, { failOn: 'none', autoOrient: true })
    .flatten({ background: '#ffffff' })
    .resize({ width: longSide, height: longSide, fit: 'inside', withoutEnlargement: true })
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  return { data: channels === 1 ? data : data.filter((_, i) => i % channels === 0), width, height }
}
