/** The Zalo Bot Platform, wired to the house's settings, files, keys and leases. */
import { zaloBotChannel } from '../../bot/channels/zalo-bot/zalo-bot.js'
import { WEBHOOK_PATH } from '../../bot/channels/zalo-bot/webhook.js'
import { filesToSend } from '../labels.js'
import { namedLease } from '../lease.js'
import type { MakeChannel } from './channel-parts.js'
import { fileLinks } from './zalo-bot-files.js'

/** A process that polls and dies is followed by another after this. ms */
const POLLER_LEASE_MS = 30_000

export const zaloBotParts: MakeChannel = ({ foundation, holder, countOf }) => {
  const { config, keys, files, log, db, clock } = foundation
  const { zaloBot, publicUrl, codeRoot } = config
  if (!zaloBot) return undefined
  const { secret, ...settings } = zaloBot
  // The platform fetches from https addresses only.
  const links = publicUrl?.startsWith('https:')
    ? fileLinks({
        key: keys.of('file-links'),
        root: publicUrl,
        files: filesToSend({ sql: db, clock, codeRoot, stored: files }),
      })
    : undefined
  const { channel, router, start, stop, ailment } = zaloBotChannel({
    ...settings,
    ...(secret && { webhook: { secret, ...(publicUrl && { url: `${publicUrl}${WEBHOOK_PATH}` }) } }),
    ...(links && { linkOf: links.linkOf }),
    log,
    count: countOf('zalo_bot'),
  })
  return {
    channel,
    webhooks: router ? [router] : [],
    pages: links ? [links.router] : [],
    start: (store) => start(store, namedLease(db, 'zalo-bot-poller', holder, POLLER_LEASE_MS)),
    stop,
    ailment,
  }
}
