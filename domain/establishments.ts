/** Food business establishments, as far as each may see them. */
import type { MembershipRole } from '../prisma/generated/enums.js'
import {
  readOwnEstablishments,
  searchAllEstablishments,
  searchVisibleEstablishments,
  type EstablishmentRow,
} from '../prisma/statements/establishments.js'
import type { Sql } from '../prisma/tx.js'
import { fold } from '../locales/fold.js'
import { isOperator, type Actor, type Operator } from './actor.js'
import { dayOf } from './days.js'

export type Establishment = EstablishmentRow

/** The establishments that the actor belongs to, with the role there; the first is proposed first. */
export const myEstablishments = async (
  sql: Sql,
  actor: Actor,
): Promise<(Establishment & { role: MembershipRole })[]> =>
  actor.personId === null ? [] : sql.run(readOwnEstablishments, [actor.personId, actor.now])

/** Rows of one page when nobody says. */
const PAGE = 20
const PAGE_MAX = 200

/**
 * Establishments by name (without diacritics, a misspelling forgiven) or code, a page at a time: those that lie under the
 * actor's mandates or are the actor's own; for the operator all. `after`: the last id of the page before.
 */
export async function searchEstablishments(
  sql: Sql,
  by: Actor | Operator,
  { query = '', after = 0, limit = PAGE }: { query?: string; after?: number; limit?: number } = {},
): Promise<Establishment[]> {
  const page = [likeSafe(fold(query)), after, Math.min(limit, PAGE_MAX)] as const
  if (isOperator(by)) return sql.run(searchAllEstablishments, page)
  if (by.personId === null) return []
  return sql.run(searchVisibleEstablishments, [...page, by.personId, by.now, dayOf(by.now)])
}

/** What a person types is no pattern: the signs of LIKE are left out, no name needs them. */
export const likeSafe = (query: string): string => query.replace(/[\\%_]/g, ' ').trim()
