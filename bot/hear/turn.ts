/** One update is one transaction: lock the chat, take the update, answer it, put the replies, save the talk, let the chat go. */
import { isDeepStrictEqual } from 'node:util'
import {
  endTalk,
  lockChat,
  releaseChat,
  saveTalkAndRelease,
  takeUpdate,
  type ChatRow,
} from '../../prisma/statements/updates.js'
import { Closing, type Database, type Tx } from '../../prisma/tx.js'
import type { Inbound } from '../channels/channel.js'
import { within } from './within.js'

/** What the brain sees of a turn. `Prepared` is what was made of the update's file before the transaction. */
export interface Turn<Prepared> {
  chat: ChatRow
  inbound: Inbound
  /** The update's place in its chat: higher than that of any earlier one */
  seq: number
  /** null: the update carries no file */
  prepared: Prepared | null
  /** The talk's state as it was saved; null: no talk. Not to be changed in place. */
  state: unknown
  /** The house's clock, read inside this transaction */
  now: Date
}

/** What is said and what is remembered: plain JSON; a null state ends the talk. */
export interface Answer<Outgoing> {
  state: unknown
  replies: Outgoing[]
}

/**
 * Commands, flows and cards, written elsewhere. Both may be run again for the same update (a deadlock, a lost connection), so they
 * do nothing that the transaction cannot take back. What they throw is taken for a bug: the update is tried again, and given up in the end.
 */
export interface Dialogue<Prepared, Outgoing> {
  answer(tx: Tx, turn: Turn<Prepared>): Promise<Answer<Outgoing>>
  /** For an update that is given up. `prepared` is null. */
  apologise(tx: Tx, turn: Turn<Prepared>): Promise<Answer<Outgoing>>
}

/** Puts messages into the outbox. Returns the rows that were born claimed for this process's deliverer. */
export type Put<Outgoing, Claimed> = (tx: Tx, chatId: number, messages: Outgoing[]) => Promise<Claimed[]>

export interface TurnTools<Prepared, Outgoing, Claimed> {
  db: Database
  /** Who holds the chat's claim */
  holder: string
  dialogue: Dialogue<Prepared, Outgoing>
  put: Put<Outgoing, Claimed>
}

export interface TurnDone<Claimed> {
  /** Nothing was stored for the chat since: its claim went with this transaction */
  released: boolean
  /** Rows that were born claimed; null: nothing was said */
  claimed: Claimed[] | null
  /** Of the house's clock, ms */
  offsetMs: number
}

/** `done`: answered. `dead`: given up with an apology, or `mute`ly where even the apology failed. */
export type Ending = { kind: 'done' } | { kind: 'dead'; error: string; mute: boolean }

/** A turn waits for nothing but the database; one that lasts longer than this is broken. ms */
export const TURN_MAX_MS = 15_000

/** null: nothing to do here; it was finished before, an older one is undone, or the claim was lost. */
export async function takeTurn<Prepared, Outgoing, Claimed>(
  { db, holder, dialogue, put }: TurnTools<Prepared, Outgoing, Claimed>,
  chatId: number,
  update: { seq: number; inbound: Inbound },
  prepared: Prepared | null,
  ending: Ending,
): Promise<TurnDone<Claimed> | null> {
  const { seq, inbound } = update
  const error = ending.kind === 'dead' ? ending.error : null
  return db.transaction(async (tx) => {
    const [row] = await tx.run(takeUpdate, [chatId, seq, holder, ending.kind, error])
    if (!row) return null
    const offsetMs = row.offset_ms ?? 0
    const now = new Date(Date.now() + offsetMs)
    const { id, channel, address, person_id: personId, language, muted, state } = row
    const { lookups_ahead: lookUpsAhead, misses_ahead: missesAhead } = row
    const chat = { id, channel, address, personId, language, muted, lookUpsAhead, missesAhead }
    const answer = await within(TURN_MAX_MS, answerOf(tx, { chat, inbound, seq, prepared, state, now }))
    // Not one after the other: they share a round trip, with the commit behind them.
    const ended = Promise.all([
      answer.replies.length > 0 ? put(tx, chatId, answer.replies) : null,
      saveAndRelease(tx, state, answer.state, now),
    ])
    return new Closing(ended.then(([claimed, [released]]) => ({ released: released !== undefined, claimed, offsetMs })))
  }, lockChat(chatId))

  function answerOf(tx: Tx, turn: Turn<Prepared>): Promise<Answer<Outgoing>> {
    if (ending.kind === 'done') return dialogue.answer(tx, turn)
    return ending.mute ? Promise.resolve({ state: turn.state, replies: [] }) : dialogue.apologise(tx, turn)
  }

  async function saveAndRelease(tx: Tx, before: unknown, after: unknown, now: Date) {
    if (after !== null && !isDeepStrictEqual(before, after)) {
      return tx.run(saveTalkAndRelease, [chatId, holder, seq, JSON.stringify(after), now])
    }
    const [released] = await Promise.all([
      tx.run(releaseChat, [chatId, holder, seq]),
      after === null && before !== null ? tx.run(endTalk, [chatId]) : null,
    ])
    return released
  }
}
