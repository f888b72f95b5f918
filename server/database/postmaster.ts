/**
 * One PostgreSQL server process (its "postmaster") and the file by which a data folder names the one that works on it.
 * Everything here is about processes and files; nothing speaks SQL.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { openSync, closeSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { readFile, readlink, realpath, rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { basename, join } from 'node:path'
import { Trouble } from '../trouble.js'
import type { Programs } from './programs.js'

/** Who runs the server. Undefined fields: the user who runs this process. */
export interface Owner {
  uid?: number
  gid?: number
}

/** The first lines of `postmaster.pid`. */
export interface PidFile {
  pid: number
  port: number
  /** pid, folder and time of start: no two servers share them. */
  identity: string
  ready: boolean
}

/** How a process names the folder it was started in, whatever lies above it (Linux). */
export const STARTED_THERE = '/proc/self/cwd'
/** How often files and processes are looked at while we wait. */
const LOOK_MS = 10
/** A server that was stopped in order needs milliseconds; after kill -9 it repeats its log first. */
const READY_WITHIN_MS = 120_000
const STOP_WITHIN_MS = 30_000
const STOP_AT_ONCE_WITHIN_MS = 5_000
/** Larger than this, the server's log is set aside at the next start. bytes */
const LOG_FILE_MAX = 10 * 1024 * 1024
/** How much of the end of the log goes into a sentence about what went wrong. */
const LOG_TAIL_LINES = 6

export const readPidFile = (cluster: string): PidFile | undefined => {
  let text: string
  try {
    text = readFileSync(join(cluster, 'postmaster.pid'), 'utf8')
  } catch {
    return undefined
  }
  return parsePidFile(text)
}

/** Lines: pid, data folder, time of start, port, socket folder, address, shared memory, state. */
export const parsePidFile = (text: string): PidFile | undefined => {
  const lines = text.split('\n')
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid === 0) return undefined
  return {
    pid: Math.abs(pid),
    port: Number(lines[3]) || 0,
    identity: lines.slice(0, 3).join('|'),
    ready: lines[7]?.trim() === 'ready',
  }
}

export type ProcessState = 'gone' | 'unreaped' | 'running'

/** An unreaped process (dead, but its parent never asked) still answers to signal 0, which misleads PostgreSQL. */
export const processState = (pid: number): ProcessState => {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'gone'
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return /\) [ZX] /.test(stat) ? 'unreaped' : 'running'
  } catch {
    return 'running' // no /proc here (macOS), or gone this instant: the next look says
  }
}

/** Whether the process works on this data folder: yes, no, or not to be learnt here (a closed /proc). */
export const worksOn = async (pid: number, cluster: string): Promise<boolean | undefined> => {
  const args = commandLine(pid)
  if (args === undefined) return undefined
  if (basename(args[0] ?? '') !== 'postgres') return false
  try {
    return (await readlink(`/proc/${pid}/cwd`)) === (await realpath(cluster))
  } catch {
    // A container's root may not look into another user's process; then what it was started with must do.
    const named = args[args.indexOf('-D') + 1]
    if (named === cluster) return true
    return named === STARTED_THERE ? undefined : false
  }
}

/** As the process was started; undefined where the system does not tell. */
const commandLine = (pid: number): string[] | undefined => {
  if (process.platform === 'linux') {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    } catch {
      return undefined
    }
  }
  const { status, stdout } = spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' })
  return status === 0 ? stdout.trim().split(' ') : undefined
}

/**
 * The pid file names a process that is dead but unreaped, or a foreign one that got the same number. PostgreSQL would
 * refuse to start. It looks no further at a pid that is its own parent's, and then makes sure by the shared memory that
 * no server process is left: so the file is given our pid rather than taken away.
 */
export const takeOverPidFile = (cluster: string): void => {
  const file = join(cluster, 'postmaster.pid')
  const lines = readFileSync(file, 'utf8').split('\n')
  lines[0] = String(process.pid)
  writeFileSync(file, lines.join('\n'))
}

/** The socket has a lock file with a pid of its own, which misleads in the same way; the pid file alone decides. */
export const clearSocketLock = async (socketDir: string, port: number, cluster: string): Promise<void> => {
  const file = join(socketDir, `.s.PGSQL.${port}.lock`)
  const pid = Number.parseInt(await readFile(file, 'utf8').catch(() => ''))
  if (!pid) return
  const holder = processState(pid)
  if (holder !== 'running' || (await worksOn(pid, cluster)) === false) await rm(file, { force: true })
}

export interface PostmasterOptions {
  programs: Programs
  owner: Owner
  /** The data folder, and how the server itself can name it. */
  cluster: string
  clusterAsSeen: string
  port: number
  /** Seen from the data folder; empty: no socket. */
  socketDir: string
  settings: Record<string, string>
  logFile: string
  /** Ends with this process however that ends, and with its terminal's Ctrl-C. Otherwise it outlives us. */
  throwAway: boolean
}

/** Starts a server in a process group of its own and waits until it answers. Rejects with what its log says. */
export const startPostmaster = async (options: PostmasterOptions): Promise<ChildProcess> => {
  const { programs, owner, cluster, clusterAsSeen, port, logFile } = options
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: options.socketDir,
    ...options.settings,
  }
  const logFrom = setAsideIfLarge(logFile)
  const log = openSync(logFile, 'a')
  const child = spawn(
    programs.postgres,
    ['-D', clusterAsSeen, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { ...owner, cwd: cluster, env: bareEnvironment(), stdio: ['ignore', log, log], detached: !options.throwAway },
  )
  closeSync(log)
  let failed: Error | undefined
  child.once('error', (error) => (failed = error))
  child.unref()
  const deadline = Date.now() + READY_WITHIN_MS
  for (;;) {
    if (failed) throw failed
    if (child.exitCode !== null || child.signalCode !== null) throw new PostmasterFailed(logTail(logFile, logFrom))
    const pidFile = readPidFile(cluster)
    if (pidFile?.pid === child.pid && pidFile?.ready) break
    if (Date.now() > deadline) {
      child.kill('SIGQUIT')
      throw new PostmasterFailed(logTail(logFile, logFrom))
    }
    await sleep(LOOK_MS)
  }
  if (options.throwAway) endWithUs(child)
  return child
}

/** A shell that waits for its input to end, which it does when we do, even by kill -9. */
const endWithUs = (child: ChildProcess): void => {
  const watch = spawn('/bin/sh', ['-c', 'read -r _; kill -QUIT "$0"', String(child.pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  watch.unref()
  ;(watch.stdin as unknown as { unref(): void }).unref()
  child.once('exit', () => watch.kill('SIGKILL'))
}

/** The server ended before it answered; the message is the end of its log. */
export class PostmasterFailed extends Error {
  override readonly name = 'PostmasterFailed'

  /** Another server of the same folder, or the remains of one: worth trying again. */
  get mayPass(): boolean {
    return /lock file ".*" already exists|is still in use|could not (create|remove|open) lock file/.test(this.message)
  }

  get portTaken(): boolean {
    return /could not create any TCP\/IP sockets|Address already in use|is another postmaster already running on port/i.test(
      this.message,
    )
  }
}

/** A fast shutdown: sessions are ended, nothing committed is lost. When that takes too long, at once. */
export const stopPostmaster = async (pid: number): Promise<void> => {
  for (const [signal, within] of [
    ['SIGINT', STOP_WITHIN_MS],
    ['SIGQUIT', STOP_AT_ONCE_WITHIN_MS],
  ] as const) {
    try {
      process.kill(pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return
      throw error
    }
    const deadline = Date.now() + within
    while (Date.now() < deadline) {
      if (processState(pid) !== 'running') return
      await sleep(LOOK_MS)
    }
  }
  throw new Trouble(`The database server (process ${pid}) does not stop. End it with: kill -9 ${pid}`)
}

/** No settings and no secrets of the house; messages in English, because we read them. */
export const bareEnvironment = (): NodeJS.ProcessEnv => ({ PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' })

const setAsideIfLarge = (logFile: string): number => {
  try {
    const { size } = statSync(logFile)
    if (size < LOG_FILE_MAX) return size
    renameSync(logFile, `${logFile}.old`)
  } catch {
    // no log yet
  }
  return 0
}

const logTail = (logFile: string, from: number): string => {
  try {
    const said = readFileSync(logFile).subarray(from).toString('utf8').trim()
    return said.split('\n').slice(-LOG_TAIL_LINES).join('\n')
  } catch {
    return ''
  }
}
