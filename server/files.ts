/**
 * Where the bytes of files lie: photos, papers, labels. A file's key is made of what is in it, so the same bytes are kept
 * once, a key never means something else, and putting is safe to repeat.
 */
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { Disk } from 'flydrive'
import { FSDriver } from 'flydrive/drivers/fs'

export interface FileStore {
  /** On the disk when it resolves. The key: `ab/<sha256 as hex>.<ending>`, at most 75 characters. */
  put(bytes: Uint8Array, about: { mime: string }): Promise<{ key: string; sha256: string }>
  /** @throws when there is no such file, or its bytes are no longer those that were put */
  read(key: string): Promise<Buffer>
  /** Gone when it resolves; one that is not there is no trouble. */
  remove(key: string): Promise<void>
  /** Of a file in this machine's file system. */
  path(key: string): string
}

/** Endings by which a person who opens the folder knows what is what. */
const ENDINGS: Record<string, string> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/heic': 'heic',
  'image/avif': 'avif',
  'application/pdf': 'pdf',
}
const KEY = /^([0-9a-f]{2})\/(\1[0-9a-f]{62})\.[a-z]{3,4}$/

export const fileStore = (folder: string): FileStore => {
  const disk = new Disk(new FSDriver({ location: folder, visibility: 'private' }))
  const path = (key: string) => {
    if (!KEY.test(key)) throw new Error('not the key of a stored file')
    return join(folder, key)
  }
  return {
    path,
    async put(bytes, { mime }) {
      const sha256 = digest(bytes)
      const key = `${sha256.slice(0, 2)}/${sha256}.${ENDINGS[mime] ?? 'bin'}`
      // A file that is there is not written again: somebody may be reading it.
      const there = (await disk.exists(key)) && (await disk.getMetaData(key)).contentLength === bytes.byteLength
      if (!there) {
        await disk.put(key, bytes)
        await flush(path(key))
      }
      return { key, sha256 }
    },
    async remove(key) {
      if (!KEY.test(key)) throw new Error('not the key of a stored file')
      await disk.delete(key)
    },
    async read(key) {
      const [, , sha256] = KEY.exec(key) ?? []
      if (!sha256) throw new Error('not the key of a stored file')
      // Its getBytes hands out the whole of Node's shared buffer when the file is empty.
      const bytes = await buffer(await disk.getStream(key))
      if (digest(bytes) !== sha256) throw new Error(`the stored file ${key} is damaged`)
      return bytes
    },
  }
}

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** The library does not wait for the disk; an update that is acknowledged may not lose its photo at a power cut. */
const flush = async (file: string): Promise<void> => {
  const handle = await open(file, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
