/** How a state changes: an answer given, taken back, changed from the review. Each takes a state and gives the next one. */
import type { AnyFlow } from './flow.js'
import { isGroup } from './flow.js'
import type { Said } from './field.js'
import type { Line, Slot } from './position.js'
import { KEPT_MAX, type State } from './state.js'

type Kept = State['answers']

const without = (kept: Kept, keys: string[]): Kept =>
  Object.fromEntries(Object.entries(kept).filter(([key]) => !keys.includes(key)))

/** `given` has passed the field's schema. */
export function answer(state: State, { key, field, group }: Slot, given: unknown): State {
  // Where somebody is, and how to call them, is kept no longer than until its question is answered.
  const isOver = (one: Said) => isKeepable(one) && one.kind !== 'photo' && field.takes.includes(one.kind)
  return {
    ...state,
    kept: group ? state.kept : state.kept.filter((one) => !isOver(one)),
    answers: { ...state.answers, [key]: given },
    trail: [...state.trail.filter((one) => one !== key), key],
    former: without(state.former, [key]),
    soFar: undefined,
    wrong: 0,
  }
}

/** Takes answers back; they are proposed again when their questions come. */
function reopen(state: State, keys: string[]): State {
  const back = Object.entries(state.answers).filter(([key]) => keys.includes(key))
  return {
    ...state,
    answers: without(state.answers, keys),
    trail: state.trail.filter((key) => !keys.includes(key)),
    former: { ...state.former, ...Object.fromEntries(back) },
    soFar: undefined,
    asked: '',
    wrong: 0,
  }
}

/** One step back: undoes a change begun from the review, else takes back the last answer. Null: this is the beginning. */
export function back(state: State, lines: Line[]): State | null {
  const { editing } = state
  if (editing && state.trail.length <= editing.since)
    return { ...state, answers: editing.answers, trail: editing.trail, editing: undefined, soFar: undefined, asked: '' }
  // An answer that no longer counts (its question does not apply any more) is no step to go back to.
  const counts = new Set(lines.map((line) => line.slot.key))
  const last = state.trail.findLast((key) => counts.has(key))
  return last === undefined ? null : reopen(state, [last])
}

export const canGoBack = (state: State, lines: Line[]): boolean => back(state, lines) !== null

/** The line of the review that a slot belongs to: `quantity`, or the item `inputs.1`. */
export const lineOf = ({ key, group }: Slot): string => (group ? `${group.name}.${group.index}` : key)

/** Asks a line of the review again; an item of a group is asked whole. */
export function edit(state: State, line: string): State {
  const keys = Object.keys(state.answers).filter(
    (key) => key === line || (key.startsWith(`${line}.`) && key !== `${line}.more`),
  )
  return begin(reopen(state, keys), state, line)
}

/** Opens one more item of a group. */
export function add(state: State, group: string): State {
  const count = itemsOf(state.answers, group)
  const more = { [`${group}.${count - 1}.more`]: 'more' }
  return begin({ ...state, answers: { ...state.answers, ...more }, asked: '' }, state, `${group}.${count}`)
}

const begin = (opened: State, before: State, line: string): State => ({
  ...opened,
  editing: { line, answers: before.answers, trail: before.trail, since: opened.trail.length },
})

/** How many items a group has. */
export const itemsOf = (kept: Kept, group: string): number =>
  new Set(
    Object.keys(kept)
      .filter((key) => key.startsWith(`${group}.`))
      .map((key) => key.split('.')[1]),
  ).size

/** Takes an item out of a group; those after it move up. */
export function drop(state: State, { name, index }: { name: string; index: number }): State {
  const source = state.editing?.answers ?? state.answers
  const left = itemsOf(source, name) - 1
  const moved = (key: string): string | null => {
    const [group, n, ...rest] = key.split('.')
    if (group !== name || rest.length === 0) return key
    if (Number(n) === index) return null
    return Number(n) > index ? [name, Number(n) - 1, ...rest].join('.') : key
  }
  const answers = Object.fromEntries(
    Object.entries(source).flatMap(([key, value]) => {
      const to = moved(key)
      return to === null ? [] : [[to, value] as const]
    }),
  )
  if (left > 0) answers[`${name}.${left - 1}.more`] = 'done'
  return {
    ...state,
    answers,
    trail: state.trail.flatMap((key) => moved(key) ?? []),
    former: Object.fromEntries(Object.entries(state.former).filter(([key]) => !key.startsWith(`${name}.`))),
    soFar: undefined,
    asked: '',
    editing: undefined,
    wrong: 0,
  }
}

/** What a flow can use later though the open question cannot. */
export type Keepable = Extract<Said, { kind: 'photo' | 'place' | 'contact' }>
export const isKeepable = (said: Said): said is Keepable =>
  said.kind === 'photo' || said.kind === 'place' || said.kind === 'contact'

/**
 * Whether a question of the flow can use it; another one than that of `but`, if given. Where somebody is, and how to call them,
 * only while the question is still to come.
 */
export function isWantedBy(flow: AnyFlow, { kind }: Keepable, answered: Line[], but?: Slot): boolean {
  const past = kind === 'photo' ? [] : answered.filter(({ slot }) => !slot.group).map(({ slot }) => slot.field)
  return flow.steps
    .flatMap((step) => (isGroup(step) ? step.questions : [step]))
    .some(({ field }) => field !== but?.field && !past.includes(field) && field.takes.includes(kind))
}

/** Null where there is no room: what was promised to be kept is not thrown out for it. */
export function keep(state: State, said: Keepable): State | null {
  const others = state.kept.filter(
    (one) => !(one.kind === 'photo' && said.kind === 'photo' && one.fileId === said.fileId),
  )
  const alike = others.filter(({ kind }) => kind === said.kind)
  return alike.length < KEPT_MAX ? { ...state, kept: [...others, said] } : null
}
