import type { CaseSeverity, Sector } from '../generated/enums.js'
import { statement } from '../tx.js'

export interface ViolationRow {
  code: string
  name: string
  nameEn: string
  /** Whose sector deals with it; null: that of the establishment */
  sector: Sector | null
  reportable: boolean
  severity: CaseSeverity
  legalBasis: string
  /** False: not confirmed to be in force */
  verified: boolean
  joinDays: number
}

const VIOLATION = `k.code, k.name, k.name_en as "nameEn", k.sector, k.reportable, t.severity, t.legal_basis as "legalBasis",
  t.verified, t.join_days as "joinDays"`
const ON = (day: string): string => `violation_kinds k join violation_terms t on t.kind_code = k.code
  and t.valid_from <= ${day}::date and (t.valid_to is null or t.valid_to >= ${day}::date)`

export const readViolations = statement<ViolationRow, [day: string, reportable: boolean]>(
  'violations_read',
  `select ${VIOLATION} from ${ON('$1')} where k.reportable or not $2 order by k.position, k.code`,
)

export const readViolation = statement<ViolationRow, [code: string, day: string]>(
  'violation_read',
  `select ${VIOLATION} from ${ON('$2')} where k.code = $1`,
)
