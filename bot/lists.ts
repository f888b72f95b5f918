/** The lists of cases, units and colleagues that flows choose from, by name: with the rights of the one who speaks. */
import { mayMove } from '../domain/cases.js'
import { casesForShop, casesOf, reportersOf, type CaseForShop } from '../domain/case-views.js'
import { myEstablishments } from '../domain/establishments.js'
import { administeredUnits, officialsOf, type Official } from '../domain/officials.js'
import { isRefused } from '../domain/refusal.js'
import { standingOf } from '../domain/rights.js'
import { ancestorsOf, unitsAt } from '../domain/units.js'
import { dayOf } from '../domain/days.js'
import { keyed, say, text, type Text } from '../locales/say.js'
import { caseName, reporterChoice } from './cards/case.js'
import { isAsked, shopCaseName } from './cards/shop-case.js'
import type { ListItem } from './flow/lookups.js'
import type { Here } from './here.js'

/** What the talk has in hand that a list depends on. */
export interface ListAsking {
  caseNumber: string | null
  unitCode: string | null
  /** Of `awayItems`: who is to be stood in for */
  away: string | null
}

/** So many of the open cases are looked through for words typed: more than a unit ever has open. */
export const CASES_SEARCHED = 200

const item = (value: string, name: Text): ListItem => ({ value, name: say('vi', name), nameEn: say('en', name) })

interface Named {
  code: string
  name: string
  nameEn: string
}
export const unitItem = ({ code, name, nameEn }: Named): ListItem => ({ value: code, name, nameEn })

export const caseItem = (row: Parameters<typeof caseName>[0]): ListItem => item(row.number, caseName(row))

export async function ownCases({ tx, actor }: Here): Promise<ListItem[]> {
  return (await casesOf(tx, actor, { limit: CASES_SEARCHED })).map(caseItem)
}

/** A case with the establishment that it is about. */
export interface ShopCase {
  one: CaseForShop
  shop: string
}

/** The cases of all establishments that this person works for, the newest first. */
export async function shopCases({ tx, actor }: Here): Promise<ShopCase[]> {
  const cases: ShopCase[] = []
  for (const { id, name: shop } of await myEstablishments(tx, actor)) {
    const of = await casesForShop(tx, actor, id)
    if (!isRefused(of)) cases.push(...of.map((one) => ({ one, shop })))
  }
  return cases
}

export const shopCaseItem = ({ one, shop }: ShopCase): ListItem => item(one.number, shopCaseName(one, shop))

async function askedCases(here: Here): Promise<ListItem[]> {
  return (await shopCases(here)).filter(({ one }) => isAsked(one)).map(shopCaseItem)
}

/** In place of one of several reporters. */
export const ALL_REPORTERS = 'all'

/** Those who reported the case; with all of them as the last choice, where there are several. */
export async function reporterItems({ tx, actor }: Here, caseNumber: string): Promise<ListItem[]> {
  const found = await reportersOf(tx, actor, caseNumber)
  if (isRefused(found)) return []
  const each = found.map((one) => item(String(one.reportId), reporterChoice(one)))
  return found.length > 1 ? [...each, item(ALL_REPORTERS, text('case.reporters-all', { people: found.length }))] : each
}

/** Where a case may go: the units above it first, then all others. */
async function otherUnits({ tx, actor }: Here, { caseNumber }: ListAsking): Promise<ListItem[]> {
  const row = caseNumber === null ? null : await mayMove(tx, actor, caseNumber, 'pass-on')
  if (row === null || isRefused(row)) return []
  const all = (await unitsAt(tx, dayOf(actor.now))).filter(({ id }) => id !== row.unitId)
  const above = (await ancestorsOf(tx, row.unitId)).map(({ id }) => id)
  const rank = (id: number) => (above.includes(id) ? above.indexOf(id) : above.length)
  return all.toSorted((one, other) => rank(one.id) - rank(other.id)).map(unitItem)
}

export async function ownUnits({ tx, actor }: Here, onlyAdministered = false): Promise<ListItem[]> {
  const { mandates } = await standingOf(tx, actor)
  const own = mandates.filter(({ role }) => !onlyAdministered || role === 'administrator')
  return [...new Map(own.map((mandate) => [mandate.code, unitItem(mandate)])).values()]
}

/** Of the unit and all below it. */
async function everybodyOf({ tx, actor }: Here, unitCode: string): Promise<Official[]> {
  const all = await officialsOf(tx, actor, unitCode)
  return isRefused(all) ? [] : all
}

/** All mandates in the units that this person has one of; `mine`: those of the person. */
export async function colleaguesOf(here: Here): Promise<{ others: Official[]; mine: Official[] }> {
  const all: Official[] = []
  for (const { value } of await ownUnits(here)) all.push(...(await everybodyOf(here, value)))
  const each = [...new Map(all.map((one) => [one.mandateId, one])).values()]
  const isMine = ({ personId }: Official) => personId === here.actor.personId
  return { others: each.filter((one) => !isMine(one)), mine: each.filter(isMine) }
}

export function colleagueText({ name, role, unitName, unitNameEn, suspendedAt, standsInForId }: Official): Text {
  const unit = { vi: unitName, en: unitNameEn }
  const how = suspendedAt !== null ? 'suspended' : standsInForId !== null ? 'stand-in' : 'active'
  return keyed(`official.line.${how}`, {
    name: name ?? text('official.nameless'),
    role: keyed(`official.role.${role}`),
    unit,
  })
}

/** The actor, among those who may be away. */
export const ME: ListItem = item('me', text('stand-in.me'))

/** Somebody else who is away, and from which unit, as a choice's value holds them. */
export const awayOf = (value: string): { personId: number; unitCode: string } => {
  const [personId, unitCode] = value.split(' ')
  return { personId: Number(personId), unitCode: unitCode! }
}

/** The actor; and for an administrator everybody of the units that they administer, once for each unit. */
async function awayItems(here: Here): Promise<ListItem[]> {
  const items = new Map([[ME.value, ME]])
  for (const { value: unitCode } of await ownUnits(here, true))
    for (const one of await everybodyOf(here, unitCode)) {
      const { personId, standsInForId, suspendedAt } = one
      if (personId === here.actor.personId || standsInForId !== null || suspendedAt !== null) continue
      const value = `${personId} ${one.unitCode}`
      items.set(value, item(value, colleagueText(one)))
    }
  return [...items.values()]
}

/** Each official once, by who they are: whose account is not suspended. For somebody else also the actor. */
async function standIns(here: Here, { unitCode, away }: ListAsking): Promise<ListItem[]> {
  const gone = away === null || away === ME.value ? { personId: here.actor.personId, unitCode } : awayOf(away)
  if (gone.unitCode === null) return []
  const there = await everybodyOf(here, gone.unitCode)
  const can = there.filter(({ suspendedAt, personId }) => suspendedAt === null && personId !== gone.personId)
  const each = new Map(can.map((one) => [one.personId, one]))
  return [...each].map(([personId, one]) => item(String(personId), colleagueText(one)))
}

type Lister = (here: Here, asking: ListAsking) => Promise<ListItem[]>

export const LISTS: ReadonlyMap<string, Lister> = new Map<string, Lister>([
  ['cases', ownCases],
  ['asked-cases', askedCases],
  [
    'reporters',
    (here, { caseNumber }) => (caseNumber === null ? Promise.resolve([]) : reporterItems(here, caseNumber)),
  ],
  ['other-units', otherUnits],
  ['own-units', (here) => ownUnits(here)],
  ['own-administered-units', (here) => ownUnits(here, true)],
  ['administered-units', async ({ tx, actor }) => (await administeredUnits(tx, actor)).map(unitItem)],
  [
    'colleagues',
    async (here) => (await colleaguesOf(here)).others.map((one) => item(String(one.mandateId), colleagueText(one))),
  ],
  ['away', awayItems],
  ['stand-ins', standIns],
])
