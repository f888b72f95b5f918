/**
 * `npm run soak:labels [-- --labels 2000 --seed 1]`: labels and signs of every kind, laid out, measured, printed at 203 dpi, spoilt as
 * print and chat spoil them, read by two readers and resolved. Exit code 1: text was cut or touched, a label that was not refused could not
 * be read by both readers from the print or from a chat, or something else was read.
 */
import { parseArgs } from 'node:util'
import { readPayload } from '../../qr/payload.js'
import { labelPng } from '../../qr/label-drawing.js'
import { KINDS, HOST, labelCase, missing, randomOf, touching } from '../qr/label-cases.js'
import { DEGRADED, printOf, readings, type ReaderName } from '../qr/label-reading.js'

const { values } = parseArgs({
  options: { labels: { type: 'string', default: '2000' }, seed: { type: 'string', default: '1' } },
})
/** What every label must stand, with either reader; what else happens to it is counted. */
const MUST: readonly string[] = ['clean', 'thermal', 'chat']

const [count, seed] = [Number(values.labels), Number(values.seed)]
const random = randomOf(seed)
const wrong: string[] = []
const refused = new Map<string, number>()
const read = new Map<string, { asked: number; zxing: number; jsqr: number; either: number }>()
const kinds = Object.keys(DEGRADED)
const began = Date.now()

for (let n = 0; n < count; n++) {
  const kind = KINDS[n % KINDS.length]!
  const made = labelCase(kind, random)
  if ('refused' in made.laid) {
    const why = `${kind} ${made.laid.refused}`
    refused.set(why, (refused.get(why) ?? 0) + 1)
    continue
  }
  const { label } = made.laid
  for (const what of [...touching(label), ...missing(made, label)]) wrong.push(`${n} ${kind}: ${what}`)
  const print = await printOf(await labelPng(label))
  const spoilt = kinds[Math.floor(n / KINDS.length) % kinds.length]!
  for (const way of new Set(['clean', spoilt])) {
    const texts = await readings(await DEGRADED[way]!(print, random))
    const row = read.get(way) ?? { asked: 0, zxing: 0, jsqr: 0, either: 0 }
    const right = (reader: ReaderName) => texts[reader].length === 1 && texts[reader][0] === made.url
    row.asked++
    for (const reader of ['zxing', 'jsqr'] as const) {
      if (right(reader)) row[reader]++
      else if (MUST.includes(way)) wrong.push(`${n} ${kind} ${way}: ${reader} read ${JSON.stringify(texts[reader])}`)
      for (const text of texts[reader])
        if (text !== made.url) wrong.push(`${n} ${kind} ${way}: ${reader} read ${JSON.stringify(text)} for ${made.url}`)
    }
    if (right('zxing') || right('jsqr')) row.either++
    read.set(way, row)
  }
  const says = readPayload(made.url, { hosts: [HOST] })
  const code = says.kind === 'ours' ? says.code : says.kind === 'ours-digital-link' ? says.lot : undefined
  if (code !== made.code) wrong.push(`${n} ${kind}: ${made.url} leads to ${code}`)
}

console.log(`${count} labels of ${KINDS.length} kinds, seed ${seed}, ${Math.round((Date.now() - began) / 1000)} s`)
console.log(
  `refused for being too small: ${[...refused].map(([why, times]) => `${times} ${why}`).join(', ') || 'none'}`,
)
console.table(Object.fromEntries(kinds.flatMap((way) => (read.has(way) ? [[way, read.get(way)!]] : []))))
if (wrong.length > 0) {
  console.log(`${wrong.length} wrong:\n${wrong.slice(0, 40).join('\n')}`)
  process.exitCode = 1
}
