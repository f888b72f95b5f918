import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import pg from 'pg'
import { migrate } from '../../../server/database/migrate.js'
import { databaseUrl, withAdmin } from '../../database/server.js'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const HOUSE = join(ROOT, 'prisma', 'migrations')
const server = process.env.TEST_DATABASE_URL!

let name: string
let url: string
let directory: string

/** Prisma's own layout. */
const write = (migration: string, sql: string): void => {
  mkdirSync(join(directory, migration), { recursive: true })
  writeFileSync(join(directory, migration, 'migration.sql'), sql)
}

const sql = async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> =>
  withAdmin(url, async (client) => (await client.query<Row>(text, values)).rows)

const rows = () =>
  sql<{ migration_name: string; finished: boolean; rolled_back: boolean; logs: string | null; steps: number }>(
    `select migration_name, finished_at is not null as finished, rolled_back_at is not null as rolled_back, logs,
            applied_steps_count as steps from _prisma_migrations order by started_at, finished_at nulls first`,
  )

const sentence = (): Promise<string> =>
  migrate(url, { directory }).then(
    () => 'no refusal',
    (error: Error) => `${error.name}: ${error.message}`,
  )

const tables = async () =>
  (await sql<{ t: string }>(`select tablename as t from pg_tables where schemaname = 'public' order by 1`)).map(
    ({ t }) => t,
  )

/** What Prisma's engine leaves when a script fails: a row that is neither finished nor rolled back. */
const failedByPrisma = (migration: string) =>
  sql(
    `insert into _prisma_migrations (id, checksum, migration_name, logs, applied_steps_count) values ($1, 'of an old text', $2, 'ERROR: boom', 0)`,
    [randomBytes(18).toString('hex'), migration],
  )

beforeEach(async () => {
  name = `ro_nguon_migrate_${randomBytes(5).toString('hex')}`
  url = databaseUrl(server, name)
  directory = mkdtempSync(join(tmpdir(), 'rn-migrations-'))
  await withAdmin(server, (admin) => admin.query(`create database ${name}`))
  write('20260101000000_a', 'create table a (n int);')
  write('20260102000000_b', 'create table b (n int); insert into b values (1);')
})

afterEach(async () => {
  await withAdmin(server, (admin) => admin.query(`drop database if exists ${name} with (force)`))
  for (const each of [directory, `${directory}.only`]) rmSync(each, { recursive: true, force: true })
})

describe('applying', () => {
  test('what is missing, in order, once', async () => {
    expect(await migrate(url, { directory })).toEqual({ applied: ['20260101000000_a', '20260102000000_b'] })
    expect(await migrate(url, { directory })).toEqual({ applied: [] })
    write('20260103000000_c', 'create table c (n int);')
    expect(await migrate(url, { directory })).toEqual({ applied: ['20260103000000_c'] })
    expect(await tables()).toEqual(['_prisma_migrations', 'a', 'b', 'c'])
  })

  test('rows as Prisma writes them: checksum of the text, one step, a uuid', async () => {
    await migrate(url, { directory })
    const [row] = await sql(
      `select *, finished_at >= started_at as ordered from _prisma_migrations order by migration_name`,
    )
    const text = readFileSync(join(directory, '20260101000000_a', 'migration.sql'))
    expect(row).toMatchObject({
      checksum: createHash('sha256').update(text).digest('hex'),
      migration_name: '20260101000000_a',
      logs: null,
      rolled_back_at: null,
      applied_steps_count: 1,
      ordered: true,
    })
    expect(row!.id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    const columns = await sql(
      `select column_name as c, data_type as t, character_maximum_length as n, is_nullable as o from information_schema.columns
       where table_name = '_prisma_migrations' order by ordinal_position`,
    )
    expect(columns.map(({ c, t, n, o }) => [c, t, n, o])).toEqual([
      ['id', 'character varying', 36, 'NO'],
      ['checksum', 'character varying', 64, 'NO'],
      ['finished_at', 'timestamp with time zone', null, 'YES'],
      ['migration_name', 'character varying', 255, 'NO'],
      ['logs', 'text', null, 'YES'],
      ['rolled_back_at', 'timestamp with time zone', null, 'YES'],
      ['started_at', 'timestamp with time zone', null, 'NO'],
      ['applied_steps_count', 'integer', null, 'NO'],
    ])
  })

  test('to a database that does not exist yet: it is made', async () => {
    await withAdmin(server, (admin) => admin.query(`drop database ${name}`))
    expect((await migrate(url, { directory })).applied).toHaveLength(2)
  })

  test('the migrations of this house, whatever the line ends of the checkout', async () => {
    const { applied } = await migrate(url)
    expect(applied).toEqual(
      readdirSync(HOUSE)
        .filter((entry) => entry !== 'migration_lock.toml')
        .sort(),
    )
    cpSync(HOUSE, directory, { recursive: true })
    rmSync(join(directory, '20260101000000_a'), { recursive: true })
    rmSync(join(directory, '20260102000000_b'), { recursive: true })
    for (const migration of applied) {
      const file = join(directory, migration, 'migration.sql')
      writeFileSync(file, readFileSync(file, 'utf8').replaceAll('\n', '\r\n'))
    }
    expect(await migrate(url, { directory })).toEqual({ applied: [] })
  })

  test('a script that cannot run inside a transaction', async () => {
    write('20260103000000_index', '-- an index without a lock\ncreate index concurrently b_n on b (n);')
    expect((await migrate(url, { directory })).applied).toContain('20260103000000_index')
    expect(await sql(`select indisvalid from pg_index where indexrelid = 'b_n'::regclass`)).toEqual([
      { indisvalid: true },
    ])
  })
})

describe('recovering', () => {
  test('a migration that fails leaves nothing behind, and is tried again when mended', async () => {
    write('20260103000000_c', 'create table c (n int); insert into nowhere values (1);')
    expect(await sentence()).toBe(
      'Trouble: The migration 20260103000000_c failed: relation "nowhere" does not exist. Nothing of it was kept.',
    )
    expect(await tables()).toEqual(['_prisma_migrations', 'a', 'b'])
    expect((await rows())[2]).toMatchObject({
      finished: false,
      rolled_back: true,
      logs: 'relation "nowhere" does not exist',
    })
    // The same again is the same failure, not another one.
    expect(await sentence()).toContain('relation "nowhere" does not exist')

    write('20260103000000_c', 'create table c (n int);')
    expect(await migrate(url, { directory })).toEqual({ applied: ['20260103000000_c'] })
    expect(await tables()).toEqual(['_prisma_migrations', 'a', 'b', 'c'])
  })

  test('one that failed under Prisma is closed and tried again', async () => {
    await migrate(url, { directory })
    await failedByPrisma('20260103000000_c')
    write('20260103000000_c', 'create table c (n int);')
    expect(await migrate(url, { directory })).toEqual({ applied: ['20260103000000_c'] })
    expect((await rows()).filter(({ migration_name }) => migration_name === '20260103000000_c')).toEqual([
      expect.objectContaining({ finished: false, rolled_back: true }),
      expect.objectContaining({ finished: true, rolled_back: false, steps: 1 }),
    ])
  })

  test('one that could not be a transaction may have left something: an operator is asked', async () => {
    write('20260103000000_index', 'create unique index concurrently b_one on b ((1));')
    await migrate(url, { directory: withOnly('20260101000000_a', '20260102000000_b') })
    await sql('insert into b values (2)')
    expect(await sentence()).toContain('The migration 20260103000000_index failed: could not create unique index')
    expect(await sentence()).toMatch(
      /failed half-way \(could not create unique index.*migrate resolve --rolled-back 20260103000000_index/s,
    )
    // What that command does:
    await sql(`drop index b_one`)
    await sql(`delete from b where n = 2`)
    await sql(`update _prisma_migrations set rolled_back_at = now() where finished_at is null`)
    expect(await migrate(url, { directory })).toEqual({ applied: ['20260103000000_index'] })
  })

  test('a connection cut half way: nothing happened, and the next one does all of it', async () => {
    write('20260103000000_c', 'create table c (n int); select pg_terminate_backend(pg_backend_pid());')
    expect(await sentence()).toContain('The migration 20260103000000_c failed: terminating connection')
    expect(await tables()).toEqual(['_prisma_migrations', 'a', 'b'])
    write('20260103000000_c', 'create table c (n int);')
    expect(await migrate(url, { directory })).toEqual({ applied: ['20260103000000_c'] })
  })

  const withOnly = (...names: string[]): string => {
    const other = `${directory}.only`
    for (const each of names) cpSync(join(directory, each), join(other, each), { recursive: true })
    return other
  }
})

describe('two at once', () => {
  const apply = (): Promise<{ applied?: string[]; sentence?: string }> =>
    new Promise((done, fail) => {
      const child = spawn(
        process.execPath,
        ['--import', 'tsx', fileURLToPath(new URL('./applier.ts', import.meta.url)), url, directory],
        { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
      )
      let said = ''
      child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()))
      child.once('error', fail).once('close', () => done(JSON.parse(said) as { applied: string[] }))
    })

  test('processes: each migration is applied once, both go on', async () => {
    for (let i = 3; i < 10; i++) write(`2026010${i}000000_t`, `select pg_sleep(0.05); create table t${i} (n int);`)
    const said = await Promise.all([apply(), apply()])
    expect(said.flatMap(({ applied }) => applied).sort()).toEqual(readdirSync(directory).sort())
    expect(said.map((each) => each.sentence)).toEqual([undefined, undefined])
    expect((await rows()).every(({ finished }) => finished)).toBe(true)
  })

  test('the lock is the one that Prisma takes', async () => {
    const other = new pg.Client(url)
    await other.connect()
    await other.query('select pg_advisory_lock(72707369)')
    let done = false
    const migrating = migrate(url, { directory }).then(() => (done = true))
    const waits = async () =>
      (
        await sql(
          `select from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`,
        )
      ).length
    while ((await waits()) === 0);
    expect(done).toBe(false)
    expect(await tables()).toEqual([])
    await other.end()
    await migrating
    expect(await tables()).toContain('b')
  })
})

describe('refusing', () => {
  test('a text that was changed after it was applied', async () => {
    await migrate(url, { directory })
    write('20260101000000_a', 'create table a (n bigint);')
    expect(await sentence()).toMatch(/^Trouble: The migration 20260101000000_a was changed after it was applied/)
  })

  test('a database that is newer than the program', async () => {
    write('20270101000000_future', 'create table future (n int);')
    await migrate(url, { directory })
    rmSync(join(directory, '20270101000000_future'), { recursive: true })
    write('20260104000000_late', 'create table late (n int);')
    expect(await sentence()).toMatch(/^Trouble: The database is newer than this program.*20270101000000_future/)
    expect(await tables()).not.toContain('late')
  })

  test('a folder without its script', async () => {
    rmSync(join(directory, '20260102000000_b', 'migration.sql'))
    expect(await sentence()).toMatch(/^Trouble: .*20260102000000_b.*migration.sql/)
  })

  test('a server that is not there, without its password', async () => {
    url = 'postgresql://someone:hush@127.0.0.1:9/none'
    const said = await sentence()
    expect(said).toMatch(/^Trouble: The database does not answer: .*ECONNREFUSED.*DATABASE_URL/)
    expect(said).not.toContain('hush')
    url = databaseUrl(server, name)
  })
})
