import { resolve } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readConfig, shownConfig } from '../../server/config.js'
import { Trouble } from '../../server/trouble.js'

const refusal = (environment: Record<string, string>): string => {
  try {
    readConfig(environment)
  } catch (error) {
    expect(error).toBeInstanceOf(Trouble)
    return (error as Trouble).message
  }
  return ''
}

/** Outside the demo, as little as can be. */
const SERIOUS = { PUBLIC_URL: 'https://ronguon.example', KEY_FILE: '/etc/keys.json' }

describe('the demo', () => {
  test.each([
    [{}, true],
    [{ PUBLIC_URL: '', DATABASE_URL: '  ' }, true],
    [{ ...SERIOUS }, false],
    [{ DATABASE_URL: 'postgresql://u@h/d', KEY_FILE: '/k' }, false],
    [{ ...SERIOUS, DEMO: 'true' }, true],
    [{ DEMO: 'off', KEY_FILE: '/k' }, false],
    [{ DEMO: '' }, true],
  ])('%j -> %s', (environment, demo) => {
    expect(readConfig(environment as Record<string, string>).demo).toBe(demo)
  })

  test('listens to this machine alone unless HOST is set', () => {
    expect(readConfig({}).host).toBe('127.0.0.1')
    expect(readConfig({ HOST: '0.0.0.0' }).host).toBe('0.0.0.0')
    expect(readConfig(SERIOUS).host).toBeUndefined()
  })

  test('makes its own keys in DATA_DIR; outside the demo KEY_FILE is demanded', () => {
    expect(readConfig({ DATA_DIR: '/data' }).keyFile).toBe('/data/keys.json')
    expect(readConfig({ KEY_FILE: 'k.json' }).keyFile).toBe(resolve('k.json'))
    expect(refusal({ PUBLIC_URL: 'https://ronguon.example' })).toMatch(/^KEY_FILE should be the file/)
  })
})

describe('hosts of our own codes', () => {
  test.each([
    [{}, ['localhost:3000', '127.0.0.1:3000']],
    [{ PORT: '8080' }, ['localhost:8080', '127.0.0.1:8080']],
    [SERIOUS, ['ronguon.example']],
    [{ ...SERIOUS, PUBLIC_URL: 'https://RoNguon.example:8443/' }, ['ronguon.example:8443']],
    [{ ...SERIOUS, CODE_HOSTS: 'Old.example , x.example:81,' }, ['ronguon.example', 'old.example', 'x.example:81']],
    [{ CODE_HOSTS: 'old.example,localhost:3000' }, ['localhost:3000', '127.0.0.1:3000', 'old.example']],
  ])('%j -> %j', (environment, hosts) => {
    expect(readConfig(environment as Record<string, string>).codeHosts).toEqual(hosts)
  })
})

describe('a setting that cannot be used', () => {
  test.each([
    ['PORT', '70000', 'a port number from 0 to 65535'],
    ['PORT', '80.5', 'a port number'],
    ['PORT', 'http', 'a port number'],
    ['HOST', 'a b', 'a host name'],
    ['PUBLIC_URL', 'ronguon.example', 'https://ronguon.example'],
    ['PUBLIC_URL', 'https://ronguon.example/shop', 'without a path'],
    ['CODE_HOSTS', 'https://old.example/c', 'old.example'],
    ['DATABASE_URL', 'mysql://h/d', 'postgresql://user:password@host:5432/name'],
    ['DEMO', 'maybe', 'true or false'],
    ['LOG_LEVEL', 'loud', 'one of trace'],
    ['TELEGRAM_BOT_TOKEN', 'hello', '@BotFather'],
    ['TELEGRAM_API_ROOT', 'api.telegram.org', 'https://api.telegram.org'],
    ['TELEGRAM_PROXY', 'ftp://x', 'socks5://'],
    ['TELEGRAM_MODE', 'push', 'polling or webhook'],
    ['TELEGRAM_WEBHOOK_SECRET', 'có dấu', '1 to 256 letters'],
    ['TELEGRAM_PACE_ALL_PER_SECOND', '-1', 'messages a second'],
    ['ZALO_APP_ID', 'app', 'digits'],
    ['ZALO_OA_CODE_VERIFIER', 'short', '43 to 128'],
    ['ZALO_BUTTON_SHAPE', 'round', 'one of text_buttons'],
    ['ZALO_MEDIA_HOSTS', 'https://zdn.vn', '*.zdn.vn'],
    ['LOOKUPS_PER_MINUTE', '0', 'from 1'],
    ['MISSES_PER_HOUR', 'many', 'from 1'],
  ])('%s=%s is told by its name and what it should look like', (name, value, looks) => {
    const said = refusal({ [name]: value })
    expect(said).toMatch(new RegExp(`^${name} should be `))
    expect(said).toContain(looks)
  })

  test('all of them at once, and no value is repeated', () => {
    const said = refusal({ PORT: 'hush-1', DATABASE_URL: 'hush-2', TELEGRAM_BOT_TOKEN: 'hush-3' })
    expect(said.split('\n')).toHaveLength(3)
    expect(said).not.toContain('hush')
  })

  test('half of a pair', () => {
    expect(refusal({ TELEGRAM_BOT_TOKEN: '1:a', TELEGRAM_MODE: 'webhook' })).toMatch(
      /^TELEGRAM_WEBHOOK_SECRET should be set/,
    )
    expect(refusal({ ZALO_APP_ID: '1' })).toMatch(/^ZALO_APP_ID and ZALO_APP_SECRET/)
  })

  test('an empty one counts as unset, whichever it is', () => {
    const names = [
      'PORT',
      'HOST',
      'DEMO',
      'LOG_LEVEL',
      'TELEGRAM_BOT_TOKEN',
      'TELEGRAM_MODE',
      'ZALO_APP_ID',
      'LOOKUPS_PER_MINUTE',
      'DATABASE_URL',
      'KEY_FILE',
      'DATA_DIR',
    ]
    fc.assert(
      fc.property(fc.subarray(names), fc.constantFrom('', ' ', '\t'), (some, nothing) => {
        expect(readConfig(Object.fromEntries(some.map((name) => [name, nothing])))).toEqual(readConfig({}))
      }),
      { numRuns: 50 },
    )
  })

  test('a name that looks like one of ours is noticed', () => {
    expect(readConfig({ TELEGRAM_TOKEN: '1:a', ZALO_APP: '', HOME: '/' }).unknown).toEqual(['TELEGRAM_TOKEN'])
  })
})

test('Telegram: polling at the platform’s pace unless told otherwise', () => {
  expect(readConfig({}).telegram).toBeUndefined()
  expect(readConfig({ TELEGRAM_BOT_TOKEN: '1:a' }).telegram).toEqual({
    token: '1:a',
    mode: 'polling',
    pace: { chat: { perSecond: 1, burst: 4 }, all: { perSecond: 30, burst: 30 } },
  })
  const { telegram, limits } = readConfig({
    TELEGRAM_BOT_TOKEN: '1:a',
    TELEGRAM_MODE: 'webhook',
    TELEGRAM_WEBHOOK_SECRET: 's',
    TELEGRAM_PACE_ALL_PER_SECOND: '0',
    LOOKUPS_PER_MINUTE: '60000',
  })
  expect(telegram).toMatchObject({ mode: 'webhook', webhookSecret: 's', pace: { all: { perSecond: 0 } } })
  expect(limits).toEqual({ lookupsPerMinute: 60_000, missesPerHour: 30 })
})

test('the Zalo bot: asked for its events unless the platform has an address and a secret to bring them', () => {
  const bot = (settings: Record<string, string>) => readConfig({ ...settings, KEY_FILE: 'k' }).zaloBot
  const token = { ZALO_BOT_TOKEN: '1:a' }
  const [secret, address] = [{ ZALO_BOT_SECRET: 'at-least-8' }, { PUBLIC_URL: 'https://ronguon.example' }]
  expect(bot({ ...secret, ...address })).toBeUndefined()
  expect(bot(token)).toEqual({ token: '1:a', mode: 'polling' })
  expect(bot({ ...token, ...secret })?.mode).toBe('polling')
  expect(bot({ ...token, ...address })?.mode).toBe('polling')
  expect(bot({ ...token, ...secret, ...address })).toEqual({ token: '1:a', mode: 'webhook', secret: 'at-least-8' })
  expect(bot({ ...token, ...secret, ...address, ZALO_BOT_MODE: 'polling' })?.mode).toBe('polling')
  expect(bot({ ...token, ...secret, ZALO_BOT_MODE: 'webhook' })?.mode).toBe('webhook')
  expect(bot({ ...token, ZALO_MEDIA_HOSTS: '*.zdn.vn,a.example:8080' })?.mediaHosts).toEqual([
    ...['*.zdn.vn', 'a.example:8080'],
  ])
  expect(refusal({ ...token, ZALO_BOT_MODE: 'webhook' })).toMatch(/^ZALO_BOT_SECRET should be set/)
  expect(refusal({ ZALO_BOT_SECRET: 'short' })).toMatch(/^ZALO_BOT_SECRET should be 8 to 256/)
})

test('what is shown of the settings holds no secret', () => {
  const config = readConfig({
    ...SERIOUS,
    DATABASE_URL: 'postgresql://house:hush@db:5432/house?sslkey=hush',
    TELEGRAM_BOT_TOKEN: '1:hush',
    TELEGRAM_PROXY: 'socks5://me:hush@proxy:1080',
    TELEGRAM_WEBHOOK_SECRET: 'hush',
    ZALO_APP_ID: '1',
    ZALO_APP_SECRET: 'hush',
    ZALO_OA_SECRET_KEY: 'hush',
    ZALO_ACCESS_TOKEN: 'hush',
    ZALO_REFRESH_TOKEN: 'hush',
    ZALO_OA_CODE_VERIFIER: 'hush'.repeat(11),
    ZALO_BOT_TOKEN: 'hush',
    ZALO_BOT_SECRET: 'hush-hush',
  })
  const shown = JSON.stringify(shownConfig(config))
  expect(shown).not.toContain('hush')
  expect(shown).toContain('postgresql://db:5432/house')
  expect(shown).toContain('"mode":"polling"')
})
