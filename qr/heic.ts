/** HEIC, as iPhones take photos: libheif compiled to WebAssembly, since sharp's own libvips may not decode HEVC. */

import sharp, { type Sharp } from 'sharp'

/** The picture as it is to be shown, turned as the file says. Throws when it cannot be decoded. */
export async function openHeic(bytes: Uint8Array): Promise<Sharp> {
  // 2 MB of code, which a thread that sees no HEIC need not load
  const { default: decode } = await import('heic-decode')
  const { width, height, data } = await decode({ buffer: bytes })
  return sharp(data, { raw: { width, height, channels: 4 }, limitInputPixels: false })
}
