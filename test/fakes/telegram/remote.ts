/** The fake as a process of its own, spoken to over HTTP: the server's half (`controls`) and the tests' half (`remote`). */
import { spawn } from 'node:child_process'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { act, type Action, type Profile } from './actions.js'
import type { Shown } from './chats.js'
import type { Fault } from './faults.js'
import type { Platform } from './people.js'
import type { FakeTelegram } from './server.js'

/** What can be asked of a fake elsewhere: one argument and one answer each, both JSON (bytes as base64). */
const QUESTIONS = {
  act: (fake: FakeTelegram, { person, action }: { person: Profile; action: Action }) => act(fake, person, action),
  after: (fake: FakeTelegram, { chat, nth, timeoutMs }: { chat: number; nth: number; timeoutMs: number }) =>
    fake.chat(chat).after(nth, timeoutMs),
  open: (fake: FakeTelegram, { chat }: { chat: number }) => void fake.chat(chat),
  fault: (fake: FakeTelegram, fault: Fault) => void fake.faults.add(fault),
  mend: (fake: FakeTelegram) => fake.faults.clear(),
  calls: (fake: FakeTelegram) =>
    fake.calls.map(({ files, ...call }) => ({
      ...call,
      files: files.map(({ name, bytes }) => ({ name, bytes: bytes.length })),
    })),
  state: (fake: FakeTelegram) => ({
    ...{ violations: fake.violations, hurried: fake.hurried.length, unanswered: [...fake.presses] },
    ...{ pending: fake.updates.pending.length, confirmed: fake.updates.confirmed },
  }),
}
type Questions = typeof QUESTIONS
type Name = keyof Questions
type Argument<N extends Name> = Parameters<Questions[N]>[1]
type AnswerOf<N extends Name> = Awaited<ReturnType<Questions[N]>>

/** A second server beside the fake, so that what tests ask is never taken for a call of the bot. */
export async function controls(fake: FakeTelegram): Promise<{ url: string; stop(): Promise<void> }> {
  const server = http.createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const ask = QUESTIONS[request.url?.slice(1) as Name] as
        ((fake: FakeTelegram, about: unknown) => unknown) | undefined
      if (!ask) return void response.writeHead(404).end()
      const about = JSON.parse(Buffer.concat(chunks).toString() || 'null', revive) as unknown
      response.end(JSON.stringify((await ask(fake, about)) ?? null))
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Buffer's own JSON form, back to a Buffer. */
const revive = (_key: string, value: unknown): unknown => {
  const { type, data } = (value ?? {}) as { type?: unknown; data?: unknown }
  return type === 'Buffer' && Array.isArray(data) ? Buffer.from(data as number[]) : value
}

export interface Remote extends Platform {
  ask<N extends Name>(name: N, ...about: Argument<N> extends undefined ? [] : [Argument<N>]): Promise<AnswerOf<N>>
}

export function remote(url: string): Remote {
  const ask = async (name: string, about?: unknown): Promise<unknown> => {
    const answer = await fetch(`${url}/${name}`, { method: 'POST', body: JSON.stringify(about ?? null) })
    if (!answer.ok) throw new Error(`the fake Telegram knows no ${name}`)
    return JSON.parse(await answer.text(), revive) as unknown
  }
  return {
    ask: ask as Remote['ask'],
    act: (person, action) => ask('act', { person, action }) as Promise<number>,
    after: (chat, nth, timeoutMs) => ask('after', { chat, nth, timeoutMs }) as Promise<Shown[]>,
  }
}

export interface Spawned {
  /** TELEGRAM_API_ROOT */
  url: string
  token: string
  remote: Remote
  stop(): Promise<void>
}

/** Starts main.ts and waits until it listens. */
export async function spawnFake(args: string[] = []): Promise<Spawned> {
  const main = new URL('./main.ts', import.meta.url).pathname
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const line = await new Promise<string>((resolve, reject) => {
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes('\n')) resolve(said.slice(0, said.indexOf('\n')))
    })
    child.once('exit', (code) => reject(new Error(`the fake Telegram ended with ${code}`)))
  })
  const { url, control, token } = JSON.parse(line) as { url: string; control: string; token: string }
  return {
    url,
    token,
    remote: remote(control),
    async stop() {
      child.kill()
      await ended
    },
  }
}
