/**
 * Officials hear of a case: those in charge, each once for an occasion, on the channel they were last heard on; a flood as
 * one digest; on a second channel when nobody looks. Who was told what, when and where is kept.
 */
import {
  acknowledgeAlerts,
  countAlerts,
  insertAlerts,
  readLastChat,
  readTold,
  type ToldRow,
} from '../prisma/statements/alerts.js'
import { readCaseById, type CaseRow } from '../prisma/statements/cases.js'
import { readInCharge, readSecondChats, type InChargeRow } from '../prisma/statements/in-charge.js'
import { readReportFacts } from '../prisma/statements/reports.js'
import type { Sql, Tx } from '../prisma/tx.js'
import { text } from '../locales/say.js'
import { ALERT_LIMITS, quietUntil, type AlertLimits } from './alert-limits.js'
import { subjectOf } from './case-clock.js'
import { isWaiting } from './case-life.js'
import { rolesOver } from './case-options.js'
import { alertText, caseButtons, filesOf, type Occasion } from './case-texts.js'
import { dayOf } from './days.js'
import { tell } from './notices.js'
import * as timers from './timers.js'
import type { TimerWork } from './timers.js'

/** Kinds of timers: a person's held alerts become a digest; a case that nobody looked at goes to second channels. */
export const DIGEST = 'alerts.digest'
export const SECOND = 'alerts.second'
export const digestSubject = (personId: number): string => `person:${personId}`

/** Occasions that somebody must act on, so that a second channel is tried. */
const CALLS: readonly Occasion[] = ['new', 'passed-on', 'reopened', 'escalate']

export interface AlertIn {
  occasion: Occasion
  /** Tells this one from others of its kind for the case: the step that it follows from */
  mark: string | number
  /** Whose officials; the case's own unit when left out */
  unitId?: number
  /** Told to this person alone while their mandate lasts: the handler hears of an answer */
  onlyTo?: number | null
  now: Date
}

/** Those in charge of a case at this moment: of its unit, or of the first unit above that has anybody. */
export const inCharge = (
  sql: Sql,
  { unitId, sector, class: ofClass }: Pick<CaseRow, 'unitId' | 'sector' | 'class'>,
  now: Date,
): Promise<InChargeRow[]> => sql.run(readInCharge, [unitId, sector, ofClass, now, dayOf(now)])

/** Tells those in charge of an occasion. Returns whom: nobody is in charge anywhere above when it is empty. */
export async function alert(
  tx: Tx,
  row: CaseRow,
  { occasion, mark, unitId = row.unitId, onlyTo = null, now }: AlertIn,
  limits: AlertLimits = ALERT_LIMITS,
): Promise<InChargeRow[]> {
  const handler = onlyTo === null ? null : await handlerOf(tx, row, onlyTo, now)
  const people = handler ? [handler] : await inCharge(tx, { ...row, unitId }, now)
  if (people.length === 0) return []
  const waits = await waitsOf(tx, row, occasion, people, now, limits)
  const keyOf = ({ personId }: InChargeRow) => `alert:${row.id}:${occasion}:${mark}:${personId}`
  const written = await tx.run(insertAlerts, [
    people.map(keyOf),
    row.id,
    people.map((person) => person.personId),
    people.map((person) => person.unitId),
    people.map((person) => person.chatId),
    people.map((person) => person.channel),
    occasion,
    1,
    now,
    waits.map((wait) => wait === null),
  ])
  const fresh = new Set(written.map(({ uniqueKey }) => uniqueKey))
  const told = people.filter((person, i) => waits[i] === null && fresh.has(keyOf(person)))
  const [facts] = told.length > 0 ? await tx.run(readReportFacts, [row.id]) : []
  const message = { text: alertText(row, occasion, facts), files: filesOf(occasion, facts) }
  await tell(
    tx,
    told.map((person) => ({
      chatId: person.chatId,
      lane: 'alert',
      uniqueKey: keyOf(person),
      ...message,
      buttons: caseButtons(row, person.roles),
    })),
    now,
  )
  await Promise.all(
    people.map(async ({ personId }, i) => {
      const dueAt = waits[i]
      if (dueAt) await timers.putEarliest(tx, { kind: DIGEST, subject: digestSubject(personId), dueAt }, now)
    }),
  )
  if (told.length > 0 && CALLS.includes(occasion)) {
    const dueAt = new Date(now.getTime() + limits.secondMs[row.severity])
    await timers.put(tx, { kind: SECOND, subject: subjectOf(row.id), dueAt }, now)
  }
  return people
}

/** Whoever works on the case, wherever above it they are; null: their mandate ended, so those in charge hear instead. */
async function handlerOf(tx: Sql, row: CaseRow, personId: number, now: Date): Promise<InChargeRow | null> {
  const over = await rolesOver(tx, { personId, now }, row)
  const [nearest] = over
  const [chat] = nearest ? await tx.run(readLastChat, [personId]) : []
  if (!nearest || !chat) return null
  return { personId, unitId: nearest.unit_id ?? row.unitId, roles: over.map(({ role }) => role), ...chat }
}

/** Until when each of them is spared, null: told at once. More reports on a known case wait, so does what nobody is woken by. */
async function waitsOf(
  tx: Sql,
  { severity }: CaseRow,
  occasion: Occasion,
  people: readonly InChargeRow[],
  now: Date,
  limits: AlertLimits,
): Promise<(Date | null)[]> {
  const later = (ms: number): Date => new Date(now.getTime() + ms)
  const quiet = severity === 'urgent' ? null : quietUntil(now, limits)
  if (quiet) return people.map(() => quiet)
  if (occasion === 'joined') return people.map(() => later(limits.joinedMs))
  const { alerts, withinMs } = limits.flood
  const told = await tx.run(countAlerts, [people.map(({ personId }) => personId), later(-withinMs), now])
  const counts = new Map(told.map((row) => [row.personId, row.alerts]))
  return people.map(({ personId }) => ((counts.get(personId) ?? 0) >= alerts ? later(withinMs) : null))
}

/** Somebody looked at the case, or (person null) took it up for all: no second channel is tried. */
export const acknowledge = async (tx: Sql, caseId: number, personId: number | null, now: Date): Promise<void> => {
  await tx.run(acknowledgeAlerts, [caseId, personId, now])
}

/** The timer of a case that nobody looked at: the same alert on another channel of each whose case it still is, once. */
export const trySecondChannels: TimerWork = async (tx, { subject }, now) => {
  const [row] = await tx.run(readCaseById, [timers.idIn(subject)])
  if (!row || !isWaiting(row.status)) return
  const chats = await tx.run(readSecondChats, [row.id, now])
  if (chats.length === 0) return
  const [facts] = await tx.run(readReportFacts, [row.id])
  const keyOf = (alertId: number) => `alert:${row.id}:second:${alertId}`
  for (const { alertId, personId, unitId, occasion, chatId, channel } of chats) {
    const roles = (await rolesOver(tx, { personId, now }, row)).map(({ role }) => role)
    if (roles.length === 0) continue
    const [written] = await tx.run(insertAlerts, [
      [keyOf(alertId)], row.id, [personId], [unitId], [chatId], [channel], occasion, 2, now, [true],
    ]) // prettier-ignore
    if (!written) continue
    const said = [...alertText(row, occasion as Occasion, facts), text('alert.second')]
    const buttons = caseButtons(row, roles)
    await tell(tx, [{ chatId, lane: 'alert', uniqueKey: keyOf(alertId), text: said, buttons }], now)
  }
}

/** Proof of who was told what, when, on which channel. Whoever asks has asked for the right. */
export const toldOf = (sql: Sql, caseId: number): Promise<ToldRow[]> => sql.run(readTold, [caseId])
