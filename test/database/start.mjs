// Before all tests: one database server (embedded, or that of DATABASE_URL) and one migrated template database.
import { chmodSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { register } from 'tsx/esm/api'
import { memoryFolder } from './memory-folder.mjs'

/** For everybody, like any folder of temporary files: the database's user is another one. */
const FOR_ALL = 0o1777

const memory = memoryFolder()
if (memory) {
  // The tests' processes inherit it.
  process.env.TMPDIR = globalThis.testFolder = mkdtempSync(join(memory, 'ro-nguon-tests-'))
  chmodSync(process.env.TMPDIR, FOR_ALL)
}
const unregister = register()
const { startTestServer } = await import('./server.ts')
await unregister()

export default async function start() {
  globalThis.testServer = await startTestServer()
  process.env.TEST_DATABASE_URL = globalThis.testServer.url
  process.env.TEST_TEMPLATE = globalThis.testServer.template
}
