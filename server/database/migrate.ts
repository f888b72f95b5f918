/**
 * Brings a database to the shape this code needs: applies the folders of prisma/migrations that it has not seen. The table,
 * the checksums and the lock are Prisma's own, so `prisma migrate deploy` and this may be used in turn on one database.
 *
 * Unlike Prisma, a migration and its row in `_prisma_migrations` are one transaction: after a failure or a crash there is
 * nothing half done, and the next start tries again.
 */
import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { MIGRATE_LOCK } from '../../prisma/locks.js'
import { messageOf, Trouble } from '../trouble.js'

export interface MigrateOptions {
  /** Holds `<stamp>_<name>/migration.sql`. */
  directory?: string
  /** Told in sentences what was applied. */
  log?: (sentence: string) => void
}

interface Migration {
  name: string
  sql: string
}

interface Row {
  id: string
  migration_name: string
  checksum: string
  finished: boolean
  rolled_back: boolean
  logs: string | null
}

const LOCK_WITHIN_MS = 120_000
const CONNECT_TIMEOUT_MS = 10_000
/** 14: the oldest whose features the statements use. */
const SERVER_VERSION_MIN = 140_000
const HOUSE_MIGRATIONS = fileURLToPath(new URL('../../prisma/migrations', import.meta.url))

const CREATE_TABLE = `
  create table if not exists _prisma_migrations (
    id                  varchar(36) primary key not null,
    checksum            varchar(64) not null,
    finished_at         timestamptz,
    migration_name      varchar(255) not null,
    logs                text,
    rolled_back_at      timestamptz,
    started_at          timestamptz not null default now(),
    applied_steps_count integer not null default 0
  )`

/**
 * Applies what is missing, in order of names. Two at once: the second waits and finds nothing to do.
 * @throws {Trouble} when the database is too old, newer than this code, was migrated by another text of the same
 *   migration, or a migration fails.
 */
export const migrate = async (
  url: string,
  { directory = HOUSE_MIGRATIONS, log = () => undefined }: MigrateOptions = {},
): Promise<{ applied: string[] }> => {
  const migrations = await readMigrations(directory)
  const client = await connect(url)
  try {
    await lock(client)
    await client.query(CREATE_TABLE)
    const { rows } = await client.query<Row>(
      `select id, migration_name, checksum, finished_at is not null as finished, rolled_back_at is not null as rolled_back, logs
       from _prisma_migrations order by started_at, id`,
    )
    const open = rows.filter((row) => !row.rolled_back)
    refuseNewer(open, migrations)
    const applied: string[] = []
    for (const migration of migrations) {
      const row = open.find((row) => row.migration_name === migration.name && row.finished)
      if (row) {
        refuseChanged(row, migration)
        continue
      }
      await forgive(
        client,
        open.filter((row) => row.migration_name === migration.name),
        migration,
      )
      await apply(client, migration)
      log(`Migrated the database: ${migration.name}.`)
      applied.push(migration.name)
    }
    return { applied }
  } finally {
    await client.end().catch(() => undefined) // frees the lock
  }
}

const readMigrations = async (directory: string): Promise<Migration[]> => {
  const entries = await readdir(directory, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(
    names.sort().map(async (name) => {
      const file = join(directory, name, 'migration.sql')
      const sql = await readFile(file, 'utf8').catch(() => undefined)
      if (sql === undefined)
        throw new Trouble(`The migration ${name} has no script: put back ${file}, or remove its folder.`)
      return { name, sql }
    }),
  )
}

const connect = async (url: string): Promise<pg.Client> => {
  const open = async (connectionString: string) => {
    const client = new pg.Client({ connectionString, connectionTimeoutMillis: CONNECT_TIMEOUT_MS })
    client.on('error', () => undefined)
    await client.connect()
    return client
  }
  let client: pg.Client
  try {
    client = await open(url).catch(async (error: unknown) => {
      if ((error as pg.DatabaseError).code !== '3D000') throw error // there is no such database
      await createDatabase(url, open)
      return open(url)
    })
  } catch (error) {
    throw new Trouble(
      `The database does not answer: ${messageOf(error)}. Check DATABASE_URL and whether the server runs.`,
    )
  }
  const { rows } = await client.query<{ version: number }>(
    `select current_setting('server_version_num')::int as version`,
  )
  if ((rows[0]?.version ?? 0) < SERVER_VERSION_MIN) {
    await client.end()
    throw new Trouble('The database server is older than PostgreSQL 14. Use a newer one.')
  }
  return client
}

const createDatabase = async (url: string, open: (url: string) => Promise<pg.Client>): Promise<void> => {
  const wanted = new URL(url)
  const name = decodeURIComponent(wanted.pathname.slice(1))
  wanted.pathname = '/postgres'
  const admin = await open(wanted.toString())
  try {
    await admin.query(`create database ${admin.escapeIdentifier(name)} template template0 encoding 'UTF8'`)
  } catch (error) {
    if (!['42P04', '23505'].includes((error as pg.DatabaseError).code ?? '')) throw error // made at this moment by another
  } finally {
    await admin.end()
  }
}

const lock = async (client: pg.Client): Promise<void> => {
  await client.query(`set lock_timeout = ${LOCK_WITHIN_MS}`)
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATE_LOCK])
  } catch (error) {
    if ((error as pg.DatabaseError).code !== '55P03') throw error
    throw new Trouble(
      `Another process has been migrating this database for over ${LOCK_WITHIN_MS / 1000} s. Try again later.`,
    )
  }
  await client.query('set lock_timeout = 0')
}

const refuseNewer = (rows: Row[], migrations: Migration[]): void => {
  const unknown = rows.filter((row) => row.finished && !migrations.some(({ name }) => name === row.migration_name))
  if (unknown.length === 0) return
  const names = unknown.map((row) => row.migration_name).join(', ')
  throw new Trouble(`The database is newer than this program: it was migrated by ${names}. Start the newer program.`)
}

/** The same text with other line ends is the same migration, for Prisma as well. */
const checksums = (sql: string): string[] => {
  const plain = sql.replaceAll('\r\n', '\n')
  return [sql, plain, plain.replaceAll('\n', '\r\n')].map((text) => createHash('sha256').update(text).digest('hex'))
}

const refuseChanged = (row: Row, migration: Migration): void => {
  if (checksums(migration.sql).includes(row.checksum)) return
  throw new Trouble(
    `The migration ${migration.name} was changed after it was applied to this database. ` +
      `Put its old text back and write the change as a new migration.`,
  )
}

/** What PostgreSQL runs only outside a transaction, and scripts that manage transactions themselves. */
const cannotBeTransactional = (sql: string): boolean => {
  const code = sql.replaceAll(/--.*$/gm, '').replaceAll(/\/\*[\s\S]*?\*\//g, '')
  return (
    /\bconcurrently\b/i.test(code) ||
    /^\s*(vacuum|alter\s+system|(create|drop)\s+(database|tablespace))\b/im.test(code) ||
    /^\s*(begin|commit|rollback|start\s+transaction)\s*;/im.test(code)
  )
}

/** Attempts that ended without success. One that was a transaction left nothing behind: it is closed, and tried again. */
const forgive = async (client: pg.Client, failed: Row[], migration: Migration): Promise<void> => {
  const [first] = failed
  if (!first) return
  if (cannotBeTransactional(migration.sql)) {
    throw new Trouble(
      `The migration ${migration.name} failed half-way${first.logs ? ` (${first.logs.split('\n')[0]})` : ''}. ` +
        `Undo by hand what it left in the database, then run: npx prisma migrate resolve --rolled-back ${migration.name}`,
    )
  }
  await client.query('update _prisma_migrations set rolled_back_at = now() where id = any($1)', [
    failed.map(({ id }) => id),
  ])
}

const INSERT = `insert into _prisma_migrations (id, checksum, migration_name, started_at) values ($1, $2, $3, now())`
const FINISH = `update _prisma_migrations set finished_at = clock_timestamp(), applied_steps_count = 1 where id = $1`

const apply = async (client: pg.Client, migration: Migration): Promise<void> => {
  const id = randomUUID()
  const values = [id, checksums(migration.sql)[0], migration.name]
  const alone = cannotBeTransactional(migration.sql)
  try {
    if (!alone) await client.query('begin')
    await client.query(INSERT, values)
    await client.query(migration.sql)
    await client.query(FINISH, [id])
    if (!alone) await client.query('commit')
  } catch (error) {
    const said = messageOf(error)
    await client.query('rollback').catch(() => undefined)
    // Leave a trace for whoever looks. If the connection itself broke there is none to leave, and nothing was done.
    const trace = alone
      ? client.query('update _prisma_migrations set logs = $2 where id = $1', [id, said])
      : client
          .query(INSERT, values)
          .then(() =>
            client.query('update _prisma_migrations set logs = $2, rolled_back_at = now() where id = $1', [id, said]),
          )
    await trace.catch(() => undefined)
    throw new Trouble(`The migration ${migration.name} failed: ${said}.${alone ? '' : ' Nothing of it was kept.'}`)
  }
}
