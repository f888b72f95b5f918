import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type ReadOutcome, type Reader, makeReader } from '../../qr/read.js'
import { blank, onWhite, qrPng } from './pictures.js'
import { BREAKS } from './steps-that-break.js'

const SAID = 'còn sống'
const steps = new URL('./steps-that-break.ts', import.meta.url).href
const DEADLINE_MS = 1500
let reader: Reader
let good: Buffer
const troubles: string[] = []
const broken = (how: keyof typeof BREAKS): Promise<Buffer> => blank(BREAKS[how], 200).png().toBuffer()

beforeAll(async () => {
  reader = makeReader({
    threads: 2,
    deadlineMs: DEADLINE_MS,
    steps,
    onTrouble: ({ message }) => troubles.push(message),
  })
  good = await onWhite(400, 400, [{ input: await qrPng(SAID), left: 20, top: 20 }])
    .png()
    .toBuffer()
})
afterAll(() => reader.close())

const stillReads = async (): Promise<void> => {
  const both = await Promise.all([reader.read(good), reader.read(good)])
  for (const outcome of both) expect(outcome).toMatchObject({ kind: 'read', codes: [{ text: SAID }] })
}

describe('a picture that breaks its thread takes nothing else with it', () => {
  test('one that never ends is given up at the deadline, the thread is replaced', async () => {
    const outcome = await reader.read(await broken('hang'))
    expect(outcome).toMatchObject({ kind: 'refused', why: 'deadline' })
    expect(outcome.ms).toBeGreaterThanOrEqual(DEADLINE_MS)
    await stillReads()
  })

  test.each(['exit', 'rejection'] as const)('one over which the thread dies (%s) is refused', async (how) => {
    expect(await reader.read(await broken(how))).toMatchObject({ kind: 'refused', why: 'crashed' })
    await stillReads()
  })

  test('one that fills the heap of its thread is refused', async () => {
    const patient = makeReader({ threads: 1, deadlineMs: 25_000, steps })
    expect(await patient.read(await broken('heap'))).toMatchObject({ kind: 'refused', why: 'crashed' })
    expect(await patient.read(good)).toMatchObject({ kind: 'read', codes: [{ text: SAID }] })
    await patient.close()
  })

  test('a step that throws or traps is passed over and told', async () => {
    expect(await reader.read(await broken('throw'))).toMatchObject({
      kind: 'read',
      codes: [],
      broken: ['breaking: a step that throws'],
    })
    expect(await reader.read(await broken('wasmTrap'))).toMatchObject({
      kind: 'read',
      codes: [],
      broken: ['breaking: unreachable'],
    })
    await stillReads()
  })

  test('at a glance only the cheapest steps look, and why there is no code is not asked', async () => {
    const black = await blank(BREAKS.throw, 200, '#000').png().toBuffer()
    expect(await reader.read(black)).toMatchObject({ unread: 'dark', broken: ['breaking: a step that throws'] })
    const outcome = await reader.read(black, { glance: true })
    expect(outcome).toMatchObject({ kind: 'read', codes: [], broken: [] })
    expect(outcome).not.toHaveProperty('unread', 'dark')
    expect(await reader.read(good, { glance: true })).toMatchObject({ kind: 'read', codes: [{ text: SAID }] })
  })

  test('many bad ones at once, more than there are threads, with good ones between: every good one is read', async () => {
    const bad = await Promise.all((['hang', 'exit', 'throw', 'hang', 'exit', 'rejection'] as const).map(broken))
    const outcomes = await Promise.all(bad.flatMap((bytes) => [reader.read(bytes), reader.read(good)]))
    const ofGood = outcomes.filter((_, i) => i % 2 === 1)
    expect(ofGood.map(({ kind }) => kind)).toEqual(bad.map(() => 'read'))
    expect(outcomes.filter((_, i) => i % 2 === 0).map(short)).toEqual([
      'deadline',
      'crashed',
      'read',
      'deadline',
      'crashed',
      'crashed',
    ])
  })

  test('a deadline begins when a thread takes the picture, not while it waits in the line', async () => {
    const waiting = Array.from({ length: 40 }, () => reader.read(good))
    expect((await Promise.all(waiting)).every(({ kind }) => kind === 'read')).toBe(true)
  })

  test('an abort frees its place in the line, or its thread, at once', async () => {
    const hang = await broken('hang')
    const stop = new AbortController()
    const { signal } = stop
    const [inThread, alsoInThread] = [reader.read(hang, { signal }), reader.read(hang, { signal })]
    const inLine = reader.read(good, { signal })
    const behind = reader.read(good)
    stop.abort(new Error('no longer wanted'))
    for (const read of [inThread, alsoInThread, inLine]) await expect(read).rejects.toThrow('no longer wanted')
    await expect(reader.read(good, { signal })).rejects.toThrow('no longer wanted')
    expect(await behind).toMatchObject({ kind: 'read' })
    await stillReads()
  })

  test('what happened to threads was told', () => {
    expect(troubles.length).toBeGreaterThan(0)
  })
})

const short = (outcome: ReadOutcome): string => (outcome.kind === 'read' ? 'read' : outcome.why)
