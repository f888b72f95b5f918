/** An establishment's catalogue: what it grows, makes or sells, and how it is measured and kept. */
import { readCatalogue, searchCatalogue, type ProductRow } from '../prisma/statements/products.js'
import type { Tx } from '../prisma/tx.js'
import { fold } from '../locales/fold.js'
import type { Actor } from './actor.js'
import { proposeCategory, usualShelfLife } from './categories.js'
import { likeSafe } from './establishments.js'
import { remember } from './history.js'
import { isUom } from './measures.js'
import { isRefused, refuse, type Refused } from './refusal.js'
import { allow } from './rights.js'

export type Product = ProductRow

/** Products of one answer when nobody says. */
const SHOWN = 50

/** The catalogue, what was registered last first. Refused outside of the actor's establishments and jurisdiction. */
export async function catalogue(
  tx: Tx,
  actor: Actor,
  establishmentId: number,
  { limit = SHOWN }: { limit?: number } = {},
): Promise<Product[] | Refused> {
  const allowed = await allow(tx, actor, 'product.see', { establishmentId }, 'refusal.establishment-unknown')
  return isRefused(allowed) ? allowed : tx.run(readCatalogue, [establishmentId, limit])
}

/** Products by name, without diacritics and with misspellings forgiven, the best first; an empty query is the catalogue. */
export async function searchProducts(
  tx: Tx,
  actor: Actor,
  establishmentId: number,
  query: string,
  { limit = SHOWN }: { limit?: number } = {},
): Promise<Product[] | Refused> {
  const folded = likeSafe(fold(query))
  if (folded === '') return catalogue(tx, actor, establishmentId, { limit })
  const allowed = await allow(tx, actor, 'product.see', { establishmentId }, 'refusal.establishment-unknown')
  return isRefused(allowed) ? allowed : tx.run(searchCatalogue, [establishmentId, folded, limit])
}

/** Characters of a product's name. */
export const PRODUCT_NAME_MAX = 100
/** Ten years: nothing that is eaten is kept longer. */
export const SHELF_LIFE_DAYS_MAX = 3650

export interface NewProduct {
  name: string
  /** UN/CEFACT code of the usual unit */
  uom: string
  /** By default read from the name, see categories.ts */
  categoryCode?: string
  /** By default what the category usually keeps */
  shelfLifeDays?: number
  brand?: string
}

/** Whether this can be a product's name: for a question that checks as it is answered. */
export const checkProductName = (name: string): Refused | null =>
  /\p{L}/u.test(name) && [...name.trim()].length <= PRODUCT_NAME_MAX
    ? null
    : refuse('refusal.product-name', { max: PRODUCT_NAME_MAX })

/** Adds a product to the catalogue. A name that is there already, diacritics aside, is refused. */
export async function addProduct(
  tx: Tx,
  actor: Actor,
  establishmentId: number,
  product: NewProduct,
): Promise<Product | Refused> {
  const allowed = await allow(tx, actor, 'product.add', { establishmentId }, 'refusal.establishment-unknown')
  if (isRefused(allowed)) return allowed
  const present = await productByName(tx, establishmentId, product.name)
  if (present) return refuse('refusal.product-exists', { name: present.name })
  return createProduct(tx, actor, establishmentId, product)
}

/** The establishment's product of this name, diacritics aside; a retired one too, since names stay unique. */
export async function productByName(tx: Tx, establishmentId: number, name: string): Promise<Product | null> {
  const found = await tx.prisma.product.findUnique({
    where: { establishmentId_nameFolded: { establishmentId, nameFolded: fold(name) } },
    include: { picture: { select: { key: true } } },
  })
  return found && { ...rowOf(found), pictureKey: found.picture?.key ?? null }
}

/** Adds it without asking for the right: the caller did. */
export async function createProduct(
  tx: Tx,
  actor: Actor,
  establishmentId: number,
  product: NewProduct,
): Promise<Product | Refused> {
  const name = product.name.trim().replace(/\s+/g, ' ')
  const badName = checkProductName(name)
  if (badName) return badName
  if (!isUom(product.uom)) return refuse('refusal.measure-unknown')
  const establishment = await tx.prisma.establishment.findUniqueOrThrow({
    where: { id: establishmentId },
    select: { class: true },
  })
  const categoryCode = product.categoryCode ?? proposeCategory(name, establishment.class).code
  const category = await tx.prisma.productCategory.findUnique({ where: { code: categoryCode }, select: { code: true } })
  if (!category) return refuse('refusal.category-unknown')
  const shelfLifeDays = product.shelfLifeDays ?? usualShelfLife(categoryCode)
  const kept = { name, categoryCode, uom: product.uom, shelfLifeDays, brand: product.brand ?? null }
  const made = await tx.prisma.product.create({
    data: { ...kept, establishmentId, nameFolded: fold(name), createdAt: actor.now },
  })
  await remember(tx, actor, {
    subject: 'product',
    subjectId: made.id,
    action: 'add',
    after: { ...kept, establishmentId },
  })
  return { ...rowOf(made), pictureKey: null }
}

const rowOf = ({
  id,
  name,
  categoryCode,
  uom,
  shelfLifeDays,
}: Omit<Product, 'pictureKey'>): Omit<Product, 'pictureKey'> => ({
  id,
  name,
  categoryCode,
  uom,
  shelfLifeDays,
})
