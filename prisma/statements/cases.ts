/** Cases: opened by reports at any pace, so by hand; found and locked for whoever moves them. */
import type { CaseClock, CaseSeverity, CaseSource, CaseStatus, EstablishmentClass, Sector } from '../generated/enums.js'
import { statement } from '../tx.js'

export interface CaseRow {
  id: number
  number: string
  source: CaseSource
  kindCode: string
  kindName: string
  kindNameEn: string
  severity: CaseSeverity
  unitId: number
  unitCode: string
  unitName: string
  unitNameEn: string
  sector: Sector | null
  class: EstablishmentClass | null
  establishmentId: number | null
  establishmentCode: string | null
  establishmentName: string | null
  address: string | null
  lotId: number | null
  lotCode: string | null
  productName: string | null
  status: CaseStatus
  statusAt: Date
  handlerId: number | null
  handlerName: string | null
  openedAt: Date
  clock: CaseClock | null
  clockFrom: Date | null
  arrivedAt: Date
  usedMs: number
  dueAt: Date | null
  pausedAt: Date | null
  raisedToId: number | null
  passes: number
  reopenedAt: Date | null
  reports: number
  /** Of them, with a telephone number */
  callable: number
}

export const CASE = `c.id, c.number, c.source, c.kind_code as "kindCode", k.name as "kindName", k.name_en as "kindNameEn",
  c.severity, c.unit_id as "unitId", u.code as "unitCode", u.name as "unitName", u.name_en as "unitNameEn",
  c.sector, c.class, c.establishment_id as "establishmentId", e.code as "establishmentCode", e.name as "establishmentName",
  e.address, c.lot_id as "lotId", lc.code as "lotCode", p.name as "productName", c.status, c.status_at as "statusAt",
  c.handler_id as "handlerId", h.display_name as "handlerName", c.opened_at as "openedAt", c.clock,
  c.clock_from as "clockFrom", c.arrived_at as "arrivedAt", c.used_ms as "usedMs", c.due_at as "dueAt",
  c.paused_at as "pausedAt", c.raised_to_id as "raisedToId", c.passes, c.reopened_at as "reopenedAt",
  (select count(*)::int from reports r where r.case_id = c.id) as reports,
  (select count(*)::int from report_contacts t join reports r on r.id = t.report_id where r.case_id = c.id) as callable`
export const FROM_CASE = `cases c join violation_kinds k on k.code = c.kind_code join units u on u.id = c.unit_id
  left join establishments e on e.id = c.establishment_id
  left join lots l on l.id = c.lot_id left join codes lc on lc.lot_id = l.id and lc.kind = 'lot'
  left join products p on p.id = l.product_id left join people h on h.id = c.handler_id`

export const readCase = statement<CaseRow, [number: string]>(
  'case_read',
  `select ${CASE} from ${FROM_CASE} where c.number = $1`,
)

export const readCaseById = statement<CaseRow, [id: number]>(
  'case_read_by_id',
  `select ${CASE} from ${FROM_CASE} where c.id = $1`,
)

/** First the lock, then (in a statement of its own) what is there: two who accept at once see each other. */
export const lockCase = statement<{ id: number }, [number: string]>(
  'case_lock',
  `select id from cases where number = $1 for no key update`,
)
export const lockCaseById = statement<{ id: number }, [id: number]>(
  'case_lock_by_id',
  `select id from cases where id = $1 for no key update`,
)

/** What two similar reports of one moment wait for. */
export const lockSimilar = statement<object, [subject: string]>(
  'case_similar_lock',
  `select pg_advisory_xact_lock(hashtextextended($1, 0))`,
)

/** The open case of this kind on the same establishment, or without one on the same lot, not older than that. */
export const findSimilar = statement<
  { id: number },
  [kindCode: string, establishmentId: number | null, lotId: number | null, since: Date, before: Date]
>(
  'case_similar',
  `select c.id from cases c
   where c.kind_code = $1 and c.status not in ('closed', 'refused') and c.opened_at >= $4 and c.opened_at < $5
     and case when $2::int is not null then c.establishment_id = $2
       else c.lot_id = $3::int and c.establishment_id is null end
   order by c.id desc limit 1 for no key update`,
)

/** Opens a case: its number is its id within its city and year. */
export const insertCase = statement<
  { id: number; number: string },
  [
    cityCode: string,
    year: number,
    source: CaseSource,
    kindCode: string,
    severity: CaseSeverity,
    unitId: number,
    sector: Sector | null,
    class_: EstablishmentClass | null,
    establishmentId: number | null,
    lotId: number | null,
    now: Date,
    dueAt: Date | null,
  ]
>(
  'case_insert',
  `with drawn as (select nextval('cases_id_seq')::int as id)
   insert into cases (id, number, source, kind_code, severity, unit_id, sector, class, establishment_id, lot_id,
     status, status_at, opened_at, arrived_at, clock, clock_from, due_at)
   select id, $1 || '-' || $2::int || '-' || lpad(id::text, greatest(6, length(id::text)), '0'), $3::case_source, $4,
     $5::case_severity, $6, $7::sector, $8::establishment_class, $9, $10, 'received', $11, $11, $11, 'accept', $11, $12
   from drawn returning id, number`,
)

export const insertStep = statement<
  { id: number },
  [
    caseId: number,
    at: Date,
    action: string,
    from: CaseStatus | null,
    to: CaseStatus,
    personId: number | null,
    unitId: number,
    reason: string | null,
    fileIds: number[],
  ]
>(
  'case_step_insert',
  `with step as (
     insert into case_steps (case_id, at, action, from_status, to_status, person_id, unit_id, reason)
     values ($1, $2, $3, $4::case_status, $5::case_status, $6, $7, $8) returning id
   ), evidence as (
     insert into case_step_files (step_id, file_id) select step.id, f.id from step, unnest($9::int[]) as f (id)
   )
   select id from step`,
)

/** Open cases of units that stand no more on that day. */
export const readClosedUnitCases = statement<{ id: number }, [day: string, limit: number]>(
  'cases_of_closed_units',
  `select c.id from units u join cases c on c.unit_id = u.id and c.status not in ('closed', 'refused')
   where u.valid_to < $1::date order by c.id limit $2`,
)
