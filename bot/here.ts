/** What a command, a flow or a card works with during one turn: who speaks, what was said, and the open transaction. */
import type { Actor } from '../domain/actor.js'
import type { StoredFile } from '../domain/files.js'
import type { LookUpPace, ScanLimits } from '../domain/scans.js'
import type { Tx } from '../prisma/tx.js'
import type { Own } from '../qr/payload.js'
import type { Unread } from '../qr/read.js'
import type { Inbound, Reply } from './channels/channel.js'
import type { ReadCode } from './flow/field.js'

/** Why a file that was sent cannot be used. */
export type Unusable = 'too-large' | 'too-many-pixels' | 'gone' | 'not-a-picture' | 'other-format' | 'slow'

/** What was made of a message's file before its transaction: fetched, cleaned, stored, read. */
export interface Prepared {
  codes: ReadCode[]
  /** Stored for a talk that may want it; null when nobody asked for files. */
  file: StoredFile | null
  unusable: Unusable | null
  /** Why the photo shows no code that can be read, where its pixels tell */
  unread?: Unread
}

/** Facts of this house that the talk needs, from the settings. */
export interface HouseFacts {
  own: Own
  /** Where new labels lead, without a trailing slash */
  codeRoot: string
  /** A keyed hash of a person's channel account, made for counting looks at codes and for nothing else. */
  scannerOf(channel: string, address: string): Buffer
  limits: ScanLimits
  /** After a colleague wrote to a person by hand the bot keeps silent so long. ms */
  muteMs: number
  /** Phone number to call; null: none is set */
  hotline: string | null
}

export interface Here {
  tx: Tx
  actor: Actor
  inbound: Inbound
  prepared: Prepared | null
  /** The saved talk, as stored */
  state: unknown
  /** Sequence of this update in its chat: higher than that of any earlier one */
  seq: number
  /** How fast this chat looked so far. */
  pace: LookUpPace
  facts: HouseFacts
}

/** What is said, and how the talk stands afterwards; `state` left out: as it stood. */
export interface Saying {
  replies: Reply[]
  state?: unknown
}

/** The button that was pressed to ask this; answered by the first message. */
export const pressOf = ({ heard }: Inbound): string | undefined => (heard.kind === 'press' ? heard.pressId : undefined)
