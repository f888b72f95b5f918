/** The life of a lot as a table that can be read aloud, and the moves through it. Expiry is no move: it is read from the date. */
import type { LotStatus } from '../prisma/generated/enums.js'
import { lockLot, readLot, type LotRow } from '../prisma/statements/lots.js'
import type { Sql, Tx } from '../prisma/tx.js'
import type { Actor } from './actor.js'
import { appendEvent, type BizStep, type Disposition } from './events.js'
import { tellRecalled } from './followers.js'
import { remember } from './history.js'
import { isRefused, refuse, type Refused } from './refusal.js'
import { allow, type Action, type Allowed } from './rights.js'

interface Move {
  from: readonly LotStatus[]
  to: LotStatus
  right: Action
  bizStep: BizStep
  disposition: Disposition
}

export const LOT_MOVES = {
  'sell-out': {
    from: ['active'],
    to: 'sold_out',
    right: 'lot.sell-out',
    bizStep: 'retail_selling',
    disposition: 'retail_sold',
  },
  /** Said sold out by mistake, or some came back */
  'sell-again': {
    from: ['sold_out'],
    to: 'active',
    right: 'lot.sell-out',
    bizStep: 'stocking',
    disposition: 'sellable_accessible',
  },
  hold: {
    from: ['active', 'sold_out'],
    to: 'held',
    right: 'lot.hold',
    bizStep: 'holding',
    disposition: 'non_sellable_other',
  },
  release: {
    from: ['held'],
    to: 'active',
    right: 'lot.release',
    bizStep: 'stocking',
    disposition: 'sellable_accessible',
  },
  recall: {
    from: ['active', 'sold_out', 'held'],
    to: 'recalled',
    right: 'lot.recall',
    bizStep: 'holding',
    disposition: 'recalled',
  },
} as const satisfies Record<string, Move>

export type LotMove = keyof typeof LOT_MOVES

/** Characters of a reason. */
export const REASON_MAX = 500

/** A lot after a move. */
export interface Moved {
  lotId: number
  code: string
  productName: string
  status: LotStatus
}

/** The shop says that nothing of the lot is left. */
export const markSoldOut = (tx: Tx, actor: Actor, code: string): Promise<Moved | Refused> =>
  move(tx, actor, code, 'sell-out')
/** The shop says that some is there after all. */
export const markOnSaleAgain = (tx: Tx, actor: Actor, code: string): Promise<Moved | Refused> =>
  move(tx, actor, code, 'sell-again')
/** By the owner, or by an official of the place: nothing of the lot is sold until it is released. */
export const holdLot = (tx: Tx, actor: Actor, code: string, reason: string): Promise<Moved | Refused> =>
  move(tx, actor, code, 'hold', reason)
/** Ends a hold; one that a unit ordered is ended by an official only. */
export const releaseLot = (tx: Tx, actor: Actor, code: string): Promise<Moved | Refused> =>
  move(tx, actor, code, 'release')
/** By the owner (voluntary) or by an official. `reason` is shown to everybody who looks at the lot, and told to its followers. */
export async function recallLot(tx: Tx, actor: Actor, code: string, reason: string): Promise<Moved | Refused> {
  const moved = await move(tx, actor, code, 'recall', reason)
  if (!isRefused(moved)) await tellRecalled(tx, { ...moved, reason })
  return moved
}

/** Whether the actor may recall the lot as it stands: asked for its card, and again before anybody types a reason. */
export async function mayRecall(sql: Sql, actor: Actor, code: string): Promise<Allowed | Refused> {
  // Most who look a lot up are nobody in particular: they cost no round trip.
  const [lot] = actor.personId === null ? [] : await sql.run(readLot, [code])
  return lot ? mayMove(sql, actor, lot, LOT_MOVES.recall) : refuse('refusal.lot-unknown')
}

async function mayMove(sql: Sql, actor: Actor, lot: LotRow, { from, right }: Move): Promise<Allowed | Refused> {
  const allowed = await allow(sql, actor, right, { establishmentId: lot.establishmentId }, 'refusal.lot-unknown')
  if (isRefused(allowed)) return allowed
  return from.includes(lot.status) ? allowed : refuse('refusal.lot-move')
}

async function move(tx: Tx, actor: Actor, code: string, name: LotMove, reason?: string): Promise<Moved | Refused> {
  const [lot] = await tx.run(lockLot, [code])
  if (!lot) return refuse('refusal.lot-unknown')
  const step: Move = LOT_MOVES[name]
  const right = name === 'release' && lot.statusUnitId !== null ? 'lot.release-ordered' : step.right
  const allowed = await mayMove(tx, actor, lot, { ...step, right })
  if (isRefused(allowed)) return allowed
  if (reason !== undefined && reason.length > REASON_MAX) return refuse('refusal.too-long', { max: REASON_MAX })
  await settle(tx, actor, lot, step, allowed, reason)
  await remember(tx, actor, {
    subject: 'lot',
    subjectId: lot.id,
    action: name,
    before: { status: lot.status },
    after: { status: step.to, unitId: allowed.unitId },
  })
  return { lotId: lot.id, code: lot.code, productName: lot.productName, status: step.to }
}

async function settle(
  tx: Tx,
  actor: Actor,
  lot: LotRow,
  step: Move,
  { unitId }: Allowed,
  reason?: string,
): Promise<void> {
  const stopped = step.to === 'held' || step.to === 'recalled'
  await tx.prisma.lot.update({
    where: { id: lot.id },
    data: {
      status: step.to,
      statusAt: actor.now,
      statusReason: stopped ? reason : null,
      statusUnitId: stopped ? unitId : null,
    },
    select: { id: true },
  })
  await appendEvent(tx, actor, {
    type: 'object',
    action: 'observe',
    bizStep: step.bizStep,
    disposition: step.disposition,
    placeId: lot.establishmentId,
    statedById: lot.establishmentId,
    lots: [{ lotId: lot.id, role: 'object' }],
  })
}
