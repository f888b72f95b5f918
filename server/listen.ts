/** Opens the port, and closes it in order. */
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { Trouble } from './trouble.js'

/** A request's head and body must be here within this. ms */
const REQUEST_WITHIN_MS = 60_000
/**
 * An idle connection is kept longer than proxies and clients keep theirs (60 s, mostly): whoever sends on one that is being closed
 * here is told of a lost connection, and does not know whether its message was stored. ms
 */
const KEPT_IDLE_MS = 65_000

export interface Listening {
  /** Where people on this machine (and, if it listens to them, on the network) find it; the best first. */
  addresses: string[]
  /** Takes no new request, waits for those in hand up to this, then cuts them. ms */
  close(withinMs: number): Promise<void>
}

/** @throws {Trouble} when the port is taken, not ours to take, or the host is not this machine's */
export const listen = async (app: RequestListener, at: { port: number; host?: string }): Promise<Listening> => {
  const server = createServer({ requestTimeout: REQUEST_WITHIN_MS, keepAliveTimeout: KEPT_IDLE_MS }, app)
  await new Promise<void>((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) => fail(inWords(error, at)))
    server.listen(at.port, at.host, done)
  })
  return { addresses: addressesOf(server, at.host), close: (withinMs) => close(server, withinMs) }
}

const inWords = (error: NodeJS.ErrnoException, { port, host }: { port: number; host?: string }): Error => {
  switch (error.code) {
    case 'EADDRINUSE':
      return new Trouble(`Port ${port} is taken by another program. Stop it, or set PORT to another port.`)
    case 'EACCES':
      return new Trouble(`This user may not listen on port ${port}. Set PORT to one above 1023.`)
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new Trouble(`HOST ${host ?? ''} is no address of this machine. Leave it unset, or set it to 0.0.0.0.`)
    default:
      return error
  }
}

const addressesOf = (server: Server, host: string | undefined): string[] => {
  const { port, address } = server.address() as AddressInfo
  const everywhere = address === '::' || address === '0.0.0.0'
  if (!everywhere) return [`http://${host?.includes(':') ? `[${host}]` : (host ?? address)}:${port}`]
  const outside = Object.values(networkInterfaces())
    .flat()
    .filter((card) => card && !card.internal && card.family === 'IPv4')
  return [`http://localhost:${port}`, ...outside.map((card) => `http://${card!.address}:${port}`)]
}

const close = async (server: Server, withinMs: number): Promise<void> => {
  const closed = new Promise<void>((done) => server.close(() => done()))
  server.closeIdleConnections()
  const cut = setTimeout(() => server.closeAllConnections(), withinMs)
  await closed
  clearTimeout(cut)
}
