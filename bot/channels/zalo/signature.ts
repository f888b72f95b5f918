/** The mark under every event: that it comes from Zalo, and as it was sent. */
import crypto from 'node:crypto'

export const SIGNATURE_HEADER = 'X-ZEvent-Signature'

/** Plain SHA-256 in this order, as Zalo's SDKs do it; over the body's bytes as they came, never over JSON written anew. */
export const macOf = (body: Buffer, { appId, timestamp, oaSecretKey }: SignedBy): Buffer =>
  crypto.createHash('sha256').update(appId).update(body).update(timestamp).update(oaSecretKey).digest()

export interface SignedBy {
  appId: string
  /** As the body says it */
  timestamp: string
  oaSecretKey: string
}

const MAC = /^(?:mac\s*=\s*)?([0-9a-f]{64})$/i

/** In constant time, whatever was sent. */
export const isSigned = (header: string, body: Buffer, by: SignedBy): boolean => {
  const given = Buffer.from(MAC.exec(header.trim())?.[1] ?? '', 'hex')
  const expected = macOf(body, by)
  return given.length === expected.length && crypto.timingSafeEqual(given, expected)
}
