import { chooseLanguage } from '../../domain/people.js'
import { LANGUAGES, text, type Language } from '../../locales/say.js'
import { menuOf } from '../menu-of.js'
import { offer } from '../offers.js'
import type { Command } from './command.js'

const isLanguage = (said: string): said is Language => (LANGUAGES as readonly string[]).includes(said)

/** `/language vi`, or the question which. The answer comes in the language that was chosen. */
export const language: Command = {
  name: 'language',
  async run(here, argument) {
    const { tx, actor } = here
    if (isLanguage(argument)) {
      await chooseLanguage(tx, actor, argument)
      return { replies: [{ text: [text('language.chosen')], menuOf: await menuOf(here) }] }
    }
    const choices = await offer(
      { tx, chatId: actor.chatId, now: actor.now },
      LANGUAGES.map((one) => ({ value: one, action: 'language', subject: one, label: text(`language.${one}`) })),
    )
    return { replies: [{ text: [text('language.ask')], choices, question: 'language' }] }
  },
}
