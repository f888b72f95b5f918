/** Tokens at rest: AES-256-GCM with a key of the key file, bound to the account they are for. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** First byte: how the rest is made. */
const VERSION = 1
const IV_BYTES = 12
const TAG_BYTES = 16
const ALGORITHM = 'aes-256-gcm'

export const seal = (key: Buffer, account: string, said: string): Buffer => {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv(ALGORITHM, key, iv).setAAD(Buffer.from(account))
  const sealed = Buffer.concat([cipher.update(said, 'utf8'), cipher.final()])
  return Buffer.concat([Buffer.of(VERSION), iv, cipher.getAuthTag(), sealed])
}

/** undefined: sealed with another key, for another account, or damaged. */
export const unseal = (key: Buffer, account: string, sealed: Uint8Array): string | undefined => {
  const bytes = Buffer.from(sealed)
  if (bytes.length < 1 + IV_BYTES + TAG_BYTES || bytes[0] !== VERSION) return undefined
  const iv = bytes.subarray(1, 1 + IV_BYTES)
  const tag = bytes.subarray(1 + IV_BYTES, 1 + IV_BYTES + TAG_BYTES)
  try {
    const decipher = createDecipheriv(ALGORITHM, key, iv).setAAD(Buffer.from(account)).setAuthTag(tag)
    return decipher.update(bytes.subarray(1 + IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
  } catch {
    return undefined
  }
}
