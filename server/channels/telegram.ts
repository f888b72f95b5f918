/** Telegram, wired to the house's settings, files and leases. */
import { COMMANDS as MENU_COMMANDS } from '../../bot/channels/telegram/commands.js'
import { telegramChannel } from '../../bot/channels/telegram/telegram.js'
import { COMMANDS } from '../../bot/commands/index.js'
import { filesToSend } from '../labels.js'
import { namedLease } from '../lease.js'
import type { MakeChannel } from './channel-parts.js'

/** A process that polls Telegram and dies is followed by another after this. ms */
const POLLER_LEASE_MS = 30_000

export const telegramParts: MakeChannel = ({ foundation, holder, countOf, bots }) => {
  const { config, files, log, db, clock } = foundation
  const { telegram, publicUrl, codeRoot } = config
  if (!telegram) return undefined
  const { channel, router, start, stop } = telegramChannel({
    ...telegram,
    ...(telegram.webhookSecret && {
      webhook: { secret: telegram.webhookSecret, ...(publicUrl && { url: `${publicUrl}/webhooks/telegram` }) },
    }),
    files: filesToSend({ sql: db, clock, codeRoot, stored: files }),
    log,
    count: countOf('telegram'),
    commands: MENU_COMMANDS.filter((name) => COMMANDS.has(name)),
    named: (userName) => void bots.learn(userName),
  })
  return {
    channel,
    webhooks: router ? [router] : [],
    start: (store) => start(store, namedLease(db, 'telegram-poller', holder, POLLER_LEASE_MS)),
    stop,
  }
}
