/** The channel of the Zalo Official Account, put together: what the server wires. */
import type { Router } from 'express'
import type { Channel } from '../channel.js'
import { zaloMedia, type ZaloMediaOptions } from '../zalo-media.js'
import { zaloAlarms } from './alarms.js'
import { zaloCalls } from './calls.js'
import { zaloApi } from './client.js'
import { connectPages, type ConsentStore } from './connect.js'
import { ZaloGrant } from './grant.js'
import type { GrantStore, Lease } from './grant-store.js'
import {
  BUTTON_SHAPE,
  CALLS_PER_MINUTE,
  capabilitiesOf,
  paceOf,
  TIMING,
  type ButtonShape,
  type Timing,
} from './limits.js'
import { zaloOauth } from './oauth.js'
import { react } from './reactions.js'
import { send, split } from './send.js'
import { failureOf, type Log, type Store } from '../told.js'
import type { Count } from './told.js'
import { zaloUploads, type FileStore, type UploadStore } from './uploads.js'
import { webhook } from './webhook.js'

export interface ZaloOptions {
  appId: string
  appSecret: string
  oaId?: string
  oaSecretKey?: string
  accessToken?: string
  refreshToken?: string
  codeVerifier?: string
  buttonShape?: ButtonShape
  apiRoot?: string
  oauthRoot?: string
  mediaHosts?: readonly string[]
  domainProof?: string
  appProof?: boolean
  callsPerMinute?: number
  windowMs?: number
  /** Where people reach us, without a trailing slash */
  publicRoot: string
  /** zalo-oa:<OA id> */
  account: string
  /** Seals tokens */
  key: Buffer
  grants: GrantStore
  /** Held by the one process that renews the tokens */
  lease: Lease
  consents: ConsentStore
  uploads: UploadStore
  files: FileStore
  /** A further call of the app's allowance; `idle`: what may wait behind messages. False: stopping */
  extra: (idle?: boolean) => Promise<boolean>
  log: Log
  count?: Count
  timing?: Partial<Timing>
  /** For tests: the system's name service when left out */
  resolve?: ZaloMediaOptions['resolve']
  now?(): Date
}

export interface ZaloChannel {
  channel: Channel
  /** Mount it before any body parser; 503 before start and after stop. */
  webhooks: Router
  pages: Router
  grant: ZaloGrant
  /** Returns at once; Zalo need not be reachable. */
  start(store: Store): void
  /** Hears no more; resolves when what is being stored is stored. Sending goes on: the outbox is stopped by itself. */
  stop(withinMs: number): Promise<void>
  ailment(): string | undefined
}

export function zaloChannel(options: ZaloOptions): ZaloChannel {
  const { appId, oaId, oaSecretKey, log, count = () => undefined, now = () => new Date() } = options
  const { buttonShape: shape = BUTTON_SHAPE, callsPerMinute = CALLS_PER_MINUTE } = options
  const timing = { ...TIMING, ...options.timing }
  const oauth = zaloOauth({ ...options, timeoutMs: timing.oauthMs })
  const { accessToken, refreshToken, account, key } = options
  const grant = new ZaloGrant({
    ...{ account, key, store: options.grants, lease: options.lease, oauth, timing, log, count },
    ...(accessToken !== undefined && { first: { accessToken, ...(refreshToken !== undefined && { refreshToken }) } }),
  })
  const api = zaloApi({ ...options, appProof: options.appProof ?? false })
  const calls = zaloCalls({ api, grant, extra: options.extra })
  const alarms = zaloAlarms(log)
  const uploads = zaloUploads({ calls, files: options.files, store: options.uploads, timing, count })
  const { mediaHosts: hosts, resolve } = options
  const fetch = zaloMedia({
    timeoutMs: timing.fetchMs,
    log,
    count,
    ...(hosts && { hosts }),
    ...(resolve && { resolve }),
  })
  const sending = { calls, uploads, shape, timing, alarms, count }
  const storing = new Set<Promise<void>>()
  let stored: Store | undefined

  const store: Store = async (inbounds) => {
    if (!stored) throw new Error('not listening')
    const work = stored(inbounds)
    storing.add(work)
    await work.finally(() => storing.delete(work))
  }
  const received = (inbounds: Parameters<Store>[0]): void => {
    for (const inbound of inbounds)
      void react({ calls, timing, count }, inbound).catch((error: unknown) =>
        log.warn(failureOf(error), 'zalo: no reaction'),
      )
  }

  return {
    grant,
    channel: {
      name: 'zalo',
      capabilities: capabilitiesOf(shape),
      pace: paceOf(callsPerMinute),
      ...(options.windowMs !== undefined && { windowMs: options.windowMs }),
      fetch,
      send: (address, part, signal) => send(sending, address, part, signal),
      split,
    },
    webhooks: webhook({
      ...{ appId, store, stored: received, log, count, now },
      ...(oaSecretKey !== undefined && { oaSecretKey }),
      ...(oaId !== undefined && { oaId }),
      ...(options.domainProof !== undefined && { domainProof: options.domainProof }),
    }),
    pages: connectPages({
      ...{ oauth, grant, store: options.consents, key, account, publicRoot: options.publicRoot, log, count },
      ...(options.oauthRoot !== undefined && { oauthRoot: options.oauthRoot }),
      ...(oaId !== undefined && { oaId }),
      ...(options.codeVerifier !== undefined && { codeVerifier: options.codeVerifier }),
    }),
    start(into) {
      stored = into
      grant.start()
    },
    async stop(withinMs) {
      stored = undefined
      await Promise.allSettled([...storing, grant.stop(withinMs)])
    },
    ailment() {
      const ailing = grant.ailing()
      if (ailing === 'not connected') return 'not connected: admin -- zalo connect prints the link'
      if (ailing !== undefined) return `access ${ailing}: admin -- zalo connect prints the link`
      if (oaSecretKey === undefined) return 'ZALO_OA_SECRET_KEY is not set: no event can be believed'
      const code = alarms.standing()
      return code === undefined ? undefined : `refused with ${code}: see Zalo's consoles`
    },
  }
}
