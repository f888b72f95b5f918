import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { anyText } from '../any-text.js'
import { WEIGHTS, divide, isPlain, times } from '../../qr/check-character.js'
import {
  CODE_ALPHABET,
  CODE_LENGTH,
  CODE_OF_LIMIT,
  candidatesFor,
  checkedCode,
  codeOf,
  isCode,
  randomCode,
  readTypedCode,
  showCode,
} from '../../qr/codes.js'

const anyCode = fc.integer({ min: 0, max: CODE_OF_LIMIT - 1 }).map(codeOf)
const position = fc.integer({ min: 0, max: CODE_LENGTH - 1 })
const letter = fc.constantFrom(...CODE_ALPHABET)
const put = (code: string, at: number, what: string): string => code.slice(0, at) + what + code.slice(at + 1)

describe('the field', () => {
  test('multiplication is that of x^5 + x^2 + 1, division undoes it', () => {
    const slow = (a: number, b: number): number => {
      let product = 0
      for (let bit = 0; bit < 5; bit++) if (b & (1 << bit)) product ^= a << bit
      for (let bit = 9; bit >= 5; bit--) if (product & (1 << bit)) product ^= 0b100101 << (bit - 5)
      return product
    }
    for (let a = 0; a < 32; a++)
      for (let b = 0; b < 32; b++) {
        expect(times(a, b)).toBe(slow(a, b))
        if (b) expect(divide(times(a, b), b)).toBe(a)
      }
  })

  // The sum is linear, so what an error adds to it does not depend on the code: these three loops cover every code there is.
  test('every single wrong character changes the sum', () => {
    for (const weight of WEIGHTS) for (let error = 1; error < 32; error++) expect(times(error, weight)).not.toBe(0)
  })

  test('every swap of two differing characters and every pair of equal ones misread alike changes the sum', () => {
    for (let i = 0; i < CODE_LENGTH; i++)
      for (let j = i + 1; j < CODE_LENGTH; j++)
        for (let difference = 1; difference < 32; difference++)
          expect(times(difference, WEIGHTS[i]!) ^ times(difference, WEIGHTS[j]!)).not.toBe(0)
  })
})

describe('a code', () => {
  test('has nine letters of the alphabet, the check among them', () => {
    fc.assert(
      fc.property(anyCode, (code) => {
        expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{9}$/)
        expect(isCode(code)).toBe(true)
        expect(checkedCode(code.slice(0, -1))).toBe(code)
      }),
    )
  })

  test('every wrong character, swap and pair misread alike of whole codes is caught', () => {
    for (const code of [0, 1, 777, 4_999_999].map(codeOf))
      for (let i = 0; i < CODE_LENGTH; i++) {
        for (const wrong of CODE_ALPHABET) if (wrong !== code[i]) expect(isCode(put(code, i, wrong))).toBe(false)
        for (let j = i + 1; j < CODE_LENGTH; j++) {
          if (code[i] !== code[j]) expect(isCode(put(put(code, i, code[j]!), j, code[i]!))).toBe(false)
          else
            for (const wrong of CODE_ALPHABET)
              if (wrong !== code[i]) expect(isCode(put(put(code, i, wrong), j, wrong))).toBe(false)
        }
      }
  })

  test('other errors pass about one time in 32', () => {
    let passed = 0
    const tries = 20_000
    for (let n = 0; n < tries; n++) {
      const [a, b] = [codeOf(n), codeOf(n + tries)]
      const mixed = a.slice(0, 5) + b.slice(5) // up to four wrong characters
      if (mixed !== a && mixed !== b && isCode(mixed)) passed++
    }
    expect(passed / tries).toBeLessThan(1.2 / 32)
  })

  test('bad payloads are refused loudly', () => {
    for (const payload of ['', 'ABC', 'ABCDEFGHJ', 'ABCDEFGU', 'abcdefgh', 'ABCDEFGH', '23456789'])
      expect(() => checkedCode(payload)).toThrow(RangeError)
  })

  test('random codes follow the bytes they are given and differ', () => {
    const fixed = randomCode(() => Uint8Array.from([0x12, 0x34, 0x56, 0xab, 0xcd]))
    expect(fixed).toBe('28T5DAYDX'.slice(0, 8) + fixed.slice(8))
    expect(isCode(fixed)).toBe(true)
    const codes = new Set(Array.from({ length: 2000 }, () => randomCode()))
    expect(codes.size).toBe(2000)
    for (const code of codes) expect(isCode(code)).toBe(true)
  })

  test('codes of numbers are all different, not sequential, and stay the same from release to release', () => {
    const codes = Array.from({ length: 200_000 }, (_, n) => codeOf(n))
    expect(new Set(codes).size).toBe(codes.length)
    const shared = codes.slice(1).map((code, n) => [...code].filter((c, i) => c === codes[n]![i]).length)
    expect(shared.reduce((a, b) => a + b) / shared.length).toBeLessThan(0.4) // 9 / 32 by chance
    expect([0, 1, 2].map(codeOf)).toEqual(['W1K7Z24W3', 'CC287040B', 'Z8QJ3N2XQ'])
    for (const n of [-1, 0.5, CODE_OF_LIMIT, NaN]) expect(() => codeOf(n)).toThrow(RangeError)
  })

  test('is shown as three groups of three', () => {
    expect(showCode('W1K7Z24W3')).toBe('W1K-7Z2-4W3')
  })
})

describe('a typed code', () => {
  const same = (typed: string, code: string): void =>
    expect([typed, readTypedCode(typed)]).toEqual([typed, { kind: 'code', code }])

  test('is understood however it is written', () => {
    fc.assert(
      fc.property(anyCode, (code) => {
        const groups = code.match(/.../g)!
        const lookAlike = code.toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l')
        for (const typed of [
          code,
          code.toLowerCase(),
          showCode(code),
          groups.join(' '),
          groups.join('.'),
          groups.join(' - '),
          `  ${code}\n`,
          lookAlike,
          lookAlike.replaceAll('l', 'I'),
          [...code].join(' '),
          `${code.slice(0, 4)} ${code.slice(4)}`,
          `${code.slice(0, 4)}-${code.slice(4)}`,
          code.match(/..?/g)!.join(' '),
          code.replace(/./g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)), // full-width
          [...code].join('\u200b'),
          `\u202e${code}\u202c`,
        ])
          same(typed, code)
      }),
      { numRuns: 200 },
    )
  })

  test('is found within words', () => {
    fc.assert(
      fc.property(anyCode, (code) => {
        const shown = showCode(code)
        const spaced = shown.replaceAll('-', ' ').toLowerCase()
        for (const typed of [
          `mã ${shown} ạ`,
          `ma ${spaced} a`,
          `check ${code}`,
          `/check ${spaced}`,
          `Mã: ${code}.`,
          `kiểm tra giúp em mã này ${spaced} với ạ`,
          `mã số ${spaced} nhé`,
          `${shown} là hàng gì vậy?`,
          `cháu ơi tra hộ bác cái mã (${code}) này với, bác cảm ơn`,
          `is ${shown} ok?`,
          `tra cứu ${spaced.slice(0, 3)}${spaced.slice(4)} giúp mình`,
        ])
          same(typed, code)
      }),
      { numRuns: 200 },
    )
  })

  test('is understood although a Vietnamese keyboard made accents of it', () => {
    const codeWith = (part: string): string => {
      for (const rest of [...CODE_ALPHABET].flatMap((a) => [...CODE_ALPHABET].map((b) => a + b))) {
        const sum = `${rest}7K4`.slice(0, CODE_LENGTH - 1 - part.length)
        const payload = part + sum.padEnd(CODE_LENGTH - 1 - part.length, '3')
        try {
          return checkedCode(payload)
        } catch {
          // not plain
        }
      }
      throw new Error('none')
    }
    const s = codeWith('AS')
    same(s.replace('AS', 'Á').toLowerCase(), s)
    const d = codeWith('DD')
    same(d.replace('DD', 'đ'), d)
    const vni = codeWith('E6Q')
    same(vni.replace('E6', 'ê'), vni)
    const w = codeWith('7W')
    same(w.replace('W', 'ư').toLowerCase(), w)
    const aas = codeWith('AAS')
    same(aas.replace('AAS', 'ấ'), aas)
  })

  test('with one slip is told to be misspelt, the right code among the candidates', () => {
    const expectAmong = (typed: string, code: string): void => {
      const read = readTypedCode(typed)
      expect([typed, read.kind]).toEqual([typed, 'misspelt'])
      if (read.kind === 'misspelt') expect(read.candidates).toContain(code)
    }
    fc.assert(
      fc.property(anyCode, position, position, letter, (code, i, j, wrong) => {
        if (wrong !== code[i]) expectAmong(put(code, i, wrong), code)
        if (code[i] !== code[j]) expectAmong(put(put(code, i, code[j]!), j, code[i]!), code)
        expectAmong(code.slice(0, i) + code.slice(i + 1), code)
        const extra = code.slice(0, i) + wrong + code.slice(i)
        expectAmong(extra, code)
        if (wrong !== code[i]) expectAmong(`mã ${showCode(put(code, i, wrong))} ạ`, code)
      }),
      { numRuns: 700 },
    )
  })

  test('a U, which is no letter of ours, is offered as what it may have been', () => {
    const code = codeOf(5)
    const read = readTypedCode(put(code, 4, 'U'))
    expect(read).toEqual({ kind: 'misspelt', typed: put(code, 4, 'U'), candidates: [code] })
  })

  test('candidates hold their check, are plain, differ, are few, and the likeliest comes first', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9A-Z]{8,10}$/), (typed) => {
        const candidates = candidatesFor(typed)
        expect(candidates.length).toBeLessThanOrEqual(45)
        expect(new Set(candidates).size).toBe(candidates.length)
        for (const candidate of candidates) expect(isCode(candidate)).toBe(true)
      }),
      { numRuns: 700 },
    )
    for (let n = 0; n < 300; n++) {
      const code = codeOf(n)
      const at = code.indexOf('8')
      if (at < 0 || !isPlain(put(code, at, 'B'))) continue
      expect(candidatesFor(put(code, at, 'B')).indexOf(code)).toBeLessThan(5)
    }
  })

  test('anything at all is read without a complaint', () => {
    fc.assert(
      fc.property(anyText({ maxLength: 600 }), (text) => {
        expect(['code', 'misspelt', 'no-code']).toContain(readTypedCode(text).kind)
      }),
      { numRuns: 700 },
    )
    expect(readTypedCode('\0'.repeat(4096)).kind).toBe('no-code')
    expect(readTypedCode('A'.repeat(100_000)).kind).toBe('no-code')
  })
})

describe('an ordinary sentence is not a code', () => {
  const SENTENCES = `
    xin chào
    xin chao em
    chào bạn
    cảm ơn
    cam on ban nhe
    cam on em
    bánh cốm
    banh com 25
    banhcom25
    banhcom2025
    bán 20 kg cam
    ban 20kg cam
    cam 5kg nha
    can 2kg cam
    cho 5 can cam
    lan 25 nha
    hop 24 cai
    cam 25k 3kg
    lo 20 ngay 5
    lô 25 ngày mấy
    ma lo 25 ngay may
    tra lai 25k cam
    ban 25 kg co
    250000vnd
    250000d
    250.000đ
    25.000 đồng
    1,5 tấn
    2 cân rưỡi
    ba lạng
    1 tạ 2
    30 mớ
    hôm nay
    hom qua
    mùng 5
    20/11
    20-11-26
    20.11.2026
    20thang11
    ngày 20 tháng 11 năm 2026
    0912345678
    0912 345 678
    091.234.5678
    +84 912 345 678
    001099012345
    8934563138165
    123456789
    so 25 hang than
    Số 11 Hàng Than, Ba Đình, Hà Nội
    25 pho chau long
    chợ Long Biên quầy 27B
    29A 123.45
    30H 456.78
    mua 3 hộp bánh cốm giá 85k
    mua 3 hop banh com gia 85k
    gia 85k 1 hop
    hàng này hết hạn rồi
    hang nay het han roi
    em muốn báo vi phạm
    em muon bao vi pham
    dang ky lo moi
    đăng ký lô mới
    register
    check
    /check
    mã
    mã gì vậy
    kiểm tra giúp em
    kiem tra giup em voi
    tra cuu nguon goc
    xem hang
    help me please
    what is this
    where does it come from
    how much is 2kg
    I bought 3kg of it
    ok
    okokokoko
    hahahahah
    vietgap 2025
    VietGAP-12-345
    ISO 22000
    HACCP 2024
    COVID19
    iphone15
    abc123
    vinmart 24
    email: hoa.qua25@gmail.com
    https://example.com/abcd2345
    cửa hàng mở 7h30 đến 21h
    mo cua 7h30 den 21h
    7h30 sang mai
    3 thùng táo 12 quả
    3 thung tao
    2 yến 3 cân
    😀😀😀
    SELECT * FROM lots
    *bold* _italic_ [link](x)
    tem bị rách không đọc được
    tem bi rach khong doc duoc
    2 thùng, mỗi thùng 24 hộp
    nhập 50kg sáng nay
    nhap 50kg sang nay
    vải thiều Thanh Hà loại 1
    nho mỹ 89k/kg
    nho my 89k kg
    ma 25
    code 7
    lot 12
    lo 12 het han
  `
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

  test.each(SENTENCES)('%s', (sentence) => {
    expect(readTypedCode(sentence)).toEqual({ kind: 'no-code' })
  })

  test('nor are 60,000 sentences put together from everyday words, but 1 in 10,000', () => {
    const vocabulary =
      'cam cốm com bánh banh hộp hop kg 2kg 25k 3 5 20 24 250 500g cân can lô lo ngày ngay hôm hom nay mai mua bán ban nhập nhap giá gia mã ma tra lại lai cho em chị chi anh bác bac hàng hang nha ạ a với voi được duoc không khong 30k 7h30 20/11 thùng thung quả qua mở mo cửa cua hạn han tươi tuoi mấy may bao nhiêu nhieu xem tem tao nho mit xoai oi'.split(
        ' ',
      )
    let seed = 42
    const next = (below: number): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0
      return (seed >>> 8) % below
    }
    const taken = { code: 0, misspelt: 0, 'no-code': 0 }
    const examples: string[] = []
    for (let n = 0; n < 60_000; n++) {
      const sentence = Array.from({ length: 1 + next(7) }, () => vocabulary[next(vocabulary.length)]).join(' ')
      const { kind } = readTypedCode(sentence)
      taken[kind]++
      if (kind !== 'no-code') examples.push(`${kind}: ${sentence}`)
    }
    // three groups of three with two digits pass one time in 32: "xem tra 25k" happens to be a code
    expect({ tooMany: taken.code > 6 || taken.misspelt > 6, examples }).toMatchObject({ tooMany: false })
  })
})
