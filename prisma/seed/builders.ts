/**
 * One small factory for each kind of row, every default filled in: the demo is built of these, and so are tests. They
 * write straight to the tables and ask for no right.
 */
import { createHash } from 'node:crypto'
import { fold } from '../../locales/fold.js'
import { randomCode } from '../../qr/codes.js'
import type { Prisma } from '../generated/client.js'
import type { CaseStatus, EstablishmentClass, MandateRole, MembershipRole, Sector } from '../generated/enums.js'
import { insertCase } from '../statements/cases.js'
import type { Tx } from '../tx.js'

/** What a factory builds on: a transaction, or the whole database. */
export type Ground = Pick<Tx, 'prisma' | 'run'>

let built = 0
/** A number that no other row of this process was given, for what must be unique. */
const nth = (): number => ++built

const day = (text: string): Date => new Date(text)
const DAY_MS = 86_400_000
export const daysFrom = (moment: Date, days: number): Date => new Date(moment.getTime() + days * DAY_MS)

/** When nobody says: long before any test's now. */
const LONG_AGO = day('2024-01-01')

export const aUnit = ({ prisma }: Ground, over: Partial<Prisma.UnitUncheckedCreateInput> = {}) => {
  const n = nth()
  return prisma.unit.create({
    data: { code: `U-${n}`, kind: 'ward', name: `Phường ${n}`, nameEn: `Ward ${n}`, validFrom: LONG_AGO, ...over },
  })
}

const SECTORS: Record<EstablishmentClass, Sector> = {
  fruit_shop: 'trade',
  cake_maker: 'trade',
  wholesaler: 'trade',
  importer: 'trade',
  market_stall: 'trade',
  farm: 'agriculture',
  processor: 'agriculture',
}

export interface EstablishmentOver extends Partial<Omit<Prisma.EstablishmentUncheckedCreateInput, 'units'>> {
  /** In whose territory it lies: one unit for ever, or several by date */
  units?: { unitId: number; validFrom?: Date; validTo?: Date }[]
  unitId?: number
}

/** An active fruit shop of an enterprise of its own. */
export async function anEstablishment({ prisma }: Ground, { units, unitId, ...over }: EstablishmentOver = {}) {
  const n = nth()
  const name = over.name ?? `Cửa hàng ${n}`
  const enterpriseId =
    over.enterpriseId ??
    (await prisma.enterprise.create({ data: { name, kind: 'household' }, select: { id: true } })).id
  const lies = units ?? (unitId === undefined ? [] : [{ unitId }])
  const ofClass = over.class ?? 'fruit_shop'
  return prisma.establishment.create({
    data: {
      code: `E-${n}`,
      class: ofClass,
      sector: SECTORS[ofClass],
      address: `Số ${n} phố Mẫu`,
      province: 'Hà Nội',
      status: 'active',
      ...over,
      name,
      nameFolded: fold(name),
      enterpriseId,
      units: { createMany: { data: lies.map((where) => ({ validFrom: LONG_AGO, ...where })) } },
    },
  })
}

export interface PersonOver {
  name?: string
  /** What `talk --as` takes; makes a chat on the console, and one on the web of the same address */
  persona?: string
  language?: 'vi' | 'en'
  works?: { establishmentId: number; role?: MembershipRole; validFrom?: Date; validTo?: Date }[]
  mandates?: {
    unitId: number
    role?: MandateRole
    sector?: Sector
    class?: EstablishmentClass
    validFrom?: Date
    validTo?: Date
  }[]
}

/** A person with a chat; `chatId` is that on the console. */
export async function aPerson(
  { prisma }: Ground,
  { name, persona, language = 'vi', works = [], mandates = [] }: PersonOver = {},
) {
  const address = persona ?? `person-${nth()}`
  const person = await prisma.person.create({
    data: {
      displayName: name,
      chats: { create: (['console', 'web'] as const).map((channel) => ({ channel, address, language })) },
      memberships: { create: works.map((work) => ({ role: 'owner', validFrom: LONG_AGO, ...work })) },
      mandates: { create: mandates.map((mandate) => ({ role: 'officer', validFrom: LONG_AGO, ...mandate })) },
    },
    include: { chats: { orderBy: { id: 'asc' } } },
  })
  return { id: person.id, chatId: person.chats[0]!.id, persona: address }
}

/** A consumer: a chat and nobody behind it. */
export const aChat = ({ prisma }: Ground, over: Partial<Prisma.ChatUncheckedCreateInput> = {}) =>
  prisma.chat.create({ data: { channel: 'console', address: `chat-${nth()}`, language: 'vi', ...over } })

/** The category is made when it is not there. */
export async function aProduct(
  { prisma }: Ground,
  over: Partial<Prisma.ProductUncheckedCreateInput> & { establishmentId: number },
) {
  const name = over.name ?? `Cam ${nth()}`
  const categoryCode = over.categoryCode ?? 'fresh_fruit'
  await prisma.productCategory.createMany({
    data: [{ code: categoryCode, name: categoryCode, nameEn: categoryCode }],
    skipDuplicates: true,
  })
  return prisma.product.create({
    data: { uom: 'KGM', shelfLifeDays: 10, ...over, name, nameFolded: fold(name), categoryCode },
  })
}

export const aFile = ({ prisma }: Ground, over: Partial<Prisma.FileUncheckedCreateInput> = {}) => {
  const key = over.key ?? `test/${nth()}.jpg`
  const sha256 = createHash('sha256').update(key).digest()
  return prisma.file.create({ data: { key, sha256, bytes: 1000, mime: 'image/jpeg', ...over } })
}

export interface EventOver extends Omit<
  Prisma.EventUncheckedCreateInput,
  'lots' | 'parties' | 'documents' | 'recordTime'
> {
  lots: Prisma.EventLotCreateManyEventInput[]
  parties?: Prisma.EventPartyCreateManyEventInput[]
}

/** An event recorded when it happened. */
export const anEvent = ({ prisma }: Ground, { lots, parties = [], ...over }: EventOver) =>
  prisma.event.create({
    data: {
      recordTime: over.eventTime,
      ...over,
      lots: { createMany: { data: lots } },
      ...(parties.length > 0 && { parties: { createMany: { data: parties } } }),
    },
    select: { id: true },
  })

export interface LotOver extends Partial<Omit<Prisma.LotUncheckedCreateInput, 'codes' | 'events' | 'scans'>> {
  productId: number
  establishmentId: number
  /** Its short code; drawn when nobody says */
  code?: string
  /** Lots that it was taken from */
  from?: { id: number; establishmentId: number }[]
  /** It became another food, rather than being passed on */
  made?: boolean
  /** A supplier who is not registered */
  supplierName?: string
}

/** A lot with its code, and the events by which it came into being. */
export async function aLot(
  on: Ground,
  { code = randomCode(), from = [], made = false, supplierName, ...over }: LotOver,
) {
  const { quantity = 100, uom = 'KGM', createdAt: at = new Date('2026-11-01T01:00:00Z'), establishmentId } = over
  const lot = await on.prisma.lot.create({
    data: {
      statusAt: at,
      ...over,
      quantity,
      uom,
      createdAt: at,
      codes: { create: { code, kind: 'lot', issuedAt: at } },
    },
  })
  const amount = { quantity: lot.quantity, uom }
  const here = { eventTime: at, placeId: establishmentId, statedById: establishmentId }
  for (const source of from.filter((source) => source.establishmentId !== establishmentId))
    await anEvent(on, {
      ...here,
      type: 'object',
      action: 'observe',
      bizStep: 'receiving',
      disposition: 'in_progress',
      lots: [{ lotId: source.id, role: 'object', ...(from.length === 1 && amount) }],
      parties: [
        { side: 'source', establishmentId: source.establishmentId },
        { side: 'destination', establishmentId },
      ],
    })
  const begun = { ...here, disposition: 'active', ilmd: { lotNumber: code } }
  if (from.length > 0)
    await anEvent(on, {
      ...begun,
      type: 'transformation',
      bizStep: made ? 'commissioning' : 'repackaging',
      lots: [
        ...from.map(({ id }) => ({ lotId: id, role: 'input' as const, ...(from.length === 1 && amount) })),
        { lotId: lot.id, role: 'output', ...amount },
      ],
    })
  else
    await anEvent(on, {
      ...begun,
      type: 'object',
      action: 'add',
      bizStep: 'commissioning',
      lots: [{ lotId: lot.id, role: 'object', ...amount }],
      parties: supplierName
        ? [
            { side: 'source', name: supplierName },
            { side: 'destination', establishmentId },
          ]
        : [],
    })
  return { id: lot.id, code, establishmentId, productId: lot.productId, createdAt: at }
}

/** A badge and its code. */
export async function aBadge(
  { prisma }: Ground,
  {
    code = randomCode(),
    ...over
  }: Partial<Prisma.BadgeUncheckedCreateInput> & { establishmentId: number; issuedById: number; code?: string },
) {
  const { issuedOn = LONG_AGO, validUntil = day('2030-12-31'), status = 'valid' } = over
  const { statusOn = status === 'valid' ? null : issuedOn } = over
  const badge = await prisma.badge.create({
    data: {
      number: `B-${nth()}`,
      ...over,
      issuedOn,
      validUntil,
      statusOn,
      codes: { create: { code, kind: 'badge', issuedAt: new Date(issuedOn) } },
    },
  })
  return { id: badge.id, number: badge.number, code }
}

/** The code that stands for an establishment itself. */
export async function anEstablishmentCode(
  { prisma }: Ground,
  establishmentId: number,
  code = randomCode(),
  issuedAt = LONG_AGO,
) {
  await prisma.code.create({ data: { code, kind: 'establishment', establishmentId, issuedAt } })
  return code
}

/** A food-safety certificate; checked when a unit is named that did it. */
export const aCertificate = (
  { prisma }: Ground,
  over: Partial<Prisma.CertificateUncheckedCreateInput> & { establishmentId: number },
) =>
  prisma.certificate.create({
    data: {
      kind: 'food_safety',
      number: `C-${nth()}`,
      issuer: 'Cơ quan cấp',
      issuedOn: LONG_AGO,
      validUntil: day('2030-12-31'),
      ...(over.checkedById && { checkedAt: LONG_AGO }),
      ...over,
    },
  })

export interface CaseOver extends Partial<Omit<Prisma.CaseUncheckedCreateInput, 'steps' | 'reports'>> {
  unitId: number
  /** Who reported it, with what words */
  reporters?: { chatId: number; words?: string; rating?: number }[]
  /** What was done, after the report itself */
  steps?: { action: string; toStatus: CaseStatus; personId?: number; reason?: string; at?: Date }[]
}

/** A case of spoiled goods as it stands after its steps; nobody is told, no clock runs. */
export async function aCase(on: Ground, { reporters = [], steps = [], unitId, ...over }: CaseOver) {
  const { openedAt = LONG_AGO, kindCode = 'spoiled', severity = 'complex', establishmentId = null, lotId = null } = over
  const opened = new Date(openedAt)
  const [row] = await on.run(insertCase, [
    'HN', opened.getFullYear(), 'report', kindCode, severity, unitId, null, null, establishmentId, lotId, opened, null,
  ]) // prettier-ignore
  const { id, number } = row!
  const last = steps.at(-1)
  await on.prisma.case.update({
    where: { id },
    data: {
      clock: null,
      clockFrom: null,
      ...over,
      status: last?.toStatus ?? 'received',
      statusAt: last?.at ?? opened,
      reports: {
        create: reporters.map(({ rating, ...report }) => ({
          ...report,
          at: opened,
          ...(rating !== undefined && { rating, ratedAt: last?.at ?? opened }),
        })),
      },
      steps: {
        create: [{ action: 'report', toStatus: 'received' as CaseStatus }, ...steps].map((step) => ({
          at: opened,
          ...step,
          unitId,
        })),
      },
    },
    select: { id: true },
  })
  return { id, number }
}
