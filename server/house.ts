/**
 * The parts of the house put together: what listens, what works, what sends. Whoever reads this file knows all of them,
 * and the order in which they start (the last one lets people in) and stop (the other way round).
 */
import { randomUUID } from 'node:crypto'
import type { Express } from 'express'
import type { ChannelName } from '../bot/channels/channel.js'
import { scheduleRules } from '../domain/findings.js'
import { TIMER_WORK } from '../domain/timer-work.js'
import { END_CHAT } from '../domain/withdrawal.js'
import { readDemoMark } from '../prisma/statements/demo.js'
import { ownBots } from './bots.js'
import type { ChannelParts, MakeChannel } from './channels/channel-parts.js'
import { telegramParts } from './channels/telegram.js'
import { webParts } from './channels/web.js'
import { zaloParts } from './channels/zalo.js'
import { zaloBotParts } from './channels/zalo-bot.js'
import { makeCounts, type ChannelCount } from './counts.js'
import type { Foundation } from './foundation.js'
import { tally } from './tally.js'
import { buildTalking } from './talking.js'
import { endingChats } from './withdrawals.js'
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
  /** Ends what stays open by itself, before the port is closed. */
  farewell(): void
  stop(withinMs: number): Promise<void>
  /** Nothing: all is well, migrated, seeded and working. */
  ailments(): Promise<string[]>
  /** Channels that do not work: the others go on, so the house is ready all the same. */
  limping(): Promise<string[]>
}

/** The parts still to stop share what time is left, but each gets this much. ms */
const STOP_AT_LEAST_MS = 100
/** A part that does not say how it is within this is not well. ms */
const AILMENT_WITHIN_MS = 2_000

const CHANNELS: readonly MakeChannel[] = [telegramParts, zaloParts, zaloBotParts, webParts]
/** What a channel only counts, told to the log as well; of polls and calls that fail it tells the log itself. */
const TOLD: ReadonlySet<string> = new Set(['webhook', 'ignored', 'media'])

export const buildHouse = (foundation: Foundation): House => {
  const { db, log, config, clock, files } = foundation
  const counts = makeCounts()
  const bots = ownBots(db, log)
  const holder = randomUUID()
  const told = tally(log)
  const countOf = (channel: ChannelName): ChannelCount => {
    const count = counts.of(channel)
    return (what, why) => {
      count(what, why)
      if (TOLD.has(what)) told(`${channel} ${what}`, why)
    }
  }
  const made = CHANNELS.flatMap((make) => make({ foundation, holder, countOf, bots }) ?? [])
  const {
    hear,
    outbox,
    parts: talking,
  } = buildTalking({ foundation, channels: made.map(({ channel }) => channel), bots, count: told })
  const handlers = new Map([...TIMER_WORK, [END_CHAT, endingChats(files)]])
  const timers = new TimerLoop({ db, clock, handlers, holder: hear.holder, log })
  counts.watch('hear', () => hear.counts())
  counts.watch('outbox', () => outbox.counts())
  const needed: readonly Part[] = [
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
      async start() {
        await scheduleRules(db, clock.now())
        timers.start()
      },
      stop: (withinMs) => timers.stop(withinMs),
      ailment: () => timers.ailment(),
    },
  ]
  const hearing = made.map((channel) => partOf(channel, (inbounds) => hear.store(inbounds)))
  const parts = [...needed, ...hearing]

  const doors = () => ({ telegramBot: bots.names.at(-1), zaloOaId: config.zalo?.oaId })

  let state: 'starting' | undefined | 'stopping' = 'starting'

  const ailmentsOf = async (some: readonly Part[]): Promise<string[]> => {
    const told = await Promise.all(
      some.map(async (part) => {
        const said = await inTime(part).catch((error: unknown) => {
          log.warn({ part: part.name, error }, 'a part does not say how it is')
          return 'does not work'
        })
        return said === undefined ? [] : [`${part.name}: ${said}`]
      }),
    )
    return told.flat()
  }
  const ailments = async () => (state ? [state] : ailmentsOf(needed))
  const limping = () => ailmentsOf(hearing)

  return {
    app: webApp({
      log,
      ailments,
      limping,
      metrics: () => counts.page(),
      webhooks: made.flatMap(({ webhooks = [] }) => webhooks),
      routers: [
        pages({ db, clock, files, demo: config.demo, codeRoot: config.codeRoot, hotline: config.hotline, doors }),
        ...made.flatMap(({ pages: own = [] }) => own),
      ],
    }),
    ailments,
    limping,
    async start() {
      for (const part of parts) await part.start?.()
      if (state === 'starting') state = undefined
    },
    farewell() {
      state = 'stopping'
      for (const channel of made) channel.farewell?.()
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
