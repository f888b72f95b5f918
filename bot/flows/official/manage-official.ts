/** What an administrator does with a colleague's account: it rests, works again, or ends; a stand-in ends sooner. */
import { dismissOfficial, endStandIn, resumeOfficial, suspendOfficial } from '../../../domain/officials.js'
import { isRefused } from '../../../domain/refusal.js'
import { keyed } from '../../../locales/say.js'
import { choice } from '../../flow/fields/choice.js'
import { list } from '../../flow/fields/list.js'
import { flow } from '../../flow/flow.js'
import type { Here } from '../../here.js'

const DEEDS = {
  suspend: suspendOfficial,
  resume: resumeOfficial,
  'end-stand-in': endStandIn,
  dismiss: dismissOfficial,
} as const

export const manageOfficial = flow('manage-official')
  .ask('colleague', list('colleagues'))
  .ask('action', choice(['suspend', 'resume', 'end-stand-in', 'dismiss']))
  .review()
  .done(async ({ colleague: { value, name, nameEn = name }, action }, { tx, actor }: Here) => {
    const done = await DEEDS[action](tx, actor, Number(value))
    if (isRefused(done)) return { ...done, backTo: 'action' }
    return { replies: [{ text: [keyed(`manage-official.done.${action}`, { name: { vi: name, en: nameEn } })] }] }
  })
