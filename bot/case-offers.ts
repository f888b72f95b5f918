/** The buttons about a case, as it stands. Right and state are checked again at the press. */
import { IN_HAND, movesFrom } from '../domain/case-life.js'
import { caseRowOf } from '../domain/case-views.js'
import { caseButton, type CaseDeed } from '../domain/case-texts.js'
import type { NoticeButton } from '../domain/notices.js'
import { isRefused, type Refused } from '../domain/refusal.js'
import { standingOf } from '../domain/rights.js'
import { text, type Text } from '../locales/say.js'
import type { CaseRow } from '../prisma/statements/cases.js'
import type { Reply } from './channels/channel.js'
import type { Here } from './here.js'
import { offer } from './offers.js'

/** In the order in which they are needed. `call`: a reporter left a number. */
export function caseDeeds(row: CaseRow, { call = false } = {}): CaseDeed[] {
  const moves = movesFrom(row.status)
  const inHand = (IN_HAND as readonly string[]).includes(row.status)
  const can: [CaseDeed, boolean][] = [
    ['accept', moves.includes('accept')],
    ['check', moves.includes('check')],
    ['ask-shop', inHand && row.establishmentId !== null],
    ['ask-reporter', inHand && row.reports > 0 && row.pausedAt === null],
    ['call', call],
    ['decide', moves.includes('decide')],
    ['close', moves.includes('close')],
    ['pass-on', moves.includes('pass-on')],
    ['refuse', moves.includes('refuse')],
  ]
  return can.flatMap(([deed, is]) => (is ? [deed] : []))
}

export const offerDeeds = (here: Here, number: string, deeds: readonly CaseDeed[]) =>
  offerButtons(
    here,
    deeds.map((deed) => caseButton(deed, number)),
  )

export const offerButtons = ({ tx, actor }: Here, buttons: readonly NoticeButton[]) =>
  offer({ tx, chatId: actor.chatId, now: actor.now }, [...buttons])

/** What came of it, and what can be done next. */
export async function afterDeed(here: Here, number: string, told: Text[]): Promise<Reply> {
  const row = await caseRowOf(here.tx, here.actor, number)
  // Passed on, it may lie outside of the actor's mandates now.
  if (isRefused(row)) return { text: told }
  return { text: told, choices: offerDeeds(here, number, ['see', ...caseDeeds(row)]), question: 'case' }
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
