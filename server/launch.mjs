/**
 * Every npm script goes through here: `node server/launch.mjs <entry.ts | program of a package> [arguments]`.
 *
 * Plain JavaScript without dependencies, because it makes sure that the rest can run at all: the version of Node, the
 * packages of package-lock.json, the Prisma client of prisma/schema.prisma. Then a TypeScript entry is imported into
 * this very process, so that signals, standard input and exit codes are its own; a package's program gets a process.
 * What has to be said is said on stderr: stdout belongs to the entry (`read` and `talk --json` print JSON lines there).
 *
 * Measured: 15 ms to find that nothing is missing, 45 ms to load tsx.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const MODULES = join(ROOT, 'node_modules')
const LOCK_FILE = join(ROOT, 'package-lock.json')
const STAMP = join(MODULES, '.installed-for')
const SCHEMA = join(ROOT, 'prisma', 'schema.prisma')
const CLIENT = join(ROOT, 'prisma', 'generated')
/** Prisma writes the schema it was made from into this file. */
const CLIENT_OF_SCHEMA = join(CLIENT, 'internal', 'class.ts')
/** How long another launch may install before we stop waiting for it. */
const INSTALL_WITHIN_MS = 15 * 60_000
const LOOK_MS = 100
/** Node's own flags for a package's program. */
const NODE_FLAGS = { jest: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'] }

class Trouble extends Error {
  name = 'Trouble'
}

const say = (sentence) => process.stderr.write(`${sentence}\n`)

main(process.argv.slice(2)).catch((error) => {
  say(error?.name === 'Trouble' ? error.message : (error?.stack ?? String(error)))
  process.exit(1)
})

async function main([entry, ...rest]) {
  checkNode()
  stopWithShell()
  if (!entry) throw new Trouble('Usage: node server/launch.mjs <entry.ts | program> [arguments]')
  if (!isInstalled() || !isGenerated()) await alone(prepare)
  if (/\.(ts|mts|mjs|js)$/.test(entry)) await runHere(resolve(ROOT, entry), rest)
  else await runProgram(entry, rest)
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if ((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24) return
  throw new Trouble(
    `This program needs Node.js 20.19 or newer (20.19+, 22.12+ or 24+). This is ${process.version}. See https://nodejs.org`,
  )
}

/**
 * npm hands a SIGTERM on to the shell that it started, and the shell ends without telling us. We hear of it by losing our
 * parent, and then tell ourselves: otherwise the server would go on with nobody above it.
 */
function stopWithShell() {
  if (!process.env.npm_lifecycle_event || process.platform === 'win32') return
  const parent = process.ppid
  const look = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(look)
    process.kill(process.pid, 'SIGTERM')
  }, LOOK_MS)
  look.unref()
}

function isInstalled() {
  const wanted = read(LOCK_FILE)
  if (read(STAMP) === digest(wanted)) return true
  // Installed by hand: npm keeps its own list of what it put there, written last.
  const there = read(join(MODULES, '.package-lock.json'))
  if (!there || !sameVersions(JSON.parse(wanted).packages, JSON.parse(there).packages)) return false
  writeFileSync(STAMP, digest(wanted))
  return true
}

/** Optional packages for other platforms are not there, and need not be. */
function sameVersions(wanted, there) {
  return Object.entries(wanted).every(
    ([path, { version, optional, dev }]) =>
      path === '' ||
      there[path]?.version === version ||
      (there[path] === undefined && (optional || (dev && isProduction()))),
  )
}

function isProduction() {
  return process.env.NODE_ENV === 'production'
}

function isGenerated() {
  const generated = read(CLIENT_OF_SCHEMA)
  if (!generated) return false
  const { version } = JSON.parse(read(join(MODULES, '@prisma', 'client', 'package.json')) || '{}')
  return generated.includes(JSON.stringify(read(SCHEMA))) && generated.includes(`"clientVersion": "${version}"`)
}

async function prepare() {
  if (!isInstalled()) {
    say('Installing packages (npm install) ...')
    const npm = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm']
    // Not `npm ci`: it refuses a lock file without the packages of platforms that the registry in reach does not carry. This
    // installs the versions of the lock file as well, and does not write it.
    const code = await run([...npm, 'install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'])
    if (code !== 0)
      throw new Trouble('The packages could not be installed: see above. Is the npm registry within reach?')
    writeFileSync(STAMP, digest(read(LOCK_FILE)))
  }
  if (!isGenerated()) {
    say('Generating the Prisma client ...')
    const prisma = join(MODULES, 'prisma', 'build', 'index.js')
    // Prisma asks for its native engine, which this command does not use and a closed network cannot download: any
    // existing file will do. For this child only: elsewhere the variable would make `migrate diff` print nothing.
    const env = {
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
      DATABASE_URL: process.env.DATABASE_URL || 'postgresql://unused',
    }
    const code = await run([process.execPath, prisma, 'generate', '--schema', SCHEMA], env, 'quiet')
    if (code !== 0) throw new Trouble('The Prisma client could not be generated: see above.')
  }
}

/** Runs a preparing command; what it prints goes to stderr, or is shown only when it fails. Resolves with the exit code. */
function run([program, ...args], env = {}, quiet = false) {
  return new Promise((done, fail) => {
    const child = spawn(program, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', process.stderr, process.stderr],
      shell: process.platform === 'win32' && program === 'npm',
    })
    // A Ctrl-C reaches the child by itself. First of those that listen: the last one ends us.
    const stopToo = () => child.kill('SIGTERM')
    process.prependOnceListener('SIGTERM', stopToo)
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (bytes) => (said += bytes))
    child.once('error', fail)
    child.once('close', (code) => {
      process.off('SIGTERM', stopToo)
      if (code !== 0 && said) say(said.trim())
      done(code ?? 1)
    })
  })
}

/** Two launches at once: one prepares, the other waits and finds it done. A folder is the lock, since making one is atomic. */
async function alone(work) {
  const lock = join(tmpdir(), `ro-nguon-launch-${digest(ROOT).slice(0, 12)}`)
  const deadline = Date.now() + INSTALL_WITHIN_MS
  while (!take(lock)) {
    if (Date.now() > deadline) throw new Trouble(`Another launch is still installing. If there is none, remove ${lock}`)
    await new Promise((done) => setTimeout(done, LOOK_MS))
  }
  const release = () => rmSync(lock, { recursive: true, force: true })
  const onSignal = (signal) => {
    release()
    process.kill(process.pid, signal)
  }
  process.once('exit', release).once('SIGINT', onSignal).once('SIGTERM', onSignal)
  try {
    await work()
  } finally {
    release()
    process.off('exit', release).off('SIGINT', onSignal).off('SIGTERM', onSignal)
  }
}

function take(lock) {
  try {
    mkdirSync(lock)
    writeFileSync(join(lock, 'pid'), String(process.pid))
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
  }
  if (isAbandoned(lock)) {
    // Renamed, not removed: of several who see this, one gets it.
    const aside = `${lock}.${process.pid}`
    try {
      renameSync(lock, aside)
      rmSync(aside, { recursive: true, force: true })
    } catch {
      // another was faster
    }
  }
  return false
}

function isAbandoned(lock) {
  const pid = Number(read(join(lock, 'pid')))
  try {
    // Not yet written: its maker is between two lines, or was killed there.
    if (!pid) return Date.now() - statSync(lock).mtimeMs > 5000
    process.kill(pid, 0)
    return false
  } catch (error) {
    return error.code === 'ESRCH'
  }
}

async function runHere(file, args) {
  const { register } = await import('tsx/esm/api')
  register()
  process.setSourceMapsEnabled(true)
  process.argv = [process.argv[0], file, ...args]
  await import(pathToFileURL(file).href)
}

function runProgram(name, args) {
  const home = join(MODULES, name === 'tsc' ? 'typescript' : name)
  const { bin } = JSON.parse(read(join(home, 'package.json')) || '{}')
  if (!bin) throw new Trouble(`There is no program "${name}" in node_modules.`)
  const file = join(home, typeof bin === 'string' ? bin : bin[name])
  const flags = NODE_FLAGS[name] ?? []
  const NODE_OPTIONS = [process.env.NODE_OPTIONS, ...flags].filter(Boolean).join(' ')
  const child = spawn(process.execPath, [file, ...args], { stdio: 'inherit', env: { ...process.env, NODE_OPTIONS } })
  // Ctrl-C reaches the child by itself; it decides when to end.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  return new Promise((done, fail) => {
    child.once('error', fail)
    child.once('exit', (code, signal) => {
      process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1)
      done()
    })
  })
}

function read(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function digest(text) {
  return createHash('sha256').update(text).digest('hex')
}
