/**
 * How a flow is written: a typed chain of questions. Each `ask` makes the answers' type grow, so that `when` and a field's
 * own options see the earlier answers, and only those. What is built here is data; `turn.ts` plays it.
 */
import type { Reply } from '../channels/channel.js'
import type { Text } from '../../locales/say.js'
import type { Answers, AnyField, Field } from './field.js'

export interface Settings {
  /** After so many wrong answers in a row the hotline is named. */
  hotlineAfterWrong: number
  /** A talk left alone for so many hours is gone on with, or started again, as the person chooses. */
  restHours: number
}
const SETTINGS: Settings = { hotlineAfterWrong: 3, restHours: 24 }

/** A repeating group holds at most so many items unless it says otherwise: what a person can still review on a phone. */
const GROUP_MAX = 20

export interface Question {
  name: string
  field: AnyField
  /** Whether it can be skipped; a skipped answer is kept as null and handed over as undefined. */
  optional(earlier: Answers): boolean
  when(earlier: Answers): boolean
  /** What stands as the answer without being asked, until it is changed on the review; undefined: it is asked. */
  proposed?(earlier: Answers): unknown
  /** An album whose first photo answers: the review takes the others. */
  growsAtReview?: boolean
}

/** Questions that repeat. Handed over as a list of their answers. */
export interface Group {
  name: string
  questions: Question[]
  /** Whether no item at all is an answer too */
  optional: boolean
  upTo: number
}

export type Step = Question | Group
export const isGroup = (step: Step): step is Group => 'questions' in step

/** An album: photos are gathered as they are, and what codes on them say is not asked. */
export const isAlbum = ({ takes, reopen }: AnyField): boolean => takes.includes('photo') && reopen !== undefined

/** What became of the answers. A refusal is told, and the talk goes back to the question, or to the review. */
export type Outcome<A = Answers> = { replies: Reply[] } | { refused: Text; backTo?: keyof A & string }

export interface Flow<A = Answers, Context = never> {
  name: string
  settings: Settings
  steps: Step[]
  review: boolean
  finish(answers: A, context: Context): Outcome<A> | Promise<Outcome<A>>
}

/** A flow whose types are forgotten: what the engine works with. */
export type AnyFlow = Omit<Flow, 'finish'>

// A question may not be called as one before it, nor as what the engine keeps or says beside it.
type Fresh<Name extends string, A> = Name extends keyof A | 'name' | 'review' | 'rest' | 'more' | `${string}.${string}`
  ? never
  : Name
type Flat<T> = { [K in keyof T]: T[K] }
type With<A, Name extends string, Kept> = Flat<A & { [N in Name]: Kept }>
type WithMaybe<A, Name extends string, Kept> = Flat<A & { [N in Name]?: Kept }>

interface Asked<Earlier> {
  /** Whether it is asked at all */
  when?: (earlier: Earlier) => boolean
  /** Can be skipped: always, or as the earlier answers allow. It is offered only where it will be accepted at the end. */
  optional?: boolean | ((earlier: Earlier) => boolean)
}

/** What only a flow with a review can say of a question. */
interface Reviewed<Earlier, Kept> extends Asked<Earlier> {
  /** Stands as the answer without being asked, until it is changed on the review; undefined: it is asked. */
  proposed?: (earlier: Earlier) => Kept | undefined
  /** Of an album: the first photo answers, and the review takes the others, so that nobody has to say "done". */
  growsAtReview?: boolean
}

/** A flow being written. `A`: the answers so far. A question that has options may end without an answer: undefined. */
export interface Chain<A> {
  ask<Name extends string, Kept>(name: Fresh<Name, A>, field: Field<Kept, A>): Chain<With<A, Name, Kept>>
  ask<Name extends string, Kept>(
    name: Fresh<Name, A>,
    field: Field<Kept, A>,
    options: Reviewed<A, NoInfer<Kept>>,
  ): Chain<WithMaybe<A, Name, Kept>>
  /** Questions that repeat until the person says that there is no more. */
  many<Name extends string, Item>(
    name: Fresh<Name, A>,
    write: (items: Items<A, Empty>) => Items<A, Item>,
    options?: { optional?: boolean; upTo?: number },
  ): Chain<With<A, Name, Item[]>>
  /** Shows every line, each of which can be changed; the first choice sends. Without it the last answer ends the flow. */
  review(): Chain<A>
  /** What is done with the answers, inside the transaction of the turn. */
  done<Context>(finish: Flow<A, Context>['finish']): Flow<A, Context>
}

/** A repeating group being written. Its questions see the earlier answers of the flow and of their own item. */
export interface Items<A, Item> {
  ask<Name extends string, Kept>(
    name: Fresh<Name, A & Item>,
    field: Field<Kept, Flat<A & Item>>,
  ): Items<A, With<Item, Name, Kept>>
  ask<Name extends string, Kept>(
    name: Fresh<Name, A & Item>,
    field: Field<Kept, Flat<A & Item>>,
    options: Asked<Flat<A & Item>>,
  ): Items<A, WithMaybe<Item, Name, Kept>>
  readonly questions: Question[]
}

// An object without members yet, to which `ask` adds.
// eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type
type Empty = Record<never, never>

export const flow = (name: string, settings: Partial<Settings> = {}): Chain<Empty> =>
  chain({ name, settings: { ...SETTINGS, ...settings }, steps: [], review: false })

const chain = <A>(soFar: AnyFlow): Chain<A> => ({
  ask: (name: string, field: Field<unknown, A>, options?: Reviewed<A, unknown>) =>
    chain(add(soFar, question(name, field, options))),
  many: (name: string, write: (items: Items<A, Empty>) => Items<A, unknown>, options?: Partial<Group>) =>
    chain(add(soFar, { optional: false, upTo: GROUP_MAX, ...options, name, questions: write(items([])).questions })),
  review: () => chain({ ...soFar, review: true }),
  done: (finish) => ({ ...soFar, finish }),
})

const items = <A, Item>(questions: Question[]): Items<A, Item> => ({
  ask: (name: string, field: Field<unknown, Flat<A & Item>>, options?: Asked<Flat<A & Item>>) =>
    items([...questions, question(name, field, options)]),
  questions,
})

const question = <Kept, A>(
  name: string,
  field: Field<Kept, A>,
  { when, optional, proposed, growsAtReview }: Reviewed<A, Kept> = {},
): Question => ({
  name,
  field: field as unknown as AnyField,
  optional: typeof optional === 'function' ? (earlier) => optional(earlier as A) : () => optional ?? false,
  when: when ? (earlier) => when(earlier as A) : () => true,
  ...(proposed && { proposed: (earlier: Answers) => proposed(earlier as A) }),
  ...(growsAtReview && { growsAtReview }),
})

const add = (soFar: AnyFlow, step: Step): AnyFlow => ({ ...soFar, steps: [...soFar.steps, step] })
