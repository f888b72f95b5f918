import { chooseLanguage } from '../../domain/people.js'
import { LANGUAGES, text, type Language } from '../../locales/say.js'
import { isLabel, plain } from '../flow/words.js'
import { menuOf } from '../menu-of.js'
import { offer } from '../offers.js'
import type { Command } from './command.js'

/** How each is called beside its own name and its label, as compared. */
const CALLED: Record<Language, string[]> = { vi: ['vi', 'vietnamese'], en: ['en', 'tieng anh'] }

/** The language that is named, in either language, with or without diacritics. */
export const languageIn = (said: string): Language | undefined =>
  LANGUAGES.find((one) => isLabel(said, text(`language.${one}`)) || CALLED[one].includes(plain(said)))

/** `/language vi`, or the question which. The answer comes in the language that was chosen. */
export const language: Command = {
  name: 'language',
  async run(here, argument) {
    const { tx, actor } = here
    const chosen = languageIn(argument)
    if (chosen) {
      await chooseLanguage(tx, actor, chosen)
      return { replies: [{ text: [text('language.chosen')], menuOf: await menuOf(here) }] }
    }
    const choices = offer(
      here,
      LANGUAGES.map((one) => ({ value: one, action: 'language', subject: one, label: text(`language.${one}`) })),
    )
    return { replies: [{ text: [text('language.ask')], choices, question: 'language' }] }
  },
}
