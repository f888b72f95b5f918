/** Whoever reported answers what an official asks about it. */
import { CASE_FILES_MAX, CASE_WORDS_MAX } from '../../../domain/cases.js'
import { replyAsReporter } from '../../../domain/case-questions.js'
import { isRefused } from '../../../domain/refusal.js'
import { text as say } from '../../../locales/say.js'
import { list } from '../../flow/fields/list.js'
import { photos } from '../../flow/fields/photos.js'
import { text } from '../../flow/fields/text.js'
import { flow } from '../../flow/flow.js'
import type { Here } from '../../here.js'

export const reportAnswer = flow('report-answer')
  .ask('report', list('reports-asked'))
  .ask('answer', text({ upTo: CASE_WORDS_MAX }))
  .ask('photos', photos({ upTo: CASE_FILES_MAX }), { optional: true })
  .done(async ({ report, answer, photos = [] }, { tx, actor }: Here) => {
    const told = await replyAsReporter(tx, actor, report.value, { reason: answer, files: photos })
    if (isRefused(told)) return { replies: [{ text: [told.refused] }] }
    return { replies: [{ text: [say('report-answer.done', { number: told.number })] }] }
  })
