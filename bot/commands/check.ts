import { text } from '../../locales/say.js'
import { answerTyped } from '../look-up.js'
import type { Command } from './command.js'

/** `/check CODE`, or how to look up when there is no code behind it. */
export const check: Command = {
  name: 'check',
  async run(here, argument) {
    const answered = argument ? await answerTyped(here, `code ${argument}`) : null
    return answered ?? { replies: [{ text: [text('check.how')] }] }
  },
}
