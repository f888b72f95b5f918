/** The open pages: server-sent events, each with its message's id, so that one that broke goes on where it was. */
import type { Response } from 'express'
import { findWebNews, readWebMessages } from '../../../prisma/statements/web-messages.js'
import type { Sql } from '../../../prisma/tx.js'
import {
  BATCH_MAX,
  HEARTBEAT_MS,
  RETRY_MS,
  STREAM_WAITS_MAX_BYTES,
  STREAMS_MAX,
  STREAMS_OF_SESSION_MAX,
} from './limits.js'
import { shown } from './messages.js'

interface Stream {
  address: string
  response: Response
  /** The last message that was written */
  after: number
  pumping: boolean
  again: boolean
}

export class Streams {
  readonly #sql: Sql
  readonly #open = new Map<string, Set<Stream>>()
  #count = 0
  #heart: NodeJS.Timeout | undefined
  #ended = false

  constructor(sql: Sql) {
    this.#sql = sql
  }

  get count(): number {
    return this.#count
  }

  start(): void {
    this.#ended = false
    this.#heart = setInterval(() => {
      for (const stream of this.#all()) stream.response.write(':\n\n')
    }, HEARTBEAT_MS)
    this.#heart.unref()
  }

  /** False: there is no room, or the house stops. */
  open(address: string, response: Response, after: number): boolean {
    if (this.#ended || this.#count >= STREAMS_MAX) return false
    const mine = this.#open.get(address) ?? new Set<Stream>()
    this.#open.set(address, mine)
    const stream: Stream = { address, response, after, pumping: false, again: false }
    mine.add(stream)
    this.#count += 1
    response.once('close', () => {
      if (!mine.delete(stream)) return
      this.#count -= 1
      if (mine.size === 0 && this.#open.get(address) === mine) this.#open.delete(address)
    })
    // Cut streams are noticed late: the newest are the ones somebody reads.
    const [oldest] = mine
    if (mine.size > STREAMS_OF_SESSION_MAX) oldest!.response.end()
    response.status(200).set({
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store, no-transform',
      // nginx would keep events until its buffer is full.
      'X-Accel-Buffering': 'no',
    })
    response.write(`retry: ${RETRY_MS}\n\n`)
    void this.#pump(stream)
    return true
  }

  /** This chat may have a new message. */
  told(address: string): void {
    for (const stream of this.#open.get(address) ?? []) void this.#pump(stream)
  }

  /** Looks for all. Rejects when the database does not answer. */
  async look(): Promise<void> {
    const streams = [...this.#all()]
    if (streams.length === 0) return
    const afters = new Map<string, number>()
    for (const { address, after } of streams) afters.set(address, Math.min(after, afters.get(address) ?? after))
    const rows = await this.#sql.run(findWebNews, [[...afters.keys()], [...afters.values()]])
    for (const { address } of rows) this.told(address)
  }

  /** Ends all and opens no more: their pages come back, to another process or to this one after its start. */
  end(): void {
    this.#ended = true
    clearInterval(this.#heart)
    for (const { response } of this.#all()) response.end()
  }

  *#all(): Generator<Stream> {
    for (const streams of this.#open.values()) yield* streams
  }

  /** Writes what is new, in order, one reader at a time. */
  async #pump(stream: Stream): Promise<void> {
    stream.again = true
    if (stream.pumping) return
    stream.pumping = true
    try {
      while (stream.again && !stream.response.writableEnded && !stream.response.destroyed) {
        stream.again = false
        const rows = await this.#sql.run(readWebMessages, [stream.address, stream.after, BATCH_MAX])
        for (const row of rows) {
          stream.after = row.id
          stream.response.write(`id: ${row.id}\ndata: ${JSON.stringify(shown(row))}\n\n`)
        }
        if (rows.length === BATCH_MAX) stream.again = true
        if (stream.response.writableLength > STREAM_WAITS_MAX_BYTES) stream.response.destroy()
      }
    } catch {
      // The database does not answer: the next look finds it.
    } finally {
      stream.pumping = false
    }
  }
}
