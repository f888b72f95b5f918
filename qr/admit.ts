/** Which pictures are let in, told from the first bytes and the header alone, before anything is decoded. */
import sharp from 'sharp'

/** Bytes of a picture: what Telegram's getFile brings at most. */
export const MAX_PICTURE_BYTES = 20 * 1024 * 1024
/** Bytes of a paper kept as PDF. */
export const MAX_PDF_BYTES = 10 * 1024 * 1024
/**
 * Pixels of a picture that must be unpacked whole: 40 megapixels of PNG take 0.5 s, of progressive JPEG 0.4 s and 150 MB.
 * A PNG of 16,000 x 16,000 (256 megapixels out of 0.3 MB) would take seconds.
 */
export const MAX_PIXELS = 40_000_000
/**
 * A baseline JPEG is shrunk while it is read: the largest of today's phones (16,320 x 12,240) takes 0.2 s and no memory
 * worth naming, so phone originals sent as a file are let in.
 */
export const MAX_PIXELS_BASELINE_JPEG = 210_000_000

/** An iPhone's photo of 24 megapixels: decoded it takes 100 MB, and as much again in the decoder. */
export const MAX_PIXELS_HEIC = 25_000_000

export type PictureFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'heic'

/** Why a file was not let in. */
export type NotAdmitted =
  | 'empty'
  | 'too-many-bytes'
  | 'too-many-pixels'
  /** no picture at all, or none that we draw ourselves: text, PDF, SVG, video */
  | 'not-a-picture'
  /** a picture of a kind that is not read: AVIF, TIFF, BMP, JPEG XL, JPEG 2000 */
  | 'unsupported-format'
  | 'animated'
  /** begins like a picture, but its header cannot be read */
  | 'damaged'

export interface Admitted {
  format: PictureFormat
  /** Size as shown, EXIF orientation obeyed, in pixels */
  width: number
  height: number
}

const startsWith = (bytes: Uint8Array, start: string, at = 0): boolean =>
  bytes.length >= at + start.length && [...start].every((letter, i) => bytes[at + i] === letter.charCodeAt(0))

/** ISO base media brands of HEVC stills (the same box begins an MP4). */
const HEVC_BRANDS = ['heic', 'heix']

const MAGIC: readonly { format: PictureFormat; begins: (bytes: Uint8Array) => boolean }[] = [
  { format: 'jpeg', begins: (b) => startsWith(b, '\xff\xd8\xff') },
  { format: 'png', begins: (b) => startsWith(b, '\x89PNG\r\n\x1a\n') },
  { format: 'webp', begins: (b) => startsWith(b, 'RIFF') && startsWith(b, 'WEBP', 8) },
  { format: 'gif', begins: (b) => startsWith(b, 'GIF87a') || startsWith(b, 'GIF89a') },
  { format: 'heic', begins: (b) => startsWith(b, 'ftyp', 4) && HEVC_BRANDS.some((brand) => startsWith(b, brand, 8)) },
]
/** Further brands of still pictures; `mif1` says not which codec is inside. */
const STILL_BRANDS = ['heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1', 'avif', 'avis']
const UNSUPPORTED: readonly ((bytes: Uint8Array) => boolean)[] = [
  (b) => startsWith(b, 'ftyp', 4) && STILL_BRANDS.some((brand) => startsWith(b, brand, 8)),
  (b) => startsWith(b, 'II*\0') || startsWith(b, 'MM\0*') || startsWith(b, 'II+\0') || startsWith(b, 'MM\0+'), // TIFF, raw photos
  (b) => startsWith(b, 'BM') && b.length > 14 && b[6] === 0 && b[7] === 0, // BMP
  (b) => startsWith(b, '\xff\x0a') || startsWith(b, '\0\0\0\x0cJXL '),
  (b) => startsWith(b, '\0\0\0\x0cjP  '), // JPEG 2000
]

export const isPdf = (bytes: Uint8Array): boolean => startsWith(bytes, '%PDF-')

/** The format that the first bytes tell, whatever name or type came with the file. */
export const pictureFormat = (bytes: Uint8Array): PictureFormat | 'unsupported' | undefined =>
  MAGIC.find(({ begins }) => begins(bytes))?.format ?? (UNSUPPORTED.some((is) => is(bytes)) ? 'unsupported' : undefined)

/** Lets a picture in or says why not. Reads the header only: 1 to 2 ms. */
export async function admit(bytes: Uint8Array): Promise<Admitted | { refused: NotAdmitted }> {
  if (bytes.length === 0) return { refused: 'empty' }
  if (bytes.length > MAX_PICTURE_BYTES) return { refused: 'too-many-bytes' }
  const format = pictureFormat(bytes)
  if (!format) return { refused: 'not-a-picture' }
  if (format === 'unsupported') return { refused: 'unsupported-format' }
  const header = await sharp(bytes, { limitInputPixels: false, failOn: 'none' })
    .metadata()
    .catch(() => undefined)
  if (!header || header.format !== (format === 'heic' ? 'heif' : format)) return { refused: 'damaged' }
  if ((header.pages ?? 1) > 1) return { refused: 'animated' }
  const limit =
    format === 'heic'
      ? MAX_PIXELS_HEIC
      : format === 'jpeg' && !header.isProgressive
        ? MAX_PIXELS_BASELINE_JPEG
        : MAX_PIXELS
  if (header.width * header.height > limit) return { refused: 'too-many-pixels' }
  // the decoder of HEIC turns the picture itself, and so does the size that its header tells
  const shown = format === 'heic' ? header : header.autoOrient
  return { format, width: shown.width, height: shown.height }
}
