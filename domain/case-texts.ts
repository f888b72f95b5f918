/** What officials are told of a case, free of language: first what it is about, then the facts, then what can be done. */
import type { CaseStatus } from '../prisma/generated/enums.js'
import type { CaseRow } from '../prisma/statements/cases.js'
import type { ReportFacts } from '../prisma/statements/reports.js'
import { keyed, text, type Param, type Text } from '../locales/say.js'
import { showCode } from '../qr/codes.js'
import { isWaiting } from './case-life.js'
import { alertOptions, type CaseDeed } from './case-options.js'
import type { NoticeButton, NoticeFile } from './notices.js'
import type { Role } from './rights.js'

/** Why somebody is told. */
export type Occasion = 'new' | 'passed-on' | 'reopened' | 'escalate' | 'remind' | 'joined' | 'answered' | 'unanswered'

export const severityOf = ({ severity }: Pick<CaseRow, 'severity'>): Text => text(`case.severity.${severity}`)
export const statusOf = (status: CaseStatus): Text => text(`case.status.${status}`)
export const kindOf = ({ kindName, kindNameEn }: Pick<CaseRow, 'kindName' | 'kindNameEn'>): Param => ({
  vi: kindName,
  en: kindNameEn,
})
export const unitOf = ({ unitName, unitNameEn }: Pick<CaseRow, 'unitName' | 'unitNameEn'>): Param => ({
  vi: unitName,
  en: unitNameEn,
})

/** Characters of a reporter's words that an alert shows; all of them are in the case. */
const WORDS_SHOWN = 300
const cut = (words: string): string => {
  const letters = [...words]
  return letters.length > WORDS_SHOWN ? `${letters.slice(0, WORDS_SHOWN).join('')}…` : words
}

/** A finding explained with its numbers. */
export const whyOf = (ruleCode: string, evidence: Record<string, unknown> | null): Text =>
  keyed(`rule.${ruleCode}`, evidence as Record<string, Param>)

/** Whoever is told for these has seen the photos. */
const KNOWN: readonly Occasion[] = ['remind', 'answered', 'unanswered']
const photosOf = (occasion: Occasion, facts: ReportFacts | undefined): ReportFacts['photos'] =>
  KNOWN.includes(occasion) ? [] : (facts?.photos ?? [])

export function alertText(row: CaseRow, occasion: Occasion, facts: ReportFacts | undefined): Text[] {
  const { number, dueAt } = row
  const found = occasion === 'new' && row.source === 'rule'
  const head = text(`alert.${found ? 'found' : occasion}`, { number, severity: severityOf(row), unit: unitOf(row) })
  const photos = photosOf(occasion, facts)
  const lines: (Text | false)[] = [
    text('alert.kind', { kind: kindOf(row) }),
    row.establishmentName !== null &&
      text('alert.shop', { name: row.establishmentName, code: row.establishmentCode!, address: row.address! }),
    row.lotCode !== null && text('alert.lot', { product: row.productName!, code: showCode(row.lotCode) }),
    Boolean(facts?.placeText) && text('alert.place', { place: facts!.placeText! }),
    Boolean(facts?.words) && text('alert.words', { words: cut(facts!.words!) }),
    Boolean(facts?.ruleCode) && whyOf(facts!.ruleCode!, facts!.evidence),
    photos.length > 0 && text('alert.photos', { count: photos.length }),
    row.reports > 1 && text('alert.reports', { count: row.reports }),
    dueAt !== null &&
      text(isWaiting(row.status) ? 'alert.accept-by' : 'alert.handle-by', { at: { moment: dueAt.toISOString() } }),
  ]
  return [head, ...lines.filter((line) => line !== false)]
}

export const filesOf = (occasion: Occasion, facts: ReportFacts | undefined): NoticeFile[] =>
  photosOf(occasion, facts).map(({ key, mime }, i) => ({
    key,
    mime,
    name: `${i + 1}.${mime === 'image/png' ? 'png' : 'jpg'}`,
  }))

export const caseButton = (name: CaseDeed, number: string): NoticeButton => ({
  value: name,
  action: `case-${name}`,
  subject: number,
  label: keyed(`case.button.${name}`),
})

/** Of an alert, for somebody with these roles there. */
export const caseButtons = (row: CaseRow, roles: readonly Role[]): NoticeButton[] =>
  alertOptions(row, roles).map((deed) => caseButton(deed, row.number))

/** A reporter's own: stars, and once more from the beginning. */
export const ratingButtons = (number: string): NoticeButton[] => [
  ...[5, 4, 3, 2, 1].map((count) => ({
    value: String(count),
    action: `report-rate-${count}`,
    subject: number,
    label: text('case.button.stars', { count }),
  })),
  { value: 'reopen', action: 'report-reopen', subject: number, label: text('case.button.reopen') },
]
