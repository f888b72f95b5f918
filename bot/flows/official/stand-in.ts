/** While an official is away a colleague has their mandates of a unit, and hears in their place. Administrators name one for others too. */
import { addDays, startOfDay } from '../../../domain/days.js'
import { appointStandIn } from '../../../domain/officials.js'
import { isRefused } from '../../../domain/refusal.js'
import { text } from '../../../locales/say.js'
import { day } from '../../flow/fields/day.js'
import { list } from '../../flow/fields/list.js'
import { flow } from '../../flow/flow.js'
import type { ListItem } from '../../flow/lookups.js'
import type { Here } from '../../here.js'
import { awayOf, ME } from '../../lists.js'

export const standIn = flow('stand-in')
  .ask('away', list('away'))
  .ask('unit', list('own-units'), { when: ({ away }) => away.value === ME.value })
  .ask('colleague', list('stand-ins'))
  .ask('from', day({ side: 'future', suggest: (_, today) => [today, addDays(today, 1)] }))
  .ask('to', day({ side: 'future', from: ({ from }) => from, suggest: ({ from }) => [from, addDays(from, 6)] }))
  .review()
  .done(async ({ away, unit, colleague, from, to }, { tx, actor }: Here) => {
    const other = unit ? null : awayOf(away.value)
    const begins = startOfDay(from)
    const made = await appointStandIn(tx, actor, {
      ...(other && { awayId: other.personId }),
      standInId: Number(colleague.value),
      unitCode: other ? other.unitCode : unit!.value,
      from: begins > actor.now ? begins : actor.now,
      // The day that is named is the last one away.
      to: startOfDay(addDays(to, 1)),
    })
    if (isRefused(made)) return made
    const params = { name: nameOf(colleague), away: nameOf(away), from: { day: from }, to: { day: to } }
    return { replies: [{ text: [text(other ? 'stand-in.done-other' : 'stand-in.done', params)] }] }
  })

const nameOf = ({ name, nameEn = name }: ListItem) => ({ vi: name, en: nameEn })
