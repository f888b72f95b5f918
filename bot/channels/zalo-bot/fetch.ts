/** Brings a picture that a person sent: its address came with the message, and is fetched only from listed hosts. */
import { FileRefused, type FileRef } from '../channel.js'
import { guardedFetch } from '../guarded-fetch.js'
import { DOWNLOAD_MAX_BYTES, MEDIA_HOSTS, type Timing } from './limits.js'
import type { Count, Log } from './told.js'

export interface FetchOptions {
  timing: Timing
  /** ZALO_MEDIA_HOSTS; left out: the unconfirmed list */
  hosts?: readonly string[]
  log: Log
  count: Count
}

/** @throws as guardedFetch; a refused host is counted, and named in the log for an operator who may want to list it */
export async function fetchPicture(
  { timing, hosts = MEDIA_HOSTS, log, count }: FetchOptions,
  file: FileRef,
  signal: AbortSignal,
): Promise<Buffer> {
  try {
    const limits = { hosts, maxBytes: DOWNLOAD_MAX_BYTES, timeoutMs: timing.fetchMs }
    return await guardedFetch(file.id, limits, signal)
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error
    count('fetch', error.why)
    if (error.why === 'host')
      log.warn(
        { why: error.message },
        'zalo bot: a picture was not fetched; if its host is Zalo’s, see ZALO_MEDIA_HOSTS',
      )
    throw error
  }
}
