/**
 * Buttons that outlive their turn: on cards, menus, receipts. The button carries the opaque id of a stored offer and an
 * index, never a value, so it cannot be forged into what was not offered; right and state are checked at the press.
 */
import { z } from 'zod'
import { buttonData, drawOfferId, offerEnds } from '../domain/offers.js'
import type { Text } from '../locales/say.js'
import { findOffer, newestOffer, putOffer } from '../prisma/statements/offers.js'
import type { Choice } from './channels/channel.js'
import type { Here } from './here.js'

const label = z.custom<Text>((value) => typeof value === 'object' && value !== null)
const entry = z.object({
  value: z.string(),
  action: z.string(),
  subject: z.string(),
  /** By which it can be typed; an offer from before it was kept has none */
  label: label.optional(),
})
const entries = z.array(entry)

/** What a button stands for: an action of the dialogue and what it is about. `value` names it to programs. */
export type OfferEntry = z.infer<typeof entry>

const DATA = /^o([\w-]{12})\.(\d{1,3})$/

/** The chat that is offered something, at this moment. */
type Offering = Pick<Here, 'tx' | 'actor'>

/** A button to be made. */
export type Offered = OfferEntry & { label: Text }

/**
 * Stores the offer and gives its buttons. Storing is not waited for: it goes out with what the turn says next, and should it
 * fail, the transaction cannot commit.
 */
export function offer({ tx, actor: { chatId, now } }: Offering, made: readonly Offered[]): Choice[] {
  const id = drawOfferId()
  const stored = made.map(({ value, action, subject, label }) => ({ value, action, subject, label }))
  tx.run(putOffer, [id, chatId, JSON.stringify(stored), now, offerEnds(now)]).catch(() => undefined)
  return made.map(({ value, label }, index) => ({ value, label, data: buttonData(id, index) }))
}

/** Whether a button's data is an offer's. */
export const isOfferPress = (data: string): boolean => DATA.test(data)

/** What a pressed button stands for; null when it is of another chat, too old or never was. */
export async function pressed({ tx, actor: { chatId, now } }: Offering, data: string): Promise<OfferEntry | null> {
  const match = DATA.exec(data)
  if (!match) return null
  const [row] = await tx.run(findOffer, [match[1]!, chatId, now])
  return row ? (entries.parse(row.entries)[Number(match[2])] ?? null) : null
}

/** The newest offer's entries, for a number typed (or a value named) while no question is open. */
export async function newest({ tx, actor: { chatId, now } }: Offering): Promise<OfferEntry[]> {
  const [row] = await tx.run(newestOffer, [chatId, now])
  return row ? entries.parse(row.entries) : []
}
