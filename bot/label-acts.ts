/** What the buttons about printing do. The subject: a lot's code, or an establishment's id. */
import { issueSign } from '../domain/labels.js'
import { lotOf } from '../domain/my-lots.js'
import { isRefused } from '../domain/refusal.js'
import { text } from '../locales/say.js'
import type { Sign } from '../qr/sign.js'
import { FLOWS } from './flows/index.js'
import type { Here, Saying } from './here.js'
import { signFiles } from './labels.js'
import { lotItemOf } from './look-ups.js'
import { beginFlow } from './play-flow.js'

export const LABEL_ACTS: ReadonlyMap<string, (here: Here, subject: string) => Promise<Saying>> = new Map([
  ['print-labels', printLabels],
  ['sign-badge', sign('badge')],
  ['sign-window', sign('window')],
])

async function printLabels(here: Here, code: string): Promise<Saying> {
  const lot = await lotOf(here.tx, here.actor, code)
  if (isRefused(lot)) return { replies: [{ text: [lot.refused] }] }
  return beginFlow(here, FLOWS.get('print-labels')!, { lot: lotItemOf(lot) })
}

function sign(which: Sign): (here: Here, establishmentId: string) => Promise<Saying> {
  return async ({ tx, actor }, establishmentId) => {
    const issued = await issueSign(tx, actor, Number(establishmentId), which)
    if (isRefused(issued)) return { replies: [{ text: [issued.refused] }] }
    return { replies: [{ text: [text(`sign.done.${which}`)], files: signFiles(issued.code, which) }] }
  }
}
