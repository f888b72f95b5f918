/**
 * Fetches a file from an address that somebody else named, without being led astray: only from listed hosts, only over
 * connections to an address that was checked after name resolution, each redirect checked like the first step, and never more
 * bytes or time than allowed. Errors hold no address: media addresses carry rights of their own.
 */
import { lookup as dnsLookup, type LookupAddress } from 'node:dns'
import http from 'node:http'
import https from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { FileRefused } from './channel.js'

export interface GuardedFetchOptions {
  /** `media.example`, `media.example:8080` or a suffix `*.zdn.vn`, which stands for every name below it. */
  hosts: readonly string[]
  maxBytes: number
  /** For all of it: names, redirects, every byte. ms */
  timeoutMs: number
  /** All addresses of a name; another one in tests. */
  resolve?: (name: string) => Promise<LookupAddress[]>
  /** Further certificate authorities, in tests. */
  ca?: string
}

/** Redirects followed; content networks use one or two. */
const REDIRECTS_MAX = 3

/**
 * The bytes at this address.
 * @throws FileRefused `host` (not listed, or it leads into a private network), `too-large`, or `gone`
 * @throws Error when another try may do: not reached, 5xx, 429, out of time
 */
export async function guardedFetch(
  address: string,
  options: GuardedFetchOptions,
  signal: AbortSignal,
): Promise<Buffer> {
  const over = new AbortController()
  const timer = setTimeout(() => over.abort(new Error('file: time limit')), options.timeoutMs)
  const onAbort = (): void => over.abort(new Error('file: stopped'))
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) onAbort()
  try {
    return await follow(address, options, over.signal)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  }
}

async function follow(address: string, options: GuardedFetchOptions, signal: AbortSignal): Promise<Buffer> {
  let url = parse(address)
  for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
    const pinned = await admit(url, options, signal)
    const got = await get(url, pinned, options, signal)
    if (Buffer.isBuffer(got)) return got
    url = parse(got.location, url)
  }
  throw new FileRefused('host', `redirected more than ${REDIRECTS_MAX} times`)
}

function parse(address: string, base?: URL): URL {
  if (!URL.canParse(address, base?.href)) throw new FileRefused('host', 'no address')
  return new URL(address, base)
}

// ------------------------------------------------------------------------------------------- the host

/** The addresses that this step may connect to. */
async function admit(
  url: URL,
  { hosts, resolve = resolveName }: GuardedFetchOptions,
  signal: AbortSignal,
): Promise<LookupAddress[]> {
  const listed = listing(url, hosts)
  const name = bare(url.hostname)
  if (!listed) throw new FileRefused('host', `${name} is not a listed host`)
  if (url.username !== '' || url.password !== '') throw new FileRefused('host', `a password in an address of ${name}`)
  // Nobody on the way can read or change what comes; a host named to the letter, port and all, may be one of our own.
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && listed === 'named'))
    throw new FileRefused('host', `${name} over ${url.protocol}`)
  const family = isIP(name)
  const found = family ? [{ address: name, family }] : await unlessOver(resolve(name), signal)
  if (found.length === 0) throw new Error('file: the name has no address')
  if (listed === 'below' && !found.every((one) => isPublic(one.address)))
    throw new FileRefused('host', `${name} leads into a private network`)
  return found
}

/** `named`: to the letter; `below`: by a suffix. Only a named host may be one of our own network. */
export function listing(url: URL, hosts: readonly string[]): 'named' | 'below' | undefined {
  const name = bare(url.hostname)
  const port = url.port || (url.protocol === 'http:' ? '80' : '443')
  const samePort = (entry: string): boolean => {
    const [, asked] = /:(\d+)$/.exec(entry) ?? []
    return asked === undefined ? url.port === '' : Number(asked) === Number(port)
  }
  const fits = hosts.map((host) => host.toLowerCase()).filter(samePort)
  const names = fits.map((host) => host.replace(/:\d+$/, ''))
  if (names.includes(name)) return 'named'
  return names.some((one) => one.startsWith('*.') && name.endsWith(one.slice(1))) ? 'below' : undefined
}

/** Without the brackets of IPv6 and the dot that ends a full name. */
const bare = (hostname: string): string =>
  hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')

const resolveName = (name: string): Promise<LookupAddress[]> =>
  new Promise((resolve, reject) =>
    dnsLookup(name, { all: true }, (error, found) =>
      error ? reject(new Error(`file: ${error.code ?? error.name}`)) : resolve(found),
    ),
  )

/** A name server that keeps silent holds nobody longer than allowed. */
function unlessOver<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

/** What is not the open internet: RFC 6890 and what was added to its registry since. */
const CLOSED_4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4'],
]
/** Within the open range 2000::/3: Teredo and other protocols, documentation, 6to4 (which holds an IPv4 address). */
const CLOSED_6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']
const OPEN_6 = ['2000::/3']

const listOf = (nets: string[], family: 'ipv4' | 'ipv6'): BlockList => {
  const list = new BlockList()
  for (const net of nets) {
    const [base, bits] = net.split('/')
    list.addSubnet(base!, Number(bits), family)
  }
  return list
}
const closed4 = listOf(CLOSED_4, 'ipv4')
const closed6 = listOf(CLOSED_6, 'ipv6')
const open6 = listOf(OPEN_6, 'ipv6')

/** An address of the open internet. */
export function isPublic(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !closed4.check(address, 'ipv4')
  // Mapped IPv4, loopback, link-local and the like all lie outside the open range.
  return family === 6 && open6.check(address, 'ipv6') && !closed6.check(address, 'ipv6')
}

// ------------------------------------------------------------------------------------------- one step

/** Its bytes, or where it sends us. */
function get(
  url: URL,
  pinned: LookupAddress[],
  { maxBytes, ca }: GuardedFetchOptions,
  signal: AbortSignal,
): Promise<Buffer | { location: string }> {
  return new Promise((resolve, reject) => {
    // Only what was checked is connected to: a second look-up could answer otherwise.
    const lookup: LookupFunction = (_name, { all }, done) =>
      all ? done(null, pinned) : done(null, pinned[0]!.address, pinned[0]!.family)
    const begin = url.protocol === 'http:' ? http.get : https.get
    // A connection of its own: one kept from before may lead elsewhere. What is packed is not unpacked: no bombs.
    const headers = { 'accept-encoding': 'identity' }
    const request = begin(url, { agent: false, lookup, headers, ...(ca !== undefined && { ca }) })
    const settle = (outcome: () => void): void => {
      signal.removeEventListener('abort', onAbort)
      outcome()
    }
    const refuse = (error: Error): void => {
      settle(() => reject(error))
      request.destroy()
    }
    const onAbort = (): void => refuse(signal.reason as Error)
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()

    const broken = (error: NodeJS.ErrnoException): void => refuse(new Error(`file: ${error.code ?? error.name}`))
    request.on('error', broken)
    request.once('response', (response) => {
      const { location } = response.headers
      if (isRedirect(response) && location !== undefined) {
        settle(() => resolve({ location }))
        request.destroy()
        return
      }
      const refusal = refusalOf(response, maxBytes)
      if (refusal) {
        refuse(refusal)
        return
      }
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > maxBytes) refuse(new FileRefused('too-large', `over ${maxBytes} bytes`))
        else chunks.push(chunk)
      })
      // Cut short of its declared length.
      response.on('error', broken)
      response.once('end', () => settle(() => resolve(Buffer.concat(chunks, bytes))))
    })
  })
}

const isRedirect = ({ statusCode = 0 }: http.IncomingMessage): boolean => [301, 302, 303, 307, 308].includes(statusCode)

function refusalOf(response: http.IncomingMessage, maxBytes: number): Error | undefined {
  const status = response.statusCode ?? 0
  if (status === 429 || status === 408 || status >= 500) return new Error(`file: HTTP ${status}`)
  if (status !== 200) return new FileRefused('gone', `HTTP ${status}`)
  const declared = Number(response.headers['content-length'] ?? 0)
  return declared > maxBytes ? new FileRefused('too-large', `${declared} bytes`) : undefined
}
