/** What was held for somebody (a flood, quiet hours, more reports on a known case), told as one message. */
import {
  readHeldAlerts,
  readLastChat,
  settleAlerts,
  voidAlerts,
  type HeldAlertRow,
} from '../prisma/statements/alerts.js'
import { readSeen } from '../prisma/statements/case-views.js'
import { readCaseById } from '../prisma/statements/cases.js'
import { readReportFacts } from '../prisma/statements/reports.js'
import type { Tx } from '../prisma/tx.js'
import { text } from '../locales/say.js'
import { quietUntil } from './alert-limits.js'
import { DIGEST, digestSubject } from './alerts.js'
import { isEnded, isWaiting } from './case-life.js'
import { rolesOver } from './case-options.js'
import { alertText, caseButtons, filesOf, kindOf, severityOf, type Occasion } from './case-texts.js'
import { dayOf } from './days.js'
import { tell, type NoticeButton } from './notices.js'
import * as timers from './timers.js'
import type { TimerWork } from './timers.js'

/** Cases that a digest names; it says how many more there are. */
const LINES = 10
/** Of them, with a button: as many as fit under a message of every channel beside the list's own. */
const BUTTONS = 3

/** The timer of a person's held alerts. Cases that moved on meanwhile are left out, and those outside of their mandates now. */
export const tellDigest: TimerWork = async (tx, { subject }, now) => {
  const personId = timers.idIn(subject)
  const held = await tx.run(readHeldAlerts, [personId])
  const seen = await tx.run(readSeen, [personId, now, dayOf(now), held.map(({ caseId }) => caseId)])
  const theirs = new Set(seen.map(({ id }) => id))
  const gone = held.filter((one) => !theirs.has(one.caseId) || movedOn(one, personId))
  if (gone.length > 0) await tx.run(voidAlerts, [gone.map(({ id }) => id), now])
  const open = held.filter((one) => !gone.includes(one))
  const quiet = quietUntil(now)
  const ready = quiet ? open.filter(({ severity }) => severity === 'urgent') : open
  if (quiet && ready.length < open.length)
    await timers.put(tx, { kind: DIGEST, subject: digestSubject(personId), dueAt: quiet }, now)
  const [chat] = await tx.run(readLastChat, [personId])
  if (ready.length === 0 || !chat) return
  const [only, ...others] = ready
  const key = others.length === 0 ? null : `digest:${personId}:${Math.max(...ready.map(({ id }) => id))}`
  await tx.run(settleAlerts, [ready.map(({ id }) => id), now, chat.chatId, chat.channel, key])
  if (key === null) await tellOne(tx, personId, only!, chat.chatId, now)
  else await tell(tx, [{ chatId: chat.chatId, lane: 'alert', uniqueKey: key, ...digestOf(ready) }], now)
}

/** Somebody took it up, or it has ended: there is nothing to do any more. */
const movedOn = ({ occasion, status, handlerId }: HeldAlertRow, personId: number): boolean =>
  isEnded(status) ||
  (['new', 'passed-on', 'reopened'].includes(occasion) && !isWaiting(status) && handlerId !== personId)

async function tellOne(
  tx: Tx,
  personId: number,
  { uniqueKey, caseId, occasion }: HeldAlertRow,
  chatId: number,
  now: Date,
): Promise<void> {
  const [row] = await tx.run(readCaseById, [caseId])
  const [facts] = await tx.run(readReportFacts, [caseId])
  const roles = (await rolesOver(tx, { personId, now }, row!)).map(({ role }) => role)
  await tell(
    tx,
    [
      {
        chatId,
        lane: 'alert',
        uniqueKey,
        text: alertText(row!, occasion as Occasion, facts),
        files: filesOf(occasion as Occasion, facts),
        buttons: caseButtons(row!, roles),
      },
    ],
    now,
  )
}

/** One line a case, however many alerts it has. */
function digestOf(alerts: readonly HeldAlertRow[]) {
  const cases = [...new Map(alerts.map((one) => [one.number, one])).values()]
  const lines = cases
    .slice(0, LINES)
    .map((one) =>
      text('alert.digest-line', { number: one.number, severity: severityOf(one), kind: kindOf(one), where: one.where }),
    )
  const more = cases.length - lines.length
  const see: NoticeButton[] = cases.slice(0, BUTTONS).map(({ number }) => ({
    value: number,
    action: 'case-see',
    subject: number,
    label: { words: number },
  }))
  return {
    text: [
      text('alert.digest', { count: alerts.length }),
      ...lines,
      ...(more > 0 ? [text('alert.digest-more', { count: more })] : []),
    ],
    buttons: [...see, { value: 'list', action: 'command', subject: 'cases', label: text('case.button.list') }],
  }
}
