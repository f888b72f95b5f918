/**
 * What can be done with a case as it stands, by somebody with these roles there: the buttons of its card and of its alerts, in
 * the order of need. Right and state are checked again at the press.
 */
import type { CaseRow } from '../prisma/statements/cases.js'
import type { Sql } from '../prisma/tx.js'
import type { Actor } from './actor.js'
import { CASE_MOVES, isEnded, isInHand, isWaiting, type CaseMove, type CaseMoveRule } from './case-life.js'
import { may, rolesThere, type Action, type Role } from './rights.js'

type Standing = Pick<CaseRow, 'status' | 'establishmentId' | 'reports' | 'callable' | 'pausedAt'>

interface Option {
  right: Action
  when(row: Standing): boolean
}

const moving = (move: Exclude<CaseMove, 'reopen'>): Option => {
  const { right, from }: CaseMoveRule & { right: Action } = CASE_MOVES[move]
  return { right, when: ({ status }) => from.includes(status) }
}

const OPTIONS = {
  accept: moving('accept'),
  check: moving('check'),
  'ask-shop': { right: 'case.ask', when: (row) => isInHand(row.status) && row.establishmentId !== null },
  'ask-reporter': {
    right: 'case.ask',
    when: (row) => isInHand(row.status) && row.reports > 0 && row.pausedAt === null,
  },
  /** Somebody left a number */
  call: { right: 'case.call-reporter', when: ({ callable }) => callable > 0 },
  decide: moving('decide'),
  close: moving('close'),
  'pass-on': moving('pass-on'),
  refuse: moving('refuse'),
  see: { right: 'case.see', when: () => true },
} as const satisfies Record<string, Option>

/** What a button about a case does. */
export type CaseDeed = keyof typeof OPTIONS

const can = (row: Standing, roles: readonly Role[], deed: CaseDeed): boolean =>
  may(roles, OPTIONS[deed].right) && OPTIONS[deed].when(row)

/** Somebody's roles over a case, the nearest unit's first; none: it does not exist for them. */
export const rolesOver = (
  sql: Sql,
  who: Pick<Actor, 'personId' | 'now'>,
  { unitId, sector, class: ofClass }: Pick<CaseRow, 'unitId' | 'sector' | 'class'>,
) => rolesThere(sql, who, { unitId, sector, class: ofClass })

/** All but looking at it, which whoever is shown these does. */
export async function optionsOf(sql: Sql, actor: Actor, row: CaseRow): Promise<CaseDeed[]> {
  const roles = (await rolesOver(sql, actor, row)).map(({ role }) => role)
  return (Object.keys(OPTIONS) as CaseDeed[]).filter((deed) => deed !== 'see' && can(row, roles, deed))
}

/** Under an alert: the few that fit, the rest are on the card. */
export function alertOptions(row: Standing, roles: readonly Role[]): CaseDeed[] {
  const few: readonly CaseDeed[] = isEnded(row.status)
    ? ['see']
    : isWaiting(row.status)
      ? ['accept', 'pass-on', 'see']
      : ['see', 'ask-shop', 'ask-reporter', 'pass-on', 'close']
  return few.filter((deed) => can(row, roles, deed))
}
