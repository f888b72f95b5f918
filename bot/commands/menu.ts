import { standingOf } from '../../domain/rights.js'
import { text } from '../../locales/say.js'
import type { Choice } from '../channels/channel.js'
import { isLabel } from '../flow/words.js'
import { pressOf, type Here } from '../here.js'
import { offer } from '../offers.js'
import type { Command } from './command.js'

const FOR_ALL = ['check', 'report', 'reports', 'language', 'help'] as const
// Without their own reports, which the receipt of each and the help lead to: few buttons are all that some channels have.
const FOR_WORKERS = ['check', 'report', 'language', 'help'] as const
const FOR_SHOPS = ['register', 'lots', 'cases'] as const
const FOR_OFFICIALS = ['cases', 'colleagues'] as const
const EVERYTHING = [...new Set([...FOR_OFFICIALS, ...FOR_SHOPS, ...FOR_ALL])]

/** What this person can do, as buttons that stay good for a while. Officials and a shop's people find their work first. */
export async function menuChoices(here: Here): Promise<Choice[]> {
  const { tx, actor } = here
  const { memberships, mandates } = await standingOf(tx, actor)
  const works = memberships.length > 0 || mandates.length > 0
  const names = new Set([
    ...(mandates.length > 0 ? FOR_OFFICIALS : []),
    ...(memberships.length > 0 ? FOR_SHOPS : []),
    ...(works ? FOR_WORKERS : FOR_ALL),
  ])
  const choices = offer(
    here,
    [...names].map((name) => ({
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
  EVERYTHING.find((name) => name !== 'language' && isLabel(said, text(`menu.${name}`)))

export const menu: Command = {
  name: 'menu',
  async run(here) {
    const choices = await menuChoices(here)
    return { replies: [{ text: [text('menu.ask')], choices, question: 'menu', pressId: pressOf(here.inbound) }] }
  },
}
