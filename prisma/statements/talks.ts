import type { Channel } from '../generated/enums.js'
import { statement } from '../tx.js'

/** Whether a guided talk is open in this chat. */
export const isTalking = statement<{ talking: boolean }, [chatId: number]>(
  'talk_is_open',
  `select exists (select from talks where chat_id = $1) as talking`,
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
