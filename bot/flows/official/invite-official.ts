/** An administrator invites somebody to a unit: in which role, for what, until when. */
import { addDays, startOfDay } from '../../../domain/days.js'
import { invite } from '../../../domain/invitations.js'
import { isRefused } from '../../../domain/refusal.js'
import { choice } from '../../flow/fields/choice.js'
import { day } from '../../flow/fields/day.js'
import { list } from '../../flow/fields/list.js'
import { flow } from '../../flow/flow.js'
import type { Here } from '../../here.js'
import { invitationReply } from './invitation.js'
import { CLASSES, ROLES, SECTORS } from './scope.js'

export const inviteOfficial = flow('invite-official')
  .ask('unit', list('administered-units'))
  .ask('role', choice(ROLES))
  .ask('sector', choice(SECTORS), { optional: true })
  .ask('class', choice(CLASSES), { optional: true })
  .ask('until', day({ side: 'future' }), { optional: true })
  .review()
  .done(async ({ unit, role, sector, class: ofClass, until }, here: Here) => {
    const invited = await invite(here.tx, here.actor, {
      unitCode: unit.value,
      role,
      sector,
      class: ofClass,
      // The day that is named is the last one.
      until: until === undefined ? undefined : startOfDay(addDays(until, 1)),
    })
    return isRefused(invited) ? invited : { replies: [invitationReply(here, 'invite-official.done', unit, invited)] }
  })
