/** What can be done from the answer to a code: report what is wrong, be told when the lot is recalled, recall it, take a better photo. */
import type { LotProvenance, Provenance } from '../../domain/provenance.js'
import { signsFor } from '../../domain/labels.js'
import { mayRecall } from '../../domain/lot-life.js'
import { isRefused } from '../../domain/refusal.js'
import { text } from '../../locales/say.js'
import type { Choice } from '../channels/channel.js'
import type { Here } from '../here.js'
import { offer, type Offered } from '../offers.js'

/** It is out of the market already: nothing more is to be told of it. */
const OVER: readonly LotProvenance['verdict'][] = ['recalled', 'destroyed']

/** The subject of a button about a label that was photographed beside a shop's sign. */
export const besideSign = (code: string, sign?: string): string => (sign === undefined ? code : `${code}@${sign}`)

export function withSign(subject: string): { code: string; sign?: string } {
  const [code = '', sign] = subject.split('@')
  return { code, sign }
}

/** `follows`: this chat is told of the lot's recall. `sign`: of the shop where its label is. */
export async function cardButtons(
  here: Here,
  found: Exclude<Provenance, { kind: 'unknown' }>,
  follows: boolean,
  sign?: string,
): Promise<Choice[]> {
  const report = { value: 'report', label: text('card.button.report') }
  if (found.kind === 'establishment') {
    const signs = await signsFor(here.tx, here.actor, found.establishmentId)
    const prints = signs
      .filter((sign) => sign === 'window' || found.badge?.state === 'valid')
      .map((sign): Offered => ({
        value: `print-${sign}`,
        action: `sign-${sign}`,
        subject: String(found.establishmentId),
        label: text(`card.button.print-${sign}`),
      }))
    return offer(here, [{ ...report, action: 'report-place', subject: found.code }, ...prints])
  }
  const { lotCode: subject, verdict } = found
  const follow: Offered = follows
    ? { value: 'unfollow', action: 'unfollow', subject, label: text('card.button.unfollow') }
    : { value: 'follow', action: 'follow', subject, label: text('card.button.follow') }
  const recall: Offered = { value: 'recall', action: 'recall-lot', subject, label: text('card.button.recall') }
  const recalls = !isRefused(await mayRecall(here.tx, here.actor, subject))
  return offer(here, [
    { ...report, action: 'report-lot', subject: besideSign(subject, sign) },
    ...(OVER.includes(verdict) ? [] : [follow]),
    ...(recalls ? [recall] : []),
  ])
}

/** Of a code that leads nowhere: a label with it is a thing to report, and a photo may have been misread. `code`: as people see it. */
export const unknownButtons = (here: Here, code: string): Choice[] =>
  offer(here, [
    { value: 'report', action: 'report-unknown', subject: code, label: text('check.button.report') },
    { value: 'better-photo', action: 'better-photo', subject: code, label: text('check.button.better-photo') },
  ])
