/** What the buttons of cards, receipts and notices do for whoever looks food up and reports. The subject: a code, or a report's number. */
import { follow, unfollow } from '../domain/followers.js'
import { myReport, rateReport } from '../domain/my-reports.js'
import { lookUp } from '../domain/provenance.js'
import { isRefused, type Refused } from '../domain/refusal.js'
import { say, text, type Text } from '../locales/say.js'
import { showCode } from '../qr/codes.js'
import { beginReport } from './commands/report.js'
import { listReports, showReport } from './commands/reports.js'
import { withSign } from './cards/buttons.js'
import { FLOWS } from './flows/index.js'
import type { Here, Saying } from './here.js'
import { codeItemOf } from './look-ups.js'
import { offer } from './offers.js'
import { beginFlow } from './play-flow.js'
import { reportItemOf } from './report-look-ups.js'

type Act = (here: Here, subject: string) => Promise<Saying>

const STARS = [1, 2, 3, 4, 5]

export const CONSUMER_ACTS: ReadonlyMap<string, Act> = new Map<string, Act>([
  ['report-lot', reportLot],
  ['report-place', reportPlace],
  ['report-unknown', reportUnknown],
  ['better-photo', () => Promise.resolve(says(text('check.better-photo'), text('check.as-file')))],
  ['follow', tellMe],
  ['unfollow', tellMeNot],
  ['report-see', showReport],
  ['reports-before', (here, last) => listReports(here, Number(last))],
  ['report-reply', answerQuestion],
  ['report-reopen', reopen],
  ...STARS.map((stars): [string, Act] => [`report-rate-${stars}`, (here, number) => rate(here, number, stars)]),
])

const says = (...lines: Text[]): Saying => ({ replies: [{ text: lines }] })
const refusal = ({ refused }: Refused): Saying => says(refused)

async function reportLot(here: Here, subject: string): Promise<Saying> {
  const { code, sign } = withSign(subject)
  const found = await lookUp(here.tx, code, { now: here.actor.now })
  const place = sign === undefined ? {} : await shopOf(here, sign)
  return beginReport(here, { ...(found.kind === 'lot' && { lot: codeItemOf(found) }), ...place })
}

/** Of the shop itself: which goods is not asked, and can be added on the review. */
async function reportPlace(here: Here, code: string): Promise<Saying> {
  const place = await shopOf(here, code)
  return beginReport(here, 'place' in place ? { lot: null, ...place } : {})
}

/** The answer to where it is, by the code of a shop's sign. */
async function shopOf({ tx, actor }: Here, sign: string) {
  const found = await lookUp(tx, sign, { now: actor.now })
  if (found.kind !== 'establishment') return {}
  const { establishmentId, establishmentCode, who } = found
  return { place: { shop: { value: String(establishmentId), name: who.name ?? establishmentCode } } }
}

/** Of a label whose code leads nowhere: no lot is known, and the code stands in the words, which the review lets change. */
function reportUnknown(here: Here, code: string): Promise<Saying> {
  const what = say(here.actor.language, text('report-violation.unknown-code', { code }))
  return beginReport(here, { lot: null, what })
}

async function tellMe(here: Here, code: string): Promise<Saying> {
  const { tx, actor } = here
  const following = await follow(tx, actor, code)
  if (isRefused(following)) return refusal(following)
  const choices = offer(here, [
    { value: 'unfollow', action: 'unfollow', subject: code, label: text('card.button.unfollow') },
  ])
  return { replies: [{ text: [text('follow.done', { code: showCode(code) })], choices }] }
}

async function tellMeNot({ tx, actor }: Here, code: string): Promise<Saying> {
  const following = await unfollow(tx, actor, code)
  return isRefused(following) ? refusal(following) : says(text('follow.undone', { code: showCode(code) }))
}

/** The question stands above the answer's: it may have come days ago. */
async function answerQuestion(here: Here, number: string): Promise<Saying> {
  const report = await myReport(here.tx, here.actor, number)
  if (isRefused(report)) return refusal(report)
  const { asked, unitName, unitNameEn } = report
  if (asked === null) return says(text('refusal.question-none'))
  const begun = await beginFlow(here, FLOWS.get('report-answer')!, { report: reportItemOf(report) })
  const [first, ...others] = begun.replies
  const question = text('told.question', { unit: { vi: unitName, en: unitNameEn }, number, asked })
  return { ...begun, replies: first ? [{ ...first, text: [question, ...first.text] }, ...others] : [] }
}

async function rate(here: Here, number: string, stars: number): Promise<Saying> {
  const { tx, actor } = here
  const rated = await rateReport(tx, actor, number, stars)
  if (isRefused(rated)) return refusal(rated)
  return says(text('reports.rated', { count: stars, of: number }))
}

/** An old button shows how it stands now. */
async function reopen(here: Here, number: string): Promise<Saying> {
  const report = await myReport(here.tx, here.actor, number)
  if (isRefused(report)) return refusal(report)
  if (report.mayReopen) return beginFlow(here, FLOWS.get('report-reopen')!, { report: reportItemOf(report) })
  const shown = await showReport(here, number)
  return { replies: shown.replies.map((reply) => ({ ...reply, text: [text('reports.not-reopened'), ...reply.text] })) }
}
