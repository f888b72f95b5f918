/**
 * Critical tracking events in the shape of EPCIS 2.0: what, when, where, why, how. Appended, never changed: a wrong event
 * is declared wrong and replaced by a new one.
 *
 * What the actions of a chat become is decided in docs/decisions (events of a registration).
 */
import type { Prisma } from '../prisma/generated/client.js'
import type { EventAction, EventLotRole, EventType, PartySide } from '../prisma/generated/enums.js'
import type { Tx } from '../prisma/tx.js'
import { personOf, type Actor, type Operator } from './actor.js'

/** CBV 2.0 business steps that the house states. */
export type BizStep =
  | 'commissioning'
  | 'receiving'
  | 'repackaging'
  | 'shipping'
  | 'stocking'
  | 'inspecting'
  | 'retail_selling'
  | 'holding'
  | 'destroying'

/** CBV 2.0 dispositions that the house states. */
export type Disposition =
  | 'active'
  | 'in_progress'
  | 'in_transit'
  | 'sellable_accessible'
  | 'conformant'
  | 'non_conformant'
  | 'retail_sold'
  | 'non_sellable_other'
  | 'recalled'
  | 'destroyed'

export interface EventLotIn {
  lotId: number
  role: EventLotRole
  /** With its unit; left out when nobody has said how much */
  quantity?: number
  uom?: string
}

export interface EventPartyIn {
  side: PartySide
  /** One of the two at least */
  establishmentId?: number
  name?: string
}

export interface EventIn {
  type: EventType
  /** Not for a transformation */
  action?: EventAction
  bizStep: BizStep
  disposition?: Disposition
  /** When it happened; by default now */
  eventTime?: Date
  placeId?: number
  placeText?: string
  statedById: number
  ilmd?: Prisma.InputJsonObject
  lots: EventLotIn[]
  parties?: EventPartyIn[]
  documents?: { fileId: number; type: string; number?: string }[]
  correctsId?: number
}

/** Writes an event down. The caller has asked for the right and writes the history row of what it changed. */
export async function appendEvent(tx: Tx, by: Actor | Operator, event: EventIn): Promise<number> {
  const { lots, parties = [], documents = [], eventTime = by.now, ...rest } = event
  const { id } = await tx.prisma.event.create({
    data: {
      ...rest,
      eventTime,
      recordTime: by.now,
      statedPersonId: personOf(by),
      lots: { createMany: { data: lots } },
      ...(parties.length > 0 && { parties: { createMany: { data: parties } } }),
      ...(documents.length > 0 && { documents: { createMany: { data: documents } } }),
    },
    select: { id: true },
  })
  return id
}

/** Reasons that EPCIS 2.0 knows for an error declaration. */
export type ErrorReason = 'did_not_occur' | 'incorrect_data'

/** Declares an event wrong. Once: the database refuses a second time. */
export async function declareWrong(tx: Tx, by: Actor | Operator, eventId: number, reason: ErrorReason): Promise<void> {
  await tx.prisma.event.update({
    where: { id: eventId },
    data: { errorAt: by.now, errorReason: reason },
    select: { id: true },
  })
}
