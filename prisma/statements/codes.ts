import type { CodeKind } from '../generated/enums.js'
import { statement } from '../tx.js'

/** One row when the code was free, none when it is taken. */
export const insertCode = statement<
  { code: string },
  [code: string, kind: CodeKind, lotId: number | null, badgeId: number | null, establishmentId: number | null, at: Date]
>(
  'code_insert',
  `insert into codes (code, kind, lot_id, badge_id, establishment_id, issued_at) values ($1, $2::code_kind, $3, $4, $5, $6)
   on conflict (code) do nothing returning code`,
)

export interface CodeRow {
  code: string
  kind: CodeKind
  lotId: number | null
  badgeId: number | null
  /** The establishment itself, or the one whose badge or lot it is */
  establishmentId: number
}

export const readCodes = statement<CodeRow, [codes: string[]]>(
  'codes_read',
  `select c.code, c.kind, c.lot_id as "lotId", c.badge_id as "badgeId",
     coalesce(c.establishment_id, b.establishment_id, l.establishment_id) as "establishmentId"
   from codes c left join badges b on b.id = c.badge_id left join lots l on l.id = c.lot_id where c.code = any($1)`,
)

/** Which of these are numbers of establishments or badges. */
export const readSigns = statement<{ number: string }, [numbers: string[]]>(
  'signs_read',
  `select code as number from establishments where code = any($1) union all select number from badges where number = any($1)`,
)
