/** Any picture as one that Zalo takes: JPEG or PNG under 1 MB. */
import sharp from 'sharp'
import { PICTURE_MAX_BYTES, PICTURE_SIDES_PX } from './limits.js'

export interface Picture {
  bytes: Buffer
  mime: 'image/jpeg' | 'image/png'
}

const QUALITIES = [85, 70, 55] as const

/** undefined: no picture that can be read. One that fits already is left as it is: a code on it stays sharp. */
export async function shrunk(bytes: Buffer): Promise<Picture | undefined> {
  try {
    const { format } = await sharp(bytes).metadata()
    const fits = bytes.length <= PICTURE_MAX_BYTES
    if (fits && format === 'jpeg') return { bytes, mime: 'image/jpeg' }
    if (fits && format === 'png') return { bytes, mime: 'image/png' }
    for (const side of PICTURE_SIDES_PX)
      for (const quality of QUALITIES) {
        const smaller = await sharp(bytes)
          .autoOrient()
          .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
          .flatten({ background: 'white' })
          .jpeg({ quality })
          .toBuffer()
        if (smaller.length <= PICTURE_MAX_BYTES) return { bytes: smaller, mime: 'image/jpeg' }
      }
    return undefined
  } catch {
    return undefined
  }
}
