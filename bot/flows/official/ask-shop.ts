/** A question to the shop, which has the right of reply. */
import { askShop } from '../../../domain/case-questions.js'
import { CASE_WORDS_MAX } from '../../../domain/cases.js'
import { text as say } from '../../../locales/say.js'
import { caseOutcome } from '../../case-offers.js'
import { list } from '../../flow/fields/list.js'
import { text } from '../../flow/fields/text.js'
import { flow } from '../../flow/flow.js'
import type { Here } from '../../here.js'

export const askTheShop = flow('ask-shop')
  .ask('case', list('cases'))
  .ask('asked', text({ upTo: CASE_WORDS_MAX }))
  .review()
  .done(async ({ case: { value: number }, asked }, here: Here) =>
    caseOutcome(here, number, await askShop(here.tx, here.actor, number, asked), ({ told }) => [
      say(told > 0 ? 'case.done.ask-shop' : 'case.done.ask-shop-nobody', { number }),
    ]),
  )
