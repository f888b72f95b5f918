/**
 * A process that hears and does nothing else: POST /in takes a JSON list of Inbound, 200 says that they are stored. GET /behind
 * tells for each update, in the order of storing, its address and how many of each other chat's were begun between its being
 * stored and its own beginning. What it needs stands in HEAR as JSON: see `HearTask`. Says its port when it works; SIGTERM
 * stops it in an orderly way.
 */
import type { AddressInfo } from 'node:net'
import express from 'express'
import type { Inbound } from '../../bot/channels/channel.js'
import { Hear } from '../../bot/hear.js'
import { put } from '../../domain/outbox.js'
import { Db } from '../../server/db.js'
import { fetching, photoTalk } from './photo-talk.js'

export interface HearTask {
  databaseUrl: string
  leaseMs: number
  sweepMs: number
  /** How long it takes to fetch and read a photo. ms */
  fetchMs: number
  /** Chats answered at the same time; left out: 6 */
  turns?: number
}

export interface Behind {
  address: string
  /** Addresses that were served between */
  between: string[]
}

const { databaseUrl, leaseMs, sweepMs, fetchMs, turns = 6 } = JSON.parse(process.env.HEAR!) as HearTask
const db = new Db({ url: databaseUrl, connections: 8 })
const served: string[] = []
const stored: { address: string; nth: number; from: number }[] = []
const loud = (fields: object, text: string) => void process.stderr.write(`${text} ${JSON.stringify(fields)}\n`)
const hear = new Hear({
  db,
  leaseMs,
  sweepMs,
  turns,
  prepare: fetching(fetchMs),
  put,
  dialogue: {
    ...photoTalk,
    answer: (tx, turn) => {
      served.push(turn.chat.address)
      return photoTalk.answer(tx, turn)
    },
  },
  log: { info: () => undefined, warn: () => undefined, error: process.env.HEAR_LOUD ? loud : () => undefined },
})

const app = express()
app.use(express.json({ limit: '1mb' }))
app.post('/in', async (request, response) => {
  const inbounds = request.body as Inbound[]
  try {
    await hear.store(inbounds)
  } catch {
    response.sendStatus(503)
    return
  }
  const from = served.length
  for (const { address } of inbounds) {
    stored.push({ address, nth: stored.filter((other) => other.address === address).length, from })
  }
  response.sendStatus(200)
})
app.get('/behind', (_request, response) => {
  response.json(
    stored.map(({ address, nth, from }): Behind => {
      const begun = served.flatMap((each, i) => (each === address ? [i] : []))[nth] ?? served.length
      return { address, between: served.slice(from, Math.max(from, begun)) }
    }),
  )
})
hear.start()
const server = app.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
})
process.once('SIGTERM', () => {
  void hear.stop(3_000).then(async () => {
    await db.close()
    process.exit(0)
  })
})
