import { describe, expect, test } from '@jest/globals'
import sharp from 'sharp'
import { MAX_PDF_BYTES, MAX_PICTURE_BYTES } from '../../qr/admit.js'
import { KEPT_LONG_SIDE, cleanPicture } from '../../qr/clean-picture.js'
import { PRODUCT_PICTURE_SIDE, productPicture } from '../../qr/picture.js'
import { blank, bombPng, onWhite } from './pictures.js'

describe('a picture that is kept', () => {
  test('tells neither the place nor the phone, and is upright', async () => {
    const red = await blank(50, 50, '#ff0000').png().toBuffer()
    const photo = await onWhite(300, 200, [{ input: red, left: 0, top: 0 }])
      .jpeg()
      .withExif({ IFD0: { Make: 'SecretPhone' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '21/1 2/1 3/1' } })
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/">SecretPhone</x:xmpmeta>')
      .withMetadata({ orientation: 6 })
      .toBuffer()
    expect((await sharp(photo).metadata()).exif).toBeDefined()
    const kept = await cleanPicture(Buffer.concat([photo, Buffer.from('SecretPhone behind the end')]))
    if (kept.kind !== 'kept' || kept.mime !== 'image/jpeg') throw new Error('not kept')
    expect([kept.width, kept.height]).toEqual([200, 300])
    const metadata = await sharp(kept.bytes).metadata()
    expect(metadata).toMatchObject({ format: 'jpeg', width: 200, height: 300 })
    for (const kind of ['exif', 'xmp', 'iptc', 'orientation', 'comments'] as const)
      expect(metadata[kind]).toBeUndefined()
    expect(Buffer.from(kept.bytes).includes('SecretPhone')).toBe(false)
    // turned by 90 degrees, the red corner is at the top right
    const { data } = await sharp(kept.bytes)
      .extract({ left: 190, top: 10, width: 1, height: 1 })
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect(data[0]! > 200 && data[1]! < 60).toBe(true)
  })

  test('is no larger than is useful, and white where it was clear', async () => {
    const kept = await cleanPicture(await blank(5000, 1000).jpeg().toBuffer())
    expect(kept).toMatchObject({ kind: 'kept', width: KEPT_LONG_SIDE, height: KEPT_LONG_SIDE / 5 })
    const clear = await sharp({
      create: { width: 9, height: 9, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    })
      .png()
      .toBuffer()
    const white = await cleanPicture(clear)
    if (white.kind !== 'kept') throw new Error('not kept')
    expect((await sharp(white.bytes).raw().toBuffer())[0]).toBe(255)
  })

  test('may be a PDF, as it is', async () => {
    const pdf = Buffer.from('%PDF-1.7\nwhatever')
    expect(await cleanPicture(pdf)).toEqual({ kind: 'kept', bytes: pdf, mime: 'application/pdf' })
    expect(await cleanPicture(Buffer.alloc(MAX_PDF_BYTES + 1, '%PDF-'))).toEqual({
      kind: 'refused',
      why: 'too-many-bytes',
    })
  })

  test('or is refused with the reason', async () => {
    const why = async (bytes: Buffer): Promise<string> => {
      const kept = await cleanPicture(bytes)
      return kept.kind === 'refused' ? kept.why : 'kept'
    }
    const jpeg = await sharp({
      create: {
        width: 600,
        height: 600,
        channels: 3,
        background: '#888',
        noise: { type: 'gaussian', mean: 128, sigma: 40 },
      },
    })
      .jpeg()
      .toBuffer()
    expect(await why(Buffer.alloc(0))).toBe('empty')
    expect(await why(Buffer.alloc(MAX_PICTURE_BYTES + 1, 0xff))).toBe('too-many-bytes')
    expect(await why(Buffer.from('<svg/>'))).toBe('not-a-picture')
    expect(await why(Buffer.from(' %PDF-1.7'))).toBe('not-a-picture')
    expect(await why(bombPng(16_000, 16_000, 10))).toBe('too-many-pixels')
    expect(await why(jpeg.subarray(0, jpeg.length / 2))).toBe('truncated')
    expect(await why(jpeg.subarray(0, 30))).toBe('damaged')
  })
})

describe('a picture of a demo product', () => {
  test('is the same each time, and another for another name or hue', async () => {
    const drawn = await Promise.all([
      productPicture('Bánh cốm', 120),
      productPicture('Bánh cốm', 120),
      productPicture('Chả cốm', 120),
      productPicture('Bánh cốm', 20),
    ])
    expect(drawn[0].equals(drawn[1])).toBe(true)
    expect(new Set(drawn.map((png) => png.toString('base64'))).size).toBe(3)
    expect(await sharp(drawn[0]).metadata()).toMatchObject({
      format: 'png',
      width: PRODUCT_PICTURE_SIDE,
      height: PRODUCT_PICTURE_SIDE,
    })
  })

  test('takes any name, a long one and an empty one', async () => {
    for (const name of ['', '🍃', 'Nghiêng'.repeat(40), 'Rau muống hữu cơ Đan Phượng loại một đóng túi '.repeat(4)])
      expect((await productPicture(name, 400)).length).toBeGreaterThan(1000)
  })
})
