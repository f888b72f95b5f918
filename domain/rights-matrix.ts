/**
 * Every cell of who may do what, where: role x action x jurisdiction. Printed by `admin -- rights matrix`; a test tries each
 * through the function that it stands for.
 */
import { may, RIGHTS, ROLES, type Action, type Role } from './rights.js'

/** Where somebody's role lies, seen from what is asked about. */
export const JURISDICTIONS = [
  /** The very establishment or unit */
  'here',
  /** A unit above it: of officials only */
  'above',
  /** Another establishment or unit */
  'beside',
  /** There, but for another sector or class: of officials only */
  'other-sector',
  'other-class',
  /** There, but it ended a moment ago, or is suspended (officials) */
  'ended',
  'suspended',
] as const
export type Jurisdiction = (typeof JURISDICTIONS)[number]

const SHOP_ROLES: readonly Role[] = ['staff', 'owner']
const OF_SHOPS: readonly Jurisdiction[] = ['here', 'beside', 'ended']
export const isShopRole = (role: Role): boolean => SHOP_ROLES.includes(role)

/** About the unit as a whole: a mandate for one sector or class of it is enough. */
const OF_THE_UNIT: readonly Action[] = ['unit.see', 'unit.hand-over']
/** Only in the very unit: one's own mandate there is handed over. */
const ONLY_HERE: readonly Action[] = ['unit.hand-over']
/** Asked about an establishment; the other actions about a unit, or a case of it, where shops have no standing. */
const ofEstablishment = (action: Action): boolean =>
  /^(establishment|product|lot)\./.test(action) || action === 'case.reply'

/** `allowed`; `role`: it is there, but not theirs to do; `unknown`: it does not exist for them. */
export type Verdict = 'allowed' | 'role' | 'unknown'

export interface Cell {
  action: Action
  role: Role
  jurisdiction: Jurisdiction
  verdict: Verdict
}

function verdictOf(action: Action, role: Role, jurisdiction: Jurisdiction): Verdict {
  if (isShopRole(role) && !ofEstablishment(action)) return 'unknown'
  const there =
    jurisdiction === 'here' ||
    jurisdiction === 'above' ||
    (jurisdiction.startsWith('other-') && OF_THE_UNIT.includes(action))
  if (!there) return 'unknown'
  if (!may([role], action)) return 'role'
  return ONLY_HERE.includes(action) && jurisdiction === 'above' ? 'unknown' : 'allowed'
}

export const rightsMatrix = (): Cell[] =>
  (Object.keys(RIGHTS) as Action[]).flatMap((action) =>
    ROLES.flatMap((role) =>
      (isShopRole(role) ? OF_SHOPS : JURISDICTIONS).map((jurisdiction) => ({
        action,
        role,
        jurisdiction,
        verdict: verdictOf(action, role, jurisdiction),
      })),
    ),
  )
