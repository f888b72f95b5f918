/** Labels of a lot, and signs of a shop, given out to be printed: who may, and how many so far. */
import type { Sql, Tx } from '../prisma/tx.js'
import { readLot } from '../prisma/statements/lots.js'
import type { Sign } from '../qr/sign.js'
import { isOperator, type Actor, type Operator } from './actor.js'
import { issueCode } from './codes.js'
import { dayOf } from './days.js'
import { remember } from './history.js'
import { isRefused, refuse, type Refused } from './refusal.js'
import { allow, may, rolesAt, type Action } from './rights.js'

/** Labels given out at once. */
export const LABELS_MOST = 500

const ISSUED = 'issue-labels'

export interface LabelsIssued {
  /** Of this lot, these included */
  total: number
}

/** Labels of a lot are given out, and counted: a lot's stamps can be held against its goods. `paper`: as qr/label-sizes names it. */
export async function issueLabels(
  tx: Tx,
  by: Actor | Operator,
  code: string,
  { paper, count }: { paper: string; count: number },
): Promise<LabelsIssued | Refused> {
  const [lot] = await tx.run(readLot, [code])
  if (!lot) return refuse('refusal.lot-unknown')
  if (!isOperator(by)) {
    const where = { establishmentId: lot.establishmentId }
    const allowed = await allow(tx, by, 'lot.issue-labels', where, 'refusal.lot-unknown')
    if (isRefused(allowed)) return allowed
  }
  if (!Number.isInteger(count) || count < 1 || count > LABELS_MOST)
    return refuse('refusal.labels-many', { max: LABELS_MOST })
  const before = await issuedOf(tx, lot.id)
  await remember(tx, by, { subject: 'lot', subjectId: lot.id, action: ISSUED, after: { paper, count } })
  return { total: before + count }
}

/** The caller has asked for the right. */
async function issuedOf({ prisma }: Tx, lotId: number): Promise<number> {
  const rows = await prisma.history.findMany({
    where: { subject: 'lot', subjectId: String(lotId), action: ISSUED },
    select: { after: true },
  })
  return rows.reduce((sum, { after }) => sum + ((after as { count?: number } | null)?.count ?? 0), 0)
}

const RIGHT_OF: Record<Sign, Action> = { badge: 'establishment.print-badge', window: 'establishment.print-window' }

/** Which signs of an establishment the actor may have printed. */
export async function signsFor(sql: Sql, actor: Actor, establishmentId: number): Promise<Sign[]> {
  const roles = ((await rolesAt(sql, actor, [establishmentId])).get(establishmentId) ?? []).map(({ role }) => role)
  return (['window', 'badge'] as const).filter((sign) => may(roles, RIGHT_OF[sign]))
}

/**
 * The code that a sign shows: the valid badge's own, or the establishment's, which is issued when it has none yet. Written down.
 * A badge that has ended, or was taken back, is not printed.
 */
export async function issueSign(
  tx: Tx,
  by: Actor | Operator,
  establishmentId: number,
  sign: Sign,
): Promise<{ code: string } | Refused> {
  const allowed = isOperator(by)
    ? { unitId: null }
    : await allow(tx, by, RIGHT_OF[sign], { establishmentId }, 'refusal.establishment-unknown')
  if (isRefused(allowed)) return allowed
  const code = await (sign === 'badge' ? badgeCode : establishmentCode)(tx, by, establishmentId)
  if (typeof code !== 'string') return code
  await remember(tx, by, {
    subject: 'establishment',
    subjectId: establishmentId,
    action: 'issue-sign',
    after: { sign, code, unitId: allowed.unitId },
  })
  return { code }
}

async function badgeCode(tx: Tx, { now }: Pick<Actor, 'now'>, establishmentId: number): Promise<string | Refused> {
  const badge = await tx.prisma.badge.findFirst({
    where: { establishmentId, status: 'valid', validUntil: { gte: new Date(dayOf(now)) } },
    orderBy: { issuedOn: 'desc' },
    select: { id: true, codes: { select: { code: true }, orderBy: { issuedAt: 'desc' }, take: 1 } },
  })
  if (!badge) return refuse('refusal.badge-none-valid')
  return badge.codes[0]?.code ?? issueCode(tx, { kind: 'badge', badgeId: badge.id }, now)
}

async function establishmentCode(tx: Tx, { now }: Pick<Actor, 'now'>, establishmentId: number): Promise<string> {
  const [known] = await tx.prisma.code.findMany({
    where: { establishmentId, kind: 'establishment' },
    orderBy: { issuedAt: 'desc' },
    select: { code: true },
    take: 1,
  })
  return known?.code ?? issueCode(tx, { kind: 'establishment', establishmentId }, now)
}
