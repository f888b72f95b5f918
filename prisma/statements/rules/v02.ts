/** V02: a trader's lot with no paper, and not taken from a registered lot either, after the days of grace. */
import { aDay, dayIn, ruleStatement } from './found.js'

export const findV02 = ruleStatement(
  'V02',
  `select 'lot:' || l.id as fact, l.created_at + n.grace * interval '1 day' as happened_at, l.establishment_id, l.id as lot_id,
     json_build_object('registered', ${aDay(dayIn('l.created_at'))}, 'days', n.today - ${dayIn('l.created_at')},
       'grace', n.grace) as evidence
   from numbers n join lots l on l.created_at > n.now - n.days * interval '1 day'
     and l.created_at <= n.now - n.grace * interval '1 day' and l.status in ('active', 'sold_out')
   join establishments e on e.id = l.establishment_id and e.class not in ('farm', 'cake_maker', 'processor')
   where not exists (
     select from event_lots mine join event_documents d on d.event_id = mine.event_id
     where mine.lot_id = l.id and mine.role in ('object', 'output')
   ) and not exists (
     select from event_lots mine join event_lots source on source.event_id = mine.event_id and source.role = 'input'
     where mine.lot_id = l.id and mine.role = 'output'
   )`,
)
