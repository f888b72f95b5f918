/** A case as officials read it: what, where, until when; what was reported, asked, done; who was told. */
import type { CaseLine, CaseWhole, Reporter } from '../../domain/case-views.js'
import { isWaiting } from '../../domain/case-life.js'
import { kindOf, severityOf, statusOf, unitOf } from '../../domain/case-texts.js'
import { keyed, text, words, type Param, type Text } from '../../locales/say.js'
import { showCode } from '../../qr/codes.js'
import type { FileOut, Reply } from '../channels/channel.js'

/** What is shown of each list: the newest count most, and a phone's screen holds no more. */
const REPORTS_SHOWN = 5
const STEPS_SHOWN = 12
const TOLD_SHOWN = 8
/** One album on every platform. */
const PICTURES_SHOWN = 10

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

const momentOf = (at: Date): Param => ({ moment: at.toISOString() })

/** "còn 3 giờ làm việc"; null: no clock runs. */
export function leftText(leftMs: number | null): Text | null {
  if (leftMs === null) return null
  if (leftMs === 0) return text('case.left.over')
  return leftMs >= HOUR_MS
    ? text('case.left.hours', { count: Math.floor(leftMs / HOUR_MS) })
    : text('case.left.minutes', { count: Math.ceil(leftMs / MINUTE_MS) })
}

/** What a case is called in lists and on reviews. */
export function caseName({
  number,
  establishmentName,
  ...row
}: Pick<CaseLine, 'number' | 'kindName' | 'kindNameEn' | 'establishmentName' | 'unitName' | 'unitNameEn'>): Text {
  return text('case.called', { number, kind: kindOf(row), where: establishmentName ?? unitOf(row) })
}

/** One line of the list of cases. */
export function caseLine(line: CaseLine, leftMs: number | null): Text {
  const left = leftText(leftMs)
  return text(left ? 'case.line' : line.pausedAt ? 'case.line-paused' : 'case.line-still', {
    called: caseName(line),
    severity: severityOf(line),
    status: statusOf(line.status),
    left: left ?? '',
  })
}

/** @param leftMs working time until it is due; null: its clock stands still, or has ended */
export function caseCard(one: CaseWhole, leftMs: number | null): Reply {
  const files = picturesOf(one)
  return {
    text: [...head(one, leftMs), ...reported(one), ...asked(one), ...done(one), ...told(one)],
    ...(files.length > 0 && { files }),
  }
}

function head(one: CaseWhole, leftMs: number | null): Text[] {
  const { number, violation, dueAt, status } = one
  const left = leftText(leftMs)
  const due = dueAt && text(isWaiting(status) ? 'alert.accept-by' : 'alert.handle-by', { at: momentOf(dueAt) })
  return [
    text('case.card.head', { number, severity: severityOf(one), status: statusOf(status) }),
    text('alert.kind', { kind: kindOf(one) }),
    ...(violation ? [basis(violation)] : []),
    ...(one.establishmentName === null
      ? []
      : [text('alert.shop', { name: one.establishmentName, code: one.establishmentCode!, address: one.address! })]),
    ...(one.lotCode === null ? [] : [text('alert.lot', { product: one.productName!, code: showCode(one.lotCode) })]),
    text('case.card.unit', { unit: unitOf(one) }),
    ...(one.handlerName === null ? [] : [text('case.card.handler', { name: one.handlerName })]),
    ...(due && left ? [text('case.card.due', { due, left })] : []),
    ...(one.pausedAt ? [text('case.card.paused', { since: momentOf(one.pausedAt) })] : []),
  ]
}

const basis = ({ legalBasis, verified }: NonNullable<CaseWhole['violation']>): Text =>
  text(verified ? 'case.card.basis' : 'case.card.basis-unverified', { basis: legalBasis })

function reported({ reportsMade }: CaseWhole): Text[] {
  if (reportsMade.length === 0) return []
  const shown = reportsMade.slice(-REPORTS_SHOWN)
  const hidden = reportsMade.length - shown.length
  return [
    words(''),
    text('case.card.reports', { count: reportsMade.length }),
    ...shown.flatMap((report, i) => [
      text('case.card.report', { who: reporterName({ ...report, nth: hidden + i + 1 }) }),
      ...(report.placeText ? [text('alert.place', { place: report.placeText })] : []),
      ...(report.photos.length > 0 ? [text('alert.photos', { count: report.photos.length })] : []),
      ...(report.trusted ? [] : [text('case.card.untrusted')]),
      ...(report.rating === null ? [] : [text('case.card.rating', { count: report.rating })]),
    ]),
    ...(hidden > 0 ? [text('case.card.more', { count: hidden })] : []),
  ]
}

/** Letters of what a reporter said by which they are told from the others, where they are chosen among. */
const WORDS_CHOSEN_BY = 40

/** One of several who reported a case, as officials call them. `upTo`: letters of their words. */
export function reporterName({ nth, at, words: said }: Pick<Reporter, 'nth' | 'at' | 'words'>, upTo = Infinity): Text {
  const letters = [...(said ?? '')]
  const cut = letters.length > upTo ? `${letters.slice(0, upTo).join('')}…` : said
  return text('case.reporter', { nth, at: momentOf(at), words: cut ?? text('case.card.no-words') })
}

export const reporterChoice = (reporter: Reporter): Text => reporterName(reporter, WORDS_CHOSEN_BY)

function asked({ questions, reportsMade }: CaseWhole): Text[] {
  if (questions.length === 0) return []
  const toWhom = (to: string, reportId: number | null): Text =>
    reportId !== null && reportsMade.length > 1
      ? text('case.card.to.nth-reporter', { nth: reportsMade.findIndex(({ id }) => id === reportId) + 1 })
      : keyed(`case.card.to.${to}`)
  return [
    words(''),
    text('case.card.questions'),
    ...questions.map(({ to, reportId, askedAt, asked, answer, endedAt }) =>
      text(answer !== null ? 'case.card.answered' : endedAt ? 'case.card.unanswered' : 'case.card.asked', {
        at: momentOf(askedAt),
        to: toWhom(to, reportId),
        asked,
        answer: answer ?? '',
      }),
    ),
  ]
}

function done({ steps }: CaseWhole): Text[] {
  const shown = steps.slice(-STEPS_SHOWN)
  const hidden = steps.length - shown.length
  return [
    words(''),
    text('case.card.steps'),
    ...(hidden > 0 ? [text('case.card.more', { count: hidden })] : []),
    ...shown.map(({ at, action, person, reason, files, ...step }) =>
      text('case.card.step', {
        at: momentOf(at),
        what: keyed(`case.step.${action}`),
        who: whoDid(action, person, unitOf(step)),
        reason: reason === null ? '' : text('case.card.because', { reason }),
        files: files.length === 0 ? '' : text('case.card.with-files', { count: files.length }),
      }),
    ),
  ]
}

/** The shop's own people belong to no unit. */
const whoDid = (action: string, person: string | null, unit: Param): Param =>
  person === null ? unit : action === 'answer-shop' ? person : text('case.card.by', { person, unit })

/** Held alerts are no proof that anybody was told. */
function told({ told }: CaseWhole): Text[] {
  const out = told.filter(({ toldAt }) => toldAt !== null)
  if (out.length === 0) return []
  const shown = out.slice(-TOLD_SHOWN)
  const hidden = out.length - shown.length
  return [
    words(''),
    text('case.card.told'),
    ...(hidden > 0 ? [text('case.card.more', { count: hidden })] : []),
    ...shown.map(({ name, channel, occasion, toldAt, acknowledgedAt, ...one }) =>
      text(acknowledgedAt ? 'case.card.told-seen' : 'case.card.told-line', {
        at: momentOf(toldAt!),
        who: name === null ? unitOf(one) : text('case.card.by', { person: name, unit: unitOf(one) }),
        channel: keyed(`case.channel.${channel}`),
        what: keyed(`case.occasion.${occasion}`),
        seen: acknowledgedAt ? momentOf(acknowledgedAt) : '',
      }),
    ),
  ]
}

/** What people sent, then what officials and the shop added: the newest of each; neither hides the other. */
function picturesOf({ reportsMade, steps }: CaseWhole): FileOut[] {
  const sent = distinct(reportsMade.flatMap(({ photos }) => photos))
  const added = distinct(steps.flatMap(({ files }) => files))
  const shownAdded = added.slice(-Math.max(PICTURES_SHOWN / 2, PICTURES_SHOWN - sent.length))
  return distinct([...sent.slice(shownAdded.length - PICTURES_SHOWN), ...shownAdded]).map(({ key, mime }, i) => ({
    key,
    mime,
    name: `${i + 1}.${EXTENSION[mime] ?? 'jpg'}`,
  }))
}

const distinct = <File extends { key: string }>(files: File[]): File[] => [
  ...new Map(files.map((file) => [file.key, file])).values(),
]

const EXTENSION: Record<string, string> = { 'image/png': 'png', 'application/pdf': 'pdf' }
