/**
 * What one update costs, apart from channels and flows: `npx tsx bench/hear.ts [updates]`. The dialogue is trivial; 50 chats
 * each say the next thing when they were answered. Beside it, in the same run on the same connections, the floor: a plain
 * `begin; insert; commit`, 8 at once as hear's turns are. With DATABASE_URL on that (empty) server, else on a throw-away one
 * that waits for the disk as the real one does.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { Inbound } from '../bot/channels/channel.js'
import { Hear } from '../bot/hear.js'
import { TURNS } from '../bot/hear/work.js'
import { statement, type Database, type Tx } from '../prisma/tx.js'
import { startEmbedded } from '../server/database/embedded.js'
import { migrate } from '../server/database/migrate.js'
import { Db } from '../server/db.js'

const CHATS = 50
const AT_ONCE = Number(process.argv[3] ?? TURNS)
const UPDATES = Number(process.argv[2] ?? 10_000)
const NOISY = 200
const QUIET = 50

const insertReply = statement<{ id: number }, [chatId: number, body: string]>(
  'bench_reply',
  `insert into outbox (chat_id, lane, body) values ($1, 0, $2::jsonb) returning id`,
)
const commits = statement<{ n: number }, []>(
  'bench_commits',
  `select xact_commit as n from pg_stat_database where datname = current_database()`,
)

/** Statements and round trips of all connections. A statement that finds its connection idle begins a round trip. */
const wire = { statements: 0, roundTrips: 0 }
const query = pg.Client.prototype.query as (this: pg.Client, ...rest: unknown[]) => unknown
pg.Client.prototype.query = function (this: pg.Client & { readyForQuery?: boolean }, ...rest: unknown[]) {
  wire.statements += 1
  if (this.readyForQuery) wire.roundTrips += 1
  return query.apply(this, rest)
} as typeof pg.Client.prototype.query

class Bench {
  readonly #answered = new Map<string, () => void>()
  readonly #addresses = new Map<number, string>()
  /** Addresses in the order in which their updates were begun */
  readonly served: string[] = []
  readonly hear: Hear<null, string, { id: number }>
  #key = 0

  constructor(db: Database) {
    const log = { info: tell, warn: tell, error: tell }
    this.hear = new Hear<null, string, { id: number }>({
      db,
      log,
      turns: AT_ONCE,
      prepare: () => Promise.resolve(null),
      dialogue: {
        answer: (_tx, { chat, state }) => {
          this.#addresses.set(chat.id, chat.address)
          this.served.push(chat.address)
          const said = ((state as { said?: number } | null)?.said ?? 0) + 1
          return Promise.resolve({ state: { said }, replies: [`answer ${said}`] })
        },
        apologise: () => Promise.resolve({ state: null, replies: [] }),
      },
      put: (tx: Tx, chatId, [reply]) => tx.run(insertReply, [chatId, JSON.stringify(reply)]),
      sent: (chatId) => this.#answered.get(this.#addresses.get(chatId)!)?.(),
    })
    this.hear.start()
  }

  say(address: string): Promise<void> {
    const at = new Date().toISOString()
    const inbound: Inbound = {
      channel: 'console',
      address,
      key: `${process.pid}.${++this.#key}`,
      at,
      language: 'vi',
      heard: { kind: 'text', text: 'ABCD-1234' },
    }
    return this.hear.store([inbound])
  }

  /** Says something and waits for the commit of its answer. Returns ms. */
  async ask(address: string): Promise<number> {
    const began = performance.now()
    const answered = new Promise<void>((resolve) => this.#answered.set(address, resolve))
    await Promise.all([this.say(address), answered])
    return performance.now() - began
  }
}

const dataDir = process.env.DATABASE_URL ? undefined : await mkdtemp(join(tmpdir(), 'ro-nguon-bench-'))
const embedded = dataDir ? await startEmbedded({ dataDir }) : undefined
const url = process.env.DATABASE_URL ?? embedded!.url
await migrate(url)
const db = new Db({ url, connections: AT_ONCE + 2 })
try {
  const bench = new Bench(db)
  await rounds(bench, UPDATES / 10)
  // As autovacuum does within a minute: plans made for empty tables are made again.
  await db.run(statement('bench_analyze', 'analyze'), [])
  await floor(db, UPDATES / 10)
  const plain = await floor(db, UPDATES)
  const commitsBefore = await commitsSoFar()
  const cpuBefore = await processorMs()
  Object.assign(wire, { statements: 0, roundTrips: 0 })
  const { perSecond, times } = await rounds(bench, UPDATES)
  const { statements, roundTrips } = wire
  const cpu = await processorMs()
  const committed = (await commitsSoFar()) - commitsBefore
  console.log(`plain begin, insert, commit: ${plain.toFixed(0)}/s`)
  console.log(
    `hear, ${CHATS} chats: ${perSecond.toFixed(0)} updates/s (${((100 * perSecond) / plain).toFixed(0)} % of plain), ` +
      `p50 ${at(times, 0.5)} ms, p95 ${at(times, 0.95)} ms, p99 ${at(times, 0.99)} ms`,
  )
  console.log(
    `for each update: ${(committed / UPDATES).toFixed(2)} commits, ${(statements / UPDATES).toFixed(2)} statements, ` +
      `${(roundTrips / UPDATES).toFixed(2)} round trips`,
  )
  const each = (part: 'here' | 'server') => ((cpu[part] - cpuBefore[part]) / UPDATES).toFixed(3)
  console.log(
    `processor time for each update: ${each('here')} ms here, ${each('server')} ms in the database's connections`,
  )
  const waits = await noisy(bench)
  console.log(
    `one chat says ${NOISY} things at once, ${QUIET} others one each: p95 ${at(waits, 0.95, 0)} of its turns before theirs, most ${Math.max(...waits)}`,
  )
  await bench.hear.stop(5_000)
} finally {
  await db.close()
  await embedded?.stop()
  if (dataDir) await rm(dataDir, { recursive: true, force: true })
}

async function rounds(bench: Bench, updates: number) {
  const times: number[] = []
  const began = performance.now()
  const one = async (chat: number) => {
    for (let said = chat; said < updates; said += CHATS) times.push(await bench.ask(`chat ${chat}`))
  }
  await Promise.all(Array.from({ length: CHATS }, (_, chat) => one(chat)))
  return { perSecond: (1000 * updates) / (performance.now() - began), times }
}

/** Transactions a second, as many at once as hear's turns. */
async function floor(db: Database, transactions: number): Promise<number> {
  const [chat] = await db.run(
    statement<{ id: number }, []>(
      'bench_chat',
      `insert into chats (channel, address) values ('console', 'floor') on conflict (channel, address) do update set address = 'floor' returning id`,
    ),
    [],
  )
  let left = transactions
  const began = performance.now()
  const one = async () => {
    while (left-- > 0) await db.transaction((tx) => tx.run(insertReply, [chat!.id, '"plain"']))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, one))
  return (1000 * transactions) / (performance.now() - began)
}

/** For each of the others: how many of the noisy chat's updates were begun between their being stored and being begun. */
async function noisy(bench: Bench): Promise<number[]> {
  bench.served.length = 0
  const flood = Promise.all(Array.from({ length: NOISY }, () => bench.say('noisy')))
  await flood
  const others = Array.from({ length: QUIET }, async (_, i) => {
    await new Promise((resolve) => setTimeout(resolve, i))
    await bench.say(`quiet ${i}`)
    const from = bench.served.length
    return { address: `quiet ${i}`, from }
  })
  const stored = await Promise.all(others)
  while (bench.served.length < NOISY + QUIET) await new Promise((resolve) => setTimeout(resolve, 1))
  return stored.map(({ address, from }) => {
    const begun = bench.served.indexOf(address)
    return bench.served.slice(from, Math.max(from, begun)).filter((each) => each === 'noisy').length
  })
}

/** ms of processor time of this process, and of the server's side of the pool's connections where /proc tells it. */
async function processorMs() {
  const { user, system } = process.cpuUsage()
  const backends = await db.run(
    statement<{ pid: number }, []>('bench_pids', `select pid from pg_stat_activity where datname = current_database()`),
    [],
  )
  const stats = await Promise.all(backends.map(({ pid }) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')))
  // Fields 14 and 15 of proc(5), counted after the name in brackets, in ticks of 10 ms.
  const ticks = stats.map((stat) => stat.split(') ')[1]?.split(' ') ?? [])
  const server = ticks.reduce((sum, fields) => sum + 10 * (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)), 0)
  return { here: (user + system) / 1000, server }
}

async function commitsSoFar(): Promise<number> {
  // The server's counters are told at most once a second by each connection.
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  await Promise.all(Array.from({ length: AT_ONCE + 2 }, () => db.run(commits, [])))
  return (await db.run(commits, []))[0]!.n
}

function at(values: number[], part: number, digits = 1): string {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]!.toFixed(digits)
}

function tell(fields: object, message: string): void {
  console.error(message, fields)
}
