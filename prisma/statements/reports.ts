/** What people report: by hand, as reports may come at any pace. */
import type { Channel } from '../generated/enums.js'
import { statement } from '../tx.js'

export interface StandingRow {
  /** Reports of the chat within the last hour and day, and when the oldest of each was made */
  hour: number
  hourFrom: Date | null
  day: number
  dayFrom: Date | null
  badFaith: number
}

/** How a chat has reported so far. What lies after `now` is of a clock that was set back, and not counted. */
export const readReporterStanding = statement<
  StandingRow,
  [chatId: number, now: Date, hourAgo: Date, dayAgo: Date, badFaithSince: Date]
>(
  'reporter_standing',
  `select count(*) filter (where at > $3)::int as hour, min(at) filter (where at > $3) as "hourFrom",
     count(*)::int as day, min(at) as "dayFrom",
     (select count(*)::int from reports b where b.chat_id = $1 and b.bad_faith and b.at > $5 and b.at <= $2) as "badFaith"
   from reports where chat_id = $1 and at > $4 and at <= $2`,
)

/** No row: this chat reported this case before. */
export const insertReport = statement<
  { id: number },
  [
    caseId: number,
    chatId: number,
    at: Date,
    words: string | null,
    placeText: string | null,
    trusted: boolean,
    fileIds: number[],
    phone: string | null,
  ]
>(
  'report_insert',
  `with report as (
     insert into reports (case_id, chat_id, at, words, place_text, trusted) values ($1, $2, $3, $4, $5, $6)
     on conflict (case_id, chat_id) do nothing returning id
   ), photos as (
     insert into report_photos (report_id, position, file_id)
     select report.id, f.position, f.id from report, unnest($7::int[]) with ordinality as f (id, position)
   ), contact as (
     insert into report_contacts (report_id, phone) select id, $8 from report where $8::text is not null
   )
   select id from report`,
)

export const readReporterChats = statement<{ reportId: number; chatId: number; channel: Channel }, [caseId: number]>(
  'reporter_chats',
  `select r.id as "reportId", r.chat_id as "chatId", c.channel
   from reports r join chats c on c.id = r.chat_id where r.case_id = $1 order by r.id`,
)

export interface ReportFacts {
  words: string | null
  placeText: string | null
  photos: { key: string; mime: string }[]
  /** Of the newest finding: the rule's code and the numbers that explain it */
  ruleCode: string | null
  evidence: Record<string, unknown> | null
}

/** What the newest report and the newest finding of a case say, for whoever is told of it: always one row. */
export const readReportFacts = statement<ReportFacts, [caseId: number]>(
  'report_facts',
  `select r.words, r.place_text as "placeText", f.rule_code as "ruleCode", f.evidence,
     (select coalesce(json_agg(json_build_object('key', f.key, 'mime', f.mime) order by p.position), '[]')
      from report_photos p join files f on f.id = p.file_id where p.report_id = r.id) as photos
   from (select $1::int as case_id) c
     left join lateral (select * from reports where case_id = c.case_id order by id desc limit 1) r on true
     left join lateral (select * from findings where case_id = c.case_id order by id desc limit 1) f on true`,
)

export interface PlaceRow {
  id: number
  name: string
  sector: 'agriculture' | 'trade' | 'health'
  class: 'fruit_shop' | 'cake_maker' | 'wholesaler' | 'importer' | 'farm' | 'processor' | 'market_stall'
  /** In whose territory it lies on that day; null: outside of every unit */
  unitId: number | null
}

export const readPlace = statement<PlaceRow, [establishmentId: number, day: string]>(
  'report_place',
  `select e.id, e.name, e.sector, e.class, (
     select s.unit_id from establishment_units s
     where s.establishment_id = e.id and s.valid_from <= $2::date and (s.valid_to is null or s.valid_to >= $2::date)
   ) as "unitId"
   from establishments e where e.id = $1`,
)

/**
 * Who held a lot last, of those who lie in some unit: where it was handled, to whom it went, who registered it. In the
 * order of events, the newest first.
 */
export const readLastHolder = statement<{ establishmentId: number; unitId: number }, [lotId: number, day: string]>(
  'report_last_holder',
  `with held (establishment_id, event_id) as (
     select v.place_id, v.id from event_lots el join events v on v.id = el.event_id
     where el.lot_id = $1 and v.error_at is null and v.place_id is not null
     union all
     select p.establishment_id, v.id from event_lots el join events v on v.id = el.event_id
       join event_parties p on p.event_id = v.id and p.side = 'destination'
     where el.lot_id = $1 and v.error_at is null and p.establishment_id is not null
     union all
     select l.establishment_id, 0 from lots l where l.id = $1
   )
   select held.establishment_id as "establishmentId", s.unit_id as "unitId"
   from held join establishment_units s on s.establishment_id = held.establishment_id
   where s.valid_from <= $2::date and (s.valid_to is null or s.valid_to >= $2::date)
   order by held.event_id desc limit 1`,
)
