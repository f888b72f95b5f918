/** The lots of the shops that somebody works for: label again, sold out, or a mistake corrected with its trace kept. */
import { correctLot } from '../../../domain/lot-correction.js'
import { markOnSaleAgain, markSoldOut } from '../../../domain/lot-life.js'
import { lotOf } from '../../../domain/my-lots.js'
import { SOURCE_WORDS_MAX } from '../../../domain/lot-sources.js'
import { MEASURES } from '../../../domain/measures.js'
import { isRefused } from '../../../domain/refusal.js'
import { text as say, words, type Text } from '../../../locales/say.js'
import { showCode } from '../../../qr/codes.js'
import { choice } from '../../flow/fields/choice.js'
import { dates } from '../../flow/fields/dates.js'
import { lot } from '../../flow/fields/lot.js'
import { quantity } from '../../flow/fields/quantity.js'
import { text } from '../../flow/fields/text.js'
import { flow } from '../../flow/flow.js'
import type { Here } from '../../here.js'
import { lotReceipt } from './receipt.js'

export const myLots = flow('my-lots')
  .ask('lot', lot())
  .ask('action', choice(['label', 'sold-out', 'on-sale', 'correct']))
  .ask('what', choice(['quantity', 'dates', 'origin']), { when: ({ action }) => action === 'correct' })
  .ask('quantity', quantity({ measures: MEASURES, usual: ({ lot }) => lot.uom }), {
    when: ({ what }) => what === 'quantity',
  })
  .ask('dates', dates({ shelfLifeDays: () => null }), { when: ({ what }) => what === 'dates' })
  .ask('origin', text({ upTo: SOURCE_WORDS_MAX }), { when: ({ what }) => what === 'origin' })
  .done(async ({ lot: { code }, action, what, quantity, dates, origin }, here: Here) => {
    const { tx, actor } = here
    if (action === 'sold-out' || action === 'on-sale') {
      const moved = await (action === 'sold-out' ? markSoldOut : markOnSaleAgain)(tx, actor, code)
      if (isRefused(moved)) return { ...moved, backTo: 'action' }
      const told = action === 'sold-out' ? 'my-lots.sold-out' : 'my-lots.on-sale'
      return { replies: [{ text: [say(told, { code: showCode(code), product: moved.productName })] }] }
    }
    let warnings: Text[] = []
    if (action === 'correct') {
      const corrected = await correct()
      // Back to the answer itself: at `what` the same choice would hand in the same answer again.
      if (isRefused(corrected)) return { ...corrected, backTo: what ?? 'what' }
      warnings = corrected.warnings
    }
    const seen = await lotOf(tx, actor, code)
    if (isRefused(seen)) return { ...seen, backTo: 'lot' }
    const received = {
      code,
      product: words(seen.productName),
      quantity: { quantity: seen.quantity, uom: seen.uom },
      warnings,
    }
    const receipt = await lotReceipt(here, action === 'correct' ? 'my-lots.corrected' : 'my-lots.label', received)
    return isRefused(receipt) ? { ...receipt, backTo: 'lot' } : { replies: [receipt] }

    function correct() {
      return correctLot(tx, actor, code, {
        ...(quantity && { quantity: quantity.quantity, uom: quantity.uom }),
        ...(dates && { begunOn: dates.made, expiresOn: dates.expires ?? null }),
        ...(origin !== undefined && { origin }),
      })
    }
  })
