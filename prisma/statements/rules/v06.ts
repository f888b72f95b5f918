/** V06: a badge ended, there is no other, and the shop went on registering lots. */
import { aDay, dayIn, ruleStatement } from './found.js'

export const findV06 = ruleStatement(
  'V06',
  `select 'badge:' || b.id as fact, min(l.created_at) as happened_at, b.establishment_id, null::int as lot_id,
     json_build_object('number', b.number, 'until', ${aDay('b.valid_until')}, 'days', n.today - b.valid_until,
       'lots', count(*)) as evidence
   from numbers n join badges b on b.valid_until >= n.today - n.days and b.valid_until < n.today - n.grace
   join establishments e on e.id = b.establishment_id and e.status = 'active'
   join lots l on l.establishment_id = b.establishment_id and ${dayIn('l.created_at')} > b.valid_until and l.created_at <= n.now
   where not exists (
     select from badges o where o.establishment_id = b.establishment_id and o.valid_until > b.valid_until)
   group by b.id, n.today, n.threshold having count(*) >= n.threshold`,
)
