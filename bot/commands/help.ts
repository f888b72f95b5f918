import { myEstablishments } from '../../domain/establishments.js'
import { text } from '../../locales/say.js'
import { showCode } from '../../qr/codes.js'
import { menuChoices } from './menu.js'
import type { Command } from './command.js'

/** A code that is well formed and was issued to nobody: an example of how one looks. */
const EXAMPLE = 'ABCDEFGHJ'

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
