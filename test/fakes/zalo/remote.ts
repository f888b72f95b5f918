/** The fake as a process of its own, spoken to over HTTP: the server's half (`controls`) and the tests' half (`remote`). */
import { spawn } from 'node:child_process'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Shown } from './chats.js'
import type { Fault } from './faults.js'
import { act, type Action, type Platform } from './people.js'
import type { FakeSettings, FakeZalo } from './server.js'

/** What can be asked of a fake elsewhere: one argument and one answer each, both JSON (bytes as Buffer's own form). */
const QUESTIONS = {
  act: (fake: FakeZalo, { user, action }: { user: string; action: Action }) => act(fake, user, action),
  after: (fake: FakeZalo, { user, nth, timeoutMs }: { user: string; nth: number; timeoutMs: number }) =>
    fake.chat(user).after(nth, timeoutMs),
  set: (fake: FakeZalo, settings: Partial<FakeSettings>) => void Object.assign(fake.settings, settings),
  issue: (fake: FakeZalo) => fake.tokens.issue(),
  expire: (fake: FakeZalo) => fake.tokens.expire(),
  fault: (fake: FakeZalo, fault: Fault) => void fake.faults.add(fault),
  mend: (fake: FakeZalo) => fake.faults.clear(),
  calls: (fake: FakeZalo) => fake.calls.map(({ at, endpoint, user, code }) => ({ at, endpoint, user, code })),
  state: (fake: FakeZalo) => ({
    granted: fake.tokens.granted,
    reused: fake.tokens.reused,
    deliveries: fake.deliveries.all,
  }),
}
type Questions = typeof QUESTIONS
type Name = keyof Questions

export async function controls(fake: FakeZalo): Promise<{ url: string; stop(): Promise<void> }> {
  const server = http.createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const ask = QUESTIONS[request.url?.slice(1) as Name] as ((fake: FakeZalo, about: unknown) => unknown) | undefined
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

const revive = (_key: string, value: unknown): unknown => {
  const { type, data } = (value ?? {}) as { type?: unknown; data?: unknown }
  return type === 'Buffer' && Array.isArray(data) ? Buffer.from(data as number[]) : value
}

export interface Remote extends Platform {
  ask<N extends Name>(name: N, about?: Parameters<Questions[N]>[1]): Promise<Awaited<ReturnType<Questions[N]>>>
}

export function remote(url: string): Remote {
  const ask = async (name: string, about?: unknown): Promise<unknown> => {
    const answer = await fetch(`${url}/${name}`, { method: 'POST', body: JSON.stringify(about ?? null) })
    if (!answer.ok) throw new Error(`the fake Zalo knows no ${name}`)
    return JSON.parse(await answer.text(), revive) as unknown
  }
  return {
    ask: ask as Remote['ask'],
    act: (user, action) => ask('act', { user, action }) as Promise<string>,
    after: (user, nth, timeoutMs) => ask('after', { user, nth, timeoutMs }) as Promise<Shown[]>,
  }
}

export interface Spawned {
  /** ZALO_API_ROOT, ZALO_OAUTH_ROOT */
  url: string
  remote: Remote
  stop(): Promise<void>
}

/** Starts main.ts and waits until it listens. */
export async function spawnFake(settings: Partial<FakeSettings> = {}): Promise<Spawned> {
  const main = new URL('./main.ts', import.meta.url).pathname
  const child = spawn(process.execPath, ['--import', 'tsx', main, JSON.stringify(settings)], {
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
    child.once('exit', (code) => reject(new Error(`the fake Zalo ended with ${code}`)))
  })
  const { url, control } = JSON.parse(line) as { url: string; control: string }
  return {
    url,
    remote: remote(control),
    async stop() {
      child.kill()
      await ended
    },
  }
}
