/**
 * Who may do what, where. Every domain function asks here first. Rights come from memberships (a shop's own people) and
 * mandates (officials, over all that lies in their unit), both valid at the actor's `now`.
 *
 * What lies outside of all of a person's memberships and mandates does not exist for that person: the refusal is the one
 * for something unknown, so that nobody learns what is there by asking.
 */
import type { EstablishmentClass, MandateRole, MembershipRole, Sector } from '../prisma/generated/enums.js'
import {
  readRolesAt,
  readRolesOver,
  readStanding,
  type RoleRow,
  type StandingRow,
} from '../prisma/statements/rights.js'
import type { Sql } from '../prisma/tx.js'
import type { Actor } from './actor.js'
import { dayOf } from './days.js'
import { refuse, type Refused, type RefusalKey } from './refusal.js'

export type Role = MembershipRole | MandateRole

export const ROLES = [
  'staff',
  'owner',
  'viewer',
  'inspector',
  'officer',
  'administrator',
] as const satisfies readonly Role[]

const EVERYBODY_THERE = ROLES
const THE_SHOP = ['staff', 'owner'] as const
const OFFICIALS_WHO_ACT = ['inspector', 'officer', 'administrator'] as const
const OFFICIALS_WHO_DECIDE = ['officer', 'administrator'] as const

/** The table: who may take an action at an establishment or over a unit. Printed by `rights matrix`. */
export const RIGHTS = {
  'establishment.see': EVERYBODY_THERE,
  'establishment.invite-staff': ['owner', 'administrator'],
  'establishment.invite-owner': ['owner', ...OFFICIALS_WHO_DECIDE],
  /** The recognition badge is given by officials, so they print it */
  'establishment.print-badge': OFFICIALS_WHO_ACT,
  'establishment.print-window': [...THE_SHOP, ...OFFICIALS_WHO_ACT],
  'product.see': EVERYBODY_THERE,
  'product.add': THE_SHOP,
  'lot.see': EVERYBODY_THERE,
  'lot.register': THE_SHOP,
  'lot.correct': THE_SHOP,
  'lot.issue-labels': THE_SHOP,
  'lot.sell-out': THE_SHOP,
  'lot.hold': ['owner', ...OFFICIALS_WHO_ACT],
  /** Of a hold that the shop put on its own goods */
  'lot.release': ['owner', ...OFFICIALS_WHO_DECIDE],
  /** Of a hold that a unit ordered */
  'lot.release-ordered': OFFICIALS_WHO_DECIDE,
  /** By the shop itself (voluntary), or ordered */
  'lot.recall': ['owner', ...OFFICIALS_WHO_DECIDE],
  'unit.see': ['viewer', ...OFFICIALS_WHO_ACT],
  'unit.invite': ['administrator'],
  /** Their own account goes to somebody else */
  'unit.hand-over': ['administrator'],
  'unit.suspend': ['administrator'],
  /** Names who stands in for somebody else; for themselves every official may */
  'unit.stand-in': ['administrator'],
  'unit.switch-rules': ['administrator'],
  'case.see': ['viewer', ...OFFICIALS_WHO_ACT],
  /** The reporter's number, audited */
  'case.call-reporter': OFFICIALS_WHO_ACT,
  'case.accept': OFFICIALS_WHO_ACT,
  'case.check': OFFICIALS_WHO_ACT,
  'case.pass-on': OFFICIALS_WHO_ACT,
  'case.ask': OFFICIALS_WHO_ACT,
  'case.decide': OFFICIALS_WHO_DECIDE,
  'case.close': OFFICIALS_WHO_DECIDE,
  'case.refuse': OFFICIALS_WHO_DECIDE,
  /** The shop's right of reply */
  'case.reply': THE_SHOP,
} as const satisfies Record<string, readonly Role[]>

export type Action = keyof typeof RIGHTS

export const may = (roles: readonly Role[], action: Action): boolean =>
  roles.some((role) => (RIGHTS[action] as readonly Role[]).includes(role))

export type Standing = StandingRow

/** All that a person is at this moment: what a menu is made from. Nobody in particular is nothing. */
export async function standingOf(sql: Sql, actor: Actor): Promise<Standing> {
  if (actor.personId === null) return { memberships: [], mandates: [] }
  const [row] = await sql.run(readStanding, [actor.personId, actor.now, dayOf(actor.now)])
  return row ?? { memberships: [], mandates: [] }
}

/** The actor's roles at each of these establishments; those where there are none are left out. */
export async function rolesAt(
  sql: Sql,
  actor: Pick<Actor, 'personId' | 'now'>,
  establishmentIds: readonly number[],
): Promise<Map<number, RoleRow[]>> {
  const roles = new Map<number, RoleRow[]>()
  if (actor.personId === null || establishmentIds.length === 0) return roles
  const rows = await sql.run(readRolesAt, [actor.personId, actor.now, dayOf(actor.now), [...establishmentIds]])
  for (const row of rows) roles.set(row.subject_id, [...(roles.get(row.subject_id) ?? []), row])
  return roles
}

/** Over a unit: for this sector and class, null (or left out) being any; `whole`: for all of them where null. */
export type Where =
  | { establishmentId: number }
  | { unitId: number; sector?: Sector | null; class?: EstablishmentClass | null; whole?: boolean }

/** Allowed, and by which unit's mandate; null unit: by a membership. */
export interface Allowed {
  unitId: number | null
}

/**
 * Whether the actor may do this there. Somebody with no role there is told `unknown`, the refusal for what does not exist;
 * somebody whose role does not allow it is told so. Of several mandates the nearest unit's counts.
 */
export async function allow(
  sql: Sql,
  actor: Actor,
  action: Action,
  where: Where,
  unknown: RefusalKey,
): Promise<Allowed | Refused> {
  const rows = await rolesThere(sql, actor, where)
  if (rows.length === 0) return refuse(unknown)
  const row = rows.find(({ role }) => may([role], action))
  return row ? { unitId: row.unit_id } : refuse('refusal.not-yours-to-do')
}

/** The actor's roles there, the nearest unit's first: for what is offered. What is done asks `allow`. */
export async function rolesThere(sql: Sql, actor: Pick<Actor, 'personId' | 'now'>, where: Where): Promise<RoleRow[]> {
  if (actor.personId === null) return []
  if ('establishmentId' in where)
    return (await rolesAt(sql, actor, [where.establishmentId])).get(where.establishmentId) ?? []
  const { unitId, sector = null, class: ofClass = null, whole = false } = where
  return sql.run(readRolesOver, [actor.personId, actor.now, dayOf(actor.now), unitId, sector, ofClass, whole])
}
