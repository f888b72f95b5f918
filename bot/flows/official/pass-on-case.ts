/** A case goes to another unit, or to another sector of the same one. */
import { CASE_WORDS_MAX, passOnCase } from '../../../domain/cases.js'
import { isRefused } from '../../../domain/refusal.js'
import { text as say } from '../../../locales/say.js'
import { caseOutcome } from '../../case-offers.js'
import { choice } from '../../flow/fields/choice.js'
import { list } from '../../flow/fields/list.js'
import { text } from '../../flow/fields/text.js'
import { flow } from '../../flow/flow.js'
import type { Here } from '../../here.js'
import { SECTORS } from './scope.js'

/** What another choice of where to mends. */
const ELSEWHERE = ['refusal.pass-on-nowhere', 'refusal.pass-on-often', 'refusal.unit-closed']

export const passOn = flow('pass-on-case')
  .ask('case', list('cases'))
  .ask('where', choice(['unit', 'sector']))
  .ask('unit', list('other-units'), { when: ({ where }) => where === 'unit' })
  .ask('sector', choice(SECTORS), { when: ({ where }) => where === 'sector' })
  .ask('reason', text({ upTo: CASE_WORDS_MAX }))
  .review()
  .done(async ({ case: { value: number }, where, unit, sector, reason }, here: Here) => {
    const moved = await passOnCase(here.tx, here.actor, number, { unitCode: unit?.value, sector }, { reason })
    if (isRefused(moved) && 'key' in moved.refused && ELSEWHERE.includes(moved.refused.key))
      return { ...moved, backTo: where }
    return caseOutcome(here, number, moved, ({ unit: { name, nameEn } }) => [
      say('case.done.pass-on', { number, unit: { vi: name, en: nameEn } }),
    ])
  })
