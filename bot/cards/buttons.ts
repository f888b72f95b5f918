/** What can be done from a provenance card: report what is wrong, and be told when the lot is recalled. */
import type { LotProvenance, Provenance } from '../../domain/provenance.js'
import { signsFor } from '../../domain/labels.js'
import { text } from '../../locales/say.js'
import type { Choice } from '../channels/channel.js'
import type { Here } from '../here.js'
import { offer, type Offered } from '../offers.js'

/** It is out of the market already: nothing more is to be told of it. */
const OVER: readonly LotProvenance['verdict'][] = ['recalled', 'destroyed']

/** `follows`: this chat is told of the lot's recall. */
export async function cardButtons(
  { tx, actor }: Here,
  found: Exclude<Provenance, { kind: 'unknown' }>,
  follows: boolean,
): Promise<Choice[]> {
  const at = { tx, chatId: actor.chatId, now: actor.now }
  const report = { value: 'report', label: text('card.button.report') }
  if (found.kind === 'establishment') {
    const signs = await signsFor(tx, actor, found.establishmentId)
    const prints = signs
      .filter((sign) => sign === 'window' || found.badge?.state === 'valid')
      .map((sign): Offered => ({
        value: `print-${sign}`,
        action: `sign-${sign}`,
        subject: String(found.establishmentId),
        label: text(`card.button.print-${sign}`),
      }))
    return offer(at, [{ ...report, action: 'report-place', subject: found.code }, ...prints])
  }
  const { lotCode: subject, verdict } = found
  const follow: Offered = follows
    ? { value: 'unfollow', action: 'unfollow', subject, label: text('card.button.unfollow') }
    : { value: 'follow', action: 'follow', subject, label: text('card.button.follow') }
  return offer(at, [{ ...report, action: 'report-lot', subject }, ...(OVER.includes(verdict) ? [] : [follow])])
}
