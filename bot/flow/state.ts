/**
 * Where a conversation stands, as plain JSON: one row for each chat. There is no cursor: which question is open follows
 * from the answers (position.ts), so an answer that a deploy made invalid is simply asked again.
 */
import { z } from 'zod'
import type { Text } from '../../locales/say.js'
import type { Offered, Said } from './field.js'

const words = z.custom<Text>(
  (value) => typeof value === 'object' && value !== null && ('key' in value || 'words' in value),
)

const offered: z.ZodType<Offered> = z.object({
  value: z.string(),
  label: words,
  role: z.enum(['answer', 'skip', 'help', 'back', 'cancel']).optional(),
  skips: z.literal(true).optional(),
  answer: z.unknown().optional(),
})

const said: z.ZodType<Said> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), text: z.string() }),
  z.object({
    kind: z.literal('photo'),
    fileId: z.number().int(),
    codes: z.array(z.object({ format: z.string(), text: z.string() })),
    caption: z.string().optional(),
  }),
  z.object({ kind: z.literal('place'), latitude: z.number(), longitude: z.number() }),
  z.object({ kind: z.literal('contact'), phone: z.string(), own: z.boolean() }),
  z.object({ kind: z.literal('press'), data: z.string() }),
  z.object({ kind: z.literal('choice'), value: z.string() }),
  z.object({ kind: z.literal('other'), name: z.string(), why: words.optional() }),
])

const answers = z.record(z.string(), z.unknown())

/** What was last shown: buttons name it by `turn`, and stand for `offered`. */
const prompt = {
  /** Rises whenever something else is offered. Higher than that of any earlier talk of the same chat. */
  turn: z.number().int().nonnegative(),
  /** The key of the question shown, REVIEW or REST; what was offered there is good for nothing else. */
  asked: z.string().catch(''),
  offered: z.array(offered).catch([]),
}

export const state = z.object({
  flow: z.string(),
  ...prompt,
  /** By the question's key: `quantity`, `inputs.0.lot`; null is skipped. */
  answers: answers.catch({}),
  /** The keys in the order in which they were answered: the way back. */
  trail: z.array(z.string()).catch([]),
  /** Answers taken back, to be proposed again. */
  former: answers.catch({}),
  /** What the question shown has in hand without being answered. */
  soFar: z.unknown().optional(),
  /** When the person was last heard, ISO 8601. */
  at: z.iso.datetime({ offset: true }),
  /** Wrong answers in a row */
  wrong: z.number().int().nonnegative().catch(0),
  /** Photos, places and numbers that came before the question that wants them. */
  kept: z.array(said).catch([]),
  /** How it was before a line of the review was changed, so that back undoes the change; `since` is the trail's length. */
  editing: z
    .object({ line: z.string(), answers, trail: z.array(z.string()), since: z.number() })
    .optional()
    .catch(undefined),
  /** Asked whether to go on after a long rest: what was shown before, and what was said since. */
  rest: z
    .object({ asked: prompt.asked, offered: prompt.offered, said: z.array(said) })
    .optional()
    .catch(undefined),
})
export type State = z.infer<typeof state>

/** What `asked` holds when it is not a question's key. */
export const REVIEW = 'review'
export const REST = 'rest'

/** Kept for later of each kind, photos or places, at most; an album has 10. */
export const KEPT_MAX = 20
