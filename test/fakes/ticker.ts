/**
 * A process that runs timers and does nothing else: their work writes down, in its transaction, that it was done. What it
 * needs stands in TICKER as JSON. Says "ready" when it works.
 */
import { randomUUID } from 'node:crypto'
import { statement } from '../../prisma/tx.js'
import { HouseClock } from '../../server/clock.js'
import { Db } from '../../server/db.js'
import { TimerLoop, type TimerHandler, type TimerSettings } from '../../server/timers.js'

const { databaseUrl, settings } = JSON.parse(process.env.TICKER!) as {
  databaseUrl: string
  settings: Partial<TimerSettings>
}
const db = new Db({ url: databaseUrl, connections: 4 })
const clock = new HouseClock(db)
await clock.start()
const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
const writeDown = statement<object, [subject: string, pid: number]>(
  'test_done',
  'with slow as (select pg_sleep(0.005)) insert into done (subject, pid) select $1, $2 from slow',
)
const work: TimerHandler = async (tx, { subject }) => {
  await tx.run(writeDown, [subject, process.pid])
}
const handlers = new Map([['work', work]])
new TimerLoop({ db, clock, handlers, holder: randomUUID(), log, settings }).start()
process.stdout.write('ready\n')
