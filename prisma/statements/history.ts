/** Who changed what: written with every change, at any pace, so by hand. */
import { statement } from '../tx.js'

export const insertHistory = statement<
  object,
  [
    at: Date,
    personId: number | null,
    subject: string,
    subjectId: string,
    action: string,
    before: string | null,
    after: string | null,
  ]
>(
  'history_insert',
  `insert into history (at, person_id, subject, subject_id, action, before, after)
   values ($1, $2, $3, $4, $5, $6::jsonb, $7::jsonb)`,
)
