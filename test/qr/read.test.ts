import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import sharp from 'sharp'
import { prepareZXingModule, writeBarcode } from 'zxing-wasm/writer'
import { createRequire } from 'node:module'
import { MAX_PICTURE_BYTES, admit, pictureFormat } from '../../qr/admit.js'
import { type ReadOutcome, type Reader, makeReader } from '../../qr/read.js'
import { readWithJsqr } from '../../qr/jsqr.js'
import { bombPng, blank, onWhite, qrPng } from './pictures.js'

const SAID = 'https://ronguon.example.vn/c/W1K7Z24W3'
let reader: Reader

beforeAll(() => {
  reader = makeReader({ threads: 2 })
})
afterAll(() => reader.close())

const codes = (outcome: ReadOutcome): string[] => {
  if (outcome.kind === 'refused') throw new Error(`refused: ${outcome.why}`)
  return outcome.codes.map(({ text }) => text)
}

/** All corners within so many px of where they should be. */
const expectCorners = (corners: [number, number][], expected: [number, number][], within: number): void =>
  corners.forEach(([x, y], i) => {
    expect(Math.hypot(x - expected[i]![0], y - expected[i]![1])).toBeLessThan(within)
  })

describe('a photo', () => {
  test('gives all its codes, with corners in pixels of the full picture', async () => {
    const [a, b] = [await qrPng('mã thứ nhất', 8), await qrPng('mã thứ hai..', 8)]
    const side = (await sharp(a).metadata()).width
    const photo = await onWhite(3600, 2400, [
      { input: a, left: 300, top: 200 },
      { input: b, left: 2500, top: 1700 },
    ])
      .jpeg()
      .toBuffer()
    const outcome = await reader.read(photo)
    expect(codes(outcome).sort()).toEqual(['mã thứ hai..', 'mã thứ nhất'])
    if (outcome.kind !== 'read') return
    expect(outcome.size).toEqual({ width: 3600, height: 2400 })
    expect(outcome.broken).toEqual([])
    for (const [text, left, top] of [
      ['mã thứ nhất', 300, 200],
      ['mã thứ hai..', 2500, 1700],
    ] as const) {
      const [from, to] = [4 * 8, side - 4 * 8]
      const found = outcome.codes.find((code) => code.text === text)!
      expect(found.format).toBe('QRCode')
      expectCorners(
        found.corners,
        [
          [left + from, top + from],
          [left + to, top + from],
          [left + to, top + to],
          [left + from, top + to],
        ],
        8,
      )
    }
  })

  test('obeys the EXIF orientation: size and corners as shown', async () => {
    const input = await qrPng(SAID, 6)
    const side = (await sharp(input).metadata()).width
    const upright = await onWhite(900, 600, [{ input, left: 60, top: 30 }])
      .png()
      .toBuffer()
    for (const [orientation, degrees] of [
      [6, 270],
      [3, 180],
      [8, 90],
    ] as const) {
      // stored turned the other way, so that it is shown upright
      const photo = await sharp(upright).rotate(degrees).jpeg().withMetadata({ orientation }).toBuffer()
      const outcome = await reader.read(photo)
      expect(codes(outcome)).toEqual([SAID])
      if (outcome.kind !== 'read') continue
      expect(outcome.size).toEqual({ width: 900, height: 600 })
      const [from, to] = [24, side - 24]
      expectCorners(
        outcome.codes[0]!.corners,
        [
          [60 + from, 30 + from],
          [60 + to, 30 + from],
          [60 + to, 30 + to],
          [60 + from, 30 + to],
        ],
        4,
      )
    }
  })

  test('may be PNG with transparency, WebP, a still GIF, turned upside down, inverted', async () => {
    const symbol = await qrPng(SAID)
    const clear = await sharp({
      create: { width: 400, height: 400, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    })
      .composite([{ input: symbol, left: 40, top: 40 }])
      .png()
      .toBuffer()
    for (const picture of [
      clear,
      await sharp(symbol).webp().toBuffer(),
      await sharp(symbol).gif().toBuffer(),
      await sharp(symbol).rotate(180).jpeg().toBuffer(),
      await sharp(symbol).negate({ alpha: false }).png().toBuffer(),
      await sharp(symbol).toColourspace('b-w').png().toBuffer(),
      await sharp(symbol).toColourspace('cmyk').jpeg().toBuffer(),
    ])
      expect(codes(await reader.read(picture))).toEqual([SAID])
  })

  test('of an iPhone (HEIC) is read', async () => {
    const outcome = await reader.read(readFileSync(new URL('./label.heic', import.meta.url)))
    expect(codes(outcome)).toEqual([SAID])
    if (outcome.kind === 'read') expect(outcome.size).toEqual({ width: 320, height: 240 })
    expect(outcome).not.toHaveProperty('kept')
  })

  test('of an iPhone comes back as JPEG where it is to be kept; others can be cleaned by anybody', async () => {
    const heic = readFileSync(new URL('./label.heic', import.meta.url))
    const outcome = await reader.read(heic, { keep: true, glance: true })
    const kept = outcome.kind === 'read' && outcome.kept
    if (!kept) throw new Error('nothing came back')
    expect(kept).toMatchObject({ mime: 'image/jpeg', width: 320, height: 240 })
    expect(codes(await reader.read(kept.bytes))).toEqual([SAID])
    expect(await reader.read(await qrPng(SAID), { keep: true })).not.toHaveProperty('kept')
  })

  test('without a code has none', async () => {
    const outcome = await reader.read(await blank(800, 600, '#7a9').jpeg().toBuffer())
    expect(outcome).toMatchObject({ kind: 'read', codes: [], size: { width: 800, height: 600 }, broken: [] })
  })

  test('of a phone at 50 megapixels is read, its code being a tenth of the width', async () => {
    const input = await sharp(await qrPng(SAID, 1))
      .resize({ width: 800, kernel: 'nearest' })
      .png()
      .toBuffer()
    const photo = await onWhite(8160, 6120, [{ input, left: 5000, top: 3000 }])
      .jpeg({ quality: 50 })
      .toBuffer()
    expect(codes(await reader.read(photo))).toEqual([SAID])
  })

  test('of a phone at 12 megapixels, its code being a fiftieth of the width, is read at more than the usual size', async () => {
    const input = await sharp(await qrPng(SAID, 1))
      .resize({ width: 104, kernel: 'nearest' })
      .png()
      .toBuffer()
    const photo = await onWhite(4080, 3060, [{ input, left: 1360, top: 1020 }])
      .jpeg({ quality: 70 })
      .toBuffer()
    expect(await reader.read(photo)).toMatchObject({ codes: [{ text: SAID, step: 'zxing-large' }] })
  })

  test('in the dark, full of noise, is read at less than its size', async () => {
    const { data, info } = await onWhite(1280, 960, [{ input: await qrPng(SAID, 12), left: 300, top: 200 }])
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true })
    let state = 7
    const random = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
    const noise = (): number => 36 * (random() + random() + random() - 1.5)
    const dark = data.map((level) => Math.max(0, level * 0.13 + 10 + noise()))
    const photo = await sharp(dark, { raw: { width: info.width, height: info.height, channels: 1 } })
      .png()
      .toBuffer()
    expect(await reader.read(photo)).toMatchObject({ codes: [{ text: SAID, step: 'zxing-small' }] })
  })

  const bytesSymbol = async (
    options: Parameters<typeof writeBarcode>[1],
    text: string | Uint8Array,
  ): Promise<Buffer> => {
    const { image, error } = await writeBarcode(text, { scale: 4, addQuietZones: true, ...options })
    if (!image) throw new Error(error)
    const png = Buffer.from(await image.arrayBuffer())
    return sharp(png).extend({ top: 20, bottom: 20, left: 20, right: 20, background: '#ffffff' }).png().toBuffer()
  }
  beforeAll(() => {
    const bytes = readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/writer/zxing_writer.wasm'))
    prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(bytes).buffer } })
  })

  test.each([
    ['QRCode', SAID],
    ['MicroQRCode', 'LO 12345'],
    ['RMQRCode', SAID],
    ['DataMatrix', SAID],
    ['EAN13', '8934563138165'],
    ['EAN8', '96385074'],
    ['Code128', 'W1K7Z24W3'],
    ['ITF14', '18934563138162'],
  ] as const)('of %s', async (format, text) => {
    const outcome = await reader.read(await bytesSymbol({ format }, text))
    expect(codes(outcome)).toEqual([text])
    if (outcome.kind === 'read') expect(outcome.codes[0]!.format).toBe(format)
  })

  test('of ITF with another length is none: it has no check digit', async () => {
    expect(codes(await reader.read(await bytesSymbol({ format: 'ITF' }, '4153')))).toEqual([])
  })

  test('of UPC-A is given as the EAN-13 that it is', async () => {
    expect(codes(await reader.read(await bytesSymbol({ format: 'UPCA' }, '036000291452')))).toEqual(['0036000291452'])
  })

  test('says Vietnamese rightly, as plain bytes and with an ECI, whatever it says', async () => {
    for (const text of ['Bánh cốm Hàng Than, quà Hà Nội', 'ẤM ẦM ỔN ĐỘ ự', 'Nước mắm 40°', 'cốm 🍃']) {
      expect(codes(await reader.read(await qrPng(text)))).toEqual([text])
      for (const options of ['ecLevel=M', 'ecLevel=M,eci=UTF-8']) {
        const picture = await bytesSymbol({ format: 'QRCode', options }, text)
        expect(codes(await reader.read(picture))).toEqual([text])
      }
    }
  })

  test('is read by jsqr too, text and corners alike', async () => {
    const { data, info } = await sharp(await qrPng('quả ổi'))
      .extend({ left: 40, background: '#fff' })
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true })
    const found = await readWithJsqr({ data, width: info.width, height: info.height })
    expect(found).toHaveLength(1)
    expect(found[0]!.text).toBe('quả ổi')
    expectCorners(
      found[0]!.corners,
      [
        [64, 24],
        [info.width - 24, 24],
        [info.width - 24, info.height - 24],
        [64, info.height - 24],
      ],
      6,
    )
  })
})

describe('a file that is no picture for us is refused', () => {
  const refused = async (bytes: Buffer, why: string): Promise<void> => {
    expect(await reader.read(bytes)).toMatchObject({ kind: 'refused', why })
  }
  const box = (brand: string): Buffer =>
    Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from(`ftyp${brand}\0\0\0\0mif1`), Buffer.alloc(200)])

  test('HEIC that only begins like one, or is too wide', async () => {
    await refused(box('heic'), 'damaged')
  })

  test('empty, too large', async () => {
    await refused(Buffer.alloc(0), 'empty')
    await refused(Buffer.alloc(MAX_PICTURE_BYTES + 1, 0xff), 'too-many-bytes')
  })

  test('text, PDF, SVG, HTML, ZIP, video, noise', async () => {
    const svg =
      '<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"><image href="file:///etc/passwd"/></svg>'
    for (const text of [
      'xin chào',
      '%PDF-1.7\n%âãÏÓ',
      svg,
      `<?xml version="1.0"?>${svg}`,
      '<html></html>',
      'PK\x03\x04',
      '\0'.repeat(100),
      'GIF88a',
      'RIFF1234WAVE',
    ])
      await refused(Buffer.from(text, 'latin1'), 'not-a-picture')
    await refused(box('isom'), 'not-a-picture')
    await refused(box('qt  '), 'not-a-picture')
  })

  test('kinds of pictures that are not read', async () => {
    for (const brand of ['mif1', 'avif', 'hevc']) await refused(box(brand), 'unsupported-format')
    await refused(await blank(40, 40).tiff().toBuffer(), 'unsupported-format')
    await refused(await blank(40, 40).avif().toBuffer(), 'unsupported-format')
    await refused(Buffer.concat([Buffer.from('BM'), Buffer.alloc(60)]), 'unsupported-format')
  })

  test('animated GIF and WebP', async () => {
    const frames = await Promise.all(['#f00', '#0f0', '#00f'].map((colour) => blank(40, 40, colour).png().toBuffer()))
    await refused(
      await sharp(frames, { join: { animated: true } })
        .gif()
        .toBuffer(),
      'animated',
    )
    await refused(
      await sharp(frames, { join: { animated: true } })
        .webp()
        .toBuffer(),
      'animated',
    )
  })

  test('a decompression bomb, at once', async () => {
    const bomb = bombPng(16_000, 16_000)
    expect(bomb.length).toBeLessThan(100_000)
    const outcome = await reader.read(bomb)
    expect(outcome).toMatchObject({ kind: 'refused', why: 'too-many-pixels' })
    expect(outcome.ms).toBeLessThan(2_000)
    await refused(bombPng(100_000, 100_000, 10), 'too-many-pixels')
    await refused(await blank(7000, 6000).jpeg({ progressive: true }).toBuffer(), 'too-many-pixels')
  })

  test('cut short: refused when it shows no code, read when it does', async () => {
    const noise = {
      create: {
        width: 800,
        height: 600,
        channels: 3 as const,
        background: '#888',
        noise: { type: 'gaussian' as const, mean: 128, sigma: 40 },
      },
    }
    const jpeg = await sharp(noise).jpeg().toBuffer()
    await refused(jpeg.subarray(0, jpeg.length / 2), 'truncated')
    const png = await sharp(noise).png().toBuffer()
    await refused(png.subarray(0, png.length / 2), 'truncated')
    const shown = await onWhite(800, 1600, [{ input: await qrPng(SAID), left: 50, top: 50 }])
      .jpeg()
      .toBuffer()
    expect(codes(await reader.read(shown.subarray(0, Math.floor(shown.length * 0.9))))).toEqual([SAID])
  })

  test('only the beginning of one, or one format called another', async () => {
    const jpeg = await blank(64, 64).jpeg().toBuffer()
    const png = await blank(64, 64).png().toBuffer()
    await refused(jpeg.subarray(0, 20), 'damaged')
    await refused(png.subarray(0, 20), 'damaged')
    await refused(Buffer.concat([png.subarray(0, 8), jpeg]), 'damaged')
    await refused(Buffer.from('\xff\xd8\xffnonsense', 'latin1'), 'damaged')
    await refused(Buffer.from('GIF89a'), 'damaged')
    await refused(Buffer.from('RIFF\x10\0\0\0WEBPVP8 ', 'latin1'), 'damaged')
  })

  test('anything at all behind the first bytes of a picture', async () => {
    const starts = ['\xff\xd8\xff\xe0', '\x89PNG\r\n\x1a\n', 'RIFF\xff\0\0\0WEBPVP8X', 'GIF89a\x10\0\x10\0'].map((s) =>
      Buffer.from(s, 'latin1'),
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 300 }), async (start, rest) => {
        const bytes = Buffer.concat([start, rest])
        expect(pictureFormat(bytes)).toBeDefined()
        const admitted = await admit(bytes)
        if ('refused' in admitted) expect(['damaged', 'too-many-pixels', 'animated']).toContain(admitted.refused)
        else expect((await reader.read(bytes)).kind).toMatch(/read|refused/)
      }),
      { numRuns: 200 },
    )
  })

  test('a picture with bytes of it changed is answered all the same', async () => {
    const whole = await onWhite(300, 300, [{ input: await qrPng(SAID, 5), left: 20, top: 20 }])
      .jpeg()
      .toBuffer()
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 20 }),
        async (changes) => {
          const bytes = Buffer.from(whole)
          for (const [at, byte] of changes) bytes[at] = byte
          const outcome = await reader.read(bytes)
          if (outcome.kind === 'refused')
            expect(['damaged', 'truncated', 'not-a-picture', 'too-many-pixels', 'unsupported-format']).toContain(
              outcome.why,
            )
        },
      ),
      { numRuns: 40 },
    )
  })
})

describe('real photos', () => {
  const folder = fileURLToPath(new URL('../../../shared/qr-photos/', import.meta.url))
  const here = existsSync(`${folder}manifest.json`)
  const FLOOR = 0.75
  const SAMPLE = 60

  test(`at least ${FLOOR * 100} % of ${SAMPLE} give their text`, async () => {
    if (!here) {
      console.info('../shared/qr-photos is not here: real photos are not read')
      return
    }
    const manifest = JSON.parse(readFileSync(`${folder}manifest.json`, 'utf8')) as {
      file: string
      expected: string[]
    }[]
    let seed = 7
    const next = (below: number): number => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) % below
    const sample = Array.from({ length: SAMPLE }, () => manifest.splice(next(manifest.length), 1)[0]!)
    const plain = (text: string): string => text.replace(/\r\n/g, '\n').trim()
    const outcomes = await Promise.all(sample.map(({ file }) => reader.read(readFileSync(folder + file))))
    const read = outcomes.filter(
      (o, i) =>
        o.kind === 'read' && o.codes.some(({ text }) => sample[i]!.expected.some((e) => plain(e) === plain(text))),
    )
    console.info(`real photos: ${read.length} of ${SAMPLE} give their text`)
    expect(read.length / SAMPLE).toBeGreaterThanOrEqual(FLOOR)
  })
})
