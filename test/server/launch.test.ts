/** The launcher in a checkout of its own, with an npm, a Prisma and a tsx that only note that they were called. */
import { type SpawnOptions, spawn } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { isDead, until } from './database/processes.js'

const LAUNCH = fileURLToPath(new URL('../../server/launch.mjs', import.meta.url))
const SCHEMA = 'model Lot { name String }'

let root: string
const write = (file: string, text: string, mode = 0o644): void => {
  const path = join(root, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  chmodSync(path, mode)
}
const read = (file: string): string => (existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : '')
const calls = () =>
  existsSync(join(root, 'calls')) ? readFileSync(join(root, 'calls'), 'utf8').trim().split('\n') : []

interface Ran {
  code: number | null
  out: string
  err: string
}

const launch = (args: string[], { env = {}, ...options }: SpawnOptions & { flags?: string[] } = {}): Promise<Ran> =>
  new Promise((done) => {
    const child = spawn(process.execPath, [...(options.flags ?? []), join(root, 'server', 'launch.mjs'), ...args], {
      ...options,
      env: { PATH: `${join(root, 'bin')}:${process.env.PATH}`, TMPDIR: root, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const ran: Ran = { code: null, out: '', err: '' }
    child.stdout.on('data', (bytes: Buffer) => (ran.out += bytes.toString()))
    child.stderr.on('data', (bytes: Buffer) => (ran.err += bytes.toString()))
    child.stdin.end('from outside')
    child.once('close', (code) => done({ ...ran, code }))
  })

/** What `npm install` does here: everything anew, its own list last; it prints to both of its streams. */
const NPM = `#!/bin/sh
echo "npm $*" >> "\${0%/bin/npm}/calls"
echo "npm says"; echo "npm warns" >&2
[ -e fail ] && exit 1
rm -rf node_modules; sleep 0.1; cp -r packages node_modules; cp package-lock.json node_modules/.package-lock.json`

const PRISMA = `
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
appendFileSync('calls', 'prisma ' + process.argv[2] + ' engine=' + (process.env.PRISMA_SCHEMA_ENGINE_BINARY === process.execPath) + '\\n')
mkdirSync('prisma/generated/internal', { recursive: true })
writeFileSync('prisma/generated/internal/class.ts', '"clientVersion": "7.0.0", "inlineSchema": ' + JSON.stringify(readFileSync('prisma/schema.prisma', 'utf8')))
console.log('Generated')`

const lockOf = (version: string) =>
  JSON.stringify({
    packages: {
      '': { name: 'house' },
      'node_modules/tsx': { version },
      'node_modules/other-platform': { version: '1.0.0', optional: true },
    },
  })

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rn-launch-'))
  mkdirSync(join(root, 'server'))
  copyFileSync(LAUNCH, join(root, 'server', 'launch.mjs'))
  write('package.json', '{"type":"module"}')
  write('package-lock.json', lockOf('1.0.0'))
  write('prisma/schema.prisma', SCHEMA)
  write('bin/npm', NPM, 0o755)
  write('packages/prisma/package.json', '{"type":"module"}')
  write('packages/prisma/build/index.js', PRISMA)
  write('packages/@prisma/client/package.json', '{"version":"7.0.0"}')
  write('packages/tsx/package.json', '{"type":"module","exports":{"./esm/api":"./api.js"}}')
  write('packages/tsx/api.js', 'export const register = () => undefined')
  write('packages/tool/package.json', '{"bin":{"tool":"./tool.cjs"}}')
  write('packages/tool/tool.cjs', 'console.log("tool", ...process.argv.slice(2)); process.exit(7)')
  write(
    'server/entry.js',
    `import { readFileSync } from 'node:fs'
     console.log(JSON.stringify([process.argv.slice(2), readFileSync(0, 'utf8'), process.env.PRISMA_SCHEMA_ENGINE_BINARY ?? null]))
     if (process.argv[2] === 'trouble') throw Object.assign(new Error('Port 1 is taken.'), { name: 'Trouble' })
     if (process.argv[2] === 'bug') throw new Error('a bug')
     process.exitCode = 3`,
  )
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('a fresh checkout', () => {
  test('gets its packages and its Prisma client, then runs the entry with its own streams and exit code', async () => {
    const { code, out, err } = await launch(['server/entry.js', 'a', '--b'])
    expect(calls()).toEqual([expect.stringMatching(/^npm install --no-save /), 'prisma generate engine=true'])
    // stdout belongs to the entry.
    expect(JSON.parse(out)).toEqual([['a', '--b'], 'from outside', null])
    expect(err).toContain('Installing packages')
    expect(code).toBe(3)
  })

  test('the second time there is nothing to do', async () => {
    await launch(['server/entry.js'])
    const { err } = await launch(['server/entry.js'])
    expect(calls()).toHaveLength(2)
    expect(err).toBe('')
  })

  test('two at once do not trample on each other', async () => {
    const ran = await Promise.all([1, 2, 3].map(() => launch(['server/entry.js'])))
    expect(calls()).toHaveLength(2)
    expect(ran.map(({ code }) => code)).toEqual([3, 3, 3])
  })

  test('a launch that was killed while it installed keeps nobody waiting', async () => {
    write('bin/npm', `#!/bin/sh\ntouch "${root}/installing"\nexec sleep 30`, 0o755)
    const child = spawn(process.execPath, [join(root, 'server', 'launch.mjs'), 'server/entry.js'], {
      env: { PATH: `${join(root, 'bin')}:${process.env.PATH}`, TMPDIR: root },
      stdio: 'ignore',
      detached: true,
    })
    while (!existsSync(join(root, 'installing'))) await new Promise((done) => setTimeout(done, 20))
    process.kill(-child.pid!, 'SIGKILL')
    await new Promise((done) => child.once('exit', done))
    write('bin/npm', NPM, 0o755)
    expect((await launch(['server/entry.js'])).code).toBe(3)
  })

  test('packages that cannot be installed: a sentence, and no half of them is used', async () => {
    write('fail', '')
    const { code, err, out } = await launch(['server/entry.js'])
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(/npm warns[^]*could not be installed: see above/)
    expect(err).not.toContain('    at ')
  })
})

describe('packages', () => {
  test('that somebody installed by hand are taken as they are', async () => {
    await launch(['server/entry.js'])
    rmSync(join(root, 'node_modules', '.installed-for'))
    write('node_modules/.package-lock.json', JSON.stringify({ packages: { 'node_modules/tsx': { version: '1.0.0' } } }))
    await launch(['server/entry.js'])
    expect(calls()).toHaveLength(2)
  })

  test.each([
    ['another version is wanted now', () => write('package-lock.json', lockOf('1.0.1'))],
    ['the folder is gone', () => rmSync(join(root, 'node_modules'), { recursive: true })],
  ])('are installed again when %s', async (_, change) => {
    await launch(['server/entry.js'])
    change()
    await launch(['server/entry.js'])
    expect(calls().filter((call) => call.startsWith('npm'))).toHaveLength(2)
  })
})

test.each([
  ['the schema changed', () => write('prisma/schema.prisma', `${SCHEMA}\n// "quoted"\n`)],
  ['Prisma changed', () => write('node_modules/@prisma/client/package.json', '{"version":"7.0.1"}')],
  ['it is gone', () => rmSync(join(root, 'prisma', 'generated'), { recursive: true })],
])('the Prisma client is made anew when %s', async (_, change) => {
  await launch(['server/entry.js'])
  change()
  await launch(['server/entry.js'])
  expect(calls().filter((call) => call.startsWith('prisma'))).toHaveLength(2)
})

describe('a launch by npm, which stands two processes above it', () => {
  /** npm hands SIGTERM on to the shell that it started, and that shell ends without a word to us. */
  const underShell = (args: string[]) => {
    const line = `"${process.execPath}" "${join(root, 'server', 'launch.mjs')}" ${args.join(' ')}; true`
    const shell = spawn('/bin/sh', ['-c', line], {
      env: { PATH: `${join(root, 'bin')}:${process.env.PATH}`, TMPDIR: root, npm_lifecycle_event: 'start' },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    let out = ''
    shell.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()))
    return { shell, out: () => out, closed: new Promise<void>((done) => shell.once('close', () => done())) }
  }

  test('is told to stop when the shell between them ended', async () => {
    await launch(['server/entry.js'])
    write(
      'server/lasting.js',
      `process.once('SIGTERM', () => (console.log('stopping in order'), process.exit(0)))
       setTimeout(() => console.log('nobody told me'), 5000)
       console.log('begun')`,
    )
    const { shell, out, closed } = underShell(['server/lasting.js'])
    await until(() => out().includes('begun'))
    shell.kill('SIGTERM')
    await closed // its output is ours as well: both have ended
    expect(out()).toBe('begun\nstopping in order\n')
  })

  test('takes the install that it began with it', async () => {
    write('bin/npm', `#!/bin/sh\necho $$ > "${root}/installing"\nexec sleep 30`, 0o755)
    const { shell, closed } = underShell(['server/entry.js'])
    await until(() => read('installing') !== '')
    shell.kill('SIGTERM')
    await closed
    expect(isDead(Number(read('installing')))).toBe(true)
  })
})

describe('what is said', () => {
  test('trouble alone, a bug with its place', async () => {
    await launch(['server/entry.js'])
    expect(await launch(['server/entry.js', 'trouble'])).toMatchObject({ code: 1, err: 'Port 1 is taken.\n' })
    const bug = await launch(['server/entry.js', 'bug'])
    expect(bug.code).toBe(1)
    expect(bug.err).toMatch(/a bug\n +at .*entry\.js/)
  })

  test.each([
    ['18.20.0', false],
    ['20.18.3', false],
    ['20.19.0', true],
    ['21.7.0', false],
    ['22.11.0', false],
    ['22.12.0', true],
    ['23.0.0', false],
    ['24.0.0', true],
    ['26.1.0', true],
  ])('Node %s will do: %s', async (version, will) => {
    write(
      'old.cjs',
      `Object.defineProperty(process.versions, 'node', { value: '${version}' }); Object.defineProperty(process, 'version', { value: 'v${version}' })`,
    )
    // Without an entry, the version is the first thing that can be wrong and the entry the second.
    const { code, err } = await launch([], { flags: ['--require', join(root, 'old.cjs')] })
    expect(code).toBe(1)
    expect(err).toMatch(
      will ? /^Usage/ : new RegExp(`^This program needs Node\\.js 20\\.19 or newer .*This is v${version}`),
    )
    expect(calls()).toEqual([])
  })

  test('a program of a package gets its arguments and gives its exit code', async () => {
    expect(await launch(['tool', '--check', '.'])).toMatchObject({ code: 7, out: 'tool --check .\n' })
    expect((await launch(['nothing'])).err).toContain('There is no program "nothing"')
  })
})
