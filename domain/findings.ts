/**
 * The automatic rules at work: each fact is raised once, explained with its numbers, as a case for those in charge. No rule
 * punishes: a named official decides. A trial (shadow) writes down what would have been raised, and tells nobody.
 */
import { readCaseById, type CaseRow } from '../prisma/statements/cases.js'
import { insertFinding, linkFinding, readRules, readSwitch, type RuleRow } from '../prisma/statements/findings.js'
import type { Sql, Tx } from '../prisma/tx.js'
import { isOperator, theHouse, type Actor, type Operator } from './actor.js'
import { addresseeOf, type Addressee } from './addressee.js'
import { alert } from './alerts.js'
import { openCase, similarCase } from './case-open.js'
import { appendStep } from './case-steps.js'
import { dayOf, daysAfter } from './days.js'
import { remember } from './history.js'
import { isRefused, refuse, type Refused } from './refusal.js'
import { allow } from './rights.js'
import { RULES } from './rules/index.js'
import type { Found } from './rules/rule.js'
import * as timers from './timers.js'
import type { TimerWork } from './timers.js'
import { unitOfCode } from './units.js'
import { violationOn } from './violations.js'

export type RuleListed = RuleRow

/** All rules with their numbers and switches: public to officials and the operator, they judge everybody alike. */
export const rulesListed = (sql: Sql, _by: Actor | Operator): Promise<RuleListed[]> => sql.run(readRules, [])

/** A unit switches a rule for itself and those below it. */
export async function switchRule(
  tx: Tx,
  by: Actor | Operator,
  ruleCode: string,
  unitCode: string,
  on: boolean,
): Promise<{ rule: string; unit: string; on: boolean } | Refused> {
  const unit = await unitOfCode(tx, unitCode)
  if (!unit) return refuse('refusal.unit-unknown')
  if (!isOperator(by)) {
    const where = { unitId: unit.id, whole: true }
    const allowed = await allow(tx, by, 'unit.switch-rules', where, 'refusal.unit-unknown')
    if (isRefused(allowed)) return allowed
  }
  const rule = await tx.prisma.rule.findUnique({ where: { code: ruleCode }, select: { code: true } })
  if (!rule) return refuse('refusal.rule-unknown')
  const key = { ruleCode, unitId: unit.id }
  await tx.prisma.ruleSwitch.upsert({
    where: { ruleCode_unitId: key },
    create: { ...key, on, at: by.now },
    update: { on, at: by.now },
    select: { unitId: true },
  })
  await remember(tx, by, {
    subject: 'rule',
    subjectId: ruleCode,
    action: on ? 'switch-on' : 'switch-off',
    after: { unitId: unit.id },
  })
  return { rule: ruleCode, unit: unit.code, on }
}

/** A finding as a run tells it. */
export interface Raised {
  rule: string
  fact: string
  unit: string
  evidence: Found['evidence']
  /** The case's number; null in a trial */
  number: string | null
}

/** Facts that one run raises of a rule; the rest are found by the next. */
const AT_ONCE = 200
/** Days that a trial goes through. */
const TRIAL_DAYS = 90

/** When a trial looks: once a day from so far back that the rule's own days reach to its first one; now, where they do by themselves. */
const trialOf = ({ windowDays }: RuleRow, now: Date): Date[] =>
  Array.from({ length: Math.max(0, TRIAL_DAYS - windowDays) + 1 }, (_, ago) => daysAfter(now, -ago)).toReversed()

/** Looks for everything that all rules (or one) find now, in a trial on each of its days. The house's and the operator's alone. */
export async function runRules(
  tx: Tx,
  by: Operator,
  { shadow = false, only }: { shadow?: boolean; only?: string } = {},
): Promise<Raised[]> {
  const rows = await tx.run(readRules, [])
  const raised: Raised[] = []
  for (const rule of RULES) {
    const row = rows.find(({ code }) => code === rule.code)
    if (!row || (only !== undefined && only !== rule.code)) continue
    for (const now of shadow ? trialOf(row, by.now) : [by.now])
      for (const one of await rule.find(tx, { ...row, now, shadow, limit: AT_ONCE })) {
        const told = await raise(tx, by, row, one, shadow)
        if (told) raised.push(told)
      }
  }
  return raised
}

async function raise(tx: Tx, by: Operator, rule: RuleRow, found: Found, shadow: boolean): Promise<Raised | null> {
  const { establishmentId, lotId, fact, evidence, happenedAt } = found
  const day = dayOf(by.now)
  const addressee = await addresseeOf(tx, { establishmentId, lotId, unitId: null }, day)
  const { unit } = addressee
  const [said] = await tx.run(readSwitch, [rule.code, unit.id])
  if (said?.on === false) return null
  const [row] = await tx.run(insertFinding, [
    rule.code, fact, shadow, by.now, happenedAt, unit.id, establishmentId, lotId, JSON.stringify(evidence),
  ]) // prettier-ignore
  if (!row) return null
  const opened = shadow ? null : await caseFor(tx, by, rule, addressee, lotId, row.id)
  return { rule: rule.code, fact, unit: unit.code, evidence, number: opened?.number ?? null }
}

/** A new case, or one more fact of one that is open. */
async function caseFor(
  tx: Tx,
  by: Operator,
  { kindCode }: RuleRow,
  addressee: Addressee,
  lotId: number | null,
  findingId: number,
): Promise<CaseRow> {
  const violation = await violationOn(tx, kindCode, dayOf(by.now))
  if (!violation) throw new Error(`No terms of ${kindCode} are in force on ${dayOf(by.now)}`)
  const similar = await similarCase(tx, { violation, addressee, lotId }, by.now)
  const row =
    similar === null
      ? await openCase(tx, by, { source: 'rule', violation, addressee, lotId })
      : (await tx.run(readCaseById, [similar]))[0]!
  await tx.run(linkFinding, [findingId, row.id])
  const { status, unitId, handlerId } = row
  const step = { action: 'found', from: similar === null ? null : status, to: status, unitId }
  const mark = await appendStep(tx, by, row.id, step)
  await alert(tx, row, { occasion: similar === null ? 'new' : 'joined', mark, onlyTo: handlerId, now: by.now })
  return row
}

/** The timer by which the house looks for itself. */
export const RUN_RULES = 'rules.run'
const SUBJECT = 'house'
/** What rules find is days old by nature; a quarter of an hour is soon enough, and costs nothing. */
const EVERY_MS = 15 * 60_000

/** At the start of a process: the next look is at most a quarter of an hour away, also after a clock was set back. */
export const scheduleRules = (sql: Sql, now: Date): Promise<void> =>
  timers.putEarliest(sql, { kind: RUN_RULES, subject: SUBJECT, dueAt: new Date(now.getTime() + EVERY_MS) }, now)

export const runRulesOnTime: TimerWork = async (tx, _timer, now) => {
  await runRules(tx, theHouse(now))
  await scheduleRules(tx, now)
}
