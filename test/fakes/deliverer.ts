/**
 * A process that delivers and does nothing else. What it needs stands in DELIVERER as JSON: see `DelivererTask`. Says "ready"
 * when it works; SIGTERM stops it in an orderly way.
 */
import { fit } from '../../bot/channels/fit.js'
import type { Channel } from '../../bot/channels/channel.js'
import { Db } from '../../server/db.js'
import { OutboxLoop } from '../../server/outbox/outbox.js'
import type { OutboxSettings } from '../../server/outbox/settings.js'
import { httpChannel } from './http-channel.js'

export interface DelivererTask {
  databaseUrl: string
  platformUrl: string
  pace?: Channel['pace']
  settings?: Partial<OutboxSettings>
}

const { databaseUrl, platformUrl, pace, settings } = JSON.parse(process.env.DELIVERER!) as DelivererTask
const db = new Db({ url: databaseUrl, connections: 4 })
const loud = (fields: object, message: string) => void process.stderr.write(`${message} ${JSON.stringify(fields)}\n`)
const log = { info: () => undefined, warn: loud, error: loud }
const outbox = new OutboxLoop({
  db,
  channels: new Map([['telegram', httpChannel(platformUrl, pace)]]),
  fit,
  log,
  settings,
})
outbox.start()
process.stdout.write('ready\n')
process.once('SIGTERM', () => {
  void outbox.stop(5_000).then(async () => {
    await db.close()
    process.stdout.write(`${JSON.stringify(outbox.counts())}\n`)
    process.exit(0)
  })
})
