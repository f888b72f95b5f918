/**
 * What a pure turn may ask to know. `turn` answers with `need`; the caller runs the look-ups, with the person's rights,
 * inside the transaction, and calls `turn` again with what was found under `lookupKey`. A new kind goes into Lookups.
 */
import { z } from 'zod'
import type { Text } from '../../locales/say.js'

/** How many choices are shown at once; more are found by typing. Eight short buttons fill a phone's screen. */
export const SHOWN_MAX = 8

/** Words to search by; '' asks for the most useful ones: recent, or most used. At most `limit` items. */
export interface Search {
  search: string
  limit: number
}

/** A code read from a photo: "qr_code", "https://..." */
export interface ReadCode {
  format: string
  text: string
}

/** Codes that a photo was found to hold. */
export interface Codes {
  codes: ReadCode[]
}

export interface Found<Item> {
  items: Item[]
  /** How many more there are than were handed over */
  more?: number
  /** There are more, which nobody counted */
  uncounted?: true
  /** The only one found was named whole, by its code */
  sure?: boolean
  /** Why there is nothing, in the words of whoever knows: "this is a payment code" */
  refused?: Text
}

/** A unit of usual measure is a UN/CEFACT Recommendation 20 code. */
export const productItem = z.object({
  id: z.number().int(),
  name: z.string(),
  uom: z.string(),
  /** days from production */
  shelfLifeDays: z.number().int().nullish(),
})
export type ProductItem = z.infer<typeof productItem>

/** What is said of a lot beside its name, when it is not simply there. */
export const LOT_STATUSES = ['sold_out', 'held', 'recalled', 'destroyed'] as const

export const lotItem = z.object({
  id: z.number().int(),
  /** traceability lot code */
  code: z.string(),
  /** the code as people see it, in groups; a talk from before it was kept has none */
  printed: z.string().optional(),
  /** what a person knows it by: product and date */
  name: z.string(),
  quantity: z.number().optional(),
  uom: z.string().optional(),
  /** left out: it is there to be sold */
  status: z.enum(LOT_STATUSES).optional(),
})
export type LotItem = z.infer<typeof lotItem>

export const codeItem = z.object({
  code: z.string(),
  printed: z.string().optional(),
  name: z.string(),
  /** of production or harvest, and expiry, as its label has them: YYYY-MM-DD */
  made: z.string().optional(),
  expires: z.string().optional(),
})
export type CodeItem = z.infer<typeof codeItem>

/** An entry of a list that the domain keeps: suppliers, origins, categories. */
export const listItem = z.object({
  value: z.string(),
  name: z.string(),
  /** where it has one */ nameEn: z.string().optional(),
})
export type ListItem = z.infer<typeof listItem>

/** An establishment that this person works for. */
export const shopItem = listItem.extend({
  /** It grows or makes what it sells, and so may have taken it from nobody */
  makes: z.boolean().optional(),
})
export type ShopItem = z.infer<typeof shopItem>

/** What is usual for goods of a name. */
export interface UsualOf {
  /** from production to expiry */
  days?: number | null
  category?: ListItem
}

export const ward = z.object({ id: z.number().int(), name: z.string() })
export type Ward = z.infer<typeof ward>

/** Every kind of look-up: what is asked, and what comes back. All plain JSON. */
export interface Lookups {
  /** Those that this person registers lots for */
  shop: { query: Search; found: Found<ShopItem> }
  /** The establishment's own catalogue; `beside`: what is usual for a new one of the name searched for */
  product: { query: Search; found: Found<ProductItem> & { beside?: UsualOf } }
  /** Lots that this person may use; `search` may also be a code */
  lot: { query: Search | Codes; found: Found<LotItem> }
  /** A code as typed, or those of a photo; unknown ones give possible typing errors with `refused`. `any`: also what is stopped */
  code: { query: ({ typed: string } | Codes) & { any?: true }; found: Found<CodeItem> }
  /** The shop of a badge or a sign, by its code or number, typed or photographed */
  seller: { query: { typed: string } | Codes; found: Found<ListItem> }
  list: { query: Search & { of: string }; found: Found<ListItem> }
  /** Wards at a point, wards that an address may lie in, or all that can be chosen */
  place: { query: { latitude: number; longitude: number } | { address: string } | { all: true }; found: Found<Ward> }
}

export type Lookup = { [K in keyof Lookups]: { kind: K; query: Lookups[K]['query'] } }[keyof Lookups]

/** What was found, by lookupKey. */
export type Knowledge = Record<string, unknown>

/** The same look-up always has the same key: a query is built by one field in one order. */
export const lookupKey = (lookup: { kind: string; query: unknown }): string =>
  `${lookup.kind} ${JSON.stringify(lookup.query)}`
