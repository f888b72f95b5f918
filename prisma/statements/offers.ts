/** Buttons that outlive their turn. */
import { statement } from '../tx.js'

export interface OfferRow {
  id: string
  entries: unknown
}

export const putOffer = statement<object, [id: string, chatId: number, entries: string, createdAt: Date, until: Date]>(
  'offer_put',
  `insert into offers (id, chat_id, entries, created_at, until) values ($1, $2, $3::jsonb, $4, $5)`,
)

/** Offers of many chats at once, in the order in which they are told. */
export const putOffers = statement<
  object,
  [ids: string[], chatIds: number[], entries: string[], createdAt: Date, until: Date]
>(
  'offers_put',
  `insert into offers (id, chat_id, entries, created_at, until)
   select g.id, g.chat_id, g.entries, $4, $5
   from unnest($1::text[], $2::int[], $3::jsonb[]) with ordinality as g (id, chat_id, entries, nth) order by g.nth`,
)

/** By its id, for the chat it was made for and no other. */
export const findOffer = statement<OfferRow, [id: string, chatId: number, now: Date]>(
  'offer_find',
  `select id, entries from offers where id = $1 and chat_id = $2 and until > $3`,
)

/** The one that the chat was made last, for a number typed while no question is open: of several made in one turn the last. */
export const newestOffer = statement<OfferRow, [chatId: number, now: Date]>(
  'offer_newest',
  `select id, entries from offers where chat_id = $1 and until > $2 order by seq desc limit 1`,
)
