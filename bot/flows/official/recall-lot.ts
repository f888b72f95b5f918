/** A lot is taken back from the market: with the reason that everybody reads who looks at it. */
import { REASON_MAX, recallLot } from '../../../domain/lot-life.js'
import { isRefused } from '../../../domain/refusal.js'
import { text as say } from '../../../locales/say.js'
import { showCode } from '../../../qr/codes.js'
import { code } from '../../flow/fields/code.js'
import { text } from '../../flow/fields/text.js'
import { flow } from '../../flow/flow.js'
import type { Here } from '../../here.js'

export const recall = flow('recall-lot')
  .ask('lot', code({ any: true }))
  .ask('reason', text({ upTo: REASON_MAX }))
  .review()
  .done(async ({ lot, reason }, { tx, actor }: Here) => {
    const recalled = await recallLot(tx, actor, lot.code, reason)
    if (isRefused(recalled)) return { replies: [{ text: [recalled.refused] }] }
    const { productName: product } = recalled
    return { replies: [{ text: [say('recall-lot.done', { product, code: showCode(recalled.code) })] }] }
  })
