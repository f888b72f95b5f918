/** What is shown: the open question, the review, or the question whether to go on. */
import type { Reply } from '../channels/channel.js'
import { keyed, text, type Param, type Text } from '../../locales/say.js'
import { isGroup, type AnyFlow } from './flow.js'
import type { Answers, At, Need, Offered } from './field.js'
import { canGoBack, isKeepable, itemsOf, lineOf } from './moves.js'
import { locate, validAnswer, type Line, type Position, type Slot } from './position.js'
import { REST, REVIEW, type State } from './state.js'

/** What a turn knows of the world around it. */
export type Around = Pick<At<Answers>, 'now' | 'language' | 'knowledge'> & { hotline?: string | null }
export type Shown = { state: State; reply: Reply } | Need

const BACK: Offered = { value: 'back', label: text('flow.back'), role: 'back' }
const CANCEL: Offered = { value: 'cancel', label: text('flow.cancel'), role: 'cancel' }
const SKIP: Offered = { value: 'skip', label: text('flow.skip'), role: 'skip' }
const HELP: Offered = { value: 'help', label: text('flow.help'), role: 'help' }

interface Prompt {
  asked: string
  question: string
  text: Text[]
  offered: Offered[]
  numbersAnswer?: boolean
  wants?: Reply['wants']
}

/** Puts a prompt into the state. The turn rises only when something else is offered: a repeated question keeps its buttons. */
export function present(state: State, { asked, question, text, offered, numbersAnswer, wants }: Prompt): Shown {
  const same = state.asked === asked && JSON.stringify(state.offered) === JSON.stringify(offered)
  const turn = same ? state.turn : state.turn + 1
  const choices = offered.map(({ value, label, role }, index) => ({
    value,
    label,
    data: `${turn}.${index}`,
    role: role ?? ('answer' as const),
  }))
  return {
    state: { ...state, turn, asked, offered },
    reply: { text, question, choices, prompt: true, ...(numbersAnswer && { numbersAnswer }), ...(wants && { wants }) },
  }
}

/** Shows the first question that has no answer, below `notes`; null when all is answered and the flow has no review. */
export function show(flow: AnyFlow, state: State, notes: Text[], around: Around): Shown | null {
  const position = locate(flow, state, around)
  if (position.open) return showQuestion(flow, state, position.open, position, notes, around)
  return flow.review ? showReview(flow, { ...state, editing: undefined, former: {} }, position, notes) : null
}

function showQuestion(
  flow: AnyFlow,
  before: State,
  slot: Slot,
  { lines }: Position,
  notes: Text[],
  around: Around,
): Shown {
  const { field, place } = slot
  const former = before.former[slot.key] === null ? undefined : validAnswer(slot, before.former[slot.key], around)
  const reopened = former === undefined ? undefined : field.reopen?.(former)
  const soFar = before.asked === slot.key ? before.soFar : reopened
  const filled = fill(slot, { ...before, soFar }, around)
  if ('need' in filled) return filled
  const { state, proposal } = filled

  const offer = field.offer({ ...around, answers: slot.earlier, place, soFar: state.soFar })
  if ('need' in offer) return offer
  const first: Offered[] = []
  if (former !== undefined && reopened === undefined)
    first.push({ value: 'keep', label: text('flow.keep', { value: field.show(former, place) }), answer: former })
  if (proposal) first.push(proposal)
  const answers = [...first, ...offer.choices.filter((one) => !first.some((other) => isSame(one, other)))]
  const finishing = answers.some(({ value }) => value === 'done')
  const offered = [
    ...answers,
    ...(canDrop(state, slot) ? [{ value: 'drop', label: text('flow.drop') }] : []),
    ...(slot.optional && !finishing ? [SKIP] : []),
  ]
  if (offered.length === 0) offered.push(HELP)
  if (canGoBack(state, lines)) offered.push(BACK)
  offered.push(CANCEL)

  return present(state, {
    asked: slot.key,
    question: place,
    text: [...notes, ...filled.notes, offer.ask ?? textOf(slot, 'ask'), ...(offer.hints ?? [])],
    offered,
    numbersAnswer: field.numeric,
    wants: field.wants,
  })
}

/** A text of a question: `.ask`, `.name`, `.help`, `.example`. In a group {{nth}} says which item it is about. */
export const textOf = (slot: Slot, which: string): Text => keyed(`${slot.place}.${which}`, nth(slot))

const nth = ({ group }: Slot) => (group ? { nth: group.index + 1 } : undefined)

const isSame = (one: Offered, other: Offered): boolean =>
  one.answer !== undefined && JSON.stringify(one.answer) === JSON.stringify(other.answer)

/** An item that was there before, and is not the only one, can be taken out when it is asked again from the review. */
function canDrop({ editing }: State, slot: Slot): boolean {
  if (!slot.group?.first || editing?.line !== lineOf(slot)) return false
  const items = itemsOf(editing.answers, slot.group.name)
  return items > 1 && slot.group.index < items
}

/** Gives the open question what was sent before its time: an album is filled, a place is proposed. */
function fill(slot: Slot, state: State, around: Around): { state: State; notes: Text[]; proposal?: Offered } | Need {
  const { field, place } = slot
  const waiting = state.kept.filter(isKeepable).filter(({ kind }) => field.takes.includes(kind))
  let filled: State = state
  const notes: Text[] = []
  for (const said of waiting) {
    const at = { ...around, answers: slot.earlier, place, soFar: filled.soFar }
    const read = field.read(said, at)
    if ('need' in read) return read
    if ('accept' in read) {
      const label = text('flow.use', { value: field.show(read.accept, place) })
      // First of those kept, so that it is the one that is used up; the others may be wanted later.
      const kept = [said, ...filled.kept.filter((one) => one !== said)]
      return { state: { ...filled, kept }, notes, proposal: { value: 'use', label, answer: read.accept } }
    }
    if ('reject' in read) continue
    filled = { ...filled, soFar: read.partial, kept: filled.kept.filter((one) => one !== said) }
    if (notes.length === 0) notes.push(said.kind !== 'photo' && read.note ? read.note : text('flow.used'))
  }
  return { state: filled, notes }
}

function showReview(flow: AnyFlow, state: State, { lines }: Position, notes: Text[]): Shown {
  const offered: Offered[] = [{ value: 'send', label: text('flow.review.send') }]
  const body: Text[] = []
  for (const line of reviewLines(lines)) {
    body.push(text('flow.review.line', { name: line.name, value: line.value }))
    offered.push({ value: `edit:${line.key}`, label: text('flow.review.edit', { name: line.name }) })
  }
  for (const step of flow.steps.filter(isGroup)) {
    const items = itemsOf(state.answers, step.name)
    const isEmpty = lines.some(
      ({ slot, answer }) => slot.group?.name === step.name && slot.group.first && answer === null,
    )
    if (items > 0 && items < step.upTo && !isEmpty) {
      const name = keyed(`${flow.name}.${step.name}.name`, { nth: items + 1 })
      offered.push({ value: `add:${step.name}`, label: text('flow.review.add', { name }) })
    }
  }
  if (canGoBack(state, lines)) offered.push(BACK)
  offered.push(CANCEL)
  return present(
    { ...state, soFar: undefined },
    {
      asked: REVIEW,
      question: `${flow.name}.review`,
      text: [...notes, keyed(`${flow.name}.review.ask`), ...body],
      offered,
    },
  )
}

/** The lines of the review: one for each question, and one for each item of a group. */
export function reviewLines(lines: Line[]): { key: string; name: Text; value: Param }[] {
  const byKey = new Map<string, Line[]>()
  for (const line of lines) {
    const key = lineOf(line.slot)
    byKey.set(key, [...(byKey.get(key) ?? []), line])
  }
  return [...byKey].map(([key, [first, ...rest]]) => {
    const { slot } = first!
    const place = slot.group ? slot.place.slice(0, slot.place.lastIndexOf('.')) : slot.place
    const shown = [first!, ...rest].filter((line) => !line.slot.key.endsWith('.more')).map(shownAnswer)
    return { key, name: keyed(`${place}.name`, nth(slot)), value: { list: shown } }
  })
}

export const shownAnswer = ({ slot, answer }: Line): Text =>
  answer === null ? text('flow.skipped') : slot.field.show(answer, slot.place)

/** Asked when the person comes back after a long time; what was said is kept. */
export function showRest(flow: AnyFlow, state: State, notes: Text[], around: Around): Shown {
  const lines = reviewLines(locate(flow, state, around).lines)
  return present(state, {
    asked: REST,
    question: `${flow.name}.rest`,
    text: [
      ...notes,
      text('flow.rest.ask', { flow: keyed(`${flow.name}.name`) }),
      ...lines.map(({ name, value }) => text('flow.review.line', { name, value })),
    ],
    offered: [
      { value: 'go-on', label: text('flow.rest.go-on') },
      { value: 'start-again', label: text('flow.rest.start-again') },
      CANCEL,
    ],
  })
}
