/** What is done about a case, in writing: a warning, a fine, a suspension, nothing. */
import { CASE_FILES_MAX, CASE_WORDS_MAX, decideCase } from '../../../domain/cases.js'
import { text as say } from '../../../locales/say.js'
import { caseOutcome } from '../../case-offers.js'
import { list } from '../../flow/fields/list.js'
import { photos } from '../../flow/fields/photos.js'
import { text } from '../../flow/fields/text.js'
import { flow } from '../../flow/flow.js'
import type { Here } from '../../here.js'

export const decide = flow('decide-case')
  .ask('case', list('cases'))
  .ask('decision', text({ upTo: CASE_WORDS_MAX }))
  .ask('papers', photos({ upTo: CASE_FILES_MAX }), { optional: true, growsAtReview: true })
  .review()
  .done(async ({ case: { value: number }, decision: reason, papers: files }, here: Here) =>
    caseOutcome(here, number, await decideCase(here.tx, here.actor, number, { reason, files }), () => [
      say('case.done.decide', { number }),
    ]),
  )
