// Before all tests: one database server (embedded, or that of DATABASE_URL) and one migrated template database.
import { register } from 'tsx/esm/api'
import { memoryFolder } from './memory-folder.mjs'

// The tests' processes inherit it.
const folder = memoryFolder()
if (folder) process.env.TMPDIR = folder
const unregister = register()
const { startTestServer } = await import('./server.ts')
await unregister()

export default async function start() {
  globalThis.testServer = await startTestServer()
  process.env.TEST_DATABASE_URL = globalThis.testServer.url
  process.env.TEST_TEMPLATE = globalThis.testServer.template
}
