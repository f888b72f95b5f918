/** A question to whoever reported it; the clock stands still until the answer. */
import { ANSWER_WITHIN_DAYS, askReporter } from '../../../domain/case-questions.js'
import { CASE_WORDS_MAX } from '../../../domain/cases.js'
import { text as say } from '../../../locales/say.js'
import { caseOutcome } from '../../case-offers.js'
import { list } from '../../flow/fields/list.js'
import { text } from '../../flow/fields/text.js'
import { flow } from '../../flow/flow.js'
import type { Here } from '../../here.js'

export const askTheReporter = flow('ask-reporter')
  .ask('case', list('cases'))
  .ask('asked', text({ upTo: CASE_WORDS_MAX }))
  .review()
  .done(async ({ case: { value: number }, asked }, here: Here) =>
    caseOutcome(here, number, await askReporter(here.tx, here.actor, number, asked), () => [
      say('case.done.ask-reporter', { number, days: ANSWER_WITHIN_DAYS }),
    ]),
  )
