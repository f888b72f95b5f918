/**
 * `npm run bench:alert`: somebody presses "send" in the web chat -> the official in charge sees the alert in Telegram, which refuses
 * what comes faster than its limits. 100 officials of as many wards; 10 reports a second, each a case of its own; then 100 a second,
 * of which one in ten is a new case; beside both, consumers look codes up. Aims: the first alert of each case p95 under 2 s, what
 * follows in digests, look-ups within 1.5x of idle. Nothing is asserted.
 *
 * Everybody reports once, in a session and from a network address of their own: no limit of the house is widened, and none that
 * stands against malicious reporters is met.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { invite } from '../../domain/invitations.js'
import { isRefused } from '../../domain/refusal.js'
import { aBadge, anEstablishment, aUnit } from '../../prisma/seed/builders.js'
import { DEMO_CODES } from '../../prisma/seed/demo.js'
import { showCode } from '../../qr/codes.js'
import { HouseClock } from '../../server/clock.js'
import { startEmbedded } from '../../server/database/embedded.js'
import { migrate } from '../../server/database/migrate.js'
import { Db } from '../../server/db.js'
import { dice } from '../../test/soak/killed-house.js'
import { freePort, peakMemoryMb, processorMs, run, type Running } from '../processes.js'
import type { Came, Order, Times } from './driver.js'
import type { Report } from './reporter.js'

const OFFICIALS = 100
/** A Tuesday morning: nobody's quiet hours */
const BEGINS_AT = new Date('2026-11-24T09:00:00+07:00')
const SECRET = 'bench'
const IDLE_SECONDS = 8
/** The words of all are told at once, or wait for nothing else; photos are read by threads of their own. */
const STEADY = { perSecond: 10, seconds: 15, photoEvery: 5, kinds: ['spoiled', 'expired'] }
const RUSH = { perSecond: 100, seconds: 6, newEvery: 10, kind: 'counterfeit', firstMatter: 1_000 }
/** Of a phone's photo as chats send it on */
const PHOTO = { width: 1280, height: 960 }
/** What follows on a known case is told so much later. ms */
const TOLD_LATER_MS = 10 * 60_000
const SEED = 20261124

const folder = await mkdtemp(join(tmpdir(), 'ro-nguon-bench-'))
const database = process.env.DATABASE_URL
  ? { url: process.env.DATABASE_URL, stop: async () => undefined }
  : await startEmbedded({ dataDir: folder })
const db = new Db({ url: database.url })
const clock = new HouseClock(db)
const driver = run('bench/alert/driver.ts', [JSON.stringify([DEMO_CODES.valid, DEMO_CODES.supplier].map(showCode))])
try {
  await migrate(database.url)
  await clock.set(BEGINS_AT)
  await measure(await driver.answer<{ url: string; token: string }>())
} finally {
  await driver.kill()
  await db.close()
  await database.stop()
  await rm(folder, { recursive: true, force: true })
}
process.exit()

async function asked(order: Order): Promise<Came> {
  driver.say(order)
  return driver.answer<Came>()
}

async function measure({ url, token }: { url: string; token: string }): Promise<void> {
  const [port, floorPort] = [await freePort(), await freePort()]
  const house = run('server/main.ts', [], {
    PORT: String(port),
    DATABASE_URL: database.url,
    DATA_DIR: join(folder, 'house'),
    DEMO: 'true',
    LOG_LEVEL: 'warn',
    TELEGRAM_BOT_TOKEN: token,
    TELEGRAM_API_ROOT: url,
    TELEGRAM_MODE: 'webhook',
    TELEGRAM_WEBHOOK_SECRET: SECRET,
  })
  await house.line(/ready/)
  const { invitations, badges } = await wards()
  const floor = run('bench/lookup/floor.ts', [database.url, url, String(floorPort), token])
  await floor.answer()
  const { perSecond } = STEADY
  const atFloor = await asked({ do: 'floor', url: `http://127.0.0.1:${floorPort}/webhooks/telegram`, perSecond, seconds: 4 }) // prettier-ignore
  await floor.stop()
  console.log(`floor: a plain route looks a row up and calls the platform, ${perSecond}/s: ${said(atFloor.alerts!)}`)

  await asked({ do: 'join', house: `http://127.0.0.1:${port}`, secret: SECRET, invitations })
  const from = performance.now()
  const rush = rushed(badges)
  await asked({ do: 'prepare', reports: rush })
  console.log(`${rush.length} talks brought to their review in ${((performance.now() - from) / 1000).toFixed(0)} s`)

  const idle = await asked({ do: 'look', seconds: IDLE_SECONDS })
  const steady = await loaded(house, STEADY.perSecond, await steadily(badges))
  const idleAgain = await asked({ do: 'look', seconds: IDLE_SECONDS })
  const rushing = await loaded(house, RUSH.perSecond)
  const lookUps = [idle, idleAgain].map((came) => came.lookUps!)
  console.log(`look-ups, idle:     ${lookUps.map(said).join(' | ')}`)
  compare('at 10 reports/s ', steady.lookUps!, lookUps)
  compare('at 100 reports/s', rushing.lookUps!, lookUps)
  console.log(
    `alert beside floor: p50 ${(steady.alerts!.p50 / atFloor.alerts!.p50).toFixed(1)}x, p95 ${(steady.alerts!.p95 / atFloor.alerts!.p95).toFixed(1)}x`,
  )
  await digested()
  console.log(`peak memory of the house ${await peakMemoryMb(house.pid)} MiB`)
  await house.stop()
}

/** As many wards as officials, a shop with its badge and an invitation in each. */
async function wards(): Promise<{ invitations: string[]; badges: string[] }> {
  const { id: parentId } = await db.prisma.unit.findUniqueOrThrow({ where: { code: 'HN' } })
  const [invitations, badges]: [string[], string[]] = [[], []]
  for (let n = 1; n <= OFFICIALS; n++) {
    const unitCode = `HN-P-${n}`
    const { id } = await aUnit(db, { code: unitCode, parentId, name: `Phường ${n}` })
    const { id: establishmentId } = await anEstablishment(db, { unitId: id })
    badges.push((await aBadge(db, { establishmentId, issuedById: id })).code)
    const by = { operator: true, now: clock.now() } as const
    const invited = await db.transaction((tx) => invite(tx, by, { unitCode, role: 'officer' }))
    if (isRefused(invited)) throw new Error(`no invitation: ${JSON.stringify(invited)}`)
    invitations.push(invited.code)
  }
  return { invitations, badges }
}

/** Each its own matter: at each shop once of the first kind, then of the next. Some with a photo. */
async function steadily(badges: string[]): Promise<Report[]> {
  const { perSecond, seconds, photoEvery, kinds } = STEADY
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const
  // Soft shapes, as of food on a table: no code, and little that looks like one.
  const picture = sharp({ create: { ...PHOTO, channels: 3, background: '#888', noise } })
    .blur(12)
    .jpeg()
  const photo = (await picture.toBuffer()).toString('base64')
  return Array.from({ length: perSecond * seconds }, (_, nth) => ({
    nth,
    matter: nth,
    badge: badges[nth % badges.length]!,
    kind: kinds[Math.floor(nth / badges.length)]!,
    ...(nth % photoEvery === 0 && { photo }),
  }))
}

/** Every so many a new matter at another shop; the others are of one of those before, drawn by seed. */
function rushed(badges: string[]): Report[] {
  const { perSecond, seconds, newEvery, kind, firstMatter } = RUSH
  return Array.from({ length: perSecond * seconds }, (_, i) => {
    const known = Math.floor(i / newEvery)
    const shop = i % newEvery === 0 ? known : Math.floor(dice(SEED, i) * (known + 1))
    return { nth: firstMatter + i, matter: firstMatter + shop, badge: badges[shop]!, kind }
  })
}

async function loaded(house: Running, perSecond: number, reports?: Report[]): Promise<Came> {
  const counted = async () => ({
    reports: await db.prisma.report.count(),
    cases: await db.prisma.case.count(),
    alerts: await db.prisma.alert.count(),
  })
  const had = await counted()
  const [before, from] = [await spentBy(house), performance.now()]
  const came = await asked({ do: 'report', perSecond, ...(reports && { reports }) })
  const has = await counted()
  const held = await db.prisma.alert.count({ where: { toldAt: null } })
  const [spent, seconds] = [await spentBy(house), (performance.now() - from) / 1_000]
  const each = (part: 0 | 1) => `${((spent[part] - before[part]) / (has.reports - had.reports)).toFixed(1)} ms`
  console.log(
    `${perSecond} reports/s, ${reports ? 'whole talks' : 'sent'}: ${has.reports - had.reports} reports, ${has.cases - had.cases} cases, ` +
      `${has.alerts - had.alerts} alerts, ${held} held so far; ${came.refused} calls refused as too fast, ${came.hurried} before their time`,
  )
  console.log(`  first alert of each case: ${said(came.alerts!)} (aim: p95 under 2000 ms)`)
  console.log(`  receipt of the reporter:  ${said(came.receipts!)}`)
  console.log(
    `  in ${seconds.toFixed(0)} s; processor time for each report, with the look-ups beside it: house ${each(0)}, database ${each(1)}`,
  )
  return came
}

/** Processor time of the house and of the database so far, ms */
async function spentBy(house: Running): Promise<[house: number, database: number]> {
  const backends = await db.prisma.$queryRaw<{ pid: number }[]>`select pid from pg_stat_activity`
  return Promise.all([processorMs([house.pid]), processorMs(backends.map(({ pid }) => pid))])
}

function compare(what: string, { p50, p95, failed }: Times, idle: Times[]): void {
  const mean = (of: (times: Times) => number) => idle.reduce((sum, times) => sum + of(times), 0) / idle.length
  const ratio = (part: number, whole: number) => `${(part / whole).toFixed(2)}x`
  console.log(
    `look-ups, ${what}: p50 ${p50} ms, ${ratio(
      p50,
      mean((t) => t.p50),
    )} of idle; p95 ${p95} ms, ${ratio(
      p95,
      mean((t) => t.p95),
    )} ` + `(aim: within 1.5x)${failed > 0 ? `, ${failed} FAILED` : ''}`,
  )
}

/** The clock is moved to when what was held is told. */
async function digested(): Promise<void> {
  const held = await db.prisma.alert.count({ where: { toldAt: null } })
  await clock.advance(TOLD_LATER_MS)
  const { done, digests, refused } = await asked({ do: 'digests', held })
  const left = await db.prisma.alert.count({ where: { toldAt: null } })
  console.log(
    `10 minutes later: ${held} held alerts told in ${digests} messages (${done} counted in them, ${left} still held), ${refused} calls refused`,
  )
}

function said({ p50, p95, p99, count, failed, why }: Times): string {
  const lost = failed > 0 ? `, ${failed} FAILED${why === undefined ? '' : ` (${why})`}` : ''
  return `p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms of ${count}${lost}`
}
