/**
 * Officials' accounts: who they are, suspended and resumed by an administrator of their unit or above, handed over to
 * somebody else, stood in for while away.
 */
import { readOfficials, type OfficialRow } from '../prisma/statements/officials.js'
import { readLastChat } from '../prisma/statements/alerts.js'
import type { Mandate } from '../prisma/generated/client.js'
import type { Tx, Sql } from '../prisma/tx.js'
import { text, type Text } from '../locales/say.js'
import type { Actor } from './actor.js'
import { dayOf } from './days.js'
import { remember } from './history.js'
import { endMandate, lapseInvitations, makeInvitation } from './invitations.js'
import { tell } from './notices.js'
import { isRefused, refuse, type Refused } from './refusal.js'
import { allow, standingOf, type Action } from './rights.js'
import { unitOfCode, unitsAt, type Unit } from './units.js'

export type Official = OfficialRow

/** Everybody with a mandate that is valid or suspended now, in the unit and those below it. */
export async function officialsOf(sql: Sql, actor: Actor, unitCode: string): Promise<Official[] | Refused> {
  const unit = await unitOfCode(sql, unitCode)
  if (!unit) return refuse('refusal.unit-unknown')
  const allowed = await allow(sql, actor, 'unit.see', { unitId: unit.id }, 'refusal.unit-unknown')
  return isRefused(allowed) ? allowed : sql.run(readOfficials, [unit.id, actor.now])
}

interface MandateHeld {
  id: number
  personId: number
  unitId: number
  suspendedAt: Date | null
  validTo: Date | null
}

type Scope = Pick<Mandate, 'unitId' | 'sector' | 'class'>

/** All that a mandate reaches: whoever decides over it has to cover the whole of it. */
const wholeOf = ({ unitId, sector, class: ofClass }: Scope) => ({ unitId, sector, class: ofClass, whole: true })

/** The mandate, locked, if the actor may do this to it: of somebody else, in a unit of the actor's, not wider than the actor's. */
async function administered(tx: Tx, actor: Actor, mandateId: number, action: Action): Promise<MandateHeld | Refused> {
  await tx.prisma.$executeRaw`select from mandates where id = ${mandateId} for no key update`
  const mandate = await tx.prisma.mandate.findUnique({ where: { id: mandateId } })
  if (!mandate) return refuse('refusal.official-unknown')
  const allowed = await allow(tx, actor, action, wholeOf(mandate), 'refusal.official-unknown')
  if (isRefused(allowed)) return allowed
  return mandate.personId === actor.personId ? refuse('refusal.official-self') : mandate
}

/**
 * It gives no right and hears of nothing until it is resumed; whoever stands in for it neither, nor does its holder stand in for
 * anybody unless they are an official by another mandate. Their open invitations lapse.
 */
export async function suspendOfficial(
  tx: Tx,
  actor: Actor,
  mandateId: number,
): Promise<{ mandateId: number } | Refused> {
  const mandate = await administered(tx, actor, mandateId, 'unit.suspend')
  if (isRefused(mandate)) return mandate
  if (mandate.suspendedAt !== null) return refuse('refusal.official-suspended')
  await setSuspended(tx, mandate, { from: null, to: actor.now })
  await lapseInvitations(tx, actor, mandate.personId)
  await remember(tx, actor, { subject: 'mandate', subjectId: mandateId, action: 'suspend' })
  return { mandateId }
}

export async function resumeOfficial(
  tx: Tx,
  actor: Actor,
  mandateId: number,
): Promise<{ mandateId: number } | Refused> {
  const mandate = await administered(tx, actor, mandateId, 'unit.suspend')
  if (isRefused(mandate)) return mandate
  if (mandate.suspendedAt === null) return refuse('refusal.official-not-suspended')
  await setSuspended(tx, mandate, { from: mandate.suspendedAt, to: null })
  await remember(tx, actor, { subject: 'mandate', subjectId: mandateId, action: 'resume' })
  return { mandateId }
}

/** `from`: what was suspended with it (at its very moment) is what is resumed with it; what rests for another reason stays so. */
async function setSuspended(
  tx: Tx,
  { id, personId }: MandateHeld,
  { from, to }: { from: Date | null; to: Date | null },
): Promise<void> {
  const now = to ?? from!
  const others = await tx.prisma.mandate.count({
    where: { ...validAt(now), personId, standsInForId: null, id: { not: id } },
  })
  const held = others === 0 ? [{ personId, standsInForId: { not: null } }] : []
  await tx.prisma.mandate.updateMany({
    where: { suspendedAt: from, OR: [{ id }, { standsInForId: id }, ...held] },
    data: { suspendedAt: to },
  })
}

/** Ends somebody's mandate for good; their open invitations lapse. */
export async function dismissOfficial(
  tx: Tx,
  actor: Actor,
  mandateId: number,
): Promise<{ mandateId: number } | Refused> {
  const mandate = await administered(tx, actor, mandateId, 'unit.suspend')
  if (isRefused(mandate)) return mandate
  await endMandate(tx, actor, mandateId, 'dismiss')
  await lapseInvitations(tx, actor, mandate.personId)
  return { mandateId }
}

/**
 * An administrator leaves: an invitation by which somebody else takes over the very mandate. Theirs begins and the old one
 * ends at one moment, when it is accepted, so that the unit is never without.
 */
export async function handOver(
  tx: Tx,
  actor: Actor,
  unitCode: string,
): Promise<{ code: string; expiresAt: Date } | Refused> {
  const unit = await unitOfCode(tx, unitCode)
  if (!unit) return refuse('refusal.unit-unknown')
  const unitId = unit.id
  const allowed = await allow(tx, actor, 'unit.hand-over', { unitId }, 'refusal.unit-unknown')
  if (isRefused(allowed)) return allowed
  const own = await tx.prisma.mandate.findFirst({
    where: { ...validAt(actor.now), personId: actor.personId!, unitId, role: 'administrator', standsInForId: null },
  })
  if (!own) return refuse('refusal.official-unknown')
  const { sector, class: ofClass, validTo: mandateUntil } = own
  const subject = {
    unitId,
    mandateRole: 'administrator',
    sector,
    class: ofClass,
    mandateUntil,
    handsOverId: own.id,
  } as const
  return makeInvitation(tx, actor, subject, 'administrator')
}

const validAt = (now: Date) => ({
  validFrom: { lte: now },
  OR: [{ validTo: null }, { validTo: { gt: now } }],
  suspendedAt: null,
})

export interface StandIn {
  /** Who is away; the actor when left out */
  awayId?: number
  /** Who stands in: an official already */
  standInId: number
  unitCode: string
  from: Date
  /** Not included */
  to: Date
}

/**
 * While somebody is away another official has their mandates of the unit, and hears in their place: no longer than either has a
 * mandate. Named again for days that overlap, they stand in once, as was said last.
 */
export async function appointStandIn(
  tx: Tx,
  actor: Actor,
  { awayId = actor.personId ?? 0, standInId, unitCode, from, to }: StandIn,
): Promise<{ mandateIds: number[] } | Refused> {
  const unit = await unitOfCode(tx, unitCode)
  if (!unit) return refuse('refusal.unit-unknown')
  const valid = validAt(actor.now)
  const held = await tx.prisma.mandate.findMany({
    where: { ...valid, personId: awayId, unitId: unit.id, standsInForId: null },
    include: { person: true },
  })
  const mandates = await (awayId === actor.personId ? ownOf(tx, actor, unit.id, held) : notWider(tx, actor, held))
  if (isRefused(mandates)) return mandates
  if (!(from < to && to > actor.now)) return refuse('refusal.official-dates')
  if (standInId === awayId) return refuse('refusal.official-self')
  const own = await tx.prisma.mandate.findMany({ where: { ...valid, personId: standInId, standsInForId: null } })
  if (mandates.length === 0 || own.length === 0) return refuse('refusal.official-unknown')
  const last = earliest(to, latest(own.map(({ validTo }) => validTo)))
  const mandateIds: number[] = []
  for (const { id, person: _away, ...mandate } of mandates) {
    const { role, sector, class: ofClass, unitId, validTo } = mandate
    const ends = earliest(last, validTo)
    if (ends <= from) continue
    await cutStandIn(tx, actor, { standsInForId: id, personId: standInId, from, to: ends })
    const made = await tx.prisma.mandate.create({
      data: {
        personId: standInId, unitId, role, sector, class: ofClass, validFrom: from, validTo: ends,
        grantedById: actor.personId, standsInForId: id,
      }, // prettier-ignore
      select: { id: true },
    })
    await remember(tx, actor, {
      subject: 'mandate',
      subjectId: made.id,
      action: 'stand-in',
      after: { personId: standInId, standsInForId: id },
    })
    mandateIds.push(made.id)
  }
  if (mandateIds.length === 0) return refuse('refusal.official-dates')
  const params = {
    unit: { vi: unit.name, en: unit.nameEn },
    from: { day: dayOf(from) },
    // The last day of it
    to: { day: dayOf(new Date(to.getTime() - 1)) },
  }
  const away = mandates[0]!.person.displayName ?? unit.name
  await tellOfficial(
    tx,
    actor,
    standInId,
    `stand-in:${mandateIds[0]!}`,
    text('told.stand-in', { name: away, ...params }),
  )
  if (awayId !== actor.personId) {
    const { displayName } = await tx.prisma.person.findUniqueOrThrow({ where: { id: standInId } })
    const said = text('told.stood-in', { name: displayName ?? text('official.nameless'), ...params })
    await tellOfficial(tx, actor, awayId, `stood-in:${mandateIds[0]!}`, said)
  }
  return { mandateIds }
}

/** For themselves every official may. */
async function ownOf<Held extends Scope>(
  tx: Tx,
  actor: Actor,
  unitId: number,
  held: Held[],
): Promise<Held[] | Refused> {
  const allowed = await allow(tx, actor, 'unit.see', { unitId }, 'refusal.unit-unknown')
  return isRefused(allowed) ? allowed : held
}

/** Those of somebody else that the actor's mandates cover whole, as of `administered`; none: the refusal. */
async function notWider<Held extends Scope>(tx: Tx, actor: Actor, held: Held[]): Promise<Held[] | Refused> {
  const covered: Held[] = []
  let refused = refuse('refusal.official-unknown')
  for (const mandate of held) {
    const allowed = await allow(tx, actor, 'unit.stand-in', wholeOf(mandate), 'refusal.official-unknown')
    if (isRefused(allowed)) refused = allowed
    else covered.push(mandate)
  }
  return covered.length > 0 ? covered : refused
}

/** Null: never. */
const earliest = (one: Date, other: Date | null): Date => (other !== null && other < one ? other : one)
const latest = (ends: readonly (Date | null)[]): Date | null =>
  ends.reduce((last, end) => (last === null || end === null ? null : end > last ? end : last))

/** What was said before of the same two ends where the new word begins. */
async function cutStandIn(
  tx: Tx,
  actor: Actor,
  { standsInForId, personId, from, to }: { standsInForId: number; personId: number; from: Date; to: Date },
): Promise<void> {
  const cut = await tx.prisma.$queryRaw<{ id: number }[]>`
    update mandates set valid_to = greatest(${from}::timestamptz, valid_from)
    where stands_in_for_id = ${standsInForId} and person_id = ${personId}
      and valid_from < ${to}::timestamptz and valid_to > ${from}::timestamptz returning id`
  for (const { id: subjectId } of cut)
    await remember(tx, actor, { subject: 'mandate', subjectId, action: 'end-stand-in' })
}

async function tellOfficial(tx: Tx, { now }: Actor, personId: number, uniqueKey: string, said: Text): Promise<void> {
  const [chat] = await tx.run(readLastChat, [personId])
  if (!chat) return
  await tell(tx, [{ chatId: chat.chatId, lane: 'alert', uniqueKey, text: [said] }], now)
}

/** Back sooner: whoever was away, or an administrator, ends it. */
export async function endStandIn(tx: Tx, actor: Actor, mandateId: number): Promise<{ mandateId: number } | Refused> {
  const mandate = await tx.prisma.mandate.findUnique({ where: { id: mandateId }, include: { standsInFor: true } })
  if (!mandate?.standsInFor) return refuse('refusal.official-unknown')
  const own = mandate.standsInFor.personId === actor.personId
  const where = own ? { unitId: mandate.unitId } : wholeOf(mandate)
  const allowed = await allow(tx, actor, own ? 'unit.see' : 'unit.stand-in', where, 'refusal.official-unknown')
  if (isRefused(allowed)) return allowed
  await endMandate(tx, actor, mandateId, 'end-stand-in')
  return { mandateId }
}

/** The units that the actor administers as they stand now: those of their mandates, and all below. */
export async function administeredUnits(sql: Sql, actor: Actor): Promise<Unit[]> {
  const { mandates } = await standingOf(sql, actor)
  const own = new Set(mandates.filter(({ role }) => role === 'administrator').map(({ unitId }) => unitId))
  if (own.size === 0) return []
  const all = await unitsAt(sql, dayOf(actor.now))
  const byId = new Map(all.map((unit) => [unit.id, unit]))
  const lies = ({ id, parentId }: Unit): boolean =>
    own.has(id) || (parentId !== null && byId.has(parentId) && lies(byId.get(parentId)!))
  return all.filter(lies)
}
