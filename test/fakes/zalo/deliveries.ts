/** Events on their way to our webhook: signed over their bytes, sent again when they are not answered in time, doubled on order. */
import { createHash } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import http from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

export interface DeliverySettings {
  appId: string
  oaSecret: string
  webhookUrl: string
  /** How long the webhook may take. ms */
  webhookTimeoutMs: number
  /** Of the pauses between tries: 30 s, 5 min, 15 min, 30 min, 1 h */
  timeScale: number
  /** Every event is delivered so often */
  copies: number
}

export interface Delivery {
  event: string
  key: string
  tries: number
  status: number
  /** Longest answer so far. ms */
  ms: number
}

const PAUSES_MS = [30_000, 300_000, 900_000, 1_800_000, 3_600_000] as const

export const macOf = (appId: string, body: string, timestamp: string, oaSecret: string): string =>
  createHash('sha256')
    .update(appId + body + timestamp + oaSecret)
    .digest('hex')

export class Deliveries {
  readonly all: Delivery[] = []
  #open = new Set<Promise<void>>()
  #stopped = new AbortController()
  /** One connection after the other for each person would hide races: Zalo promises no order. */
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: 64 })

  constructor(private readonly settings: DeliverySettings) {
    // One signal stops all deliveries.
    setMaxListeners(0, this.#stopped.signal)
  }

  push(event: string, key: string, body: string, timestamp: string): Promise<void> {
    const copies = Array.from({ length: this.settings.copies }, () => this.#deliver(event, key, body, timestamp))
    const all = Promise.all(copies).then(() => undefined)
    this.#open.add(all)
    void all.finally(() => this.#open.delete(all))
    return all
  }

  /** Every delivery was answered or given up. */
  async settled(): Promise<void> {
    while (this.#open.size > 0) await Promise.all(this.#open)
  }

  stop(): void {
    this.#stopped.abort()
    this.#agent.destroy()
  }

  async #deliver(event: string, key: string, body: string, timestamp: string): Promise<void> {
    const { appId, oaSecret, timeScale } = this.settings
    const delivery: Delivery = { event, key, tries: 0, status: 0, ms: 0 }
    this.all.push(delivery)
    const mac = macOf(appId, body, timestamp, oaSecret)
    for (let nth = 0; nth <= PAUSES_MS.length && !this.#stopped.signal.aborted; nth++) {
      if (nth > 0)
        await sleep(PAUSES_MS[nth - 1]! * timeScale, undefined, { signal: this.#stopped.signal }).catch(() => undefined)
      const began = Date.now()
      delivery.tries += 1
      delivery.status = await this.post(body, {
        'X-ZEvent-Signature': `mac=${mac}`,
        ...(nth > 0 && { num_retry: nth }),
      })
      delivery.ms = Math.max(delivery.ms, Date.now() - began)
      if (delivery.status === 200) return
    }
  }

  /** The status; 0: no answer in time. */
  post(body: string, headers: http.OutgoingHttpHeaders): Promise<number> {
    const { webhookUrl, webhookTimeoutMs } = this.settings
    return new Promise((resolve) => {
      const bytes = Buffer.from(body)
      const request = http.request(webhookUrl, {
        method: 'POST',
        agent: this.#agent,
        headers: { 'content-type': 'application/json', 'content-length': bytes.length, ...headers },
        timeout: webhookTimeoutMs,
      })
      request.once('response', (response) => {
        response.resume()
        response.once('end', () => resolve(response.statusCode ?? 0))
        response.once('error', () => resolve(0))
      })
      request.once('timeout', () => request.destroy(new Error('too slow')))
      request.once('error', () => resolve(0))
      request.end(bytes)
    })
  }
}
