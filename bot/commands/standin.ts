import { text } from '../../locales/say.js'
import { FLOWS } from '../flows/index.js'
import { colleaguesOf, ME, ownUnits } from '../lists.js'
import { beginFlow } from '../play-flow.js'
import type { Command } from './command.js'

/** Names who stands in while one is away; an administrator also while somebody else is. */
export const standin: Command = {
  name: 'standin',
  async run(here) {
    const [only, ...others] = await ownUnits(here)
    if (!only) return { replies: [{ text: [text('colleagues.who')] }] }
    if ((await colleaguesOf(here)).others.length === 0) return { replies: [{ text: [text('colleagues.none')] }] }
    // Who administers nothing names one for themselves alone.
    const isMe = (await ownUnits(here, true)).length === 0
    return beginFlow(here, FLOWS.get('stand-in')!, {
      ...(isMe && { away: ME }),
      ...(others.length === 0 && { unit: only }),
    })
  },
}
