import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { PDFiumLibrary } from '@hyzyla/pdfium'
import fc from 'fast-check'
import { anyText } from '../any-text.js'
import sharp, { type Sharp } from 'sharp'
import { codeOf, readTypedCode, showCode } from '../../qr/codes.js'
import { readWithJsqr } from '../../qr/jsqr.js'
import { CHAT_SCALE, labelPdf, labelPng, labelSvg } from '../../qr/label-drawing.js'
import {
  COMMON_PAPERS,
  DOTS_PER_MM,
  gridOf,
  isPaper,
  LABEL_SIZES,
  labelsAPage,
  SHEETS,
  type LabelSizeName,
  type Paper,
} from '../../qr/label-sizes.js'
import { type Label, type LabelWords, layOutLabel, pagesOf, papersThatFit } from '../../qr/label.js'
import { symbolOf } from '../../qr/symbol.js'
import type { Grey } from '../../qr/step.js'
import { KINDS, labelCase, missing, randomOf, touching } from './label-cases.js'
import { DEGRADED, printOf, readings } from './label-reading.js'
import { ELLIPSIS, extent, outlines, printable, wrap } from '../../qr/typeset.js'
import { readWithZxing } from '../../qr/zxing.js'

const SIZES = Object.keys(LABEL_SIZES) as LabelSizeName[]
const code = codeOf(7)
const words: LabelWords = {
  code,
  url: `https://ronguon.example.vn/c/${code}`,
  title: 'Rõ Nguồn',
  productName: 'Bánh cốm',
  establishmentName: 'Bánh cốm An Nhiên, 27B Hàng Than',
  lotLines: ['NSX: 20/11/2026', 'HSD: 24/11/2026', 'Số lượng: 120 hộp'],
}
const long: LabelWords = {
  ...words,
  lotLines: words.lotLines.slice(0, 2),
  productName: 'Bưởi tôm vàng Đan Phượng loại một đóng hộp quà tặng Tết Nguyên đán cho người thân phương xa',
  establishmentName: 'Hợp tác xã Nông nghiệp hữu cơ ỔN ĐỊNH Ấp Bắc và những người bạn cùng làm ở xã bên',
}
const signed = `https://ronguon.example.vn/c/${code}?k=k2026a&s=${'A1b2'.repeat(21)}xy`

const laid = (said: LabelWords, size?: Paper): Label => {
  const result = layOutLabel(said, size)
  if ('refused' in result) throw new Error(result.refused)
  return result.label
}
const grey = async (picture: Sharp): Promise<Grey> => {
  const { data, info } = await picture
    .flatten({ background: '#fff' })
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { data: data.filter((_, i) => i % info.channels === 0), width: info.width, height: info.height }
}
const texts = (label: Label): string[] => label.elements.flatMap((e) => (e.kind === 'text' ? [e.text] : []))

/** Two readers that have nothing in common both read the url, and no other code. */
async function expectRead(picture: Sharp, url: string): Promise<void> {
  const pixels = await grey(picture)
  expect((await readWithZxing(pixels)).map(({ text }) => text)).toEqual([url])
  expect((await readWithJsqr(pixels)).map(({ text }) => text)).toEqual([url])
}

let pdfium: Awaited<ReturnType<typeof PDFiumLibrary.init>>
beforeAll(async () => {
  pdfium = await PDFiumLibrary.init()
})
afterAll(() => pdfium.destroy())

describe('the drawings', () => {
  test.each(SIZES)('as PNG have a pixel for each dot: %s', async (size) => {
    const label = laid(words, size)
    const { width, height, density } = await sharp(await labelPng(label)).metadata()
    expect([width, height, density]).toEqual([label.width * DOTS_PER_MM, label.height * DOTS_PER_MM, 203])
  })

  test('are read back by two readers, as large as a chat shows them too, and with room for a signature', async () => {
    await expectRead(sharp(await labelPng(laid(words), { scale: CHAT_SCALE })), words.url)
    await expectRead(sharp(await labelPng(laid({ ...words, url: signed }))), signed)
  })

  test('of every kind hold all words and touch nothing; printed and out of a chat some are read by two readers', async () => {
    const random = randomOf(5)
    const READ: Record<string, string> = { '50x30': 'thermal', '40x30': 'chat', 'a4-4x10': 'chat', badge: 'thermal' }
    for (const kind of KINDS) {
      const made = labelCase(kind, random)
      if ('refused' in made.laid) throw new Error(`${kind} ${made.laid.refused}`)
      const { label } = made.laid
      expect([kind, touching(label), missing(made, label)]).toEqual([kind, [], []])
      const way = READ[kind]
      if (way === undefined) continue
      const read = await readings(await DEGRADED[way]!(await printOf(await labelPng(label)), random))
      expect([kind, way, read]).toEqual([kind, way, { zxing: [made.url], jsqr: [made.url] }])
    }
  })

  test('of many labels are one PDF of as many pages, with one copy of each font', async () => {
    const pdf = await labelPdf(...pagesOf(laid(words, 'a4-3x8'), 'a4-3x8', 25))
    const document = await pdfium.loadDocument(pdf)
    expect(document.getPageCount()).toBe(2)
    expect(document.getPage(0).getText().split(showCode(code))).toHaveLength(25)
    expect(document.getPage(1).getText().split(showCode(code))).toHaveLength(2)
    document.destroy()
    expect(pdf.toString('latin1').match(/\/FontFile2/g)).toHaveLength(2)
  })

  test.each(SIZES)(
    'as PDF have the size of the label, embedded text, and are read back by two readers: %s',
    async (size) => {
      const label = laid(words, size)
      const pdf = await labelPdf(label)
      const document = await pdfium.loadDocument(pdf)
      expect(document.getPageCount()).toBe(1)
      const page = document.getPage(0)
      const said = page.getText().normalize('NFC')
      for (const text of texts(label)) expect(said).toContain(text)
      const { originalWidth, originalHeight } = page.getOriginalSize()
      expect(originalWidth / 72).toBeCloseTo(label.width / 25.4, 1)
      expect(originalHeight / 72).toBeCloseTo(label.height / 25.4, 1)
      const { data, width, height } = await page.render({ scale: 5, render: 'bitmap' })
      document.destroy()
      await expectRead(sharp(Buffer.from(data), { raw: { width, height, channels: 4 } }), words.url)
      const fonts = pdf.toString('latin1').match(/\/FontFile2/g) ?? []
      expect(fonts).toHaveLength(2)
    },
  )

  test('as SVG need no font and stand alone', () => {
    const svg = labelSvg(laid({ ...words, productName: 'Cốm <b>&"tươi"' }))
    expect(svg).not.toMatch(/<text|font|<image|<script|href/)
    expect(svg).toContain('width="50mm" height="30mm"')
  })

  test.each(SIZES)('print every module on whole dots, black or white to the edge: %s', async (size) => {
    const label = laid(words, size)
    const symbol = label.elements.find((e) => e.kind === 'symbol')
    const { data, width } = await grey(sharp(await labelPng(label)))
    if (symbol?.kind !== 'symbol') throw new Error('no symbol')
    const dots = symbol.module * DOTS_PER_MM
    const modules = { size: symbol.dark.length, get: (y: number, x: number) => symbol.dark[y]![x] }
    expect(Number.isInteger(dots)).toBe(true)
    expect(dots).toBeGreaterThanOrEqual(3)
    const [left, top] = [symbol.x * DOTS_PER_MM, symbol.y * DOTS_PER_MM]
    let wrong = 0
    // four modules of quiet zone around
    for (let y = -4 * dots; y < (modules.size + 4) * dots; y++)
      for (let x = -4 * dots; x < (modules.size + 4) * dots; x++) {
        const [i, j] = [Math.floor(x / dots), Math.floor(y / dots)]
        const inside = i >= 0 && j >= 0 && i < modules.size && j < modules.size
        if (data[(top + y) * width + left + x] !== (inside && modules.get(j, i) ? 0 : 255)) wrong++
      }
    expect(wrong).toBe(0)
  })

  test('show Vietnamese marks: a letter with one looks other than without', async () => {
    const drawn = await Promise.all(
      ['Bánh côm', 'Bánh cốm', 'Bánh cồm', 'Banh cốm', 'Đu đủ', 'Du đủ'].map((productName) =>
        labelPng(laid({ ...words, productName })),
      ),
    )
    expect(new Set(drawn.map((png) => png.toString('base64'))).size).toBe(drawn.length)
  })
})

describe('the layout', () => {
  const expectApart = (label: Label): void => expect(touching(label)).toEqual([])
  const syllables =
    'Bưởi tôm vàng ẤM ẦM ỔN ĐỊNH Ấp Bắc cốm Đan Phượng hữu cơ quả ổi Mê Linh gạo nếp (loại 1) 500 g Nghiêngnghiêngnghiêngnghiêng'.split(
      ' ',
    )
  const name = fc.array(fc.constantFrom(...syllables), { minLength: 1, maxLength: 14 }).map((all) => all.join(' '))
  const date = fc
    .date({ min: new Date('2026-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
    .map((d) => d.toISOString().slice(0, 10).split('-').reverse().join('/'))

  test('never lets ink touch ink, nor anything the quiet zone or the edge; dates are never cut', () => {
    fc.assert(
      fc.property(
        name,
        name,
        fc.array(date, { maxLength: 3 }),
        fc.constantFrom(...SIZES),
        fc.nat(1e6),
        (productName, establishmentName, days, size, n) => {
          const lotLines = days.map((day) => `HSD: ${day}`)
          const shown = codeOf(n)
          const url = `https://ronguon.example.vn/c/${shown}`
          const said = { ...words, code: shown, url, productName, establishmentName, lotLines }
          const result = layOutLabel(said, size)
          if ('refused' in result) {
            expect([size, result.refused]).toEqual([expect.not.stringContaining('roll'), 'too-much-text'])
            return
          }
          const { label } = result
          expectApart(label)
          const all = texts(label)
          expect(all).toContain(showCode(shown))
          for (const line of [productName, establishmentName, ...lotLines])
            expect(all.join('').replaceAll(' ', '')).toContain(line.replaceAll(' ', ''))
          for (const element of label.elements)
            if (element.kind === 'text')
              expect(element.size).toBeGreaterThanOrEqual(element.text === showCode(shown) ? 2.2 - 1e-6 : 2)
        },
      ),
      { numRuns: 40 },
    )
  })

  test('leaves the title out, and nothing else, before it refuses a name that is too long', () => {
    const label = laid(long)
    expect(texts(label)).not.toContain(words.title)
    for (const said of [long.productName, long.establishmentName, ...long.lotLines])
      expect(texts(label).join(' ')).toContain(said)
    expect(texts(laid(words))).toContain(words.title)
    expect(layOutLabel(long, '40x30')).toEqual({ refused: 'too-much-text' })
    expect(papersThatFit(long)).toEqual(['50x30', 'a4-3x8', 'roll-58'])
    expect(papersThatFit(words)).toEqual(COMMON_PAPERS)
  })

  test('takes as much error correction as the room holds, and the least before it refuses', () => {
    const side = (said: LabelWords, paper?: Paper): number =>
      laid(said, paper).elements.flatMap((one) => (one.kind === 'symbol' ? [one.dark.length] : []))[0]!
    const sides = (['L', 'M', 'Q', 'H'] as const).map((level) => symbolOf(words.url, level)!.length)
    expect(side(words)).toBe(Math.max(...sides.filter((one) => one <= sides[1]!)))
    expect(side({ ...words, url: signed }, '40x30')).toBe(symbolOf(signed, 'L')!.length)
  })

  test('on sheets: every cell has its label whole, the last page as many as are left', () => {
    for (const paper of [...SHEETS, 'a4-4x7-8', 'a4-2x5'] as const) {
      const label = laid(words, paper)
      const each = labelsAPage(paper)
      const pages = pagesOf(label, paper, each + 2)
      expect(pages.map(({ width, height }) => [width, height])).toEqual([
        [210, 297],
        [210, 297],
      ])
      const symbols = pages.map(({ elements }) => elements.filter(({ kind }) => kind === 'symbol'))
      expect(symbols.map((one) => one.length)).toEqual([each, 2])
      for (const page of pages) expectApart(page)
      const places = new Set(symbols[0]!.map(({ x, y }) => `${x} ${y}`))
      expect(places.size).toBe(each)
    }
    expect(pagesOf(laid(words), '50x30', 3)).toHaveLength(3)
  })

  test("a grid of one's own is read, and one that no printer could fill is none", () => {
    expect(gridOf('a4-5x13-8')).toEqual({ columns: 5, rows: 13, margin: 8 })
    for (const none of ['a4-0x5', 'a4-13x5', 'a4-3x31', 'a4-3x8-41', 'a5-3x8', 'a4-3', '50x30', ''])
      expect([none, gridOf(none)]).toEqual([none, undefined])
    expect(isPaper('50x30') && isPaper('a4-3x8') && !isPaper('60x40') && !isPaper('toString')).toBe(true)
    expect(layOutLabel(words, 'a4-12x30')).toEqual({ refused: 'code-too-dense' })
  })

  test('prints the code large enough, as people type it back', () => {
    for (const size of SIZES) {
      const element = laid(words, size).elements.find((e) => e.kind === 'text' && e.text === showCode(code))
      if (element?.kind !== 'text') throw new Error('no code')
      expect(element.up).toBeGreaterThan(1.6) // mm, height of its capitals
      expect(readTypedCode(element.text)).toEqual({ kind: 'code', code })
    }
  })

  test('prints the code larger where the words leave room, names in even lines, dates alike', () => {
    const said = { ...words, establishmentName: 'Cửa hàng trái cây Mây Lành', lotLines: words.lotLines.slice(0, 2) }
    for (const size of SIZES) {
      const elements = laid(said, size).elements.flatMap((one) => (one.kind === 'text' ? [one] : []))
      const shown = elements.find(({ text }) => text === showCode(code))!
      expect([size, shown.up > 2.2]).toEqual([size, true]) // mm, height of its capitals
      expect(elements.map(({ text }) => text)).not.toContain('Lành')
      expect(
        new Set(elements.filter(({ text }) => text.startsWith('NSX') || text.startsWith('HSD')).map((one) => one.size))
          .size,
      ).toBe(1)
    }
  })

  test('refuses as a value, with the reason', () => {
    expect(layOutLabel({ ...words, url: 'x'.repeat(3000) })).toEqual({ refused: 'code-too-dense' })
    expect(layOutLabel({ ...words, url: `${signed}${signed}` }, '40x30')).toEqual({ refused: 'code-too-dense' })
    expect(layOutLabel({ ...words, lotLines: Array(12).fill('HSD: 20/11/2026') as string[] })).toEqual({
      refused: 'too-much-text',
    })
    expect(layOutLabel({ ...words, lotLines: ['HSD '.repeat(60)] })).toEqual({ refused: 'too-much-text' })
    expect(layOutLabel({ ...words, productName: '🍃 漢字' })).toEqual({ refused: 'nothing-printable' })
  })

  test('takes anything at all for a name', () => {
    fc.assert(
      fc.property(anyText({ maxLength: 120 }), fc.constantFrom(...SIZES), (said, size) => {
        const result = layOutLabel({ ...words, productName: said, establishmentName: said, title: said }, size)
        if ('label' in result) {
          expectApart(result.label)
          expect(labelSvg(result.label)).not.toMatch(/NaN|undefined|Infinity/)
        } else expect(result.refused).toMatch(/nothing-printable|too-much-text/)
      }),
      { numRuns: 40 },
    )
  })
})

describe('type', () => {
  const TONES = ['', '\u0301', '\u0300', '\u0309', '\u0303', '\u0323']
  const vowels = [...'aăâeêioôơuưy'].flatMap((vowel) => TONES.map((tone) => (vowel + tone).normalize('NFC')))
  const VIETNAMESE = [...vowels, ...'bcdđghklmnpqrstvxfjwz']

  test('has every Vietnamese letter, small and capital, with an outline of its own', () => {
    const drawn = new Map<string, string>()
    for (const letter of VIETNAMESE.flatMap((l) => [l, l.toUpperCase()]))
      for (const weight of ['regular', 'bold'] as const) {
        expect(printable(letter)).toBe(letter)
        const path = outlines(letter, weight, 1000, 0, 0)
        expect(path.length).toBeGreaterThan(20)
        expect([letter, drawn.get(`${weight}${path}`)]).toEqual([letter, undefined])
        drawn.set(`${weight}${path}`, letter)
      }
    expect(drawn.size).toBe((12 * 6 + 21) * 2 * 2)
  })

  test('composes decomposed letters and drops what it cannot set', () => {
    expect(printable('Bánh cốm'.normalize('NFD'))).toBe('Bánh cốm')
    expect(printable(' a\0\n\u202eb\u200b  🍃c ')).toBe('a b c')
    expect(printable('\u{1F600}')).toBe('')
  })

  test('wraps within the width, breaks a word that is too wide, keeps every letter', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...VIETNAMESE, ' '), { maxLength: 80 }),
        fc.integer({ min: 4, max: 30 }),
        fc.integer({ min: 1, max: 5 }),
        (letters, width, most) => {
          const text = printable(letters.join(''))
          const { lines, cut } = wrap(text, 'regular', width, most)
          expect(lines.length).toBeLessThanOrEqual(most)
          for (const line of lines) expect(extent(line, 'regular').width).toBeLessThanOrEqual(width)
          const kept = lines.join('').replaceAll(' ', '')
          if (cut) expect(kept.endsWith(ELLIPSIS)).toBe(true)
          else expect(kept).toBe(text.replaceAll(' ', ''))
        },
      ),
      { numRuns: 80 },
    )
  })
})
