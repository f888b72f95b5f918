import { myEstablishments } from '../../domain/establishments.js'
import { text } from '../../locales/say.js'
import type { Choice } from '../channels/channel.js'
import { isLabel } from '../flow/words.js'
import { pressOf, type Here } from '../here.js'
import { offer } from '../offers.js'
import type { Command } from './command.js'

const FOR_ALL = ['check', 'report', 'reports', 'language', 'help'] as const
// Without their own reports, which the receipt of each and the help lead to: five buttons are all that Zalo has.
const FOR_SHOPS = ['register', 'lots', 'check', 'report', 'language', 'help'] as const
const LABELLED = [...new Set([...FOR_SHOPS, ...FOR_ALL])]

/** What this person can do, as buttons that stay good for a while. A shop's people find their work first. */
export async function menuChoices(here: Here, works: boolean): Promise<Choice[]> {
  const { tx, actor } = here
  const choices = await offer(
    { tx, chatId: actor.chatId, now: actor.now },
    (works ? FOR_SHOPS : FOR_ALL).map((name) => ({
      value: name,
      action: 'command',
      subject: name,
      label: text(`menu.${name}`),
    })),
  )
  // GIÚP always works, so its button is the one to be left out where there are few.
  return choices.map((choice): Choice => (choice.value === 'help' ? { ...choice, role: 'help' } : choice))
}

/** The command whose button has this label. The button of the languages is labelled with one, which chooses it. */
export const commandLabelled = (said: string): string | undefined =>
  LABELLED.find((name) => name !== 'language' && isLabel(said, text(`menu.${name}`)))

export const menu: Command = {
  name: 'menu',
  async run(here) {
    const mine = await myEstablishments(here.tx, here.actor)
    const choices = await menuChoices(here, mine.length > 0)
    return { replies: [{ text: [text('menu.ask')], choices, question: 'menu', pressId: pressOf(here.inbound) }] }
  },
}
