/**
 * Hears of new messages of the web chat, whichever process added them: one LISTEN for each process, and looking by itself where
 * that cannot be had. What it tells is a hint: whoever is told reads the messages.
 */
import pg from 'pg'
import { WEB_NEWS } from '../../../prisma/statements/web-messages.js'
import type { Log } from '../../log.js'

/** Between looks while notifications come: one can be lost only with the connection. ms */
const LOOK_MS = 15_000
/** Between looks while they do not. ms */
const LOOK_ALONE_MS = 1_000
/** Before the connection is tried again. ms */
const AGAIN_MS = 2_000
/** A connection that cannot be had within this is an error. ms */
const CONNECT_WITHIN_MS = 10_000

export interface NewsOptions {
  databaseUrl: string
  log: Pick<Log, 'warn' | 'info'>
  /** This chat may have a message. */
  told(address: string): void
  /** Looks whether any chat has. */
  look(): Promise<void>
}

export interface News {
  start(): void
  stop(): Promise<void>
  /** Whether notifications come */
  listens(): boolean
}

export function webNews({ databaseUrl, log, told, look }: NewsOptions): News {
  let client: pg.Client | undefined
  let stopped = true
  let lost = false
  let timer: NodeJS.Timeout | undefined
  let again: NodeJS.Timeout | undefined

  async function listen(): Promise<void> {
    const mine = new pg.Client({
      connectionString: databaseUrl,
      connectionTimeoutMillis: CONNECT_WITHIN_MS,
      keepAlive: true,
    })
    let over = false
    const end = (): void => {
      if (over) return
      over = true
      if (client === mine) client = undefined
      void mine.end().catch(() => undefined)
      if (stopped) return
      if (!lost) log.warn({}, 'web chat: no notifications from the database; looking every second')
      lost = true
      again = setTimeout(() => void listen(), AGAIN_MS)
      // The look that is planned is one of the quiet time, too far away.
      lookAgain()
    }
    mine.on('error', end)
    mine.on('end', end)
    mine.on('notification', ({ payload }) => payload && told(payload))
    try {
      await mine.connect()
      await mine.query(`listen ${WEB_NEWS}`)
    } catch {
      end()
      return
    }
    if (stopped) return end()
    client = mine
    if (lost) log.info({}, 'web chat: notifications come again')
    lost = false
    // What was added before LISTEN was committed was told to nobody.
    await look().catch(() => undefined)
  }

  const lookAgain = (): void => {
    clearTimeout(timer)
    timer = setTimeout(
      () => {
        void look()
          .catch(() => undefined)
          .finally(() => !stopped && lookAgain())
      },
      client ? LOOK_MS : LOOK_ALONE_MS,
    )
  }

  return {
    start() {
      stopped = false
      void listen()
      lookAgain()
    },
    async stop() {
      stopped = true
      clearTimeout(timer)
      clearTimeout(again)
      await client?.end().catch(() => undefined)
      client = undefined
    },
    listens: () => client !== undefined,
  }
}
