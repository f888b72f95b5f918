/** The shop answers a question about a case: its right of reply. */
import { replyAsShop } from '../../../domain/case-questions.js'
import { CASE_FILES_MAX, CASE_WORDS_MAX } from '../../../domain/cases.js'
import { isRefused } from '../../../domain/refusal.js'
import { text as say } from '../../../locales/say.js'
import { list } from '../../flow/fields/list.js'
import { photos } from '../../flow/fields/photos.js'
import { text } from '../../flow/fields/text.js'
import { flow } from '../../flow/flow.js'
import type { Here } from '../../here.js'

export const replyToCase = flow('reply-to-case')
  .ask('case', list('asked-cases'))
  .ask('answer', text({ upTo: CASE_WORDS_MAX }))
  .ask('papers', photos({ upTo: CASE_FILES_MAX }), { optional: true, growsAtReview: true })
  .review()
  .done(async ({ case: { value: number }, answer: reason, papers: files }, { tx, actor }: Here) => {
    const replied = await replyAsShop(tx, actor, number, { reason, files })
    // A colleague was faster, or nobody waits any more.
    return { replies: [{ text: [isRefused(replied) ? replied.refused : say('shop-case.replied', { number })] }] }
  })
