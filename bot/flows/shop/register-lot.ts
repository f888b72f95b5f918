/** A shop or a producer registers a lot: six turns, of which the last one sends. The answer is the label. */
import { isRefused, type Refused } from '../../../domain/refusal.js'
import { PAPERS_MAX, registerLot as register } from '../../../domain/lots.js'
import { MEASURES } from '../../../domain/measures.js'
import { PRODUCT_NAME_MAX } from '../../../domain/products.js'
import { SOURCE_WORDS_MAX } from '../../../domain/lot-sources.js'
import { words } from '../../../locales/say.js'
import { dates } from '../../flow/fields/dates.js'
import { list } from '../../flow/fields/list.js'
import { photos } from '../../flow/fields/photos.js'
import { product } from '../../flow/fields/product.js'
import { quantity } from '../../flow/fields/quantity.js'
import { source, type Source } from '../../flow/fields/source.js'
import { text } from '../../flow/fields/text.js'
import { flow } from '../../flow/flow.js'
import type { Here } from '../../here.js'
import { lotReceipt } from './receipt.js'

export const registerLot = flow('register-lot')
  .ask('shop', list('shops'))
  .ask('product', product())
  .ask('called', text({ upTo: PRODUCT_NAME_MAX }), {
    when: ({ product }) => product.new === true && product.name === undefined,
  })
  .ask('quantity', quantity({ measures: MEASURES, usual: ({ product }) => product.uom }))
  .ask('source', source({ upTo: SOURCE_WORDS_MAX, recent: 'sources' }), { optional: true })
  .ask('dates', dates({ shelfLifeDays: ({ product }) => product.shelfLifeDays ?? null }), { optional: true })
  .ask('papers', photos({ upTo: PAPERS_MAX }), { optional: true })
  .review()
  .done(async (answers, here: Here) => {
    const { shop, product, called, quantity, source, dates, papers } = answers
    const lot = await register(here.tx, here.actor, {
      establishmentId: Number(shop.value),
      product: product.new ? { name: product.name ?? called ?? '', uom: quantity.uom } : { id: product.id },
      quantity: quantity.quantity,
      uom: quantity.uom,
      ...(source && sourceOf(source)),
      begunOn: dates?.made,
      expiresOn: dates?.expires,
      papers,
    })
    if (isRefused(lot)) return { ...lot, backTo: answerOf(lot, called !== undefined) }
    const what = { code: lot.code, product: words(lot.product.name), quantity, warnings: lot.warnings }
    return { replies: [await lotReceipt(here, 'register-lot.done', what)] }
  })

/** Which answer a refusal is about; undefined: all of them stand, and the review shows why. */
function answerOf({ refused }: Refused, askedName: boolean): 'called' | 'product' | 'source' | undefined {
  const key = 'key' in refused ? refused.key : undefined
  if (key === 'refusal.product-name') return askedName ? 'called' : 'product'
  return key === 'refusal.origin-missing' || key === 'refusal.too-long' ? 'source' : undefined
}

function sourceOf(source: Source) {
  if ('lot' in source) return { fromLots: [source.lot.code] }
  return 'supplier' in source ? { supplierName: source.supplier } : { origin: source.origin }
}
