/**
 * `npm run soak:labels [-- --labels 2000 --from 0 --seed 1]`: labels and signs of every kind, laid out, measured, printed at 203 dpi, spoilt
 * as print and chat spoil them, read by two readers and resolved. Every label comes from the seed and its own number, so parts (`--from 500
 * --labels 500`) are the same labels as one long run. Exit code 1: text was cut or touched, a label that was not refused could not be read by
 * both readers from the print, from a thermal printer's print or from a chat, or something else was read.
 */
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { readPayload } from '../../qr/payload.js'
import { labelPng } from '../../qr/label-drawing.js'
import { makeReader } from '../../qr/read.js'
import type { Grey } from '../../qr/step.js'
import { KINDS, HOST, labelCase, missing, randomOf, touching } from '../qr/label-cases.js'
import { DEGRADED, printOf, readings, type ReaderName } from '../qr/label-reading.js'

const { values } = parseArgs({
  options: {
    labels: { type: 'string', default: '2000' },
    from: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
  },
})
/** What every label must stand, with either reader; of what else happens to labels each stands one, and it is counted. */
const MUST: readonly string[] = ['clean', 'thermal', 'chat']
const MAY = Object.keys(DEGRADED).filter((way) => !MUST.includes(way))
/** Seeds of labels of one run, and of the next seed's */
const LABELS_MOST = 1e6
const TOLD_MOST = 40

const [count, first, seed] = [Number(values.labels), Number(values.from), Number(values.seed)]
const wrong: string[] = []
const refused = new Map<string, number>()
/** `missed`: by one of the two at least; `ours`: so many of these the whole cascade read */
const read = new Map<string, Record<'asked' | ReaderName | 'missed' | 'ours', number>>()
const ours = makeReader()
const began = Date.now()

/** A label is drawn while another is read: drawing runs beside this thread. */
const AT_ONCE = 3
let next = first
const hand = async (): Promise<void> => {
  while (next < first + count) await proved(next++)
}
await Promise.all(Array.from({ length: AT_ONCE }, hand))
await ours.close()

async function proved(n: number): Promise<void> {
  const kind = KINDS[n % KINDS.length]!
  const random = randomOf(seed * LABELS_MOST + n)
  const made = labelCase(kind, random)
  if ('refused' in made.laid) {
    const why = `${kind} ${made.laid.refused}`
    refused.set(why, (refused.get(why) ?? 0) + 1)
    return
  }
  const { label } = made.laid
  for (const what of [...touching(label), ...missing(made, label)]) wrong.push(`${n} ${kind}: ${what}`)
  const print = await printOf(await labelPng(label))
  for (const way of [...MUST, MAY[Math.floor(n / KINDS.length) % MAY.length]!]) {
    const picture = await DEGRADED[way]!(print, random)
    const texts = await readings(picture)
    const row = read.get(way) ?? { asked: 0, zxing: 0, jsqr: 0, missed: 0, ours: 0 }
    read.set(way, row)
    const right = (reader: ReaderName) => texts[reader].length === 1 && texts[reader][0] === made.url
    row.asked++
    for (const reader of ['zxing', 'jsqr'] as const) {
      if (right(reader)) row[reader]++
      else if (MUST.includes(way)) wrong.push(`${n} ${kind} ${way}: ${reader} read ${JSON.stringify(texts[reader])}`)
      for (const text of texts[reader])
        if (text !== made.url) wrong.push(`${n} ${kind} ${way}: ${reader} read ${JSON.stringify(text)} for ${made.url}`)
    }
    if (right('zxing') && right('jsqr')) continue
    row.missed++
    for (const text of await readByOurs(picture))
      if (text === made.url) row.ours++
      else wrong.push(`${n} ${kind} ${way}: ours read ${JSON.stringify(text)} for ${made.url}`)
  }
  const says = readPayload(made.url, { hosts: [HOST] })
  const code = says.kind === 'ours' ? says.code : says.kind === 'ours-digital-link' ? says.lot : undefined
  if (code !== made.code) wrong.push(`${n} ${kind}: ${made.url} leads to ${code}`)
}
async function readByOurs({ data, width, height }: Grey): Promise<string[]> {
  const png = await sharp(data, { raw: { width, height, channels: 1 } })
    .png({ compressionLevel: 1 })
    .toBuffer()
  const outcome = await ours.read(png)
  return outcome.kind === 'read' ? outcome.codes.map(({ text }) => text) : []
}

console.log(
  `labels ${first} to ${first + count - 1} of ${KINDS.length} kinds, seed ${seed}, ${Math.round((Date.now() - began) / 1000)} s`,
)
console.log(
  `refused for being too small: ${[...refused].map(([why, times]) => `${times} ${why}`).join(', ') || 'none'}`,
)
console.table(Object.fromEntries([...MUST, ...MAY].flatMap((way) => (read.has(way) ? [[way, read.get(way)!]] : []))))
if (wrong.length > 0) {
  console.log(`${wrong.length} wrong:\n${wrong.slice(0, TOLD_MOST).join('\n')}`)
  process.exitCode = 1
}
