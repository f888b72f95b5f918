import { myEstablishments } from '../../domain/establishments.js'
import { text } from '../../locales/say.js'
import { CODE_OF_LIMIT, codeOf, showCode } from '../../qr/codes.js'
import { menuChoices } from './menu.js'
import type { Command } from './command.js'

/** How a code looks; the last of its kind, which nobody is issued. */
const EXAMPLE = codeOf(CODE_OF_LIMIT - 1)

export const help: Command = {
  name: 'help',
  async run(here) {
    const works = (await myEstablishments(here.tx, here.actor)).length > 0
    const { hotline } = here.facts
    return {
      replies: [
        {
          text: [
            text('help.check', { code: showCode(EXAMPLE) }),
            ...(works ? [text('help.shop')] : []),
            text('help.report'),
            text('help.words'),
            ...(hotline ? [text('help.hotline', { hotline })] : []),
          ],
          choices: await menuChoices(here, works),
          question: 'menu',
        },
      ],
    }
  },
}
