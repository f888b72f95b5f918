/** Pictures of products as the pages show them: made small once, kept in memory, known by what is in them. */
import sharp from 'sharp'

/** Twice the size at which a page shows it. px */
const SIDE_MOST = 480
const QUALITY = 80
/** A photo of 50 megapixels is taken in; what unpacks to more is refused. */
const PIXELS_MOST = 50_000_000
/** Kept pictures: about 30 KB each. */
const KEPT_MOST = 200

export const PICTURE_TYPE = 'image/jpeg'

/** The picture of this key of the file store, at most 480 px a side, without what a camera wrote into it. */
export function productPictures(files: { read(key: string): Promise<Buffer> }): (key: string) => Promise<Buffer> {
  const kept = new Map<string, Promise<Buffer>>()
  return (key) => {
    const known = kept.get(key)
    if (known) return known
    const made = shrunk(files, key)
    kept.set(key, made)
    // A file that could not be read now may be there next time.
    made.catch(() => kept.delete(key))
    if (kept.size > KEPT_MOST) kept.delete(kept.keys().next().value!)
    return made
  }
}

const shrunk = async (files: { read(key: string): Promise<Buffer> }, key: string): Promise<Buffer> =>
  sharp(await files.read(key), { limitInputPixels: PIXELS_MOST })
    .rotate()
    .resize({ width: SIDE_MOST, height: SIDE_MOST, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .jpeg({ quality: QUALITY, mozjpeg: true })
    .toBuffer()
