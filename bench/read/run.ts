/**
 * `npm run bench:read [-- PART ... [--sample N] [--seed N] [--alone] [--list]]`: what the reader reads, beside decoders alone, on the
 * same pictures in the same run. Parts: scenes, photos, degraded, none, hostile, speed; all when none is named. `--sample 4`: every fourth
 * picture only. `--alone`: without the other decoders. `--list`: names what was not read, and texts that nobody else confirms.
 */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type ReadOutcome, makeReader } from '../../qr/read.js'
import { type Point, overlap } from '../../qr/step.js'
import { codeless } from './codeless.js'
import { degraded } from './degraded.js'
import { ENGINES, greyOf } from './engines.js'
import { hostile } from './hostile.js'

const SHARED = fileURLToPath(new URL('../../../shared/', import.meta.url))
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string', default: '1' },
    seed: { type: 'string', default: '20261101' },
    each: { type: 'string', default: '20' },
    kinds: { type: 'string' },
    alone: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
})
const every = Math.max(1, Number(values.sample))
const engines = values.alone ? [] : ENGINES
const THREADS = 2
const ENGINE_LONG_SIDE = 1600

const reader = makeReader({ threads: THREADS, onTrouble: ({ message }) => console.log(`a thread broke: ${message}`) })

type Seen = { text: string; corners: readonly Point[]; by: string }

interface Look {
  ours: Seen[]
  ms: number
  /** By engine: what it read, and how long it took */
  theirs: { name: string; seen: Seen[]; ms: number }[]
  floorMs: number
}

async function look(bytes: Buffer): Promise<Look> {
  // reading alone, not beside the others
  const from = performance.now()
  const outcome = await reader.read(bytes)
  const ms = performance.now() - from
  const floorFrom = performance.now()
  await greyOf(bytes, ENGINE_LONG_SIDE)
  const floorMs = performance.now() - floorFrom
  const theirs: Look['theirs'] = []
  for (const { name, read } of engines) {
    const began = performance.now()
    const found = await read(await greyOf(bytes, ENGINE_LONG_SIDE))
    theirs.push({
      name,
      seen: found.map(({ text, corners }) => ({ text, corners, by: name })),
      ms: performance.now() - began,
    })
  }
  return { ours: seenIn(outcome), ms, theirs, floorMs }
}

const seenIn = (outcome: ReadOutcome): Seen[] =>
  outcome.kind === 'refused' ? [] : outcome.codes.map(({ text, corners, step }) => ({ text, corners, by: step }))

/** Marked codes that a reader read: each read code counts for one marked code whose polygon it overlaps. */
function matched(marked: readonly Point[][], seen: readonly Seen[]): Map<number, Seen> {
  const left = seen.filter(({ text, corners }) => text !== '' && corners.length >= 3)
  const hits = new Map<number, Seen>()
  marked.forEach((corners, i) => {
    const at = left.findIndex((one) => overlap(one.corners, corners))
    if (at >= 0) hits.set(i, left.splice(at, 1)[0]!)
  })
  return hits
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
const quantile = (took: number[], share: number): number =>
  took.toSorted((a, b) => a - b)[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0
const times = (took: number[]): string =>
  `median ${quantile(took, 0.5).toFixed(0)} ms, p95 ${quantile(took, 0.95).toFixed(0)} ms`
const counted = (steps: Map<string, number>): string => [...steps].map(([step, count]) => `${step} ${count}`).join(', ')
const count = <K>(counts: Map<K, number>, key: K, by = 1): void => void counts.set(key, (counts.get(key) ?? 0) + by)

async function scenes(): Promise<void> {
  const all = JSON.parse(readFileSync(`${SHARED}qr-scenes/scenes.json`, 'utf8')) as {
    file: string
    category: string
    codes: Point[][]
  }[]
  const categories = new Map<string, { marked: number; read: Map<string, number>; steps: Map<string, number> }>()
  const steps = new Map<string, number>()
  const took: number[] = []
  const alone: string[] = []
  const missed: string[] = []
  let outside = 0
  const bySample = all.filter((_, i) => i % every === 0)
  for (const { file, category, codes } of bySample) {
    const seen = await look(readFileSync(`${SHARED}qr-scenes/${file}`))
    took.push(seen.ms)
    const of = categories.get(category) ?? {
      marked: 0,
      read: new Map<string, number>(),
      steps: new Map<string, number>(),
    }
    categories.set(category, of)
    of.marked += codes.length
    const hits = matched(codes, seen.ours)
    count(of.read, 'ours', hits.size)
    for (const { by } of hits.values()) {
      count(steps, by)
      count(of.steps, by)
    }
    outside += seen.ours.length - hits.size
    if (hits.size < codes.length)
      missed.push(`${file} ${codes.length - hits.size} of ${codes.length}, ${seen.ms.toFixed(0)} ms`)
    for (const { name, seen: theirs } of seen.theirs) count(of.read, name, matched(codes, theirs).size)
    alone.push(...unconfirmed(seen).map((one) => `${file} ${one}`))
  }
  for (const name of ['ours', ...engines.map(({ name }) => name)]) {
    const rates = [...categories.values()].map(({ marked, read }) => (read.get(name) ?? 0) / marked)
    const [hit, marked] = [...categories.values()].reduce(
      ([a, b], of) => [a + (of.read.get(name) ?? 0), b + of.marked],
      [0, 0],
    )
    console.log(
      `${name.padEnd(24)}${hit} of ${marked} codes ${percent(hit / marked)}, mean of ${rates.length} categories ${percent(rates.reduce((a, b) => a + b, 0) / rates.length)}`,
    )
  }
  for (const [category, { marked, read, steps: by }] of categories)
    console.log(
      `  ${category.padEnd(14)}${`${read.get('ours') ?? 0} of ${marked}`.padEnd(12)}${percent((read.get('ours') ?? 0) / marked).padEnd(9)}${counted(by)}`,
    )
  console.log(`by step: ${counted(steps)}; outside of the marks ${outside}; ${times(took)}`)
  tellUnconfirmed(alone)
  if (values.list) for (const one of missed) console.log(`missed ${one}`)
}

/** What we read and none of the other decoders does, each with the step that found it. */
const unconfirmed = ({ ours, theirs }: Look): string[] =>
  ours
    .filter(({ text }) => !theirs.some(({ seen }) => seen.some((one) => plain(one.text) === plain(text))))
    .map(({ text, by }) => `${by} ${JSON.stringify(text).slice(0, 100)}`)

function tellUnconfirmed(alone: readonly string[]): void {
  console.log(
    engines.length > 0
      ? `texts that no other decoder confirms: ${alone.length}`
      : 'texts that no other decoder confirms: not told, read alone',
  )
  if (values.list && engines.length > 0) for (const one of alone) console.log(`alone ${one}`)
}

const plain = (text: string): string => text.replace(/\r\n/g, '\n').trim()

interface Photo {
  file: string
  expected: string[]
  category: string
}
const photosHere = (): Photo[] =>
  (JSON.parse(readFileSync(`${SHARED}qr-photos/manifest.json`, 'utf8')) as Photo[]).filter((_, i) => i % every === 0)

async function photos(): Promise<void> {
  const all = photosHere()
  const right = new Map<string, number>()
  const steps = new Map<string, number>()
  const took = new Map<string, number[]>()
  const time = (name: string, ms: number): void => void took.set(name, [...(took.get(name) ?? []), ms])
  const wrong: string[] = []
  const missed: string[] = []
  const alone: string[] = []
  for (const { file, expected } of all) {
    const seen = await look(readFileSync(`${SHARED}qr-photos/${file}`))
    alone.push(...unconfirmed(seen).map((one) => `${file} ${one}`))
    const isRight = ({ text }: Seen): boolean => expected.some((one) => plain(one) === plain(text))
    time('ours', seen.ms)
    time('floor: load and scale', seen.floorMs)
    const hit = seen.ours.find(isRight)
    if (hit) {
      count(right, 'ours')
      count(steps, hit.by)
    } else if (seen.ours.length > 0)
      wrong.push(
        `${file} says ${JSON.stringify(seen.ours.map(({ text }) => text))}, expected ${JSON.stringify(expected)}`,
      )
    else missed.push(`${file}, ${seen.ms.toFixed(0)} ms`)
    for (const { name, seen: theirs, ms } of seen.theirs) {
      time(name, ms)
      if (theirs.some(isRight)) count(right, name)
    }
  }
  for (const [name, ms] of took)
    console.log(
      `${name.padEnd(24)}${name.startsWith('floor') ? '' : `${right.get(name) ?? 0} of ${all.length} right ${percent((right.get(name) ?? 0) / all.length)}, `}${times(ms)}`,
    )
  console.log(`by step: ${counted(steps)}; another text ${wrong.length}; nothing ${missed.length}`)
  for (const one of wrong) console.log(`another text: ${one}`)
  tellUnconfirmed(alone)
  if (values.list) for (const one of missed) console.log(`missed ${one}`)
}

async function spoiled(): Promise<void> {
  const kinds = new Map<string, { pictures: number; read: Map<string, number> }>()
  const steps = new Map<string, number>()
  const wrong: string[] = []
  const alone: string[] = []
  const took: number[] = []
  for await (const { kind, jpeg, texts } of degraded(
    Number(values.seed),
    Math.ceil(Number(values.each) / every),
    values.kinds?.split(','),
  )) {
    const seen = await look(jpeg)
    took.push(seen.ms)
    alone.push(...unconfirmed(seen).map((one) => `${kind} ${one}`))
    const of = kinds.get(kind) ?? { pictures: 0, read: new Map<string, number>() }
    kinds.set(kind, of)
    of.pictures++
    const all = (by: Seen[]): boolean => texts.every((text) => by.some((one) => one.text === text))
    if (all(seen.ours)) count(of.read, 'ours')
    for (const { name, seen: theirs } of seen.theirs) if (all(theirs)) count(of.read, name)
    for (const { text, by } of seen.ours) {
      count(steps, by)
      if (!texts.includes(text)) wrong.push(`${kind}, ${by}: ${JSON.stringify(text)}`)
    }
  }
  const total = [...kinds.values()].reduce((sum, { pictures }) => sum + pictures, 0)
  for (const name of ['ours', ...engines.map(({ name }) => name)]) {
    const read = [...kinds.values()].reduce((sum, of) => sum + (of.read.get(name) ?? 0), 0)
    console.log(`${name.padEnd(24)}all codes read in ${read} of ${total} pictures ${percent(read / total)}`)
  }
  for (const [kind, { pictures, read }] of kinds)
    console.log(
      `  ${kind.padEnd(24)}ours ${read.get('ours') ?? 0} of ${pictures}${engines.map(({ name }) => `, ${name} ${read.get(name) ?? 0}`).join('')}`,
    )
  console.log(`by step: ${counted(steps)}; wrong texts ${wrong.length}; ${times(took)}`)
  for (const one of wrong) console.log(`wrong: ${one}`)
  tellUnconfirmed(alone)
}

/** What is read where no code is, is wrong; but a maker's own code may stand in a scene beside those that are painted over. */
async function none(): Promise<void> {
  let pictures = 0
  const wrong: string[] = []
  const took: number[] = []
  for await (const { name, bytes } of codeless(SHARED, Number(values.seed), every)) {
    pictures++
    const from = performance.now()
    const seen = seenIn(await reader.read(bytes))
    took.push(performance.now() - from)
    for (const { text, by } of seen) wrong.push(`${name}, ${by}: ${JSON.stringify(text).slice(0, 100)}`)
  }
  console.log(`${pictures} pictures without a code, reads: ${wrong.length}; ${times(took)}`)
  for (const one of wrong) console.log(`  ${one}`)
}

/** Photos a second with both threads busy, and what the process takes at most. */
async function speed(): Promise<void> {
  const files = photosHere().map(({ file }) => readFileSync(`${SHARED}qr-photos/${file}`))
  await Promise.all(files.slice(0, 20).map((bytes) => reader.read(bytes)))
  const from = performance.now()
  let next = 0
  await Promise.all(
    Array.from({ length: THREADS }, async () => {
      while (next < files.length) await reader.read(files[next++]!)
    }),
  )
  const perSecond = (1000 * files.length) / (performance.now() - from)
  // the process as the system sees it; what the engines took besides is in it unless this part runs alone
  const peak = process.resourceUsage().maxRSS / 1024
  console.log(`${perSecond.toFixed(1)} photos/s on ${THREADS} threads; peak memory ${peak.toFixed(0)} MB`)
}

const HOSTILE_FILES = 500

/** Hostile files in a row, then a good photo: the process lives, its memory stays bounded, and reading goes on. */
async function hostileFiles(): Promise<void> {
  const outcomes = new Map<string, Map<string, number>>()
  const took: number[] = []
  const unsaid: string[] = []
  let after: number | undefined
  const files = Math.ceil(HOSTILE_FILES / every)
  for await (const { kind, bytes, says } of hostile(Number(values.seed), files)) {
    // what decoders and their memory take at all is there after the first few
    if (took.length === Math.floor(files / 5)) after = process.resourceUsage().maxRSS
    const from = performance.now()
    const outcome = await reader.read(bytes)
    took.push(performance.now() - from)
    const of = outcomes.get(kind) ?? new Map<string, number>()
    outcomes.set(kind, of)
    count(of, outcome.kind === 'refused' ? outcome.why : outcome.codes.length > 0 ? 'read' : 'no code')
    if (says !== undefined && !seenIn(outcome).some(({ text }) => text === says)) unsaid.push(kind)
  }
  for (const [kind, of] of outcomes) console.log(`  ${kind.padEnd(28)}${counted(of)}`)
  const peak = process.resourceUsage().maxRSS
  const megabytes = (kilobytes: number): string => `${(kilobytes / 1024).toFixed(0)} MB`
  console.log(
    `${files} hostile files, the process lives; peak memory ${megabytes(peak)}, of which the last four fifths added ${megabytes(peak - (after ?? peak))}; ${times(took)}; good ones not read: ${unsaid.length}`,
  )
  for (const kind of unsaid) console.log(`  not read: ${kind}`)
}

const PARTS: Record<string, () => Promise<void>> = {
  scenes,
  photos,
  degraded: spoiled,
  none,
  hostile: hostileFiles,
  speed,
}
/** Parts that need no pictures from elsewhere */
const DRAWN = ['degraded', 'hostile']
const wanted = positionals.length > 0 ? positionals : Object.keys(PARTS)

for (const part of wanted) {
  const run = PARTS[part]
  if (!run) throw new Error(`no such part: ${part}; there are ${Object.keys(PARTS).join(', ')}`)
  console.log(`\n== ${part}${every > 1 ? `, every ${every}th` : ''}`)
  if (!DRAWN.includes(part) && !existsSync(`${SHARED}qr-scenes`)) console.log('../shared is not here: left out')
  else await run()
}
await reader.close()
