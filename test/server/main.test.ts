/** `npm start` as an operator meets it: real processes, real signals, the real launcher. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, expect, test } from '@jest/globals'
import { readPidFile } from '../../server/database/postmaster.js'
import { withAdmin } from '../database/server.js'
import { freshWorld } from '../world.js'
import { processesIn } from './database/processes.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** Under the load of other tests; alone it takes a second, the first time some more. */
const READY_WITHIN_MS = 60_000
/** main.ts gives 8 s to what is in hand; there is nothing here. */
const STOPPED_WITHIN_MS = 15_000

const dataDir = realpathSync(mkdtempSync(join(tmpdir(), 'rn-main-')))
const cluster = join(dataDir, 'database', 'cluster')
const running: Started[] = []

interface Started {
  child: ChildProcess
  base: string
  said: () => string
  complained: () => string
  ended: Promise<number | null>
}

const start = (environment: Record<string, string>): Started => {
  const child = spawn(process.execPath, ['server/launch.mjs', 'server/main.ts'], {
    cwd: ROOT,
    // A group of its own, as a terminal gives it.
    detached: true,
    env: { PATH: process.env.PATH, LOG_LEVEL: 'info', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  let complained = ''
  child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()))
  child.stderr.on('data', (bytes: Buffer) => (complained += bytes.toString()))
  const started: Started = {
    child,
    base: `http://127.0.0.1:${environment.PORT}`,
    said: () => said,
    complained: () => complained,
    ended: once(child, 'close').then(([code]) => code as number | null),
  }
  running.push(started)
  return started
}

const status = async (address: string): Promise<number> => (await fetch(address).catch(() => undefined))?.status ?? 0

const reach = async (started: Started, wanted: number, path = '/readyz'): Promise<void> => {
  const deadline = Date.now() + READY_WITHIN_MS
  while ((await status(started.base + path)) !== wanted) {
    if (started.child.exitCode !== null || Date.now() > deadline) throw new Error(`not ready: ${started.complained()}`)
    await sleep(20)
  }
}

const freePort = async (): Promise<string> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return String(port)
}

afterEach(async () => {
  for (const { child, ended } of running.splice(0)) {
    if (child.exitCode === null) child.kill('SIGKILL')
    await ended
  }
})
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

test(
  'a first start in an empty folder, a lost database, a taken port, Ctrl-C: nothing is left behind',
  async () => {
    const PORT = await freePort()
    const house = start({ DATA_DIR: dataDir, PORT })
    await reach(house, 200)
    expect(await status(`${house.base}/healthz`)).toBe(200)
    while (!house.said().includes('Ctrl-C')) await sleep(10)
    expect(house.said()).toMatch(
      new RegExp(`^Rõ Nguồn is ready, with the demo\\. Open:\n  http://127\\.0\\.0\\.1:${PORT}/\nTo try`),
    )
    for (const hint of ['/report', '--as ward-officer', '/cases']) expect(house.said()).toContain(hint)
    expect(house.said()).toMatch(/\nCtrl-C stops it\.\n$/)

    // Somebody else wants the same port: one sentence.
    const second = start({ DATA_DIR: dataDir, PORT })
    expect(await second.ended).toBe(1)
    expect(second.complained().trim().split('\n').at(-1)).toBe(
      `Port ${PORT} is taken by another program. Stop it, or set PORT to another port.`,
    )
    expect(await status(`${house.base}/readyz`)).toBe(200)

    // The database is killed: it is told, and then mended.
    process.kill(readPidFile(cluster)!.pid, 'SIGKILL')
    await reach(house, 503)
    await reach(house, 200)

    // Ctrl-C goes to everybody of the terminal's group at once.
    const before = Date.now()
    process.kill(-house.child.pid!, 'SIGINT')
    expect(await house.ended).toBe(0)
    expect(Date.now() - before).toBeLessThan(STOPPED_WITHIN_MS)
    expect(processesIn(cluster)).toEqual([])
    expect(house.complained()).not.toMatch(/"level":"(error|fatal)"/)
  },
  3 * READY_WITHIN_MS,
)

test(
  'told to stop while it starts: it stops, and leaves nothing',
  async () => {
    const house = start({ DATA_DIR: dataDir, PORT: await freePort() })
    while (processesIn(cluster).length === 0 && house.child.exitCode === null) await sleep(5)
    house.child.kill('SIGTERM')
    expect(await house.ended).toBe(0)
    expect(processesIn(cluster)).toEqual([])
  },
  READY_WITHIN_MS,
)

test('a database seeded with the demo does not start outside the demo', async () => {
  const world = await freshWorld()
  try {
    await withAdmin(world.url, (admin) => admin.query(`insert into settings (key, value) values ('demo', '{}')`))
    const house = start({
      DATABASE_URL: world.url,
      DATA_DIR: dataDir,
      KEY_FILE: join(dataDir, 'keys.json'),
      PORT: await freePort(),
    })
    expect(await house.ended).toBe(1)
    expect(house.complained()).toMatch(/^This database was seeded with the demo, .* DEMO=true\.\n$/m)
  } finally {
    await world.close()
  }
})

test('a setting that cannot be used ends the start with its name, and nothing else', async () => {
  const house = start({ PORT: 'http', DATA_DIR: dataDir })
  expect(await house.ended).toBe(1)
  expect(house.complained()).toMatch(/^PORT should be a port number.*\n$/)
})
