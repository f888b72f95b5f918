/** Brings a file that a person sent over Zalo, by either product: its address came with the message, and is a stranger's word. */
import type { LookupAddress } from 'node:dns'
import { FileRefused, type Channel } from './channel.js'
import { guardedFetch } from './guarded-fetch.js'

/**
 * Unconfirmed: domains of Zalo's content network and pages, as seen in samples of its events. Zalo publishes no list;
 * ZALO_MEDIA_HOSTS replaces this one, and each refused host is logged and counted, so that a missing one is found.
 */
export const MEDIA_HOSTS: readonly string[] = [
  ...['*.zdn.vn', '*.zadn.vn', '*.zaloapp.com', '*.zalo.me', '*.zapps.vn', '*.zdn.com.vn', '*.zalo.com.vn'],
]
/** Bytes of a file that a person sent: as on Telegram, so that all channels are told the same. */
export const DOWNLOAD_MAX_BYTES = 20 * 1024 * 1024

export interface ZaloMediaOptions {
  /** ZALO_MEDIA_HOSTS; left out: the unconfirmed list */
  hosts?: readonly string[]
  /** A file on its way down, redirects and all its bytes. ms */
  timeoutMs: number
  log: { warn(fields: object, message: string): void }
  count: (what: 'media', why: FileRefused['why']) => void
  /** For tests: the system's name service when left out */
  resolve?: (name: string) => Promise<LookupAddress[]>
}

/** Throws as `guardedFetch`; what is refused is counted, and a refused host named in the log: an operator may want to list it. */
export function zaloMedia({ hosts = MEDIA_HOSTS, log, count, ...more }: ZaloMediaOptions): Channel['fetch'] {
  return async ({ id, bytes = 0 }, signal) => {
    try {
      if (bytes > DOWNLOAD_MAX_BYTES) throw new FileRefused('too-large', `${bytes} bytes`)
      return await guardedFetch(id, { hosts, maxBytes: DOWNLOAD_MAX_BYTES, ...more }, signal)
    } catch (error) {
      if (!(error instanceof FileRefused)) throw error
      count('media', error.why)
      if (error.why === 'host')
        log.warn({ why: error.message }, 'zalo: a file was not fetched from there; ZALO_MEDIA_HOSTS names the hosts')
      throw error
    }
  }
}
