import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { FileRef } from '../../../../bot/channels/channel.js'
import { DOWNLOAD_MAX_BYTES } from '../../../../bot/channels/telegram/limits.js'
import { until } from '../../../fakes/chats.js'
import type { Fault } from '../../../fakes/telegram/faults.js'
import { person } from '../../../fakes/telegram/people.js'
import { freeLease, HASTY, memoryStore, never, rig, stopAll, type Rig } from './rig.js'

afterEach(stopAll)

const fetch = ({ telegram }: Rig, file: FileRef, signal = never()) => telegram.channel.fetch(file, signal)
const kept = ({ fake }: Rig, bytes: Buffer, size?: number): FileRef => ({ id: fake.keepFile(bytes, 'a.jpg', size).id })

test('a photo sent in a talk is brought in its largest size, a document byte for byte', async () => {
  const made = await rig()
  const memory = memoryStore()
  made.telegram.start(memory.store, freeLease())
  const an = person(made.fake, 1)
  const original = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251))
  await an.sendsPhoto(Buffer.from('ảnh lớn'))
  await an.sendsFile(original, { name: 'tem.png', mime: 'image/png' })
  await until(() => memory.inbounds.length === 2)
  const files = memory.inbounds.map(({ heard }) => (heard as { file: FileRef }).file)
  expect((await fetch(made, files[0]!)).toString()).toBe('ảnh lớn')
  expect((await fetch(made, files[1]!)).equals(original)).toBe(true)
  made.fake.assertClean()
})

describe('too large', () => {
  const refused = { name: 'FileRefused', why: 'too-large' }
  test('as declared by the message: nothing is asked', async () => {
    const made = await rig()
    await expect(fetch(made, { id: 'x', bytes: DOWNLOAD_MAX_BYTES + 1 })).rejects.toMatchObject(refused)
    expect(made.fake.calls).toEqual([])
  })

  test('as Telegram says', async () => {
    const made = await rig()
    await expect(fetch(made, kept(made, Buffer.from('x'), DOWNLOAD_MAX_BYTES + 1))).rejects.toMatchObject(refused)
  })

  test('as counted: the rest is not read, whatever was declared', async () => {
    let written = 0
    const server = http.createServer((request, response) => {
      if (request.method === 'POST')
        return void response.end(
          '{"ok":true,"result":{"file_id":"x","file_unique_id":"x","file_path":"a","file_size":3}}',
        )
      const more = (): void => {
        written += 1 << 20
        if (!response.destroyed && written < 200 << 20) response.write(Buffer.alloc(1 << 20), more)
      }
      more()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const made = await rig({
      apiRoot: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      timing: { ...HASTY, fetchMs: 10_000 },
    })
    await expect(fetch(made, { id: 'x' })).rejects.toMatchObject(refused)
    expect(written).toBeLessThan(60 << 20)
    server.closeAllConnections()
    server.close()
  })

  test('exactly 20 MB is brought', async () => {
    const made = await rig({ timing: { ...HASTY, fetchMs: 10_000 } })
    expect((await fetch(made, kept(made, Buffer.alloc(DOWNLOAD_MAX_BYTES)))).length).toBe(DOWNLOAD_MAX_BYTES)
  })
})

test('a redirect is not followed: its address could be anywhere', async () => {
  const made = await rig()
  let visited = false
  const elsewhere = http.createServer((_request, response) => {
    visited = true
    response.end('x')
  })
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
  made.fake.faults.add({
    on: 'file',
    do: { kind: 'redirect', to: `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/` },
  })
  await expect(fetch(made, kept(made, Buffer.from('x')))).rejects.toMatchObject({ name: 'FileRefused', why: 'host' })
  expect(visited).toBe(false)
  elsewhere.close()
})

test('a path that climbs stays below the bot’s own files', async () => {
  const made = await rig()
  const asked: string[] = []
  const server = http.createServer((request, response) => {
    asked.push(request.url!)
    response.end('{"ok":true,"result":{"file_id":"x","file_unique_id":"x","file_path":"../../other/../a b?c#d"}}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const away = await rig({ apiRoot: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
  await fetch(away, { id: 'x' })
  expect(asked[1]).toBe(`/file/bot${made.fake.token}/other/a%20b%3Fc%23d`)
  server.closeAllConnections()
  server.close()
})

describe('gone or away', () => {
  const answer = (code: number, description: string): Fault['do'] => ({ kind: 'answer', code, description })
  test('an id that Telegram does not know is gone, after a second question', async () => {
    const made = await rig()
    await expect(fetch(made, { id: 'unknown' })).rejects.toMatchObject({ name: 'FileRefused', why: 'gone' })
    expect(made.fake.callsOf('getFile')).toHaveLength(2)
  })

  test('one that was away for a moment is brought', async () => {
    const made = await rig()
    const wrong = answer(400, 'Bad Request: wrong file_id or the file is temporarily unavailable')
    made.fake.faults.add({ on: 'getFile', times: 1, do: wrong })
    expect(String(await fetch(made, kept(made, Buffer.from('x'))))).toBe('x')
  })

  test.each([
    ['file', answer(404, 'Not Found'), 'FileRefused'],
    ['file', answer(502, 'Bad Gateway'), 'Error'],
    ['file', { kind: 'cut-before' }, 'Error'],
    ['file', { kind: 'cut-after' }, 'Error'],
    ['file', { kind: 'slow', ms: 500 }, 'Error'],
    ['getFile', answer(429, 'Too Many Requests'), 'Error'],
    ['getFile', answer(500, 'Internal Server Error'), 'Error'],
    ['getFile', answer(400, 'Bad Request: invalid file_id'), 'FileRefused'],
    ['getFile', { kind: 'cut-after' }, 'Error'],
  ] as [string, Fault['do'], string][])('%s %j: %s', async (on, fault, name) => {
    const made = await rig({ timing: { ...HASTY, fetchMs: fault.kind === 'slow' ? 200 : 10_000 } })
    made.fake.faults.add({ on, do: fault })
    const error = await fetch(made, kept(made, Buffer.from('abc'))).catch((thrown: Error) => thrown)
    expect(error).toMatchObject({ name })
    expect(String((error as Error).stack)).not.toContain(made.fake.token)
  })

  test('an unreachable Telegram, and a stop', async () => {
    const made = await rig()
    const file = kept(made, Buffer.from('abc'))
    const aborter = new AbortController()
    made.fake.faults.add({ on: 'file', do: { kind: 'slow', ms: 500 } })
    const fetching = fetch(made, file, aborter.signal)
    await until(() => made.fake.callsOf('getFile').length === 1)
    aborter.abort()
    await expect(fetching).rejects.toThrow('stopped')
    await made.fake.down()
    await expect(fetch(made, file)).rejects.toMatchObject({ name: 'Error' })
  })
})
