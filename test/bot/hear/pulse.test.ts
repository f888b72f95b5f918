import { expect, test } from '@jest/globals'
import { Pulse } from '../../../bot/hear/pulse.js'

test('a loop that stands still is told after its time, and again well after one round', () => {
  const pulse = new Pulse(30_000)
  const start = Date.now()
  expect(pulse.ailment(start + 29_000)).toBeUndefined()
  expect(pulse.ailment(start + 31_500)).toMatch(/^no round for 3[12] s$/)
  pulse.beat()
  expect(pulse.ailment()).toBeUndefined()
})
