/** What people report. Anybody may, without an account: the reporter is a chat, and no shop ever learns which. */
import { readCaseById, type CaseRow } from '../prisma/statements/cases.js'
import { readEstablishmentKnown } from '../prisma/statements/establishments.js'
import { insertReport } from '../prisma/statements/reports.js'
import type { Tx } from '../prisma/tx.js'
import type { Actor } from './actor.js'
import { addresseeOf, type AddressedBy } from './addressee.js'
import { alert } from './alerts.js'
import { openCase, similarCase } from './case-open.js'
import { appendStep } from './case-steps.js'
import { findCode } from './codes.js'
import { dayOf } from './days.js'
import { ownFiles } from './files.js'
import { isRefused, refuse, type Refused } from './refusal.js'
import { REPORT_LIMITS, standingOfReporter, type ReportLimits } from './reporter-standing.js'
import { unitOfCode } from './units.js'
import { violationOn } from './violations.js'

export interface ReportIn {
  /** Of `reportableViolations` */
  kind: string
  /** Short code of the lot, or of one of its units */
  lotCode?: string
  /** Short code of a badge or an establishment: where it was bought */
  placeCode?: string
  /** Or the establishment itself, chosen from a list */
  establishmentId?: number
  /** Or only the ward, chosen by its code */
  unitCode?: string
  /** Where, in the reporter's words */
  placeText?: string
  what?: string
  /** Ids of files that the actor sent */
  photos?: readonly number[]
  /** May be called: kept as personal data, apart from the report */
  phone?: string
}

export interface Reported {
  number: string
  caseId: number
  reportId: number
  /** Others reported the same before: theirs is the case */
  joined: boolean
  severity: CaseRow['severity']
  unit: { code: string; name: string; nameEn: string }
  /** When it is to be accepted or handled; null: its clock stands still */
  dueAt: Date | null
}

/** Photos of one report, characters of what is told, of a place, of a telephone number (E.164 has 15 digits). */
export const PHOTOS_MAX = 5
export const WORDS_MAX = 1_000
export const PLACE_MAX = 200
const PHONE = /^\+?[\d .-]{8,20}$/
/** Kinds that say nothing by themselves. */
export const NEEDS_WORDS = 'other'

/** Takes a report down: a number at once, an addressee always. A second one of the same chat on the same matter is refused. */
export async function report(
  tx: Tx,
  actor: Actor,
  said: ReportIn,
  limits: ReportLimits = REPORT_LIMITS,
): Promise<Reported | Refused> {
  const day = dayOf(actor.now)
  const violation = await violationOn(tx, said.kind, day)
  if (!violation?.reportable) return refuse('refusal.report-kind')
  const words = await wordsOf(tx, actor, said)
  if (isRefused(words)) return words
  const standing = await standingOfReporter(tx, actor, limits)
  if (isRefused(standing)) return standing
  const by = await subjectsOf(tx, said)
  if (isRefused(by)) return by
  const addressee = await addresseeOf(tx, by, day)
  const subject = { violation, addressee, lotId: by.lotId }
  const similar = await similarCase(tx, subject, actor.now)
  const row =
    similar === null
      ? await openCase(tx, actor, { source: 'report', ...subject })
      : (await tx.run(readCaseById, [similar]))[0]!
  const [written] = await tx.run(insertReport, [
    row.id, actor.chatId, actor.now, words.what, words.placeText, standing.trusted, words.photos, words.phone,
  ]) // prettier-ignore
  if (!written) return refuse('refusal.report-twice', { number: row.number })
  await follow(tx, actor, row, similar !== null)
  return reported(row, written.id, similar !== null)
}

/** The case's first step, or one more person's; and those in charge hear of it. */
async function follow(tx: Tx, actor: Actor, row: CaseRow, joined: boolean): Promise<void> {
  // The reporter is not named, not even by the house's history: whoever reads that may be of the shop's own village.
  const nobody: Actor = { ...actor, personId: null }
  const step = {
    action: joined ? 'join' : 'report',
    from: joined ? row.status : null,
    to: row.status,
    unitId: row.unitId,
  }
  const mark = await appendStep(tx, nobody, row.id, step)
  const occasion = joined ? 'joined' : 'new'
  await alert(tx, row, { occasion, mark, onlyTo: row.handlerId, now: actor.now })
}

const reported = (row: CaseRow, reportId: number, joined: boolean): Reported => ({
  number: row.number,
  caseId: row.id,
  reportId,
  joined,
  severity: row.severity,
  unit: { code: row.unitCode, name: row.unitName, nameEn: row.unitNameEn },
  dueAt: row.dueAt,
})

interface Words {
  what: string | null
  placeText: string | null
  photos: number[]
  phone: string | null
}

async function wordsOf(tx: Tx, actor: Actor, said: ReportIn): Promise<Words | Refused> {
  const what = said.what?.trim() || null
  const placeText = said.placeText?.trim() || null
  const phone = said.phone?.trim() || null
  if (what === null && said.kind === NEEDS_WORDS) return refuse('refusal.report-words')
  if (what !== null && [...what].length > WORDS_MAX) return refuse('refusal.too-long', { max: WORDS_MAX })
  if (placeText !== null && [...placeText].length > PLACE_MAX) return refuse('refusal.too-long', { max: PLACE_MAX })
  if (phone !== null && !PHONE.test(phone)) return refuse('refusal.report-phone')
  const photos = await ownFiles(tx, actor, said.photos ?? [], PHOTOS_MAX)
  return isRefused(photos) ? photos : { what, placeText, photos, phone }
}

async function subjectsOf(tx: Tx, said: ReportIn): Promise<AddressedBy | Refused> {
  const lot = said.lotCode === undefined ? null : await findCode(tx, said.lotCode)
  if (said.lotCode !== undefined && (lot === null || lot.lotId === null)) return refuse('refusal.lot-unknown')
  const place = said.placeCode === undefined ? null : await findCode(tx, said.placeCode)
  if (said.placeCode !== undefined && (place === null || place.kind === 'lot' || place.kind === 'serial'))
    return refuse('refusal.place-unknown')
  if (said.establishmentId !== undefined) {
    const [known] = await tx.run(readEstablishmentKnown, [said.establishmentId])
    if (!known) return refuse('refusal.place-unknown')
  }
  const unit = said.unitCode === undefined ? null : await unitOfCode(tx, said.unitCode)
  if (said.unitCode !== undefined && unit === null) return refuse('refusal.unit-unknown')
  return {
    establishmentId: said.establishmentId ?? place?.establishmentId ?? null,
    unitId: unit?.id ?? null,
    lotId: lot?.lotId ?? null,
  }
}
