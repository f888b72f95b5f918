/**
 * A Bot API server of our own over real HTTP. Says what is wrong with every call and every update (violations), keeps every call
 * with its time, breaks on order. Usable within a process or as one of its own (main.ts).
 */
import type http from 'node:http'
import { Chat, type KeptFile, type Shown } from './chats.js'
import { Contract } from './contract.js'
import type { Break } from './faults.js'
import { METHODS, Refusal, SENDS, type Params } from './methods.js'
import { FakeServer } from '../fake-server.js'
import { Faults } from '../faults.js'
import { readMultipart } from '../multipart.js'
import { checkRules, type UploadedFile } from './rules.js'
import { Updates, type DeliverySettings, type Update } from './updates.js'

export interface FakeSettings extends DeliverySettings {
  token: string
  /** 0: a free one */
  port: number
  /** Without: every call and update is checked when the contract is there */
  contract: Contract | undefined
  /** Messages a second before a 429; 0: no limit */
  perChat: number
  overall: number
  /** What a 429 for pace says, seconds */
  retryAfterSeconds: number
  /** Keep the list of calls (a benchmark may not want it) */
  keepCalls: boolean
  random: () => number
}

export interface Call {
  /** ms since 1970 */
  at: number
  method: string
  chat?: number
  params: Params
  files: UploadedFile[]
  /** What was answered; 0: the connection was cut */
  code: number
}

export const FAKE_TOKEN = '7000000001:AAF_fake-token_of-the-tests-0123456789a'

const DEFAULTS = (): FakeSettings => ({
  token: FAKE_TOKEN,
  port: 0,
  contract: Contract.load(),
  perChat: 0,
  overall: 0,
  retryAfterSeconds: 1,
  keepCalls: true,
  random: Math.random,
  timeScale: 1,
  copies: 1,
  webhookTimeoutMs: 60_000,
})

export class FakeTelegram {
  readonly bot: { id: number; is_bot: true; first_name: string; username: string }
  readonly settings: FakeSettings
  readonly updates: Updates
  readonly faults: Faults<Break>
  readonly chats = new Map<number, Chat>()
  readonly files = new Map<string, KeptFile>()
  readonly told = new Map<string, Params>()
  /** Callback queries that still wait for their answer */
  readonly presses = new Set<string>()
  readonly calls: Call[] = []
  /** What was wrong with calls and updates, in words */
  readonly violations: string[] = []
  /** Sends to a chat before the retry_after of its 429 was over */
  readonly hurried: Call[] = []
  lastAlbum = 13_000_000_000
  lastPress = 4_000_000_000_000_000
  /** Called for every message that a person sees */
  heardBy?: (chat: number, shown: Shown) => void
  #filesByPath = new Map<string, KeptFile>()
  #lastUpdate = 100_000_000
  #lastFile = 0
  readonly #server: FakeServer
  #port = 0
  #sent: number[] = []

  constructor(settings: Partial<FakeSettings> = {}) {
    this.settings = { ...DEFAULTS(), ...settings }
    this.bot = {
      id: Number(this.settings.token.split(':')[0]),
      is_bot: true,
      first_name: 'Rõ Nguồn',
      username: 'ro_nguon_bot',
    }
    this.updates = new Updates(this.settings)
    this.faults = new Faults<Break>('getUpdates', this.settings.random)
    this.#server = new FakeServer(this.settings.port, (request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        this.#note([`${request.url?.split('/').at(-1)}: the fake broke on it: ${String(error)}`])
        respond(response, 400, { ok: false, error_code: 400, description: 'Bad Request: not understood' })
      })
    })
  }

  /** What TELEGRAM_API_ROOT is to be. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.port}`
  }

  get token(): string {
    return this.settings.token
  }

  /** Listens; after `down`, on the same port again. */
  async up(): Promise<this> {
    await this.#server.up()
    return this
  }

  /** Cuts every connection and refuses new ones, as an unreachable Telegram. */
  down(): Promise<void> {
    return this.#server.down()
  }

  async stop(): Promise<void> {
    this.updates.stop()
    await this.down()
  }

  /** The person's chat with the bot; made when they first open it. */
  chat(id: number): Chat {
    let chat = this.chats.get(id)
    if (!chat) this.chats.set(id, (chat = new Chat()))
    return chat
  }

  /** Hands out an update, checked against the contract. Answers its id. */
  push(chat: number, body: Record<string, unknown>): number {
    const update: Update = { update_id: ++this.#lastUpdate, ...body }
    this.#note(this.settings.contract?.checkType('Update', update) ?? [])
    this.updates.push({ chat, update })
    return update.update_id
  }

  keepFile(bytes: Buffer, name: string, size = bytes.length): KeptFile {
    const n = ++this.#lastFile
    const extension = /\.\w{1,8}$/.exec(name)?.[0] ?? ''
    const file = { id: `AgACAgUAAxkBAAI${n}`, uniqueId: `AQAD${n}`, path: `files/file_${n}${extension}`, size, bytes }
    this.files.set(file.id, file)
    this.#filesByPath.set(file.path, file)
    return file
  }

  callsOf(method: string): Call[] {
    return this.calls.filter((call) => call.method === method)
  }

  /** What was against the contract, and what did not wait for a retry_after. */
  get wrong(): string[] {
    const hurried = this.hurried.map(({ method, chat }) => `${method} to ${chat} before its retry_after was over`)
    return [...this.violations, ...hurried]
  }

  assertClean(): void {
    const { wrong } = this
    if (wrong.length > 0) throw new Error(`against the Bot API:\n${wrong.join('\n')}`)
  }

  #note(wrong: string[]): void {
    this.violations.push(...wrong)
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const path = decodeURI(request.url ?? '')
    const body = await bytesOf(request).catch(() => undefined)
    if (!body) return
    const file = /\/file\/bot([^/]+)\/(.+)$/.exec(path)
    if (file) {
      this.#serveFile(response, file[1]!, file[2]!)
      return
    }
    const named = /\/bot([^/]+)\/(\w+)$/.exec(path)
    if (!named) {
      respond(response, 404, { ok: false, error_code: 404, description: 'Not Found' })
      return
    }
    if (named[1] !== this.token) {
      respond(response, 401, { ok: false, error_code: 401, description: 'Unauthorized' })
      return
    }
    const [, , method] = named
    const { params, files, multipart } = parsed(request, body)
    const chat = params.chat_id === undefined ? undefined : Number(params.chat_id)
    const call: Call = { at: Date.now(), method: method!, chat, params, files, code: 200 }
    if (this.settings.keepCalls) this.calls.push(call)
    this.#check(call, multipart)
    await this.#answer(call, request, response)
  }

  #check({ method, params, files }: Call, multipart: boolean): void {
    const { contract } = this.settings
    if (contract)
      this.#note(contract.checkCall(method, params, { multipart, files: new Set(files.map(({ field }) => field)) }))
    this.#note(checkRules(method, params, files))
  }

  async #answer(call: Call, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const fault = this.faults.strike(call.method, call.chat)
    if (fault?.kind === 'cut-before') {
      this.#cut(call, response)
      return
    }
    if (fault?.kind === 'redirect') return void response.writeHead(302, { location: fault.to }).end()
    if (fault?.kind === 'answer') {
      this.#refuse(call, response, new Refusal(fault.code, fault.description, fault.parameters))
      return
    }
    try {
      this.#pace(call)
      const work = METHODS[call.method]
      if (!work) throw new Refusal(404, 'Not Found: method not found')
      const result = await work(this, { params: call.params, files: call.files, request })
      if (this.settings.contract) this.#note(this.settings.contract.checkResult(call.method, result))
      if (fault) {
        await this.#spoil(fault, call, response, result)
        return
      }
      respond(response, 200, { ok: true, result })
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      this.#refuse(call, response, error)
    }
  }

  async #spoil(fault: Break, call: Call, response: http.ServerResponse, result: unknown): Promise<void> {
    if (fault.kind === 'cut-after') {
      this.#cut(call, response)
      return
    }
    if (fault.kind === 'garbage') return void response.writeHead(fault.status ?? 200).end(fault.body ?? '<html>')
    if (fault.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.ms))
    respond(response, 200, { ok: true, result })
  }

  #cut(call: Call, response: http.ServerResponse): void {
    call.code = 0
    response.socket?.destroy()
  }

  #refuse(call: Call, response: http.ServerResponse, { code, description, parameters }: Refusal): void {
    call.code = code
    const chat = call.chat === undefined ? undefined : this.chats.get(call.chat)
    if (code === 429 && chat && parameters?.retry_after) chat.pausedUntil = Date.now() + parameters.retry_after * 1000
    respond(response, code, { ok: false, error_code: code, description, ...(parameters && { parameters }) })
  }

  /** Refuses what comes too fast, and notes what comes before a pause is over. */
  #pace(call: Call): void {
    if (call.chat === undefined || !SENDS.has(call.method)) return
    const chat = this.chats.get(call.chat)
    if (!chat) return
    const now = Date.now()
    if (now < chat.pausedUntil) this.hurried.push(call)
    const { perChat, overall, retryAfterSeconds } = this.settings
    if (tooFast(chat.sentAt, now, perChat) || tooFast(this.#sent, now, overall))
      throw new Refusal(429, `Too Many Requests: retry after ${retryAfterSeconds}`, { retry_after: retryAfterSeconds })
    chat.sentAt.push(now)
    if (overall > 0) this.#sent.push(now)
  }

  #serveFile(response: http.ServerResponse, token: string, path: string): void {
    const fault = this.faults.strike('file', undefined)
    if (fault?.kind === 'redirect') return void response.writeHead(302, { location: fault.to }).end()
    if (fault?.kind === 'answer') {
      respond(response, fault.code, { ok: false, error_code: fault.code, description: fault.description })
      return
    }
    if (fault?.kind === 'cut-before') return void response.socket?.destroy()
    const file = this.#filesByPath.get(path)
    if (token !== this.token || !file) {
      respond(response, 404, { ok: false, error_code: 404, description: 'Not Found' })
      return
    }
    if (fault?.kind === 'slow') return void setTimeout(() => response.end(file.bytes), fault.ms)
    if (fault?.kind === 'cut-after') {
      response.writeHead(200, { 'content-length': file.bytes.length })
      return void response.write(file.bytes.subarray(0, file.bytes.length >> 1), () => response.socket?.destroy())
    }
    response.end(file.bytes)
  }
}

/** More than `limit` within the last second; forgets what is older. */
function tooFast(sent: number[], now: number, limit: number): boolean {
  if (limit <= 0) return false
  while (sent.length > 0 && sent[0]! <= now - 1000) sent.shift()
  return sent.length >= limit
}

function respond(response: http.ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body)
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    .end(text)
}

async function bytesOf(request: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
}

interface Parsed {
  params: Params
  files: UploadedFile[]
  multipart: boolean
}

/** Fields of a multipart body that are JSON-serialized; they are parsed, so that methods see one shape. */
const SERIALIZED = new Set(['media', 'reply_markup', 'caption_entities', 'reply_parameters', 'link_preview_options'])

function parsed(request: http.IncomingMessage, body: Buffer): Parsed {
  const type = request.headers['content-type'] ?? ''
  if (!type.startsWith('multipart/'))
    return { params: body.length > 0 ? (JSON.parse(body.toString()) as Params) : {}, files: [], multipart: false }
  const { fields, files } = readMultipart(type, body)
  const params = Object.fromEntries(
    Object.entries(fields).map(([field, value]) => [
      field,
      SERIALIZED.has(field) ? (JSON.parse(value) as unknown) : value,
    ]),
  )
  return { params, files, multipart: true }
}
