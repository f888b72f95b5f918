/** A case ends: with its result in words that the reporter reads, and evidence. */
import { CASE_FILES_MAX, CASE_WORDS_MAX, closeCase } from '../../../domain/cases.js'
import { text as say } from '../../../locales/say.js'
import { caseOutcome } from '../../case-offers.js'
import { list } from '../../flow/fields/list.js'
import { photos } from '../../flow/fields/photos.js'
import { text } from '../../flow/fields/text.js'
import { flow } from '../../flow/flow.js'
import type { Here } from '../../here.js'

export const close = flow('close-case')
  .ask('case', list('cases'))
  .ask('result', text({ upTo: CASE_WORDS_MAX }))
  .ask('evidence', photos({ upTo: CASE_FILES_MAX }), { growsAtReview: true })
  .review()
  .done(async ({ case: { value: number }, result: reason, evidence: files }, here: Here) =>
    caseOutcome(here, number, await closeCase(here.tx, here.actor, number, { reason, files }), () => [
      say('case.done.close', { number }),
    ]),
  )
