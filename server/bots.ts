/**
 * The user names of our Telegram bots, by which a deep link (t.me/<bot>?start=...) is known as ours. Telegram tells them,
 * when it can be reached; they are kept in the database, so that they are known without it too, and to `npm run talk`.
 */
import { z } from 'zod'
import type { Db } from './db.js'
import type { Log } from './log.js'

export interface OwnBots {
  /** Without @. It grows: to be handed on, not copied. */
  readonly names: readonly string[]
  /** What was learned before this process. */
  load(): Promise<void>
  /** Holds at once; is kept when the promise resolves, which never rejects. */
  learn(userName: string): Promise<void>
}

/** The row of `settings` in which they stand. */
const KEY = 'telegram-bots'
const KEPT = z.array(z.string())

export function ownBots(db: Pick<Db, 'prisma'>, log: Log): OwnBots {
  const names: string[] = []
  const add = (userName: string): boolean => !names.includes(userName) && names.push(userName) > 0
  return {
    names,
    async load() {
      const row = await db.prisma.setting.findUnique({ where: { key: KEY } })
      const kept = KEPT.safeParse(row?.value)
      if (kept.success) kept.data.forEach(add)
    },
    async learn(userName) {
      // One that was ours stays so: labels and invitations with its name are about.
      if (!add(userName)) return
      const value = [...names]
      await db.prisma.setting
        .upsert({ where: { key: KEY }, create: { key: KEY, value }, update: { value } })
        .catch((error: unknown) =>
          log.warn({ error }, "telegram: the bot's name was not kept; asked again at next start"),
        )
    },
  }
}
