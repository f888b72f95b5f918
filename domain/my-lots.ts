/** The lots of the shops that somebody works for: found, listed, and one seen whole. */
import type { LotStatus } from '../prisma/generated/enums.js'
import {
  readCreation,
  readLot,
  readSourcesOfLot,
  searchLots,
  type LinkRow,
  type LotRow,
} from '../prisma/statements/lots.js'
import type { Sql } from '../prisma/tx.js'
import { fold } from '../locales/fold.js'
import type { Actor } from './actor.js'
import { dayOf, daysBetween } from './days.js'
import { likeSafe } from './establishments.js'
import { isRefused, refuse, type Refused } from './refusal.js'
import { allow, may, standingOf } from './rights.js'

/** A lot as its own shop and officials in charge see it. */
export interface LotSeen extends LotRow {
  /** Days until the expiry, 0 on the last good day, negative after it; null: no expiry */
  daysLeft: number | null
}

export interface MyLots {
  lots: LotSeen[]
  /** Hand it in as `before` to see the next page; null: that was all */
  next: number | null
}

/** Lots of one page when nobody says. */
const PAGE = 10
const PAGE_MAX = 100
const EVERY_STATUS: readonly LotStatus[] = ['active', 'sold_out', 'held', 'recalled', 'destroyed']

/**
 * The lots of the actor's own establishments (or of one of them), the newest first: all, or those whose product's name
 * (diacritics aside, a misspelling forgiven) or code's beginning is `query`.
 */
export async function myLots(
  sql: Sql,
  actor: Actor,
  {
    establishmentId,
    query = '',
    statuses = EVERY_STATUS,
    before = null,
    limit = PAGE,
  }: {
    establishmentId?: number
    query?: string
    statuses?: readonly LotStatus[]
    before?: number | null
    limit?: number
  } = {},
): Promise<MyLots> {
  const { memberships } = await standingOf(sql, actor)
  const mine = memberships
    .filter((membership) => may([membership.role], 'lot.see'))
    .map((membership) => membership.establishmentId)
    .filter((id) => establishmentId === undefined || id === establishmentId)
  if (mine.length === 0) return { lots: [], next: null }
  const size = Math.min(limit, PAGE_MAX)
  const rows = await sql.run(searchLots, [
    mine,
    likeSafe(fold(query)),
    codeStart(query),
    [...statuses],
    before,
    size + 1,
  ])
  const lots = rows.slice(0, size).map((row) => seen(row, actor.now))
  return { lots, next: rows.length > size ? (lots.at(-1)?.id ?? null) : null }
}

/** A typed beginning of a code: upper case, no spaces or dashes, look-alikes mapped. */
const codeStart = (query: string): string =>
  query
    .toUpperCase()
    .replace(/[\s-]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1')
    .replace(/[^0-9A-Z]/g, '')

const seen = (row: LotRow, now: Date): LotSeen => ({
  ...row,
  daysLeft: row.expiresOn === null ? null : daysBetween(dayOf(now), row.expiresOn),
})

export interface LotWhole extends LotSeen {
  /** Lots that it was taken from, one step back */
  from: LinkRow[]
  /** Who delivered it, when that is no lot of the house */
  supplierName: string | null
  /** Keys of its papers in the file store */
  papers: string[]
}

/** One lot with all that its shop said of it: for those who work there, and officials in charge of the place. */
export async function lotOf(sql: Sql, actor: Actor, code: string): Promise<LotWhole | Refused> {
  const [lot] = await sql.run(readLot, [code])
  if (!lot) return refuse('refusal.lot-unknown')
  const allowed = await allow(sql, actor, 'lot.see', { establishmentId: lot.establishmentId }, 'refusal.lot-unknown')
  if (isRefused(allowed)) return allowed
  const from = await sql.run(readSourcesOfLot, [lot.id])
  const [creation] = await sql.run(readCreation, [lot.id])
  return {
    ...seen(lot, actor.now),
    from,
    supplierName: creation?.supplierName ?? null,
    papers: creation?.fileKeys ?? [],
  }
}
