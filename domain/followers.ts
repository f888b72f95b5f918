/** "Tell me when it is recalled": anybody may ask, of a lot whose code they hold; nothing but their chat is kept. */
import { deleteFollower, insertFollower, readFollows, tellFollowers } from '../prisma/statements/followers.js'
import type { Sql } from '../prisma/tx.js'
import { text } from '../locales/say.js'
import { showCode } from '../qr/codes.js'
import type { Actor } from './actor.js'
import { findCode } from './codes.js'
import type { Message } from './outbox.js'
import { refuse, type Refused } from './refusal.js'

export interface Following {
  code: string
  follows: boolean
  /** False: it was so before */
  changed: boolean
}

/** From now on this chat hears when the lot is recalled. `code`: of the lot, or of one of its units. */
export async function follow(tx: Sql, actor: Actor, code: string): Promise<Following | Refused> {
  const lotId = await lotOf(tx, code)
  if (lotId === null) return refuse('refusal.lot-unknown')
  const rows = await tx.run(insertFollower, [lotId, actor.chatId, actor.now])
  return { code, follows: true, changed: rows.length > 0 }
}

export async function unfollow(tx: Sql, actor: Actor, code: string): Promise<Following | Refused> {
  const lotId = await lotOf(tx, code)
  if (lotId === null) return refuse('refusal.lot-unknown')
  const rows = await tx.run(deleteFollower, [lotId, actor.chatId])
  return { code, follows: false, changed: rows.length > 0 }
}

/** Whether this chat follows the lot: for the card's button. */
export async function follows(sql: Sql, actor: Actor, code: string): Promise<boolean> {
  return (await sql.run(readFollows, [code, actor.chatId])).length > 0
}

const lotOf = async (sql: Sql, code: string): Promise<number | null> => (await findCode(sql, code))?.lotId ?? null

/** Tells everybody who follows the lot, in the transaction of its recall. Returns how many. */
export async function tellRecalled(
  tx: Sql,
  { lotId, code, productName, reason }: { lotId: number; code: string; productName: string; reason: string },
): Promise<number> {
  const message: Message = {
    text: [
      text('told.recalled', { product: productName, code: showCode(code) }),
      ...(reason.trim() === '' ? [] : [text('told.recall-reason', { reason: reason.trim() })]),
    ],
  }
  const [row] = await tx.run(tellFollowers, [lotId, JSON.stringify(message)])
  return row!.told
}
