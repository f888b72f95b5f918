import type { CaseSeverity, CaseStatus } from '../generated/enums.js'
import { statement } from '../tx.js'

export interface OwnReportRow {
  reportId: number
  caseId: number
  number: string
  at: Date
  words: string | null
  kindName: string
  kindNameEn: string
  severity: CaseSeverity
  establishmentName: string | null
  productName: string | null
  unitName: string
  unitNameEn: string
  status: CaseStatus
  statusAt: Date
  dueAt: Date | null
  reopenedAt: Date | null
  rating: number | null
  photos: number
  /** What an official asks, open */
  asked: string | null
}

/** A chat's own, or those of its person's chats, the newest first. Number null: all. */
export const readOwnReports = statement<
  OwnReportRow,
  [chatId: number, personId: number | null, number: string | null, before: number | null, limit: number]
>(
  'my_reports',
  `with mine as (
     select r.* from reports r where r.chat_id = $1
     union
     select r.* from chats h join reports r on r.chat_id = h.id where h.person_id = $2
   )
   select r.id as "reportId", c.id as "caseId", c.number, r.at, r.words, k.name as "kindName", k.name_en as "kindNameEn",
     c.severity, e.name as "establishmentName", p.name as "productName", u.name as "unitName", u.name_en as "unitNameEn",
     c.status, c.status_at as "statusAt", c.due_at as "dueAt", c.reopened_at as "reopenedAt", r.rating,
     (select count(*)::int from report_photos f where f.report_id = r.id) as photos,
     (select q.asked from case_questions q
      where q.report_id = r.id and q.answered_at is null and q.ended_at is null limit 1) as asked
   from mine r join cases c on c.id = r.case_id join violation_kinds k on k.code = c.kind_code join units u on u.id = c.unit_id
     left join establishments e on e.id = c.establishment_id
     left join lots l on l.id = c.lot_id left join products p on p.id = l.product_id
   where ($3::text is null or c.number = $3) and ($4::int is null or r.id < $4)
   order by r.id desc limit $5`,
)

export interface OwnStepRow {
  at: Date
  action: string
  status: CaseStatus
  unitName: string
  unitNameEn: string
  reason: string | null
}

/**
 * What a reporter reads of a case: moves and officials' reasons, without names; not what is between official and shop, nor what
 * is between official and another reporter.
 */
export const readOwnSteps = statement<OwnStepRow, [caseId: number, now: Date, chatId: number, personId: number | null]>(
  'my_report_steps',
  `select s.at, s.action, s.to_status as status, u.name as "unitName", u.name_en as "unitNameEn",
     case when s.action <> 'reopen' then s.reason end as reason
   from case_steps s join units u on u.id = s.unit_id
   where s.case_id = $1 and s.at <= $2
     and (s.action in ('report', 'accept', 'pass-on', 'roll', 'check', 'decide', 'close', 'refuse', 'reopen')
       or s.action in ('ask-reporter', 'answer-reporter') and exists (
         select from case_questions q join reports r on r.id = q.report_id join chats h on h.id = r.chat_id
         where q.case_id = $1 and (r.chat_id = $3 or h.person_id = $4)
           and s.at = case s.action when 'ask-reporter' then q.asked_at else q.answered_at end))
   order by s.id`,
)
