/** A case is not taken up: why, and whether it was reported in bad faith. */
import { CASE_WORDS_MAX, refuseCase } from '../../../domain/cases.js'
import { text as say } from '../../../locales/say.js'
import { caseOutcome } from '../../case-offers.js'
import { choice } from '../../flow/fields/choice.js'
import { list } from '../../flow/fields/list.js'
import { text } from '../../flow/fields/text.js'
import { flow } from '../../flow/flow.js'
import type { Here } from '../../here.js'

export const refuseToTakeUp = flow('refuse-case')
  .ask('case', list('cases'))
  .ask('reason', text({ upTo: CASE_WORDS_MAX }))
  .ask('faith', choice(['good', 'bad']))
  .review()
  .done(async ({ case: { value: number }, reason, faith }, here: Here) => {
    const refused = await refuseCase(here.tx, here.actor, number, { reason, badFaith: faith === 'bad' })
    return caseOutcome(here, number, refused, () => [say('case.done.refuse', { number })])
  })
