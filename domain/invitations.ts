/** Invitations to work for an establishment or a unit: made by who may, accepted once by whoever holds the code. */
import { randomBytes } from 'node:crypto'
import type { Mandate, Prisma } from '../prisma/generated/client.js'
import type { EstablishmentClass, MandateRole, MembershipRole, Sector } from '../prisma/generated/enums.js'
import type { Tx } from '../prisma/tx.js'
import { isOperator, personOf, type Actor, type Operator } from './actor.js'
import { dayOf, daysAfter } from './days.js'
import { remember } from './history.js'
import { personForRole } from './people.js'
import { isRefused, refuse, type Refused } from './refusal.js'
import { allow, type Action } from './rights.js'
import { unitOfCode } from './units.js'

/** How long an invitation can be accepted. */
export const INVITATION_DAYS = 7

/** Letters of the code: 5 bits each, 80 bits in all. Short enough to be read out, and to stand in a deep link (64). */
const CODE_LETTERS = 16
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A code that nobody can guess; 256 is a multiple of 32, so every letter is equally likely. */
const draw = (): string => Array.from(randomBytes(CODE_LETTERS), (byte) => ALPHABET[byte % ALPHABET.length]).join('')

/** What was typed or came in a link, as the code is kept: upper case, no spaces or dashes, look-alikes mapped. */
export const invitationCode = (said: string): string =>
  said
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1')

/** Whether the text has the form of an invitation's code (nothing is looked up). */
export const isInvitationCode = (said: string): boolean =>
  new RegExp(`^[${ALPHABET}]{${CODE_LETTERS}}$`).test(invitationCode(said))

/** A mandate that is offered: for all sectors and classes, and without an end, unless they are named. */
export interface OfferedMandate {
  unitCode: string
  role: MandateRole
  sector?: Sector
  class?: EstablishmentClass
  until?: Date
}

export type InvitedTo = { establishmentCode: string; role: MembershipRole } | OfferedMandate

const NEEDED: Record<MembershipRole, Action> = {
  staff: 'establishment.invite-staff',
  owner: 'establishment.invite-owner',
}

/**
 * Makes an invitation. Staff are invited by the owner; owners by an owner or an official of the place; officials by an
 * administrator of the unit or of one above it; the operator invites anybody.
 */
export async function invite(
  tx: Tx,
  by: Actor | Operator,
  to: InvitedTo,
): Promise<{ code: string; expiresAt: Date } | Refused> {
  const subject = await ('unitCode' in to ? invitedUnit(tx, by, to) : invitedEstablishment(tx, by, to))
  return isRefused(subject) ? subject : makeInvitation(tx, by, subject, to.role)
}

type Subject =
  | { establishmentId: number; membershipRole: MembershipRole }
  | {
      unitId: number
      mandateRole: MandateRole
      sector?: Sector | null
      class?: EstablishmentClass | null
      mandateUntil?: Date | null
      handsOverId?: number
    }

/** Writes an invitation down; the caller has asked for the right. */
export async function makeInvitation(
  tx: Tx,
  by: Actor | Operator,
  subject: Subject,
  role: MembershipRole | MandateRole,
): Promise<{ code: string; expiresAt: Date }> {
  const invitation = { code: draw(), expiresAt: daysAfter(by.now, INVITATION_DAYS) }
  await tx.prisma.invitation.create({
    data: { ...invitation, ...subject, createdById: personOf(by), createdAt: by.now },
    select: { code: true },
  })
  // The code itself stays out: history is kept for ever and read by many.
  await remember(tx, by, {
    subject: 'unitId' in subject ? 'unit' : 'establishment',
    subjectId: 'unitId' in subject ? subject.unitId : subject.establishmentId,
    action: 'handsOverId' in subject ? 'hand-over' : 'invite',
    after: { role },
  })
  return invitation
}

async function invitedEstablishment(
  tx: Tx,
  by: Actor | Operator,
  to: { establishmentCode: string; role: MembershipRole },
) {
  const establishment = await tx.prisma.establishment.findUnique({
    where: { code: to.establishmentCode },
    select: { id: true },
  })
  if (!establishment) return refuse('refusal.establishment-unknown')
  const establishmentId = establishment.id
  if (!isOperator(by)) {
    const allowed = await allow(tx, by, NEEDED[to.role], { establishmentId }, 'refusal.establishment-unknown')
    if (isRefused(allowed)) return allowed
  }
  return { establishmentId, membershipRole: to.role }
}

/** Nobody gives what they do not have: a mandate for one sector or class invites for that one only. */
async function invitedUnit(tx: Tx, by: Actor | Operator, to: OfferedMandate) {
  const unit = await unitOfCode(tx, to.unitCode)
  if (!unit) return refuse('refusal.unit-unknown')
  const unitId = unit.id
  if (!isOperator(by)) {
    const where = { unitId, sector: to.sector ?? null, class: to.class ?? null, whole: true }
    const allowed = await allow(tx, by, 'unit.invite', where, 'refusal.unit-unknown')
    if (isRefused(allowed)) return allowed
  }
  if (unit.validTo !== null && unit.validTo < dayOf(by.now))
    return refuse('refusal.unit-closed', { name: unit.name, day: { day: unit.validTo } })
  if (to.until !== undefined && to.until <= by.now) return refuse('refusal.official-dates')
  return { unitId, mandateRole: to.role, sector: to.sector, class: to.class, mandateUntil: to.until }
}

type InvitationRow = Prisma.InvitationGetPayload<object>

/** What the person now is. `personId` is new when the chat had none: the rest of the turn goes on with it. */
export interface Joined {
  personId: number
  at: { kind: 'establishment' | 'unit'; code: string; name: string }
  role: MembershipRole | MandateRole
}

/**
 * Accepts an invitation: makes the person if the chat has none, and the membership or mandate. Somebody who is staff and
 * is invited as owner becomes owner. Two who hold the same code: the first one has it. Anybody may, with the code.
 */
export async function acceptInvitation(
  tx: Tx,
  actor: Actor,
  said: string,
  { name }: { name?: string } = {},
): Promise<Joined | Refused> {
  const code = invitationCode(said)
  // Two invitations may hand over one mandate: the second waits here, then finds it ended.
  await tx.prisma.$executeRaw`
    select from mandates m where m.id = (select hands_over_id from invitations where code = ${code}) for no key update`
  const later = { gt: actor.now }
  // The row is locked by taking it: a second taker waits here, then finds it used.
  const taken = await tx.prisma.invitation.updateMany({
    where: {
      code,
      usedAt: null,
      expiresAt: later,
      OR: [{ mandateUntil: null }, { mandateUntil: later }],
      AND: { OR: [{ handsOverId: null }, { handsOver: { OR: [{ validTo: null }, { validTo: later }] } }] },
    },
    data: { usedAt: actor.now },
  })
  const invitation = await tx.prisma.invitation.findUnique({
    where: { code },
    include: { establishment: true, unit: true, handsOver: true },
  })
  if (!invitation) return refuse('refusal.invitation-unknown')
  if (taken.count === 0) {
    if (invitation.usedAt === null) {
      const ends = [invitation.expiresAt, invitation.mandateUntil, invitation.handsOver?.validTo]
      const ended = ends.find((end) => end != null && end <= actor.now)
      return refuse('refusal.invitation-expired', { day: { day: dayOf(ended ?? invitation.expiresAt) } })
    }
    const mine = actor.personId !== null && invitation.usedById === actor.personId
    return refuse(mine ? 'refusal.invitation-used-by-you' : 'refusal.invitation-used')
  }
  const personId = await personForRole(tx, actor, name)
  const joined: Actor = { ...actor, personId }
  await tx.prisma.invitation.update({ where: { code }, data: { usedById: personId }, select: { code: true } })
  const { establishment, membershipRole, unit, mandateRole } = invitation
  if (establishment && membershipRole) {
    await becomeMember(tx, joined, personId, establishment.id, membershipRole)
    return {
      personId,
      at: { kind: 'establishment', code: establishment.code, name: establishment.name },
      role: membershipRole,
    }
  }
  if (!unit || !mandateRole) throw new Error('An invitation leads to an establishment or to a unit')
  await becomeOfficial(tx, joined, personId, invitation)
  return { personId, at: { kind: 'unit', code: unit.code, name: unit.name }, role: mandateRole }
}

async function becomeMember(
  tx: Tx,
  actor: Actor,
  personId: number,
  establishmentId: number,
  role: MembershipRole,
): Promise<void> {
  const open = await tx.prisma.membership.findFirst({ where: { personId, establishmentId, validTo: null } })
  // An owner who accepts an invitation as staff stays owner.
  if (open && (open.role === role || open.role === 'owner')) return
  if (open) await tx.prisma.membership.update({ where: { id: open.id }, data: { validTo: actor.now } })
  const { id } = await tx.prisma.membership.create({ data: { personId, establishmentId, role, validFrom: actor.now } })
  const before = open ? { role: open.role } : undefined
  await remember(tx, actor, {
    subject: 'membership',
    subjectId: id,
    action: 'join',
    before,
    after: { personId, establishmentId, role },
  })
}

async function becomeOfficial(
  tx: Tx,
  actor: Actor,
  personId: number,
  { unitId, mandateRole, sector, class: ofClass, mandateUntil, handsOverId, createdById }: InvitationRow,
): Promise<void> {
  const offered = { unitId: unitId!, role: mandateRole!, sector, class: ofClass }
  const open = await tx.prisma.mandate.findFirst({
    where: {
      personId,
      ...offered,
      standsInForId: null,
      suspendedAt: null,
      OR: [{ validTo: null }, { validTo: { gt: actor.now } }],
    },
  })
  if (open?.id === handsOverId && open) return
  if (handsOverId !== null) await endMandate(tx, actor, handsOverId, 'hand-over')
  if (open) return prolong(tx, actor, open, mandateUntil)
  const { id } = await tx.prisma.mandate.create({
    data: { personId, ...offered, validFrom: actor.now, validTo: mandateUntil, grantedById: createdById },
  })
  await remember(tx, actor, {
    subject: 'mandate',
    subjectId: id,
    action: 'join',
    after: { personId, unitId, role: mandateRole, sector, class: ofClass },
  })
}

/** Who is invited to what they are already has it until the later of the two ends. */
async function prolong(tx: Tx, actor: Actor, { id, validTo }: Mandate, until: Date | null): Promise<void> {
  if (validTo === null || (until !== null && until <= validTo)) return
  await tx.prisma.mandate.update({ where: { id }, data: { validTo: until }, select: { id: true } })
  await remember(tx, actor, {
    subject: 'mandate',
    subjectId: id,
    action: 'prolong',
    before: { validTo: validTo.toISOString() },
    after: { validTo: until?.toISOString() ?? null },
  })
}

/** What somebody offered is theirs to offer no more. The caller has asked for the right. */
export const lapseInvitations = (tx: Tx, { now }: Actor, personId: number) =>
  tx.prisma.invitation.updateMany({
    where: { createdById: personId, usedAt: null, expiresAt: { gt: now } },
    data: { expiresAt: now },
  })

/** A mandate ends now, and with it whatever stands in for it; and whoever is no official any more stands in for nobody. */
export async function endMandate(tx: Tx, actor: Actor, mandateId: number, action: string): Promise<void> {
  const { now } = actor
  // One that has not begun yet ends as it begins: its dates stay in order.
  await tx.prisma.$executeRaw`
    update mandates m set valid_to = greatest(${now}::timestamptz, m.valid_from)
    from mandates ended
    where ended.id = ${mandateId} and (m.valid_to is null or m.valid_to > ${now}::timestamptz)
      and (m.id = ended.id or m.stands_in_for_id = ended.id
        or (m.person_id = ended.person_id and m.stands_in_for_id is not null and not exists (
          select from mandates o
          where o.person_id = ended.person_id and o.stands_in_for_id is null and o.id <> ended.id and o.suspended_at is null
            and o.valid_from <= ${now}::timestamptz and (o.valid_to is null or o.valid_to > ${now}::timestamptz))))`
  await remember(tx, actor, { subject: 'mandate', subjectId: mandateId, action })
}
