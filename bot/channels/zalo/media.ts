/**
 * Brings a file that a person sent. Each address on the way, also after a redirect, must be on the list; its name is resolved once,
 * every address that it means is checked, and the connection goes to the checked one, so that a second answer of the name
 * service changes nothing. Bytes are counted while they come, and time runs out.
 */
import { lookup as systemLookup, type LookupAddress } from 'node:dns'
import http from 'node:http'
import https from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { FileRefused, type FileRef } from '../channel.js'
import { DOWNLOAD_MAX_BYTES, REDIRECTS_MAX, type Timing } from './limits.js'
import { isOpen, type MediaHosts } from './media-hosts.js'
import type { Count, Log } from './told.js'

/** All addresses that a name means. */
export type Resolve = (hostname: string) => Promise<LookupAddress[]>

export interface MediaOptions {
  hosts: MediaHosts
  timing: Timing
  log: Log
  count: Count
  /** The system's, when left out */
  resolve?: Resolve
}

export interface Media {
  /**
   * The file's bytes, at most 20 MB.
   * @throws FileRefused `too-large` (as declared or as counted), `gone`, or `host` (not on the list, or it means an address of ours)
   * @throws Error when another try may do: not reached, 5xx, out of time
   */
  fetch(file: FileRef, signal: AbortSignal): Promise<Buffer>
  /** Hosts that were refused since the start, for the operator */
  refused(): number
}

const GONE = new Set([401, 403, 404, 410])

export function zaloMedia({ hosts, timing, log, count, resolve = resolveBySystem }: MediaOptions): Media {
  let refusals = 0

  const refuse = (url: URL | undefined, why: string): FileRefused => {
    refusals += 1
    count('media', why)
    // The host only: the rest of the address may open somebody's picture.
    log.warn({ host: url?.host, why }, 'zalo: a file was not fetched from there; ZALO_MEDIA_HOSTS names the hosts')
    return new FileRefused('host', why)
  }

  /** The one address to connect to. */
  const checked = async (url: URL): Promise<LookupAddress> => {
    const listing = hosts(url)
    if (!listing) throw refuse(url, 'host not listed')
    const bare = url.hostname.replace(/^\[|\]$/g, '')
    const family = isIP(bare)
    const addresses = family > 0 ? [{ address: bare, family }] : await resolve(bare)
    if (addresses.length === 0) throw new Error('media: the name means no address')
    if (listing === 'by suffix' && !addresses.every(({ address }) => isOpen(address)))
      throw refuse(url, 'address not of the open net')
    return addresses[0]!
  }

  return {
    refused: () => refusals,
    async fetch(file, signal) {
      refuseLarge(file.bytes)
      const limit = AbortSignal.any([signal, AbortSignal.timeout(timing.fetchMs)])
      let url = URL.canParse(file.id) ? new URL(file.id) : undefined
      for (let moved = 0; moved <= REDIRECTS_MAX; moved++) {
        if (!url) throw refuse(url, 'no address')
        const to = await withinLimit(checked(url), limit)
        const got = await get(url, to, limit)
        if (Buffer.isBuffer(got)) return got
        url = URL.canParse(got.location, url.href) ? new URL(got.location, url) : undefined
      }
      throw refuse(url, 'too many redirects')
    },
  }
}

function refuseLarge(bytes: number | undefined): void {
  if (bytes !== undefined && bytes > DOWNLOAD_MAX_BYTES) throw new FileRefused('too-large', `${bytes} bytes`)
}

const resolveBySystem: Resolve = (hostname) =>
  new Promise((done, fail) => {
    systemLookup(hostname, { all: true, verbatim: true }, (error, addresses) =>
      error ? fail(new Error(`media: ${error.code ?? 'the name was not resolved'}`)) : done(addresses),
    )
  })

const OVER = 'media: stopped or out of time'

const withinLimit = <T>(work: Promise<T>, limit: AbortSignal): Promise<T> =>
  new Promise((done, fail) => {
    const over = () => fail(new Error(OVER))
    if (limit.aborted) over()
    limit.addEventListener('abort', over, { once: true })
    work.then(done, fail).finally(() => limit.removeEventListener('abort', over))
  })

/** One request to this address and no other, on a connection of its own. */
function get(url: URL, to: LookupAddress, limit: AbortSignal): Promise<Buffer | { location: string }> {
  const lookup: LookupFunction = (_name, options, done) =>
    options.all ? done(null, [to]) : done(null, to.address, to.family)
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'http:' ? http : https).get(url, { lookup, agent: false })
    const settle = (outcome: () => void): void => {
      limit.removeEventListener('abort', onAbort)
      outcome()
    }
    const refuse = (error: Error): void => {
      settle(() => reject(error))
      request.destroy()
    }
    const onAbort = (): void => refuse(new Error(OVER))
    limit.addEventListener('abort', onAbort, { once: true })
    if (limit.aborted) onAbort()

    request.on('error', (error: NodeJS.ErrnoException) =>
      settle(() => reject(new Error(`media: ${error.code ?? error.name}`))),
    )
    request.once('response', (response) => {
      const { statusCode: status = 0, headers } = response
      if (status >= 300 && status < 400) {
        const { location } = headers
        if (location === undefined) return refuse(new FileRefused('gone', `HTTP ${status} to nowhere`))
        settle(() => resolve({ location }))
        request.destroy()
        return
      }
      if (GONE.has(status)) return refuse(new FileRefused('gone', `HTTP ${status}`))
      if (status !== 200) return refuse(new Error(`media: HTTP ${status}`))
      if (Number(headers['content-length'] ?? 0) > DOWNLOAD_MAX_BYTES)
        return refuse(new FileRefused('too-large', `${headers['content-length']} bytes`))
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > DOWNLOAD_MAX_BYTES) refuse(new FileRefused('too-large', `over ${DOWNLOAD_MAX_BYTES} bytes`))
        else chunks.push(chunk)
      })
      response.once('end', () => settle(() => resolve(Buffer.concat(chunks, bytes))))
      // Cut short of its declared length.
      response.on('error', () => settle(() => reject(new Error('media: cut short'))))
    })
  })
}
