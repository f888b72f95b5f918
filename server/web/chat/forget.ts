/** Forgets old messages and uploads of the web chat, one process at a time. Real time: nobody sees it. */
import { forgetWebMessages } from '../../../prisma/statements/web-messages.js'
import type { Sql } from '../../../prisma/tx.js'
import { namedLease } from '../../lease.js'
import type { Log } from '../../log.js'
import { FORGET_EVERY_MS, KEPT_MS } from './limits.js'
import type { Uploads } from './uploads.js'

const LEASE = 'web-forget'
/** Messages in one statement */
const AT_ONCE_MAX = 1_000

export interface ForgetOptions {
  db: Sql
  uploads: Uploads
  holder: string
  log: Pick<Log, 'warn'>
}

export function forgetting({ db, uploads, holder, log }: ForgetOptions) {
  const lease = namedLease(db, LEASE, holder, 2 * FORGET_EVERY_MS)
  let timer: NodeJS.Timeout | undefined
  let working: Promise<void> | undefined
  let stopped = false

  async function forget(): Promise<void> {
    // Uploads lie with each process unless they share DATA_DIR.
    await uploads.forget(Date.now() - KEPT_MS)
    if (!(await lease.hold())) return
    for (let forgotten = AT_ONCE_MAX; forgotten === AT_ONCE_MAX && !stopped;)
      forgotten = (await db.run(forgetWebMessages, [KEPT_MS, AT_ONCE_MAX]))[0]?.forgotten ?? 0
  }

  return {
    /** One round; others come by themselves. */
    forget,
    start() {
      timer = setInterval(() => {
        working ??= forget()
          .catch((error: unknown) =>
            log.warn({ error }, 'web chat: old messages were not forgotten; tried again later'),
          )
          .finally(() => (working = undefined))
      }, FORGET_EVERY_MS)
      timer.unref()
    },
    async stop() {
      stopped = true
      clearInterval(timer)
      await working
    },
  }
}
