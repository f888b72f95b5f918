/**
 * A person takes their consent back, or asks a platform to have their data deleted. What is theirs goes; what the law wants
 * kept of goods (lots, events, their papers) stays, by a person of whom nothing is known any more.
 */
import { dropLooseFiles, endChat, unnamedKeys, wipeChat } from '../prisma/statements/withdrawals.js'
import type { Tx } from '../prisma/tx.js'
import type { Actor } from './actor.js'
import { daysAfter } from './days.js'
import { remember } from './history.js'
import { endMandate, lapseInvitations } from './invitations.js'
import * as timers from './timers.js'

/** The timer that takes the emptied chat away. */
export const END_CHAT = 'withdrawal.end-chat'
/** So long an emptied chat is kept, because platforms send what they sent before again, and a copy must not begin anew. Days */
export const CHAT_KEPT_DAYS = 7

/** What the timer is to do. Plain JSON. */
export interface EndOfChat {
  chatId: number
  /** In the file store */
  fileKeys: string[]
}

/**
 * Wipes the actor's chat and lets it go. Somebody whose only chat it was is forgotten: name and phone, roles, consents, and
 * files that belong to no record. Somebody who also talks to us elsewhere stays known there. Anybody may, for themselves.
 * @param scanner under which the chat's looks are kept
 */
export async function withdraw(tx: Tx, actor: Actor, { scanner }: { scanner: Uint8Array }): Promise<void> {
  const { chatId, personId, now } = actor
  await tx.run(wipeChat, [chatId, scanner])
  const elsewhere = personId === null ? 0 : await tx.prisma.chat.count({ where: { personId } })
  const fileKeys = personId !== null && elsewhere === 0 ? await forget(tx, actor, personId) : []
  const payload: EndOfChat = { chatId, fileKeys }
  const dueAt = daysAfter(now, CHAT_KEPT_DAYS)
  await timers.put(tx, { kind: END_CHAT, subject: `chat:${chatId}`, dueAt, payload }, now)
}

/** Returns the keys of files that no longer belong to anything. */
async function forget(tx: Tx, actor: Actor, personId: number): Promise<string[]> {
  const { now } = actor
  await tx.prisma.person.update({ where: { id: personId }, data: { displayName: null, phone: null, erasedAt: now } })
  const open = { personId, OR: [{ validTo: null }, { validTo: { gt: now } }] }
  await tx.prisma.membership.updateMany({ where: open, data: { validTo: now } })
  for (const { id } of await tx.prisma.mandate.findMany({ where: open, select: { id: true } }))
    await endMandate(tx, actor, id, 'withdraw')
  await lapseInvitations(tx, actor, personId)
  await tx.prisma.consent.updateMany({ where: { personId, withdrawnAt: null }, data: { withdrawnAt: now } })
  await remember(tx, actor, { subject: 'person', subjectId: personId, action: 'withdraw' })
  return (await tx.run(dropLooseFiles, [personId])).map(({ key }) => key)
}

/**
 * When the timer is due: ends the chat, unless its person came back. Returns the keys whose bytes nobody needs any more; those
 * go either way, what was withdrawn stays withdrawn.
 */
export async function endOfChat(tx: Tx, { chatId, fileKeys }: EndOfChat): Promise<string[]> {
  await tx.run(endChat, [chatId])
  return (await tx.run(unnamedKeys, [fileKeys])).map(({ key }) => key)
}
