/** A fresh database for a test file: cloned from the migrated template, dropped at the end. */
import { randomBytes } from 'node:crypto'
import { Db } from '../server/db.js'
import { databaseUrl, withAdmin } from './database/server.js'

export interface World {
  db: Db
  /** Of the database */
  name: string
  /** Of this world's own database, for processes of their own. */
  url: string
  close(): Promise<void>
}

interface WorldOptions {
  connections?: number
  /** What is in it from the start; the first that asks by this name fills it, and all others get a clone. */
  filled?: { name: string; fill(world: World): Promise<void> }
}

export async function freshWorld({ filled, ...options }: WorldOptions = {}): Promise<World> {
  const server = process.env.TEST_DATABASE_URL
  const template = process.env.TEST_TEMPLATE
  if (!server || !template) throw new Error('No test database: run the tests with npm test')
  const source = filled ? `${template}_${filled.name}` : template
  if (filled)
    await withAdmin(server, async (admin) => {
      // Until this connection ends: whoever asks meanwhile waits for the clone.
      await admin.query('select pg_advisory_lock(hashtext($1))', [source])
      const { rowCount } = await admin.query('select from pg_database where datname = $1', [source])
      if (rowCount) return
      const world = await freshWorld()
      await filled.fill(world)
      await world.db.close()
      await admin.query(`alter database ${world.name} rename to ${source}`)
    })
  const name = `ro_nguon_${randomBytes(6).toString('hex')}`
  await withAdmin(server, (admin) => admin.query(`create database ${name} template ${source}`))
  const url = databaseUrl(server, name)
  const db = new Db({ url, ...options })
  return {
    db,
    name,
    url,
    async close() {
      await db.close()
      await withAdmin(server, (admin) => admin.query(`drop database if exists ${name} with (force)`))
    },
  }
}
