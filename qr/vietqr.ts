/** Payment codes: EMVCo QR Code Specification for Payment Systems (merchant presented), and VietQR (NAPAS) within it. */
import { BANKS } from './known-systems.js'

/** Payload format indicator 01: every EMVCo merchant code begins so. */
const START = '000201'
const NAPAS = 'A000000727'
/** Merchant account information of VietQR; its template 01 holds the beneficiary's bank and account. */
const VIETQR_TAG = '38'
const BENEFICIARY_TAG = '01'
const BANK_TAG = '00'

export const isPaymentCode = (text: string): boolean => text.startsWith(START)

/**
 * The bank that a VietQR code pays to, when it is told plainly. Account number and payee stay unread: the payee is often a
 * person, and nothing here needs to know whom somebody pays.
 */
export function bankOf(text: string): string | undefined {
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
