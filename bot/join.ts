/** Somebody who holds an invitation becomes owner, staff or official. */
import { acceptInvitation } from '../domain/invitations.js'
import { isRefused } from '../domain/refusal.js'
import { keyed, text } from '../locales/say.js'
import { menuChoices } from './commands/menu.js'
import type { Here, Saying } from './here.js'
import { menuOf } from './menu-of.js'

export async function join(here: Here, code: string): Promise<Saying> {
  const joined = await acceptInvitation(here.tx, here.actor, code, { name: here.inbound.name })
  if (isRefused(joined)) return { replies: [{ text: [joined.refused] }] }
  const { personId, at, role } = joined
  const now = { ...here, actor: { ...here.actor, personId } }
  const menu = await menuOf(now)
  const choices = await menuChoices(now)
  const done =
    at.kind === 'unit'
      ? [
          text('join.done-official', { name: at.name, role: keyed(`official.role.${role}`) }),
          text('join.next-official'),
        ]
      : [text(role === 'owner' ? 'join.done-owner' : 'join.done-staff', { name: at.name }), text('join.next')]
  return { replies: [{ text: done, choices, question: 'menu', menuOf: menu }] }
}
