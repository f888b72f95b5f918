/** Symbols that are located, straightened and corrected module by module, where engines give up. */
import { beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import QRCode from 'qrcode'
import { meantBy } from '../../qr/grid/decode.js'
import { blocksOf, layoutOf } from '../../qr/grid/layout.js'
import { correct } from '../../qr/grid/reed-solomon.js'
import { searchByGrid } from '../../qr/grid/search.js'
import type { Before, Found, Grey } from '../../qr/step.js'
import { whyUnread } from '../../qr/unread.js'
import { prepareZxing, readWithZxing } from '../../qr/zxing.js'

const SAID = 'https://ronguon.example.vn/c/W1K7Z24W3'

beforeAll(() => prepareZxing())

const symbol = (level: 'L' | 'M' | 'Q' | 'H' = 'M', version?: number) =>
  QRCode.create([{ data: Buffer.from(SAID), mode: 'byte' }], { errorCorrectionLevel: level, version }).modules

interface Drawing {
  module?: number
  level?: 'L' | 'M' | 'Q' | 'H'
  /** Where on the symbol, in modules, a pixel looks */
  look?: (u: number, v: number, size: number) => [u: number, v: number]
  /** What becomes of a pixel's level; u and v in modules from the symbol's corner */
  change?: (level: number, u: number, v: number, size: number) => number
  blur?: number
}

const QUIET = 6

/** A symbol with white around it, four looks a pixel. */
function drawn({ module = 6, level, look, change, blur = 0 }: Drawing): Grey {
  const modules = symbol(level)
  const side = Math.round((modules.size + 2 * QUIET) * module)
  const data = new Uint8Array(side * side)
  const at = (x: number, y: number): number => {
    const [u, v] = [x / module - QUIET, y / module - QUIET]
    const [p, q] = look?.(u, v, modules.size) ?? [u, v]
    const inside = p >= 0 && q >= 0 && p < modules.size && q < modules.size
    const value = inside && modules.get(Math.floor(q), Math.floor(p)) === 1 ? 40 : 210
    return Math.min(255, change?.(value, u, v, modules.size) ?? value)
  }
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      data[y * side + x] = (at(x, y) + at(x + 0.5, y) + at(x, y + 0.5) + at(x + 0.5, y + 0.5)) / 4
  const picture = { data, width: side, height: side }
  return blur > 0 ? boxed(boxed(picture, blur, 1), blur, side) : picture
}

/** The mean over so many pixels on either side, along a row (stride 1) or a column. */
function boxed({ data, width, height }: Grey, reach: number, stride: number): Grey {
  const out = data.map((_, i) => {
    let [sum, count] = [0, 0]
    for (let r = -reach; r <= reach; r++) {
      const at = i + r * stride
      if (at < 0 || at >= data.length) continue
      sum += data[at]!
      count++
    }
    return sum / count
  })
  return { data: out, width, height }
}

/** What a search finds, and whether it says that there is more. */
async function searched(picture: Grey, before: Partial<Before> = {}): Promise<{ found: Found[]; more: boolean }> {
  let more = false
  const begun: Before = { read: [], until: Infinity, seesMore: () => (more = true), ...before }
  return { found: await searchByGrid(picture, begun, { around: 0.12 }), more }
}
const search = async (picture: Grey): Promise<string[]> => (await searched(picture)).found.map(({ text }) => text)

describe('a symbol', () => {
  const glare = {
    change: (level: number, u: number, v: number) => level + 240 * Math.exp(-(((u - 17) ** 2 + (v - 17) ** 2) / 22)),
  }
  const arched: Drawing = { look: (u, v, size) => [u, v + 2 * Math.sin((Math.PI * u) / size)] }

  /** Light on a sixth of the symbol, of which nothing is to be seen there */
  const spot: Drawing = { change: (level, u, v) => (Math.hypot(u - 14.5, v - 14.5) < 6.6 ? 255 : level) }

  test.each([
    ['as it was printed', {}],
    ['with a spot of pure light in its middle', spot],
    ['with glare on it', glare],
    ['bent', arched],
    ['blurred over more than a module', { blur: 4 }],
    ['in a light that falls off', { change: (level: number, u: number) => level * (1 - u / 45) }],
  ] satisfies [string, Drawing][])('%s is read, and its corners are told', async (_, how) => {
    const picture = drawn(how)
    const {
      found: [found],
    } = await searched(picture)
    expect(found?.text).toBe(SAID)
    const [from, to] = [QUIET * 6, picture.width - QUIET * 6]
    const expected = [
      [from, from],
      [to, from],
      [to, to],
      [from, to],
    ]
    found!.corners.forEach(([x, y], i) =>
      expect(Math.hypot(x - expected[i]![0]!, y - expected[i]![1]!)).toBeLessThan(26),
    )
  })

  test('that engines do not read is read', async () => {
    for (const how of [
      { ...arched, blur: 3 },
      { ...arched, ...glare, level: 'H' as const },
    ]) {
      const picture = drawn(how)
      expect(await readWithZxing(picture)).toEqual([])
      expect(await search(picture)).toEqual([SAID])
    }
  })

  test('that was read before is passed over, and time that is up ends the search', async () => {
    const picture = drawn({})
    const read = await readWithZxing(picture)
    expect(await searched(picture, { read })).toEqual({ found: [], more: false })
    expect((await searched(picture, { until: 0 })).found).toEqual([])
  })

  test('that cannot be read is told to be there, so that further steps look; one that is read is not', async () => {
    const hidden = drawn({ change: (level, u, v) => (u > 9 && v > 9 ? 128 : level) })
    expect(await searched(hidden)).toEqual({ found: [], more: true })
    expect(await searched(drawn({}))).toMatchObject({ found: [{ text: SAID }], more: false })
  })
})

describe('error correction', () => {
  test('mends errors and erasures up to what it has, less what is kept against a wrong text', () => {
    const layout = layoutOf(3)
    const [block] = blocksOf(layout, 'M')
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ min: 0, max: 26 }),
        fc.nat(),
        (errors, erased, seed) => {
          const sent = new Uint8Array(block!.data + block!.correction) // zeros are a codeword
          const received = Uint8Array.from(sent)
          const places = Array.from(sent.keys()).sort((a, b) => ((a * 7919 + seed) % 101) - ((b * 7919 + seed) % 101))
          for (const place of places.slice(0, errors + erased)) received[place] = 1 + ((place * 31 + seed) % 255)
          const done = correct(received, block!.correction, places.slice(errors, errors + erased), 3)
          if (errors * 2 + erased <= block!.correction - 3) expect(done?.codewords).toEqual(sent)
          else if (errors * 2 + erased > block!.correction) expect(done?.codewords ?? null).not.toEqual(sent)
        },
      ),
      { numRuns: 30 },
    )
  })

  test.each([1, 2, 7, 14, 40])('of version %s: a corner lost is read, noise is not', (version) => {
    const layout = layoutOf(version)
    const { modules } = QRCode.create([{ data: 'B', mode: 'alphanumeric' }], { version, errorCorrectionLevel: 'H' })
    const seen = Float32Array.from(modules.data, (dark) => (dark ? 1 : -1))
    const lost = Math.floor(layout.size * 0.3)
    for (let y = layout.size - lost; y < layout.size; y++)
      for (let x = layout.size - lost; x < layout.size; x++) seen[y * layout.size + x] = 0.01
    expect(meantBy(seen, layout)?.modules).toEqual(Uint8Array.from(modules.data))
    let state = 1
    const noise = seen.map(() => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 31 - 1)
    expect(meantBy(noise, layout)).toBeUndefined()
  })
})

describe('why nothing was read is told from pixels', () => {
  const on = (how: Drawing, scale = 1) => whyUnread(drawn(how), scale)
  test('dark, blurred, small, slanted, glare, cut off; and nothing is said of a good photo', () => {
    expect(on({ change: (level) => level / 6 })).toBe('dark')
    expect(on({ blur: 16 })).toBe('blurred')
    expect(on({}, 0.25)).toBe('small')
    expect(on({ look: (u, v) => [u, v * 1.8] })).toBe('slanted')
    expect(on({ change: (level, u, v) => (Math.hypot(u - 16, v - 14) < 7 ? 255 : level) })).toBe('glare')
    expect(on({})).toBeUndefined()
    const whole = drawn({})
    const rows = Math.round(whole.height * 0.55)
    expect(whyUnread({ ...whole, data: whole.data.subarray(0, rows * whole.width), height: rows }, 1)).toBe('cut-off')
    // time that is up: no code is looked for, so nothing is said of one
    expect(whyUnread(drawn({ look: (u, v) => [u, v * 1.8] }), 1, 0)).toBeUndefined()
  })
})
