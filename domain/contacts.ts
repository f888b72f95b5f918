/**
 * Numbers and addresses by which somebody can be reached, in the words of a report: kept as they were said, for the official;
 * masked for the shop, which never learns who reported.
 */

/** Telephone numbers of Việt Nam: 0 or +84, then 8 to 10 digits, however they are set apart. A day or a price is none. */
const PHONE = /(?<![\d.])(?!\d{1,2}[.-]\d{1,2}[.-]\d{4})(?:(?:\+|00)?84|0)(?:[ .()-]{0,2}\d){8,10}(?!\d)/g
const MAIL = /[\p{L}\d._%+-]+@[\p{L}\d-]+(?:\.[\p{L}\d-]+)+/gu
const LINK = /(?:https?:\/\/|www\.|(?:fb|facebook|zalo|t|tiktok)\.(?:com|me)\/)[^\s,;]+/giu

const MASK = '•••'

export const maskContacts = (said: string): string =>
  [LINK, MAIL, PHONE].reduce((masked, known) => masked.replace(known, MASK), said)
