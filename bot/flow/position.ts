/**
 * Which question is open: the first one that applies and has no valid answer. Repeating groups are the same chain, made
 * longer by its answers: `inputs.0.lot`, `inputs.0.quantity`, `inputs.0.more`, and on to `inputs.1.lot` if more is "more".
 */
import { choice } from './fields/choice.js'
import { isGroup, type AnyFlow, type Group, type Question } from './flow.js'
import type { Answers, AnyField, At } from './field.js'
import type { State } from './state.js'

/** A place for one answer. */
export interface Slot {
  /** By which the answer is kept: `quantity`, `inputs.0.lot` */
  key: string
  /** By which its texts are found, and the question is named to programs: `register-lot.inputs.lot` */
  place: string
  field: AnyField
  optional: boolean
  /** Stands until it is changed on the review */
  proposed?: unknown
  growsAtReview?: boolean
  /** The answers that it can see */
  earlier: Answers
  group?: { name: string; index: number; first: boolean }
}

export interface Line {
  slot: Slot
  /** null: skipped */
  answer: unknown
}

export interface Position {
  /** What is answered, in the order of the flow */
  lines: Line[]
  /** null: all is answered */
  open: Slot | null
  /** As `done` gets them */
  answers: Answers
}

/** Asked after each item of a group. */
export const MORE: Question = {
  name: 'more',
  field: choice(['more', 'done']),
  optional: () => false,
  when: () => true,
}
const SKIPPED = null

type Surroundings = Pick<At<Answers>, 'now' | 'language' | 'knowledge'>

export function locate(
  flow: AnyFlow,
  { answers: kept, editing }: Pick<State, 'answers' | 'editing'>,
  around: Surroundings,
): Position {
  const lines: Line[] = []
  let open: Slot | null = null

  /** The valid answer, or undefined and the slot is open; null is skipped. */
  const answered = (slot: Slot): unknown => {
    const given = kept[slot.key]
    const stands = given === undefined && editing?.line !== slot.key ? slot.proposed : given
    const answer = validAnswer(slot, stands, around)
    if (answer === undefined) open = slot
    else lines.push({ slot, answer })
    return answer
  }

  const group = ({ name, questions, optional, upTo }: Group, earlier: Answers): Answers[] | undefined => {
    const items: Answers[] = []
    for (let index = 0; index < upTo; index++) {
      const item: Answers = {}
      const slotOf = (question: Question, first: boolean): Slot => ({
        ...slot(
          flow,
          question,
          { ...earlier, ...item },
          `${name}.${index}.${question.name}`,
          `${name}.${question.name}`,
        ),
        optional: question.optional({ ...earlier, ...item }) || (first && index === 0 && optional),
        group: { name, index, first },
      })
      for (const [n, question] of questions.entries()) {
        if (!question.when({ ...earlier, ...item })) continue
        const answer = answered(slotOf(question, n === 0))
        if (answer === undefined) return undefined
        if (answer === null && n === 0 && index === 0 && optional) return []
        if (answer !== null) item[question.name] = answer
      }
      items.push(item)
      if (index + 1 === upTo) break
      const more = answered(slotOf(MORE, false))
      if (more === undefined) return undefined
      if (more === 'done') break
    }
    return items
  }

  const answers: Answers = {}
  for (const step of flow.steps) {
    const earlier = { ...answers }
    let answer: unknown
    if (isGroup(step)) answer = group(step, earlier)
    else if (!step.when(earlier)) continue
    else answer = answered(slot(flow, step, earlier, step.name, step.name))
    if (answer === undefined) break
    if (answer !== null) answers[step.name] = answer
  }
  return { lines, open, answers }
}

const slot = (flow: AnyFlow, question: Question, earlier: Answers, key: string, place: string): Slot => ({
  key,
  place: `${flow.name}.${place}`,
  field: question.field,
  optional: question.optional(earlier),
  proposed: question.proposed?.(earlier),
  growsAtReview: question.growsAtReview,
  earlier,
})

/** The kept answer if it still parses and still stands beside the earlier ones, else undefined. */
export function validAnswer(slot: Slot, kept: unknown, around: Surroundings): unknown {
  if (kept === undefined) return undefined
  if (kept === SKIPPED) return slot.optional ? null : undefined
  const parsed = slot.field.schema.safeParse(kept)
  if (!parsed.success) return undefined
  const at = { ...around, answers: slot.earlier, place: slot.place }
  return slot.field.holds?.(parsed.data, at) === false ? undefined : parsed.data
}
