/** The dates of a lot: what is proposed, what cannot be, and what is only unusual. Pure; days of the calendar. */
import { text, type Text } from '../locales/say.js'
import { addDays, daysBetween, type Day } from './days.js'
import { refuse, type Refused } from './refusal.js'

/** The expiry to propose: production (or harvest, or today) and the product's shelf life; null when that is not known. */
export const proposeExpiry = (
  product: { shelfLifeDays: number | null },
  dates: { producedOn?: Day | null; harvestedOn?: Day | null },
  today: Day,
): Day | null =>
  product.shelfLifeDays === null ? null : addDays(dates.producedOn ?? dates.harvestedOn ?? today, product.shelfLifeDays)

export interface LotDates {
  harvestedOn?: Day | null
  producedOn?: Day | null
  expiresOn?: Day | null
}

/** The one day that people say goes where it belongs: what grew is harvested, anything else is made. */
export const begunOn = (day: Day | null, grown: boolean): LotDates =>
  grown ? { harvestedOn: day } : { producedOn: day }

/** No time travel: what is made is not of tomorrow, and nothing ends before it begins. Null: the dates can be. */
export function checkDates({ harvestedOn, producedOn, expiresOn }: LotDates, today: Day): Refused | null {
  if (producedOn && producedOn > today) return refuse('refusal.produced-in-future', { day: { day: producedOn } })
  if (harvestedOn && harvestedOn > today) return refuse('refusal.harvested-in-future', { day: { day: harvestedOn } })
  if (harvestedOn && producedOn && producedOn < harvestedOn)
    return refuse('refusal.produced-before-harvest', { produced: { day: producedOn }, harvested: { day: harvestedOn } })
  const start = producedOn ?? harvestedOn
  if (start && expiresOn && expiresOn < start)
    return refuse('refusal.expires-before-produced', { expires: { day: expiresOn }, produced: { day: start } })
  return null
}

/** What is unusual and still accepted: said to the shop before it sends. */
export function dateWarnings(
  { harvestedOn, producedOn, expiresOn }: LotDates,
  category: { name: string; maxShelfLifeDays: number | null },
  today: Day,
): Text[] {
  if (!expiresOn) return []
  const warnings: Text[] = []
  const days = daysBetween(producedOn ?? harvestedOn ?? today, expiresOn)
  if (category.maxShelfLifeDays !== null && days > category.maxShelfLifeDays)
    warnings.push(text('warning.shelf-life-long', { days, max: category.maxShelfLifeDays, category: category.name }))
  if (expiresOn < today) warnings.push(text('warning.already-expired', { day: { day: expiresOn } }))
  return warnings
}
