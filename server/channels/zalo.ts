/** The Zalo Official Account, wired to the house's settings, files, keys and leases. */
import { paceOf, TIMING } from '../../bot/channels/zalo/limits.js'
import { zaloChannel } from '../../bot/channels/zalo/zalo.js'
import { filesToSend } from '../labels.js'
import { namedLease } from '../lease.js'
import { Allowance } from '../outbox/allowance.js'
import type { MakeChannel } from './channel-parts.js'
import { consentStore, grantStore, uploadStore } from './zalo-stores.js'

/** The row of the tokens. Without ZALO_OA_ID there is one OA, whichever consents. */
export const accountOf = ({ oaId, appId }: { oaId?: string; appId: string }): string =>
  oaId === undefined ? `zalo-app:${appId}` : `zalo-oa:${oaId}`

/** Lanes of the allowance: as a reply that somebody waits for, or behind everything. */
const FIRST = 0
const LAST = 2

export const zaloParts: MakeChannel = ({ foundation, holder, countOf }) => {
  const { config, files, keys, log, db, clock } = foundation
  const { zalo, codeRoot } = config
  if (!zalo) return undefined
  const account = accountOf(zalo)
  // Uploads and other further calls come out of the same row as messages.
  const { all: pace } = paceOf(zalo.callsPerMinute)
  const allowance = new Allowance({ sql: db, channel: 'zalo', pace, granted: () => undefined })
  const { channel, webhooks, pages, grant, start, stop, ailment } = zaloChannel({
    ...zalo,
    ...{ account, publicRoot: codeRoot, key: keys.of('platform-grants') },
    grants: grantStore(db, account),
    lease: namedLease(db, `grant ${account}`, holder, TIMING.grantLeaseMs),
    consents: consentStore(db),
    uploads: uploadStore(db),
    files: filesToSend({ sql: db, clock, codeRoot, stored: files }),
    extra: (idle = false) => allowance.one(idle ? LAST : FIRST),
    log,
    count: countOf('zalo'),
  })
  return {
    channel,
    webhooks: [webhooks],
    pages: [pages],
    start(store) {
      start(store)
      void grant.current().then((held) => {
        if (!held) log.warn('zalo: not connected yet: `npm run -s admin -- zalo connect` prints the link')
      })
    },
    async stop(withinMs) {
      await stop(withinMs)
      allowance.close()
    },
    ailment,
  }
}
