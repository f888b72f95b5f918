/** Every kind of timer that the domain puts, and what is done when it is due. The loop that runs them is the server's. */
import { tellDigest } from './alert-digest.js'
import { DIGEST, SECOND, trySecondChannels } from './alerts.js'
import { DUE, REMIND } from './case-clock.js'
import { escalateCase, remindCase } from './case-escalation.js'
import { endWaiting } from './case-questions.js'
import { ROLL, rollClosedUnits } from './case-roll.js'
import { RUN_RULES, runRulesOnTime } from './findings.js'
import { UNANSWERED } from './question-end.js'
import type { TimerWork } from './timers.js'

export const TIMER_WORK: ReadonlyMap<string, TimerWork> = new Map([
  [REMIND, remindCase],
  [DUE, escalateCase],
  [UNANSWERED, endWaiting],
  [SECOND, trySecondChannels],
  [DIGEST, tellDigest],
  [ROLL, rollClosedUnits],
  [RUN_RULES, runRulesOnTime],
])
