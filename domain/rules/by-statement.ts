/** A rule that is one statement, as all so far are. */
import type { ruleStatement } from '../../prisma/statements/rules/found.js'
import { dayOf } from '../days.js'
import type { AutomaticRule } from './rule.js'

export const byStatement = (code: string, statement: ReturnType<typeof ruleStatement>): AutomaticRule => ({
  code,
  find: (sql, { now, graceDays, threshold, windowDays, shadow, limit }) =>
    sql.run(statement, [now, dayOf(now), graceDays, threshold, windowDays, shadow, limit]),
})
