/** Product categories: what officials set for them, and a guess from a product's name that spares the shop a question. */
import type { EstablishmentClass } from '../prisma/generated/enums.js'
import { CATEGORIES, type CategoryData } from '../prisma/seed/categories.js'
import type { Tx } from '../prisma/tx.js'
import { fold } from '../locales/fold.js'

export interface Category {
  code: string
  name: string
  nameEn: string
  /** A longer shelf life than this makes a warning; null: no rule */
  maxShelfLifeDays: number | null
}

/** All categories, public data. */
export const categories = ({ prisma }: Pick<Tx, 'prisma'>): Promise<Category[]> =>
  prisma.productCategory.findMany({ orderBy: { name: 'asc' } })

const USUAL: Record<EstablishmentClass, string> = {
  fruit_shop: 'fresh_fruit',
  importer: 'fresh_fruit',
  cake_maker: 'com_cake',
  wholesaler: 'other',
  farm: 'other_vegetable',
  processor: 'other',
  market_stall: 'other',
}

/**
 * The category that a product's name speaks of: the longest known words in it, those at its front before others. Without
 * any, what establishments of this class mostly sell. Always a proposal: the shop may choose another.
 */
export function proposeCategory(
  name: string,
  ofClass: EstablishmentClass,
): { code: string; shelfLifeDays: number | null } {
  const said = ` ${fold(name)} `
  let best: { category: CategoryData; weight: number } | undefined
  for (const category of CATEGORIES)
    for (const word of category.words) {
      const at = said.indexOf(` ${word} `)
      const weight = at < 0 ? 0 : word.length + (at === 0 ? said.length : 0)
      if (weight > (best?.weight ?? 0)) best = { category, weight }
    }
  const { code, usualShelfLifeDays } =
    best?.category ?? CATEGORIES.find((category) => category.code === USUAL[ofClass])!
  return { code, shelfLifeDays: usualShelfLifeDays }
}

/** Days from production to expiry that are proposed for goods of the category; null: none. */
export const usualShelfLife = (code: string): number | null =>
  CATEGORIES.find((category) => category.code === code)?.usualShelfLifeDays ?? null
