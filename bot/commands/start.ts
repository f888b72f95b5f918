import { isInvitationCode } from '../../domain/invitations.js'
import { standingOf } from '../../domain/rights.js'
import { text, type Text } from '../../locales/say.js'
import { readAsCode } from '../../qr/codes.js'
import { readTyped } from '../../qr/payload.js'
import { join } from '../join.js'
import { answerCode, answerPayload } from '../look-up.js'
import type { Here, Saying } from '../here.js'
import { menuOf } from '../menu-of.js'
import { menuChoices } from './menu.js'
import type { Command } from './command.js'

/** First contact, or a deep link: its payload is a code of a lot or an invitation. */
export const start: Command = {
  name: 'start',
  async run(here, payload): Promise<Saying> {
    const code = payload ? readAsCode(payload) : undefined
    if (code) return answerCode(here, code, 'link')
    if (payload && isInvitationCode(payload)) return join(here, payload)
    const typed = payload && readTyped(payload, here.facts.own)
    if (typed && typed.kind === 'misspelt') return answerPayload(here, typed, 'link')
    return welcome(here)
  },
}

/** Who this is, what it can do, and what becomes of what is told here. */
export async function welcome(here: Here): Promise<Saying> {
  const {
    memberships: [shop],
    mandates: [mandate],
  } = await standingOf(here.tx, here.actor)
  const lines: Text[] = [
    text('welcome.hello'),
    text('welcome.check'),
    ...(mandate ? [text('welcome.official-known', { unit: { vi: mandate.name, en: mandate.nameEn } })] : []),
    ...(shop ? [text('welcome.shop-known', { name: shop.name })] : mandate ? [] : [text('welcome.shop')]),
    text('welcome.privacy'),
  ]
  // Who never had a role sees the list that everybody sees: nothing is to be set for them.
  const menu = here.actor.personId === null ? {} : { menuOf: await menuOf(here) }
  const choices = await menuChoices(here)
  return { replies: [{ text: lines, choices, question: 'menu', ...menu }] }
}
