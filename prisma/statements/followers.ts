/** Who wants to hear when a lot is recalled; told in one statement, however many they are. */
import { statement } from '../tx.js'

export const insertFollower = statement<{ lot_id: number }, [lotId: number, chatId: number, at: Date]>(
  'follower_insert',
  `insert into lot_followers (lot_id, chat_id, at) values ($1, $2, $3) on conflict do nothing returning lot_id`,
)

export const deleteFollower = statement<{ lot_id: number }, [lotId: number, chatId: number]>(
  'follower_delete',
  `delete from lot_followers where lot_id = $1 and chat_id = $2 returning lot_id`,
)

/** One row when the chat follows the lot of this code. */
export const readFollows = statement<{ lot_id: number }, [code: string, chatId: number]>(
  'follower_read',
  `select f.lot_id from codes c join lot_followers f on f.lot_id = c.lot_id where c.code = $1 and f.chat_id = $2`,
)

/** One broadcast for each follower, at most once for a lot. 10,000 of them are one statement. */
export const tellFollowers = statement<{ told: number }, [lotId: number, body: string]>(
  'followers_tell',
  `with told as (
     insert into outbox (chat_id, lane, unique_key, body)
     select f.chat_id, 2, 'recalled:' || f.lot_id || ':' || f.chat_id, $2::jsonb
     from lot_followers f where f.lot_id = $1 order by f.chat_id
     on conflict (unique_key) do nothing returning 1
   )
   select count(*)::int as told from told`,
)
