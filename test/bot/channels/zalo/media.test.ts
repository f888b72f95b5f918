import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { FileRefused } from '../../../../bot/channels/channel.js'
import { zaloMedia, type Resolve } from '../../../../bot/channels/zalo/media.js'
import { isOpen, mediaHosts } from '../../../../bot/channels/zalo/media-hosts.js'
import { FakeZalo } from '../../../fakes/zalo/server.js'
import { collector, HASTY, never, stopAll, stopLater } from './rig.js'

afterEach(stopAll)

async function scene(listed?: (fake: FakeZalo) => string[], resolve?: Resolve) {
  const fake = await new FakeZalo().up()
  stopLater(() => fake.stop())
  const { lines, log } = collector()
  const counted: string[] = []
  const hosts = mediaHosts(listed?.(fake) ?? [fake.mediaHost])
  const count = (what: string, why: string) => void counted.push(`${what}: ${why}`)
  const media = zaloMedia({ hosts, timing: HASTY, log, count, ...(resolve && { resolve }) })
  const fetched = (id: string, bytes?: number) => media.fetch({ id, ...(bytes !== undefined && { bytes }) }, never())
  const why = (id: string, bytes?: number): Promise<string> =>
    fetched(id, bytes).then(
      () => 'fetched',
      (error: unknown) => (error instanceof FileRefused ? error.why : 'again'),
    )
  return { fake, media, fetched, why, lines, counted }
}

test('brings the bytes from a host that is listed by its name, also from here', async () => {
  const { fake, fetched } = await scene()
  const url = fake.keepMedia(Buffer.from('ảnh'), 'a.jpg')
  expect((await fetched(url)).toString()).toBe('ảnh')
})

describe('addresses', () => {
  test.each([
    ...['127.0.0.1', '127.255.0.9', '0.0.0.0', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
    ...['169.254.169.254', '100.64.0.1', '192.0.0.8', '198.18.0.1', '224.0.0.1', '255.255.255.255', '203.0.113.5'],
    ...[
      '::',
      '::1',
      '::ffff:127.0.0.1',
      '::ffff:10.0.0.1',
      '::ffff:8.8.8.8',
      '64:ff9b::7f00:1',
      'fe80::1',
      'fe80::1%eth0',
    ],
    ...['fc00::1', 'fd12::1', 'ff02::1', '2001:db8::1', '2002:7f00:1::', '2001::1', '100::1', 'not an address', ''],
  ])('%s is not of the open net', (address) => {
    expect(isOpen(address)).toBe(false)
  })

  test.each(['8.8.8.8', '1.1.1.1', '172.32.0.1', '2606:4700::1', '2a00:1450::1'])('%s is', (address) => {
    expect(isOpen(address)).toBe(true)
  })
})

describe('hosts', () => {
  const hosts = mediaHosts(['*.zdn.vn', 'media.test:8080'])
  test.each([
    ['https://f20.zdn.vn/a', 'by suffix'],
    ['https://F20.ZDN.VN./a', 'by suffix'],
    ['http://media.test:8080/a', 'by name'],
    ['https://zdn.vn/a', undefined],
    ['https://evilzdn.vn/a', undefined],
    ['https://f20.zdn.vn.evil.test/a', undefined],
    ['https://f20.zdn.vn:8443/a', undefined],
    ['https://evil.test/?f20.zdn.vn', undefined],
    ['https://f20.zdn.vn@evil.test/', undefined],
    ['https://user:x@f20.zdn.vn/', undefined],
    ['http://media.test/a', undefined],
    ['ftp://f20.zdn.vn/a', undefined],
    ['file:///f20.zdn.vn', undefined],
  ])('%s: %s', (url, listing) => {
    expect(hosts(new URL(url))).toBe(listing)
  })
})

describe('what is never fetched', () => {
  test('loopback and private addresses in every spelling, when only a suffix is listed', async () => {
    const { fake, why, counted, media } = await scene(() => ['*.zdn.vn'])
    const { port } = new URL(fake.url)
    const spellings = ['127.0.0.1', '2130706433', '0x7f.1', '0177.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '10.0.0.1', '169.254.169.254'] // prettier-ignore
    for (const host of spellings) expect([host, await why(`http://${host}:${port}/media/x`)]).toEqual([host, 'host'])
    expect(fake.calls).toEqual([])
    expect(counted).toEqual(spellings.map(() => 'media: host not listed'))
    expect(media.refused()).toBe(spellings.length)
  })

  test.each(['127.0.0.1', '10.0.0.7', '::1', '::ffff:127.0.0.1', '169.254.169.254'])(
    'a listed suffix whose name means %s, alone or beside an open address',
    async (address) => {
      const family = address.includes(':') ? 6 : 4
      for (const others of [[], [{ address: '8.8.8.8', family: 4 }]]) {
        const { why, counted } = await scene(
          () => ['*.zdn.vn'],
          async () => [...others, { address, family }],
        )
        expect(await why('http://f20.zdn.vn/a.jpg')).toBe('host')
        expect(counted).toEqual(['media: address not of the open net'])
      }
    },
  )

  test('a name that changes its mind: it is asked once, and the connection goes to what was checked', async () => {
    const asked: string[] = []
    const { fake, fetched } = await scene(
      (zalo) => [`rebound.test:${new URL(zalo.url).port}`],
      async (name) => {
        asked.push(name)
        return [{ address: asked.length === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }]
      },
    )
    const url = fake.keepMedia(Buffer.from('x'), 'a.jpg').replace('127.0.0.1', 'rebound.test')
    expect((await fetched(url)).toString()).toBe('x')
    expect(asked).toEqual(['rebound.test'])
  })

  test('a redirect to elsewhere, to here, in a circle, to nothing', async () => {
    const { fake, why, fetched, counted } = await scene()
    const other = http.createServer((_request, response) => response.end('secret'))
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done))
    stopLater(() => new Promise((done) => (other.closeAllConnections(), other.close(done))))
    const url = fake.keepMedia(Buffer.from('x'), 'a.jpg')
    const moved = async (to: string, times: number) => {
      fake.faults.clear()
      fake.faults.add({ on: 'media', times, do: { kind: 'redirect', to } })
      return why(url)
    }
    expect(await moved(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`, 1)).toBe('host')
    expect(await moved('http://169.254.169.254/latest/meta-data', 1)).toBe('host')
    expect(await moved('file:///etc/passwd', 1)).toBe('host')
    expect(await moved(url, 99)).toBe('host')
    expect(counted.at(-1)).toBe('media: too many redirects')
    fake.faults.clear()
    fake.faults.add({ on: 'media', times: 2, do: { kind: 'redirect', to: url } })
    expect((await fetched(url)).toString()).toBe('x')
  })

  test.each(['', 'no address', 'javascript:1', 'data:,x'])('%j', async (id) => {
    expect(await (await scene()).why(id)).toBe('host')
  })
})

describe('limits', () => {
  test('a file without end is cut at 20 MB, one that declares more is not begun', async () => {
    const { fake, why } = await scene()
    const url = fake.keepMedia(Buffer.from('x'), 'a.jpg')
    fake.faults.add({ on: 'media', times: 1, do: { kind: 'endless' } })
    // 20 MB take longer than the hasty limit on a busy machine: either limit may be the one that cuts.
    expect(['too-large', 'again']).toContain(await why(url))
    expect(await why(url, 21 * 1024 * 1024)).toBe('too-large')
  })

  test('too slow, cut short, 5xx: again; 404: gone', async () => {
    const { fake, why } = await scene()
    const url = fake.keepMedia(Buffer.from('xxxx'), 'a.jpg')
    const faults = [{ kind: 'slow', ms: 1_200 }, { kind: 'cut-after' }, { kind: 'cut-before' }, { kind: 'status', status: 503 }] as const // prettier-ignore
    for (const fault of faults) {
      fake.faults.add({ on: 'media', times: 1, do: fault })
      expect([fault.kind, await why(url)]).toEqual([fault.kind, 'again'])
    }
    expect(await why(`${fake.url}/media/absent`)).toBe('gone')
  })
})

test('of a refused address only the host is logged: the rest may open somebody’s picture', async () => {
  const { why, lines } = await scene()
  await why('https://evil.test/a.jpg?token=bí-mật')
  expect(lines.join()).toContain('evil.test')
  expect(lines.join()).not.toMatch(/token|a\.jpg/)
})
