/** Cases to be read. */
import type { CaseSeverity, CaseSource, CaseStatus, QuestionTo } from '../generated/enums.js'
import { statement } from '../tx.js'

export interface CaseLineRow {
  id: number
  number: string
  source: CaseSource
  severity: CaseSeverity
  status: CaseStatus
  kindName: string
  kindNameEn: string
  establishmentName: string | null
  lotCode: string | null
  unitCode: string
  unitName: string
  unitNameEn: string
  handlerName: string | null
  openedAt: Date
  dueAt: Date | null
  /** Since when a reporter is waited for */
  pausedAt: Date | null
  reports: number
}

/** One of a page, with its place among all of them. */
export interface VisibleCaseRow extends CaseLineRow {
  /** From 1 */
  place: number
  total: number
}

const LINE = `c.id, c.number, c.source, c.severity, c.status, k.name as "kindName", k.name_en as "kindNameEn",
  e.name as "establishmentName", lc.code as "lotCode", u.code as "unitCode", u.name as "unitName", u.name_en as "unitNameEn",
  h.display_name as "handlerName", c.opened_at as "openedAt", c.due_at as "dueAt", c.paused_at as "pausedAt",
  (select count(*)::int from reports r where r.case_id = c.id) as reports`
const JOINED = `join violation_kinds k on k.code = c.kind_code join units u on u.id = c.unit_id
  left join establishments e on e.id = c.establishment_id left join codes lc on lc.lot_id = c.lot_id and lc.kind = 'lot'
  left join people h on h.id = c.handler_id`

export const readAllCases = statement<CaseLineRow, [limit: number]>(
  'cases_list',
  `select ${LINE} from (select * from cases order by id desc limit $1) c ${JOINED} order by c.id desc`,
)

/** What lies under a person's mandates, as a table `under`: $1 person, $2 moment, $3 that moment's day. */
const UNDER = `under (unit_id, sector, class) as (
     select d.unit_id, d.sector, d.class from mandates d join units u on u.id = d.unit_id
     where d.person_id = $1 and d.valid_from <= $2 and (d.valid_to is null or d.valid_to > $2) and d.suspended_at is null
       and u.valid_from <= $3::date and (u.valid_to is null or u.valid_to >= $3::date)
     union
     select u.id, n.sector, n.class from under n join units u on u.parent_id = n.unit_id
   )`
const LIES_UNDER = `c.unit_id = n.unit_id and (n.sector is null or c.sector is null or n.sector = c.sector)
       and (n.class is null or c.class is null or n.class = c.class)`

/** Which of these cases a person may see now. */
export const readSeen = statement<{ id: number }, [personId: number, at: Date, day: string, caseIds: number[]]>(
  'cases_seen',
  `with recursive ${UNDER}
   select c.id from cases c where c.id = any($4::int[]) and exists (select from under n where ${LIES_UNDER})`,
)

/**
 * Cases of the units under a person's mandates, by sector and class: the open ones, what is due first; with those that ended,
 * the newest first. `after`: the case that the last page ended with.
 */
export const readVisibleCases = statement<
  VisibleCaseRow,
  [personId: number, at: Date, day: string, ended: boolean, after: number, limit: number]
>(
  'cases_visible',
  `with recursive ${UNDER}, mine as (
     select distinct c.id from under n join cases c on ${LIES_UNDER}
     where ($4 or c.status not in ('closed', 'refused'))
   ), placed as (
     select c.*, row_number() over (order by case when $4 then null else coalesce(c.due_at, 'infinity'::timestamptz) end,
       case when $4 then -c.id else c.id end) as place
     from mine m join cases c on c.id = m.id
   )
   select ${LINE}, c.place::int, (select count(*)::int from placed) as total from placed c ${JOINED}
   where c.place > coalesce((select place from placed where id = $5), 0) order by c.place limit $6`,
)

export interface ReportRow {
  id: number
  at: Date
  words: string | null
  placeText: string | null
  trusted: boolean
  rating: number | null
  /** They may be called: the number itself is read by itself, and audited */
  mayBeCalled: boolean
  photos: { key: string; mime: string }[]
}

/** Reports of a case, without who made them. */
export const readReports = statement<ReportRow, [caseId: number]>(
  'case_reports',
  `select r.id, r.at, r.words, r.place_text as "placeText", r.trusted, r.rating,
     exists (select from report_contacts t where t.report_id = r.id) as "mayBeCalled",
     (select coalesce(json_agg(json_build_object('key', f.key, 'mime', f.mime) order by p.position), '[]')
      from report_photos p join files f on f.id = p.file_id where p.report_id = r.id) as photos
   from reports r where r.case_id = $1 order by r.id`,
)

export interface StepRow {
  at: Date
  action: string
  from: CaseStatus | null
  to: CaseStatus
  person: string | null
  unitCode: string
  unitName: string
  unitNameEn: string
  reason: string | null
  files: { key: string; mime: string }[]
}

export const readSteps = statement<StepRow, [caseId: number]>(
  'case_steps_read',
  `select s.at, s.action, s.from_status as "from", s.to_status as "to", p.display_name as person, u.code as "unitCode", u.name as "unitName",
     u.name_en as "unitNameEn", s.reason,
     (select coalesce(json_agg(json_build_object('key', f.key, 'mime', f.mime) order by f.id), '[]')
      from case_step_files sf join files f on f.id = sf.file_id where sf.step_id = s.id) as files
   from case_steps s join units u on u.id = s.unit_id left join people p on p.id = s.person_id
   where s.case_id = $1 order by s.id`,
)

export interface AnswerRow {
  id: number
  to: QuestionTo
  reportId: number | null
  askedAt: Date
  asked: string
  answeredAt: Date | null
  answer: string | null
  endedAt: Date | null
}

export const readAnswers = statement<AnswerRow, [caseId: number]>(
  'case_answers',
  `select id, "to", report_id as "reportId", asked_at as "askedAt", asked, answered_at as "answeredAt", answer, ended_at as "endedAt"
   from case_questions where case_id = $1 order by id`,
)

export interface ShopCaseRow {
  number: string
  kindName: string
  kindNameEn: string
  lotCode: string | null
  productName: string | null
  unitName: string
  unitNameEn: string
  status: CaseStatus
  openedAt: Date
  /** What was said, abuse not yet masked; null: nothing was */
  words: string | null
  asked: string | null
  answer: string | null
}

/** Cases in which the shop was asked, or which were decided, the newest first. */
export const readShopCases = statement<ShopCaseRow, [establishmentId: number, limit: number]>(
  'shop_cases',
  `select c.number, k.name as "kindName", k.name_en as "kindNameEn", lc.code as "lotCode", p.name as "productName",
     u.name as "unitName", u.name_en as "unitNameEn", c.status, c.opened_at as "openedAt",
     (select r.words from reports r where r.case_id = c.id and r.words is not null order by r.id limit 1) as words,
     q.asked, q.answer
   from cases c join violation_kinds k on k.code = c.kind_code join units u on u.id = c.unit_id
     left join lots l on l.id = c.lot_id left join codes lc on lc.lot_id = l.id and lc.kind = 'lot'
     left join products p on p.id = l.product_id
     left join lateral (select asked, answer from case_questions where case_id = c.id and "to" = 'shop' order by id desc limit 1) q on true
   where c.establishment_id = $1 and (q.asked is not null or c.status in ('decided', 'closed'))
   order by c.id desc limit $2`,
)
