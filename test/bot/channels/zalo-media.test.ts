import { afterEach, describe, expect, test } from '@jest/globals'
import { FileRefused } from '../../../bot/channels/channel.js'
import { zaloMedia } from '../../../bot/channels/zalo-media.js'
import { FakeZalo } from '../../fakes/zalo/server.js'
import { collector, HASTY, never, stopAll, stopLater } from './zalo/rig.js'

afterEach(stopAll)

/** What the guard does by itself is tested with it: guarded-fetch.test.ts. */
async function scene(hosts?: string[]) {
  const fake = await new FakeZalo().up()
  stopLater(() => fake.stop())
  const { lines, log } = collector()
  const counted: string[] = []
  const count = (what: string, why: string) => void counted.push(`${what}: ${why}`)
  const fetch = zaloMedia({ hosts: hosts ?? [fake.mediaHost], timeoutMs: HASTY.fetchMs, log, count })
  const fetched = (id: string, bytes?: number) => fetch({ id, ...(bytes !== undefined && { bytes }) }, never())
  const why = (id: string, bytes?: number): Promise<string> =>
    fetched(id, bytes).then(
      () => 'fetched',
      (error: unknown) => (error instanceof FileRefused ? error.why : 'again'),
    )
  return { fake, fetched, why, lines, counted }
}

test('brings the bytes from a host that is listed by its name, also from here', async () => {
  const { fake, fetched } = await scene()
  const url = fake.keepMedia(Buffer.from('ảnh'), 'a.jpg')
  expect((await fetched(url)).toString()).toBe('ảnh')
})

test('from elsewhere nothing is fetched: that is counted, and the host is named, not the rest of the address', async () => {
  const { fake, why, lines, counted } = await scene(['*.zdn.vn'])
  const url = fake.keepMedia(Buffer.from('x'), 'a.jpg')
  expect(await why(url)).toBe('host')
  expect(await why('https://evil.test/a.jpg?token=bí-mật')).toBe('host')
  expect([counted, fake.calls]).toEqual([['media: host', 'media: host'], []])
  expect(lines.join()).toContain('evil.test')
  expect(lines.join()).not.toMatch(/token|a\.jpg/)
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
