/**
 * How the fake hands out updates: kept until confirmed, by getUpdates or by a webhook that answers 2xx. In order within a chat;
 * an unanswered one blocks its chat and no other, as the real server does it.
 */
import http from 'node:http'

export interface Update {
  update_id: number
  [kind: string]: unknown
}

export interface Waiting {
  chat: number
  update: Update
}

/** The kinds that Telegram sends only when asked to by name. */
const ASKED_FOR_ONLY = new Set(['chat_member', 'message_reaction', 'message_reaction_count'])

export interface WebhookSetting {
  url: string
  secret?: string
  connections: number
}

export interface DeliverySettings {
  /** Multiplies the pauses between retries: 0.01 turns 2, 4, 8 s into 20, 40, 80 ms. */
  timeScale: number
  /** Instead of the set url, in turns: as if a balancer stood before several processes. */
  webhookTargets?: string[]
  /** Brings every update this many times at once, to different targets when there are several. */
  copies: number
  /** An unanswered webhook call is dropped after this, ms, unscaled. */
  webhookTimeoutMs: number
}

export interface WebhookCall {
  at: number
  updateId: number
  status?: number
  error?: string
}

export class Updates {
  pending: Waiting[] = []
  /** Every update id that was ever confirmed, in that order. */
  confirmed: number[] = []
  webhookCalls: WebhookCall[] = []
  webhook: WebhookSetting | undefined
  lastError: { at: number; message: string } | undefined
  #allowed: Set<string> | undefined
  #poll: { answer: (updates: Update[] | 'conflict') => void } | undefined
  #busyChats = new Set<number>()
  #open = 0
  #turn = 0
  #stopped = false
  #timers = new Set<NodeJS.Timeout>()
  #agent = new http.Agent({ keepAlive: true })

  constructor(private readonly settings: DeliverySettings) {}

  allow(kinds: string[] | undefined): void {
    if (kinds) this.#allowed = kinds.length > 0 ? new Set(kinds) : undefined
  }

  push(waiting: Waiting): void {
    const kind = Object.keys(waiting.update).find((key) => key !== 'update_id')!
    if (this.#allowed ? !this.#allowed.has(kind) : ASKED_FOR_ONLY.has(kind)) return
    this.pending.push(waiting)
    if (this.webhook) this.#deliver()
    else this.#poll?.answer(this.#first(100))
  }

  /** getUpdates: what comes before the offset is confirmed; waits up to `seconds` when there is nothing. */
  async get(
    offset: number | undefined,
    limit: number,
    seconds: number,
    request: http.IncomingMessage,
  ): Promise<Update[] | 'conflict'> {
    this.#poll?.answer('conflict')
    if (offset !== undefined) this.#confirm(({ update }) => update.update_id < offset)
    const now = this.#first(limit)
    if (now.length > 0 || seconds === 0 || this.#stopped) return now
    return new Promise((resolve) => {
      const answer = (updates: Update[] | 'conflict'): void => {
        if (this.#poll === mine) this.#poll = undefined
        this.#clear(timer)
        request.socket.off('close', gone)
        resolve(Array.isArray(updates) ? updates.slice(0, limit) : updates)
      }
      const mine = { answer }
      const timer = this.#later(seconds * 1000, () => answer([]))
      const gone = (): void => answer([])
      request.socket.once('close', gone)
      this.#poll = mine
    })
  }

  setWebhook(webhook: WebhookSetting | undefined): void {
    this.webhook = webhook
    if (!webhook) return
    this.#poll?.answer('conflict')
    this.#deliver()
  }

  drop(): void {
    this.pending = []
  }

  stop(): void {
    this.#stopped = true
    this.#poll?.answer([])
    for (const timer of this.#timers) clearTimeout(timer)
    this.#agent.destroy()
  }

  #first(limit: number): Update[] {
    return this.pending.slice(0, limit).map(({ update }) => update)
  }

  #confirm(done: (waiting: Waiting) => boolean): void {
    for (const waiting of this.pending) if (done(waiting)) this.confirmed.push(waiting.update.update_id)
    this.pending = this.pending.filter((waiting) => !done(waiting))
  }

  /** Starts on every chat that has something waiting and nothing on its way, as far as connections allow. */
  #deliver(): void {
    if (!this.webhook || this.#stopped) return
    for (const waiting of this.pending) {
      if (this.#open >= this.webhook.connections) return
      if (!this.#busyChats.has(waiting.chat)) void this.#bring(waiting)
    }
  }

  async #bring(waiting: Waiting): Promise<void> {
    this.#busyChats.add(waiting.chat)
    const { update_id } = waiting.update
    for (let failures = 0; this.webhook && !this.#stopped; failures++) {
      this.#open++
      const calls = await Promise.all(Array.from({ length: this.settings.copies }, () => this.#post(waiting.update)))
      this.#open--
      this.webhookCalls.push(...calls)
      const bad = calls.find(({ status = 0 }) => status < 200 || status > 299)
      if (!bad) {
        this.#confirm(({ update }) => update.update_id === update_id)
        break
      }
      this.lastError = { at: bad.at, message: bad.error ?? `Wrong response from the webhook: ${bad.status}` }
      await this.#pause(failures, bad)
    }
    this.#busyChats.delete(waiting.chat)
    this.#deliver()
  }

  /** One quick retry, then 2, 4, 8 ... s up to a minute; Retry-After, up to an hour, is obeyed. */
  #pause(failures: number, { retryAfter }: { retryAfter?: number }): Promise<void> {
    const seconds = retryAfter ? Math.min(retryAfter, 3600) : failures === 0 ? 0 : Math.min(2 ** failures, 60)
    return new Promise((resolve) => this.#later(seconds * 1000 * this.settings.timeScale, resolve))
  }

  #post(update: Update): Promise<WebhookCall & { retryAfter?: number }> {
    const { url, secret } = this.webhook!
    const targets = this.settings.webhookTargets
    const target = targets?.length ? targets[this.#turn++ % targets.length]! : url
    const body = JSON.stringify(update)
    const call = { at: Date.now(), updateId: update.update_id }
    return new Promise((resolve) => {
      const request = http.request(target, {
        method: 'POST',
        agent: this.#agent,
        timeout: this.settings.webhookTimeoutMs,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          ...(secret && { 'X-Telegram-Bot-Api-Secret-Token': secret }),
        },
      })
      request.on('timeout', () => request.destroy(new Error('Read timeout expired')))
      request.on('error', (error) => resolve({ ...call, error: error.message }))
      request.on('response', (response) => {
        response.resume()
        response.on('error', (error) => resolve({ ...call, error: error.message }))
        const retryAfter = Number(response.headers['retry-after']) || undefined
        response.on('end', () => resolve({ ...call, status: response.statusCode, retryAfter }))
      })
      request.end(body)
    })
  }

  #later(ms: number, what: () => void): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      what()
    }, ms)
    this.#timers.add(timer)
    return timer
  }

  #clear(timer: NodeJS.Timeout): void {
    clearTimeout(timer)
    this.#timers.delete(timer)
  }
}
