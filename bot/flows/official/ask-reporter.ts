/** A question to one of those who reported it, or to all; the clock stands still until an answer. */
import { ANSWER_WITHIN_DAYS, askReporter } from '../../../domain/case-questions.js'
import { CASE_WORDS_MAX } from '../../../domain/cases.js'
import { text as say } from '../../../locales/say.js'
import { caseOutcome } from '../../case-offers.js'
import { list } from '../../flow/fields/list.js'
import { text } from '../../flow/fields/text.js'
import { flow } from '../../flow/flow.js'
import type { Here } from '../../here.js'
import { ALL_REPORTERS } from '../../lists.js'

export const askTheReporter = flow('ask-reporter')
  .ask('case', list('cases'))
  .ask('reporter', list('reporters'))
  .ask('asked', text({ upTo: CASE_WORDS_MAX }))
  .review()
  .done(async ({ case: { value: number }, reporter: { value }, asked }, here: Here) => {
    const reportId = value === ALL_REPORTERS ? 'all' : Number(value)
    return caseOutcome(
      here,
      number,
      await askReporter(here.tx, here.actor, number, asked, { reportId }),
      ({ told }) => [
        say(told > 1 ? 'case.done.ask-reporters' : 'case.done.ask-reporter', {
          number,
          days: ANSWER_WITHIN_DAYS,
          people: told,
        }),
      ],
    )
  })
