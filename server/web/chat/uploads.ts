/**
 * What people upload in the web chat, as they sent it: for `hear` to read, and for their own page. Apart from the house's file
 * store, because it is forgotten after a while; what a talk keeps of a photo goes, cleaned, into the file store as ever.
 */
import { readdir, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { fileStore } from '../../files.js'

export interface Uploads {
  put(bytes: Buffer, about: { mime: string }): Promise<{ key: string }>
  /** null: it is not there (any more). */
  read(key: string): Promise<Buffer | null>
  /** Forgets those that were last sent before this. ms since 1970. Returns how many. */
  forget(before: number): Promise<number>
}

export function webUploads(folder: string): Uploads {
  const store = fileStore(folder)
  return {
    async put(bytes, about) {
      const { key } = await store.put(bytes, about)
      // The same bytes are kept once, and from now on for as long as any upload.
      const now = new Date()
      await utimes(store.path(key), now, now)
      return { key }
    },
    async read(key) {
      try {
        return await store.read(key)
      } catch {
        return null
      }
    },
    async forget(before) {
      let forgotten = 0
      const names = await readdir(folder, { recursive: true }).catch(() => [])
      for (const name of names) {
        const path = join(folder, name)
        const about = await stat(path).catch(() => undefined)
        if (!about?.isFile() || about.mtimeMs >= before) continue
        await rm(path, { force: true })
        forgotten += 1
      }
      return forgotten
    },
  }
}
