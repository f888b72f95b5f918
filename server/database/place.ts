/**
 * The folder that the embedded server lives in, and making it: owned by the database's user, whole or absent at every
 * moment, so that a crash half way and two processes at once leave nothing to repair.
 */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { messageOf, Trouble } from '../trouble.js'
import { bareEnvironment, type Owner, PostmasterFailed } from './postmaster.js'
import { asSeenBy, type Programs } from './programs.js'

/** The role that owns everything on this server. */
export const ROLE = 'postgres'
/** Socket addresses hold 108 bytes on Linux, 104 on macOS; `/.s.PGSQL.65535` is a part of them. */
const SOCKET_DIR_BYTES_MAX = 85
/** Read-only, another user's, or no folder at all. */
const CLOSED = ['EROFS', 'EACCES', 'EPERM', 'ENOTDIR', 'EEXIST']
const DISK_FULL = /No space left on device/

export interface Place {
  dir: string
  cluster: string
  /** '' where the path is too long for a socket */
  socketDir: string
  logFile: string
  owner: Owner
  password: string
  throwAway: boolean
  log: (sentence: string) => void
}

/** Finds or makes the folder `database` with all that must be there before a server starts. */
export const openPlace = async (dir: string, owner: Owner, throwAway: boolean, log: Place['log']): Promise<Place> => {
  const place = (password: string): Place => {
    const socketDir = join(dir, 'socket')
    return {
      dir,
      owner,
      password,
      throwAway,
      log,
      cluster: join(dir, 'cluster'),
      socketDir: Buffer.byteLength(socketDir) <= SOCKET_DIR_BYTES_MAX ? socketDir : '',
      logFile: join(dir, 'server.log'),
    }
  }
  try {
    await mkdir(dirname(dir), { recursive: true })
    const found = await readFile(join(dir, 'password'), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    if (found !== undefined) return place(found.trim())
    const names = await readdir(dir).catch(() => [])
    if (names.length > 0) {
      throw new Trouble(
        `${dir} holds something else than this house's database. Set DATA_DIR to another folder, or move it away.`,
      )
    }
    // Whole or absent, also when two processes come at once: made under a passing name, then renamed.
    const passing = `${dir}.${randomBytes(6).toString('hex')}`
    const password = randomBytes(24).toString('base64url')
    try {
      for (const folder of [passing, join(passing, 'socket')]) await ownFolder(folder, owner)
      await writeFile(join(passing, 'password'), `${password}\n`, { mode: 0o600 })
      if (owner.uid !== undefined) await chown(join(passing, 'password'), owner.uid, owner.gid!)
      await rename(passing, dir)
      return place(password)
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
      return place((await readFile(join(dir, 'password'), 'utf8')).trim())
    } finally {
      await rm(passing, { recursive: true, force: true })
    }
  } catch (error) {
    throw inWords(error, place(''))
  }
}

const ownFolder = async (folder: string, owner: Owner): Promise<void> => {
  await mkdir(folder, { mode: 0o700 })
  if (owner.uid !== undefined) await chown(folder, owner.uid, owner.gid!)
}

/** Makes the cluster if there is none; refuses one of another version. */
export const initialise = async (place: Place, programs: Programs): Promise<void> => {
  const version = (await readFile(join(place.cluster, 'PG_VERSION'), 'utf8').catch(() => '')).trim()
  if (version === programs.major) return
  if (version) {
    throw new Trouble(
      `The data in ${place.dir} is of PostgreSQL ${version}, this house brings ${programs.major}. ` +
        `Dump it with PostgreSQL ${version} and restore it, or set DATA_DIR to another folder.`,
    )
  }
  const passing = join(place.dir, `cluster.${randomBytes(6).toString('hex')}`)
  try {
    await ownFolder(passing, place.owner)
    await initdb(place, programs, passing)
    await rename(passing, place.cluster)
  } catch (error) {
    // Another process made it at the same time.
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw inWords(error, place)
  } finally {
    await rm(passing, { recursive: true, force: true })
  }
}

const initdb = async (place: Place, programs: Programs, folder: string): Promise<void> => {
  const flags = [`--pgdata=${asSeenBy(place.owner, folder)}`, `--username=${ROLE}`, '--pwfile=../password']
  const shape = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-instructions']
  if (place.throwAway) shape.push('--no-sync')
  const child = spawn(programs.initdb, [...flags, ...shape], {
    ...place.owner,
    cwd: folder,
    env: bareEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const code = await new Promise((done, fail) => child.once('error', fail).once('close', done))
  if (code !== 0) throw new PostmasterFailed(said.trim() || `initdb ended with ${String(code)}`)
}

/** The port used last if it is free, else any free one of this machine's loopback address. */
export const choosePort = async (file: string, mustBe: number | undefined, log: Place['log']): Promise<number> => {
  if (mustBe !== undefined) return mustBe
  const wish = Number(await readFile(file, 'utf8').catch(() => '0'))
  if (wish > 0 && wish < 65_536) {
    if (await freePort(wish).catch(() => undefined)) return wish
    log(`Port ${wish}, which the database had last time, is taken by another program: it gets a new one.`)
  }
  return freePort(0)
}

const freePort = (wish: number): Promise<number> =>
  new Promise((done, fail) => {
    const server = createServer()
    server.once('error', fail)
    server.listen(wish, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => done(typeof address === 'object' && address ? address.port : 0))
    })
  })

/** Says in a sentence what an operator can mend; passes on what is a bug. */
export const inWords = (error: unknown, place: Place): unknown => {
  if (error instanceof Trouble) return error
  const said = messageOf(error)
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOSPC' || DISK_FULL.test(said)) {
    return new Trouble(`The disk that holds ${place.dir} is full. Free some space, or set DATA_DIR to another disk.`)
  }
  if (code !== undefined && CLOSED.includes(code)) {
    return new Trouble(
      `The database folder ${place.dir} cannot be used by this user (${said}). ` +
        `Start as the user it belongs to, or set DATA_DIR to another folder.`,
    )
  }
  if (error instanceof PostmasterFailed) {
    return new Trouble(
      `The database in ${place.dir} does not start. PostgreSQL says:\n${said}\nIts log: ${place.logFile}`,
    )
  }
  return error
}
