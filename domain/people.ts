/** People, apart from establishments. A consumer is nobody: a chat without a person. */
import { linkChat, listPeople, readPersonOfChat, writeLanguage, type PersonRow } from '../prisma/statements/people.js'
import type { Sql, Tx } from '../prisma/tx.js'
import type { Language } from '../locales/say.js'
import type { Actor, Operator } from './actor.js'

/** The person behind a chat; null for a consumer, or a chat that is not there. */
export const personOfChat = async (sql: Sql, chatId: number): Promise<number | null> =>
  (await sql.run(readPersonOfChat, [chatId]))[0]?.person_id ?? null

/** Characters of a name that is kept. */
export const NAME_MAX = 100

/**
 * The person behind the actor's chat, made if there is none yet. Only for somebody who takes a role: nothing is stored of
 * others. `name`: how the person wants to be called, kept as personal data.
 */
export async function personForRole(tx: Tx, actor: Actor, name?: string): Promise<number> {
  if (actor.personId !== null) return actor.personId
  const displayName = name?.trim().slice(0, NAME_MAX) || null
  const { id } = await tx.prisma.person.create({ data: { displayName, createdAt: actor.now }, select: { id: true } })
  const linked = await tx.run(linkChat, [actor.chatId, id])
  if (linked.length === 0) throw new Error(`Chat ${actor.chatId} is gone or belongs to another person`)
  return id
}

/** The language in which this chat is spoken to from now on. */
export async function chooseLanguage(sql: Sql, actor: Actor, language: Language): Promise<void> {
  await sql.run(writeLanguage, [actor.chatId, language])
}

export type PersonListed = PersonRow

/** Everybody who has a role, and the demo's personas by the name that `talk --as` takes. The operator's alone. */
export const peopleList = (sql: Sql, by: Operator): Promise<PersonListed[]> => sql.run(listPeople, [by.now])
