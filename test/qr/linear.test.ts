/** Linear codes: those that are there are read, and what only looks like one is not. */
import { beforeAll, describe, expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import sharp from 'sharp'
import { prepareZXingModule, writeBarcode } from 'zxing-wasm/writer'
import { sureOf } from '../../qr/linear.js'
import type { Corners, Found, Grey } from '../../qr/step.js'
import { prepareZxing, readWithZxing } from '../../qr/zxing.js'

beforeAll(async () => {
  const bytes = readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/writer/zxing_writer.wasm'))
  prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(bytes).buffer } })
  await prepareZxing()
})

type Format = 'EAN13' | 'EAN8' | 'UPCA' | 'UPCE' | 'Code128' | 'ITF'
const MODULE = 3
const HEIGHT = 150

/** A code on a grey ground, turned by some degrees, out of focus by some px, squeezed. */
async function photo(
  format: Format,
  text: string,
  { turn = 0, blur = 0.3, quality = 80, options = '' } = {},
): Promise<Grey> {
  const { image, error } = await writeBarcode(text, { format, scale: 1, addQuietZones: true, options })
  if (!image) throw new Error(error)
  const bars = sharp(Buffer.from(await image.arrayBuffer()))
  const { width } = await bars.metadata()
  const label = await bars
    .resize({ width: width * MODULE, height: HEIGHT, fit: 'fill', kernel: 'nearest' })
    .extend({ top: 20, bottom: 20, left: 30, right: 30, background: '#fff' })
    .rotate(turn, { background: '#bbb' })
    .extend({ top: 90, bottom: 40, left: 70, right: 50, background: '#bbb' })
    .png()
    .toBuffer()
  return greyOf(await sharp(label).blur(blur).jpeg({ quality }).toBuffer())
}

async function greyOf(picture: Buffer): Promise<Grey> {
  const { data, info } = await sharp(picture).greyscale().raw().toBuffer({ resolveWithObject: true })
  return { data, ...info }
}

const said = async (picture: Grey): Promise<[string, string][]> =>
  (await sureOf(picture, await readWithZxing(picture))).map(({ format, text }) => [format, text])

/** What a decoder might say of a picture, about a strip of it. */
const claim = (format: string, text: string, rows: number, [left, top, right, bottom]: number[]): Found => ({
  format,
  text,
  rows,
  bytes: new TextEncoder().encode(text),
  corners: [
    [left!, top!],
    [right!, top!],
    [right!, bottom!],
    [left!, bottom!],
  ] satisfies Corners,
})

describe('a linear code that is there is read', () => {
  test.each([
    ['EAN13', '8934563138165', 'EAN13', '8934563138165'],
    ['EAN8', '96385074', 'EAN8', '96385074'],
    ['UPCA', '036000291452', 'EAN13', '0036000291452'],
    ['UPCE', '04965802', 'UPCE', '0049000006582'],
    ['Code128', 'LO 01', 'Code128', 'LO 01'],
    ['ITF', '18934563138162', 'ITF14', '18934563138162'],
  ] as const)('%s, sharp, turned, blurred and squeezed', async (format, text, as, expected) => {
    for (const spoilt of [{}, { turn: 12 }, { turn: -8, blur: 1.4, quality: 40 }, { turn: 90 }])
      expect(await said(await photo(format, text, spoilt))).toEqual([[as, expected]])
  })

  test('GS1-128, and two codes close together', async () => {
    const goods = await photo('Code128', '(01)08934563138165(10)A7', { options: 'gs1' })
    expect(await said(goods)).toEqual([['Code128', '010893456313816510A7']])
    const [one, other] = [await photo('EAN13', '8934563138165'), await photo('EAN13', '4006381333931')]
    const data = new Uint8Array([...one.data, ...other.data])
    expect(await said({ ...one, data, height: one.height + other.height })).toEqual(
      expect.arrayContaining([
        ['EAN13', '8934563138165'],
        ['EAN13', '4006381333931'],
      ]),
    )
  })
})

describe('what only looks like a linear code is not read', () => {
  test.each(['4153', '893456', '18934563138163'])('ITF that says %s: no check digit holds', async (text) => {
    const picture = await photo('ITF', text)
    expect(await readWithZxing(picture)).not.toEqual([])
    expect(await said(picture)).toEqual([])
  })

  test('a few rows of a code that say otherwise than the rest of it', async () => {
    const picture = await photo('EAN13', '8934563138165')
    const [right] = await readWithZxing(picture)
    const [[left, top], , [end]] = right!.corners
    const wrong = claim('EAN13', '0221212125705', 2, [left, top + 20, end, top + 24])
    expect(await sureOf(picture, [wrong, right!])).toEqual([right])
    // with however many rows: what says otherwise stands in the same place
    expect(await sureOf(picture, [{ ...wrong, rows: 20 }])).toEqual([])
  })

  test('a few rows of something in which nothing is seen again', async () => {
    const lines = '|ll1 IlI l1|| 4/7 llI1l'.repeat(3)
    const text = `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="300"><rect width="900" height="300" fill="#fff"/><text y="150" font-size="30">${lines}</text></svg>`
    const picture = await greyOf(await sharp(Buffer.from(text)).png().toBuffer())
    for (const rows of [2, 5])
      expect(await sureOf(picture, [claim('EAN13', '4269118297078', rows, [12, 130, 491, 134])])).toEqual([])
    expect(await sureOf(picture, [claim('Code128', 'A1', 3, [12, 130, 191, 134])])).toEqual([])
  })

  test('a UPC-E that is but a strip: parts of other codes look like one', async () => {
    const picture = await photo('UPCE', '04965802')
    const [whole] = await readWithZxing(picture)
    const [[left, top], [right]] = whole!.corners
    const strip = claim('UPCE', whole!.text, 4, [left, top, right, top + 4])
    expect(await sureOf(picture, [strip, whole!])).toEqual([whole])
  })

  test('a symbol of another kind is no matter of its', async () => {
    const code = claim('QRCode', 'x', 0, [0, 0, 9, 9])
    expect(await sureOf({ data: new Uint8Array(100), width: 10, height: 10 }, [code])).toEqual([code])
  })
})
