/** The talk's command line, from outside; what is said in it is tested in test/bot. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { freshWorld, type World } from '../world.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const WITHIN_MS = 60_000

let world: World
const dataDir = mkdtempSync(join(tmpdir(), 'rn-talk-'))
beforeAll(async () => {
  world = await freshWorld()
  // Not an empty database: the demo, which takes seconds, is not wanted here.
  await world.db.prisma.person.create({ data: { displayName: 'Ai đó', createdAt: new Date() } })
})
afterAll(async () => {
  await world.close()
  rmSync(dataDir, { recursive: true, force: true })
})

const shell = (line: string): Promise<{ code: number; out: string; err: string }> =>
  new Promise((done) => {
    const env = { PATH: process.env.PATH, DATABASE_URL: world.url, DATA_DIR: dataDir, DEMO: 'true', LOG_LEVEL: 'error' }
    execFile('/bin/sh', ['-c', line], { cwd: ROOT, env: { ...env, NODE: process.execPath } }, (error, out, err) =>
      done({ code: error ? Number(error.code) : 0, out, err }),
    )
  })
const TALK = '"$NODE" server/launch.mjs server/talk.ts'
const ADMIN = '"$NODE" server/launch.mjs server/admin.ts'

test('an option that there is not is told in a sentence', async () => {
  expect(await shell(`${TALK} --nope`)).toEqual({
    code: 1,
    out: '',
    err: expect.stringMatching(/^Unknown option '--nope'.* npm run talk -- \[--json\] \[--as ID\]\n$/),
  })
})

test(
  'whoever reads what is printed may stop early: it ends in order, without a word',
  async () => {
    const said = `printf '%s\\n' '{"text":"/start"}' '{"text":"/help"}' '{"text":"/help"}'`
    expect(await shell(`${said} | ${TALK} --json | head -c 10`)).toMatchObject({ code: 0, err: '' })
    expect(await shell(`${ADMIN} units list --json | true`)).toEqual({ code: 0, out: '', err: '' })
    expect(await world.db.prisma.update.count({ where: { doneAt: null } })).toBe(0)
  },
  WITHIN_MS,
)
