/** A fresh database for a test file: cloned from the migrated template, dropped at the end. */
import { randomBytes } from 'node:crypto'
import { Db } from '../server/db.js'
import { databaseUrl, withAdmin } from './database/server.js'

export interface World {
  db: Db
  /** Of this world's own database, for processes of their own. */
  url: string
  close(): Promise<void>
}

export async function freshWorld(options: { connections?: number } = {}): Promise<World> {
  const server = process.env.TEST_DATABASE_URL
  const template = process.env.TEST_TEMPLATE
  if (!server || !template) throw new Error('No test database: run the tests with npm test')
  const name = `ro_nguon_${randomBytes(6).toString('hex')}`
  await withAdmin(server, (admin) => admin.query(`create database ${name} template ${template}`))
  const url = databaseUrl(server, name)
  const db = new Db({ url, ...options })
  return {
    db,
    url,
    async close() {
      await db.close()
      await withAdmin(server, (admin) => admin.query(`drop database if exists ${name} with (force)`))
    },
  }
}
