/**
 * One turn of a talk: a state and what was said give the next state and what to say. Pure: the time comes in with the
 * input, what must be looked up is asked for with `need`, and the same input always gives the same turn.
 */
import type { Reply } from '../channels/channel.js'
import { keyed, text, type Language, type Text } from '../../locales/say.js'
import { isAlbum, isGroup, type AnyFlow, type Flow } from './flow.js'
import type { Answers, Need, Offered, Said } from './field.js'
import { lookupKey, type Knowledge, type Lookup } from './lookups.js'
import { add, answer, back, drop, edit, isKeepable, isWantedBy, keep, type Keepable } from './moves.js'
import { locate, validAnswer, type Position, type Slot } from './position.js'
import { present, reviewLines, show, showRest, textOf, type Around, type Shown } from './prompt.js'
import { KEPT_MAX, REVIEW, state as stateSchema, type State } from './state.js'
import { clean, isLabel, isLabelExactly, isWord, isYes, mayBeName, type Word } from './words.js'

export interface Input {
  said: Said
  /** The house's clock, ISO 8601 */
  now: string
  /** Decides how "1.500" is read. Labels and words are understood in every language. */
  language: Language
  /** Phone number of the hotline; null: none is set */
  hotline?: string | null
}

export interface Turned<A = Answers> {
  /** To be stored; null: the talk is over. */
  state: State | null
  replies: Reply[]
  /** Nothing happened yet: run these, add what was found to the knowledge by `lookupKey`, and call again. */
  need?: Lookup[]
  /** The answers that `need` may depend on */
  earlier?: Answers
  /** All is answered and sent: hand it to the flow's `finish`. A refusal goes to `refuse` with this state. */
  done?: A
  cancelled?: true
  /** The menu was asked for; the talk stays as it is. */
  menu?: true
  /** Cancelled before this was used: it may be meant for something else. */
  unused?: Said[]
}

/**
 * The state as stored, as far as it still can be read: parts that no longer parse are dropped alone. Null when nothing of
 * it can be used.
 */
export function revive(stored: unknown): State | null {
  const parsed = stateSchema.safeParse(stored)
  return parsed.success ? parsed.data : null
}

/**
 * The first question. `turn` must be higher than that of any earlier talk in the same chat, so that their buttons are known
 * as old: the update's sequence within its chat is. Answers and files at hand may be given along.
 */
export function start<A>(
  flow: Flow<A> | AnyFlow,
  {
    turn,
    answers = {},
    kept = [],
    ...told
  }: Omit<Input, 'said'> & Partial<Pick<State, 'answers' | 'kept'>> & { turn: number },
  knowledge: Knowledge = {},
): Turned<A> {
  const fresh: State = {
    ...{ flow: flow.name, turn, asked: '', offered: [], answers, trail: [], former: {}, at: told.now, wrong: 0, kept },
  }
  return shown(flow, fresh, [], { ...told, knowledge }) as Turned<A>
}

/** What happens when this is said. `stored` is the state of this same flow. */
export function turn<A>(flow: Flow<A> | AnyFlow, stored: State, input: Input, knowledge: Knowledge = {}): Turned<A> {
  const { said, ...told } = input
  const state = { ...stored, at: told.now }
  const rested = hoursBetween(stored.at, told.now)
  return play(flow, state, rested, cleaned(said), { ...told, knowledge }) as Turned<A>
}

/** Plays a turn to its end, running the look-ups that it needs. Each look-up is run once. */
export async function knowing<A>(
  take: (knowledge: Knowledge) => Turned<A>,
  run: (lookup: Lookup, earlier: Answers) => Promise<unknown>,
  knowledge: Knowledge = {},
): Promise<Turned<A>> {
  for (;;) {
    const turned = take(knowledge)
    if (!turned.need) return turned
    const unknown = turned.need.filter((lookup) => !(lookupKey(lookup) in knowledge))
    if (unknown.length === 0) throw new Error(`${lookupKey(turned.need[0]!)} was found and is asked for again`)
    for (const lookup of unknown)
      knowledge = { ...knowledge, [lookupKey(lookup)]: await run(lookup, turned.earlier ?? {}) }
  }
}

/** The answers were refused: says why, and asks again `backTo`, or shows the review. `state` is the one given with `done`. */
export function refuse(
  flow: AnyFlow,
  state: State,
  { refused, backTo }: { refused: Text; backTo?: string },
  told: Omit<Input, 'said'>,
  knowledge: Knowledge = {},
): Turned {
  const around = { ...told, knowledge }
  const { lines } = locate(flow, state, around)
  const again = backTo !== undefined ? edit(state, backTo) : flow.review ? { ...state, asked: '' } : back(state, lines)
  return again ? shown(flow, again, [refused], around) : { state: null, replies: [{ text: [refused] }] }
}

/** Asks whether to go on with what is half done, as after a long rest. */
export function pause(flow: AnyFlow, state: State, told: Omit<Input, 'said'>, knowledge: Knowledge = {}): Turned {
  const { asked, offered, rest = { asked, offered, said: [] } } = state
  return turned(showRest(flow, { ...state, at: told.now, rest }, [], { ...told, knowledge }))
}

/** Whether a photo that is said now joins an album, so that nobody waits for what a code on it says. */
export const gathersPhotos = ({ steps }: AnyFlow, { asked }: State): boolean =>
  steps.some((step) => !isGroup(step) && isAlbum(step.field) && (asked === step.name || asked === REVIEW))

// ------------------------------------------------------------------------------------------------ what was said

function play(flow: AnyFlow, state: State, rested: number, said: Said, around: Around): Turned {
  const word = said.kind === 'text' ? isWord(said.text) : null
  if (word === 'cancel' && !(said.kind === 'text' && mayBeName(said.text))) return cancel(flow, state, around)
  if (word === 'menu') return { state, replies: [], menu: true }
  if (state.rest) return atRest(flow, state, state.rest, said, around)
  if (rested >= flow.settings.restHours) return rest(flow, state, said, around)
  return hear(flow, state, said, [], around)
}

/** Something said to the question that is open. `notes` are said first. */
function hear(flow: AnyFlow, state: State, said: Said, notes: Text[], around: Around): Turned {
  const position = locate(flow, state, around)
  const again = (...more: Text[]) => shown(flow, state, [...notes, ...more], around)

  if (isKeepable(said) && !position.open?.field.takes.includes(said.kind))
    return (
      joinAlbum({ flow, state, position, notes, around }, said) ??
      setAside({ flow, state, position, notes, around }, said)
    )
  const chosen = offeredBy(state, said)
  if (chosen?.role === 'cancel') return cancel(flow, state, around)
  // A deploy changed which question is open: what was said answers one that nobody asks any more.
  if (state.asked !== (position.open?.key ?? REVIEW)) return again(text('flow.changed'))

  const turn: Asked = { flow, state, position, notes, around }
  switch (said.kind) {
    case 'press':
      return chosen ? choose(turn, chosen) : again(text('flow.stale'))
    case 'choice':
      return chosen ? choose(turn, chosen) : again(text('flow.not-offered'))
    case 'text':
      return hearText(turn, said.text)
    case 'other':
      return wrong(turn, said.why ?? text('flow.unusable'))
    default:
      return read(turn, said)
  }
}

/** The open question, or the review, and how it is being answered. */
interface Asked {
  flow: AnyFlow
  state: State
  position: Position
  notes: Text[]
  around: Around
}

/** What a press or a named choice stands for. A button's data is `turn.index`: an old or a forged one finds nothing. */
function offeredBy({ turn, offered }: State, said: Said): Offered | undefined {
  if (said.kind === 'choice') return offered.find(({ value }) => value === said.value)
  if (said.kind !== 'press') return undefined
  const [, pressed, index] = /^(\d{1,15})\.(\d{1,3})$/.exec(said.data) ?? []
  return pressed !== undefined && Number(pressed) === turn ? offered[Number(index)] : undefined
}

function hearText(turn: Asked, typed: string): Turned {
  const { state, position } = turn
  const { field } = position.open ?? {}
  const word = isWord(typed)
  const askedAlready = state.offered.some(({ value }) => value === 'use')
  if (word && field?.kind === 'text' && mayBeName(typed) && !askedAlready)
    return askWhetherName(turn, position.open!, typed)
  const chosen = labelled(state.offered, typed) ?? agreedTo(turn, typed)
  if (chosen) return choose(turn, chosen)
  if (word) return hearWord(turn, word)
  const numbered = field?.numeric ? undefined : numberedChoice(state.offered, typed)
  if (numbered) return choose(turn, numbered)
  if (position.open) return read(turn, { kind: 'text', text: typed })
  const line = reviewLines(position.lines).find(({ name }) => isLabel(typed, name))
  return line
    ? shown(turn.flow, edit(state, line.key), turn.notes, turn.around)
    : wrong(turn, text('flow.review.unclear'))
}

/** The choice with this label; of two that differ in diacritics only, the one typed exactly, or none. */
function labelled(offered: Offered[], typed: string): Offered | undefined {
  const alike = offered.filter(({ label }) => isLabel(typed, label))
  return alike.length > 1 ? alike.find(({ label }) => isLabelExactly(typed, label)) : alike[0]
}

/** What "đúng rồi" says yes to: the review, or the only thing that was found. */
function agreedTo({ state, position: { open } }: Asked, typed: string): Offered | undefined {
  if (!isYes(typed)) return undefined
  if (!open) return state.offered.find(({ value }) => value === 'send')
  const [only, ...others] = state.offered.filter(({ role = 'answer' }) => role === 'answer')
  return state.soFar !== undefined && only?.answer !== undefined && !only.skips && others.length === 0
    ? only
    : undefined
}

/** The nth choice, counted as `fit` numbers them: without skip, help, back and cancel. */
function numberedChoice(offered: Offered[], typed: string): Offered | undefined {
  const [, digits] = /^(\d{1,3})[.)]?$/.exec(typed) ?? []
  return offered.filter(({ role = 'answer' }) => role === 'answer')[Number(digits) - 1]
}

function askWhetherName({ state, notes }: Asked, slot: Slot, typed: string): Turned {
  return turned(
    present(state, {
      asked: slot.key,
      question: slot.place,
      text: [...notes, text('flow.name-or-cancel', { said: typed })],
      offered: [
        { value: 'use', label: { words: typed }, answer: typed },
        { value: 'cancel', label: text('flow.cancel'), role: 'cancel' },
      ],
      numbersAnswer: true,
    }),
  )
}

function hearWord(turn: Asked, word: Word): Turned {
  const { flow, state, position, notes, around } = turn
  const { open } = position
  const again = (...more: Text[]) => shown(flow, state, [...notes, ...more], around)
  const half = state.offered.find(({ skips }) => skips)
  if (half && (word === 'skip' || word === 'done')) return choose(turn, half)
  switch (word) {
    case 'back': {
      const before = back(state, position.lines)
      return before ? shown(flow, before, notes, around) : again(text('flow.no-back'))
    }
    case 'skip':
      return open?.optional ? accept(turn, open, null) : again(text('flow.no-skip'))
    case 'done': {
      const finishing = state.offered.find(({ value }) => value === 'done')
      if (finishing) return choose(turn, finishing)
      if (open?.optional) return accept(turn, open, null)
      return again(text(open ? 'flow.not-done' : 'flow.review.unclear'))
    }
    case 'help':
      return again(helpOf(turn))
    case 'cancel':
    case 'menu':
      return cancel(flow, state, around)
  }
}

// ------------------------------------------------------------------------------------------------ what follows

function choose(turn: Asked, chosen: Offered): Turned {
  const { flow, state, position, notes, around } = turn
  const { open } = position
  if (chosen.role && chosen.role !== 'answer') return hearWord(turn, chosen.role)
  if (!open) return chooseAtReview(turn, chosen.value)
  if (chosen.value === 'drop' && open.group) return shown(flow, drop(state, open.group), notes, around)
  if (chosen.answer === undefined) return read(turn, { kind: 'choice', value: chosen.value })
  if (chosen.value !== 'use') return accept(turn, open, chosen.answer)
  const used = state.kept.find((one) => isKeepable(one) && open.field.takes.includes(one.kind))
  return accept({ ...turn, state: { ...state, kept: state.kept.filter((one) => one !== used) } }, open, chosen.answer)
}

function chooseAtReview({ flow, state, position, notes, around }: Asked, value: string): Turned {
  if (value === 'send') return { state, replies: [], done: position.answers }
  const [act, line] = [value.slice(0, value.indexOf(':')), value.slice(value.indexOf(':') + 1)]
  return shown(flow, act === 'add' ? add(state, line) : edit(state, line), notes, around)
}

/** Lets the field read what was said. What it understood of typed words is repeated, so that a misreading is seen. */
function read(turn: Asked, said: Said): Turned {
  const { flow, state, position, notes, around } = turn
  const slot = position.open!
  const { soFar, former } = state
  const at = { ...around, answers: slot.earlier, place: slot.place, soFar, former: former[slot.key] }
  const result = slot.field.read(said, at)
  if ('need' in result) return turned(result)
  if ('reject' in result) {
    if (!isKeepable(said) || !isWantedBy(flow, said, position.lines, slot)) return wrong(turn, result.reject)
    // A photo without a code may be the paper that a later question asks for: not the answer here, and not a wrong one either.
    const kept = keepFor(state, said)
    return shown(flow, kept.state, [...notes, result.reject, kept.note], around)
  }
  if ('partial' in result) {
    const more = result.note ? [result.note] : []
    const album = slot.growsAtReview && isKeepable(said) ? validAnswer(slot, result.partial, around) : undefined
    if (album !== undefined && album !== null)
      return accept({ ...turn, notes: [...notes, ...more, noted(slot, album)] }, slot, album)
    return shown(flow, { ...state, soFar: result.partial, wrong: 0 }, [...notes, ...more], around)
  }
  if (said.kind === 'choice') return accept(turn, slot, result.accept)
  const understood = validAnswer(slot, result.accept, around)
  if (understood === undefined || understood === null) return accept(turn, slot, result.accept)
  return accept({ ...turn, notes: [...notes, noted(slot, understood)] }, slot, result.accept)
}

const noted = (slot: Slot, understood: unknown): Text =>
  text('flow.noted', { name: textOf(slot, 'name'), value: slot.field.show(understood, slot.place) })

function accept(turn: Asked, slot: Slot, given: unknown): Turned {
  // What was offered before a deploy, or before time passed, may have ceased to be an answer.
  if (validAnswer(slot, given, turn.around) === undefined) return wrong(turn, text('flow.not-offered'))
  return shown(turn.flow, answer(turn.state, slot, given), turn.notes, turn.around)
}

/** Says the reason; from the second wrong answer in a row an example, then help, then the hotline. */
function wrong({ flow, state, position, notes, around }: Asked, reason: Text): Turned {
  const more: Text[] = []
  const times = state.wrong + 1
  const { open } = position
  if (times === 2 && open?.field.typed) more.push(textOf(open, 'example'))
  else if (times >= 2) more.push(helpOf({ flow, position }))
  if (times >= flow.settings.hotlineAfterWrong)
    more.push(around.hotline ? text('flow.hotline', { phone: around.hotline }) : text('flow.no-hotline'))
  return shown(flow, { ...state, wrong: times }, [...notes, reason, ...more], around)
}

const helpOf = ({ flow, position: { open } }: Pick<Asked, 'flow' | 'position'>): Text =>
  open ? textOf(open, 'help') : keyed(`${flow.name}.review.help`)

/** At the review a photo joins the album of the last question that gathers photos; undefined: there is none. */
function joinAlbum({ flow, state, position, notes, around }: Asked, said: Keepable): Turned | undefined {
  if (position.open) return undefined
  const line = position.lines.findLast(({ slot: { field } }) => field.takes.includes(said.kind) && isAlbum(field))
  if (!line) return undefined
  const { slot, answer: before } = line
  const soFar = before === null ? undefined : slot.field.reopen?.(before)
  const result = slot.field.read(said, { ...around, answers: slot.earlier, place: slot.place, soFar })
  const album = 'partial' in result ? validAnswer(slot, result.partial, around) : undefined
  if (album === undefined || album === null) return undefined
  const told = 'note' in result && result.note ? result.note : noted(slot, album)
  return shown(flow, answer(state, slot, album), [...notes, told], around)
}

/** Kept for a later question, as far as there is room. */
function keepFor(state: State, said: Keepable): { state: State; note: Text } {
  const kept = keep(state, said)
  return kept
    ? { state: kept, note: text(`flow.kept.${said.kind}`) }
    : { state, note: text('flow.kept.full', { count: KEPT_MAX }) }
}

/** A photo or a place that the open question cannot use: kept for the one that can. Its caption may still be an answer. */
function setAside({ flow, state, position, notes, around }: Asked, said: Keepable): Turned {
  const wanted = isWantedBy(flow, said, position.lines)
  const { state: next, note } = wanted ? keepFor(state, said) : { state, note: text('flow.unneeded') }
  const told = [...notes, note]
  const caption = said.kind === 'photo' ? clean(said.caption ?? '') : ''
  return caption ? hear(flow, next, { kind: 'text', text: caption }, told, around) : shown(flow, next, told, around)
}

function cancel(flow: AnyFlow, state: State, around: Around): Turned {
  const { lines, open } = locate(flow, state, around)
  // An album that is still growing is no answer yet, and lost as well.
  const growing = open?.field.reopen && open.key === state.asked && state.soFar !== undefined
  const said = lines.filter(({ slot }) => state.trail.includes(slot.key))
  const names = [...reviewLines(said).map(({ name }) => name), ...(growing ? [textOf(open, 'name')] : [])]
  const replies: Reply[] = [
    {
      text: [
        text('flow.cancelled', { flow: keyed(`${flow.name}.name`) }),
        ...(names.length > 0 ? [text('flow.unsaved', { names: { list: names } })] : []),
      ],
    },
  ]
  const unused = [...state.kept, ...(state.rest?.said ?? [])]
  return { state: null, replies, cancelled: true, ...(unused.length > 0 && { unused }) }
}

// ------------------------------------------------------------------------------------------------ after a long rest

/** Asks whether to go on. What was said is kept; a button's meaning is taken from what was offered when it was shown. */
function rest(flow: AnyFlow, state: State, said: Said, around: Around): Turned {
  const { asked, offered } = state
  const pressed = offeredBy(state, said)
  const kept: Said[] = said.kind !== 'press' ? [said] : pressed ? [{ kind: 'choice', value: pressed.value }] : []
  return turned(showRest(flow, { ...state, rest: { asked, offered, said: kept } }, [], around))
}

type Rest = NonNullable<State['rest']>

function atRest(flow: AnyFlow, state: State, rest: Rest, said: Said, around: Around): Turned {
  const again = (...notes: Text[]) => turned(showRest(flow, state, notes, around))
  const { offered } = state
  const chosen =
    said.kind === 'text' ? (labelled(offered, said.text) ?? numberedChoice(offered, said.text)) : offeredBy(state, said)
  if (chosen?.value === 'go-on') return goOn(flow, state, rest, around)
  if (chosen?.value === 'cancel') return cancel(flow, state, around)
  if (chosen) {
    const kept = [...state.kept, ...rest.said.filter(isKeepable)]
    // What was given along was not asked, and is not asked now.
    const given = Object.entries(state.answers).filter(([key]) => !state.trail.includes(key))
    return start(flow, { turn: state.turn, kept, answers: Object.fromEntries(given), ...around }, around.knowledge)
  }
  if (said.kind === 'press') return again(text('flow.stale'))
  if (said.kind === 'choice') return again(text('flow.not-offered'))
  if (said.kind === 'text' && isWord(said.text) === 'help') return again(text('flow.rest.help'))
  const kept = { ...rest, said: [...rest.said, said] }
  // Whoever types an answer goes on; a photo may be one of an album that is still coming in.
  if (said.kind === 'text') return goOn(flow, state, kept, around)
  return turned(showRest(flow, { ...state, rest: kept }, [], around))
}

/** Takes up the talk where it was, with what was said meanwhile as far as it fits. */
function goOn(flow: AnyFlow, resting: State, { asked, offered, said }: Rest, around: Around): Turned {
  let state: State = { ...resting, asked, offered, rest: undefined }
  for (const one of said) {
    const next = hear(flow, state, one, [], around)
    if (!next.state || next.need || next.done) return next
    if (next.state.wrong <= state.wrong) state = next.state
  }
  // The buttons of the question whether to go on must not be taken for this one's.
  return shown(flow, { ...state, turn: resting.turn, offered: [] }, [text('flow.rest.going-on')], around)
}

// ------------------------------------------------------------------------------------------------ small

function shown(flow: AnyFlow, state: State, notes: Text[], around: Around): Turned {
  const next = show(flow, state, notes, around)
  return next ? turned(next) : { state, replies: [], done: locate(flow, state, around).answers }
}

const turned = (shown: Shown | Need): Turned =>
  'need' in shown
    ? { state: null, replies: [], need: [shown.need], earlier: shown.earlier }
    : { state: shown.state, replies: [shown.reply] }

const cleaned = (said: Said): Said => (said.kind === 'text' ? { ...said, text: clean(said.text) } : said)

const hoursBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 3_600_000
