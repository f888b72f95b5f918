/** What the flows of whoever reports ask to know: kinds of violation, wards, shops by their sign, one's own reports. */
import { isEnded } from '../domain/case-life.js'
import { dayOf } from '../domain/days.js'
import { myReports, type OwnReport } from '../domain/my-reports.js'
import { lookUp } from '../domain/provenance.js'
import { unitsAt } from '../domain/units.js'
import { reportableViolations } from '../domain/violations.js'
import { fold } from '../locales/fold.js'
import { text } from '../locales/say.js'
import { showCode } from '../qr/codes.js'
import { readPayload, readTyped } from '../qr/payload.js'
import { registryNumbers } from '../qr/registry-number.js'
import type { Found, ListItem, Lookups, Search } from './flow/lookups.js'
import { clean, quote } from './flow/words.js'
import type { Here } from './here.js'

export const REPORT_LISTS = {
  violations,
  wards,
  'reports-asked': (here: Here, query: Search) => ownReports(here, query, ({ asked }) => asked !== null),
  'reports-ended': (here: Here, query: Search) =>
    ownReports(here, query, ({ status, reopenedAt }) => isEnded(status) && reopenedAt === null),
}

async function violations({ tx, actor }: Here, query: Search): Promise<Found<ListItem>> {
  const kinds = await reportableViolations(tx, dayOf(actor.now))
  return narrowed(
    kinds.map(({ code, name, nameEn }) => ({ value: code, name, nameEn })),
    query,
  )
}

/** By a part of the name, or by an address that holds it without the word for "ward". */
async function wards({ tx, actor }: Here, { search, limit }: Search): Promise<Found<ListItem>> {
  const typed = fold(search)
  const named = (await unitsAt(tx, dayOf(actor.now)))
    .filter(({ kind, name }) => kind === 'ward' && (fold(name).includes(typed) || typed.includes(bare(name))))
    .map(({ code, name, nameEn }) => ({ value: code, name, nameEn }))
  return cut(named, limit)
}

const bare = (ward: string): string => fold(ward).replace(/^phuong /, '')

async function ownReports(
  { tx, actor }: Here,
  query: Search,
  isMeant: (report: OwnReport) => boolean,
): Promise<Found<ListItem>> {
  return narrowed((await myReports(tx, actor)).filter(isMeant).map(reportItemOf), query)
}

export const reportItemOf = ({ number, kindName, kindNameEn }: OwnReport): ListItem => ({
  value: number,
  name: `${number}: ${kindName}`,
  nameEn: `${number}: ${kindNameEn}`,
})

/** Those of a whole list whose name, in either language, has what was typed in it. */
export const narrowed = (items: ListItem[], { search, limit }: Search): Found<ListItem> =>
  cut(
    items.filter(({ name, nameEn = '' }) => [name, nameEn].some((one) => fold(one).includes(fold(search)))),
    limit,
  )

const cut = (items: ListItem[], limit: number): Found<ListItem> => ({
  items: items.slice(0, limit),
  more: Math.max(items.length - limit, 0),
})

/** A shop by the code on its badge or by its number. */
export async function sellers(here: Here, query: Lookups['seller']['query']): Promise<Found<ListItem>> {
  const { own } = here.facts
  const said =
    'typed' in query
      ? [readTyped(query.typed, own)]
      : query.codes.map((code) => readPayload(code.text, own, code.format))
  const codes = said.flatMap((one) => (one.kind === 'ours' ? [one.code] : []))
  const numbers = 'typed' in query ? registryNumbers(query.typed) : []
  const found = await Promise.all(
    [...new Set([...codes, ...numbers])].map((code) => lookUp(here.tx, code, { now: here.actor.now })),
  )
  const shops = found.flatMap((one) =>
    one.kind === 'establishment'
      ? [{ value: String(one.establishmentId), name: one.who.name ?? one.establishmentCode }]
      : [],
  )
  if (shops.length > 0) return { items: [...new Map(shops.map((shop) => [shop.value, shop])).values()] }
  const lot = found.find((one) => one.kind === 'lot')
  if (lot) return { items: [], refused: text('source.lot', { code: showCode(lot.code) }) }
  const [unknown] = codes
  if (unknown) return { items: [], refused: text('check.unknown', { code: showCode(unknown) }) }
  const misspelt = said.find((one) => one.kind === 'misspelt')
  return {
    items: [],
    ...(misspelt && { refused: text('check.misspelt', { typed: quote(clean(misspelt.typed)) }) }),
  }
}
