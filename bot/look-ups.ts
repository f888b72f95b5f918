/** Runs what a flow asks to know, with the rights of the one who speaks, inside the turn's transaction. */
import { categories, proposeCategory, type Category } from '../domain/categories.js'
import { myEstablishments, type Establishment } from '../domain/establishments.js'
import { makes, recentSources } from '../domain/lot-sources.js'
import { myLots, type LotSeen } from '../domain/my-lots.js'
import { lookUp, type LotProvenance } from '../domain/provenance.js'
import { searchProducts } from '../domain/products.js'
import { isRefused } from '../domain/refusal.js'
import { unitsAt } from '../domain/units.js'
import { dayOf } from '../domain/days.js'
import { fold } from '../locales/fold.js'
import { text } from '../locales/say.js'
import { showCode } from '../qr/codes.js'
import { codesTyped, readPayload, readTyped, type Payload } from '../qr/payload.js'
import type { CodeItem, Found, ListItem, Lookup, Lookups, LotItem, ShopItem, Ward } from './flow/lookups.js'
import { clean, quote } from './flow/words.js'
import type { Here } from './here.js'
import { LISTS, type ListAsking } from './lists.js'
import { narrowed, REPORT_LISTS, sellers } from './report-look-ups.js'

/** What the talk has in hand that a look-up depends on: for which shop a lot is registered, which case is dealt with. */
export interface Asking extends ListAsking {
  establishmentId: number | null
  productId: number | null
}

/** Possible typing errors that are proposed. */
const MEANT_MAX = 5

export function runLookup(here: Here, asking: Asking, lookup: Lookup): Promise<unknown> {
  switch (lookup.kind) {
    case 'product':
      return products(here, asking, lookup.query)
    case 'lot':
      return lots(here, lookup.query)
    case 'code':
      return codes(here, lookup.query)
    case 'shop':
      return shops(here, lookup.query.search)
    case 'seller':
      return sellers(here, lookup.query)
    case 'list':
      return listed(here, asking, lookup.query)
    case 'place':
      return wards(here, lookup.query)
  }
}

type QueryOf<K extends Lookup['kind']> = Extract<Lookup, { kind: K }>['query']

type Listing = (here: Here, query: QueryOf<'list'>, asking: Asking) => Promise<Found<ListItem>>

/** Lists that are searched in a way of their own; all others are whole, and narrowed here. */
const SEARCHED: ReadonlyMap<string, Listing> = new Map<string, Listing>([
  ['sources', (here, _, asking) => sources(here, asking)],
  ...Object.entries(REPORT_LISTS),
])

async function products(
  here: Here,
  { establishmentId }: Asking,
  { search, limit }: QueryOf<'product'>,
): Promise<Lookups['product']['found']> {
  if (establishmentId === null) return { items: [] }
  const found = await searchProducts(here.tx, here.actor, establishmentId, search, { limit: limit + 1 })
  if (isRefused(found)) return { items: [], refused: found.refused }
  const items = found.slice(0, limit).map(({ id, name, uom, shelfLifeDays }) => ({ id, name, uom, shelfLifeDays }))
  const more = { items, ...(found.length > limit && { uncounted: true as const }) }
  if (search === '') return more
  const shop = (await myEstablishments(here.tx, here.actor)).find(({ id }) => id === establishmentId)
  if (!shop) return more
  const { code, shelfLifeDays } = proposeCategory(search, shop.class)
  const category = (await categories(here.tx)).find((one) => one.code === code)
  return { ...more, beside: { days: shelfLifeDays, ...(category && { category: categoryItemOf(category) }) } }
}

const categoryItemOf = ({ code, name, nameEn }: Category): ListItem => ({ value: code, name, nameEn })

async function listed(here: Here, asking: Asking, query: QueryOf<'list'>): Promise<Found<ListItem>> {
  const searched = SEARCHED.get(query.of)
  if (searched) return searched(here, query, asking)
  const all =
    query.of === 'categories'
      ? (await categories(here.tx)).map(categoryItemOf)
      : await LISTS.get(query.of)!(here, asking)
  return narrowed(all, query)
}

async function lots(here: Here, query: QueryOf<'lot'>): Promise<Found<LotItem>> {
  const { tx, actor } = here
  if ('search' in query) {
    const typed = readTyped(query.search, here.facts.own)
    const { lots, next } = await myLots(tx, actor, {
      query: typed.kind === 'ours' ? typed.code : query.search,
      limit: query.limit,
    })
    const sure = typed.kind === 'ours' && lots.length === 1
    return { items: lots.map(lotItemOf), ...(next !== null && { uncounted: true as const }), ...(sure && { sure }) }
  }
  const ours = [...new Set(query.codes.flatMap((code) => codeOf(readPayload(code.text, here.facts.own, code.format))))]
  const found = await Promise.all(ours.map(async (code) => (await myLots(tx, actor, { query: code, limit: 1 })).lots))
  return { items: found.flat().map(lotItemOf) }
}

export const lotItemOf = (lot: LotSeen): LotItem => ({
  id: lot.id,
  code: lot.code,
  printed: showCode(lot.code),
  // A shop has many lots of one product, and knows them by the day.
  name: `${lot.productName} ${shortDay(lot.producedOn ?? lot.harvestedOn ?? dayOf(lot.createdAt))}`,
  quantity: lot.quantity,
  uom: lot.uom,
  ...(lot.status !== 'active' && { status: lot.status }),
})

/** 2026-11-20 -> 20/11: the same in both languages. */
const shortDay = (day: string): string => day.slice(5).split('-').reverse().join('/')

const codeOf = (said: Payload | { kind: 'no-code' }): string[] => (said.kind === 'ours' ? [said.code] : [])

/** A lot by its code: of any establishment, since that is how a supplier's lot is named. */
async function codes(here: Here, query: QueryOf<'code'>): Promise<Found<CodeItem>> {
  const { own } = here.facts
  const several = 'typed' in query ? codesTyped(query.typed, own) : []
  if (several.length > 1) return lotsOfCodes(here, several, query)
  const said =
    'typed' in query
      ? [readTyped(query.typed, own)]
      : query.codes.map((code) => readPayload(code.text, own, code.format))
  const ours = [...new Set(said.flatMap(codeOf))]
  if (ours.length > 0) return lotsOfCodes(here, ours, query)
  const misspelt = said.find((one) => one.kind === 'misspelt')
  if (misspelt?.kind === 'misspelt') {
    const found = await lookUp(here.tx, misspelt.typed, { now: here.actor.now, candidates: misspelt.candidates })
    const near = found.kind === 'unknown' ? found.candidates.slice(0, MEANT_MAX) : []
    const { items } = await lotsOfCodes(here, near, query)
    return { items, refused: text('check.misspelt', { typed: quote(clean(misspelt.typed)) }) }
  }
  return 'typed' in query ? { items: [] } : { items: [], refused: text('source.foreign') }
}

/** Nothing may be taken from such a lot: said at once, not at the end. */
const STOPPED: readonly LotProvenance['verdict'][] = ['held', 'recalled', 'destroyed']

export function codeItemOf({ lotCode, product, producedOn, harvestedOn, expiresOn }: LotProvenance): CodeItem {
  const made = producedOn ?? harvestedOn
  return {
    code: lotCode,
    printed: showCode(lotCode),
    name: product.name,
    ...(made && { made }),
    ...(expiresOn && { expires: expiresOn }),
  }
}

async function lotsOfCodes(here: Here, asked: string[], { any }: { any?: true }): Promise<Found<CodeItem>> {
  const items: CodeItem[] = []
  const stopped: string[] = []
  const sellers: string[] = []
  for (const code of asked) {
    const found = await lookUp(here.tx, code, { now: here.actor.now })
    if (found.kind === 'establishment') sellers.push(code)
    if (found.kind !== 'lot') continue
    if (!any && STOPPED.includes(found.verdict)) stopped.push(found.lotCode)
    else items.push(codeItemOf(found))
  }
  if (items.length > 0 || asked.length === 0) return { items }
  const [code] = stopped
  if (code) return { items, refused: text('refusal.supplier-lot-stopped', { code: showCode(code) }) }
  const [seller] = sellers
  if (seller) return { items, refused: text('source.seller', { code: showCode(seller) }) }
  return { items, refused: text('check.unknown', { code: showCode(asked[0]!) }) }
}

async function shops(here: Here, search: string): Promise<Found<ShopItem>> {
  const mine = await myEstablishments(here.tx, here.actor)
  return { items: mine.filter(({ name }) => fold(name).includes(fold(search))).map(shopItemOf) }
}

export const shopItemOf = ({ id, name, class: ofClass }: Establishment): ShopItem => ({
  value: String(id),
  name,
  makes: makes(ofClass),
})

async function sources(here: Here, { establishmentId, productId }: Asking): Promise<Found<ListItem>> {
  if (establishmentId === null) return { items: [] }
  const recent = await recentSources(here.tx, here.actor, { establishmentId, ...(productId !== null && { productId }) })
  if (isRefused(recent)) return { items: [] }
  const said = recent.flatMap(({ supplierName, origin }) => [
    ...(origin ? [origin] : []),
    ...(supplierName ? [`mua của ${supplierName}`] : []),
  ])
  return { items: [...new Set(said)].map((name) => ({ value: name, name })) }
}

/** Without boundaries on a map a shared place says nothing: people choose the ward. */
async function wards(here: Here, query: QueryOf<'place'>): Promise<Found<Ward>> {
  const all = (await unitsAt(here.tx, dayOf(here.actor.now)))
    .filter(({ kind }) => kind === 'ward')
    .map(({ id, name }) => ({ id, name }))
  if (!('address' in query)) return { items: all }
  const typed = fold(query.address)
  const named = all.filter(({ name }) => typed.includes(fold(name).replace(/^phuong /, '')))
  return { items: named.length > 0 ? named : all }
}
