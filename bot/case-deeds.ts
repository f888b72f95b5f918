/** What a button about a case does: accepting, checking, seeing and calling at once; what wants words begins a small flow. */
import { timeLeft } from '../domain/case-clock.js'
import { mayAsk, mayReplyAsShop } from '../domain/case-questions.js'
import { callReporter, caseOf } from '../domain/case-views.js'
import { acceptCase, checkCase, mayMove, type CaseMoved } from '../domain/cases.js'
import { isRefused, type Refused } from '../domain/refusal.js'
import { standingOf } from '../domain/rights.js'
import { text } from '../locales/say.js'
import type { CaseRow } from '../prisma/statements/cases.js'
import { caseCard } from './cards/case.js'
import { isAsked, shopCaseText } from './cards/shop-case.js'
import { afterDeed, caseDeeds, notDone, offerButtons, offerDeeds } from './case-offers.js'
import { FLOWS } from './flows/index.js'
import type { Here, Saying } from './here.js'
import { caseItem, shopCases } from './lists.js'
import { beginFlow } from './play-flow.js'

type Deed = (here: Here, number: string) => Promise<Saying>

export const CASE_DEEDS: ReadonlyMap<string, Deed> = new Map<string, Deed>([
  ['case-see', seeCase],
  ['case-accept', atOnce(acceptCase, 'case.done.accept')],
  ['case-check', atOnce(checkCase, 'case.done.check')],
  ['case-call', call],
  ['case-pass-on', byFlow('pass-on-case', ({ tx, actor }, number) => mayMove(tx, actor, number, 'pass-on'))],
  ['case-decide', byFlow('decide-case', ({ tx, actor }, number) => mayMove(tx, actor, number, 'decide'))],
  ['case-close', byFlow('close-case', ({ tx, actor }, number) => mayMove(tx, actor, number, 'close'))],
  ['case-refuse', byFlow('refuse-case', ({ tx, actor }, number) => mayMove(tx, actor, number, 'refuse'))],
  ['case-ask-shop', byFlow('ask-shop', ({ tx, actor }, number) => mayAsk(tx, actor, number, 'shop'))],
  ['case-ask-reporter', byFlow('ask-reporter', ({ tx, actor }, number) => mayAsk(tx, actor, number, 'reporter'))],
  ['case-reply', reply],
  ['shop-case-see', async (here, number) => (await seeShopCase(here, number)) ?? unknown()],
])

const unknown = (): Saying => ({ replies: [{ text: [text('refusal.case-unknown')] }] })

async function seeCase(here: Here, number: string): Promise<Saying> {
  const { tx, actor } = here
  const one = await caseOf(tx, actor, number)
  if (isRefused(one)) return { replies: [await notDone(here, one, number)] }
  const [left] = await timeLeft(tx, [one.dueAt], actor.now)
  const call = one.reportsMade.some(({ mayBeCalled }) => mayBeCalled)
  const choices = offerDeeds(here, number, caseDeeds(one, { call }))
  return { replies: [{ ...caseCard(one, left ?? null), choices, question: 'case' }] }
}

function atOnce(
  move: (tx: Here['tx'], actor: Here['actor'], number: string) => Promise<CaseMoved | Refused>,
  key: 'case.done.accept' | 'case.done.check',
): Deed {
  return async (here, number) => {
    const moved = await move(here.tx, here.actor, number)
    if (isRefused(moved)) return { replies: [await notDone(here, moved, number)] }
    const due = moved.dueAt === null ? [] : [text('alert.handle-by', { at: { moment: moved.dueAt.toISOString() } })]
    return { replies: [await afterDeed(here, number, [text(key, { number }), ...due])] }
  }
}

async function call(here: Here, number: string): Promise<Saying> {
  const found = await callReporter(here.tx, here.actor, number)
  if (isRefused(found)) return { replies: [await notDone(here, found, number)] }
  const told = [text('case.call', { number, phone: found.phone }), text('case.call-kept')]
  return { replies: [await afterDeed(here, number, told)] }
}

/** Whether it can be done is asked before anybody types a word. */
function byFlow(name: string, may: (here: Here, number: string) => Promise<CaseRow | Refused>): Deed {
  return async (here, number) => {
    const row = await may(here, number)
    if (isRefused(row)) return { replies: [await notDone(here, row, number)] }
    return beginFlow(here, FLOWS.get(name)!, { case: caseItem(row) })
  }
}

async function reply(here: Here, number: string): Promise<Saying> {
  const row = await mayReplyAsShop(here.tx, here.actor, number)
  if (isRefused(row)) return { replies: [{ text: [row.refused] }] }
  return beginFlow(here, FLOWS.get('reply-to-case')!, { case: caseItem(row) })
}

/** Null: it is no case of the actor's shops, or nothing of it is for them yet. */
async function seeShopCase(here: Here, number: string): Promise<Saying | null> {
  const found = (await shopCases(here)).find(({ one }) => one.number === number)
  if (!found) return null
  const { one, shop } = found
  const button = { value: 'reply', action: 'case-reply', subject: number, label: text('case.button.reply') }
  const choices = isAsked(one) ? { choices: offerButtons(here, [button]), question: 'shop-case' } : {}
  return { replies: [{ text: shopCaseText(one, shop), ...choices }] }
}

const NUMBER = /(?<![A-Z\d-])[A-Z]{2,8}-\d{4}-\d{6,12}(?![\d-])/i

/** A case by its number, typed: for its officials and its shop; null: no number is in it, or the case is none of theirs. */
export async function seeTyped(here: Here, typed: string): Promise<Saying | null> {
  const number = NUMBER.exec(typed)?.[0].toUpperCase()
  if (number === undefined) return null
  const { mandates } = await standingOf(here.tx, here.actor)
  const theirs = await seeShopCase(here, number)
  return mandates.length > 0 && !theirs ? seeCase(here, number) : theirs
}
