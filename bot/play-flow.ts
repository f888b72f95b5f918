/** Plays a guided flow: from a saved state and what was said to what is said back and saved, with its look-ups and its end. */
import { isDeepStrictEqual } from 'node:util'
import type { Answers, Said } from './flow/field.js'
import type { Lookup } from './flow/lookups.js'
import { keyed, text } from '../locales/say.js'
import { start, turn, knowing, pause, refuse, revive, type Turned } from './flow/turn.js'
import type { State } from './flow/state.js'
import type { Here, Saying } from './here.js'
import { pressOf } from './here.js'
import { FLOWS, type HouseFlow } from './flows/index.js'
import { runLookup, type Asking } from './look-ups.js'

export interface OpenTalk {
  flow: HouseFlow
  state: State
}

/** The open talk as stored, with its flow; null: none is open, or the flow is no longer there. */
export function openTalk(stored: unknown): OpenTalk | null {
  const state = revive(stored)
  const flow = state && FLOWS.get(state.flow)
  return state && flow ? { flow, state } : null
}

/** What a talk came to. `unused`: said before it was cancelled, and perhaps meant for something else. */
export interface Played extends Saying {
  state: unknown
  menu?: true
  unused?: Said[]
}

export async function beginFlow(here: Here, flow: HouseFlow, answers: State['answers'] = {}): Promise<Played> {
  const open = openTalk(here.state)
  const answered = open !== null && open.state.trail.length > 0
  // Whoever asks for it again has perhaps forgotten that it is half done: nothing is thrown away unasked.
  if (answered && open.flow === flow && isSameMatter(open.state, answers)) {
    const { state } = open
    return told(here, await knowing((known) => pause(flow, state, around(here), known), lookUpsFor(here)))
  }
  const at = { turn: here.seq, answers, ...around(here) }
  const begun = await settle(here, flow, await knowing((known) => start(flow, at, known), lookUpsFor(here)))
  if (!answered) return begun
  const [first, ...others] = begun.replies
  const stopped = text('answer.stopped', { flow: keyed(`${open.flow.name}.name`) })
  return { ...begun, replies: first ? [{ ...first, text: [stopped, ...first.text] }, ...others] : [] }
}

export async function playFlow(here: Here, { flow, state }: OpenTalk, said: Said): Promise<Played> {
  const input = { said, ...around(here) }
  return settle(here, flow, await knowing((known) => turn(flow, state, input, known), lookUpsFor(here)))
}

/** The talk that is open is about the same thing: of another lot, shop or case it is another talk. */
const isSameMatter = ({ answers: open }: State, given: State['answers']): boolean =>
  Object.entries(given).every(([name, answer]) => isDeepStrictEqual(open[name], answer))

/** What a turn knows of the world around it. */
const around = ({ actor, facts }: Here) => ({
  now: actor.now.toISOString(),
  language: actor.language,
  hotline: facts.hotline,
})

/** A look-up may depend on the answers before the question that asks for it, also on one that was given in this turn. */
const lookUpsFor =
  (here: Here) =>
  (lookup: Lookup, { shop, product, case: about, unit, away }: Answers) => {
    const asking: Asking = {
      establishmentId: idIn(shop, 'value'),
      productId: idIn(product, 'id'),
      caseNumber: wordIn(about, 'value'),
      unitCode: wordIn(unit, 'value'),
      away: wordIn(away, 'value'),
    }
    return runLookup(here, asking, lookup)
  }

const partOf = (answer: unknown, name: string): unknown =>
  typeof answer === 'object' && answer !== null ? (answer as Record<string, unknown>)[name] : undefined

const idIn = (answer: unknown, name: string): number | null => {
  const found = partOf(answer, name)
  return found === undefined ? null : Number(found)
}

const wordIn = (answer: unknown, name: string): string | null => {
  const found = partOf(answer, name)
  return typeof found === 'string' ? found : null
}

async function settle(here: Here, flow: HouseFlow, turned: Turned<never>): Promise<Played> {
  if (turned.done === undefined) return told(here, turned)
  const outcome = await flow.finish(turned.done, here)
  if (!('refused' in outcome)) return { state: null, replies: outcome.replies }
  const { state } = turned
  if (!state) return { state: null, replies: [{ text: [outcome.refused] }] }
  const again = await knowing((known) => refuse(flow, state, outcome, around(here), known), lookUpsFor(here))
  return told(here, again)
}

const told = (here: Here, { state, replies, menu, unused }: Turned): Played => {
  const [first, ...others] = replies
  const answered = first ? [{ ...first, pressId: pressOf(here.inbound) }, ...others] : []
  return { state, replies: answered, ...(menu && { menu }), ...(unused && { unused }) }
}
