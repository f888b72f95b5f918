/** A shop or a producer registers a lot: six turns, of which the last one sends. The answer is the label. */
import { isRefused, type Refused } from '../../../domain/refusal.js'
import { PAPERS_MAX, registerLot as register } from '../../../domain/lots.js'
import { MEASURES } from '../../../domain/measures.js'
import { SOURCE_WORDS_MAX } from '../../../domain/lot-sources.js'
import { words } from '../../../locales/say.js'
import { dates, type Dates } from '../../flow/fields/dates.js'
import { expiry } from '../../flow/fields/expiry.js'
import { list } from '../../flow/fields/list.js'
import { photos } from '../../flow/fields/photos.js'
import { product } from '../../flow/fields/product.js'
import { quantity } from '../../flow/fields/quantity.js'
import { shop } from '../../flow/fields/shop.js'
import { source, type Source } from '../../flow/fields/source.js'
import { flow } from '../../flow/flow.js'
import type { ShopItem } from '../../flow/lookups.js'
import type { Here } from '../../here.js'
import { lotReceipt } from './receipt.js'

export const registerLot = flow('register-lot')
  .ask('shop', shop())
  .ask('product', product())
  // A seventh question would be one too many: the name tells it, and the review shows what it told.
  .ask('category', list('categories'), {
    when: ({ product }) => product.new === true,
    proposed: ({ product }) => (product.new ? product.category : undefined),
  })
  .ask('quantity', quantity({ measures: MEASURES, usual: ({ product }) => product.uom }))
  .ask('source', source({ upTo: SOURCE_WORDS_MAX, recent: 'sources' }), {
    optional: ({ shop }) => shop.makes === true,
  })
  .ask(
    'dates',
    dates({ shelfLifeDays: ({ product }) => product.shelfLifeDays ?? null, source: (answers) => passedOn(answers) }),
    {
      optional: true,
    },
  )
  .ask('expiry', expiry({ stated: ({ dates }) => dates!.expires!, source: (answers) => passedOn(answers)!.expires! }), {
    when: isLater,
  })
  .ask('papers', photos({ upTo: PAPERS_MAX }), { optional: true, growsAtReview: true })
  .review()
  .done(async (answers, here: Here) => {
    const { shop, product, category, quantity, source, dates, expiry, papers } = answers
    const lot = await register(here.tx, here.actor, {
      establishmentId: Number(shop.value),
      product: product.new
        ? { name: product.name, uom: quantity.uom, categoryCode: category?.value }
        : { id: product.id },
      quantity: quantity.quantity,
      uom: quantity.uom,
      ...(source && sourceOf(source)),
      begunOn: dates?.made,
      expiresOn: expiry ?? dates?.expires,
      papers,
    })
    if (isRefused(lot)) return { ...lot, backTo: answerOf(lot) }
    const what = { code: lot.code, product: words(lot.product.name), quantity, warnings: lot.warnings }
    const receipt = await lotReceipt(here, 'register-lot.done', what)
    return isRefused(receipt) ? receipt : { replies: [receipt] }
  })

/** Which answer a refusal is about; undefined: all of them stand, and the review shows why. */
function answerOf({ refused }: Refused): 'product' | 'source' | undefined {
  const key = 'key' in refused ? refused.key : undefined
  switch (key) {
    case 'refusal.product-name':
      return 'product'
    case 'refusal.origin-missing':
    case 'refusal.too-long':
    case 'refusal.supplier-lot-unknown':
    case 'refusal.supplier-lot-stopped':
      return 'source'
    default:
      return undefined
  }
}

function sourceOf(source: Source) {
  if ('lot' in source) return { fromLots: [source.lot.code] }
  return 'supplier' in source ? { supplierName: source.supplier } : { origin: source.origin }
}

interface FromWhom {
  shop: ShopItem
  source?: Source
}

/** The supplier's lot whose days are also those of goods that are only passed on; what is made anew has its own. */
function passedOn({ shop, source }: FromWhom) {
  return source && 'lot' in source && !shop.makes ? source.lot : undefined
}

function isLater(answers: FromWhom & { dates?: Dates }): boolean {
  const [own, theirs] = [answers.dates?.expires, passedOn(answers)?.expires]
  return own !== undefined && theirs !== undefined && own > theirs
}
