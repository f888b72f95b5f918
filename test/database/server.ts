import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startEmbedded } from '../../server/database/embedded.js'
import { migrate } from '../../server/database/migrate.js'

export interface TestServer {
  /** Of the server, with a database that may create others. */
  url: string
  /** The migrated database that every test file clones. */
  template: string
  stop(): Promise<void>
}

/** The server that all test files share. Its data may be lost at a power cut: nothing waits for the disk. */
export async function startTestServer(): Promise<TestServer> {
  const given = process.env.DATABASE_URL
  const dataDir = given ? undefined : await mkdtemp(join(tmpdir(), 'ro-nguon-test-'))
  const embedded = dataDir ? await startEmbedded({ dataDir, throwAway: true }) : undefined
  const url = given ?? embedded!.url
  const template = `ro_nguon_template_${process.pid}`
  await withAdmin(url, async (admin) => {
    await admin.query(`drop database if exists ${template} with (force)`)
    await admin.query(`create database ${template} template template0 encoding 'UTF8'`)
  })
  await migrate(databaseUrl(url, template))
  return {
    url,
    template,
    async stop() {
      if (given) await withAdmin(url, (admin) => dropAll(admin, template))
      await embedded?.stop()
      if (dataDir) await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** The template, and those that test files filled and named after it. */
async function dropAll(admin: pg.Client, template: string): Promise<void> {
  const { rows } = await admin.query<{ name: string }>(
    'select datname as name from pg_database where starts_with(datname, $1)',
    [template],
  )
  for (const { name } of rows) await admin.query(`drop database if exists ${name} with (force)`)
}

export function databaseUrl(serverUrl: string, database: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${database}`
  return url.toString()
}

export async function withAdmin<T>(url: string, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client(url)
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.end()
  }
}
