/** Makes a picture fit to be kept: without the place and the phone that its EXIF tells, upright, and no larger than is useful. */
import sharp, { type Sharp } from 'sharp'
import { MAX_PDF_BYTES, type NotAdmitted, admit, isPdf } from './admit.js'

/** Pixels of the longer side: a page of A4 at 220 dots an inch, the small print of a certificate still readable. */
export const KEPT_LONG_SIDE = 2560
const JPEG_QUALITY = 84
const SECONDS = 10

export interface KeptJpeg {
  kind: 'kept'
  bytes: Uint8Array
  mime: 'image/jpeg'
  width: number
  height: number
}

export type KeptPicture =
  | KeptJpeg
  /** A PDF stays as it is: only its first bytes and its size were looked at. */
  | { kind: 'kept'; bytes: Buffer; mime: 'application/pdf' }
  | { kind: 'refused'; why: NotAdmitted | 'truncated' }

/** A photo of a paper or a product as JPEG without metadata; a PDF of up to 10 MB as it is; anything else is refused with the reason. */
export async function cleanPicture(bytes: Uint8Array): Promise<KeptPicture> {
  if (isPdf(bytes)) {
    if (bytes.length > MAX_PDF_BYTES) return { kind: 'refused', why: 'too-many-bytes' }
    return { kind: 'kept', bytes: Buffer.from(bytes), mime: 'application/pdf' }
  }
  const admitted = await admit(bytes)
  if ('refused' in admitted) return { kind: 'refused', why: admitted.refused }
  // decoding one takes seconds of the main thread: the thread that reads it cleans it as well
  if (admitted.format === 'heic') return { kind: 'refused', why: 'unsupported-format' }
  try {
    return await cleanJpeg(sharp(bytes, { limitInputPixels: false, failOn: 'truncated', autoOrient: true }))
  } catch {
    return { kind: 'refused', why: 'truncated' }
  }
}

/** Drawn anew, which leaves out every kind of metadata and whatever hides behind the picture's end. Throws when it cannot be decoded. */
export async function cleanJpeg(opened: Sharp): Promise<KeptJpeg> {
  const { data, info } = await opened
    .timeout({ seconds: SECONDS })
    .resize({ width: KEPT_LONG_SIDE, height: KEPT_LONG_SIDE, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .jpeg({ quality: JPEG_QUALITY, mozjpeg: false })
    .toBuffer({ resolveWithObject: true })
  return { kind: 'kept', bytes: data, mime: 'image/jpeg', width: info.width, height: info.height }
}
