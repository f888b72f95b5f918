/** An administrator leaves: whoever accepts the invitation has the account from that moment on. */
import { handOver as handOn } from '../../../domain/officials.js'
import { isRefused } from '../../../domain/refusal.js'
import { list } from '../../flow/fields/list.js'
import { flow } from '../../flow/flow.js'
import type { Here } from '../../here.js'
import { invitationReply } from './invitation.js'

export const handOver = flow('hand-over')
  .ask('unit', list('own-administered-units'))
  .review()
  .done(async ({ unit }, here: Here) => {
    const made = await handOn(here.tx, here.actor, unit.value)
    return isRefused(made) ? made : { replies: [invitationReply(here, 'hand-over.done', unit, made)] }
  })
