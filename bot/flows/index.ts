/** Every guided flow by its name, as it stands in a saved talk. */
import type { Flow } from '../flow/flow.js'
import type { Here } from '../here.js'
import { reportAnswer } from './consumer/report-answer.js'
import { reportReopen } from './consumer/report-reopen.js'
import { reportViolation } from './consumer/report-violation.js'
import { myLots } from './shop/my-lots.js'
import { registerLot } from './shop/register-lot.js'

/** A flow with its answers' type forgotten: what a saved talk is played with. */
export type HouseFlow = Flow<never, Here>

export const FLOWS: ReadonlyMap<string, HouseFlow> = new Map(
  [reportViolation, reportAnswer, reportReopen, registerLot, myLots].map((flow) => [
    flow.name,
    flow as unknown as HouseFlow,
  ]),
)
