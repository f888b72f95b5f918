import { administeredUnits } from '../../domain/officials.js'
import { text } from '../../locales/say.js'
import { FLOWS } from '../flows/index.js'
import { unitItem } from '../lists.js'
import { beginFlow } from '../play-flow.js'
import type { Command } from './command.js'

/** Invites an official; an administrator of one unit is not asked which. */
export const invite: Command = {
  name: 'invite',
  async run(here) {
    const [only, ...others] = await administeredUnits(here.tx, here.actor)
    if (!only) return { replies: [{ text: [text('colleagues.administrators')] }] }
    return beginFlow(here, FLOWS.get('invite-official')!, others.length === 0 ? { unit: unitItem(only) } : {})
  },
}
