/** A channel in this process that does what the test says, and remembers what it was told to send. */
import type { Capabilities, Channel, ChannelName, Part, Sent } from '../../bot/channels/channel.js'

export interface Call {
  address: string
  text: string
  part: Part
  /** Date.now() when the call was begun */
  at: number
}

export const PLAIN: Capabilities = {
  textMax: 4096,
  captionMax: 1024,
  buttons: null,
  linkButtons: false,
  asksPlace: false,
  asksContact: false,
  filesMaxBytes: 0,
  receivesOriginals: false,
}

export const NO_LIMIT: Channel['pace'] = { chat: { perSecond: 0, burst: 0 }, all: { perSecond: 0, burst: 0 } }

export interface Script {
  name?: ChannelName
  pace?: Channel['pace']
  capabilities?: Partial<Capabilities>
  /** `nth` counts the calls with this text to this address, from 1. What it throws, the channel throws. Undefined: sent. */
  answer?: (call: Call, nth: number, signal: AbortSignal) => Sent | undefined | Promise<Sent>
}

export interface ScriptedChannel {
  channel: Channel
  /** In the order in which they were begun */
  calls: Call[]
  texts(): string[]
  to(address: string): string[]
}

export function scriptedChannel({
  name = 'console',
  pace = NO_LIMIT,
  capabilities,
  answer,
}: Script = {}): ScriptedChannel {
  const calls: Call[] = []
  const channel: Channel = {
    name,
    capabilities: { ...PLAIN, ...capabilities },
    pace,
    fetch: () => Promise.reject(new Error('nothing to fetch')),
    async send(address, part, signal) {
      const call = { address, text: part.text, part, at: Date.now() }
      calls.push(call)
      const nth = calls.filter((one) => one.address === address && one.text === part.text).length
      return (await answer?.(call, nth, signal)) ?? { outcome: 'sent', platformId: `p${calls.length}` }
    },
  }
  return {
    channel,
    calls,
    texts: () => calls.map(({ text }) => text),
    to: (address) => calls.filter((call) => call.address === address).map(({ text }) => text),
  }
}
