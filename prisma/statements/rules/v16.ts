/** V16: several people (chats of nobody known, each one), each trusted, reported one shop (or a lot without one), whatever the kind; counted anew after each finding. */
import { ruleStatement } from './found.js'

/** Chats of one person are one; ids of people and of chats do not meet. */
const PERSON = `coalesce(h.person_id, -h.id)`

const counted = (subject: string, column: string): string => `
  select '${subject}:' || c.${column} || '/report:' || min(r.id) as fact, max(r.at) as happened_at,
    ${subject === 'establishment' ? 'c.establishment_id, null::int' : 'null::int, c.lot_id'} as lot_id,
    json_build_object('people', count(distinct ${PERSON}), 'days', n.days, 'cases',
      json_build_object('list', json_agg(distinct c.number)), 'lastReport', max(r.id)) as evidence
  from numbers n join reports r on r.trusted and not r.bad_faith and r.at > n.now - n.days * interval '1 day' and r.at <= n.now
  join cases c on c.id = r.case_id and c.${column} is not null join chats h on h.id = r.chat_id
  where ${subject === 'establishment' ? '' : 'c.establishment_id is null and '}r.id > coalesce((
    select max((k.evidence->>'lastReport')::int) from findings k
    where k.rule_code = 'V16' and k.${column} = c.${column} and k.shadow = n.shadow), 0)
  group by c.${column}, n.days, n.threshold having count(distinct ${PERSON}) >= n.threshold`

export const findV16 = ruleStatement(
  'V16',
  `${counted('establishment', 'establishment_id')} union all ${counted('lot', 'lot_id')}`,
)
