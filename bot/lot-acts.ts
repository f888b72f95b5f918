/** What a button on a lot's card does for its owner and for officials of its place. The subject: the lot's code. */
import { mayRecall } from '../domain/lot-life.js'
import { lookUp } from '../domain/provenance.js'
import { isRefused } from '../domain/refusal.js'
import { text } from '../locales/say.js'
import { FLOWS } from './flows/index.js'
import type { Here, Saying } from './here.js'
import { codeItemOf } from './look-ups.js'
import { beginFlow } from './play-flow.js'

export const LOT_ACTS: ReadonlyMap<string, (here: Here, code: string) => Promise<Saying>> = new Map([
  ['recall-lot', recall],
])

/** Whether it can be done is asked before anybody types a word. */
async function recall(here: Here, code: string): Promise<Saying> {
  const { tx, actor } = here
  const may = await mayRecall(tx, actor, code)
  if (isRefused(may)) return { replies: [{ text: [may.refused] }] }
  const found = await lookUp(tx, code, { now: actor.now })
  if (found.kind !== 'lot') return { replies: [{ text: [text('refusal.lot-unknown')] }] }
  return beginFlow(here, FLOWS.get('recall-lot')!, { lot: codeItemOf(found) })
}
