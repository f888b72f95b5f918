/** "Received": a thumb under a photo or a file, which takes a while to be read. Best effort, and nobody waits for it. */
import { z } from 'zod'
import type { Inbound } from '../channel.js'
import type { Calls } from './calls.js'
import type { Timing } from './limits.js'
import type { Count } from './told.js'

const RECEIVED = '/-strong'
/** Behind the event's name in the key; other photos of an album have `:1`, `:2` behind it. */
const MESSAGE_ID = /^user_send_(?:image|file):([^:]+)$/

export interface ReactionsOptions {
  calls: Calls
  timing: Timing
  count: Count
}

export async function react({ calls, timing, count }: ReactionsOptions, inbound: Inbound): Promise<void> {
  const { heard, key, address } = inbound
  const messageId = MESSAGE_ID.exec(key)?.[1]
  if (messageId === undefined || (heard.kind !== 'photo' && heard.kind !== 'file')) return
  if (!(await calls.extra(true))) return
  const json = {
    recipient: { user_id: address },
    sender_action: { react_icon: RECEIVED, react_message_id: messageId },
  }
  const answer = await calls.call({ method: 'POST', path: '/v2.0/oa/message', json }, z.unknown(), {
    timeoutMs: timing.reactionMs,
  })
  if (answer.kind !== 'ok') count('call', 'no reaction')
}
