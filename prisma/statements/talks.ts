import { statement } from '../tx.js'

/** Whether a guided talk is open in this chat. */
export const isTalking = statement<{ talking: boolean }, [chatId: number]>(
  'talk_is_open',
  `select exists (select from talks where chat_id = $1) as talking`,
)
