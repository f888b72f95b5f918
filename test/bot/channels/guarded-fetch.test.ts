/** The guard, attacked from every side: hosts, names that lead home, redirects, size, time. All of it on 127.0.0.1. */
import type { LookupAddress } from 'node:dns'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { guardedFetch, isPublic, listing, type GuardedFetchOptions } from '../../../bot/channels/guarded-fetch.js'

const closing: http.Server[] = []
afterEach(() => {
  for (const server of closing.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => void

async function serve(handler: Handler): Promise<{ port: number; host: string; url: string; asked: string[] }> {
  const asked: string[] = []
  const server = http.createServer((request, response) => {
    asked.push(`${request.headers.host}${request.url}`)
    handler(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(server)
  const { port } = server.address() as AddressInfo
  const host = `127.0.0.1:${port}`
  return { port, host, url: `http://${host}`, asked }
}

const fetch = (address: string, options: Partial<GuardedFetchOptions> = {}, signal = new AbortController().signal) =>
  guardedFetch(address, { hosts: [], maxBytes: 1_000, timeoutMs: 2_000, ...options }, signal)
const at =
  (...addresses: string[]) =>
  async (): Promise<LookupAddress[]> =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))

const REFUSED = { name: 'FileRefused', why: 'host' }

describe('which hosts', () => {
  const hosts = ['media.example', 'Other.Example:8080', '*.zdn.vn', '127.0.0.1:9000', '*.cdn.example:444']
  test.each([
    ['https://media.example/a', 'named'],
    ['https://MEDIA.example./a', 'named'],
    ['https://media.example:443/a', 'named'],
    ['https://media.example:444/a', undefined],
    ['https://a.media.example/a', undefined],
    ['https://other.example:8080/a', 'named'],
    ['https://other.example/a', undefined],
    ['https://a.zdn.vn/a', 'below'],
    ['https://a.b.zdn.vn/a', 'below'],
    ['https://zdn.vn/a', undefined],
    ['https://evilzdn.vn/a', undefined],
    ['https://a.zdn.vn.evil.example/a', undefined],
    ['https://a.zdn.vn:8443/a', undefined],
    ['https://a.cdn.example:444/a', 'below'],
    ['https://a.cdn.example/a', undefined],
    ['http://127.0.0.1:9000/a', 'named'],
    ['http://127.0.0.1/a', undefined],
    ['http://2130706433:9000/a', 'named'], // another spelling of 127.0.0.1
    ['https://evil.example/?a.zdn.vn', undefined],
    ['https://a.zdn.vn@evil.example/', undefined],
  ])('%s: %s', (address, expected) => expect(listing(new URL(address), hosts)).toBe(expected))

  test.each([
    'https://elsewhere.example/a',
    'http://a.zdn.vn/a',
    'ftp://a.zdn.vn/a',
    'file:///etc/passwd',
    'data:text/plain,x',
    'https://user:secret@media.example/a',
    'no address',
    '',
    'https://[::1]/a',
    'http://169.254.169.254/latest/meta-data/',
    ...['0x7f.1', '0177.0.0.1', '2130706433', 'localhost', '[::ffff:127.0.0.1]', '10.0.0.1'].map(
      (host) => `http://${host}/`,
    ),
  ])('%s is refused before a name is looked up', async (address) => {
    let looked = false
    const resolve = async () => {
      looked = true
      return []
    }
    await expect(fetch(address, { hosts, resolve })).rejects.toMatchObject(REFUSED)
    expect(looked).toBe(false)
  })

  test('what is refused names its host, and nothing else of the address', async () => {
    const error = await fetch('https://elsewhere.example/secret?token=1', { hosts }).catch((thrown: Error) => thrown)
    expect(String(error)).toContain('elsewhere.example')
    expect(String((error as Error).stack)).not.toContain('secret')
  })
})

describe('where a name leads', () => {
  test.each([
    ...[
      '0.0.0.0',
      '10.1.2.3',
      '100.64.0.1',
      '127.0.0.1',
      '127.8.8.8',
      '169.254.169.254',
      '172.16.0.1',
      '172.31.255.255',
    ],
    ...['192.0.0.1', '192.0.2.1', '192.168.1.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '224.0.0.1', '240.0.0.1'],
    ...['255.255.255.255', '::', '::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '64:ff9b::7f00:1', 'fe80::1', 'fc00::1'],
    ...['fd12::1', 'ff02::1', '2001:db8::1', '2001::1', '2002:7f00:1::', '3fff::1', '100::1', 'no address'],
  ])('%s is not the open internet', (address) => expect(isPublic(address)).toBe(false))
  test.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450::1'])(
    '%s is',
    (address) => expect(isPublic(address)).toBe(true),
  )

  test.each([[['127.0.0.1']], [['8.8.8.8', '10.0.0.1']], [['::1']], [['::ffff:10.0.0.1']]])(
    'a name below a suffix that leads to %j is refused, and nothing is connected to',
    async (addresses) => {
      const home = await serve((_request, response) => void response.end('secret'))
      const options = { hosts: [`*.zdn.vn:${home.port}`], resolve: at(...addresses) }
      await expect(fetch(`https://a.zdn.vn:${home.port}/`, options)).rejects.toMatchObject(REFUSED)
      expect(home.asked).toEqual([])
    },
  )

  test('a host named to the letter may be one of ours', async () => {
    const home = await serve((_request, response) => void response.end('ảnh'))
    expect(String(await fetch(`${home.url}/a`, { hosts: [home.host] }))).toBe('ảnh')
  })

  test('the connection goes to the address that was checked: the name is looked up once, by the guard alone', async () => {
    const home = await serve((_request, response) => void response.end('x'))
    const host = `pinned.invalid:${home.port}`
    let looked = 0
    const resolve = async () => {
      looked += 1
      return at('127.0.0.1')()
    }
    expect(String(await fetch(`http://${host}/a`, { hosts: [host], resolve }))).toBe('x')
    expect([looked, home.asked]).toEqual([1, [`${host}/a`]])
  })

  test('a name without an address, and one that nobody answers for, may be tried again', async () => {
    const hosts = ['a.invalid']
    await expect(fetch('https://a.invalid/', { hosts, resolve: at() })).rejects.toMatchObject({ name: 'Error' })
    const silent = () => new Promise<LookupAddress[]>(() => undefined)
    await expect(fetch('https://a.invalid/', { hosts, resolve: silent, timeoutMs: 50 })).rejects.toThrow('time limit')
  })
})

describe('redirects', () => {
  const redirect =
    (to: string, status = 302): Handler =>
    (_request, response) =>
      void response.writeHead(status, { location: to }).end()

  test.each([301, 302, 303, 307, 308])('%s to a listed host is followed, relative ones too', async (status) => {
    const home = await serve((request, response) =>
      request.url === '/b' ? void response.end('x') : redirect('/b', status)(request, response),
    )
    expect(String(await fetch(`${home.url}/a`, { hosts: [home.host] }))).toBe('x')
  })

  test('to a host that is not listed: refused, never visited', async () => {
    const inner = await serve((_request, response) => void response.end('secret'))
    const home = await serve(redirect(inner.url))
    await expect(fetch(home.url, { hosts: [home.host] })).rejects.toMatchObject(REFUSED)
    expect(inner.asked).toEqual([])
  })

  test('to a listed name that leads into a private network: refused, never visited', async () => {
    const inner = await serve((_request, response) => void response.end('secret'))
    const home = await serve(redirect(`https://a.zdn.vn:${inner.port}/`))
    const hosts = [home.host, `*.zdn.vn:${inner.port}`]
    await expect(fetch(home.url, { hosts, resolve: at('127.0.0.1') })).rejects.toMatchObject(REFUSED)
    expect(inner.asked).toEqual([])
  })

  test.each(['file:///etc/passwd', 'http://169.254.169.254/', 'https://', 'gopher://127.0.0.1/'])(
    'to %s: refused',
    async (to) => {
      const home = await serve(redirect(to))
      await expect(fetch(home.url, { hosts: [home.host] })).rejects.toMatchObject(REFUSED)
    },
  )

  test('in a circle: refused after three', async () => {
    const home = await serve(redirect('/'))
    await expect(fetch(home.url, { hosts: [home.host] })).rejects.toMatchObject(REFUSED)
    expect(home.asked).toHaveLength(4)
  })

  test('without a place: gone', async () => {
    const home = await serve((_request, response) => void response.writeHead(302).end())
    await expect(fetch(home.url, { hosts: [home.host] })).rejects.toMatchObject({ why: 'gone' })
  })
})

describe('how much and how long', () => {
  const from = (home: { url: string; host: string }, more: Partial<GuardedFetchOptions> = {}) =>
    fetch(home.url, { hosts: [home.host], ...more })

  test('exactly the limit is brought, one byte more is not', async () => {
    const home = await serve((_request, response) => void response.end(Buffer.alloc(1_000)))
    expect((await from(home)).length).toBe(1_000)
    await expect(from(home, { maxBytes: 999 })).rejects.toMatchObject({ why: 'too-large' })
  })

  test('a file without end is cut', async () => {
    let written = 0
    const home = await serve((_request, response) => {
      const more = (): void => {
        written += 65_536
        if (!response.destroyed && written < 500 << 20) response.write(Buffer.alloc(65_536), more)
      }
      more()
    })
    await expect(from(home, { maxBytes: 1 << 20 })).rejects.toMatchObject({ why: 'too-large' })
    expect(written).toBeLessThan(60 << 20)
  })

  test('one that drips without end is cut too, and so is one that never begins', async () => {
    const dripping = await serve((_request, response) => {
      const timer = setInterval(() => response.write('x'), 10)
      response.on('close', () => clearInterval(timer))
    })
    await expect(from(dripping, { timeoutMs: 100 })).rejects.toThrow('time limit')
    const mute = await serve(() => undefined)
    await expect(from(mute, { timeoutMs: 100 })).rejects.toThrow('time limit')
  })

  test('the time is that of all redirects together', async () => {
    const home = await serve((_request, response) =>
      setTimeout(() => response.writeHead(302, { location: '/' }).end(), 60),
    )
    const began = Date.now()
    await expect(from(home, { timeoutMs: 100 })).rejects.toThrow('time limit')
    expect(Date.now() - began).toBeLessThan(1_000)
  })

  test('a stop', async () => {
    const mute = await serve(() => undefined)
    const aborter = new AbortController()
    const fetching = fetch(mute.url, { hosts: [mute.host] }, aborter.signal)
    setTimeout(() => aborter.abort(), 20)
    await expect(fetching).rejects.toThrow('stopped')
    await expect(fetch(mute.url, { hosts: [mute.host] }, aborter.signal)).rejects.toThrow('stopped')
  })

  test('what is packed is not unpacked', async () => {
    const home = await serve((request, response) => {
      expect(request.headers['accept-encoding']).toBe('identity')
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('bomb')
    })
    expect(String(await from(home))).toBe('bomb')
  })

  test.each([
    [404, 'FileRefused'],
    [403, 'FileRefused'],
    [410, 'FileRefused'],
    [206, 'FileRefused'],
    [429, 'Error'],
    [500, 'Error'],
    [503, 'Error'],
  ])('%s: %s', async (status, name) => {
    const home = await serve((_request, response) => void response.writeHead(status).end())
    await expect(from(home)).rejects.toMatchObject({ name })
  })

  test('cut short, or not reached: may be tried again', async () => {
    const home = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('x')
      setTimeout(() => response.destroy(), 20)
    })
    await expect(from(home)).rejects.toMatchObject({ name: 'Error' })
    await expect(from({ url: 'http://127.0.0.1:1/', host: '127.0.0.1:1' })).rejects.toThrow('ECONNREFUSED')
  })
})
