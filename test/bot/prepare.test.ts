/** What is made of a file that somebody sent, before its turn: read, kept, or refused and counted. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import sharp from 'sharp'
import { FileRefused, type Channel, type Inbound } from '../../bot/channels/channel.js'
import { openTalk, type OpenTalk } from '../../bot/play-flow.js'
import { makePrepare } from '../../bot/prepare.js'
import type { KeptJpeg } from '../../qr/clean-picture.js'
import type { ReadOutcome } from '../../qr/read.js'

const inbound: Inbound = {
  ...{ channel: 'console', address: 'an', key: '1', at: '2026-11-20T00:00:00.000Z' },
  heard: { kind: 'photo', file: { id: 'x' } },
}

/** The talk of a report, at this question */
const reporting = (asked: string): OpenTalk | null =>
  openTalk({ flow: 'report-violation', turn: 1, asked, at: '2026-11-20T00:00:00.000Z' })

function preparing(fetch: () => Promise<Buffer>, outcome?: ReadOutcome, talk: OpenTalk | null = null) {
  const counted: string[] = []
  const glances: (boolean | undefined)[] = []
  const prepare = makePrepare({
    channels: new Map([['console', { fetch } as unknown as Channel]]),
    read: (_bytes, { glance }) => (glances.push(glance), Promise.resolve(outcome!)),
    files: { put: () => (talk ? Promise.resolve(KEPT) : Promise.reject(new Error('nothing is kept'))) },
    talkOf: () => Promise.resolve(talk),
    refused: (why) => void counted.push(why),
  })
  return { counted, glances, prepare: () => prepare(inbound, 1, new AbortController().signal) }
}

const KEPT = { key: 'a', sha256: 'b' }
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

describe('how long a photo is searched for a code', () => {
  const nothing: ReadOutcome = { kind: 'read', codes: [], size: { width: 1, height: 1 }, ms: 1, broken: [] }
  const photo = () =>
    sharp({ create: { width: 8, height: 8, channels: 3, background: '#888' } })
      .jpeg()
      .toBuffer()

  test.each(['photos', 'review'])('a glance, where a talk gathers photos: %s', async (asked) => {
    const { prepare, glances } = preparing(photo, nothing, reporting(asked))
    expect((await prepare())?.file).toMatchObject(KEPT)
    expect(glances).toEqual([true])
  })

  test.each(['kind', 'lot', 'place', 'what', 'rest'])(
    'thoroughly, where its code may be the answer: %s',
    async (asked) => {
      const { prepare, glances } = preparing(photo, nothing, reporting(asked))
      expect((await prepare())?.file).toMatchObject(KEPT)
      expect(glances).toEqual([false])
    },
  )

  test('thoroughly, where nothing was asked', async () => {
    const { prepare, glances } = preparing(photo, nothing)
    expect((await prepare())?.file).toBeNull()
    expect(glances).toEqual([false])
  })
})

test('a picture that only the reading thread can open is kept as it came back from there', async () => {
  const kept: KeptJpeg = { kind: 'kept', bytes: Buffer.from('jpeg'), mime: 'image/jpeg', width: 3, height: 2 }
  const size = { width: 3, height: 2 }
  const read: ReadOutcome = { kind: 'read', codes: [], size, ms: 1, broken: [], kept }
  const heic = () => Promise.resolve(readFileSync(new URL('../qr/label.heic', import.meta.url)))
  const { prepare } = preparing(heic, read, reporting('photos'))
  expect(await prepare()).toMatchObject({
    file: { ...KEPT, bytes: 4, mime: 'image/jpeg', width: 3, height: 2 },
    unusable: null,
  })
})

test('what may pass is thrown, to be tried again', async () => {
  const { prepare } = preparing(() => Promise.reject(new Error('file: time limit')))
  await expect(prepare()).rejects.toThrow('time limit')
})
