/**
 * Zalo over real HTTP: token service, Official Account API, files, and the webhook's other end. It refuses what Zalo refuses, keeps
 * every call, and breaks on order.
 */
import { createHmac, randomBytes } from 'node:crypto'
import type http from 'node:http'
import { FakeServer } from '../fake-server.js'
import { Faults } from '../faults.js'
import { readMultipart } from '../multipart.js'
import { Chat, type Shown } from './chats.js'
import { Deliveries, type DeliverySettings } from './deliveries.js'
import type { Break, Endpoint } from './faults.js'
import { readMessage, type Asset } from './rules.js'
import { Tokens, type TokenSettings } from './tokens.js'

export interface FakeSettings extends DeliverySettings, TokenSettings {
  /** 0: a free one */
  port: number
  /** Nobody heard longer ago may be written to: -230 */
  windowMs: number
  /** Calls within a minute before -32; 0: no limit */
  callsPerMinute: number
  /** Every call waits so long. ms */
  latencyMs: number
  /** Calls must carry appsecret_proof */
  needsProof: boolean
  /** Shapes of buttons that are taken; others: -233 */
  shapes: readonly string[]
  assetLivesMs: number
  /** Keep the list of calls (a benchmark may not want it) */
  keepCalls: boolean
  random: () => number
}

export interface Call {
  /** ms since 1970 */
  at: number
  endpoint: Endpoint
  user?: string
  body: unknown
  /** Zalo's error code as answered, 0 for success; undefined: cut, or another HTTP status */
  code?: number
}

const DAY_MS = 24 * 3_600_000

const DEFAULTS = (): FakeSettings => ({
  appId: '431532706915553284',
  appSecret: 'fake-app-secret',
  oaId: '388613280878808645',
  oaSecret: 'fake-oa-secret',
  accessLivesMs: 90_000_000,
  oldAccessDies: true,
  webhookUrl: 'http://127.0.0.1:9/webhooks/zalo',
  webhookTimeoutMs: 2_000,
  timeScale: 1,
  copies: 1,
  port: 0,
  windowMs: 7 * DAY_MS,
  callsPerMinute: 0,
  latencyMs: 0,
  needsProof: false,
  shapes: ['text_buttons', 'list', 'button'],
  assetLivesMs: 7 * DAY_MS,
  keepCalls: true,
  random: Math.random,
})

/** What an endpoint answers: Zalo's data, or its error code. */
type Worked = { data: unknown } | { code: number; message?: string }

const PATHS: Record<string, Endpoint> = {
  '/v4/oa/access_token': 'oauth',
  '/v4/oa/permission': 'permission',
  '/v3.0/oa/message/cs': 'cs',
  '/v2.0/oa/message': 'message',
  '/v2.0/oa/upload/image': 'upload',
  '/v2.0/oa/upload/file': 'upload',
  '/v2.0/oa/getoa': 'getoa',
  '/v3.0/oa/quota/message': 'quota',
}

export class FakeZalo {
  readonly settings: FakeSettings
  readonly tokens: Tokens
  readonly faults: Faults<Break, Endpoint>
  readonly deliveries: Deliveries
  readonly chats = new Map<string, Chat>()
  readonly assets = new Map<string, Asset>()
  readonly calls: Call[] = []
  /** Told of every message that is shown to somebody */
  heardBy?: (user: string, shown: Shown) => void
  readonly #media = new Map<string, Buffer>()
  readonly #minute: number[] = []
  readonly #server: FakeServer
  #ids = 0

  constructor(settings: Partial<FakeSettings> = {}) {
    this.settings = { ...DEFAULTS(), ...settings }
    this.tokens = new Tokens(this.settings)
    this.faults = new Faults<Break, Endpoint>('media', this.settings.random)
    this.deliveries = new Deliveries(this.settings)
    this.#server = new FakeServer(this.settings.port, (request, response) => {
      this.#serve(request, response).catch(() => response.destroy())
    })
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.port}`
  }

  /** By which a house finds it and is believed. `connected`: with a first pair of tokens, as the console hands it out */
  houseSettings({ connected = true } = {}): Record<string, string> {
    const { appId, appSecret, oaId, oaSecret } = this.settings
    const { accessToken, refreshToken } = connected ? this.tokens.issue() : {}
    return {
      ...{ ZALO_APP_ID: appId, ZALO_APP_SECRET: appSecret, ZALO_OA_ID: oaId, ZALO_OA_SECRET_KEY: oaSecret },
      ...{ ZALO_API_ROOT: this.url, ZALO_OAUTH_ROOT: this.url, ZALO_MEDIA_HOSTS: this.mediaHost },
      ...(accessToken !== undefined && { ZALO_ACCESS_TOKEN: accessToken, ZALO_REFRESH_TOKEN: refreshToken }),
    }
  }

  /** The hosts of files that people send. */
  get mediaHost(): string {
    return `127.0.0.1:${this.#server.port}`
  }

  /** Listens; after `down`, on the same port again. */
  async up(): Promise<this> {
    await this.#server.up()
    return this
  }

  /**
   * Cuts every connection and refuses new ones. Node's fetch keeps connections: a request that it writes into one that was cut a
   * moment ago has "been written", so its sender cannot know, as with the real one.
   */
  down(): Promise<void> {
    return this.#server.down()
  }

  async stop(): Promise<void> {
    this.deliveries.stop()
    await this.down()
  }

  chat(user: string): Chat {
    let chat = this.chats.get(user)
    if (!chat) this.chats.set(user, (chat = new Chat()))
    return chat
  }

  nextId(prefix: string): string {
    return `${prefix}${(++this.#ids).toString(16)}${randomBytes(4).toString('hex')}`
  }

  /** A file that a person sends, at the address that the event names. */
  keepMedia(bytes: Buffer, name: string): string {
    const path = `/media/${this.nextId('f')}/${name}`
    this.#media.set(path, bytes)
    return this.url + path
  }

  callsOf(endpoint: Endpoint): Call[] {
    return this.calls.filter((call) => call.endpoint === endpoint)
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url)
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const bytes = Buffer.concat(chunks)
    const endpoint = url.pathname.startsWith('/media/') ? 'media' : PATHS[url.pathname]
    if (!endpoint) return void response.writeHead(404).end()
    const body = bodyOf(request, bytes)
    const user = userOf(body)
    const call: Call = { at: Date.now(), endpoint, body: body instanceof URLSearchParams ? 'form' : body }
    if (user !== undefined) call.user = user
    if (this.settings.keepCalls && endpoint !== 'media') this.calls.push(call)
    if (this.settings.latencyMs > 0) await new Promise((done) => setTimeout(done, this.settings.latencyMs))

    const fault = this.faults.strike(endpoint, user)
    if (fault && breaksBefore(fault, response)) {
      if (fault.kind === 'code') call.code = fault.code
      return
    }
    if (endpoint === 'media') return this.#serveMedia(url.pathname, response, fault)
    if (endpoint === 'permission') return this.#permit(url, response)
    const answer =
      endpoint === 'oauth'
        ? this.tokens.answer(Object.fromEntries(new URLSearchParams(bytes.toString())), header(request, 'secret_key'))
        : enveloped(this.#work(endpoint, url, request, body))
    call.code = (answer as { error?: number }).error ?? 0
    await spoil(fault, response, answer)
  }

  #work(endpoint: Endpoint, url: URL, request: http.IncomingMessage, body: unknown): Worked {
    if (this.#tooMany()) return { code: -32, message: 'Application reached rate limit' }
    const token = header(request, 'access_token')
    const refused = this.tokens.check(token)
    if (refused !== 0) return { code: refused, message: 'Access token is invalid' }
    if (this.settings.needsProof) {
      const proof = createHmac('sha256', this.settings.appSecret).update(token!).digest('hex')
      if (header(request, 'appsecret_proof') !== proof) return { code: -242, message: 'appsecret_proof is invalid' }
    }
    switch (endpoint) {
      case 'cs':
      case 'message':
        return this.#message(endpoint, body as Recipient)
      case 'upload':
        return this.#upload(url.pathname.endsWith('/image') ? 'picture' : 'file', body as Uploaded)
      case 'getoa':
        return { data: { oa_id: this.settings.oaId, name: 'Rõ Nguồn', is_verified: true } }
      default:
        return { data: {} }
    }
  }

  #message(endpoint: Endpoint, { recipient, message, sender_action: action }: Recipient): Worked {
    const { user_id: userId, anonymous_id: anonymousId, conversation_id: conversationId } = recipient ?? {}
    const isStranger = anonymousId !== undefined && conversationId !== undefined
    const user = isStranger ? anonymousId : userId
    const chat = user === undefined ? undefined : this.chats.get(user)
    if (!chat || (endpoint === 'cs' && isStranger)) return { code: -201, message: 'user_id is invalid' }
    if (action) {
      chat.reactions.push({ messageId: String(action.react_message_id), icon: String(action.react_icon) })
      return { data: { message_id: this.nextId('r') } }
    }
    if (Date.now() - chat.heardAt > this.settings.windowMs)
      return { code: -230, message: 'User has not interacted with the OA in the past 7 days' }
    const read = readMessage(message, this.assets, new Set(this.settings.shapes))
    if ('code' in read) return { code: read.code, message: 'Params is invalid' }
    const id = this.nextId('o')
    const shown = chat.show({ id, ...read })
    this.heardBy?.(user!, shown)
    const quota = { quota_type: 'reply', remain: '7', total: '8', expired_date: '', owner_type: 'OA', owner_id: '' }
    return { data: { message_id: id, user_id: user, sent_time: String(Date.now()), quota } }
  }

  #upload(kind: Asset['kind'], { file }: Uploaded): Worked {
    if (!file) return { code: -201, message: 'file is missing' }
    const isPicture = file.bytes.subarray(0, 2).toString('hex') === 'ffd8' || file.bytes.subarray(1, 4).toString() === 'PNG' // prettier-ignore
    if (kind === 'picture' && (!isPicture || file.bytes.length > 1024 * 1024))
      return { code: -210, message: 'file size or type is invalid' }
    if (kind === 'file' && (!/\.(pdf|docx?|csv)$/i.test(file.name) || file.bytes.length > 5 * 1024 * 1024))
      return { code: -210, message: 'file size or type is invalid' }
    const id = this.nextId(kind)
    this.assets.set(id, { kind, ...file, until: Date.now() + this.settings.assetLivesMs })
    return { data: kind === 'picture' ? { attachment_id: id } : { token: id } }
  }

  #tooMany(): boolean {
    const { callsPerMinute } = this.settings
    const now = Date.now()
    while (this.#minute.length > 0 && this.#minute[0]! <= now - 60_000) this.#minute.shift()
    if (callsPerMinute > 0 && this.#minute.length >= callsPerMinute) return true
    this.#minute.push(now)
    return false
  }

  /** The administrator is signed in, and says yes to everything. */
  #permit(url: URL, response: http.ServerResponse): void {
    const { redirect_uri: back = '', code_challenge: challenge = '', state = '' } = Object.fromEntries(url.searchParams)
    const to = new URL(back)
    to.searchParams.set('code', this.tokens.consent(challenge))
    to.searchParams.set('oa_id', this.settings.oaId)
    to.searchParams.set('state', state)
    response.writeHead(302, { location: to.href }).end()
  }

  #serveMedia(path: string, response: http.ServerResponse, fault: Break | undefined): void {
    const bytes = this.#media.get(path)
    if (!bytes) return void response.writeHead(404).end()
    if (fault?.kind === 'slow') return void setTimeout(() => response.end(bytes), fault.ms)
    if (fault?.kind === 'cut-after') {
      response.writeHead(200, { 'content-length': bytes.length })
      return void response.write(bytes.subarray(0, bytes.length >> 1), () => response.socket?.destroy())
    }
    response.end(bytes)
  }
}

interface Recipient {
  recipient?: { user_id?: string; anonymous_id?: string; conversation_id?: string }
  message?: unknown
  sender_action?: { react_icon?: string; react_message_id?: string }
}
interface Uploaded {
  file?: { name: string; bytes: Buffer }
}

const header = (request: http.IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}

function bodyOf(request: http.IncomingMessage, bytes: Buffer): unknown {
  const type = request.headers['content-type'] ?? ''
  if (bytes.length === 0) return {}
  if (type.startsWith('multipart/')) {
    const [file] = readMultipart(type, bytes).files
    return file?.field === 'file' ? { file: { name: file.name, bytes: file.bytes } } : {}
  }
  if (type.startsWith('application/x-www-form-urlencoded')) return new URLSearchParams(bytes.toString())
  return JSON.parse(bytes.toString()) as unknown
}

function userOf(body: unknown): string | undefined {
  const { user_id: userId, anonymous_id: anonymousId } = (body as Recipient).recipient ?? {}
  return userId ?? anonymousId
}

const enveloped = (worked: Worked): object =>
  'data' in worked
    ? { data: worked.data, error: 0, message: 'Success' }
    : { error: worked.code, message: worked.message ?? 'refused' }

function answerWith(response: http.ServerResponse, body: object): void {
  const text = JSON.stringify(body)
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text)
}

/** True: it is answered, or never will be, and nothing was done. */
function breaksBefore(fault: Break, response: http.ServerResponse): boolean {
  switch (fault.kind) {
    case 'code':
      answerWith(response, { error: fault.code, message: fault.message ?? `error ${fault.code}` })
      return true
    case 'status':
      response.writeHead(fault.status).end(fault.body ?? '<html>busy</html>')
      return true
    case 'cut-before':
      response.socket?.destroy()
      return true
    case 'redirect':
      response.writeHead(302, { location: fault.to }).end()
      return true
    case 'endless': {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(64 * 1024, 1)));
        if (!response.destroyed) response.once('drain', more)
      }
      more()
      return true
    }
    default:
      return false
  }
}

async function spoil(fault: Break | undefined, response: http.ServerResponse, answer: object): Promise<void> {
  if (fault?.kind === 'cut-after') return void response.socket?.destroy()
  if (fault?.kind === 'garbage') return void response.writeHead(200).end(fault.body ?? '<html>')
  if (fault?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.ms).unref())
  answerWith(response, answer)
}
