/**
 * `npm run bench:lookup [-- LOTS ...]`: a typed code -> the message stands at a Bot API in a process of its own, 50 chats at
 * once; beside the floor in the same run, an express route doing one prepared indexed look-up and one outgoing HTTP call. Then
 * the same with more lots. Aim: 25 % of the floor, p99 under 150 ms at half load, and within 1.5x at 5,000,000 lots.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { migrate } from '../../server/database/migrate.js'
import { startEmbedded } from '../../server/database/embedded.js'
import { seedBulk } from '../../prisma/seed/bulk.js'
import { freePort, peakMemoryMb, processorMs, run, type Running } from '../processes.js'
import type { Figures } from './driver.js'
import { countedWire } from './wire.js'

const CHATS = 50
/**
 * Until V8 has compiled what is hot: an update costs the house 9 ms of processor time at first, 5 after 1,200 updates, 4 after
 * 4,000, 3.3 after 8,000. The floor is as fast as it gets within seconds.
 */
const WARM_SECONDS = { floor: 10, house: 60 }
const SECONDS = 10
/** While round trips are counted */
const COUNTED_SECONDS = 4
/** Codes that are typed, drawn from all. */
const CODES = 2_000
const SECRET = 'bench'
const SIZES = process.argv
  .slice(2)
  .filter((size) => /^\d+$/.test(size))
  .map(Number)
const sizes = SIZES.length > 0 ? SIZES : [100_000, 5_000_000]

const commits = async (client: pg.Client): Promise<number> => {
  // Backends tell their counts at most once a second.
  await new Promise((done) => setTimeout(done, 1200))
  const { rows } = await client.query<{ n: string }>(
    'select xact_commit as n from pg_stat_database where datname = current_database()',
  )
  return Number(rows[0]!.n)
}

async function measured(driver: Running, order: object): Promise<Figures> {
  driver.say(order)
  return driver.answer<Figures>()
}

const results: { lots: number; perSecond: number; floor: number }[] = []
const folder = await mkdtemp(join(tmpdir(), 'ro-nguon-bench-'))
const database = process.env.DATABASE_URL
  ? { url: process.env.DATABASE_URL, stop: async () => undefined }
  : await startEmbedded({ dataDir: folder })
try {
  await migrate(database.url)
  let lots = 0
  for (const size of sizes) {
    const from = performance.now()
    await seedBulk(database.url, {
      lots: size - lots,
      links: Math.round((size - lots) * 0.6),
      scans: 0,
      randomSeed: size,
    })
    lots = size
    console.log(`${lots.toLocaleString('en')} lots, seeded in ${((performance.now() - from) / 1000).toFixed(0)} s`)
    results.push({ lots, ...(await atSize(database.url)) })
  }
} finally {
  await database.stop()
  await rm(folder, { recursive: true, force: true })
}
const [first, ...others] = results
for (const { lots, perSecond } of others)
  console.log(
    `${lots.toLocaleString('en')} lots beside ${first!.lots.toLocaleString('en')}: ${(first!.perSecond / perSecond).toFixed(2)}x (aim: within 1.5x)`,
  )

async function atSize(databaseUrl: string): Promise<{ perSecond: number; floor: number }> {
  const client = new pg.Client(databaseUrl)
  await client.connect()
  const { rows } = await client
    .query<{ code: string }>(`select code from codes tablesample system_rows(${CODES}) where kind = 'lot'`)
    .catch(() =>
      client.query<{ code: string }>(`select code from codes where kind = 'lot' order by md5(code) limit ${CODES}`),
    )
  const codes = JSON.stringify(rows.map(({ code }) => code))
  const [apiPort, floorPort, housePort] = [await freePort(), await freePort(), await freePort()]
  const apiRoot = `http://127.0.0.1:${apiPort}`

  const driveAt = async (port: number) => {
    const driver = run('bench/lookup/driver.ts', [
      `http://127.0.0.1:${port}/webhooks/telegram`,
      SECRET,
      String(apiPort),
      String(CHATS),
      codes,
    ])
    await driver.answer()
    return driver
  }

  const startHouse = (url: string) =>
    run('server/main.ts', [], {
      PORT: String(housePort),
      DATABASE_URL: url,
      DATA_DIR: join(folder, 'house'),
      DEMO: 'true',
      LOG_LEVEL: 'warn',
      TELEGRAM_BOT_TOKEN: '1:bench',
      TELEGRAM_API_ROOT: apiRoot,
      TELEGRAM_MODE: 'webhook',
      TELEGRAM_WEBHOOK_SECRET: SECRET,
      TELEGRAM_PACE_CHAT_PER_SECOND: '0',
      TELEGRAM_PACE_ALL_PER_SECOND: '0',
      LOOKUPS_PER_MINUTE: '1000000',
    })

  /** At full load, through a proxy that counts: apart from the rest, since it takes time itself. */
  const roundTripsEach = async (): Promise<number> => {
    const wire = await countedWire(databaseUrl)
    const house = startHouse(wire.url)
    await house.line(/ready/)
    await measured(driver, { mode: 'full', seconds: COUNTED_SECONDS })
    const before = wire.roundTrips()
    const { answered } = await measured(driver, { mode: 'full', seconds: COUNTED_SECONDS })
    const counted = wire.roundTrips() - before
    await house.stop()
    wire.close()
    return counted / answered
  }

  const floor = run('bench/lookup/floor.ts', [databaseUrl, apiRoot, String(floorPort)])
  await floor.answer()
  let driver = await driveAt(floorPort)
  await measured(driver, { mode: 'full', seconds: WARM_SECONDS.floor })
  const atFloor = await measured(driver, { mode: 'full', seconds: SECONDS })
  await driver.stop()
  await floor.stop()
  console.log(`floor   ${said(atFloor)}`)

  const driverFirst = await driveAt(housePort)
  driver = driverFirst
  const began = performance.now()
  const house = startHouse(databaseUrl)
  await house.line(/ready/)
  const coldMs = performance.now() - began
  await measured(driver, { mode: 'full', seconds: WARM_SECONDS.house })
  const before = await commits(client)
  const spent = await spentBy(client, house.pid)
  const full = await measured(driver, { mode: 'full', seconds: SECONDS })
  const cost = costOf(spent, await spentBy(client, house.pid), full.answered)
  const each = ((await commits(client)) - before) / full.answered
  const half = await measured(driver, { mode: 'rate', perSecond: Math.round(full.perSecond / 2), seconds: SECONDS })
  console.log(`house   ${said(full)}`)
  console.log(`half    ${said(half)}   (aim: p99 under 150 ms)`)
  const peakMb = await peakMemoryMb(house.pid)
  await house.stop()
  console.log(
    `ratio   ${((full.perSecond / atFloor.perSecond) * 100).toFixed(1)} % of the floor (aim: 25 %, stretch 35 %)`,
  )
  console.log(
    `a turn  ${each.toFixed(2)} commits, ${(await roundTripsEach()).toFixed(2)} round trips; processor time: ${cost}`,
  )
  console.log(`start to listening ${coldMs.toFixed(0)} ms; peak memory ${peakMb} MiB`)
  await driver.stop()
  await client.end()
  return { perSecond: full.perSecond, floor: atFloor.perSecond }
}

/** Processor time of the house and of the database so far, ms */
async function spentBy(client: pg.Client, house: number): Promise<[house: number, database: number]> {
  const { rows } = await client.query<{ pid: number }>('select pid from pg_stat_activity')
  return Promise.all([processorMs([house]), processorMs(rows.map(({ pid }) => pid))])
}

function costOf(before: [number, number], after: [number, number], updates: number): string {
  const [house, database] = after.map((ms, i) => ((ms - before[i]!) / updates).toFixed(2))
  return `house ${house} ms, database ${database} ms`
}

function said({ perSecond, p50, p95, p99, failed }: Figures): string {
  return `${perSecond} updates/s, p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms${failed ? `, ${failed} FAILED` : ''}`
}
process.exit()
