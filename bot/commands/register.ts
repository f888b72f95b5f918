import { myEstablishments } from '../../domain/establishments.js'
import { text } from '../../locales/say.js'
import { FLOWS } from '../flows/index.js'
import { shopItemOf } from '../look-ups.js'
import { beginFlow } from '../play-flow.js'
import type { Command } from './command.js'

/** Registers a lot; somebody who works for one shop is not asked for which. */
export const register: Command = {
  name: 'register',
  async run(here) {
    const mine = await myEstablishments(here.tx, here.actor)
    const [only, ...others] = mine
    if (!only) return { replies: [{ text: [text('register.who')] }] }
    const answers = others.length === 0 ? { shop: shopItemOf(only) } : {}
    return beginFlow(here, FLOWS.get('register-lot')!, answers)
  },
}
