/**
 * `npm run talk`: a conversation on the terminal, for people; with `--json` lines of JSON for programs. It joins the server
 * that runs on the same database, or starts the embedded one for its own duration. What arrives unasked is printed as it
 * comes; after each line `{"idle":true}` says that the turn is committed and nothing waits to be sent.
 */
import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, extname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { FileRef, Heard } from '../bot/channels/channel.js'
import { FILE_BYTES_MAX } from '../bot/channels/console/limits.js'
import { readPersonLine, readProgramLine } from '../bot/channels/console/receive.js'
import { consoleChannel } from '../bot/channels/console/send.js'
import { anythingUndone, chatOfAddress } from '../prisma/statements/talks.js'
import { readConfig } from './config.js'
import { layFoundation } from './foundation.js'
import { filesToSend } from './labels.js'
import { makeLog } from './log.js'
import { buildTalking } from './talking.js'
import { Trouble, messageOf } from './trouble.js'

const options = readOptions()
const address = options.as

/** Work in hand when the input ends, or Ctrl-C comes, is finished within this. ms */
const STOP_WITHIN_MS = 10_000
/** Between looks whether the turn is committed; another process may be the one that answers. ms */
const ANSWERED_LOOK_MS = 10
/** Letters of the name that one talks as. */
const ADDRESS_MAX = 100
/** Of a file that is sent, by its name's ending; what it really is, its bytes say. */
const MIME: Record<string, string> = {
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.pdf': 'application/pdf',
}

try {
  await talk()
} catch (error) {
  if (!(error instanceof Trouble)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}

function readOptions(): { json: boolean; as: string } {
  try {
    return parseArgs({
      options: {
        json: { type: 'boolean', default: false },
        as: { type: 'string', default: 'consumer' },
      },
    }).values
  } catch (error) {
    throw new Trouble(`${messageOf(error).split('. ')[0]}. It is: npm run talk -- [--json] [--as ID]`)
  }
}

async function talk(): Promise<void> {
  if (!address || address.length > ADDRESS_MAX)
    throw new Trouble(`--as should be a name of 1 to ${ADDRESS_MAX} letters.`)
  const config = readConfig(process.env)
  const log = makeLog({ level: process.env.LOG_LEVEL?.trim() ? config.logLevel : 'warn' })
  const foundation = await layFoundation({ config, log })
  const { db, files, clock } = foundation
  // Whoever reads what we print may stop early, as `head` does: then there is nobody to talk to.
  const heardByNobody = new AbortController()
  process.stdout.on('error', () => heardByNobody.abort())
  const folder = await mkdtemp(join(tmpdir(), 'ro-nguon-talk-'))
  const toSend = filesToSend({ sql: db, clock, codeRoot: config.codeRoot, stored: files })
  const channel = consoleChannel({
    json: options.json,
    print: (line) => process.stdout.write(`${line}\n`),
    read: (key) => toSend.read(key),
    async lay({ key, name }) {
      const path = join(folder, name.replace(/[/\\\0]/g, '_'))
      await writeFile(path, await toSend.read(key))
      return path
    },
  })
  const chatIds = new Set<number>()
  const { hear, outbox, parts } = buildTalking({ foundation, channels: [channel], only: { chatIds } })
  for (const part of parts) await part.start?.()

  const keep = async (path: string): Promise<FileRef> => {
    const { size } = await stat(path).catch(() => {
      throw new Error(`no such file: ${path}`)
    })
    if (size > FILE_BYTES_MAX) return { id: '', bytes: size }
    const { key } = await files.put(await readFile(path), {
      mime: MIME[extname(path).toLowerCase()] ?? 'application/octet-stream',
    })
    return { id: key, name: basename(path), bytes: size }
  }

  /** Stores what was said and waits until it is answered. */
  const say = async (heard: Heard): Promise<void> => {
    const key = randomUUID()
    await hear.store([{ channel: 'console', address, key, at: new Date().toISOString(), heard }])
    const chatId = (await db.run(chatOfAddress, ['console', address]))[0]!.id
    chatIds.add(chatId)
    outbox.nudge([chatId])
    while ((await db.run(anythingUndone, [chatId]))[0]!.waits) await sleep(ANSWERED_LOOK_MS)
    await outbox.idle(chatId)
  }

  const known = await db.run(chatOfAddress, ['console', address])
  for (const { id } of known) chatIds.add(id)
  if (known[0]) await outbox.idle(known[0].id)
  if (!options.json) await say({ kind: 'start' })

  const lines = createInterface({
    input: process.stdin,
    signal: heardByNobody.signal,
    ...(process.stdin.isTTY && { output: process.stderr, prompt: '> ' }),
  })
  process.once('SIGINT', () => lines.close())
  process.once('SIGTERM', () => lines.close())
  if (process.stdin.isTTY) lines.prompt()
  for await (const line of lines) {
    if (heardByNobody.signal.aborted) break
    if (line.trim()) {
      try {
        await say(await (options.json ? readProgramLine(line, keep) : readPersonLine(line, keep)))
      } catch (error) {
        process.stdout.write(
          options.json ? `${JSON.stringify({ error: messageOf(error) })}\n` : `? ${messageOf(error)}\n`,
        )
      }
      if (options.json) process.stdout.write(`${JSON.stringify({ idle: true })}\n`)
    }
    if (process.stdin.isTTY) lines.prompt()
  }

  for (const part of parts.toReversed()) await part.stop?.(STOP_WITHIN_MS)
  await foundation.close()
  // A program opens what it got after the talk has ended; a person has opened it by then.
  if (!options.json) await rm(folder, { recursive: true, force: true })
}
