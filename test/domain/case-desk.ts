/** What tests of cases share: somebody reports, an official acts, timers come due, the outbox is read. */
import { report, type ReportIn } from '../../domain/reports.js'
import { TIMER_WORK } from '../../domain/timer-work.js'
import { say, type Text } from '../../locales/say.js'
import { aChat, aFile } from '../../prisma/seed/builders.js'
import type { Db } from '../../server/db.js'
import { actorOf, granted, NOW } from './actors.js'

export interface Somebody {
  id: number | null
  chatId: number
}

export const aReporter = async (db: Db): Promise<Somebody> => ({ id: null, chatId: (await aChat(db)).id })

/** A photo that this person sent. */
export const aPhoto = async (db: Db, who: Somebody): Promise<number> => (await aFile(db, { personId: who.id })).id

export const reports = (db: Db, who: Somebody, said: ReportIn, now = NOW) =>
  db.transaction((tx) => report(tx, actorOf(who, now), said))

/** Reports, by a new chat unless somebody is named; throws when it is refused. */
export const reported = async (db: Db, said: Partial<ReportIn> = {}, now = NOW, who?: Somebody) =>
  granted(await reports(db, who ?? (await aReporter(db)), { kind: 'spoiled', ...said }, now))

/** Runs what is due at `now`, and what that puts, the earliest first, as the house's loop does. Returns their kinds. */
export async function runTimers(db: Db, now: Date): Promise<string[]> {
  const done: string[] = []
  for (;;) {
    const timer = await db.prisma.timer.findFirst({
      where: { doneAt: null, dueAt: { lte: now }, kind: { in: [...TIMER_WORK.keys()] } },
      orderBy: [{ dueAt: 'asc' }, { id: 'asc' }],
    })
    if (!timer) return done
    await db.transaction(async (tx) => {
      await tx.prisma.timer.update({ where: { id: timer.id }, data: { doneAt: now, outcome: 'done' } })
      await TIMER_WORK.get(timer.kind)!(tx, timer, now)
    })
    done.push(timer.kind)
  }
}

interface Body {
  text: Text[]
  choices?: { value: string; data: string }[]
  files?: { key: string }[]
}

/** What a chat was told, in Vietnamese, the oldest first. */
export const told = async (db: Db, chatId: number): Promise<string[]> =>
  (await bodies(db, chatId)).map(({ text }) => text.map((line) => say('vi', line)).join('\n'))

export const bodies = async (db: Db, chatId: number): Promise<Body[]> =>
  (await db.prisma.outbox.findMany({ where: { chatId }, orderBy: { id: 'asc' } })).map(({ body }) => body as never)

/** Nothing was reported, told or put off yet. */
export async function clearDesk(db: Db): Promise<void> {
  await db.prisma.$executeRawUnsafe(
    'truncate alerts, case_questions, case_step_files, case_steps, report_contacts, report_photos, reports, findings, cases, outbox, timers, offers cascade',
  )
}
