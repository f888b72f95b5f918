/**
 * Correcting what was registered by mistake. The lot is changed; what was said before stays: the wrong event carries an
 * error declaration, a new event corrects it, the history holds both.
 */
import { lockLot, readCreation, readSourcesOfLot, type LotRow } from '../prisma/statements/lots.js'
import type { Tx } from '../prisma/tx.js'
import type { Text } from '../locales/say.js'
import type { Actor } from './actor.js'
import { dayOf, type Day } from './days.js'
import { appendEvent, declareWrong, type BizStep, type Disposition } from './events.js'
import { remember } from './history.js'
import { begunOn, checkDates, dateWarnings, type LotDates } from './lot-dates.js'
import { laterThanSource, SOURCE_WORDS_MAX } from './lot-sources.js'
import { checkQuantity, columnOf, ilmdOf } from './lots.js'
import { isUom, rounded } from './measures.js'
import { isRefused, refuse, type Refused } from './refusal.js'
import { allow } from './rights.js'

/** What is to stand instead; what is left out stays as it is, null takes a date or the origin away. */
export interface Correction extends LotDates {
  quantity?: number
  uom?: string
  origin?: string | null
  /** The day that it began, of harvest or of production: whichever the lot has */
  begunOn?: Day | null
}

export interface Corrected {
  lotId: number
  code: string
  warnings: Text[]
}

interface Facts {
  quantity: number
  uom: string
  origin: string | null
  producedOn: Day | null
  harvestedOn: Day | null
  expiresOn: Day | null
}
const FACTS = [
  'quantity',
  'uom',
  'origin',
  'producedOn',
  'harvestedOn',
  'expiresOn',
] as const satisfies readonly (keyof Facts)[]

/** Corrects a lot of the actor's establishment. Not while it is held or recalled: what was said then must stay in sight. */
export async function correctLot(
  tx: Tx,
  actor: Actor,
  code: string,
  correction: Correction,
): Promise<Corrected | Refused> {
  const [lot] = await tx.run(lockLot, [code])
  if (!lot) return refuse('refusal.lot-unknown')
  const allowed = await allow(tx, actor, 'lot.correct', { establishmentId: lot.establishmentId }, 'refusal.lot-unknown')
  if (isRefused(allowed)) return allowed
  if (lot.status !== 'active' && lot.status !== 'sold_out') return refuse('refusal.lot-stopped')

  const grown = lot.harvestedOn !== null && lot.producedOn === null
  const begun = correction.begunOn === undefined ? {} : begunOn(correction.begunOn, grown)
  const after = corrected(lot, { ...correction, ...begun })
  const changed = FACTS.filter((fact) => after[fact] !== lot[fact])
  if (changed.length === 0) return refuse('refusal.nothing-to-correct')
  const today = dayOf(actor.now)
  const bad =
    checkQuantity(after.quantity) ??
    (isUom(after.uom) ? null : refuse('refusal.measure-unknown')) ??
    checkDates(after, today)
  if (bad) return bad
  if (after.origin && [...after.origin].length > SOURCE_WORDS_MAX)
    return refuse('refusal.too-long', { max: SOURCE_WORDS_MAX })

  await tx.prisma.lot.update({
    where: { id: lot.id },
    data: {
      ...after,
      producedOn: columnOf(after.producedOn),
      harvestedOn: columnOf(after.harvestedOn),
      expiresOn: columnOf(after.expiresOn),
    },
    select: { id: true },
  })
  await correctEvents(tx, actor, lot, after)
  const pick = (from: Facts) => Object.fromEntries(changed.map((fact) => [fact, from[fact]]))
  await remember(tx, actor, {
    subject: 'lot',
    subjectId: lot.id,
    action: 'correct',
    before: pick(lot),
    after: pick(after),
  })
  const category = await tx.prisma.productCategory.findUniqueOrThrow({ where: { code: lot.categoryCode } })
  const sources = await tx.run(readSourcesOfLot, [lot.id])
  return {
    lotId: lot.id,
    code: lot.code,
    warnings: [...dateWarnings(after, category, today), ...laterThanSource(after, lot.establishmentClass, sources)],
  }
}

const corrected = (lot: LotRow, { quantity, uom, origin, producedOn, harvestedOn, expiresOn }: Correction): Facts => ({
  quantity: quantity === undefined ? lot.quantity : rounded(quantity),
  uom: uom ?? lot.uom,
  origin: origin === undefined ? lot.origin : origin?.trim() || null,
  producedOn: producedOn === undefined ? lot.producedOn : producedOn,
  harvestedOn: harvestedOn === undefined ? lot.harvestedOn : harvestedOn,
  expiresOn: expiresOn === undefined ? lot.expiresOn : expiresOn,
})

async function correctEvents(tx: Tx, actor: Actor, lot: LotRow, after: Facts): Promise<void> {
  const [creation] = await tx.run(readCreation, [lot.id])
  if (!creation) return
  await replaceEvent(tx, actor, creation.eventId, lot, after)
  // A goods-in event told the same amount; both go together, and are found by their common time of record.
  for (const id of creation.receivingIds) await replaceEvent(tx, actor, id, lot, after)
}

/** The same event again with the right amounts and master data; the old one is declared wrong. */
async function replaceEvent(tx: Tx, actor: Actor, eventId: number, lot: LotRow, after: Facts): Promise<void> {
  const old = await tx.prisma.event.findUniqueOrThrow({
    where: { id: eventId },
    include: { lots: true, parties: true, documents: true },
  })
  await declareWrong(tx, actor, old.id, 'incorrect_data')
  await appendEvent(tx, actor, {
    type: old.type,
    action: old.action ?? undefined,
    bizStep: old.bizStep as BizStep,
    disposition: (old.disposition as Disposition | null) ?? undefined,
    eventTime: old.eventTime,
    placeId: old.placeId ?? undefined,
    placeText: old.placeText ?? undefined,
    statedById: old.statedById,
    ilmd: old.ilmd === null ? undefined : ilmdOf({ ...after, code: lot.code }),
    // An amount that was told is the lot's own, or was taken for it alone; where none was told none is made up.
    lots: old.lots.map(({ lotId, role, quantity }) => ({
      lotId,
      role,
      ...(quantity !== null && { quantity: after.quantity, uom: after.uom }),
    })),
    parties: old.parties.map(({ side, establishmentId, name }) => ({
      side,
      establishmentId: establishmentId ?? undefined,
      name: name ?? undefined,
    })),
    documents: old.documents.map(({ fileId, type, number }) => ({ fileId, type, number: number ?? undefined })),
    correctsId: old.id,
  })
}
