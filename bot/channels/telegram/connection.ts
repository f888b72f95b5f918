/**
 * The sockets to Telegram: kept alive, enough of them, through a proxy when one is set; and a view of them for each call that
 * tells whether its request got onto a connection at all. That is what parts "certainly not sent" from "nobody knows", also
 * when a blocked network swallows every packet and all that is seen is our own time limit.
 */
import http from 'node:http'
import https from 'node:https'
import type { TLSSocket } from 'node:tls'
import type { Socket } from 'node:net'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { SocksProxyAgent } from 'socks-proxy-agent'
import { SOCKETS_MAX } from './limits.js'

/** An idle socket is closed by us before Telegram's side does it (75 s), so that no request is written into a dying one. */
const IDLE_MS = 30_000
/** Node tries the next address of a name after 250 ms; over a slow line to far away no address answers as fast. */
const NEXT_ADDRESS_MS = 2_500

const PROXIES = /^(https?|socks[45]?[ah]?):$/

/** Sockets to `apiRoot`. Throws with a sentence for the operator when `proxy` is no http, https or socks address. */
export function connect(apiRoot: URL, proxy?: string): http.Agent {
  const options: https.AgentOptions = {
    keepAlive: true,
    maxSockets: SOCKETS_MAX,
    timeout: IDLE_MS,
    scheduling: 'lifo',
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MS,
  }
  if (!proxy) return apiRoot.protocol === 'http:' ? new http.Agent(options) : new https.Agent(options)
  if (!URL.canParse(proxy) || !PROXIES.test(new URL(proxy).protocol))
    throw new Error('the Telegram proxy must look like http://host:port, https://host:port or socks5://host:port')
  return proxy.startsWith('socks') ? new SocksProxyAgent(proxy, options) : new HttpsProxyAgent(proxy, options)
}

/** What was seen of one call on its way. */
export interface Seen {
  /** The request stood on an open connection to the platform: it may have arrived. */
  written: boolean
  /** HTTP status of the answer, once its head is there */
  status?: number
}

/** http.Agent's own entry, which Node's http.request calls; every custom agent is built on it. */
interface Entry {
  addRequest(request: http.ClientRequest, options: http.RequestOptions): void
}

/** The same agent with the same sockets, which writes down what becomes of the one request made through this view. */
export function watched(agent: http.Agent, seen: Seen): http.Agent {
  const addRequest: Entry['addRequest'] = (request, options) => {
    let refusedByProxy = false
    request.once('proxyConnect', (answer: { statusCode: number }) => {
      refusedByProxy = answer.statusCode !== 200
    })
    request.once('socket', (socket: Socket & Partial<TLSSocket>) => {
      if (refusedByProxy) return
      const open = (): void => void (seen.written = true)
      if (request.reusedSocket) open()
      else if (socket.encrypted) socket.once('secureConnect', open)
      else if (socket.connecting) socket.once('connect', open)
      else open()
    })
    request.once('response', (response) => {
      seen.status = response.statusCode
    })
    ;(agent as unknown as Entry).addRequest(request, options)
  }
  return Object.create(agent, { addRequest: { value: addRequest } }) as http.Agent
}
