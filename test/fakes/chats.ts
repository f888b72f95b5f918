/** Chats to send to, without people behind them. */
import type { Reply } from '../../bot/channels/channel.js'
import type { Lane, Outgoing } from '../../domain/outbox.js'
import { words } from '../../locales/say.js'
import type { Db } from '../../server/db.js'

/** Makes chats `c0`, `c1` ... and returns their ids. */
export async function makeChats(db: Db, count: number, channel: 'console' | 'telegram' = 'console'): Promise<number[]> {
  const data = Array.from({ length: count }, (_, i) => ({ channel, address: `c${i}`, language: 'en' }))
  const chats = await db.prisma.chat.createManyAndReturn({ data, select: { id: true } })
  return chats.map(({ id }) => id)
}

export const saying = (said: string, more: Partial<Reply> = {}): Reply => ({ text: [words(said)], ...more })

export const message = (said: string, lane: Lane = 'reply', more: Partial<Outgoing<Reply>> = {}): Outgoing<Reply> => ({
  reply: saying(said),
  lane,
  ...more,
})

/** Waits until it is true. */
export async function until(what: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> {
  const end = Date.now() + withinMs
  while (!(await what())) {
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms: ${what.toString()}`)
    await new Promise((done) => setTimeout(done, 5))
  }
}
