/** What is left of a withdrawal when its time is over: the emptied chat, and the bytes of files that belonged to no record. */
import { z } from 'zod'
import { endOfChat } from '../domain/withdrawal.js'
import type { FileStore } from './files.js'
import type { TimerHandler } from './timers.js'

const PAYLOAD = z.object({ chatId: z.number(), fileKeys: z.array(z.string()) })

export const endingChats =
  (files: Pick<FileStore, 'remove'>): TimerHandler =>
  async (tx, { payload }) => {
    // Done again after a failure: a file that is gone is no trouble.
    for (const key of await endOfChat(tx, PAYLOAD.parse(payload))) await files.remove(key)
  }
