/**
 * The other side of the alert benchmark, a process of its own: a Bot API that refuses what comes faster than Telegram allows,
 * with the officials and with consumers who look codes up; and the people who report in the web chat.
 *
 * Orders come as JSON lines on stdin, a JSON line of figures goes out for each.
 */
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { person, type Person } from '../../test/fakes/telegram/people.js'
import { FakeTelegram } from '../../test/fakes/telegram/server.js'
import { spread, type Spread } from '../spread.js'
import { matterIn, Reporter, type Report } from './reporter.js'

export type Order =
  /** A plain route that looks a row up and calls the platform, asked so often a second */
  | { do: 'floor'; url: string; perSecond: number; seconds: number }
  | { do: 'join'; house: string; secret: string; invitations: string[] }
  /** Talks that stand at their review */
  | { do: 'prepare'; reports: Report[] }
  | { do: 'look'; seconds: number }
  /** So many a second: these, from the first word to the receipt; without any, those that were prepared are sent */
  | { do: 'report'; perSecond: number; reports?: Report[] }
  | { do: 'digests'; held: number }

export interface Times extends Spread {
  count: number
  failed: number
  /** Of the first that failed */
  why?: string
}

/** What an order came to; what it does not measure is left out. */
export interface Came {
  done: number
  /** From pressing "send" to the alert of the case, of each case the first */
  alerts?: Times
  /** ... to the reporter's receipt */
  receipts?: Times
  lookUps?: Times
  /** Messages that brought what was held */
  digests?: number
  /** Calls that the platform refused as too fast, and those that came before their retry_after */
  refused: number
  hurried: number
}

/** Telegram's limits: messages a second to all chats; to one chat 4 at once, then one a second. */
const OVERALL = 30
const PER_CHAT = 5
/** Each looks up less often than the house allows: once in four seconds. */
const CONSUMERS = 40
const LOOK_UPS_A_SECOND = 10
const JOINS_A_SECOND = 20
/** Talks that are brought to their review at once */
const PREPARED_AT_ONCE = 16
/** What takes longer counts as failed. ms */
const PATIENCE_MS = 20_000
const FIRST_OFFICIAL = 1_000
const FIRST_CONSUMER = 5_000

const [codesJson] = process.argv.slice(2) as [string]
const codes = JSON.parse(codesJson) as string[]
const fake = await new FakeTelegram({ contract: undefined, perChat: PER_CHAT, overall: OVERALL }).up()
const consumers = Array.from({ length: CONSUMERS }, (_, n) => person(fake, FIRST_CONSUMER + n))
let officials: Person[] = []
let house = ''
let prepared: Reporter[] = []

/** Of each matter, when its first report was sent and its first alert seen. */
const sentAt = new Map<number, number>()
const alertAfter = new Map<number, number>()
const held = { messages: 0, alerts: 0 }
/** What a digest says first; a single one that was held is told as what it is. */
const DIGEST = /^📋 Có (\d+) tin/
const SINGLE = /^➕/

fake.heardBy = (chat, { text }) => {
  if (chat >= FIRST_CONSUMER) return
  const count = Number(DIGEST.exec(text)?.[1] ?? (SINGLE.test(text) ? 1 : 0))
  held.messages += count > 0 ? 1 : 0
  held.alerts += count
  const matter = matterIn(text)
  const from = matter === undefined ? undefined : sentAt.get(matter)
  if (from !== undefined && !alertAfter.has(matter!)) alertAfter.set(matter!, performance.now() - from)
}

interface Taken {
  /** ms each */
  took: number[]
  failed: number
  why?: string
}

/** So many a second, whether or not those before have ended; resolves when all have. */
async function steadily(perSecond: number, next: () => (() => Promise<unknown>) | undefined): Promise<Taken> {
  const [took, open]: [number[], Promise<void>[]] = [[], []]
  let [failed, why] = [0, undefined as string | undefined]
  const begun = performance.now()
  for (let n = 0; ; n++) {
    const work = next()
    if (!work) break
    const from = performance.now()
    open.push(
      work().then(
        () => void took.push(performance.now() - from),
        (error: unknown) => {
          failed += 1
          why ??= error instanceof Error ? error.message : String(error)
        },
      ),
    )
    await sleep(Math.max(0, begun + ((n + 1) * 1_000) / perSecond - performance.now()))
  }
  await Promise.all(open)
  return { took, failed, why }
}

const timesOf = ({ took, failed, why }: Taken): Times => ({ ...spread(took), count: took.length, failed, why })

/** Look-ups until this is over: each consumer in turn types a code and reads its card. */
async function lookUps(over: Promise<unknown>): Promise<Times> {
  let [ended, n] = [false, 0]
  void over.then(() => (ended = true))
  return timesOf(
    await steadily(LOOK_UPS_A_SECOND, () => {
      const [who, code] = [consumers[n % CONSUMERS]!, codes[n % codes.length]!]
      n += 1
      return ended ? undefined : () => looksUp(who, code)
    }),
  )
}

async function looksUp(who: Person, code: string): Promise<void> {
  // What came too late for the look-up before is no answer to this one.
  who.heard += (await who.unheard()).length
  await who.says(code)
  await who.hears(code, PATIENCE_MS)
}

async function inHand(count: number, work: (nth: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < count) await work(next++)
  }
  await Promise.all(Array.from({ length: PREPARED_AT_ONCE }, worker))
}

async function reported(perSecond: number, reporters: Reporter[], whole: boolean): Promise<Partial<Came>> {
  const receipts: number[] = []
  const sends = async (reporter: Reporter) => {
    if (whole) await reporter.toReview()
    const from = performance.now()
    if (!sentAt.has(reporter.matter)) sentAt.set(reporter.matter, from)
    await reporter.send()
    receipts.push(performance.now() - from)
  }
  const left = [...reporters]
  const sending = steadily(perSecond, () => {
    const reporter = left.shift()
    return reporter && (() => sends(reporter))
  })
  const [{ failed, why }, looks] = await Promise.all([sending, lookUps(sending)])
  const matters = [...new Set(reporters.map(({ matter }) => matter))]
  for (const until = performance.now() + PATIENCE_MS; performance.now() < until; await sleep(20))
    if (matters.every((matter) => alertAfter.has(matter))) break
  const alerts = matters.flatMap((matter) => alertAfter.get(matter) ?? [])
  return {
    alerts: timesOf({ took: alerts, failed: matters.length - alerts.length }),
    receipts: timesOf({ took: receipts, failed, why }),
    lookUps: looks,
  }
}

const opened = async (reports: Report[]): Promise<Reporter[]> => {
  const reporters: Reporter[] = []
  await inHand(reports.length, async (n) => void (reporters[n] = await Reporter.open(house, reports[n]!)))
  return reporters
}

const ORDERS: { [Name in Order['do']]: (order: Extract<Order, { do: Name }>) => Promise<Partial<Came>> } = {
  async floor({ url, perSecond, seconds }) {
    const ask = (chat: Person) => async () => {
      const body = JSON.stringify({ message: { text: codes[0], chat: { id: chat.id } } })
      await fetch(url, { method: 'POST', body, headers: { 'Content-Type': 'application/json' } })
    }
    let n = 0
    const asked = await steadily(perSecond, () =>
      n++ < perSecond * seconds ? ask(consumers[n % CONSUMERS]!) : undefined,
    )
    return { alerts: timesOf(asked) }
  },
  async join({ house: url, secret, invitations }) {
    house = url
    fake.updates.setWebhook({ url: `${url}/webhooks/telegram`, secret, connections: 40 })
    officials = invitations.map((_, n) => person(fake, FIRST_OFFICIAL + n))
    let n = 0
    await steadily(JOINS_A_SECOND, () => {
      const [who, code] = [officials[n], invitations[n]!]
      n += 1
      return who && (() => who.starts(code).then(() => who.hears(/Phường/, PATIENCE_MS)))
    })
    return {}
  },
  async prepare({ reports }) {
    prepared = await opened(reports)
    await inHand(prepared.length, (n) => prepared[n]!.toReview())
    return {}
  },
  async look({ seconds }) {
    return { lookUps: await lookUps(sleep(seconds * 1_000)) }
  },
  async report({ perSecond, reports }) {
    const reporters = reports ? await opened(reports) : prepared
    const came = await reported(perSecond, reporters, reports !== undefined)
    for (const reporter of reporters) reporter.leaves()
    return came
  },
  async digests({ held: wanted }) {
    for (const until = performance.now() + PATIENCE_MS; performance.now() < until; await sleep(20))
      if (held.alerts >= wanted) break
    return { done: held.alerts, digests: held.messages }
  },
}

console.log(JSON.stringify({ url: fake.url, token: fake.token }))
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line) as Order
  const before = { calls: fake.calls.length, hurried: fake.hurried.length }
  const came = await (ORDERS[order.do] as (order: Order) => Promise<Partial<Came>>)(order)
  const refused = fake.calls.slice(before.calls).filter(({ code }) => code === 429).length
  console.log(JSON.stringify({ done: 0, ...came, refused, hurried: fake.hurried.length - before.hurried }))
}
process.exit()
