/** V04: a food-safety certificate (or the commitment of a small one) ended, and no other of the two is valid. */
import { aDay, ruleStatement } from './found.js'

export const findV04 = ruleStatement(
  'V04',
  `select 'certificate:' || c.id as fact, c.valid_until::timestamptz as happened_at, c.establishment_id, null::int as lot_id,
     json_build_object('number', c.number, 'until', ${aDay('c.valid_until')}, 'days', n.today - c.valid_until) as evidence
   from numbers n join certificates c on c.kind in ('food_safety', 'commitment')
     and c.valid_until >= n.today - n.days and c.valid_until < n.today - n.grace
   join establishments e on e.id = c.establishment_id and e.status = 'active'
   where not exists (
     select from certificates o where o.establishment_id = c.establishment_id and o.kind in ('food_safety', 'commitment')
       and (o.valid_until is null or o.valid_until >= n.today or (o.valid_until, o.id) > (c.valid_until, c.id)))`,
)
