/**
 * The talk put together: what hears, what answers, what sends, over the channels that this process has. `npm start` and
 * `npm run talk` build it alike.
 */
import { createHmac } from 'node:crypto'
import type { Channel, ChannelName, Reply } from '../bot/channels/channel.js'
import { fit } from '../bot/channels/fit.js'
import { makeDialogue } from '../bot/dialogue.js'
import { Hear } from '../bot/hear.js'
import type { Prepared } from '../bot/here.js'
import { makePrepare } from '../bot/prepare.js'
import { openTalk } from '../bot/play-flow.js'
import type { ClaimedRow, Outgoing } from '../domain/outbox.js'
import { SCAN_LIMITS } from '../domain/scans.js'
import { talkOfChat } from '../prisma/statements/talks.js'
import { makeReader } from '../qr/read.js'
import { ownBots, type OwnBots } from './bots.js'
import type { Foundation } from './foundation.js'
import type { Part } from './house.js'
import { OutboxLoop } from './outbox/outbox.js'
import { tally, type Count } from './tally.js'

export type HouseHear = Hear<Prepared | null, Outgoing<Reply>, ClaimedRow<Reply>>

export interface Talking {
  hear: HouseHear
  outbox: OutboxLoop
  /** In the order in which they start; they stop the other way round. */
  parts: Part[]
}

export interface TalkingOptions {
  foundation: Foundation
  channels: readonly Channel[]
  /** Delivers to these chats and no others; may grow. */
  only?: { chatIds: ReadonlySet<number> }
  /** Told of what is refused. By default the log is. */
  count?: Count
  /** By default those that were learned before. */
  bots?: OwnBots
}

const SECONDS_A_MINUTE = 60
const SECONDS_AN_HOUR = 3600

export function buildTalking({ foundation, channels: list, only, ...options }: TalkingOptions): Talking {
  const { config, db, clock, files, keys, log } = foundation
  const { bots = ownBots(db, log), count = tally(log) } = options
  const channels = new Map<ChannelName, Channel>(list.map((channel) => [channel.name, channel]))
  const reader = makeReader({ onTrouble: (error) => log.warn({ error }, 'a reading thread was replaced') })
  const scannerKey = keys.of('scanner')
  const { lookupsPerMinute, missesPerHour } = config.limits
  const dialogue = makeDialogue({
    own: { hosts: config.codeHosts, bots: bots.names },
    codeRoot: config.codeRoot,
    scannerOf: (channel, address) => createHmac('sha256', scannerKey).update(`${channel} ${address}`).digest(),
    limits: {
      lookUps: { count: lookupsPerMinute, seconds: SECONDS_A_MINUTE, burst: lookupsPerMinute },
      misses: { ...SCAN_LIMITS.misses, count: missesPerHour, seconds: SECONDS_AN_HOUR },
    },
    muteMs: config.zalo?.muteMs ?? 0,
    hotline: config.hotline ?? null,
  })
  const prepare = makePrepare({
    channels,
    read: (bytes, options) => reader.read(bytes, options),
    files,
    refused: (why) => count('photo', why),
    talkOf: async (chatId) => openTalk((await db.run(talkOfChat, [chatId]))[0]?.state),
  })
  const outbox = new OutboxLoop({ db, channels, fit, log, ...(only && { only }) })
  const hear: HouseHear = new Hear({
    db,
    dialogue,
    prepare,
    log,
    put: outbox.put,
    sent: (chatId, claimed) => outbox.sendClaimed(chatId, claimed),
    learn: (offsetMs) => clock.learn(offsetMs),
    channels: list.map(({ name }) => name),
  })
  return {
    hear,
    outbox,
    parts: [
      { name: 'bots', start: () => bots.load() },
      { name: 'reader', stop: () => reader.close() },
      {
        name: 'outbox',
        start: () => outbox.start(),
        stop: (withinMs) => outbox.stop(withinMs),
        ailment: () => outbox.ailment(),
      },
      {
        name: 'hear',
        start: () => hear.start(),
        stop: (withinMs) => hear.stop(withinMs),
        ailment: () => hear.ailment(),
      },
    ],
  }
}
