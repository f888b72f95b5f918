import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { anyText } from '../any-text.js'
import { checkedCode, codeOf, showCode } from '../../qr/codes.js'
import { gs1CheckDigit } from '../../qr/digital-link.js'
import { KNOWN_SYSTEMS } from '../../qr/known-systems.js'
import { codesTyped, type Own, readPayload, readTyped } from '../../qr/payload.js'
import { bankOf, isIntact } from '../../qr/vietqr.js'

const own: Own = { hosts: ['ronguon.example.vn', '127.0.0.1:3000', 'Mã.example.vn'], bots: ['RoNguonBot'] }
const code = 'W1K7Z24W3'
const ours = { kind: 'ours', code }

const tlv = (tag: string, value: string): string => tag + String(value.length).padStart(2, '0') + value
/** With the check sum that EMVCo asks for, reckoned by its table of nibbles: another way than the one that is tested. */
const NIBBLES = [
  0, 4129, 8258, 12387, 16516, 20645, 24774, 28903, 33032, 37161, 41290, 45419, 49548, 53677, 57806, 61935,
]
const withCrc = (text: string): string => {
  let crc = 0xffff
  for (const byte of Buffer.from(`${text}6304`))
    for (const nibble of [byte >> 4, byte & 15]) crc = ((crc << 4) & 0xffff) ^ NIBBLES[(crc >> 12) ^ nibble]!
  return `${text}6304${crc.toString(16).toUpperCase().padStart(4, '0')}`
}
const vietqr = (bank: string): string => withCrc(payment(bank))
const payment = (bank: string): string =>
  tlv('00', '01') +
  tlv('01', '12') +
  tlv('38', tlv('00', 'A000000727') + tlv('01', tlv('00', bank) + tlv('01', '0011009988776')) + tlv('02', 'QRIBFTTA')) +
  tlv('53', '704') +
  tlv('58', 'VN') +
  tlv('59', 'NGUYEN VAN A')

describe('ours', () => {
  test.each([
    `https://ronguon.example.vn/c/${code}`,
    `http://ronguon.example.vn/c/${code}`,
    `HTTPS://RONGUON.EXAMPLE.VN/C/${code}`,
    `https://ronguon.example.vn:443/c/${code}/`,
    `https://ronguon.example.vn/c/${code.toLowerCase()}?utm=1#x`,
    `https://ronguon.example.vn/c/${showCode(code)}`,
    `http://127.0.0.1:3000/c/${code}`,
    `ronguon.example.vn/c/${code}`,
    `https://t.me/RoNguonBot?start=${code}`,
    `tg://resolve?domain=RoNguonBot&start=${code.toLowerCase()}`,
    `https://xn--m-yfa.example.vn/c/${code}`,
    code,
    showCode(code),
    ` ${code.toLowerCase()}\n`,
  ])('%s', (text) => {
    expect(readPayload(text, own)).toEqual(ours)
    expect(readTyped(text, own)).toEqual(ours)
  })

  test('a signature is kept for whoever verifies it', () => {
    expect(readPayload(`https://ronguon.example.vn/c/${code}?k=7&s=abc-_`, own)).toEqual({
      ...ours,
      signature: { keyId: '7', value: 'abc-_' },
    })
  })

  test('a Digital Link', () => {
    const base = { kind: 'ours-digital-link', gtin: '08934563138165' }
    expect(readPayload('https://ronguon.example.vn/01/08934563138165/10/BD-07/21/K7?17=261130', own)).toEqual({
      ...base,
      lot: 'BD-07',
      serial: 'K7',
    })
    expect(readTyped('http://127.0.0.1:3000/01/8934563138165/10/A%2FB', own)).toEqual({ ...base, lot: 'A/B' })
    expect(readPayload('https://ronguon.example.vn/01/08934563138165?k=1&s=zz', own)).toEqual({
      ...base,
      signature: { keyId: '1', value: 'zz' },
    })
    expect(readPayload('https://ronguon.example.vn/01/08934563138164/10/A', own)).toMatchObject({
      kind: 'misspelt',
      candidates: [],
    })
  })

  test('a Digital Link of ours whose lot is a short code is that code, whatever else it says', () => {
    for (const more of ['', '?17=261130', '/21/K7'])
      expect(readPayload(`https://ronguon.example.vn/01/08934563138165/10/${code}${more}`, own)).toEqual(ours)
    expect(readTyped(`xem http://127.0.0.1:3000/01/08934563138165/10/${code}`, own)).toEqual(ours)
    const both = [code, codeOf(8)]
    const links = both.map((lot) => `https://ronguon.example.vn/01/08934563138165/10/${lot}`)
    expect(codesTyped(links.join(' '), own)).toEqual(both)
  })

  test('a damaged code in a link is offered as what it may have been', () => {
    const wrong = `X${code.slice(1)}`
    expect(readPayload(`https://ronguon.example.vn/c/${wrong}`, own)).toMatchObject({
      kind: 'misspelt',
      typed: wrong,
      candidates: expect.arrayContaining([code]),
    })
    expect(readPayload('https://ronguon.example.vn/c/hello', own)).toEqual({
      kind: 'misspelt',
      typed: 'hello',
      candidates: [],
    })
    expect(readPayload('https://ronguon.example.vn/c/%', own)).toMatchObject({ kind: 'misspelt' })
    expect(readPayload('https://ronguon.example.vn/c/', own)).toMatchObject({ kind: 'misspelt' })
  })

  test('other pages of ours are named so', () => {
    expect(readPayload('https://ronguon.example.vn/chat', own)).toEqual({
      kind: 'foreign',
      what: 'own-page',
      host: 'ronguon.example.vn',
    })
  })

  test('within a sentence', () => {
    expect(readTyped(`xem giúp em https://ronguon.example.vn/c/${code}, cảm ơn ạ`, own)).toEqual(ours)
    expect(readTyped(`(ronguon.example.vn/c/${code})`, own)).toEqual(ours)
    expect(readTyped(`mã ${showCode(code)} ạ`, own)).toEqual(ours)
    expect(readTyped(`X${code.slice(1)}`, own)).toMatchObject({ kind: 'misspelt' })
    expect(readTyped('rau.ngon/kg giá 1.500/bó lúc 7:30/sáng', own)).toEqual({ kind: 'no-code' })
    expect(readTyped('xin chào', own)).toEqual({ kind: 'no-code' })
  })
})

describe('an invitation', () => {
  test.each([
    'https://t.me/RoNguonBot?start=abc_DEF-1',
    't.me/ronguonbot?start=abc_DEF-1',
    'tg://resolve?domain=RoNguonBot&start=abc_DEF-1',
    'https://telegram.me/RoNguonBot?start=abc_DEF-1',
  ])('%s', (text) => {
    expect(readPayload(text, own)).toEqual({ kind: 'invitation', payload: 'abc_DEF-1' })
    expect(readTyped(`link đây ${text}`, own)).toEqual({ kind: 'invitation', payload: 'abc_DEF-1' })
  })
  test.each([
    'https://t.me/OtherBot?start=abc',
    'https://t.me.evil.vn/RoNguonBot?start=abc',
    'https://t.me/RoNguonBot?start=a%20b',
    'https://t.me/RoNguonBot',
    'https://x@t.me/RoNguonBot?start=abc',
    `https://t.me/RoNguonBot?start=${'a'.repeat(65)}`,
  ])('not %s', (text) => expect(readPayload(text, own)).toMatchObject({ kind: 'foreign', what: 'link' }))
})

describe('links that dress up as ours are foreign', () => {
  test.each([
    [`https://ronguon.example.vn@evil.com/c/${code}`, 'evil.com'],
    [`https://ronguon.example.vn:pw@evil.com/c/${code}`, 'evil.com'],
    [`https://ronguon.example.vn.evil.com/c/${code}`, 'ronguon.example.vn.evil.com'],
    [`https://evil.com/ronguon.example.vn/c/${code}`, 'evil.com'],
    [`https://evil.com/?u=https://ronguon.example.vn/c/${code}`, 'evil.com'],
    [`https://rоnguon.example.vn/c/${code}`, 'xn--rnguon-wqf.example.vn'], // Cyrillic о
    [`https://rònguon.example.vn/c/${code}`, 'xn--rnguon-3wa.example.vn'],
    [`https://r0nguon.example.vn/c/${code}`, 'r0nguon.example.vn'],
    [`https://xronguon.example.vn/c/${code}`, 'xronguon.example.vn'],
    [`https://www.ronguon.example.vn.vn/c/${code}`, 'www.ronguon.example.vn.vn'],
  ])('%s', (text, host) => {
    expect(readPayload(text, own)).toEqual({ kind: 'foreign', what: 'link', host, imitation: true })
    expect(readTyped(text, own)).toMatchObject({ kind: 'foreign', imitation: true })
  })
  test.each([
    `https://evil@ronguon.example.vn/c/${code}`,
    `https://ronguon.example.vn\\@evil.com/c/${code}`,
    `https://ronguon.example.vn:8443/c/${code}`,
    `https://127.0.0.1/c/${code}`,
    `ftp://ronguon.example.vn/c/${code}`,
    `javascript://ronguon.example.vn/c/${code}`,
    `https://ronguon.example.vn./c/${code}`,
    `https://ronguon.\nexample.vn/c/${code}`,
  ])('nor ours: %s', (text) => expect(readPayload(text, own).kind).toBe('foreign'))
})

describe('foreign', () => {
  test('VietQR: the bank is named, account and payee never', () => {
    expect(readPayload(vietqr('970436'), own)).toEqual({ kind: 'foreign', what: 'vietqr', name: 'Vietcombank' })
    expect(readPayload(vietqr('999999'), own)).toEqual({ kind: 'foreign', what: 'vietqr' })
    // the example of EMVCo's specification begins another way, but its check sum is reckoned alike
    expect(isIntact(`${payment('970436')}6304ABCD`)).toBe(false)
    expect(isIntact(vietqr('970436').toLowerCase().replace('napas', 'napas'))).toBe(false)
    const damaged = { kind: 'foreign', what: 'vietqr', damaged: true }
    expect(readPayload('000201010212broken99', own)).toEqual(damaged)
    expect(readPayload(vietqr('970436').replace('0011009988776', '0011009988777'), own)).toEqual(damaged)
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (rest) => void bankOf(`00020138${rest}`)))
  })

  test.each([
    ['https://check.gov.vn/abc', 'Cổng truy xuất nguồn gốc check.gov.vn'],
    ['http://hn.check.net.vn/?id=1', 'Truy xuất nguồn gốc thành phố Hà Nội'],
    ['https://www.verigoods.vn/x', 'VeriGoods, Bộ Công Thương'],
    ['https://check.cantho.gov.vn/tin-tuc', 'Cổng truy xuất nguồn gốc của tỉnh, thành phố'],
    ['HTTPS://TRUYXUAT.GOV.VN/A', 'Truy xuất nguồn gốc, Bộ Công Thương'],
  ])('a portal: %s', (text, name) => {
    expect(readPayload(text, own)).toMatchObject({ kind: 'foreign', what: 'portal', name })
  })

  test('a host that only looks like a portal is a plain link', () => {
    for (const text of [
      'https://check.gov.vn.evil.com/',
      'https://evil.com/check.gov.vn',
      'https://xcheck.gov.vn/',
      'https://check.a.b.gov.vn/',
    ])
      expect(readPayload(text, own)).toMatchObject({ kind: 'foreign', what: 'link' })
  })

  test('every known system is found by its own host', () => {
    for (const { host, name } of KNOWN_SYSTEMS)
      expect(readPayload(`https://${host.replace('*', 'hanam')}/x`, own)).toMatchObject({ what: 'portal', name })
  })

  test('an article number, by the symbol or by its digits', () => {
    expect(readPayload('8934563138165', own, 'EAN13')).toEqual({ kind: 'foreign', what: 'ean', gtin: '08934563138165' })
    expect(readPayload('96385074', own, 'EAN8')).toEqual({ kind: 'foreign', what: 'ean', gtin: '00000096385074' })
    expect(readPayload('036000291452', own, 'UPCA')).toMatchObject({ what: 'ean', gtin: '00036000291452' })
    expect(readPayload('8934563138165', own)).toMatchObject({ what: 'ean' })
    expect(readTyped('8934563138165', own)).toMatchObject({ what: 'ean' })
    expect(readTyped('8934563138164', own)).toEqual({ kind: 'no-code' })
    expect(readTyped('20112026', own)).toEqual({ kind: 'no-code' })
    expect(readTyped('0912345678', own)).toEqual({ kind: 'no-code' })
  })

  test('a symbol of GS1, in each form that readers hand over', () => {
    const known = { kind: 'foreign', what: 'gs1', gtin: '08934563138165' }
    const FNC1 = '\u001d'
    for (const [text, format] of [
      [`${FNC1}010893456313816517261130${FNC1}10L-1`, 'DataMatrix'],
      [`]d2010893456313816517261130${FNC1}10L-1`],
      ['010893456313816517261130' + '10L-1', 'Code128'],
      ['(01)08934563138165(17)261130(10)L-1'],
    ] as const)
      expect(readPayload(text, own, format)).toEqual({ ...known, lot: 'L-1', expiresOn: '2026-11-30' })
    expect(readPayload('(01)08934563138165(15)270200', own)).toEqual({ ...known, expiresOn: '2027-02-28' })
    expect(readPayload(`(01)08934563138165(10)${code}`, own)).toEqual(ours)
    expect(readPayload('(01)08934563138164(10)L', own)).toEqual({ kind: 'foreign', what: 'text' })
    expect(readPayload('(00)006141411234567890', own)).toEqual({ kind: 'foreign', what: 'text' })
    expect(readPayload('010893456313816517261130' + '10L-1', own)).toEqual({ kind: 'foreign', what: 'text' })
    expect(readPayload('https://id.gs1.org/01/08934563138165/10/A', own)).toMatchObject({
      what: 'portal',
      gtin: '08934563138165',
    })
  })

  test.each([
    ['WIFI:T:WPA;S:Quan Com;P:12345678;;', 'wifi'],
    ['BEGIN:VCARD\nVERSION:3.0\nFN:A\nEND:VCARD', 'vcard'],
    ['MECARD:N:A;;', 'vcard'],
    ['tel:+84912345678', 'phone'],
    ['0912 345 678', 'phone'],
    ['SMSTO:0912345678:hi', 'phone'],
    ['https://shopee.vn/abc', 'link'],
    ['www.vinamilk.com.vn', 'link'],
    ['vinamilk.com.vn/sua', 'link'],
    ['Bánh cốm Hàng Than, NSX 20/11/26', 'text'],
    ['javascript:alert(1)', 'text'],
    ['https://', 'text'],
    ['', 'text'],
  ])('%s is %s', (text, what) => {
    expect(readPayload(text, own)).toMatchObject({ kind: 'foreign', what })
  })
})

describe('anything at all', () => {
  const anything = fc.oneof(
    anyText({ maxLength: 300 }),
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
    anyText({ maxLength: 40 }).map((s) => `https://ronguon.example.vn/c/${s}`),
    anyText({ maxLength: 40 }).map((s) => `https://ronguon.example.vn/01/${s}`),
    anyText({ maxLength: 40 }).map((s) => `https://${s}`),
    fc.string({ maxLength: 60 }).map((s) => `000201${s}`),
  )
  test('is read without a complaint', () => {
    fc.assert(
      fc.property(anything, (text) => {
        for (const said of [readPayload(text, own), readTyped(text, own), readPayload(text, { hosts: [] }, 'EAN13')])
          expect(said.kind).toMatch(/ours|foreign|misspelt|invitation|no-code/)
      }),
      { numRuns: 250 },
    )
    expect(readPayload('x'.repeat(1_000_000), own)).toMatchObject({ what: 'text' })
    expect(readTyped('a.'.repeat(100_000), own)).toEqual({ kind: 'no-code' })
  })
  test('of another host is never ours', () => {
    fc.assert(
      fc.property(fc.webUrl(), fc.nat(1000), (url, n) => {
        expect(readPayload(`${new URL(url).origin}/c/${codeOf(n)}`, own).kind).toBe('foreign')
      }),
    )
  })
  test('of ours is ours, with any code', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), (n) => {
        expect(readPayload(`https://ronguon.example.vn/c/${codeOf(n)}`, own)).toEqual({ kind: 'ours', code: codeOf(n) })
      }),
    )
    expect(checkedCode(code.slice(0, 8))).toBe(code)
    expect(gs1CheckDigit('893456313816')).toBe('5')
  })
})
