/**
 * What the text of a scanned symbol, or a link that somebody pasted, says. Everything is told from the text alone:
 * nothing is ever fetched.
 */
import { domainToUnicode } from 'node:url'
import { readAsCode, readTypedCode, typedCodes } from './codes.js'
import { type DigitalLink, goodsOf, gtin14, parseDigitalLink, parseDigitalLinkPath } from './digital-link.js'
import { FNC1, parseBracketed, parseScanned, valueOf } from './gs1/elements.js'
import { knownSystem } from './known-systems.js'
import { bankOf, isIntact, isPaymentCode } from './vietqr.js'

/** What stands behind `?k=...&s=...` of one of our links; it proves nothing before it is verified. */
export interface Signature {
  keyId: string
  value: string
}

export type Payload =
  | { kind: 'ours'; code: string; signature?: Signature }
  | ({ kind: 'ours-digital-link'; signature?: Signature } & DigitalLink)
  /** A deep link to our bot that holds no lot's code: payload as in t.me/<bot>?start=<payload>, or as on our own page /start/<payload> */
  | { kind: 'invitation'; payload: string }
  | Foreign
  /** One of our links, or a typed code, that is damaged. `candidates`: codes one slip away, likeliest first */
  | { kind: 'misspelt'; typed: string; candidates: string[] }

export interface Foreign {
  kind: 'foreign'
  /** `own-page`: an address of ours that is no code, such as the front page */
  what: 'vietqr' | 'portal' | 'link' | 'own-page' | 'ean' | 'gs1' | 'wifi' | 'vcard' | 'phone' | 'text'
  /** The known system's or the bank's name */
  name?: string
  /** Where a link leads, in ASCII (xn--...), so that look-alike letters show */
  host?: string
  /** 14 digits; of a barcode, of a GS1 symbol, of another's Digital Link */
  gtin?: string
  /** Of a GS1 symbol: the maker's own lot number */
  lot?: string
  /** Of a GS1 symbol: its last good day, YYYY-MM-DD */
  expiresOn?: string
  /** A payment code whose check sum does not hold */
  damaged?: true
  /** The link dresses up as ours */
  imitation?: true
}

/** Who we are. */
export interface Own {
  /** host[:port] of our code links, several when they moved */
  hosts: readonly string[]
  /** User names of our Telegram bots, without @ */
  bots?: readonly string[]
}

/** Symbol formats (names as zxing-cpp has them) that carry a GTIN and nothing else. */
const RETAIL_FORMATS: readonly string[] = ['EANUPC', 'EAN13', 'EAN8', 'UPCA', 'UPCE', 'ISBN', 'ITF14']
/** Those that may hold GS1 element strings. */
const ELEMENT_FORMATS: readonly string[] = ['DataMatrix', 'Code128', 'QRCode', 'DataBarExp', 'DataBarExpanded']
/** A longer text is looked at as far as this (UTF-16 units): the largest QR symbol holds 7,089 digits. */
const LOOKED_AT = 8192
const START_PAYLOAD = /^[A-Za-z0-9_-]{1,64}$/
const TELEGRAM_HOSTS: readonly string[] = ['t.me', 'telegram.me', 'telegram.dog']

/** What a scanned text says. `format` is the symbol's format when it is known. */
export function readPayload(text: string, own: Own, format?: string): Payload {
  const said = text.slice(0, LOOKED_AT).trim()
  if (format && RETAIL_FORMATS.includes(format)) return article(said)
  const code = readAsCode(said)
  if (code) return { kind: 'ours', code }
  const goods = elementString(text, format)
  if (goods) return goods
  if (isPaymentCode(said)) return payment(said)
  if (/^WIFI:/i.test(said)) return foreign('wifi')
  if (/^(BEGIN:VCARD|MECARD:|BIZCARD:)/i.test(said)) return foreign('vcard')
  if (/^(tel|sms|smsto):/i.test(said) || (/^\+?\d[\d .-]{7,12}\d$/.test(said) && !gtin14(said))) return foreign('phone')
  if (gtin14(said)) return article(said)
  const url = asUrl(said)
  return url ? readUrl(url, said, own) : foreign('text')
}

/** Every code of ours in a typed text, in links and beside them, each once. */
export function codesTyped(text: string, own: Own): string[] {
  const said = text.slice(0, LOOKED_AT)
  const links = said.split(/[\s<>"“”]+/u).filter((word) => asUrl(word))
  const linked = links.flatMap((link) => codeIn(readTyped(link, own)))
  const rest = links.reduce((left, link) => left.replace(link, ' '), said)
  return [...new Set([...linked, ...typedCodes(rest)])]
}

const codeIn = (says: Payload | { kind: 'no-code' }): string[] => (says.kind === 'ours' ? [says.code] : [])

/** What a typed text says: a link anywhere in it goes the road of scanned ones, else it is read as a typed code. */
export function readTyped(text: string, own: Own): Payload | { kind: 'no-code' } {
  const said = text.slice(0, LOOKED_AT)
  // a payment code copied as text: a name within it may have spaces, so it is looked at whole
  if (isPaymentCode(said.trim())) return payment(said.trim())
  for (const word of said.split(/[\s<>"“”]+/u)) {
    const bare = word.replace(/^[([{'‘]+|[)\]}'’.,;:!?…]+$/gu, '')
    const url = asUrl(bare)
    const says = url && readUrl(url, bare, own)
    // "rau.ngon/kg" is no address: without a scheme it must lead somewhere we know
    if (says && (SCHEME_OR_WWW.test(bare) || says.kind !== 'foreign' || says.what !== 'link')) return says
  }
  const typed = readTypedCode(said)
  if (typed.kind === 'code') return { kind: 'ours', code: typed.code }
  // only the 13 digits of an EAN: an identity card has 12, a date 8
  const digits = said.trim()
  return typed.kind === 'no-code' && digits.length === 13 && gtin14(digits) ? article(digits) : typed
}

const foreign = (what: Foreign['what'], more: Partial<Foreign> = {}): Foreign => ({
  kind: 'foreign',
  what,
  ...Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined)),
})

const article = (digits: string): Foreign => foreign('ean', { gtin: gtin14(digits) })

const payment = (said: string): Foreign =>
  foreign('vietqr', { name: bankOf(said), damaged: isIntact(said) ? undefined : true })

/** AIs that begin a string about goods, when neither FNC1 nor a bracket says that it is one. */
const GOODS_FIRST = /^(01|02)\d{14}(10|11|13|15|17|21|30|31\d\d|37)/
const EXPIRY_AI = '17'
const BEST_BEFORE_AI = '15'

/**
 * What the element strings of a Data Matrix or GS1-128 say. The lot number may be a short code of ours, printed by a maker
 * who has symbols of their own: then it is ours.
 */
function elementString(text: string, format?: string): Payload | undefined {
  const said = text.slice(0, LOOKED_AT).replace(/^[^\S\u001d]+|[^\S\u001d]+$/g, '')
  const marked = said.includes(FNC1) || /^\][A-Za-z]\d/.test(said)
  const plain = format !== undefined && ELEMENT_FORMATS.includes(format) && GOODS_FIRST.test(said)
  const parsed = said.startsWith('(') ? parseBracketed(said) : marked || plain ? parseScanned(said) : undefined
  const goods = parsed && 'elements' in parsed ? goodsOf(parsed.elements) : undefined
  if (!goods || !parsed || 'reason' in parsed) return undefined
  const code = readAsCode(goods.lot ?? '')
  if (code) return { kind: 'ours', code }
  const expiry = valueOf(parsed.elements, EXPIRY_AI) ?? valueOf(parsed.elements, BEST_BEFORE_AI)
  return foreign('gs1', { gtin: goods.gtin, lot: goods.lot, expiresOn: expiry && dayOf(expiry) })
}

/** YYMMDD of GS1 as YYYY-MM-DD; day 00 stands for the month's last. Years lie within this century until 2050. */
function dayOf(yymmdd: string): string {
  const [year, month, day] = [2000 + Number(yymmdd.slice(0, 2)), yymmdd.slice(2, 4), yymmdd.slice(4)]
  const last = new Date(Date.UTC(year, Number(month), 0)).getUTCDate()
  return `${year}-${month}-${day === '00' ? last : day}`
}

const SCHEME = /^(https?:|tg:)\/\//i
const SCHEME_OR_WWW = /^(https?:\/\/|tg:\/\/|www\.)/i
const HOST_AND_PATH = /^([a-z0-9][a-z0-9.-]*\.[a-z][a-z0-9-]+(:\d+)?|localhost(:\d+)?|\d+(\.\d+){3}(:\d+)?)\/\S*$/i

/** An address with its scheme, or without one when it has a host and a path, or begins with www. */
function asUrl(said: string): URL | undefined {
  if (said.length > LOOKED_AT || /[\s\p{Cc}]/u.test(said)) return undefined
  const bare = /^www\.[^\s@]+$/i.test(said) || HOST_AND_PATH.test(said)
  const address = SCHEME.test(said) ? said : bare ? `https://${said}` : undefined
  return address && URL.canParse(address) ? new URL(address) : undefined
}

/** As in an address: lower case, ASCII, without a port that goes without saying. */
const normalHost = (host: string): string => (URL.canParse(`https://${host}`) ? new URL(`https://${host}`).host : host)

function readUrl(url: URL, said: string, own: Own): Payload {
  const start = startOf(url, own.bots ?? [])
  const started = start && readAsCode(start)
  if (started) return { kind: 'ours', code: started }
  if (start) return { kind: 'invitation', payload: start }
  const ownHosts = own.hosts.map(normalHost)
  // a port that goes without saying goes so for either scheme
  const isOurs = ownHosts.includes(url.host) && /^https?:$/.test(url.protocol)
  // a name before @, or a backslash, is there to deceive either the eye or another parser
  if (isOurs && url.username === '' && url.password === '' && !said.includes('\\')) return readOwnPath(url)
  const system = knownSystem(url.hostname)
  const imitation = !isOurs && imitates(url, said, ownHosts) ? true : undefined
  const link = parseDigitalLink(said)
  const gtin = 'reason' in link ? undefined : goodsOf(link.elements)?.gtin
  if (system && !imitation) return foreign('portal', { name: system.name, host: url.host, gtin })
  return foreign('link', { host: url.host, imitation, gtin })
}

function readOwnPath(url: URL): Payload {
  const signature = signatureOf(url)
  const signed = signature && { signature }
  const short = /^\/c\/([^/]*)\/?$/i.exec(url.pathname)
  if (short) {
    const code = readAsCode(unescaped(short[1]!))
    if (code) return { kind: 'ours', code, ...signed }
    const typed = readTypedCode(`code ${unescaped(short[1]!)}`)
    return typed.kind === 'misspelt' ? typed : { kind: 'misspelt', typed: unescaped(short[1]!), candidates: [] }
  }
  const start = /^\/start\/([^/]+)\/?$/.exec(url.pathname)?.[1]
  if (start && START_PAYLOAD.test(start)) return { kind: 'invitation', payload: start }
  const link = parseDigitalLinkPath(url.pathname)
  // the lot number of the links that we print is the short code
  const lot = readAsCode(link?.lot ?? '')
  if (lot) return { kind: 'ours', code: lot, ...signed }
  if (link) return { kind: 'ours-digital-link', ...link, ...signed }
  if (url.pathname.startsWith('/01/')) return { kind: 'misspelt', typed: unescaped(url.pathname), candidates: [] }
  return foreign('own-page', { host: url.host })
}

function signatureOf(url: URL): Signature | undefined {
  const [keyId, value] = [url.searchParams.get('k'), url.searchParams.get('s')]
  return keyId && value ? { keyId, value } : undefined
}

/** The payload of a deep link to a bot of ours. */
function startOf(url: URL, bots: readonly string[]): string | undefined {
  const names = bots.map((bot) => bot.toLowerCase())
  const bot =
    url.protocol === 'tg:' && url.host === 'resolve'
      ? url.searchParams.get('domain')
      : TELEGRAM_HOSTS.includes(url.host)
        ? /^\/([A-Za-z0-9_]+)\/?$/.exec(url.pathname)?.[1]
        : undefined
  const payload = url.searchParams.get('start')
  const plain = url.username === '' && url.password === ''
  return plain && bot && names.includes(bot.toLowerCase()) && payload && START_PAYLOAD.test(payload)
    ? payload
    : undefined
}

function unescaped(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** Shorter names of ours (localhost, an address) are not worth imitating, and much is two letters away from them. */
const IMITABLE = 8
const LETTERS_AWAY = 2

/** Our host's name elsewhere in the address, or a host that reads nearly like ours. */
function imitates(url: URL, said: string, ownHosts: readonly string[]): boolean {
  const reads = domainToUnicode(url.hostname).normalize('NFD').replace(/\p{M}/gu, '')
  return ownHosts
    .map((host) => host.replace(/:\d+$/, ''))
    .filter((name) => name.length >= IMITABLE && name.includes('.') && !/^[\d.]+$/.test(name) && name !== url.hostname)
    .some((name) => said.toLowerCase().includes(name) || distance(reads, name) <= LETTERS_AWAY)
}

/** Letters to change, add or drop (Levenshtein); differences in length beyond two are not counted out. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > LETTERS_AWAY) return LETTERS_AWAY + 1
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length]!
}
