import type { Channel } from '../generated/enums.js'
import { statement } from '../tx.js'

/** The guided talk that is open in this chat, as it was saved; no row: none is. */
export const talkOfChat = statement<{ state: unknown }, [chatId: number]>(
  'talk_of_chat',
  `select state from talks where chat_id = $1`,
)

/** The bot says nothing in this chat until `ms` from now, unless it was muted for longer. */
export const muteChat = statement<object, [chatId: number, ms: number]>(
  'chat_mute',
  `update chats set muted_until = greatest(muted_until, now() + $2::float8 * interval '1 ms') where id = $1`,
)

/** A conversation by its address on a channel. */
export const chatOfAddress = statement<{ id: number }, [channel: Channel, address: string]>(
  'chat_of_address',
  `select id from chats where channel = $1 and address = $2`,
)

/** Whether something that was heard in this chat is still to be answered. */
export const anythingUndone = statement<{ waits: boolean }, [chatId: number]>(
  'chat_has_undone',
  `select exists (select from updates where chat_id = $1 and done_at is null) as waits`,
)
