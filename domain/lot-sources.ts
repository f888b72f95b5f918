/** Where a lot comes from: lots of a supplier, a supplier by name or code, a place; and who makes food rather than trades it. */
import type { EstablishmentClass } from '../prisma/generated/enums.js'
import { readRecentSources, readSourceLots, type SourceLotRow } from '../prisma/statements/lots.js'
import type { Sql, Tx } from '../prisma/tx.js'
import { text, type Text } from '../locales/say.js'
import { showCode } from '../qr/codes.js'
import type { Actor } from './actor.js'
import type { Day } from './days.js'
import type { LotDates } from './lot-dates.js'
import { findCode } from './codes.js'
import { isRefused, refuse, type Refused } from './refusal.js'
import { allow } from './rights.js'

/** Sites whose lots come into being there: a chain that reaches one is whole. */
export const PRODUCERS: ReadonlySet<EstablishmentClass> = new Set(['farm', 'cake_maker', 'processor', 'importer'])
/** Sites that turn one food into another: from a supplier's lot they make something new, others only pass it on. */
const MAKERS: ReadonlySet<EstablishmentClass> = new Set(['farm', 'cake_maker', 'processor'])
/** Whether it grows or makes what it sells, and so may have taken it from nobody. */
export const makes = (ofClass: EstablishmentClass): boolean => MAKERS.has(ofClass)
/** Sites that sell to those who eat. */
export const RETAILERS: ReadonlySet<EstablishmentClass> = new Set(['fruit_shop', 'market_stall', 'cake_maker'])

/** Suppliers' lots that one registration may name. */
export const SOURCE_LOTS_MAX = 20
/** Characters of a supplier's name and of an origin in words. */
export const SOURCE_WORDS_MAX = 200

export interface SourcesIn {
  /** Short codes of the lots it was taken from: a supplier's, or the establishment's own when a lot is divided */
  fromLots?: readonly string[]
  /** A supplier who is not registered */
  supplierName?: string
  /** Short code of a registered supplier, or of its badge */
  supplierCode?: string
  /** The place in words, shown to everybody: "Cao Phong, Phú Thọ", "New Zealand" */
  origin?: string
}

export interface Sources {
  lots: SourceLotRow[]
  supplier: { establishmentId?: number; name?: string } | null
  origin: string | null
}

/** Reads what was said of the source and refuses what cannot be. Traders must name some source; makers are one themselves. */
export async function readSources(tx: Tx, said: SourcesIn, ofClass: EstablishmentClass): Promise<Sources | Refused> {
  const origin = said.origin?.trim() || null
  const name = said.supplierName?.trim() || undefined
  if ([origin, name].some((words) => words && [...words].length > SOURCE_WORDS_MAX))
    return refuse('refusal.too-long', { max: SOURCE_WORDS_MAX })
  const codes = [...new Set(said.fromLots ?? [])]
  if (codes.length > SOURCE_LOTS_MAX) return refuse('refusal.supplier-lots-many', { max: SOURCE_LOTS_MAX })
  const lots = codes.length > 0 ? await tx.run(readSourceLots, [codes]) : []
  for (const code of codes) {
    const lot = lots.find((row) => row.code === code)
    if (!lot) return refuse('refusal.supplier-lot-unknown', { code })
    if (lot.status === 'held' || lot.status === 'recalled' || lot.status === 'destroyed')
      return refuse('refusal.supplier-lot-stopped', { code })
  }
  const supplier = said.supplierCode ? await supplierOfCode(tx, said.supplierCode) : name ? { name } : null
  if (isRefused(supplier)) return supplier
  if (lots.length === 0 && !supplier && !origin && !makes(ofClass)) return refuse('refusal.origin-missing')
  return { lots, supplier, origin }
}

/**
 * Goods that are only passed on keep no longer than where they came from (rule V19). The shop may know better (a whole
 * cake was cut and frozen), so it is a warning and no refusal. What is made anew has a life of its own.
 */
export function laterThanSource(
  { expiresOn }: LotDates,
  ofClass: EstablishmentClass,
  sources: readonly { code: string; expiresOn: Day | null }[],
): Text[] {
  if (!expiresOn || makes(ofClass)) return []
  return sources.flatMap(({ code, expiresOn: theirs }) =>
    theirs && theirs < expiresOn
      ? [
          text('warning.later-than-source', {
            code: showCode(code),
            expires: { day: expiresOn },
            source: { day: theirs },
          }),
        ]
      : [],
  )
}

async function supplierOfCode(sql: Sql, code: string): Promise<{ establishmentId: number } | Refused> {
  const known = await findCode(sql, code)
  if (!known || known.kind === 'lot' || known.kind === 'serial') return refuse('refusal.supplier-unknown', { code })
  return { establishmentId: known.establishmentId }
}

/** Lots that are looked back at for a proposal. */
const LOOKED_BACK = 50
const PROPOSED = 5

/**
 * Suppliers (by name) and origins of this establishment's last lots, the newest first: offered again so that nobody types
 * them twice. Of one product when it is given.
 */
export async function recentSources(
  sql: Sql,
  actor: Actor,
  { establishmentId, productId }: { establishmentId: number; productId?: number },
): Promise<{ supplierName: string | null; origin: string | null }[] | Refused> {
  const allowed = await allow(sql, actor, 'lot.register', { establishmentId }, 'refusal.establishment-unknown')
  return isRefused(allowed)
    ? allowed
    : sql.run(readRecentSources, [establishmentId, productId ?? null, LOOKED_BACK, PROPOSED])
}
