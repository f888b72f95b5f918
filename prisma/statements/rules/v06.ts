/**
 * V06: a badge ended, was suspended or withdrawn, there is no other, and the shop goes on: it registers lots, or people scan its
 * badge where it still hangs. Counted from the first day without a badge.
 */
import { aDay, dayIn, ruleStatement } from './found.js'

export const findV06 = ruleStatement(
  'V06',
  `select 'badge:' || b.id || case when b.stopped then '/' || b.status || ':' || b.status_on else '' end as fact,
     min(went_on.at) as happened_at, b.establishment_id, null::int as lot_id,
     json_build_object('number', b.number,
       'how', json_build_object('key', 'rule.badge-ended.' || case when b.stopped then b.status::text else 'expired' end,
         'with', json_build_object('on', ${aDay('case when b.stopped then b.status_on else b.valid_until end')})),
       'days', n.today - case when b.stopped then b.status_on else b.valid_until end,
       'lots', count(*) filter (where went_on.what = 'lot'), 'scans', count(*) filter (where went_on.what = 'scan')) as evidence
   from numbers n
   join (
     select *, least(valid_until + 1, status_on) as without_from, status <> 'valid' and status_on <= valid_until as stopped
     from badges
   ) b on b.without_from > n.today - n.days and b.without_from < n.today - n.grace + 1
   join establishments e on e.id = b.establishment_id and e.status = 'active'
   cross join lateral (
     select 'lot' as what, l.created_at as at from lots l
     where l.establishment_id = b.establishment_id and ${dayIn('l.created_at')} >= b.without_from and l.created_at <= n.now
     union all
     select 'scan', s.at from scans s
     where s.place_id = b.establishment_id and ${dayIn('s.at')} >= b.without_from and s.at <= n.now
   ) went_on
   where not exists (
     select from badges o where o.establishment_id = b.establishment_id and o.id <> b.id
       and ((o.status = 'valid' and o.valid_until >= n.today) or (o.valid_until, o.id) > (b.valid_until, b.id)))
   group by b.id, b.stopped, b.status, b.status_on, b.valid_until, b.number, b.establishment_id, n.today, n.threshold
   having count(*) >= n.threshold`,
)
