/** How the fake hands out events: one a poll, gone as soon as handed out; or by webhook, again until it answers 2xx. */
import http from 'node:http'

export interface DeliverySettings {
  /** Multiplies a poll's timeout and the pauses between deliveries */
  timeScale: number
  /** Brings every event this many times at once */
  copies: number
  /** Bodies are { ok, result }, not the bare event */
  wrapped: boolean
}

export interface WebhookCall {
  status?: number
  error?: string
}

/** Pauses between deliveries, s. The platform tells nothing of its own. */
const PAUSES_S = [1, 2, 4, 8, 16, 32, 64]

export class Events {
  pending: string[] = []
  webhook: { url: string; secret: string } | undefined
  webhookCalls: WebhookCall[] = []
  #waiting: ((event: unknown) => void) | undefined
  #busy = false
  #stopped = false

  constructor(
    private readonly settings: DeliverySettings,
    private readonly note: (wrong: string) => void,
  ) {}

  /** @param event as JSON, so that a number's digits stay as they are */
  push(event: string): void {
    this.pending.push(event)
    if (this.webhook) void this.#deliver()
    else if (this.#waiting) this.#waiting(JSON.parse(this.pending.shift()!))
  }

  setWebhook(webhook: { url: string; secret: string } | undefined): void {
    this.webhook = webhook
    if (webhook) void this.#deliver()
  }

  /** For getUpdates: waits up to so many (scaled) seconds. Whoever is gone by then has lost what was handed out. */
  async next(seconds: number, request: http.IncomingMessage): Promise<unknown> {
    if (this.#waiting) this.note('two polls at once')
    if (this.pending.length > 0) return JSON.parse(this.pending.shift()!)
    return new Promise((resolve) => {
      const done = (event?: unknown): void => {
        clearTimeout(timer)
        request.socket.off('close', onClose)
        if (this.#waiting === done) this.#waiting = undefined
        resolve(event)
      }
      const onClose = (): void => done()
      const timer = setTimeout(() => done(), seconds * 1000 * this.settings.timeScale)
      request.socket.once('close', onClose)
      this.#waiting = done
    })
  }

  stop(): void {
    this.#stopped = true
    this.#waiting?.(undefined)
  }

  async #deliver(): Promise<void> {
    if (this.#busy) return
    this.#busy = true
    for (let failures = 0; this.webhook && this.pending.length > 0 && !this.#stopped;) {
      const body = this.settings.wrapped ? `{"ok":true,"result":${this.pending[0]!}}` : this.pending[0]!
      const calls = await Promise.all(Array.from({ length: this.settings.copies }, () => this.#post(body)))
      this.webhookCalls.push(...calls)
      if (calls.every(({ status = 0 }) => status >= 200 && status < 300)) {
        this.pending.shift()
        failures = 0
        continue
      }
      const seconds = PAUSES_S[Math.min(failures++, PAUSES_S.length - 1)]!
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000 * this.settings.timeScale))
    }
    this.#busy = false
  }

  #post(body: string): Promise<WebhookCall> {
    const { url, secret } = this.webhook!
    return new Promise((resolve) => {
      const headers = {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'X-Bot-Api-Secret-Token': secret,
      }
      const request = http.request(url, { method: 'POST', headers, agent: false })
      request.on('error', (error) => resolve({ error: error.message }))
      request.on('response', (response) => {
        response.resume()
        response.on('end', () => resolve({ status: response.statusCode }))
      })
      request.end(body)
    })
  }
}
