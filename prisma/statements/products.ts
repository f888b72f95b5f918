import { statement } from '../tx.js'

export interface ProductRow {
  id: number
  name: string
  categoryCode: string
  uom: string
  shelfLifeDays: number | null
  pictureKey: string | null
}

const PRODUCT = `p.id, p.name, p.category_code as "categoryCode", p.uom, p.shelf_life_days as "shelfLifeDays", f.key as "pictureKey"`

/**
 * An establishment's products, those of its latest lots first: a shop mostly gets in again what it had.
 * The set is one shop's catalogue (the unique index on establishment and name), so the rest is sorted in memory.
 */
export const readCatalogue = statement<ProductRow, [establishmentId: number, limit: number]>(
  'products_catalogue',
  `select ${PRODUCT} from products p left join files f on f.id = p.picture_id
   left join lateral (select l.created_at from lots l where l.product_id = p.id order by l.id desc limit 1) latest on true
   where p.establishment_id = $1 and p.retired_at is null
   order by latest.created_at desc nulls last, p.name_folded limit $2`,
)

/** $2 folded words. First what begins with them, then what holds them, then what is spelt alike. */
export const searchCatalogue = statement<ProductRow, [establishmentId: number, query: string, limit: number]>(
  'products_search',
  `select ${PRODUCT} from products p left join files f on f.id = p.picture_id
   where p.establishment_id = $1 and p.retired_at is null
     and (p.name_folded like '%' || $2 || '%' or $2 <% p.name_folded or p.name_folded <% $2)
   order by (p.name_folded like $2 || '%') desc, (p.name_folded like '%' || $2 || '%') desc,
     word_similarity($2, p.name_folded) + similarity($2, p.name_folded) desc, p.name_folded limit $3`,
)
