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
import type { ChildProcess } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { USE_LOCK } from '../../prisma/locks.js'
import { messageOf, Trouble } from '../trouble.js'
import { choosePort, initialise, inWords, openPlace, type Place, ROLE } from './place.js'
import {
  clearSocketLock,
  type PidFile,
  parsePidFile,
  PostmasterFailed,
  processState,
  readPidFile,
  startPostmaster,
  stopPostmaster,
  takeOverPidFile,
  worksOn,
} from './postmaster.js'
import { asSeenBy, findOwner, findPrograms } from './programs.js'

export interface EmbeddedOptions {
  /** The house's data folder; the database keeps to its folder `database`. */
  dataDir: string
  /** Nothing waits for the disk: for tests only, a power cut destroys the data. */
  throwAway?: boolean
  /** Told in sentences what an operator should know. */
  log?: (sentence: string) => void
  /** How long another process's starting or stopping, or the remains of a crash, are waited for. ms */
  giveUpAfterMs?: number
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
/** A pid that does not go away within this is taken as left over from a crash. */
const STALE_AFTER_MS = 1_000
const GIVE_UP_AFTER_MS = 60_000
const LOOK_AGAIN_MS = 50
/** After a start that failed and may succeed. */
const START_AGAIN_MS = 250
const CONNECT_TIMEOUT_MS = 5_000
/** A lost server is looked for this often. */
const RECOVER_EVERY_MS = 500

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
export const startEmbedded = async (options: EmbeddedOptions): Promise<Embedded> => {
  const { dataDir, throwAway = false, log = () => undefined, giveUpAfterMs = GIVE_UP_AFTER_MS } = options
  const dir = join(resolve(dataDir), 'database')
  const owner = await findOwner(dir, log)
  const place = await openPlace(dir, owner, throwAway, log)
  const server = new Server(place, giveUpAfterMs)
  const adopted = await server.use().catch(async (error: unknown) => {
    await server.leave().catch((failure: unknown) => log(messageOf(failure)))
    throw error
  })
  return { url: server.url, adopted, stop: () => server.leave() }
}

class Server {
  readonly #place: Place
  readonly #giveUpAfterMs: number
  #use: Use | undefined
  #child: ChildProcess | undefined
  #leaving = false
  #recovering: Promise<void> | undefined

  constructor(place: Place, giveUpAfterMs: number) {
    this.#place = place
    this.#giveUpAfterMs = giveUpAfterMs
  }

  get url(): string {
    if (!this.#use) throw new Error('the embedded database is not in use')
    return this.#use.url
  }

  /** Joins the running server or starts one; tells which. */
  async use(): Promise<boolean> {
    const deadline = Date.now() + this.#giveUpAfterMs
    let foreignSince: number | undefined
    for (;;) {
      if (this.#leaving) throw new Error('leaving')
      const found = await this.#look()
      if (found === 'ours') return true
      if (found === 'foreign') {
        foreignSince ??= Date.now()
        if (Date.now() - foreignSince > STALE_AFTER_MS) takeOverPidFile(this.#place.cluster)
      }
      if (found === 'nothing' && (await this.#start())) return false
      if (Date.now() > deadline) throw this.#taken()
      await sleep(found === 'nothing' ? START_AGAIN_MS : LOOK_AGAIN_MS)
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
    if (place.socketDir) await clearSocketLock(place.socketDir, port, place.cluster)
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
        throwAway: place.throwAway,
      })
    } catch (error) {
      if (error instanceof PostmasterFailed && (error.mayPass || error.portTaken)) return false
      throw inWords(error, place)
    }
    await writeFile(join(place.dir, 'port'), `${port}\n`)
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
    const last = await this.#isLast()
    if (last) await stopPostmaster(this.#use!.pidFile.pid)
    // One that does not answer is stopped by whoever started it.
    if (last === undefined && this.#child?.exitCode === null && this.#child.pid) await stopPostmaster(this.#child.pid)
    await this.#use?.client.end().catch(() => undefined)
  }

  /** Whether nobody else uses the server; undefined: it does not answer. */
  async #isLast(): Promise<boolean | undefined> {
    try {
      await this.#use?.client.query('select pg_advisory_unlock_shared($1)', [USE_LOCK])
      const asked = await this.#use?.client.query<{ last: boolean }>('select pg_try_advisory_lock($1) as last', [
        USE_LOCK,
      ])
      return asked?.rows[0]?.last
    } catch {
      return undefined
    }
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
