/** The buttons about a case, and what is said beside them. */
import { optionsOf, type CaseDeed } from '../domain/case-options.js'
import { caseRowOf } from '../domain/case-views.js'
import { caseButton } from '../domain/case-texts.js'
import { isRefused, type Refused } from '../domain/refusal.js'
import { standingOf } from '../domain/rights.js'
import { text, type Text } from '../locales/say.js'
import type { Reply } from './channels/channel.js'
import type { Here } from './here.js'
import { offer } from './offers.js'

export const offerDeeds = (here: Here, number: string, deeds: readonly CaseDeed[]) =>
  offer(
    here,
    deeds.map((deed) => caseButton(deed, number)),
  )

/** What came of it, and what can be done next. */
export async function afterDeed(here: Here, number: string, told: Text[]): Promise<Reply> {
  const row = await caseRowOf(here.tx, here.actor, number)
  // Passed on, it may lie outside of the actor's mandates now.
  if (isRefused(row)) return { text: told }
  const can = await optionsOf(here.tx, here.actor, row)
  return { text: told, choices: offerDeeds(here, number, ['see', ...can]), question: 'case' }
}

/** Why it was not done: the case can be looked at where it may, and whose mandate has ended is told that. */
export async function notDone(here: Here, { refused }: Refused, number: string): Promise<Reply> {
  const row = await caseRowOf(here.tx, here.actor, number)
  if (!isRefused(row)) return { text: [refused], choices: offerDeeds(here, number, ['see']), question: 'case' }
  const { mandates } = await standingOf(here.tx, here.actor)
  return { text: [mandates.length === 0 ? text('case.no-mandate') : text('case.not-here', { number })] }
}

/** The end of a flow about a case: what was typed is of no use any more when the case moved on. */
export async function caseOutcome<Done>(
  here: Here,
  number: string,
  done: Done | Refused,
  told: (done: Done) => Text[],
): Promise<{ replies: Reply[] }> {
  return { replies: [isRefused(done) ? await notDone(here, done, number) : await afterDeed(here, number, told(done))] }
}
