/** V01: a lot that is past its expiry was looked at in a shop, its badge beside it, and is not marked as sold out. */
import { aDay, aMoment, dayIn, ruleStatement } from './found.js'

export const findV01 = ruleStatement(
  'V01',
  `select 'lot:' || l.id || '/place:' || s.place_id as fact, min(s.at) as happened_at, s.place_id as establishment_id,
     l.id as lot_id, json_build_object('expired', ${aDay('l.expires_on')}, 'days', max(${dayIn('s.at')} - l.expires_on),
       'scans', count(*), 'last', ${aMoment('max(s.at)')}) as evidence
   from numbers n join scans s on s.place_id is not null and s.lot_id is not null
     and s.at > n.now - n.days * interval '1 day' and s.at <= n.now
   join lots l on l.id = s.lot_id and l.status = 'active'
   where ${dayIn('s.at')} > l.expires_on + n.grace
   group by l.id, s.place_id, n.threshold having count(*) >= n.threshold`,
)
