/** Every guided flow by its name, as it stands in a saved talk. */
import type { Flow } from '../flow/flow.js'
import type { Here } from '../here.js'
import { askTheReporter } from './official/ask-reporter.js'
import { askTheShop } from './official/ask-shop.js'
import { close } from './official/close-case.js'
import { decide } from './official/decide-case.js'
import { handOver } from './official/hand-over.js'
import { inviteOfficial } from './official/invite-official.js'
import { manageOfficial } from './official/manage-official.js'
import { passOn } from './official/pass-on-case.js'
import { recall } from './official/recall-lot.js'
import { refuseToTakeUp } from './official/refuse-case.js'
import { standIn } from './official/stand-in.js'
import { reportAnswer } from './consumer/report-answer.js'
import { reportReopen } from './consumer/report-reopen.js'
import { reportViolation } from './consumer/report-violation.js'
import { myLots } from './shop/my-lots.js'
import { printLabels } from './shop/print-labels.js'
import { registerLot } from './shop/register-lot.js'
import { replyToCase } from './shop/reply-to-case.js'

/** A flow with its answers' type forgotten: what a saved talk is played with. */
export type HouseFlow = Flow<never, Here>

const OF_CONSUMERS = [reportViolation, reportAnswer, reportReopen]
const OF_SHOPS = [registerLot, myLots, printLabels, replyToCase]
const OF_OFFICIALS = [
  ...[passOn, askTheShop, askTheReporter, decide, close, refuseToTakeUp],
  ...[inviteOfficial, manageOfficial, standIn, handOver, recall],
]

export const FLOWS: ReadonlyMap<string, HouseFlow> = new Map(
  [...OF_CONSUMERS, ...OF_SHOPS, ...OF_OFFICIALS].map((flow) => [flow.name, flow as unknown as HouseFlow]),
)
