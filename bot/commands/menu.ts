import { myEstablishments } from '../../domain/establishments.js'
import { text, type TextKey } from '../../locales/say.js'
import type { Choice } from '../channels/channel.js'
import { pressOf, type Here } from '../here.js'
import { offer } from '../offers.js'
import type { Command } from './command.js'

/** What this person can do, as buttons that stay good for a while. A shop's people find their work first. */
export async function menuChoices(here: Here, works: boolean): Promise<Choice[]> {
  const { tx, actor } = here
  const names = works ? ['register', 'lots', 'check', 'language', 'help'] : ['check', 'language', 'help']
  return offer(
    { tx, chatId: actor.chatId, now: actor.now },
    names.map((name) => ({ value: name, action: 'command', subject: name, label: text(`menu.${name}` as TextKey) })),
  )
}

export const menu: Command = {
  name: 'menu',
  async run(here) {
    const mine = await myEstablishments(here.tx, here.actor)
    const choices = await menuChoices(here, mine.length > 0)
    return { replies: [{ text: [text('menu.ask')], choices, question: 'menu', pressId: pressOf(here.inbound) }] }
  },
}
