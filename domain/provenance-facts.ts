/**
 * The facts of a provenance, made from one database row and filtered by domain/visibility.ts. They say what was verified,
 * by whom and when; never that goods are genuine, which nobody can know. Pure.
 */
import type {
  BadgeStatus,
  CertificateKind,
  EstablishmentClass,
  EstablishmentStatus,
} from '../prisma/generated/enums.js'
import type {
  ProvenanceRow,
  RawBadge,
  RawCertificate,
  RawLot,
  RawSite,
  RawUnit,
} from '../prisma/statements/provenance.js'
import { chainOf, creationKind, eventKind, judge, type Chain, type StepKind, type Verdict } from './chain.js'
import { dayOf, daysBetween, type Day } from './days.js'
import { PRODUCERS, RETAILERS } from './lot-sources.js'
import { sees, shown, type Audience, type Field, type Relation } from './visibility.js'

/** Who looks. `establishmentIds`: a partner's own, or those in an official's mandate. */
export interface Viewer {
  audience: Audience
  establishmentIds: ReadonlySet<number>
}

export const PUBLIC: Viewer = { audience: 'public', establishmentIds: new Set() }

export type UnitName = RawUnit

export interface Place {
  /** The ward (or the district's ward of old) on that day; null outside of the tree */
  unit: UnitName | null
  province: string
  /** ISO 3166-1 alpha-2 */
  country: string
}

/** An establishment in the chain; its name and address are null for those who do not see them. */
export interface Party {
  role: EstablishmentClass
  place: Place
  name: string | null
  address: string | null
}

export interface Step {
  kind: StepKind
  /** A text's parameter: the day that was stated, or the moment of record */
  at: { day: Day } | { moment: string }
  who: Party
  /** What it was at this step */
  product: string
  quantity: { quantity: number; uom: string } | null
}

/** A certificate that an official checked against its paper. */
export interface CheckedCertificate {
  kind: CertificateKind
  number: string
  issuer: string
  scope: string | null
  validUntil: Day | null
  /** Past its last day */
  expired: boolean
  checkedOn: Day
  checkedBy: UnitName
  /** Whose it is in this chain */
  of: PartyRole
  holder: string
}

export type PartyRole = 'maker' | 'shop' | 'other'

export type BadgeState = BadgeStatus | 'expired'

export interface BadgeSeen {
  number: string
  state: BadgeState
  issuedOn: Day
  validUntil: Day
  issuedBy: UnitName
}

/** One fact that somebody verified and that holds today. */
export interface Check {
  what: CertificateKind | 'badge'
  of: PartyRole
  holder: string
  by: UnitName
  on: Day
  until: Day | null
}

/** What is known to be so, and on whose word. */
export interface Verified {
  /** The lot's own data are the word of its establishment, given on this day */
  stated: { by: Party; on: Day }
  /** Each step back is a registered lot; complete: down to a registered producer or importer */
  chain: { complete: boolean; lots: number }
  /** What officials checked and still holds, the latest first */
  checks: Check[]
}

export interface LotProvenance {
  kind: 'lot'
  verdict: Verdict
  /** Why it is not plainly valid: the lot itself, or one that it was taken from */
  because: 'lot' | 'source' | null
  /** As asked for: the lot's own, or that of one unit of it */
  code: string
  lotId: number
  lotCode: string
  product: {
    name: string
    brand: string | null
    gtin: string | null
    standard: string | null
    category: { code: string; name: string; nameEn: string }
    /** Of its picture in the file store */
    pictureKey: string | null
  }
  producedOn: Day | null
  harvestedOn: Day | null
  expiresOn: Day | null
  /** 0 on the last good day, negative after it; null: no expiry was stated */
  daysLeft: number | null
  registeredAt: Date
  /** In words, of the lot or of the furthest one that states it */
  origin: string | null
  /** Of a hold, a recall, a destruction, or being sold out: since when, by order of which unit (null: the shop itself), why */
  status: { since: Date; unit: UnitName | null; reason: string | null } | null
  makers: Party[]
  shop: Party | null
  steps: Step[]
  /** The chain was longer than what is followed */
  cut: boolean
  certificates: CheckedCertificate[]
  /** The shop's, or the maker's who sells itself */
  badge: BadgeSeen | null
  verified: Verified
  quantity: { quantity: number; uom: string } | null
}

/** What a badge's or establishment's own code tells. */
export interface EstablishmentProvenance {
  kind: 'establishment'
  verdict: BadgeState | Exclude<EstablishmentStatus, 'active'>
  code: string
  /** Which sign was scanned */
  sign: 'badge' | 'establishment'
  establishmentId: number
  establishmentCode: string
  status: EstablishmentStatus
  who: Party
  badge: BadgeSeen | null
  certificates: CheckedCertificate[]
}

export interface UnknownCode {
  kind: 'unknown'
  verdict: 'unknown'
  code: string
  /** Codes that exist among those that were meant perhaps, in the order given */
  candidates: string[]
}

export type Provenance = LotProvenance | EstablishmentProvenance | UnknownCode

/** A row seen by somebody on a day: what all the makers of facts below need. */
interface View {
  today: Day
  viewer: Viewer
  sites: ReadonlyMap<number, RawSite>
  /** Of a site, by what it is in this chain */
  relationOf: (siteId: number) => Relation
  roleOf: (siteId: number) => PartyRole
}

export function lotFacts(row: ProvenanceRow, code: string, today: Day, viewer: Viewer): LotProvenance {
  const sites = new Map(row.sites.map((site) => [site.id, site]))
  const chain = chainOf(row.lots, sites)
  const own = row.lots[0]!
  const view = viewOfChain(row, chain, today, viewer, sites)
  const { verdict, because, lot } = judge(row.lots, today)
  const certificates = chain.lots
    .map(({ siteId }) => siteId)
    .filter(isFirst)
    .flatMap((id) => certificatesOf(sites.get(id)!, view))
  const badgeSite = sites.get(chain.shop ?? own.siteId)!
  const badge = badgeSite.badge && look(badgeFacts(badgeSite.badge, today), badgeSite.id, 'badge.state', view)
  const stated = { by: partyOf(own.siteId, own.unit, view), on: dayOf(new Date(own.createdAt)) }
  return {
    kind: 'lot',
    verdict,
    because,
    code,
    lotId: own.id,
    lotCode: row.lot_code!,
    product: {
      name: own.product,
      brand: own.brand,
      gtin: own.gtin,
      standard: own.standard,
      category: own.category,
      pictureKey: own.pictureKey,
    },
    producedOn: own.producedOn,
    harvestedOn: own.harvestedOn,
    expiresOn: own.expiresOn,
    daysLeft: own.expiresOn === null ? null : daysBetween(today, own.expiresOn),
    registeredAt: new Date(own.createdAt),
    origin: own.origin ?? chain.lots.find(({ origin }) => origin !== null)?.origin ?? null,
    status: statusOf(lot, view),
    makers: chain.makers.map((id) => partyOf(id, unitThen(id, chain), view)),
    shop: chain.shop === null ? null : partyOf(chain.shop, own.unit, view),
    steps: stepsOf(row, chain, view),
    cut: chain.cut,
    certificates,
    badge,
    verified: {
      stated,
      chain: { complete: chain.complete, lots: chain.lots.length },
      checks: checksOf(certificates, badge, badgeSite, view),
    },
    quantity: quantityOf(own, view, 'lot.quantity'),
  }
}

export function establishmentFacts(
  row: ProvenanceRow,
  code: string,
  today: Day,
  viewer: Viewer,
): EstablishmentProvenance {
  const sites = new Map(row.sites.map((site) => [site.id, site]))
  const site = sites.get(row.establishment_id!)!
  const mine = viewer.establishmentIds.has(site.id)
  // A sign hangs in the window: whoever reads its code reads the name as well. A number can be tried out.
  const bySign = code !== site.code
  const named = bySign || site.namedInChain || RETAILERS.has(site.class) || PRODUCERS.has(site.class)
  const relation: Relation = { named, direct: mine, inMandate: mine && viewer.audience === 'official' }
  const view: View = { today, viewer, sites, relationOf: () => relation, roleOf: () => 'shop' }
  const badge = site.badge && look(badgeFacts(site.badge, today), site.id, 'badge.state', view)
  return {
    kind: 'establishment',
    verdict: site.status !== 'active' ? site.status : row.kind === 'badge' ? badge!.state : 'valid',
    code,
    sign: row.kind === 'badge' ? 'badge' : 'establishment',
    establishmentId: site.id,
    establishmentCode: site.code,
    status: site.status,
    who: partyOf(site.id, site.unit, view),
    badge,
    certificates: certificatesOf(site, view),
  }
}

function viewOfChain(
  row: ProvenanceRow,
  chain: Chain,
  today: Day,
  viewer: Viewer,
  sites: ReadonlyMap<number, RawSite>,
): View {
  const direct = neighbours(row.lots, viewer.establishmentIds)
  const relationOf = (siteId: number): Relation => ({
    named: siteId === chain.shop || chain.makers.includes(siteId) || sites.get(siteId)!.namedInChain,
    direct: direct.has(siteId),
    inMandate: viewer.audience === 'official' && viewer.establishmentIds.has(siteId),
  })
  const roleOf = (siteId: number): PartyRole =>
    siteId === chain.shop ? 'shop' : chain.makers.includes(siteId) ? 'maker' : 'other'
  return { today, viewer, sites, relationOf, roleOf }
}

/** The viewer's own sites, and those one step up or down a lot of theirs. */
function neighbours(lots: readonly RawLot[], own: ReadonlySet<number>): Set<number> {
  const siteOf = new Map(lots.map(({ id, siteId }) => [id, siteId]))
  const near = new Set<number>()
  for (const { siteId, childId } of lots) {
    const childSite = childId === null ? undefined : siteOf.get(childId)
    if (own.has(siteId)) near.add(siteId)
    if (own.has(siteId) && childSite !== undefined) near.add(childSite)
    if (childSite !== undefined && own.has(childSite)) near.add(siteId)
  }
  return near
}

const isFirst = <T>(value: T, index: number, all: readonly T[]): boolean => all.indexOf(value) === index

const look = <T>(value: T, siteId: number, field: Field, view: View): T | null =>
  shown(value, view.viewer.audience, field, view.relationOf(siteId))

function partyOf(siteId: number, unit: RawUnit | null, view: View): Party {
  const site = view.sites.get(siteId)!
  return {
    role: site.class,
    place: { unit, province: site.province, country: site.country },
    name: look(site.name, siteId, 'party.name', view),
    address: look(site.address, siteId, 'party.address', view),
  }
}

/** Where the site lay when it registered the nearest lot of the chain that is its own. */
const unitThen = (siteId: number, chain: Chain): RawUnit | null =>
  chain.lots.findLast((lot) => lot.siteId === siteId)?.unit ?? null

const quantityOf = (
  { quantity, uom, siteId }: RawLot,
  view: View,
  field: Field,
): { quantity: number; uom: string } | null => look({ quantity, uom }, siteId, field, view)

function statusOf(lot: RawLot, view: View): LotProvenance['status'] {
  if (lot.status === 'active') return null
  const field: Field = lot.status === 'held' ? 'lot.hold-reason' : 'lot.recall-reason'
  return {
    since: new Date(lot.statusAt),
    unit: lot.statusUnit,
    reason: look(lot.statusReason, lot.siteId, field, view),
  }
}

function stepsOf({ lots: reached, events }: ProvenanceRow, chain: Chain, view: View): Step[] {
  const own = chain.lots.at(-1)!
  const begun = chain.lots.map((lot): Step => {
    const sources = reached.filter(({ childId }) => childId === lot.id)
    const kind = creationKind(
      lot,
      view.sites.get(lot.siteId)!.class,
      sources.every(({ siteId }) => siteId === lot.siteId),
    )
    const day = kind === 'grown' ? (lot.harvestedOn ?? lot.producedOn) : kind === 'made' ? lot.producedOn : null
    return {
      kind,
      at: day === null ? { moment: lot.createdAt } : { day },
      who: partyOf(lot.siteId, lot.unit, view),
      product: lot.product,
      quantity: quantityOf(lot, view, 'step.quantity'),
    }
  })
  const later = events.flatMap(({ bizStep, disposition, at, siteId }): Step[] => {
    const kind = eventKind(bizStep, disposition)
    if (kind === null || siteId === null || !view.sites.has(siteId)) return []
    const who = partyOf(siteId, siteId === own.siteId ? own.unit : view.sites.get(siteId)!.unit, view)
    return [{ kind, at: { moment: at }, who, product: own.product, quantity: null }]
  })
  // Branches run beside each other. What is of one day stays as it is: sources before what is made of them.
  return [...begun, ...later].sort((a, b) => dayAt(a).localeCompare(dayAt(b)))
}

const dayAt = ({ at }: Step): Day => ('day' in at ? at.day : dayOf(new Date(at.moment)))

function certificatesOf(site: RawSite, view: View): CheckedCertificate[] {
  if (!sees(view.viewer.audience, 'certificate.checked', view.relationOf(site.id))) return []
  return site.certificates.map((certificate) => certificateFacts(certificate, site, view))
}

const certificateFacts = (certificate: RawCertificate, site: RawSite, { today, roleOf }: View): CheckedCertificate => ({
  kind: certificate.kind,
  number: certificate.number,
  issuer: certificate.issuer,
  scope: certificate.scope,
  validUntil: certificate.validUntil,
  expired: certificate.validUntil !== null && certificate.validUntil < today,
  checkedOn: dayOf(new Date(certificate.checkedAt)),
  checkedBy: certificate.checkedBy,
  of: roleOf(site.id),
  holder: site.name,
})

const badgeFacts = ({ number, status, issuedOn, validUntil, issuedBy }: RawBadge, today: Day): BadgeSeen => ({
  number,
  state: status === 'valid' && validUntil < today ? 'expired' : status,
  issuedOn,
  validUntil,
  issuedBy,
})

function checksOf(
  certificates: CheckedCertificate[],
  badge: BadgeSeen | null,
  site: RawSite,
  { roleOf }: View,
): Check[] {
  const checks = certificates
    .filter(({ expired }) => !expired)
    .map(({ kind, of, holder, checkedBy, checkedOn, validUntil }): Check => ({
      what: kind,
      of,
      holder,
      by: checkedBy,
      on: checkedOn,
      until: validUntil,
    }))
  if (badge?.state === 'valid')
    checks.push({
      what: 'badge',
      of: roleOf(site.id),
      holder: site.name,
      by: badge.issuedBy,
      on: badge.issuedOn,
      until: badge.validUntil,
    })
  return checks.sort((a, b) => b.on.localeCompare(a.on))
}
