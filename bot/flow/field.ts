/**
 * What a kind of question is made of. A field says how one answer is kept (schema), offered (choices), read from what a
 * person says, and shown. Fields are pure: what they must know of the world they ask for by a look-up.
 */
import type { z } from 'zod'
import type { Choice } from '../channels/channel.js'
import type { Language, Text } from '../../locales/say.js'
import { lookupKey, type Knowledge, type Lookup, type Lookups, type ReadCode } from './lookups.js'

export type { ReadCode }

/** What a person said, as the engine hears it: files are fetched and stored, photos are read, before. */
export type Said =
  | { kind: 'text'; text: string }
  /** `fileId`: the row in our files table. The same picture sent twice should have the same id. */
  | { kind: 'photo'; fileId: number; codes: ReadCode[]; caption?: string }
  | { kind: 'place'; latitude: number; longitude: number }
  | { kind: 'contact'; phone: string; own: boolean }
  | { kind: 'press'; data: string }
  | { kind: 'choice'; value: string }
  /** Something no question can use: a sticker, a voice message, a file that cannot be opened. `why`: said instead of that. */
  | { kind: 'other'; name: string; why?: Text }

/** The answers given so far, by name of the question. */
export type Answers = Record<string, unknown>

/** Where a field stands when it is asked something. */
export interface At<A> {
  /** The answers to earlier questions, all of them valid */
  answers: A
  /** What this question gathered in earlier turns without being answered yet */
  soFar?: unknown
  /** What was answered here, and is being asked again */
  former?: unknown
  /** ISO 8601 */
  now: string
  language: Language
  /** Where this question's texts are: `register-lot.quantity` */
  place: string
  knowledge: Knowledge
}

/** A choice as it is remembered between turns: with the answer that it stands for, when that is known already. */
export interface Offered {
  /** Language-neutral and stable. Never one of RESERVED. */
  value: string
  label: Text
  role?: Choice['role']
  /** Whoever skips the rest of a question that was answered by half means this one. */
  skips?: true
  /** In the shape of the field's schema */
  answer?: unknown
}

/** Values that the engine itself offers. */
export const RESERVED = ['skip', 'back', 'cancel', 'help', 'keep', 'use', 'drop', 'send', 'go-on', 'start-again']

/** A look-up, and the answers that it may depend on: those before the question that asks for it. */
export type Need = { need: Lookup; earlier: Answers }
/** `ask`: said in place of the question, of which a part is answered */
export type Offer = { choices: Offered[]; hints?: Text[]; ask?: Text } | Need
export type Read =
  /** The answer, in the shape of the field's schema, which checks it */
  | { accept: unknown }
  /** Not answered yet: an album grows, a search narrows. The question stays open with this in hand. */
  | { partial: unknown; note?: Text }
  | { reject: Text }
  | Need

export interface Field<Kept, A = unknown> {
  kind: string
  /** How an answer is kept. What no longer parses after a deploy is asked again. */
  schema: z.ZodType<Kept>
  /** What it can use besides words and choices */
  takes: readonly ('photo' | 'place' | 'contact')[]
  /** True: a bare number typed here is an answer, not the number of a choice. */
  numeric: boolean
  /** True: it is answered by typing, so the question has a text `.example`. */
  typed: boolean
  wants?: 'place' | 'contact'
  offer(at: At<A>): Offer
  /** `choice`: one that was offered without an answer of its own. */
  read(said: Said, at: At<A>): Read
  show(kept: Kept, place: string): Text
  /** Whether a kept answer still stands beside the earlier answers, when the schema alone cannot tell. */
  holds?(kept: Kept, at: At<A>): boolean
  /** What of a former answer is in hand when the question is opened again (an album to be added to). */
  reopen?(kept: Kept): unknown
  /** Every key that it can say, so that a test can look for each in every language. */
  texts(place: string): string[]
}

/** A field whose types are forgotten: what the engine works with. */
export type AnyField = Field<unknown, Answers>

/** Goes on with what a look-up found, or asks for it. */
export function withFound<K extends keyof Lookups, T>(
  { knowledge, answers }: { knowledge: Knowledge; answers: unknown },
  lookup: { kind: K; query: Lookups[K]['query'] },
  then: (found: Lookups[K]['found']) => T,
): T | Need {
  const found = knowledge[lookupKey(lookup)]
  return found === undefined
    ? { need: lookup as Lookup, earlier: answers as Answers }
    : then(found as Lookups[K]['found'])
}
