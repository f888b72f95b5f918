/** Who asks something of the domain, and when. `hear` makes one for each turn. */
import type { Channel } from '../prisma/generated/enums.js'
import type { Language } from '../locales/say.js'

export interface Actor {
  /** The conversation in which it is asked. */
  chatId: number
  /** Null: somebody of whom nothing is stored, as consumers are. */
  personId: number | null
  channel: Channel
  /** By the house's one clock. */
  now: Date
  language: Language
}

/** The one who runs the server, at its own keyboard (`admin -- ...`): no person, no chat, every right to set things up. */
export interface Operator {
  operator: true
  now: Date
}

/** The house itself: a timer that came due, a rule that found something. Written down as nobody in particular. */
export const theHouse = (now: Date): Operator => ({ operator: true, now })

export const isOperator = (by: Actor | Operator): by is Operator => 'operator' in by

/** Who is written down as having done it: a person's id, or null for the house and its operator. */
export const personOf = (by: Actor | Operator): number | null => (isOperator(by) ? null : by.personId)
