/** Payment codes: EMVCo QR Code Specification for Payment Systems (merchant presented), and VietQR (NAPAS) within it. */
import { BANKS } from './known-systems.js'

/** Payload format indicator 01: every EMVCo merchant code begins so. */
const START = '000201'
const NAPAS = 'A000000727'
/** Merchant account information of VietQR; its template 01 holds the beneficiary's bank and account. */
const VIETQR_TAG = '38'
const BENEFICIARY_TAG = '01'
const BANK_TAG = '00'
/** Tag and length of the check sum, which is the last field and is reckoned over all before it, these four digits included. */
const CRC_FIELD = /^(.*6304)([0-9A-Fa-f]{4})$/s

export const isPaymentCode = (text: string): boolean => text.startsWith(START)

/** Whether the check sum at its end holds: a code that was misread, cut or altered by hand has another one. */
export function isIntact(text: string): boolean {
  const [, before, said] = CRC_FIELD.exec(text) ?? []
  return before !== undefined && crc16(new TextEncoder().encode(before)) === parseInt(said!, 16)
}

/** ISO/IEC 13239 as EMVCo takes it: polynomial 0x1021, from 0xFFFF, nothing turned round. */
function crc16(bytes: Uint8Array): number {
  let crc = 0xffff
  for (const byte of bytes) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff
  }
  return crc
}

/**
 * The bank that a VietQR code pays to, when it is told plainly and the code is intact. Account number and payee stay unread: the
 * payee is often a person, and nothing here needs to know whom somebody pays.
 */
export function bankOf(text: string): string | undefined {
  if (!isIntact(text)) return undefined
  const account = fields(fields(text)[VIETQR_TAG])
  if (account[BANK_TAG] !== NAPAS) return undefined
  return BANKS[fields(account[BENEFICIARY_TAG])[BANK_TAG] ?? '']
}

/** Tag (2 digits), length (2 digits), value; what is broken ends the list. */
function fields(text: string | undefined): Record<string, string> {
  const found: Record<string, string> = {}
  let rest = text ?? ''
  for (;;) {
    const head = /^(\d\d)(\d\d)/.exec(rest)
    const length = Number(head?.[2])
    if (!head || rest.length < head[0].length + length) return found
    found[head[1]!] = rest.slice(head[0].length, head[0].length + length)
    rest = rest.slice(head[0].length + length)
  }
}
