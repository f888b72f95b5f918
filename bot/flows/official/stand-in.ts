/** While an official is away a colleague has their mandates of a unit, and hears in their place. */
import { addDays, startOfDay } from '../../../domain/days.js'
import { appointStandIn } from '../../../domain/officials.js'
import { isRefused } from '../../../domain/refusal.js'
import { text } from '../../../locales/say.js'
import { day } from '../../flow/fields/day.js'
import { list } from '../../flow/fields/list.js'
import { flow } from '../../flow/flow.js'
import type { Here } from '../../here.js'

export const standIn = flow('stand-in')
  .ask('unit', list('own-units'))
  .ask('colleague', list('stand-ins'))
  .ask('from', day({ side: 'future', suggest: (_, today) => [today, addDays(today, 1)] }))
  .ask('to', day({ side: 'future', from: ({ from }) => from, suggest: ({ from }) => [from, addDays(from, 6)] }))
  .review()
  .done(async ({ unit, colleague, from, to }, { tx, actor }: Here) => {
    const begins = startOfDay(from)
    const made = await appointStandIn(tx, actor, {
      standInId: Number(colleague.value),
      unitCode: unit.value,
      from: begins > actor.now ? begins : actor.now,
      // The day that is named is the last one away.
      to: startOfDay(addDays(to, 1)),
    })
    if (isRefused(made)) return made
    const { name, nameEn = name } = colleague
    const params = { name: { vi: name, en: nameEn }, from: { day: from }, to: { day: to } }
    return { replies: [{ text: [text('stand-in.done', params)] }] }
  })
