import { statement } from '../tx.js'

/** No row: it was found before. */
export const insertFinding = statement<
  { id: number },
  [
    ruleCode: string,
    fact: string,
    shadow: boolean,
    at: Date,
    happenedAt: Date,
    unitId: number,
    establishmentId: number | null,
    lotId: number | null,
    evidence: string,
  ]
>(
  'finding_insert',
  `insert into findings (rule_code, fact, shadow, at, happened_at, unit_id, establishment_id, lot_id, evidence)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb)
   on conflict (rule_code, fact, shadow) do nothing returning id`,
)

export const linkFinding = statement<object, [id: number, caseId: number]>(
  'finding_link',
  `update findings set case_id = $2 where id = $1`,
)

/** What the unit, or the nearest one above it that said anything, says of the rule. No row: nobody did. */
export const readSwitch = statement<{ on: boolean }, [ruleCode: string, unitId: number]>(
  'rule_switch',
  `with recursive up (id, parent_id, depth) as (
     select u.id, u.parent_id, 0 from units u where u.id = $2
     union all
     select u.id, u.parent_id, up.depth + 1 from up join units u on u.id = up.parent_id
   )
   select s.on from up join rule_switches s on s.unit_id = up.id and s.rule_code = $1 order by up.depth limit 1`,
)

export interface RuleRow {
  code: string
  name: string
  nameEn: string
  kindCode: string
  graceDays: number
  threshold: number
  windowDays: number
  /** Units that said something else than on */
  off: string[]
  on: string[]
  found: number
  /** In trial runs */
  shadowed: number
}

export const readRules = statement<RuleRow, []>(
  'rules_list',
  `select r.code, r.name, r.name_en as "nameEn", r.kind_code as "kindCode", r.grace_days as "graceDays", r.threshold,
     r.window_days as "windowDays",
     coalesce((select json_agg(u.code order by u.code) from rule_switches s join units u on u.id = s.unit_id
       where s.rule_code = r.code and not s.on), '[]') as off,
     coalesce((select json_agg(u.code order by u.code) from rule_switches s join units u on u.id = s.unit_id
       where s.rule_code = r.code and s.on), '[]') as on,
     (select count(*)::int from findings f where f.rule_code = r.code and not f.shadow) as found,
     (select count(*)::int from findings f where f.rule_code = r.code and f.shadow) as shadowed
   from rules r order by r.code`,
)
