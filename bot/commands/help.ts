import { standingOf } from '../../domain/rights.js'
import { text } from '../../locales/say.js'
import { CODE_OF_LIMIT, codeOf, showCode } from '../../qr/codes.js'
import { menuChoices } from './menu.js'
import type { Command } from './command.js'

/** How a code looks; the last of its kind, which nobody is issued. */
const EXAMPLE = codeOf(CODE_OF_LIMIT - 1)

export const help: Command = {
  name: 'help',
  async run(here) {
    const { memberships, mandates } = await standingOf(here.tx, here.actor)
    const { hotline } = here.facts
    return {
      replies: [
        {
          text: [
            text('help.check', { code: showCode(EXAMPLE) }),
            ...(memberships.length > 0 ? [text('help.shop')] : []),
            ...(mandates.length > 0 ? [text('help.official')] : []),
            ...(mandates.some(({ role }) => role === 'administrator') ? [text('help.administrator')] : []),
            text('help.report'),
            text('help.words'),
            ...(hotline ? [text('help.hotline', { hotline })] : []),
          ],
          choices: await menuChoices(here),
          question: 'menu',
        },
      ],
    }
  },
}
