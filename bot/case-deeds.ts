/** What a button about a case does: accepting, checking, seeing and calling at once; what wants words begins a small flow. */
import { timeLeft } from '../domain/case-clock.js'
import { mayAsk, mayReplyAsShop } from '../domain/case-questions.js'
import { optionsOf } from '../domain/case-options.js'
import { callReporter, caseOf, caseRowOf, type Reporter } from '../domain/case-views.js'
import { acceptCase, checkCase, mayMove, type CaseMoved } from '../domain/cases.js'
import { myReport } from '../domain/my-reports.js'
import { isRefused, type Refused } from '../domain/refusal.js'
import { standingOf } from '../domain/rights.js'
import { text, type Text } from '../locales/say.js'
import type { CaseRow } from '../prisma/statements/cases.js'
import { caseCard, reporterChoice } from './cards/case.js'
import { reportCard } from './cards/report.js'
import { isAsked, shopCaseText } from './cards/shop-case.js'
import { afterDeed, notDone, offerDeeds } from './case-offers.js'
import { offer } from './offers.js'
import type { Reply } from './channels/channel.js'
import { SHOWN_MAX } from './flow/lookups.js'
import { FLOWS } from './flows/index.js'
import type { Here, Saying } from './here.js'
import { caseItem, reporterItems, shopCases } from './lists.js'
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
  ['case-ask-reporter', askReporter],
  ['case-reply', reply],
  ['shop-case-see', async (here, number) => (await seeShopCase(here, number)) ?? unknown()],
])

const unknown = (): Saying => ({ replies: [{ text: [text('refusal.case-unknown')] }] })

async function seeCase(here: Here, number: string): Promise<Saying> {
  const { tx, actor } = here
  const one = await caseOf(tx, actor, number)
  if (isRefused(one)) return { replies: [await notDone(here, one, number)] }
  const [left] = await timeLeft(tx, [one.dueAt], actor.now)
  const choices = offerDeeds(here, number, await optionsOf(tx, actor, one))
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

/** `subject`: the case's number, and whose number is wanted where several left one. */
async function call(here: Here, subject: string): Promise<Saying> {
  const [number, reportId] = subject.split(' ') as [string, string?]
  const whose = reportId === undefined ? {} : { reportId: Number(reportId) }
  const found = await callReporter(here.tx, here.actor, number, whose)
  if (isRefused(found)) return { replies: [await notDone(here, found, number)] }
  if ('several' in found) return { replies: [whomToCall(here, number, found.several)] }
  const told = [text('case.call', { number, phone: found.phone }), text('case.call-kept')]
  return { replies: [await afterDeed(here, number, told)] }
}

/** The newest of those who left a number; a screen holds no more. */
function whomToCall(here: Here, number: string, reporters: Reporter[]): Reply {
  const buttons = reporters.slice(-SHOWN_MAX).map((one) => ({
    value: String(one.reportId),
    action: 'case-call',
    subject: `${number} ${one.reportId}`,
    label: reporterChoice(one),
  }))
  return {
    text: [text('case.call-whom', { number, people: reporters.length })],
    choices: offer(here, buttons),
    question: 'case.call',
  }
}

/** Of several reporters the official chooses; a single one is not asked for. */
async function askReporter(here: Here, number: string): Promise<Saying> {
  const row = await mayAsk(here.tx, here.actor, number, 'reporter')
  if (isRefused(row)) return { replies: [await notDone(here, row, number)] }
  const [only, ...others] = await reporterItems(here, number)
  const answers = { case: caseItem(row), ...(only && others.length === 0 && { reporter: only }) }
  return beginFlow(here, FLOWS.get('ask-reporter')!, answers)
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
  const choices = isAsked(one) ? { choices: offer(here, [button]), question: 'shop-case' } : {}
  return { replies: [{ text: shopCaseText(one, shop), ...choices }] }
}

const NUMBER = /(?<![A-Z\d-])[A-Z]{2,8}-\d{4}-\d{6,12}(?![\d-])/i

/**
 * A number that was typed: a report of one's own, a case of one's shop, a case to work on; each under its own heading where it is
 * more than one of these. Null: no number is in it, or it is nothing of theirs.
 */
export async function seeTyped(here: Here, typed: string): Promise<Saying | null> {
  const number = NUMBER.exec(typed)?.[0].toUpperCase()
  if (number === undefined) return null
  const { mandates } = await standingOf(here.tx, here.actor)
  const report = await myReport(here.tx, here.actor, number)
  const mine = isRefused(report) ? null : reportCard(here, report)
  const isWork = mandates.length > 0 && (mine === null || !isRefused(await caseRowOf(here.tx, here.actor, number)))
  const work = (await seeShopCase(here, number)) ?? (isWork ? await seeCase(here, number) : null)
  if (!mine) return work
  if (!work) return { replies: [mine] }
  const below = (heading: Text, { text: lines, ...reply }: Reply): Reply => ({ ...reply, text: [heading, ...lines] })
  const [first, ...others] = work.replies
  return { replies: [below(text('case.both-own'), mine), below(text('case.both-work'), first!), ...others] }
}
