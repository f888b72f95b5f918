import { expect, test } from '@jest/globals'
import { saidBy } from '../../qr/parts.js'

const bytes = Buffer.from('Bánh cốm')
const part = (index: number, from: number, to?: number, of = 2) => ({
  format: 'QRCode',
  text: '?',
  bytes: bytes.subarray(from, to),
  part: { id: '7', index, of },
})

test('parts of one text are put together in their order, also when a letter is parted between two', () => {
  const other = { format: 'EAN13', text: '8934563138165', bytes: Buffer.from('8934563138165') }
  expect(saidBy([part(1, 2), other, part(0, 0, 2)])).toEqual([
    { format: 'QRCode', text: 'Bánh cốm' },
    { format: 'EAN13', text: '8934563138165' },
  ])
})

test('a part without the others says what it holds', () => {
  expect(saidBy([part(0, 0, 2, 3), part(1, 2, 4, 3)])).toEqual([
    { format: 'QRCode', text: '?' },
    { format: 'QRCode', text: '?' },
  ])
})
