/**
 * From where people's files are fetched, and from where never: an event's address is a stranger's word, signed or not. A host must be on
 * the list, and what its name means must be an address of the open net, unless the very host is on the list by its full name.
 */
import { BlockList, isIP } from 'node:net'

/**
 * Unconfirmed: hosts seen in samples of Zalo's events. Zalo publishes no list; ZALO_MEDIA_HOSTS replaces this one, and each
 * refused host is logged and counted, so that a missing one is found.
 */
export const MEDIA_HOSTS: readonly string[] = [
  ...['*.zdn.vn', '*.zadn.vn', '*.zaloapp.com', '*.zalo.me', '*.zapps.vn', '*.zdn.com.vn', '*.zalo.com.vn'],
]

export type Listing =
  /** Among the names below a suffix: its address must be of the open net */
  | 'by suffix'
  /** By its own name: may be anywhere, also here */
  | 'by name'

export type MediaHosts = (url: URL) => Listing | undefined

const DEFAULT_PORTS: Partial<Record<string, string>> = { 'http:': '80', 'https:': '443' }

/** @param listed host, host:port, or *.suffix; without a port: the protocol's own */
export const mediaHosts = (listed: readonly string[] = MEDIA_HOSTS): MediaHosts => {
  const entries = listed.map((entry) => {
    const [, suffix, host, port] = /^(\*\.)?(.*?)(?::(\d+))?$/.exec(entry.toLowerCase())!
    return { isSuffix: suffix !== undefined, host: host!, port }
  })
  return ({ protocol, hostname, port: said, username, password }) => {
    const own = DEFAULT_PORTS[protocol]
    if (own === undefined || username !== '' || password !== '') return undefined
    const host = hostname.toLowerCase().replace(/\.$/, '')
    const port = said === '' ? own : said
    const fits = entries.filter((entry) => port === (entry.port ?? own))
    if (fits.some((entry) => !entry.isSuffix && entry.host === host)) return 'by name'
    return fits.some((entry) => entry.isSuffix && host.endsWith(`.${entry.host}`)) ? 'by suffix' : undefined
  }
}

/** IPv4 that is not the open net [IANA special-purpose registry]. */
const CLOSED_V4: readonly [string, number][] = [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12],
  ['192.0.0.0', 24], ['192.0.2.0', 24], ['192.88.99.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15],
  ['198.51.100.0', 24], ['203.0.113.0', 24], ['224.0.0.0', 4], ['240.0.0.0', 4],
] // prettier-ignore
/** IPv6 outside 2000::/3 is closed as a whole; within it these are: they hold an IPv4 address, or lead nowhere. */
const CLOSED_V6: readonly [string, number][] = [
  ['2001::', 23], ['2001:db8::', 32], ['2002::', 16], ['3fff::', 20],
] // prettier-ignore

const closed = new BlockList()
for (const [net, bits] of CLOSED_V4) closed.addSubnet(net, bits, 'ipv4')
for (const [net, bits] of CLOSED_V6) closed.addSubnet(net, bits, 'ipv6')
const open = new BlockList()
open.addSubnet('2000::', 3, 'ipv6')

/** Whether an address is one of the open net. */
export const isOpen = (address: string): boolean => {
  const bare = address.split('%')[0]!
  const version = isIP(bare)
  if (version === 4) return !closed.check(bare, 'ipv4')
  return version === 6 && open.check(bare, 'ipv6') && !closed.check(bare, 'ipv6')
}
