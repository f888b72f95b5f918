/** An invitation to be handed on: whom to, until when, its code in a line of its own to be copied, and as a link. */
import { dayOf } from '../../../domain/days.js'
import { text, words, type TextKey } from '../../../locales/say.js'
import type { Reply } from '../../channels/channel.js'
import type { ListItem } from '../../flow/lookups.js'
import type { Here } from '../../here.js'

export function invitationReply(
  { facts }: Here,
  key: TextKey,
  { name, nameEn = name }: ListItem,
  { code, expiresAt }: { code: string; expiresAt: Date },
): Reply {
  const links = (facts.own.bots ?? []).map((bot) => words(`https://t.me/${bot}?start=${code}`))
  return {
    text: [text(key, { unit: { vi: name, en: nameEn }, day: { day: dayOf(expiresAt) } }), words(code), ...links],
  }
}
