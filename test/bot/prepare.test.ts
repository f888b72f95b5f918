/** What is made of a file that somebody sent, before its turn: read, kept, or refused and counted. */
import { expect, test } from '@jest/globals'
import { FileRefused, type Channel, type Inbound } from '../../bot/channels/channel.js'
import { makePrepare } from '../../bot/prepare.js'
import type { ReadOutcome } from '../../qr/read.js'

const inbound: Inbound = {
  ...{ channel: 'console', address: 'an', key: '1', at: '2026-11-20T00:00:00.000Z' },
  heard: { kind: 'photo', file: { id: 'x' } },
}

function preparing(fetch: () => Promise<Buffer>, outcome?: ReadOutcome) {
  const counted: string[] = []
  const prepare = makePrepare({
    channels: new Map([['console', { fetch } as unknown as Channel]]),
    read: () => Promise.resolve(outcome!),
    files: { put: () => Promise.reject(new Error('nothing is kept')) },
    isTalking: () => Promise.resolve(false),
    refused: (why) => void counted.push(why),
  })
  return { counted, prepare: () => prepare(inbound, 1, new AbortController().signal) }
}

const bytes = () => Promise.resolve(Buffer.from('x'))

test.each([
  ['too-large', 'too-large'],
  ['gone', 'gone'],
  ['host', 'gone'],
] as const)('a file that is refused as %s', async (why, unusable) => {
  const { prepare, counted } = preparing(() => Promise.reject(new FileRefused(why, 'secret words')))
  expect(await prepare()).toEqual({ codes: [], file: null, unusable })
  expect(counted).toEqual([why])
})

test.each(['empty', 'too-many-pixels', 'animated', 'deadline', 'crashed'] as const)('a photo: %s', async (why) => {
  const { prepare, counted } = preparing(bytes, { kind: 'refused', why, ms: 1 })
  expect((await prepare())?.unusable).toBeTruthy()
  expect(counted).toEqual([why])
})

test.each([
  ['too-many-bytes', 'too-large'],
  ['too-many-pixels', 'too-many-pixels'],
  ['unsupported-format', 'other-format'],
  ['truncated', 'not-a-picture'],
  ['deadline', 'slow'],
] as const)(
  '%s is told as %s: a small file is not called large, an iPhone photo not damaged',
  async (why, unusable) => {
    const { prepare } = preparing(bytes, { kind: 'refused', why, ms: 1 })
    expect((await prepare())?.unusable).toBe(unusable)
  },
)

test('one that is read is counted nowhere', async () => {
  const read: ReadOutcome = { kind: 'read', codes: [], size: { width: 1, height: 1 }, ms: 1, broken: [] }
  const { prepare, counted } = preparing(bytes, read)
  expect(await prepare()).toEqual({ codes: [], file: null, unusable: null })
  expect(counted).toEqual([])
})

test('what may pass is thrown, to be tried again', async () => {
  const { prepare } = preparing(() => Promise.reject(new Error('file: time limit')))
  await expect(prepare()).rejects.toThrow('time limit')
})
