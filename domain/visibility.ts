/**
 * Who sees what: the one table that cards, pages, EPCIS and exports are filtered by. What the public sees everybody sees;
 * trading partners and officials see more, each where it concerns them.
 */

/** Asking for themselves: anybody; an establishment of the chain; an official. */
export const AUDIENCES = ['public', 'partner', 'official'] as const
export type Audience = (typeof AUDIENCES)[number]

/**
 * When a field is shown:
 * - `always`, `never`
 * - `named`: of the lot's producer or importer, the retail shop, and whoever agreed to be named
 * - `direct`: the viewer's own, and one step each way from it
 * - `mandate`: within the official's own mandate
 */
export type Rule = 'always' | 'never' | 'named' | 'direct' | 'mandate'

/** How the one whom a field is about stands to the viewer. */
export interface Relation {
  /** Named in public: by the rule for producer, importer and retail shop, or by consent */
  named: boolean
  /** The viewer's own establishment, or a direct partner's */
  direct: boolean
  /** In the official's mandate */
  inMandate: boolean
}

const everybody = { public: 'always', partner: 'always', official: 'always' } as const
const whereItConcerns = { public: 'never', partner: 'direct', official: 'mandate' } as const
const nobody = { public: 'never', partner: 'never', official: 'never' } as const

export const VISIBILITY = {
  'lot.code': everybody,
  'lot.product': everybody,
  'lot.dates': everybody,
  'lot.status': everybody,
  'lot.origin': everybody,
  /** Why it was recalled, and by which unit: people must know */
  'lot.recall-reason': everybody,
  /** A hold is not proven yet */
  'lot.hold-reason': whereItConcerns,
  'lot.quantity': whereItConcerns,
  'lot.price': whereItConcerns,
  'lot.papers': whereItConcerns,
  'lot.supplier': whereItConcerns,
  'step.kind': everybody,
  'step.place': everybody,
  'step.time': everybody,
  'step.role': everybody,
  'step.quantity': whereItConcerns,
  'party.name': { public: 'named', partner: 'direct', official: 'mandate' },
  'party.address': { public: 'named', partner: 'direct', official: 'mandate' },
  'certificate.checked': { public: 'named', partner: 'direct', official: 'mandate' },
  'certificate.unchecked': { public: 'never', partner: 'never', official: 'mandate' },
  'certificate.paper': { public: 'never', partner: 'never', official: 'mandate' },
  /** On the shop's own sign it is there for all to read; elsewhere it would name who is not to be named */
  'badge.state': { public: 'named', partner: 'direct', official: 'mandate' },
  /** Who works there, who registered it: people's data, read by an official only with an audit row */
  'person.name': { public: 'never', partner: 'never', official: 'mandate' },
  'person.phone': { public: 'never', partner: 'never', official: 'mandate' },
  'scan.scanner': nobody,
  /** Shown only to those who work on the case, by the case itself */
  'report.reporter': nobody,
} as const satisfies Record<string, Record<Audience, Rule>>

export type Field = keyof typeof VISIBILITY

/** Whether this audience sees the field of somebody who stands so to the viewer. */
export const sees = (audience: Audience, field: Field, relation: Relation): boolean =>
  holds(VISIBILITY[field].public, relation) || holds(VISIBILITY[field][audience], relation)

const holds = (rule: Rule, { named, direct, inMandate }: Relation): boolean =>
  ({ always: true, never: false, named, direct, mandate: inMandate })[rule]

/** The value, or null for those who do not see it. */
export const shown = <T>(value: T, audience: Audience, field: Field, relation: Relation): T | null =>
  sees(audience, field, relation) ? value : null
