/**
 * A Zalo Bot Platform of our own over real HTTP: one event a poll and none acknowledged, webhooks with redelivery, the pictures
 * that people send, and what goes wrong on order. Says what is wrong with every call (violations) and keeps them all.
 */
import type http from 'node:http'
import { FakeServer } from '../fake-server.js'
import { Faults } from '../faults.js'
import type { Break } from '../telegram/faults.js'
import { Events, type DeliverySettings } from './events.js'
import { METHODS, Refusal, wrongWith, type Params } from './methods.js'

export interface FakeSettings extends DeliverySettings {
  token: string
  /** 0: a free one */
  port: number
  /** Fetches the picture of a sendPhoto, as the platform does; undefined: it could not. Left out: any address will do */
  pictureAt?: (url: string) => Promise<Buffer | undefined>
}

export interface Call {
  /** ms since 1970 */
  at: number
  method: string
  params: Params
  /** What was answered; 0: the connection was cut */
  code: number
}

/** What a person sees of one message. */
export interface Shown {
  text: string
  photo?: string
}

export const FAKE_TOKEN = '7000000002:zalo-fake_token_of-the-tests-0123456789'

const DEFAULTS: FakeSettings = { token: FAKE_TOKEN, port: 0, timeScale: 0.01, copies: 1, wrapped: true }

export class FakeZaloBot {
  readonly settings: FakeSettings
  readonly events: Events
  readonly faults = new Faults<Break>('getUpdates')
  readonly calls: Call[] = []
  /** What was wrong with calls, in words */
  readonly violations: string[] = []
  readonly #chats = new Map<string, Shown[]>()
  readonly #media = new Map<string, Buffer>()
  readonly #server: FakeServer
  #last = 0

  constructor(settings: Partial<FakeSettings> = {}) {
    this.settings = { ...DEFAULTS, ...settings }
    this.events = new Events(this.settings, (wrong) => void this.violations.push(wrong))
    this.#server = new FakeServer(this.settings.port, (request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        this.violations.push(`the fake broke: ${String(error)}`)
        response.destroy()
      })
    })
  }

  /** What ZALO_BOT_API_ROOT is to be. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.port}`
  }

  /** What ZALO_MEDIA_HOSTS is to be. */
  get mediaHost(): string {
    return `127.0.0.1:${this.#server.port}`
  }

  get token(): string {
    return this.settings.token
  }

  /** Listens; after `down`, on the same port again. */
  async up(): Promise<this> {
    await this.#server.up()
    return this
  }

  /** Cuts every connection and refuses new ones. */
  down(): Promise<void> {
    return this.#server.down()
  }

  async stop(): Promise<void> {
    this.events.stop()
    await this.down()
  }

  shown(chat: string): Shown[] {
    const shown = this.#chats.get(chat) ?? []
    this.#chats.set(chat, shown)
    return shown
  }

  /** Keeps a picture as the content network does. Answers its address. */
  keepPicture(bytes: Buffer): string {
    const path = `/media/${this.nextId()}.jpg`
    this.#media.set(path, bytes)
    return `${this.url}${path}`
  }

  nextId(): string {
    this.#last += 1
    return `2d758cb5e222177a${this.#last.toString(16).padStart(4, '0')}`
  }

  callsOf(method: string): Call[] {
    return this.calls.filter((call) => call.method === method)
  }

  assertClean(): void {
    if (this.violations.length > 0) throw new Error(`against the platform's rules:\n${this.violations.join('\n')}`)
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const path = decodeURIComponent(request.url ?? '')
    if (path.startsWith('/media/')) return this.#serveMedia(path, response)
    const [, token, method] = /^\/bot([^/]+)\/(\w+)$/.exec(path) ?? []
    if (method === undefined) return answer(response, 404, refusal(404, 'Not Found'))
    if (token !== this.token) return answer(response, 401, refusal(401, 'Unauthorized'))
    const params = JSON.parse(Buffer.concat(chunks).toString() || '{}') as Params
    const call: Call = { at: Date.now(), method, params, code: 200 }
    this.calls.push(call)
    this.violations.push(...wrongWith(method, params))
    const chat = typeof params.chat_id === 'string' ? Number(params.chat_id) : undefined
    const fault = this.faults.strike(method, chat)
    if (fault?.kind === 'cut-before') return this.#cut(call, response)
    if (fault?.kind === 'redirect') return void response.writeHead(302, { location: fault.to }).end()
    if (fault?.kind === 'answer') {
      call.code = fault.code
      const parameters = fault.parameters && { parameters: fault.parameters }
      return answer(response, fault.code, { ...refusal(fault.code, fault.description), ...parameters })
    }
    try {
      const work = METHODS[method]
      if (!work) throw new Refusal(404, 'method not found')
      const result = await work(this, params, request).catch((error: unknown) => {
        // An empty poll is no way around what was ordered.
        if (fault && error instanceof Refusal && error.code === 408) return {}
        throw error
      })
      await this.#finish(fault, call, response, result)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      call.code = error.code
      answer(response, error.code, refusal(error.code, error.message))
    }
  }

  async #finish(fault: Break | undefined, call: Call, response: http.ServerResponse, result: unknown): Promise<void> {
    if (fault?.kind === 'cut-after') return this.#cut(call, response)
    if (fault?.kind === 'garbage') return void response.writeHead(fault.status ?? 200).end(fault.body ?? '<html>')
    if (fault?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.ms))
    answer(response, 200, { ok: true, result })
  }

  #cut(call: Call, response: http.ServerResponse): void {
    call.code = 0
    response.destroy()
  }

  #serveMedia(path: string, response: http.ServerResponse): void {
    const bytes = this.#media.get(path)
    if (bytes) response.writeHead(200, { 'content-type': 'image/jpeg' }).end(bytes)
    else response.writeHead(404).end()
  }
}

const refusal = (error_code: number, description: string) => ({ ok: false, error_code, description })

const answer = (response: http.ServerResponse, status: number, body: unknown): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
