/** What somebody reported, as they see it themselves: where it stands in plain words, what was done, what they can do. */
import { isEnded } from '../../domain/case-life.js'
import { ratingButtons, statusOf } from '../../domain/case-texts.js'
import type { OwnReport, OwnReportWhole } from '../../domain/my-reports.js'
import { keyed, text, words, type Param, type Text } from '../../locales/say.js'
import type { Reply } from '../channels/channel.js'
import type { Here } from '../here.js'
import { offer, type Offered } from '../offers.js'

/** One page; `more`: there are older ones. */
export function reportList(here: Here, page: OwnReport[], more: boolean): Reply {
  const buttons: Offered[] = page.map(({ number }) => ({
    value: number,
    action: 'report-see',
    subject: number,
    label: words(number),
  }))
  const last = page.at(-1)
  if (more && last)
    buttons.push({
      value: 'more',
      action: 'reports-before',
      subject: String(last.reportId),
      label: text('reports.more'),
    })
  return {
    text: [text('reports.list'), ...page.map(line)],
    choices: offer(here, buttons),
    question: 'reports',
  }
}

const line = (report: OwnReport): Text =>
  text(report.asked === null ? 'reports.line' : 'reports.line-asked', {
    number: report.number,
    kind: kindOf(report),
    status: statusOf(report.status),
  })

const kindOf = ({ kindName, kindNameEn }: OwnReport): Param => ({ vi: kindName, en: kindNameEn })
const unitOf = ({ unitName, unitNameEn }: { unitName: string; unitNameEn: string }): Param => ({
  vi: unitName,
  en: unitNameEn,
})
const moment = (at: Date): Param => ({ moment: at.toISOString() })

/** The name of the shop is left out: a case may be about one that its reporter never named. */
export function reportCard(here: Here, report: OwnReportWhole): Reply {
  const { number, status, dueAt, steps, asked, rating, photos } = report
  const unit = unitOf(report)
  const lines: (Text | false)[] = [
    text('reports.one', { number, status: statusOf(status) }),
    text('reports.kind', { kind: kindOf(report), at: moment(report.at) }),
    report.productName !== null && text('reports.product', { product: report.productName }),
    report.words !== null && text('reports.words', { words: report.words }),
    photos > 0 && text('reports.photos', { count: photos }),
    !isEnded(status) && dueAt !== null && text('reports.due', { unit, at: moment(dueAt) }),
    words(''),
    text('reports.steps'),
    ...steps.flatMap((step) => [
      keyed(`reports.step.${step.action}`, { at: moment(step.at), unit: unitOf(step) }),
      ...(step.reason === null ? [] : [text('reports.reason', { reason: step.reason })]),
    ]),
    asked !== null && text('reports.asked', { unit, asked }),
    rating !== null && text('reports.rating', { count: rating }),
    report.mayRate && text('told.rate'),
  ]
  const choices = offer(here, buttonsOf(report))
  return { text: lines.filter((one) => one !== false), choices, question: 'report' }
}

function buttonsOf({ number, asked, mayRate, mayReopen }: OwnReportWhole): Offered[] {
  const reply = { value: 'reply', action: 'report-reply', subject: number, label: text('case.button.reply') }
  return [
    ...(asked === null ? [] : [reply]),
    ...ratingButtons(number).filter(({ action }) => (action === 'report-reopen' ? mayReopen : mayRate)),
    { value: 'reports', action: 'command', subject: 'reports', label: text('menu.reports') },
  ]
}
