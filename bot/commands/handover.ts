import { text } from '../../locales/say.js'
import { FLOWS } from '../flows/index.js'
import { ownUnits } from '../lists.js'
import { beginFlow } from '../play-flow.js'
import type { Command } from './command.js'

/** Hands an administrator's account over to somebody else. */
export const handover: Command = {
  name: 'handover',
  async run(here) {
    const [only, ...others] = await ownUnits(here, true)
    if (!only) return { replies: [{ text: [text('colleagues.administrators')] }] }
    return beginFlow(here, FLOWS.get('hand-over')!, others.length === 0 ? { unit: only } : {})
  },
}
