/** What every rule's statement has in common: the numbers it goes by, and that a fact is found once. */
import { TIME_ZONE } from '../../../locales/say.js'
import { statement } from '../../tx.js'

export interface FoundRow {
  /** Names it among all that the rule finds: `lot:17/place:4` */
  fact: string
  happenedAt: Date
  establishmentId: number | null
  lotId: number | null
  /** Parameters of the text `rule.<code>`: the numbers that explain it */
  evidence: Record<string, unknown>
}

/** The day in Việt Nam on which a moment lies. */
export const dayIn = (moment: string): string => `(${moment} at time zone '${TIME_ZONE}')::date`
export const aDay = (day: string): string => `json_build_object('day', (${day})::text)`
export const aMoment = (moment: string): string =>
  `json_build_object('moment', to_char(${moment} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`

/**
 * `found` selects fact, happened_at, establishment_id, lot_id and evidence, from `numbers n`: now, today, grace (days),
 * threshold, days (looked back), shadow. What was found before is left out.
 */
export const ruleStatement = (code: string, found: string) =>
  statement<
    FoundRow,
    [now: Date, today: string, graceDays: number, threshold: number, windowDays: number, shadow: boolean, limit: number]
  >(
    `rule_${code}`,
    `with numbers as (
       select $1::timestamptz as now, $2::date as today, $3::int as grace, $4::int as threshold, $5::int as days,
         $6::boolean as shadow
     ), found as (${found})
     select f.fact, f.happened_at as "happenedAt", f.establishment_id as "establishmentId", f.lot_id as "lotId", f.evidence
     from found f cross join numbers n
     where not exists (
       select from findings k where k.rule_code = '${code}' and k.fact = f.fact and k.shadow = n.shadow)
     order by f.happened_at, f.fact limit $7`,
  )
