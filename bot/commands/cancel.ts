import { text } from '../../locales/say.js'
import type { Command } from './command.js'

/** Nothing is in progress: an open talk hears the word itself. */
export const cancel: Command = {
  name: 'cancel',
  run: () => Promise.resolve({ replies: [{ text: [text('cancel.nothing')] }] }),
}
