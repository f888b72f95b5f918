import { statement } from '../tx.js'

/** The people who work at an establishment, each on the chat they were last heard on. */
export const readShopChats = statement<{ personId: number; chatId: number }, [establishmentId: number, now: Date]>(
  'shop_chats',
  `select distinct m.person_id as "personId", c.id as "chatId"
   from memberships m cross join lateral (
     select c.id from chats c where c.person_id = m.person_id
     order by c.unreachable_at is not null, c.heard_at desc nulls last, c.id limit 1
   ) c
   where m.establishment_id = $1 and m.valid_from <= $2 and (m.valid_to is null or m.valid_to > $2)`,
)
