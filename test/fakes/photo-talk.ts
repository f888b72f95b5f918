/** A talk that keeps the photos it was sent and answers every message: enough to see whether one was lost, doubled or overtaken. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Inbound, Reply } from '../../bot/channels/channel.js'
import type { Dialogue, Prepare } from '../../bot/hear.js'
import type { Outgoing } from '../../domain/outbox.js'
import { message } from './chats.js'

export interface Fetched {
  id: string
}

export interface PhotoState {
  photos: string[]
  words: number
}

/** This photo kills the process that reads it. */
export const DEADLY = 'deadly'
/** This one cannot be read. */
export const BROKEN = 'broken'
export const APOLOGY = 'sorry'

export const photoTalk: Dialogue<Fetched, Outgoing<Reply>> = {
  answer(_tx, { inbound, prepared, state }) {
    const { photos, words } = (state as PhotoState | null) ?? { photos: [], words: 0 }
    return Promise.resolve(
      prepared
        ? { state: { photos: [...photos, prepared.id], words }, replies: [message(`photo ${prepared.id}`)] }
        : { state: { photos, words: words + 1 }, replies: [message(`${wordOf(inbound)} after ${photos.length}`)] },
    )
  },
  apologise: (_tx, { state }) => Promise.resolve({ state, replies: [message(APOLOGY)] }),
}

export const fetching =
  (ms: number): Prepare<Fetched> =>
  async ({ heard }, _chatId, signal) => {
    if (heard.kind !== 'photo') throw new Error('no photo')
    await sleep(ms, undefined, { signal })
    if (heard.file.id === DEADLY) process.abort()
    if (heard.file.id === BROKEN) throw new Error('unreadable')
    return { id: heard.file.id }
  }

const wordOf = ({ heard }: Inbound): string => (heard.kind === 'text' ? heard.text : heard.kind)

let keys = 0
const base = (address: string, key = `${process.pid}.${++keys}`) =>
  ({ channel: 'console', address, key, at: '2026-11-23T08:00:00Z' }) as const

export const photo = (address: string, id: string, key?: string): Inbound => ({
  ...base(address, key),
  heard: { kind: 'photo', file: { id } },
})

export const word = (address: string, text: string, key?: string): Inbound => ({
  ...base(address, key),
  heard: { kind: 'text', text },
})
