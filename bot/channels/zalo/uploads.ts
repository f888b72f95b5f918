/** Files of ours at Zalo: brought there once, and named by id for as long as Zalo keeps them. */
import { createHash } from 'node:crypto'
import type { FileOut } from '../channel.js'
import type { Called, Calls } from './calls.js'
import { UPLOADED_FILE, UPLOADED_PICTURE } from './client.js'
import { DOCUMENT_MAX_BYTES, UPLOAD_KEPT_MS, type Timing } from './limits.js'
import { shrunk } from './shrink.js'
import type { Count } from './told.js'

export interface FileStore {
  read(key: string): Promise<Buffer>
}

/** What lies at Zalo already, over all processes. */
export interface UploadStore {
  find(key: string): Promise<string | undefined>
  keep(key: string, platformId: string, forMs: number): Promise<void>
  drop(key: string): Promise<void>
}

export interface UploadsOptions {
  calls: Calls
  files: FileStore
  store: UploadStore
  timing: Timing
  count: Count
}

export interface Uploaded {
  kind: 'ok'
  as: 'picture' | 'document'
  id: string
  /** Forgets it, because Zalo did; answers whether it had been kept: a fresh one that is refused is not tried again */
  forget(): Promise<boolean>
}

export type Upload =
  | Uploaded
  /** Never to be sent */
  | { kind: 'unfit'; why: string }
  /** The file store, or nothing called: again later */
  | { kind: 'later'; why: string }
  | Exclude<Called<never>, { kind: 'ok' }>

/** Only PDFs go as files (and office documents, of which we have none); every picture goes as a picture. */
const isDocument = ({ mime }: FileOut): boolean => !mime.startsWith('image/')

export type Uploads = (file: FileOut, signal: AbortSignal) => Promise<Upload>

export function zaloUploads({ calls, files, store, timing, count }: UploadsOptions): Uploads {
  return async (file, signal) => {
    let bytes: Buffer
    try {
      bytes = await files.read(file.key)
    } catch (error) {
      const { name, code } = error as { name?: string; code?: string }
      return { kind: 'later', why: `the file store could not be read: ${code ?? name ?? 'unknown'}` }
    }
    const as = isDocument(file) ? 'document' : 'picture'
    // By what is in it: a label is drawn anew for every send, and shows its lot as it is then.
    const key = `${as}:${createHash('sha256').update(bytes).digest('hex')}`
    const known = await store.find(key).catch(() => undefined)
    const forget = async (): Promise<boolean> => {
      await store.drop(key).catch(() => undefined)
      return known !== undefined
    }
    if (known !== undefined) return { kind: 'ok', as, id: known, forget }
    const fit = as === 'picture' ? await fitPicture(file, bytes) : fitDocument(file, bytes)
    if ('why' in fit) return { kind: 'unfit', why: fit.why }
    if (!(await calls.extra())) return { kind: 'later', why: 'stopped' }
    const timeoutMs = timing.sendMs + Math.ceil(fit.bytes.length / 100_000) * timing.uploadMsPer100KB
    const path = as === 'picture' ? '/v2.0/oa/upload/image' : '/v2.0/oa/upload/file'
    const schema = as === 'picture' ? UPLOADED_PICTURE : UPLOADED_FILE
    const answer = await calls.call({ method: 'POST', path, file: fit }, schema, { timeoutMs, signal })
    if (answer.kind !== 'ok') return answer
    count('call', 'uploaded')
    await store.keep(key, answer.data, UPLOAD_KEPT_MS).catch(() => undefined)
    return { kind: 'ok', as, id: answer.data, forget }
  }
}

type Fit = { bytes: Buffer; name: string; mime: string } | { why: string }

async function fitPicture({ name }: FileOut, bytes: Buffer): Promise<Fit> {
  const picture = await shrunk(bytes)
  if (!picture) return { why: 'not a picture' }
  const ending = picture.mime === 'image/png' ? 'png' : 'jpg'
  return { ...picture, name: `${name.replace(/\.\w{1,5}$/, '') || 'picture'}.${ending}` }
}

function fitDocument({ name, mime }: FileOut, bytes: Buffer): Fit {
  if (mime !== 'application/pdf') return { why: `a file of the kind ${mime}` }
  if (bytes.length === 0) return { why: 'an empty file' }
  return bytes.length > DOCUMENT_MAX_BYTES ? { why: `a file of ${bytes.length} bytes` } : { bytes, name, mime }
}
