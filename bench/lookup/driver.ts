/**
 * The other side of the look-up benchmark, a process of its own: a bare Bot API that only counts, and the people who type
 * codes. A chat sends its next code when the answer to the last one stands here. Bare on purpose: what it costs is taken
 * from the same two cores that are measured.
 *
 * Orders come as JSON lines on stdin: {"mode":"full","seconds":8} or {"mode":"rate","perSecond":300,"seconds":8};
 * a JSON line of figures goes out for each.
 */
import { Agent, createServer, request, type IncomingMessage } from 'node:http'
import { createInterface } from 'node:readline'
import { spread, type Spread } from '../spread.js'

export interface Figures extends Spread {
  perSecond: number
  answered: number
  failed: number
}

type Order = { mode: 'full'; seconds: number } | { mode: 'rate'; perSecond: number; seconds: number }

const [webhook, secret, port, chats, codesJson] = process.argv.slice(2) as [string, string, string, string, string]
const codes = JSON.parse(codesJson) as string[]
const agent = new Agent({ keepAlive: true, maxSockets: 64 })
/** An answer that takes longer than this counts as failed, ms */
const PATIENCE_MS = 10_000

const waiting = new Map<number, () => void>()
let messageId = 0

const bodyOf = async (message: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

createServer((asked, answer) => {
  void bodyOf(asked).then((body) => {
    const method = asked.url?.split('/').at(-1)
    let result: unknown = true
    if (method === 'getMe') result = { id: 1, is_bot: true, first_name: 'bench', username: 'bench_bot' }
    if (method === 'sendMessage') {
      const chat = Number((JSON.parse(body) as { chat_id: string | number }).chat_id)
      result = { message_id: ++messageId, date: 0, chat: { id: chat, type: 'private' }, text: '' }
      waiting.get(chat)?.()
      waiting.delete(chat)
    }
    answer.setHeader('content-type', 'application/json').end(JSON.stringify({ ok: true, result }))
  })
}).listen(Number(port), '127.0.0.1', () => console.log(JSON.stringify({ listening: true })))

let updateId = Date.now()
const type = (chat: number): Promise<boolean> => {
  const text = codes[Math.floor(Math.random() * codes.length)]!
  const from = { id: chat, is_bot: false, first_name: 'An', language_code: 'vi' }
  const update = {
    update_id: ++updateId,
    message: {
      message_id: updateId % 1e9,
      date: Math.floor(Date.now() / 1000),
      chat: { id: chat, type: 'private' },
      from,
      text,
    },
  }
  const body = Buffer.from(JSON.stringify(update))
  return new Promise((resolve) => {
    const late = setTimeout(() => {
      waiting.delete(chat)
      resolve(false)
    }, PATIENCE_MS)
    waiting.set(chat, () => {
      clearTimeout(late)
      resolve(true)
    })
    const headers = {
      'content-type': 'application/json',
      'content-length': body.length,
      'x-telegram-bot-api-secret-token': secret,
    }
    const sending = request(webhook, { method: 'POST', agent, headers }, (answer) => answer.resume())
    sending.on('error', () => undefined)
    sending.end(body)
  })
}

async function run(order: Order): Promise<Figures> {
  const took: number[] = []
  let failed = 0
  const one = async (chat: number) => {
    const from = performance.now()
    if (await type(chat)) took.push(performance.now() - from)
    else failed++
  }
  const begun = performance.now()
  const until = begun + order.seconds * 1000
  const people = Array.from({ length: Number(chats) }, (_, index) => 1000 + index)
  if (order.mode === 'full') {
    await Promise.all(
      people.map(async (chat) => {
        while (performance.now() < until) await one(chat)
      }),
    )
  } else {
    // A steady stream: each person in turn, whoever has the answer to the last code.
    const free = [...people]
    const open = new Set<Promise<void>>()
    for (let n = 0; performance.now() < until; n++) {
      const wait = begun + (n * 1000) / order.perSecond - performance.now()
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
      const chat = free.shift()
      if (chat === undefined) {
        failed++
        continue
      }
      const done = one(chat).then(() => {
        free.push(chat)
        open.delete(done)
      })
      open.add(done)
    }
    await Promise.all(open)
  }
  const seconds = (performance.now() - begun) / 1000
  return { perSecond: Math.round(took.length / seconds), ...spread(took), answered: took.length, failed }
}

for await (const line of createInterface({ input: process.stdin }))
  console.log(JSON.stringify(await run(JSON.parse(line) as Order)))
process.exit()
