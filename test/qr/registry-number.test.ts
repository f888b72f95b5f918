import { expect, test } from '@jest/globals'
import { registryNumbers } from '../../qr/registry-number.js'

test.each([
  ['BD-0001', ['BD-0001']],
  ['bd0001', ['BD-0001']],
  ['biển số BND-BD-0001 ạ', ['BND-BD-0001', 'BD-0001']],
  ['ma bd 0001', ['MA-BD-0001', 'BD-0001']],
  ['BD–0001, PT-0001', ['BD-0001', 'PT-0001']],
  ['cửa hàng BD-0001?', ['BD-0001']],
])('%s', (text, numbers) => expect(registryNumbers(text)).toEqual(numbers))

test.each(['V57-X2K-1SZ', '0912345678', 'BD-00012', 'ABD12', 'cam canh 30 kg', 'ngày 20/11/2026', ''])(
  'none in %j',
  (text) => expect(registryNumbers(text)).toEqual([]),
)
