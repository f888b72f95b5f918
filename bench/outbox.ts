/**
 * How fast messages go through the outbox, beside the same calls made plainly, in one run: `npx tsx bench/outbox.ts`. Needs
 * nothing; with DATABASE_URL it makes a database of its own on that server. The platform is a process of its own.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { fit } from '../bot/channels/fit.js'
import { put, putMany } from '../domain/outbox.js'
import { touchedChats, walkQueue } from '../prisma/statements/outbox-sweep.js'
import { Db } from '../server/db.js'
import { migrate } from '../server/database/migrate.js'
import { startEmbedded } from '../server/database/embedded.js'
import { OutboxLoop } from '../server/outbox/outbox.js'
import { makeChats, message, saying } from '../test/fakes/chats.js'
import { httpChannel } from '../test/fakes/http-channel.js'
import { run, type Running } from './processes.js'

const CHATS = 50
const SECONDS = 5
const WAITING = 100_000
const BROADCAST_CHATS = 10_000
const LOOKS = 200
let commits = 0

/** Each statement outside a transaction is one that commits by itself. */
class CountedDb extends Db {
  override run: Db['run'] = (...statement) => {
    commits += 1
    return super.run(...statement)
  }
  override transaction: Db['transaction'] = (...work) => {
    commits += 1
    return super.transaction(...work)
  }
}

const folder = await mkdtemp(join(tmpdir(), 'ro-nguon-bench-'))
const given = process.env.DATABASE_URL
const embedded = given ? undefined : await startEmbedded({ dataDir: folder })
const platform: Running = run('test/fakes/platform-process.ts')
try {
  await measure(given ?? embedded!.url, (await platform.answer<{ url: string }>()).url)
} finally {
  await platform.stop()
  await embedded?.stop()
  await rm(folder, { recursive: true, force: true })
}

async function measure(serverUrl: string, platformUrl: string): Promise<void> {
  const admin = new pg.Client(serverUrl)
  await admin.connect()
  const name = `ro_nguon_bench_${process.pid}`
  await admin.query(`create database ${name}`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  const db = new CountedDb({ url: url.toString() })
  try {
    await migrate(url.toString())
    const chats = await makeChats(db, BROADCAST_CHATS, 'telegram')
    const plain = await plainly(platformUrl)
    tell('plain calls', plain, plain)
    await talking(db, platformUrl, chats.slice(0, CHATS), plain)
    await waiting(db, platformUrl, chats, plain)
  } finally {
    await db.close()
    await admin.query(`drop database if exists ${name} with (force)`)
    await admin.end()
  }
}

/** The floor: the same calls and nothing else. Calls a second. */
async function plainly(platformUrl: string): Promise<number> {
  const channel = httpChannel(platformUrl)
  return counted(CHATS, (chat) => channel.send(`c${chat}`, { text: 'how are you?' }, new AbortController().signal))
}

/** 50 chats at once: a transaction puts a reply, which is born claimed, sent and settled; then the next one. */
async function talking(db: Db, platformUrl: string, chats: number[], plain: number): Promise<void> {
  const landed = new Map<string, () => void>()
  const outbox = loopOn(db, platformUrl, (address) => landed.get(address)?.())
  commits = 0
  let messages = 0
  const perSecond = await counted(CHATS, async (chat) => {
    const sent = new Promise<void>((resolve) => landed.set(`c${chat}`, resolve))
    const rows = await db.transaction((tx) => outbox.put(tx, chats[chat]!, [message('how are you?')]))
    outbox.sendClaimed(chats[chat]!, rows)
    await sent
    messages += 1
  })
  await Promise.all(chats.map((chat) => outbox.idle(chat)))
  tell('put, born claimed, sent, settled', perSecond, plain, commits / messages)
  await outbox.stop(5_000)

  commits = 0
  messages = 0
  const puts = await counted(CHATS, async (chat) => {
    await db.transaction((tx) => put(tx, chats[chat]!, [message('how are you?')]))
    messages += 1
  })
  tell('... only put', puts, plain, commits / messages)
  await db.prisma.$executeRaw`truncate outbox`
}

/** 100,000 broadcasts wait: what a look-out costs, and how fast one process and three work them off. */
async function waiting(db: Db, platformUrl: string, chats: number[], plain: number): Promise<void> {
  const reply = saying('the market is closed on Monday')
  for (let n = 0; n < WAITING / chats.length; n++) {
    await db.transaction((tx) =>
      putMany(
        tx,
        chats.map((chatId) => ({ chatId, reply, lane: 'broadcast' as const })),
      ),
    )
  }
  await db.prisma.$executeRawUnsafe('analyze outbox')
  const walk = (after: number) => db.run(walkQueue, [2, after, 1_000, ['telegram'], 0])
  console.log(`with ${WAITING.toLocaleString('en')} waiting: touched ${(await timed(() => db.run(touchedChats, [['telegram'], 1_000]))).toFixed(2)} ms, ` +
    `walk at the start ${(await timed(() => walk(0))).toFixed(2)} ms, in the middle ${(await timed(() => walk(WAITING / 2))).toFixed(2)} ms`) // prettier-ignore
  for (const processes of [1, 3]) {
    let messages = 0
    commits = 0
    const loops = Array.from({ length: processes }, () => loopOn(db, platformUrl, () => (messages += 1)))
    const from = performance.now()
    await new Promise((done) => setTimeout(done, SECONDS * 1_000))
    const perSecond = (messages * 1_000) / (performance.now() - from)
    await Promise.all(loops.map((loop) => loop.stop(5_000)))
    tell(`broadcasts, ${processes} deliverer${processes > 1 ? 's' : ''}`, perSecond, plain, commits / messages)
  }
}

function loopOn(db: Db, platformUrl: string, landed: (address: string) => void): OutboxLoop {
  const channel = httpChannel(platformUrl)
  const send: typeof channel.send = async (address, part, signal) => {
    const sent = await channel.send(address, part, signal)
    landed(address)
    return sent
  }
  const log = { info: () => undefined, warn: console.warn, error: console.error }
  const outbox = new OutboxLoop({ db, channels: new Map([['telegram', { ...channel, send }]]), fit, log })
  outbox.start()
  return outbox
}

/** `work` again and again, by so many at once. Times a second. */
async function counted(atOnce: number, work: (nth: number) => Promise<unknown>): Promise<number> {
  const from = performance.now()
  let done = 0
  const worker = async (nth: number) => {
    while (performance.now() - from < SECONDS * 1_000) {
      await work(nth)
      done += 1
    }
  }
  await Promise.all(Array.from({ length: atOnce }, (_, nth) => worker(nth)))
  return (done * 1_000) / (performance.now() - from)
}

/** Mean of many. ms */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  for (let n = 0; n < LOOKS; n++) await work()
  return (performance.now() - from) / LOOKS
}

function tell(what: string, perSecond: number, plain: number, each?: number): void {
  const share = `${((perSecond / plain) * 100).toFixed(0)} % of plain calls`
  console.log(
    `${what.padEnd(34)} ${perSecond.toFixed(0).padStart(6)} a second, ${share}${each === undefined ? '' : `, ${each.toFixed(2)} commits each`}`,
  )
}
