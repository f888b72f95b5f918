/**
 * The parts of the house put together: what listens, what works, what sends. Whoever reads this file knows all of them,
 * and the order in which they start (the last one lets people in) and stop (the other way round).
 */
import type { Express, Router } from 'express'
import type { Channel } from '../bot/channels/channel.js'
import { COMMANDS as MENU_COMMANDS } from '../bot/channels/telegram/commands.js'
import { telegramChannel } from '../bot/channels/telegram/telegram.js'
import { COMMANDS } from '../bot/commands/index.js'
import { readDemoMark } from '../prisma/statements/demo.js'
import { ownBots, type OwnBots } from './bots.js'
import type { Foundation } from './foundation.js'
import { filesToSend } from './labels.js'
import { namedLease } from './lease.js'
import { tally, type Count } from './tally.js'
import { buildTalking } from './talking.js'
import { TimerLoop } from './timers.js'
import { webApp } from './web/app.js'
import { pages } from './web/pages.js'

/** Something that works on its own from `start` to `stop`. */
export interface Part {
  name: string
  start?(): void | Promise<void>
  /** Takes nothing new, finishes what is in hand, gives up what is not finished within this. ms */
  stop?(withinMs: number): Promise<void>
  /** Why it does not work at this moment, in a word or two for an operator; undefined: it works. */
  ailment?(): string | undefined | Promise<string | undefined>
}

export interface House {
  app: Express
  start(): Promise<void>
  stop(withinMs: number): Promise<void>
  /** Nothing: all is well, migrated, seeded and working. */
  ailments(): Promise<string[]>
}

/** The parts still to stop share what time is left, but each gets this much. ms */
const STOP_AT_LEAST_MS = 100
/** A part that does not say how it is within this is not well. ms */
const AILMENT_WITHIN_MS = 2_000

/** What the channel only counts; of polls and calls that fail it tells the log itself. */
const TOLD_OF_TELEGRAM: ReadonlySet<string> = new Set(['webhook', 'ignored'])
/** A process that polls Telegram and dies is followed by another after this. ms */
const POLLER_LEASE_MS = 30_000

export const buildHouse = (foundation: Foundation): House => {
  const { db, log, config, clock } = foundation
  const bots = ownBots(db, log)
  const count = tally(log)
  const telegram = telegramOf(foundation, bots, count)
  const channels: Channel[] = telegram ? [telegram.channel] : []
  const { hear, parts: talking } = buildTalking({ foundation, channels, bots, count })
  const timers = new TimerLoop({ db, clock, handlers: new Map(), holder: hear.holder, log })
  const routers: Router[] = [...(telegram?.router ? [telegram.router] : []), pages({ db, clock, demo: config.demo })]
  const parts: Part[] = [
    {
      name: 'database',
      async ailment() {
        const [mark] = await db.run(readDemoMark, [])
        return config.demo && mark?.empty && !mark.seeded ? 'not seeded' : undefined
      },
    },
    ...talking,
    {
      name: 'timers',
      start: () => timers.start(),
      stop: (withinMs) => timers.stop(withinMs),
      ailment: () => timers.ailment(),
    },
  ]
  if (telegram) {
    const lease = namedLease(db, 'telegram-poller', hear.holder, POLLER_LEASE_MS)
    parts.push({
      name: 'telegram',
      start: () => telegram.start((inbounds) => hear.store(inbounds), lease),
      stop: () => telegram.stop(),
    })
  }

  let state: 'starting' | undefined | 'stopping' = 'starting'

  const ailments = async () => {
    if (state) return [state]
    const told = await Promise.all(
      parts.map(async (part) => {
        const said = await inTime(part).catch((error: unknown) => {
          log.warn({ part: part.name, error }, 'a part does not say how it is')
          return 'does not work'
        })
        return said === undefined ? [] : [`${part.name}: ${said}`]
      }),
    )
    return told.flat()
  }

  return {
    app: webApp({ log, ailments, routers }),
    ailments,
    async start() {
      for (const part of parts) await part.start?.()
      if (state === 'starting') state = undefined
    },
    async stop(withinMs) {
      state = 'stopping'
      const deadline = Date.now() + withinMs
      for (const part of parts.toReversed()) {
        const left = Math.max(deadline - Date.now(), STOP_AT_LEAST_MS)
        await part
          .stop?.(left)
          .catch((error: unknown) => log.error({ part: part.name, error }, 'a part did not stop well'))
      }
    },
  }
}

const inTime = async (part: Part): Promise<string | undefined> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string>((done) => (timer = setTimeout(() => done('does not answer'), AILMENT_WITHIN_MS)))
  try {
    return await Promise.race([part.ailment?.(), late])
  } finally {
    clearTimeout(timer)
  }
}

const telegramOf = (
  { config: { telegram, publicUrl, codeRoot }, files, log, db, clock }: Foundation,
  bots: OwnBots,
  count: Count,
) =>
  telegram &&
  telegramChannel({
    ...telegram,
    ...(telegram.webhookSecret && {
      webhook: { secret: telegram.webhookSecret, ...(publicUrl && { url: `${publicUrl}/webhooks/telegram` }) },
    }),
    files: filesToSend({ sql: db, clock, codeRoot, stored: files }),
    log,
    count: (what, why) => {
      if (TOLD_OF_TELEGRAM.has(what)) count(`telegram ${what}`, why)
    },
    commands: MENU_COMMANDS.filter((name) => COMMANDS.has(name)),
    named: (userName) => void bots.learn(userName),
  })
