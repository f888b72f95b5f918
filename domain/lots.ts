/** Registering a lot: one transaction makes the lot, its short code, its events and its history. */
import type { EstablishmentClass, EstablishmentStatus } from '../prisma/generated/enums.js'
import type { Tx } from '../prisma/tx.js'
import { text, type Text } from '../locales/say.js'
import { randomCode } from '../qr/codes.js'
import type { Actor } from './actor.js'
import { issueCode } from './codes.js'
import { dateOf, dayOf, type Day } from './days.js'
import { appendEvent, type EventIn } from './events.js'
import { remember } from './history.js'
import { begunOn, checkDates, dateWarnings, type LotDates } from './lot-dates.js'
import { laterThanSource, makes, readSources, type Sources, type SourcesIn } from './lot-sources.js'
import { isUom, QUANTITY_MAX, rounded } from './measures.js'
import { createProduct, productByName, type NewProduct, type Product } from './products.js'
import { isRefused, refuse, type Refused, type RefusalKey } from './refusal.js'
import { allow } from './rights.js'

/** Papers that one registration takes: an album's worth. */
export const PAPERS_MAX = 10

export interface LotIn extends SourcesIn, LotDates {
  establishmentId: number
  /** One of the catalogue, or a new one on the way (one of the same name is taken instead, diacritics aside) */
  product: { id: number } | NewProduct
  /** The day that it began, in place of either of its days: of harvest at a farm, of production elsewhere */
  begunOn?: Day
  /** More than 0; kept to three digits after the point */
  quantity: number
  /** UN/CEFACT code */
  uom: string
  /** Ids of files that the actor sent: invoices, certificates, goods-in notes */
  papers?: readonly number[]
}

export interface Registered {
  /** The short code for the label */
  code: string
  lotId: number
  product: Product
  /** What is unusual about it, for the receipt */
  warnings: Text[]
}

interface Site {
  id: number
  name: string
  class: EstablishmentClass
  status: EstablishmentStatus
}

const NOT_ACTIVE: Record<Exclude<EstablishmentStatus, 'active'>, RefusalKey> = {
  pending: 'refusal.establishment-pending',
  suspended: 'refusal.establishment-suspended',
  closed: 'refusal.establishment-closed',
}

/** Whether this can be a lot's quantity: for a question that checks as it is answered. */
export const checkQuantity = (quantity: number): Refused | null =>
  rounded(quantity) > 0 && quantity < QUANTITY_MAX ? null : refuse('refusal.quantity', { max: QUANTITY_MAX })

/**
 * Registers a lot of an establishment that the actor works for. What was taken from other lots becomes a transformation
 * of them, with a goods-in event for those of a supplier; anything else is commissioned here. `draw` is for tests.
 */
export async function registerLot(
  tx: Tx,
  actor: Actor,
  lot: LotIn,
  draw: () => string = randomCode,
): Promise<Registered | Refused> {
  const { establishmentId } = lot
  const allowed = await allow(tx, actor, 'lot.register', { establishmentId }, 'refusal.establishment-unknown')
  if (isRefused(allowed)) return allowed
  const site = await tx.prisma.establishment.findUniqueOrThrow({
    where: { id: establishmentId },
    select: { id: true, name: true, class: true, status: true },
  })
  if (site.status !== 'active') return refuse(NOT_ACTIVE[site.status], { name: site.name })

  const today = dayOf(actor.now)
  const dates = lot.begunOn ? { ...lot, ...begunOn(lot.begunOn, site.class === 'farm') } : lot
  const bad =
    checkQuantity(lot.quantity) ??
    (isUom(lot.uom) ? null : refuse('refusal.measure-unknown')) ??
    checkDates(dates, today)
  if (bad) return bad
  const sources = await readSources(tx, lot, site.class)
  if (isRefused(sources)) return sources
  const papers = await ownPapers(tx, actor, lot.papers ?? [])
  if (isRefused(papers)) return papers
  const product = await productOf(tx, actor, establishmentId, lot.product)
  if (isRefused(product)) return product

  const quantity = rounded(lot.quantity)
  const kept = {
    productId: product.id,
    establishmentId,
    quantity,
    uom: lot.uom,
    origin: sources.origin,
    producedOn: dates.producedOn ?? null,
    harvestedOn: dates.harvestedOn ?? null,
    expiresOn: dates.expiresOn ?? null,
  }
  const { id: lotId } = await tx.prisma.lot.create({
    data: {
      ...kept,
      producedOn: columnOf(kept.producedOn),
      harvestedOn: columnOf(kept.harvestedOn),
      expiresOn: columnOf(kept.expiresOn),
      statusAt: actor.now,
      createdById: actor.personId,
      createdAt: actor.now,
    },
    select: { id: true },
  })
  const code = await issueCode(tx, { kind: 'lot', lotId }, actor.now, draw)
  for (const event of creationEvents({ ...kept, lotId, code }, site, sources, papers))
    await appendEvent(tx, actor, event)
  await remember(tx, actor, { subject: 'lot', subjectId: lotId, action: 'register', after: { code, ...kept } })

  const category = await tx.prisma.productCategory.findUniqueOrThrow({ where: { code: product.categoryCode } })
  return {
    code,
    lotId,
    product,
    warnings: [...dateWarnings(kept, category, today), ...sourceWarnings(kept, site.class, sources, today)],
  }
}

export const columnOf = (day: Day | null): Date | null => (day === null ? null : dateOf(day))

async function productOf(
  tx: Tx,
  actor: Actor,
  establishmentId: number,
  asked: LotIn['product'],
): Promise<Product | Refused> {
  if (!('id' in asked))
    return (await productByName(tx, establishmentId, asked.name)) ?? createProduct(tx, actor, establishmentId, asked)
  const found = await tx.prisma.product.findFirst({
    where: { id: asked.id, establishmentId },
    select: {
      id: true,
      name: true,
      categoryCode: true,
      uom: true,
      shelfLifeDays: true,
      picture: { select: { key: true } },
    },
  })
  if (!found) return refuse('refusal.product-unknown')
  const { picture, ...product } = found
  return { ...product, pictureKey: picture?.key ?? null }
}

/** The files that the actor sent; anybody else's do not exist. */
async function ownPapers(tx: Tx, actor: Actor, fileIds: readonly number[]): Promise<number[] | Refused> {
  const ids = [...new Set(fileIds)]
  if (ids.length === 0) return []
  if (ids.length > PAPERS_MAX) return refuse('refusal.papers-many', { max: PAPERS_MAX })
  const own = await tx.prisma.file.count({ where: { id: { in: ids }, personId: actor.personId } })
  return own === ids.length ? ids : refuse('refusal.file-unknown')
}

interface NewLot extends LotDates {
  lotId: number
  code: string
  productId: number
  quantity: number
  uom: string
  origin: string | null
}

/** Instance / lot master data of the event by which a lot comes into being. Days as YYYY-MM-DD; what is unknown is left out. */
export const ilmdOf = (lot: Omit<NewLot, 'lotId' | 'productId' | 'quantity' | 'uom'>): Record<string, string> =>
  Object.fromEntries(
    Object.entries({
      lotNumber: lot.code,
      productionDate: lot.producedOn,
      harvestEndDate: lot.harvestedOn,
      itemExpirationDate: lot.expiresOn,
      origin: lot.origin,
    }).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )

function creationEvents(lot: NewLot, site: Site, { lots, supplier }: Sources, papers: number[]): EventIn[] {
  const amount = { quantity: lot.quantity, uom: lot.uom }
  const here = {
    placeId: site.id,
    statedById: site.id,
    documents: papers.map((fileId) => ({ fileId, type: 'inv' })),
  }
  const parties = supplier
    ? [
        { side: 'source' as const, ...supplier },
        { side: 'destination' as const, establishmentId: site.id },
      ]
    : []
  if (lots.length === 0)
    return [
      {
        ...here,
        parties,
        type: 'object',
        action: 'add',
        bizStep: 'commissioning',
        disposition: 'active',
        ilmd: ilmdOf(lot),
        lots: [{ lotId: lot.lotId, role: 'object', ...amount }],
      },
    ]
  // Of several lots nobody has said how much was taken from each.
  const taken = lots.length === 1 ? amount : {}
  const received: EventIn[] = lots
    .filter(({ establishmentId }) => establishmentId !== site.id)
    .map(({ lotId, establishmentId }) => ({
      ...here,
      type: 'object',
      action: 'observe',
      bizStep: 'receiving',
      disposition: 'in_progress',
      lots: [{ lotId, role: 'object', ...taken }],
      parties: [
        { side: 'source', establishmentId },
        { side: 'destination', establishmentId: site.id },
      ],
    }))
  const madeAnew = makes(site.class) && lots.some(({ productId }) => productId !== lot.productId)
  return [
    ...received,
    {
      ...here,
      parties,
      type: 'transformation',
      bizStep: madeAnew ? 'commissioning' : 'repackaging',
      disposition: 'active',
      ilmd: ilmdOf(lot),
      lots: [
        ...lots.map(({ lotId }) => ({ lotId, role: 'input' as const, ...taken })),
        { lotId: lot.lotId, role: 'output', ...amount },
      ],
    },
  ]
}

function sourceWarnings(lot: LotDates, ofClass: EstablishmentClass, { lots }: Sources, today: Day): Text[] {
  const warnings: Text[] = laterThanSource(lot, ofClass, lots)
  for (const source of lots) {
    if (source.expiresOn && source.expiresOn < today)
      warnings.push(text('warning.supplier-lot-expired', { code: source.code }))
    if (lot.producedOn && source.producedOn && lot.producedOn < source.producedOn)
      warnings.push(
        text('warning.older-than-source', { produced: { day: lot.producedOn }, source: { day: source.producedOn } }),
      )
  }
  return warnings
}
