/** The HTTP server of a fake platform: on one port for its whole life, also after it was away. */
import http from 'node:http'
import type { AddressInfo } from 'node:net'

/** A connection that is kept must not be closed at the moment of its next use. ms */
const KEPT_MS = 75_000

export class FakeServer {
  #server: http.Server | undefined
  #port: number

  /** @param port 0: a free one */
  constructor(
    port: number,
    private readonly serve: (request: http.IncomingMessage, response: http.ServerResponse) => void,
  ) {
    this.#port = port
  }

  get port(): number {
    return this.#port
  }

  async up(): Promise<void> {
    const server = http.createServer(this.serve)
    server.keepAliveTimeout = KEPT_MS
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(this.#port, '127.0.0.1', resolve)
    })
    this.#server = server
    this.#port = (server.address() as AddressInfo).port
  }

  /** Cuts every connection and refuses new ones. */
  async down(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (!server) return
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
  }
}
