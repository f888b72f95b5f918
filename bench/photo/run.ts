/**
 * `npm run bench:photo`: a photo's bytes -> its card stands at the channel, through the house's own road (stored, fetched, read in
 * a thread, answered in a transaction, sent); beside decoding and scaling the same pictures alone, in the same run.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import type { Channel } from '../../bot/channels/channel.js'
import { TERMINAL } from '../../bot/channels/console/limits.js'
import { DEMO_CODES } from '../../prisma/seed/demo.js'
import { layOutLabel } from '../../qr/label.js'
import { labelPng } from '../../qr/label-drawing.js'
import { readConfig } from '../../server/config.js'
import { layFoundation } from '../../server/foundation.js'
import { makeLog } from '../../server/log.js'
import { buildTalking } from '../../server/talking.js'
import { peakMemoryMb } from '../processes.js'

const PHOTOS = 120
const WARM_UP = 8
/** As chat networks hand photos on: the longer side, and JPEG's quality. */
const PHOTO = { width: 1280, height: 960, quality: 70 }
/** The picture that reading begins with. */
const SCALED = 1280

const began = performance.now()
const folder = await mkdtemp(join(tmpdir(), 'ro-nguon-bench-'))
const config = readConfig({ DATA_DIR: folder, DEMO: 'true', LOOKUPS_PER_MINUTE: '1000000', PORT: '3000' })
const foundation = await layFoundation({ config, log: makeLog({ level: 'warn' }) })
const sent = new Map<string, () => void>()
const photos = await Promise.all(
  [DEMO_CODES.valid, DEMO_CODES.expired, DEMO_CODES.recalled, DEMO_CODES.cake].map(photoOf),
)
const channel: Channel = {
  name: 'telegram',
  capabilities: TERMINAL,
  pace: { chat: { perSecond: 0, burst: 0 }, all: { perSecond: 0, burst: 0 } },
  fetch: ({ id }) => Promise.resolve(photos[Number(id)]!),
  send(address) {
    sent.get(address)?.()
    return Promise.resolve({ outcome: 'sent' })
  },
}
const { hear, parts } = buildTalking({ foundation, channels: [channel] })
for (const part of parts) await part.start?.()
const coldMs = performance.now() - began

const road: number[] = []
const floor: number[] = []
for (let n = 0; n < PHOTOS + WARM_UP; n++) {
  const address = `bench-${n}`
  const card = new Promise<void>((done) => sent.set(address, done))
  const from = performance.now()
  const heard = { kind: 'photo', file: { id: String(n % photos.length) } } as const
  await hear.store([{ channel: 'telegram', address, key: address, at: new Date().toISOString(), heard }])
  await card
  const between = performance.now()
  await sharp(photos[n % photos.length])
    .resize(SCALED, SCALED, { fit: 'inside' })
    .greyscale()
    .raw()
    .toBuffer()
  if (n < WARM_UP) continue
  road.push(between - from)
  floor.push(performance.now() - between)
}
const at = (took: number[], share: number) => took.toSorted((a, b) => a - b)[Math.floor(took.length * share)]!
const line = (took: number[]) => `p50 ${at(took, 0.5).toFixed(1)} ms, p95 ${at(took, 0.95).toFixed(1)} ms`
console.log(`${PHOTOS} photos of ${PHOTO.width}x${PHOTO.height}`)
console.log(`photo -> card              ${line(road)}`)
console.log(`decoding and scaling alone ${line(floor)}`)
console.log(`ratio of the medians ${(at(road, 0.5) / at(floor, 0.5)).toFixed(1)}`)
console.log(
  `cold start, with database and demo, ${coldMs.toFixed(0)} ms; peak memory ${await peakMemoryMb(process.pid)} MiB`,
)
for (const part of parts.toReversed()) await part.stop?.(1000)
await foundation.close()
await rm(folder, { recursive: true, force: true })
process.exit()

/** A label on a table, a little tilted and soft, as a phone takes it. */
async function photoOf(code: string): Promise<Buffer> {
  const words = {
    code,
    url: `http://localhost:3000/c/${code}`,
    title: 'Rõ Nguồn',
    productName: 'Cam Canh',
    establishmentName: 'Trái cây',
    lotLines: [],
  }
  const laid = layOutLabel(words)
  if ('refused' in laid) throw new Error(laid.refused)
  const label = await sharp(await labelPng(laid.label, { scale: 2 }))
    .rotate(7, { background: '#c8b49a' })
    .toBuffer()
  const { width, height, quality } = PHOTO
  return sharp({ create: { width, height, channels: 3, background: '#b8a58c' } })
    .composite([{ input: label, gravity: 'centre' }])
    .jpeg()
    .toBuffer()
    .then((picture) => sharp(picture).blur(0.8).jpeg({ quality }).toBuffer())
}
