import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { PDFiumLibrary } from '@hyzyla/pdfium'
import fc from 'fast-check'
import { anyText } from '../any-text.js'
import QRCode from 'qrcode'
import sharp, { type Sharp } from 'sharp'
import { codeOf, readTypedCode, showCode } from '../../qr/codes.js'
import { readWithJsqr } from '../../qr/jsqr.js'
import { CHAT_SCALE, labelPdf, labelPng, labelSvg } from '../../qr/label-drawing.js'
import { DOTS_PER_MM, LABEL_SIZES, type LabelSizeName } from '../../qr/label-sizes.js'
import { type Element, type Label, type LabelWords, layOutLabel } from '../../qr/label.js'
import type { Grey } from '../../qr/step.js'
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
  productName: 'Bưởi tôm vàng Đan Phượng loại một đóng hộp quà tặng Tết Nguyên đán cho người thân phương xa',
  establishmentName: 'Hợp tác xã Nông nghiệp hữu cơ ỔN ĐỊNH Ấp Bắc và những người bạn cùng làm ở xã bên',
}
const signed = `https://ronguon.example.vn/c/${code}?k=k2026a&s=${'A1b2'.repeat(21)}xy`

const laid = (said: LabelWords, size?: LabelSizeName): Label => {
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
  test.each(SIZES)('as PNG are read back by two readers: %s', async (size) => {
    for (const said of [words, long]) {
      const label = laid(said, size)
      const png = await labelPng(label)
      const { width, height, density } = await sharp(png).metadata()
      expect([width, height]).toEqual([label.width * DOTS_PER_MM, label.height * DOTS_PER_MM])
      expect(density).toBe(203)
      await expectRead(sharp(png), said.url)
    }
    await expectRead(sharp(await labelPng(laid(words, size), { scale: CHAT_SCALE })), words.url)
  })

  test('with room for a signature, on 50 x 30 mm', async () => {
    await expectRead(sharp(await labelPng(laid({ ...words, url: signed }))), signed)
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
    const symbol = label.elements.find((e) => e.kind === 'symbol')!
    const { data, width } = await grey(sharp(await labelPng(label)))
    const { modules } = QRCode.create(words.url, { errorCorrectionLevel: 'M' })
    const dots = symbol.module * DOTS_PER_MM
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
  type Box = { left: number; top: number; right: number; bottom: number; what: string }
  const box = (element: Element): Box =>
    element.kind === 'text'
      ? {
          left: element.x,
          right: element.x + element.width,
          top: element.y - element.up,
          bottom: element.y + element.down,
          what: element.text,
        }
      : {
          left: element.x - 4 * element.module,
          right: element.x + (element.dark.length + 4) * element.module,
          top: element.y - 4 * element.module,
          bottom: element.y + (element.dark.length + 4) * element.module,
          what: 'symbol',
        }
  const HAIR = 1e-6
  const expectApart = (label: Label): void => {
    const boxes = label.elements.map(box)
    for (const [i, a] of boxes.entries()) {
      expect([
        a.what,
        a.left > -HAIR && a.top > -HAIR && a.right < label.width + HAIR && a.bottom < label.height + HAIR,
      ]).toEqual([a.what, true])
      for (const b of boxes.slice(i + 1)) {
        const apart =
          a.right < b.left + HAIR || b.right < a.left + HAIR || a.bottom < b.top + HAIR || b.bottom < a.top + HAIR
        expect([a.what, b.what, apart]).toEqual([a.what, b.what, true])
      }
    }
  }
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
          const label = laid(
            {
              ...words,
              code: shown,
              url: `https://ronguon.example.vn/c/${shown}`,
              productName,
              establishmentName,
              lotLines,
            },
            size,
          )
          expectApart(label)
          const all = texts(label)
          expect(all).toContain(showCode(shown))
          for (const line of lotLines) expect(all.join(' ')).toContain(line)
          for (const element of label.elements)
            if (element.kind === 'text')
              // the code is in capitals and digits only
              expect(element.size).toBeGreaterThanOrEqual(element.text === showCode(shown) ? 1.75 : 2)
        },
      ),
      { numRuns: 80 },
    )
  })

  test('cuts a name that is too long with an ellipsis, and leaves the title out before that', () => {
    const all = texts(laid(long, '40x30'))
    expect(all.filter((text) => text.endsWith(ELLIPSIS))).toHaveLength(2)
    expect(all).not.toContain(words.title)
    expect(texts(laid(words))).toContain(words.title)
    expect(texts(laid(words)).some((text) => text.endsWith(ELLIPSIS))).toBe(false)
  })

  test('prints the code large enough, as people type it back', () => {
    for (const size of SIZES) {
      const element = laid(words, size).elements.find((e) => e.kind === 'text' && e.text === showCode(code))
      if (element?.kind !== 'text') throw new Error('no code')
      expect(element.up).toBeGreaterThan(1.6) // mm, height of its capitals
      expect(readTypedCode(element.text)).toEqual({ kind: 'code', code })
    }
  })

  test('refuses as a value, with the reason', () => {
    expect(layOutLabel({ ...words, url: 'x'.repeat(3000) })).toEqual({ refused: 'code-too-dense' })
    expect(layOutLabel({ ...words, url: signed }, '40x30')).toEqual({ refused: 'code-too-dense' })
    expect(layOutLabel({ ...words, lotLines: Array(12).fill('HSD: 20/11/2026') as string[] })).toEqual({
      refused: 'too-much-text',
    })
    expect(layOutLabel({ ...words, lotLines: ['HSD '.repeat(60)] })).toEqual({ refused: 'too-much-text' })
    expect(layOutLabel({ ...words, productName: '🍃 漢字' })).toEqual({ refused: 'nothing-printable' })
  })

  test('takes anything at all for a name', () => {
    fc.assert(
      fc.property(anyText({ maxLength: 300 }), fc.constantFrom(...SIZES), (said, size) => {
        const result = layOutLabel({ ...words, productName: said, establishmentName: said, title: said }, size)
        if ('label' in result) {
          expectApart(result.label)
          expect(labelSvg(result.label)).not.toMatch(/NaN|undefined|Infinity/)
        } else expect(result.refused).toMatch(/nothing-printable|too-much-text/)
      }),
      { numRuns: 80 },
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
