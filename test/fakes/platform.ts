/** A chat platform over real HTTP: remembers what arrived, and answers as the test says. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Arrival {
  chat: string
  text: string
  /** The process that sent it */
  pid: number
  /** Date.now() at the platform */
  at: number
}

/**
 * `sent`; `refuse`: 503, nothing is shown to anybody; `cut`: shown, but the connection breaks before the answer; `lose`: the
 * connection breaks and nothing was shown; `hang`: shown, never answered; `ignore`: neither; `{ retryAfterMs }`: 429.
 */
export type Treatment =
  'sent' | 'refuse' | 'cut' | 'lose' | 'hang' | 'ignore' | 'blocked' | 'bad' | { retryAfterMs: number }

export interface Platform {
  url: string
  /** What people saw, in its order */
  arrivals: Arrival[]
  /** Every call, seen or refused */
  calls: Arrival[]
  /** May be changed at any time */
  treat: (call: Arrival, nth: number) => Treatment | Promise<Treatment>
  close(): Promise<void>
}

const SHOWN: ReadonlySet<unknown> = new Set(['sent', 'cut', 'hang'])
const STATUS: Partial<Record<string, number>> = { sent: 200, refuse: 503, blocked: 403, bad: 400 }

/** @param port a free one when left out */
export async function startPlatform(port = 0): Promise<Platform> {
  const nths = new Map<string, number>()
  const platform: Platform = { url: '', arrivals: [], calls: [], treat: () => 'sent', close }
  const server = createServer((request, response) => void serve(request, response).catch(() => response.destroy()))
  // A connection that is kept must not be closed at the moment of its next use.
  server.keepAliveTimeout = 120_000
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done))
  platform.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return platform

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const call = { ...(JSON.parse(Buffer.concat(chunks).toString()) as Omit<Arrival, 'at'>), at: Date.now() }
    platform.calls.push(call)
    const nth = (nths.get(call.text) ?? 0) + 1
    nths.set(call.text, nth)
    const treatment = await platform.treat(call, nth)
    if (SHOWN.has(treatment)) platform.arrivals.push({ ...call, at: Date.now() })
    if (treatment === 'cut' || treatment === 'lose') request.socket.destroy()
    else if (typeof treatment === 'object') response.writeHead(429, { 'retry-after-ms': treatment.retryAfterMs }).end()
    else if (STATUS[treatment]) response.writeHead(STATUS[treatment]).end(`${platform.calls.length}`)
  }

  async function close(): Promise<void> {
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
  }
}
