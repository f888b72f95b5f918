/** The text of a symbol that does not say which character set its bytes are in. */

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })

/** UTF-8 when the bytes are valid UTF-8, which Vietnamese in any older character set practically never is; else undefined. */
export function textOfBytes(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes)
  } catch {
    return undefined
  }
}
