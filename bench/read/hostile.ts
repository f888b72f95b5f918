/** Files that mean harm or are none of what they say to be, one after the other; the same seed gives the same files. */
import { deflateSync } from 'node:zlib'
import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import { bombPng, blank, onWhite, qrPng } from '../../test/qr/pictures.js'
import { type Random, randomFrom } from './random.js'

export interface Hostile {
  kind: string
  bytes: Uint8Array
  /** What it has to say all the same; undefined: nothing, and it may be refused */
  says?: string
}

const SAID = 'https://ronguon.example.vn/c/W1K7Z24W3'

/** Kinds in turns, so many files. */
export async function* hostile(seed: number, count: number): AsyncGenerator<Hostile> {
  const kinds = await makers()
  for (let i = 0; i < count; i++) {
    const [kind, make] = kinds[i % kinds.length]!
    yield { kind, ...(await make(randomFrom(seed * 1_000_003 + i))) }
  }
}

type Maker = (random: Random) => Promise<Omit<Hostile, 'kind'>>

async function makers(): Promise<[string, Maker][]> {
  const photo = onWhite(1280, 960, [{ input: await qrPng(SAID), left: 300, top: 200 }])
  const [jpeg, png, webp] = [await photo.jpeg().toBuffer(), await photo.png().toBuffer(), await photo.webp().toBuffer()]
  const heic = readFileSync(new URL('../../test/qr/label.heic', import.meta.url))
  const original = await onWhite(8160, 6120, [{ input: await qrPng(SAID, 20), left: 3000, top: 2000 }])
    .jpeg({ quality: 60 })
    .toBuffer()
  const animated = await sharp(
    Uint8Array.from({ length: 64 * 64 * 3 * 9 }, (_, i) => (i >> 12) * 9),
    {
      raw: { width: 64, height: 64 * 9, channels: 3, pageHeight: 64 },
    },
  )
    .gif()
    .toBuffer()
  const wide = Buffer.from(jpeg)
  const frame = wide.indexOf(Buffer.from([0xff, 0xc0]))
  wide.writeUInt16BE(65_000, frame + 5)
  wide.writeUInt16BE(65_000, frame + 7)
  const gif = await blank(64, 64).gif().toBuffer()
  gif.writeUInt16LE(65_535, 6)
  gif.writeUInt16LE(65_535, 8)
  const webpHuge = await blank(64, 64).webp().toBuffer()
  webpHuge.writeUInt32LE(0x3fff3fff, 26)
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="60000" height="60000"><image href="file:///etc/passwd"/></svg>`
  const just =
    (bytes: Uint8Array): Maker =>
    () =>
      Promise.resolve({ bytes })
  const of =
    (make: (random: Random) => Uint8Array): Maker =>
    (random) =>
      Promise.resolve({ bytes: make(random) })
  const cut = (whole: Buffer): Maker => of((random) => whole.subarray(0, random.whole(1, whole.length - 1)))
  return [
    ['a good photo', () => Promise.resolve({ bytes: jpeg, says: SAID })],
    ['PNG bomb', of((random) => bombPng(random.whole(7_000, 60_000), random.whole(7_000, 60_000), 100))],
    ['PNG at the limit', just(bombPng(6_300, 6_300))],
    ['JPEG that says 65,000 px', just(wide)],
    ['GIF that says 65,535 px', just(gif)],
    ['WebP that says 16,383 px', just(webpHuge)],
    ['PNG with a bomb of text', just(withText(png))],
    ['JPEG cut', cut(jpeg)],
    ['PNG cut', cut(png)],
    ['WebP cut', cut(webp)],
    ['HEIC cut', cut(heic)],
    ['HEIC', () => Promise.resolve({ bytes: heic, says: SAID })],
    ['a 50 megapixel original', () => Promise.resolve({ bytes: original, says: SAID })],
    ['bytes changed', of((random) => changed(random.pick([jpeg, png, webp, heic]), random))],
    ['one format called another', of((random) => Buffer.concat([random.pick([jpeg, gif, webp]).subarray(0, 16), png]))],
    ['SVG', just(Buffer.from(svg))],
    ['PDF', just(Buffer.from('%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n%%EOF'))],
    ['animated GIF', just(animated)],
    ['animated WebP', just(await sharp(animated, { animated: true }).webp().toBuffer())],
    ['TIFF', just(await blank(300, 300).tiff().toBuffer())],
    ['huge EXIF', just(withExif(jpeg))],
    ['zeros', of((random) => Buffer.alloc(random.whole(0, 3_000_000)))],
    ['noise', of((random) => noise(random, 200_000))],
    ['noise behind a beginning', of((random) => Buffer.concat([jpeg.subarray(0, 600), noise(random, 100_000)]))],
    ['nothing', just(Buffer.alloc(0))],
  ]
}

const noise = (random: Random, length: number): Buffer =>
  Buffer.from(Uint8Array.from({ length }, () => random.whole(0, 255)))

function changed(whole: Buffer, random: Random): Buffer {
  const bytes = Buffer.from(whole)
  for (let i = 0; i < 40; i++) bytes[random.whole(20, bytes.length - 1)] = random.whole(0, 255)
  return bytes
}

/** Fifty segments of 64 kB that a reader of EXIF has to look through. */
function withExif(jpeg: Buffer): Buffer {
  const segment = Buffer.alloc(2 + 65_535)
  segment.writeUInt16BE(0xffe1, 0)
  segment.writeUInt16BE(65_535, 2)
  segment.write('Exif\0\0MM\0*', 4, 'latin1')
  return Buffer.concat([jpeg.subarray(0, 2), ...Array.from({ length: 50 }, () => segment), jpeg.subarray(2)])
}

/** 100 MB of text that a PNG brings in 100 kB, behind its header. */
function withText(png: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from('zTXtx\0\0', 'latin1'), deflateSync(Buffer.alloc(100_000_000, 65))])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length - 4)
  const HEADER_END = 33
  return Buffer.concat([png.subarray(0, HEADER_END), length, body, Buffer.alloc(4), png.subarray(HEADER_END)])
}
