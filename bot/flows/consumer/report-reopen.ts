/** Whoever reported is not content with how it ended: once more, with the reason. */
import { CASE_WORDS_MAX } from '../../../domain/cases.js'
import { reopenReport } from '../../../domain/my-reports.js'
import { isRefused } from '../../../domain/refusal.js'
import { text as say } from '../../../locales/say.js'
import { list } from '../../flow/fields/list.js'
import { text } from '../../flow/fields/text.js'
import { flow } from '../../flow/flow.js'
import type { Here } from '../../here.js'

export const reportReopen = flow('report-reopen')
  .ask('report', list('reports-ended'))
  .ask('reason', text({ upTo: CASE_WORDS_MAX }))
  .done(async ({ report, reason }, { tx, actor }: Here) => {
    const moved = await reopenReport(tx, actor, report.value, reason)
    if (isRefused(moved)) return { replies: [{ text: [moved.refused] }] }
    return { replies: [{ text: [say('report-reopen.done', { number: report.value })] }] }
  })
