/** Pictures for the tests: symbols drawn by the qrcode package, turned, cut, hidden and mislabelled with sharp. */
import { deflateSync } from 'node:zlib'
import QRCode from 'qrcode'
import sharp, { type Sharp } from 'sharp'

/**
 * A PNG of a QR symbol, `scale` px a module. The package draws one pixel a module and sharp enlarges it: packing 400 px in
 * JavaScript takes most of a second.
 */
export async function qrPng(text: string, scale = 6): Promise<Buffer> {
  const small = sharp(await QRCode.toBuffer(text, { scale: 1, margin: 4, errorCorrectionLevel: 'M' }))
  const { width } = await small.metadata()
  return small
    .resize({ width: width * scale, kernel: 'nearest' })
    .png()
    .toBuffer()
}

/** A white picture of a size, in a format. */
export const blank = (width: number, height: number, background = '#ffffff'): Sharp =>
  sharp({ create: { width, height, channels: 3, background }, limitInputPixels: false })

/** Pictures laid on white: top left corners in px. */
export const onWhite = (width: number, height: number, laid: { input: Buffer; left: number; top: number }[]): Sharp =>
  blank(width, height).composite(laid)

/** A one-bit PNG that says to be of any size, out of some kilobytes; `rows` of it are really there. */
export function bombPng(width: number, height: number, rows = height): Buffer {
  const crcTable = Array.from({ length: 256 }, (_, n) => {
    let c = n
    for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
    return c >>> 0
  })
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
    let crc = 0xffffffff
    for (const byte of body) crc = crcTable[(crc ^ byte) & 255]! ^ (crc >>> 8)
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(data.length)
    check.writeUInt32BE((crc ^ 0xffffffff) >>> 0)
    return Buffer.concat([length, body, check])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = 1 // one bit, grey
  const pixels = Buffer.alloc((Math.ceil(width / 8) + 1) * rows)
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
