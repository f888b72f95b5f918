import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import pg from 'pg'
import { type Embedded, type EmbeddedOptions, startEmbedded } from '../../../server/database/embedded.js'
import { readPidFile } from '../../../server/database/postmaster.js'
import { findOwner } from '../../../server/database/programs.js'
import { Trouble } from '../../../server/trouble.js'
import { isDead, type Keeper, processesIn, startKeeper, until } from './processes.js'

const isRoot = process.getuid?.() === 0
/** One cluster for all tests that do not need an untouched one: making it takes most of the time. */
const shared = mkdtempSync(join(tmpdir(), 'rn-embedded-'))
let dataDir = shared
let said: string[] = []
const open: Embedded[] = []
const keepers: Keeper[] = []

const cluster = () => join(dataDir, 'database', 'cluster')
const serverPid = () => readPidFile(cluster())?.pid

const start = async (options: Partial<EmbeddedOptions> = {}): Promise<Embedded> => {
  const embedded = await startEmbedded({ dataDir, log: (sentence) => said.push(sentence), ...options })
  open.push(embedded)
  return embedded
}

const keep = async (): Promise<Keeper> => {
  const keeper = await startKeeper(dataDir)
  keepers.push(keeper)
  return keeper
}

const ask = async (url: string, sql: string): Promise<unknown[]> => {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows[0] ?? []
  } finally {
    await client.end()
  }
}

const refusal = async (options: Partial<EmbeddedOptions> = {}): Promise<string> => {
  const error = await start(options).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(Trouble)
  return (error as Trouble).message
}

beforeEach(() => {
  dataDir = shared
  said = []
})

afterEach(async () => {
  for (const embedded of open.splice(0)) await embedded.stop()
  for (const keeper of keepers.splice(0)) if (keeper.child.exitCode === null) await keeper.leave()
  expect(processesIn(cluster())).toEqual([])
  if (dataDir !== shared) rmSync(dataDir, { recursive: true, force: true })
})

afterAll(() => rmSync(shared, { recursive: true, force: true }))

describe('a first start', () => {
  test('makes a server for this house alone, with settings that lose nothing', async () => {
    const { url, adopted } = await start()
    expect(adopted).toBe(false)
    const settings = [
      'fsync',
      'synchronous_commit',
      'timezone',
      'server_encoding',
      'listen_addresses',
      'max_connections',
    ]
    const values = await ask(
      url,
      `select ${settings.map((name) => `current_setting('${name}')`).join()}, current_database()`,
    )
    expect(values).toEqual(['on', 'on', 'UTC', 'UTF8', '127.0.0.1', '100', 'ro_nguon'])
    expect(new URL(url).searchParams.get('host')).toBe(join(dataDir, 'database', 'socket'))
    expect(await ask(url, 'select inet_client_addr()')).toEqual([null])
    for (const secret of ['database/password', 'database/cluster', 'database']) {
      expect(statSync(join(dataDir, secret)).mode & 0o077).toBe(0)
    }
  })

  test('over TCP only the password lets in', async () => {
    const { url } = await start()
    const tcp = new URL(url)
    tcp.searchParams.delete('host')
    expect(await ask(tcp.toString(), 'select 1')).toEqual([1])
    tcp.password = 'postgres'
    await expect(ask(tcp.toString(), 'select 1')).rejects.toMatchObject({ code: '28P01' })
  })

  test('by two processes at once: one starts it, both use it, the last one stops it', async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'rn-two-'))
    const [one, two] = await Promise.all([keep(), keep()])
    expect([one.adopted, two.adopted].filter(Boolean)).toHaveLength(1)
    expect(one.url).toBe(two.url)
    const [first, second] = one.adopted ? [two, one] : [one, two]
    await first.leave()
    expect(await ask(second.url, 'select 1')).toEqual([1])
    await second.leave()
    expect(processesIn(cluster())).toEqual([])
  })

  test('below folders that are closed to the database user, and too deep for a socket', async () => {
    const closed = mkdtempSync(join(tmpdir(), 'rn-closed-'))
    dataDir = join(closed, 'a folder with spaces and ' + 'a long name '.repeat(6), 'dữ liệu')
    mkdirSync(dataDir, { recursive: true })
    chmodSync(closed, 0o700)
    const { url, stop } = await start({ throwAway: true })
    expect(new URL(url).searchParams.get('host')).toBeNull()
    expect(await ask(url, `select pg_read_file('PG_VERSION')`)).toEqual(['18\n'])
    expect(existsSync(join(cluster(), 'PG_VERSION'))).toBe(true)
    await stop()
    rmSync(closed, { recursive: true })
  })

  test('as an ordinary user', async () => {
    if (!isRoot) return // then all the other tests are it
    dataDir = mkdtempSync(join(tmpdir(), 'rn-user-'))
    const { uid, gid } = await findOwner(dataDir, () => undefined)
    chownSync(dataDir, uid!, gid!)
    const keeper = await startKeeper(dataDir, { uid: uid!, gid: gid! })
    expect(keeper).toMatchObject({ adopted: false })
    expect(statSync(cluster()).uid).toBe(uid)
    await keeper.leave()
    // Root comes later: the folder stays its owner's.
    expect((await start()).adopted).toBe(false)
    expect(statSync(join(cluster(), 'postmaster.pid')).uid).toBe(uid)
  })
})

describe('sharing', () => {
  test('a second user of the folder joins, and the server lives until both have left', async () => {
    const first = await start()
    const second = await start()
    expect(second).toMatchObject({ adopted: true, url: first.url })
    await first.stop()
    expect(await ask(second.url, 'select 1')).toEqual([1])
    await second.stop()
    expect(serverPid()).toBeUndefined()
  })

  test('the server does not get the Ctrl-C of our terminal, nor our secrets', async () => {
    process.env.TELEGRAM_BOT_TOKEN = '1:secret'
    try {
      await start()
    } finally {
      delete process.env.TELEGRAM_BOT_TOKEN
    }
    const pid = serverPid()!
    const [, group] = /\) \w \d+ (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))!
    expect(Number(group)).toBe(pid)
    if (isRoot) expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain('secret')
  })
})

describe('after a crash', () => {
  test('a server whose user died is adopted, with what it knew, and stopped by us', async () => {
    const keeper = await keep()
    await ask(keeper.url, 'create table if not exists kept as select 7 as n')
    await keeper.kill()
    const orphan = serverPid()!
    expect(isDead(orphan)).toBe(false)
    const { url, adopted, stop } = await start()
    expect(adopted).toBe(true)
    expect(await ask(url, 'select n from kept')).toEqual([7])
    await stop()
    expect(isDead(orphan)).toBe(true)
  })

  test('of the server too: it starts again and nothing committed is lost', async () => {
    const keeper = await keep()
    await ask(keeper.url, 'create table if not exists crashed as select 8 as n')
    const pid = serverPid()!
    await keeper.kill()
    process.kill(pid, 'SIGKILL')
    await until(() => isDead(pid))
    expect(existsSync(join(cluster(), 'postmaster.pid'))).toBe(true)
    const { url, adopted } = await start()
    expect(adopted).toBe(false)
    expect(await ask(url, 'select n from crashed')).toEqual([8])
  })

  test.each(['unreaped', 'foreign'] as const)('a lock file that names one that is %s', async (kind) => {
    const first = await start()
    const text = readFileSync(join(cluster(), 'postmaster.pid'), 'utf8')
    await first.stop()
    const owner = await findOwner(join(dataDir, 'database'), () => undefined)
    // A shell whose child dies while it itself has become somebody who never asks for it.
    const script = kind === 'unreaped' ? 'sh -c "echo \\$\\$" & exec sleep 60' : 'echo $$; exec sleep 60'
    const parent = spawn('/bin/sh', ['-c', script], { ...owner, cwd: '/', stdio: ['ignore', 'pipe', 'ignore'] })
    const pid = Number(await new Promise<Buffer>((done) => parent.stdout.once('data', done)))
    try {
      if (kind === 'unreaped') await until(() => isDead(pid))
      writeFileSync(join(cluster(), 'postmaster.pid'), text.replace(/^\d+/, String(pid)))
      const { url, adopted } = await start()
      expect(adopted).toBe(false)
      expect(await ask(url, 'select 1')).toEqual([1])
    } finally {
      parent.kill('SIGKILL')
    }
  })

  test('of the server while we use it: it comes back at the same address', async () => {
    const { url } = await start()
    const pid = serverPid()!
    process.kill(pid, 'SIGKILL')
    await until(async () => serverPid() !== pid && (await ask(url, 'select 1').catch(() => [])).length === 1)
    await until(() => said.join().includes('is back'))
  })

  test('a throw-away server ends with its user, however that ends', async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'rn-throw-'))
    const code = `
      const { startEmbedded } = await import('./server/database/embedded.ts')
      await startEmbedded({ dataDir: process.argv[1], throwAway: true })
      process.kill(process.pid, 'SIGKILL')`
    spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code, dataDir])
    expect(existsSync(join(cluster(), 'PG_VERSION'))).toBe(true)
    await until(() => processesIn(cluster()).length === 0)
  })
})

describe('what an operator can mend is said in a sentence', () => {
  test('the port of last time is taken: another one is found', async () => {
    const first = await start()
    const port = Number(new URL(first.url).port)
    await first.stop()
    const thief = await new Promise<Server>((done) => {
      const server: Server = createServer().listen(port, '127.0.0.1', () => done(server))
    })
    try {
      const second = await start()
      expect(Number(new URL(second.url).port)).not.toBe(port)
      expect(said.join()).toContain(`Port ${port}`)
    } finally {
      thief.close()
    }
  })

  test('the folder is taken by a server that does not answer', async () => {
    const first = await start()
    const text = readFileSync(join(cluster(), 'postmaster.pid'), 'utf8')
    await first.stop()
    const owner = await findOwner(join(dataDir, 'database'), () => undefined)
    const mute = spawn('/bin/bash', ['-c', 'exec -a /opt/postgres sleep 60'], { ...owner, cwd: cluster() })
    try {
      await until(() => readFileSync(`/proc/${mute.pid}/cmdline`, 'utf8').startsWith('/opt/postgres'))
      const pidFile = text.replace(/^\d+/, String(mute.pid))
      writeFileSync(join(cluster(), 'postmaster.pid'), pidFile)
      expect(await refusal({ giveUpAfterMs: 1_500 })).toMatch(/is taken: process \d+ .*set DATA_DIR/)
      // It is not ours to touch.
      expect(readFileSync(join(cluster(), 'postmaster.pid'), 'utf8')).toBe(pidFile)
      expect(isDead(mute.pid!)).toBe(false)
    } finally {
      mute.kill('SIGKILL')
    }
    await until(() => isDead(mute.pid!))
  })

  test('a server of the folder that does not take our password', async () => {
    const first = await start()
    const file = join(dataDir, 'database', 'password')
    const password = readFileSync(file, 'utf8')
    writeFileSync(file, 'another')
    try {
      expect(await refusal()).toMatch(/does not take the password/)
    } finally {
      writeFileSync(file, password)
      await first.stop()
    }
  })

  test.each([
    ['of another version', 'cluster/PG_VERSION', '14\n', /is of PostgreSQL 14, this house brings 18/],
    ['of somebody else', 'password', undefined, /holds something else/],
    ['that was damaged', 'cluster/global/pg_control', undefined, /does not start. PostgreSQL says:\n.*pg_control/s],
  ])('a folder %s', async (_, name, instead, sentence) => {
    await (await start()).stop()
    const file = join(dataDir, 'database', name)
    const aside = join(shared, 'aside')
    renameSync(file, aside)
    if (instead !== undefined) writeFileSync(file, instead)
    try {
      expect(await refusal()).toMatch(sentence)
    } finally {
      renameSync(aside, file)
    }
    expect(await ask((await start()).url, 'select 1')).toEqual([1])
  })

  test('no folder at all', async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'rn-file-'))
    writeFileSync(join(dataDir, 'file'), '')
    expect(await refusal({ dataDir: join(dataDir, 'file') })).toMatch(/cannot be used by this user .*DATA_DIR/)
    expect(await refusal({ dataDir: join(dataDir, 'file', 'below') })).toMatch(/cannot be used by this user .*DATA_DIR/)
  })

  test('a folder that is not ours to use', async () => {
    if (!isRoot) return // nobody else's folder can be made
    dataDir = mkdtempSync(join(tmpdir(), 'rn-else-'))
    const { uid, gid } = await findOwner(dataDir, () => undefined)
    const { sentence } = await startKeeper(dataDir, { uid: uid!, gid: gid! })
    expect(sentence).toMatch(/cannot be used by this user .*DATA_DIR/)
  })
})
