import { administeredUnits } from '../../domain/officials.js'
import { text } from '../../locales/say.js'
import { FLOWS } from '../flows/index.js'
import { beginFlow } from '../play-flow.js'
import type { Command } from './command.js'

/** Suspends, resumes and ends what colleagues may do. */
export const manage: Command = {
  name: 'manage',
  async run(here) {
    const units = await administeredUnits(here.tx, here.actor)
    if (units.length === 0) return { replies: [{ text: [text('colleagues.administrators')] }] }
    return beginFlow(here, FLOWS.get('manage-official')!)
  },
}
