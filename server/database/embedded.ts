/**
 * The database that comes with the house: a real PostgreSQL server from npm whose data lies in DATA_DIR/database. Several
 * processes may share it (a server, `admin`, `talk`): whoever comes first starts it, the others join, the last one stops
 * it. After `kill -9` of everything but the database the next process adopts what still runs.
 *
 *     DATA_DIR/database/password   of the role "postgres", 0600
 *     DATA_DIR/database/port       the port that was used last; a wish, not a promise
 *     DATA_DIR/database/cluster/   PostgreSQL's own data folder
 *     DATA_DIR/database/socket/    the socket, 30 % faster than TCP here; used when its path is short enough
 *     DATA_DIR/database/server.log
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { messageOf, Trouble } from '../trouble.js'
import {
  bareEnvironment,
  type Owner,
  PostmasterFailed,
  type PidFile,
  parsePidFile,
  processState,
  readPidFile,
  startPostmaster,
  stopPostmaster,
  takeOverPidFile,
  worksOn,
} from './postmaster.js'
import { asSeenBy, findOwner, findPrograms, type Programs } from './programs.js'

export interface EmbeddedOptions {
  /** The house's data folder; the database keeps to its folder `database`. */
  dataDir: string
  /** Nothing waits for the disk: for tests only, a power cut destroys the data. */
  throwAway?: boolean
  /** Told in sentences what an operator should know. */
  log?: (sentence: string) => void
}

export interface Embedded {
  /** Of the house's database on this server. */
  url: string
  /** Leaves the server; the last process that leaves stops it. */
  stop(): Promise<void>
  /** It was running already: another process uses it, or one died without stopping it. */
  adopted: boolean
}

const DATABASE = 'ro_nguon'
const ROLE = 'postgres'
/** Held shared by everybody who uses the server, taken alone by the one who stops it. Any number that no other lock has. */
const USE_LOCK = 7_270_001
/** Socket addresses hold 108 bytes on Linux, 104 on macOS; `/.s.PGSQL.65535` is a part of them. */
const SOCKET_DIR_BYTES_MAX = 85
/** A pid that does not go away within this is taken as left over from a crash. */
const STALE_AFTER_MS = 2_000
/** Starting, another's starting or stopping, the remains of a crash: all that is waited for. */
const GIVE_UP_AFTER_MS = 60_000
const LOOK_AGAIN_MS = 50
const CONNECT_TIMEOUT_MS = 5_000
/** A lost server is looked for this often. */
const RECOVER_EVERY_MS = 500
const EXITS_WHEN_DATA_IS_TAKEN = /No space left on device/

const SETTINGS = {
  timezone: 'UTC',
  log_timezone: 'UTC',
  max_connections: '100',
  shared_buffers: '128MB',
  // Short queries on few rows: compiling them costs more than it saves.
  jit: 'off',
  // Without helper processes for reading: the data of a small house is in memory.
  io_method: 'sync',
  log_min_messages: 'warning',
  log_checkpoints: 'off',
}
const THROW_AWAY_SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
}

interface Place {
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

/** Our use of a running server: a session that holds USE_LOCK. */
interface Use {
  client: pg.Client
  pidFile: PidFile
  url: string
}

/**
 * Starts the embedded server, or joins the one that runs on this folder.
 * @throws {Trouble} when the folder is taken, of another version, full, or cannot be reached by the database's user.
 */
export const startEmbedded = async ({
  dataDir,
  throwAway = false,
  log = () => undefined,
}: EmbeddedOptions): Promise<Embedded> => {
  const dir = join(resolve(dataDir), 'database')
  await mkdir(resolve(dataDir), { recursive: true })
  const owner = await findOwner(dir, log)
  const place = await openPlace(dir, owner, throwAway, log)
  const server = new Server(place)
  const adopted = await server.use()
  return { url: server.url, adopted, stop: () => server.leave() }
}

class Server {
  readonly #place: Place
  #use: Use | undefined
  #child: ChildProcess | undefined
  #leaving = false
  #recovering: Promise<void> | undefined

  constructor(place: Place) {
    this.#place = place
  }

  get url(): string {
    if (!this.#use) throw new Error('the embedded database is not in use')
    return this.#use.url
  }

  /** Joins the running server or starts one; tells which. */
  async use(): Promise<boolean> {
    const started = Date.now()
    let foreignSince: number | undefined
    for (;;) {
      if (Date.now() - started > GIVE_UP_AFTER_MS) throw this.#taken()
      const found = await this.#look()
      if (found === 'ours') return true
      if (found === 'foreign') {
        foreignSince ??= Date.now()
        if (Date.now() - foreignSince > STALE_AFTER_MS) takeOverPidFile(this.#place.cluster)
        else {
          await sleep(LOOK_AGAIN_MS)
          continue
        }
      } else if (found === 'wait') {
        await sleep(LOOK_AGAIN_MS)
        continue
      }
      if (await this.#start()) return false
      await sleep(LOOK_AGAIN_MS)
    }
  }

  /** What the pid file and the process it names tell; a server that answers is put to use. */
  async #look(): Promise<'ours' | 'foreign' | 'wait' | 'nothing'> {
    const { cluster } = this.#place
    const pidFile = readPidFile(cluster)
    if (!pidFile) return 'nothing'
    const state = processState(pidFile.pid)
    if (state === 'gone' || pidFile.pid === process.pid) return 'nothing'
    if (state === 'unreaped') return 'foreign'
    if (pidFile.ready && (await this.#join(pidFile))) return 'ours'
    return (await worksOn(pidFile.pid, cluster)) === false ? 'foreign' : 'wait'
  }

  /** Takes a session on the server that the pid file names, if it really is the server of this folder. */
  async #join(pidFile: PidFile): Promise<boolean> {
    const client = new pg.Client({
      connectionString: this.#urlOf(pidFile.port, 'postgres'),
      application_name: 'ro-nguon uses this server',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
    })
    client.on('error', () => undefined)
    try {
      await client.connect()
      const { rows } = await client.query<{ text: string }>(`select pg_read_file('postmaster.pid') as text`)
      if (parsePidFile(rows[0]?.text ?? '')?.identity !== pidFile.identity) throw new Error('another server')
      await client.query('select pg_advisory_lock_shared($1)', [USE_LOCK])
      await makeDatabase(client)
    } catch (error) {
      await client.end().catch(() => undefined)
      if ((error as pg.DatabaseError).code === '28P01' && (await worksOn(pidFile.pid, this.#place.cluster)) !== false) {
        throw new Trouble(
          `The database server (process ${pidFile.pid}) that runs on ${this.#place.dir} does not take the password kept there. ` +
            `Stop it, or set DATA_DIR to another folder.`,
        )
      }
      return false
    }
    this.#use = { client, pidFile, url: this.#urlOf(pidFile.port, DATABASE) }
    client.once('end', () => void this.#recover())
    return true
  }

  #urlOf(port: number, database: string): string {
    const { password, socketDir } = this.#place
    const url = new URL(`postgresql://${ROLE}:${password}@127.0.0.1:${port}/${database}`)
    if (socketDir) url.searchParams.set('host', socketDir)
    return url.toString()
  }

  /** False: somebody else was faster, or the remains of a crash are still there. */
  async #start(): Promise<boolean> {
    const place = this.#place
    const programs = await findPrograms(place.owner, place.log)
    await initialise(place, programs)
    const port = await choosePort(join(place.dir, 'port'), this.#use?.pidFile.port, place.log)
    try {
      this.#child = await startPostmaster({
        programs,
        owner: place.owner,
        cluster: place.cluster,
        clusterAsSeen: asSeenBy(place.owner, place.cluster),
        port,
        // Seen from the cluster, so that it works below folders that the database's user cannot enter.
        socketDir: place.socketDir ? '../socket' : '',
        settings: { ...SETTINGS, ...(place.throwAway ? THROW_AWAY_SETTINGS : {}) },
        logFile: place.logFile,
      })
    } catch (error) {
      if (error instanceof PostmasterFailed && (error.mayPass || error.portTaken)) return false
      throw inWords(error, place)
    }
    await writeFile(join(place.dir, 'port'), `${port}\n`)
    // Nobody else knows of a throw-away server: it must not outlive us, however we end.
    if (place.throwAway) process.once('exit', () => this.#child?.kill('SIGQUIT'))
    const pidFile = readPidFile(place.cluster)
    return pidFile !== undefined && (await this.#join(pidFile))
  }

  /** The session broke while we need the server: join again, or start it again on the same port. */
  async #recover(): Promise<void> {
    if (this.#leaving) return
    this.#recovering ??= (async () => {
      this.#place.log('The database server went away; looking for it.')
      while (!this.#leaving) {
        try {
          await this.use()
          this.#place.log('The database server is back.')
          break
        } catch (error) {
          this.#place.log(`The database server is not back yet: ${messageOf(error)}`)
          await sleep(RECOVER_EVERY_MS)
        }
      }
    })().finally(() => (this.#recovering = undefined))
    await this.#recovering
  }

  /** Stops the server if nobody else uses it. */
  async leave(): Promise<void> {
    if (this.#leaving) return
    this.#leaving = true
    await this.#recovering
    const use = this.#use
    if (!use) return
    this.#use = undefined
    let last: boolean
    try {
      await use.client.query('select pg_advisory_unlock_shared($1)', [USE_LOCK])
      const { rows } = await use.client.query<{ last: boolean }>('select pg_try_advisory_lock($1) as last', [USE_LOCK])
      last = rows[0]?.last ?? false
    } catch {
      // It does not answer. Ours is stopped; one that others may use is theirs to mend.
      last = this.#child?.exitCode === null && this.#child.signalCode === null
    }
    if (last) await stopPostmaster(use.pidFile.pid)
    await use.client.end().catch(() => undefined)
  }

  #taken(): Trouble {
    const pidFile = readPidFile(this.#place.cluster)
    return new Trouble(
      `The database folder ${this.#place.dir} is taken: process ${pidFile?.pid ?? 'unknown'} works on it and does not answer. ` +
        `Wait for it, stop it, or set DATA_DIR to another folder. Its log: ${this.#place.logFile}`,
    )
  }
}

const makeDatabase = async (client: pg.Client): Promise<void> => {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE])
  if (rowCount) return
  await client.query(`create database ${DATABASE} template template0`).catch((error: pg.DatabaseError) => {
    // 42P04, 23505: another process made it at this moment
    if (!['42P04', '23505'].includes(error.code ?? '')) throw error
  })
}

/** Finds or makes the folder `database` with all that must be there before a server starts. */
const openPlace = async (dir: string, owner: Owner, throwAway: boolean, log: Place['log']): Promise<Place> => {
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
    const passing = `${dir}.${process.pid}.${randomBytes(3).toString('hex')}`
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
const initialise = async (place: Place, programs: Programs): Promise<void> => {
  const version = (await readFile(join(place.cluster, 'PG_VERSION'), 'utf8').catch(() => '')).trim()
  if (version === programs.major) return
  if (version) {
    throw new Trouble(
      `The data in ${place.dir} is of PostgreSQL ${version}, this house brings ${programs.major}. ` +
        `Dump it with PostgreSQL ${version} and restore it, or set DATA_DIR to another folder.`,
    )
  }
  const passing = join(place.dir, `cluster.${process.pid}`)
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
const choosePort = async (file: string, mustBe: number | undefined, log: Place['log']): Promise<number> => {
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
const inWords = (error: unknown, place: Place): unknown => {
  if (error instanceof Trouble) return error
  const said = messageOf(error)
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOSPC' || EXITS_WHEN_DATA_IS_TAKEN.test(said)) {
    return new Trouble(`The disk that holds ${place.dir} is full. Free some space, or set DATA_DIR to another disk.`)
  }
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
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
