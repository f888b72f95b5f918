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
 * threshold, days (looked back), shadow. What was found before is left out, and what lies in a unit that switched the rule off:
 * it would be found again each time, in the place of others.
 */
export const ruleStatement = (code: string, found: string) =>
  statement<
    FoundRow,
    [now: Date, today: string, graceDays: number, threshold: number, windowDays: number, shadow: boolean, limit: number]
  >(
    `rule_${code}`,
    `with recursive numbers as (
       select $1::timestamptz as now, $2::date as today, $3::int as grace, $4::int as threshold, $5::int as days,
         $6::boolean as shadow
     ), switched (unit_id, off) as (
       select u.id, coalesce(not s.on, false) from units u
         left join rule_switches s on s.unit_id = u.id and s.rule_code = '${code}' where u.parent_id is null
       union all
       select u.id, coalesce(not s.on, above.off) from switched above join units u on u.parent_id = above.unit_id
         left join rule_switches s on s.unit_id = u.id and s.rule_code = '${code}'
     ), found as (${found})
     select f.fact, f.happened_at as "happenedAt", f.establishment_id as "establishmentId", f.lot_id as "lotId", f.evidence
     from found f cross join numbers n
     where not exists (
       select from findings k where k.rule_code = '${code}' and k.fact = f.fact and k.shadow = n.shadow)
       and not exists (
         select from establishment_units e join switched w on w.unit_id = e.unit_id and w.off
         where e.establishment_id = f.establishment_id
           and e.valid_from <= n.today and (e.valid_to is null or e.valid_to >= n.today))
     order by f.happened_at, f.fact limit $7`,
  )
