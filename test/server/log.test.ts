import { describe, expect, test } from '@jest/globals'
import { inWords, makeLog } from '../../server/log.js'

const written = (work: (log: ReturnType<typeof makeLog>) => void): string[] => {
  const lines: string[] = []
  work(makeLog({ level: 'debug', to: { write: (line) => lines.push(line) } }))
  return lines
}

describe('never in a line', () => {
  test.each([
    ['token', '1:hush'],
    ['password', 'hush'],
    ['phone', '0912 hush'],
    ['text', 'hush'],
    ['address', 'hush'],
    ['url', 'https://api.telegram.org/bot1:hush/getMe'],
    ['payload', { deep: 'hush' }],
  ])('a field named %s, at the top or below', (name, value) => {
    const lines = written((log) => {
      log.info({ [name]: value }, 'm')
      log.info({ inner: { [name]: value, kept: 1 } }, 'm')
    })
    expect(lines.join()).not.toContain('hush')
    expect(lines[1]).toContain('"kept":1')
  })

  test('what an error quotes: only its name, code and place', () => {
    const error = Object.assign(new TypeError('phone 0912 hush is not unique'), { code: '23505', detail: 'hush' })
    const [line, other] = written((log) => {
      log.error({ error }, 'm')
      log.error(error, 'm')
    })
    expect(line).not.toContain('hush')
    expect(line).toMatch(/TypeError 23505 at log\.test\.ts:\d+/)
    expect(other).not.toContain('hush')
  })

  test('what an error quotes, when it is all that is logged', () => {
    const [line] = written((log) => log.error(new Error('hush')))
    expect(line).not.toContain('hush')
  })
})

test('on a terminal a line is words', () => {
  const [line] = written((log) => log.warn({ attempts: 3, why: 'slow' }, 'not reached'))
  expect(inWords(line!)).toMatch(/^\d\d:\d\d:\d\d warn {2}not reached attempts=3 why=slow\n$/)
})
