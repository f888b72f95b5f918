/** A channel as the house takes it in: what sends and fetches, what is mounted on the web server, what runs beside. */
import type { Router } from 'express'
import type { Channel, ChannelName, Inbound } from '../../bot/channels/channel.js'
import type { OwnBots } from '../bots.js'
import type { ChannelCount } from '../counts.js'
import type { Foundation } from '../foundation.js'

/** Road 1: resolves when all are stored, in this order; one whose key was stored before is passed over. */
export type Store = (inbounds: Inbound[]) => Promise<void>

export interface ChannelParts {
  channel: Channel
  /** Called by the platform; mounted before anything reads a body. */
  webhooks?: readonly Router[]
  /** Read by people. */
  pages?: readonly Router[]
  /** Hears from here on. Need not reach the platform, and does not wait for it. */
  start(store: Store): void | Promise<void>
  /** Hears no more; resolves when what is being stored is stored. Sending goes on: the outbox is stopped by itself. */
  stop(withinMs: number): Promise<void>
  /** Ends requests that stay open by themselves (streams of news); comes before the port is closed, which waits for all. */
  farewell?(): void
  /** Why it does not work at this moment, in a word or two for an operator; undefined: it works. */
  ailment?(): string | undefined | Promise<string | undefined>
}

export interface ChannelTools {
  foundation: Foundation
  /** This process, in its leases */
  holder: string
  /** Counters of a channel, for /metrics */
  countOf(channel: ChannelName): ChannelCount
  bots: OwnBots
}

/** Undefined: the settings do not ask for this channel. */
export type MakeChannel = (tools: ChannelTools) => ChannelParts | undefined
