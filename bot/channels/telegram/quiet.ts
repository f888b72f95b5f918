/**
 * Under DEBUG=* telegraf writes whole payloads, and its webhook path with the token, to stderr, and the proxy agents write the
 * proxy's password. Imported before telegraf, this takes their namespaces out of whatever DEBUG asks for. Both steps are
 * needed: `debug` may have read the environment before (express uses it too), or may read it only now.
 */
import { createRequire } from 'node:module'

const SILENCED = ['telegraf:*', 'https-proxy-agent', 'socks-proxy-agent', 'agent-base', 'agent-base:*']

const asked = process.env.DEBUG
if (asked) {
  const namespaces = [asked, ...SILENCED.map((name) => `-${name}`)].join(',')
  process.env.DEBUG = namespaces
  const here = createRequire(import.meta.url)
  for (const owner of ['telegraf', 'https-proxy-agent', 'socks-proxy-agent']) {
    const debug = createRequire(here.resolve(owner))('debug') as { enable(namespaces: string): void }
    debug.enable(namespaces)
  }
}
