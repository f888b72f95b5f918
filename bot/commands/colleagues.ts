/** Who works in one's units, and what can be done about it. */
import { endStandIn } from '../../domain/officials.js'
import { isRefused } from '../../domain/refusal.js'
import { standingOf } from '../../domain/rights.js'
import { keyed, text } from '../../locales/say.js'
import { offer } from '../offers.js'
import type { Here, Saying } from '../here.js'
import { colleaguesOf, colleagueText } from '../lists.js'
import type { Command } from './command.js'

/** A phone's screen; the rest is found by typing a name. */
const COLLEAGUES_SHOWN = 20

export const colleagues: Command = {
  name: 'colleagues',
  async run(here) {
    const { mandates } = await standingOf(here.tx, here.actor)
    if (mandates.length === 0) return { replies: [{ text: [text('colleagues.who')] }] }
    const { others, mine } = await colleaguesOf(here)
    const hidden = others.length - COLLEAGUES_SHOWN
    const some = others.length > 0
    const administers = mandates.some(({ role }) => role === 'administrator')
    const can = [
      ...(some ? ['standin'] : []),
      ...(administers ? ['invite', ...(some ? ['manage'] : []), 'handover'] : []),
    ]
    const own = new Set(mine.map(({ mandateId }) => mandateId))
    const forMe = others.filter(({ standsInForId }) => standsInForId !== null && own.has(standsInForId))
    const buttons = [
      ...forMe.map((one) => ({
        value: 'end-stand-in',
        action: 'end-stand-in',
        subject: String(one.mandateId),
        label: text('colleagues.button.end-stand-in', { name: one.name ?? text('official.nameless') }),
      })),
      ...can.map((name) => ({
        value: name,
        action: 'command',
        subject: name,
        label: keyed(`colleagues.button.${name}`),
      })),
    ]
    const reply = {
      text: [
        text(some ? 'colleagues.head' : 'colleagues.none'),
        ...others.slice(0, COLLEAGUES_SHOWN).map((one) => text('colleagues.line', { called: colleagueText(one) })),
        ...(hidden > 0 ? [text('case.card.more', { count: hidden })] : []),
      ],
    }
    if (buttons.length === 0) return { replies: [reply] }
    return { replies: [{ ...reply, choices: offer(here, buttons), question: 'colleagues' }] }
  },
}

/** Back sooner than was said. */
export async function backAgain(here: Here, mandateId: number): Promise<Saying> {
  const ended = await endStandIn(here.tx, here.actor, mandateId)
  return { replies: [{ text: [isRefused(ended) ? ended.refused : text('colleagues.back-again')] }] }
}
