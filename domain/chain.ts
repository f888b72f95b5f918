/** What a chain of lots says: who produced, who sells, whether it is whole, what must be warned of. Pure. */
import type { EstablishmentClass, LotStatus } from '../prisma/generated/enums.js'
import { CHAIN_LOTS_MAX, CHAIN_STEPS_MAX, type RawLot, type RawSite } from '../prisma/statements/provenance.js'
import type { Day } from './days.js'
import { PRODUCERS, RETAILERS } from './lot-sources.js'

/** What a person who holds the goods is told first. */
export const VERDICTS = ['valid', 'expired', 'sold_out', 'held', 'recalled', 'destroyed'] as const
export type Verdict = (typeof VERDICTS)[number]

export interface Judgement {
  verdict: Verdict
  /** The lot that it is about: the one asked for, or one that it was taken from; null for a plain valid */
  because: 'lot' | 'source' | null
  /** The lot whose status or date decided */
  lot: RawLot
}

/** What stops a lot, the gravest first; it stops whatever was taken from it too. */
const STOPPED: readonly (LotStatus & Verdict)[] = ['recalled', 'destroyed', 'held']

/**
 * The gravest thing that is true: recalled before destroyed before held, of the lot itself before one that it was taken
 * from; then expired, sold out, valid. A lot is good up to and with its expiry day.
 */
export function judge(lots: readonly RawLot[], today: Day): Judgement {
  const own = lots[0]!
  for (const verdict of STOPPED) {
    const lot = lots.find(({ status }) => status === verdict)
    if (lot) return { verdict, because: lot.id === own.id ? 'lot' : 'source', lot }
  }
  if (own.expiresOn !== null && own.expiresOn < today) return { verdict: 'expired', because: 'lot', lot: own }
  if (own.status === 'sold_out') return { verdict: 'sold_out', because: 'lot', lot: own }
  return { verdict: 'valid', because: null, lot: own }
}

export interface Chain {
  /** Each lot once, those furthest back first; the lot that was asked for is last */
  lots: RawLot[]
  /** Cut at the limits: there is more behind it */
  cut: boolean
  /** Every branch begins at a registered producer or importer */
  complete: boolean
  /** Sites that produced or imported what the lot is, the nearest first */
  makers: number[]
  /** The site that sells it to those who eat; null when the lot is not of such a one */
  shop: number | null
}

export function chainOf(reached: readonly RawLot[], sites: ReadonlyMap<number, RawSite>): Chain {
  const own = reached[0]!
  const within = reached.slice(0, CHAIN_LOTS_MAX)
  const deepest = new Map<number, RawLot>()
  // Rows come by depth, so the last one of a lot is its deepest.
  for (const lot of within) deepest.set(lot.id, lot)
  const lots = [...deepest.values()].sort(
    (a, b) => b.depth - a.depth || a.createdAt.localeCompare(b.createdAt) || a.id - b.id,
  )
  const cut =
    reached.length > CHAIN_LOTS_MAX || within.some((lot) => lot.depth === CHAIN_STEPS_MAX && lot.takenBy !== null)
  const classOf = (lot: RawLot): EstablishmentClass => sites.get(lot.siteId)!.class
  const complete = !cut && lots.every((lot) => lot.takenBy !== null || PRODUCERS.has(classOf(lot)))
  const shop = RETAILERS.has(classOf(own)) ? own.siteId : null
  return { lots, cut, complete, makers: makersOf(own, within, classOf), shop }
}

/** From the lot backwards to the first ones that were made or imported rather than passed on. */
function makersOf(own: RawLot, reached: readonly RawLot[], classOf: (lot: RawLot) => EstablishmentClass): number[] {
  const makers = new Set<number>()
  const seen = new Set<number>()
  let level = [own]
  while (level.length > 0) {
    const passedOn: RawLot[] = []
    for (const lot of level) {
      if (seen.has(lot.id)) continue
      seen.add(lot.id)
      if (lot.takenBy === 'commissioning' || (lot.takenBy === null && PRODUCERS.has(classOf(lot))))
        makers.add(lot.siteId)
      else passedOn.push(lot)
    }
    const ids = new Set(passedOn.map(({ id }) => id))
    level = reached.filter(({ childId }) => childId !== null && ids.has(childId))
  }
  return [...makers]
}

/** What a step of the chain was, in the words of those who eat. */
export type StepKind =
  | 'grown'
  | 'made'
  | 'imported'
  /** Goods in, from a lot of the house or from a supplier who is not registered */
  | 'received'
  /** The same site divided or packed its own lot anew */
  | 'repacked'
  | 'shipped'
  | 'on_sale'
  | 'inspected'
  | 'held'
  | 'recalled'
  | 'sold_out'
  | 'destroyed'

const BEGUN: Partial<Record<EstablishmentClass, StepKind>> = {
  farm: 'grown',
  importer: 'imported',
  cake_maker: 'made',
  processor: 'made',
}

/** How a lot came into being. `fromOwn`: all that it was taken from is of the same site. */
export const creationKind = (lot: RawLot, ofClass: EstablishmentClass, fromOwn: boolean): StepKind => {
  if (lot.takenBy === null) return BEGUN[ofClass] ?? 'received'
  if (lot.takenBy === 'commissioning') return ofClass === 'farm' ? 'grown' : 'made'
  return fromOwn ? 'repacked' : 'received'
}

const LATER: Record<string, StepKind> = {
  shipping: 'shipped',
  stocking: 'on_sale',
  inspecting: 'inspected',
  retail_selling: 'sold_out',
  destroying: 'destroyed',
}

/** What a later event of a lot was; null for one that says nothing to those who eat. */
export const eventKind = (bizStep: string, disposition: string | null): StepKind | null =>
  bizStep === 'holding' ? (disposition === 'recalled' ? 'recalled' : 'held') : (LATER[bizStep] ?? null)
