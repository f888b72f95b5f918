/** What happened since this process started, in the form that metrics servers read. No personal data. */
import { Counter, Gauge, Registry } from 'prom-client'
import type { ChannelName } from '../bot/channels/channel.js'

/** `what` names the thing counted, `why` is one of a few fixed words. */
export type ChannelCount = (what: string, why: string) => void

export interface Counts {
  of(channel: ChannelName): ChannelCount
  /** Numbers that a part keeps itself, read when somebody asks. */
  watch(part: string, read: () => Record<string, number>): void
  /** The whole page of GET /metrics. */
  page(): Promise<{ type: string; text: string }>
}

export function makeCounts(): Counts {
  const registry = new Registry()
  const channels = new Counter({
    name: 'ronguon_channel_total',
    help: 'What happened at the border with the chat networks',
    labelNames: ['channel', 'what', 'why'],
    registers: [registry],
  })
  const watched = new Map<string, () => Record<string, number>>()
  new Gauge({
    name: 'ronguon_part',
    help: 'What the parts of the house count',
    labelNames: ['part', 'what'],
    registers: [registry],
    collect() {
      for (const [part, read] of watched)
        for (const [what, value] of Object.entries(read())) this.set({ part, what }, value)
    },
  })
  return {
    of: (channel) => (what, why) => channels.inc({ channel, what, why }),
    watch: (part, read) => void watched.set(part, read),
    page: async () => ({ type: registry.contentType, text: await registry.metrics() }),
  }
}
