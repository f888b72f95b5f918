import { standingOfReporter } from '../../domain/reporter-standing.js'
import { isRefused } from '../../domain/refusal.js'
import type { State } from '../flow/state.js'
import { FLOWS } from '../flows/index.js'
import type { Here, Saying } from '../here.js'
import { beginFlow } from '../play-flow.js'
import type { Command } from './command.js'

/** Whoever may not report now is told before they have answered six questions. */
export async function beginReport(here: Here, answers: State['answers'] = {}): Promise<Saying> {
  const standing = await standingOfReporter(here.tx, here.actor)
  if (isRefused(standing)) return { replies: [{ text: [standing.refused] }] }
  return beginFlow(here, FLOWS.get('report-violation')!, answers)
}

/** What is wrong with food, or where it is sold. */
export const report: Command = { name: 'report', run: (here) => beginReport(here) }
