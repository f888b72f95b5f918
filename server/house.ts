/**
 * The parts of the house put together: what listens, what works, what sends. Whoever reads this file knows all of them,
 * and the order in which they start (the last one lets people in) and stop (the other way round).
 */
import { randomUUID } from 'node:crypto'
import type { Express } from 'express'
import { readDemoMark } from '../prisma/statements/demo.js'
import { ownBots } from './bots.js'
import type { ChannelParts, MakeChannel } from './channels/channel-parts.js'
import { telegramParts } from './channels/telegram.js'
import { zaloParts } from './channels/zalo.js'
import { makeCounts } from './counts.js'
import type { Foundation } from './foundation.js'
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

const CHANNELS: readonly MakeChannel[] = [telegramParts, zaloParts]

export const buildHouse = (foundation: Foundation): House => {
  const { db, log, config, clock } = foundation
  const counts = makeCounts()
  const bots = ownBots(db, log)
  const holder = randomUUID()
  const made = CHANNELS.flatMap((make) => make({ foundation, holder, countOf: counts.of, bots }) ?? [])
  const {
    hear,
    outbox,
    parts: talking,
  } = buildTalking({ foundation, channels: made.map(({ channel }) => channel), bots })
  const timers = new TimerLoop({ db, clock, handlers: new Map(), holder: hear.holder, log })
  counts.watch('hear', () => hear.counts())
  counts.watch('outbox', () => outbox.counts())
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
  const hearing = made.map((channel) => partOf(channel, (inbounds) => hear.store(inbounds)))
  parts.push(...hearing)

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
    app: webApp({
      log,
      ailments,
      metrics: () => counts.page(),
      webhooks: made.flatMap(({ webhooks = [] }) => webhooks),
      routers: [pages({ db, clock, demo: config.demo }), ...made.flatMap(({ pages: own = [] }) => own)],
    }),
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

const partOf = (
  { channel, start, stop, ailment }: ChannelParts,
  store: Parameters<ChannelParts['start']>[0],
): Part => ({
  name: channel.name,
  start: () => start(store),
  stop,
  ailment,
})
