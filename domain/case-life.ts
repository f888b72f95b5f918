/** The life of a case as a table that can be read aloud. Time running out is no move: it tells the unit above. */
import type { CaseStatus } from '../prisma/generated/enums.js'
import type { Action } from './rights.js'

export interface CaseMoveRule {
  from: readonly CaseStatus[]
  to: CaseStatus
  /** null: the reporter's own */
  right: Action | null
  /** In writing; shown to reporters */
  reason: 'needed' | 'optional'
  /** Pictures or papers */
  evidence: 'needed' | 'optional'
  /** What the clock does: begins anew at a unit, goes on to the time to handle, runs on, ends */
  clock: 'arrives' | 'handles' | 'goes-on' | 'ends'
}

/** Nobody has accepted it (here) yet. */
export const WAITING = ['received', 'passed_on', 'reopened'] as const satisfies readonly CaseStatus[]
/** Somebody works on it. */
export const IN_HAND = ['accepted', 'checking', 'decided'] as const satisfies readonly CaseStatus[]
export const ENDED_STATUSES = ['closed', 'refused'] as const satisfies readonly CaseStatus[]

export const isWaiting = (status: CaseStatus): boolean => (WAITING as readonly CaseStatus[]).includes(status)
export const isInHand = (status: CaseStatus): boolean => (IN_HAND as readonly CaseStatus[]).includes(status)
export const isEnded = (status: CaseStatus): boolean => (ENDED_STATUSES as readonly CaseStatus[]).includes(status)

export const CASE_MOVES = {
  accept: {
    from: WAITING,
    to: 'accepted',
    right: 'case.accept',
    reason: 'optional',
    evidence: 'optional',
    clock: 'handles',
  },
  /** To a sibling, up, or to another sector */
  'pass-on': {
    from: [...WAITING, 'accepted', 'checking'],
    to: 'passed_on',
    right: 'case.pass-on',
    reason: 'needed',
    evidence: 'optional',
    clock: 'arrives',
  },
  check: {
    from: ['accepted'],
    to: 'checking',
    right: 'case.check',
    reason: 'optional',
    evidence: 'optional',
    clock: 'goes-on',
  },
  /** What is done about it: a warning, a fine, a suspension, nothing */
  decide: {
    from: ['accepted', 'checking'],
    to: 'decided',
    right: 'case.decide',
    reason: 'needed',
    evidence: 'optional',
    clock: 'goes-on',
  },
  close: {
    from: IN_HAND,
    to: 'closed',
    right: 'case.close',
    reason: 'needed',
    evidence: 'needed',
    clock: 'ends',
  },
  refuse: {
    from: [...WAITING, 'accepted', 'checking'],
    to: 'refused',
    right: 'case.refuse',
    reason: 'needed',
    evidence: 'optional',
    clock: 'ends',
  },
  /** Once, by a reporter who is not content */
  reopen: {
    from: ENDED_STATUSES,
    to: 'reopened',
    right: null,
    reason: 'needed',
    evidence: 'optional',
    clock: 'arrives',
  },
} as const satisfies Record<string, CaseMoveRule>

export type CaseMove = keyof typeof CASE_MOVES

/** What may be done to a case that stands so, whoever does it. */
export const movesFrom = (status: CaseStatus): CaseMove[] =>
  (Object.keys(CASE_MOVES) as CaseMove[]).filter((move) =>
    (CASE_MOVES[move].from as readonly CaseStatus[]).includes(status),
  )
