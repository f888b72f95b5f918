/** What the Zalo channel keeps in the database: its tokens, the consent that is under way, its uploads. */
import { connectLink, digestOf, newSecret, type ConsentStore } from '../../bot/channels/zalo/connect.js'
import type { Alarm, GrantStore } from '../../bot/channels/zalo/grant-store.js'
import type { UploadStore } from '../../bot/channels/zalo/uploads.js'
import {
  alarmGrant,
  beginGrant,
  dropUpload,
  findUpload,
  keepUpload,
  markGrant,
  putOnce,
  readGrant,
  readOnce,
  renewGrant,
  replaceGrant,
  takeOnce,
  unmarkGrant,
} from '../../prisma/statements/grants.js'
import type { Sql } from '../../prisma/tx.js'

export const grantStore = (sql: Sql, account: string): GrantStore => ({
  async read() {
    const [row] = await sql.run(readGrant, [account])
    if (!row) return undefined
    const { sealed, generation, left_ms: accessLeftMs, age_ms: ageMs, renewing, alarm } = row
    return { sealed, generation, accessLeftMs, ageMs, renewing, alarm: alarm as Alarm | null }
  },
  async begin(sealed, livesMs) {
    await sql.run(beginGrant, [account, sealed, livesMs])
  },
  mark: async (generation) => (await sql.run(markGrant, [account, generation])).length > 0,
  async unmark(generation) {
    await sql.run(unmarkGrant, [account, generation])
  },
  renew: async (generation, sealed, livesMs) =>
    (await sql.run(renewGrant, [account, generation, sealed, livesMs])).length > 0,
  async replace(sealed, livesMs) {
    await sql.run(replaceGrant, [account, sealed, livesMs])
  },
  alarm: async (generation, alarm) => (await sql.run(alarmGrant, [account, generation, alarm])).length > 0,
})

/** Rows of `settings`. */
const LINK = 'zalo-connect-link'
const STATE = 'zalo-connect-state'
/** An operator opens the link at once, or sends it to the OA's administrator. ms */
const LINK_LIVES_MS = 60 * 60_000
/** Zalo's code lives 10 minutes; the page before it may take as long. ms */
const STATE_LIVES_MS = 20 * 60_000

export const consentStore = (sql: Sql): ConsentStore => ({
  isLink: async (digest) => (await sql.run(readOnce, [LINK, digest])).length > 0,
  takeLink: async (digest) => (await sql.run(takeOnce, [LINK, digest])).length > 0,
  async begin(digest, sealed) {
    await sql.run(putOnce, [STATE, digest, sealed, STATE_LIVES_MS])
  },
  take: async (digest) => (await sql.run(takeOnce, [STATE, digest]))[0]?.kept,
})

/** For the operator's desk. The link before it works no more. */
export const newConnectLink = async (sql: Sql, publicRoot: string): Promise<{ link: string; expires: string }> => {
  const secret = newSecret()
  await sql.run(putOnce, [LINK, digestOf(secret), '', LINK_LIVES_MS])
  return { link: connectLink(publicRoot, secret), expires: new Date(Date.now() + LINK_LIVES_MS).toISOString() }
}

export const uploadStore = (sql: Sql): UploadStore => ({
  find: async (key) => (await sql.run(findUpload, ['zalo', key]))[0]?.platform_id,
  async keep(key, platformId, forMs) {
    await sql.run(keepUpload, ['zalo', key, platformId, forMs])
  },
  async drop(key) {
    await sql.run(dropUpload, ['zalo', key])
  },
})
