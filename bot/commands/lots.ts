import { myEstablishments } from '../../domain/establishments.js'
import { myLots } from '../../domain/my-lots.js'
import { text } from '../../locales/say.js'
import { FLOWS } from '../flows/index.js'
import { beginFlow } from '../play-flow.js'
import type { Command } from './command.js'

export const lots: Command = {
  name: 'lots',
  async run(here) {
    const mine = await myEstablishments(here.tx, here.actor)
    if (mine.length === 0) return { replies: [{ text: [text('register.who')] }] }
    const { lots } = await myLots(here.tx, here.actor, { limit: 1 })
    if (lots.length === 0) return { replies: [{ text: [text('lots.none')] }] }
    return beginFlow(here, FLOWS.get('my-lots')!)
  },
}
