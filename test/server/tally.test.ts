import { expect, test } from '@jest/globals'
import { makeLog } from '../../server/log.js'
import { tally } from '../../server/tally.js'

test('the first is told at once, then once a while how many there were', () => {
  const lines: string[] = []
  let now = 0
  const count = tally(makeLog({ to: { write: (line) => void lines.push(line) } }), () => now)
  const told = () => lines.splice(0).map((line) => JSON.parse(line) as Record<string, unknown>)
  count('webhook', 'wrong secret')
  expect(told()).toMatchObject([{ level: 'info', what: 'webhook', why: 'wrong secret', times: 1 }])
  for (let i = 0; i < 500; i++) count('webhook', 'wrong secret')
  count('photo', 'too-large')
  expect(told()).toMatchObject([{ what: 'photo', why: 'too-large', times: 1 }])
  now += 60_000
  count('webhook', 'wrong secret')
  expect(told()).toMatchObject([{ what: 'webhook', why: 'wrong secret', times: 501 }])
})
