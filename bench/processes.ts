/** Processes of a benchmark: started, spoken to in lines of JSON, measured, and always ended. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const running = new Set<ChildProcessWithoutNullStreams>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

export interface Running {
  pid: number
  /** The next line of stdout that is JSON. Rejects when the process ends before it. */
  answer<T>(): Promise<T>
  /** The next line of stdout that matches. */
  line(pattern: RegExp): Promise<string>
  say(order: unknown): void
  /** Ends it as an operator would. */
  stop(): Promise<void>
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>
}

/** Runs a TypeScript file of the house in a process of its own. */
export function run(entry: string, args: string[] = [], env: NodeJS.ProcessEnv = {}): Running {
  const through = entry === 'server/main.ts' ? ['server/launch.mjs', entry] : ['--import', 'tsx', entry]
  const child = spawn(process.execPath, [...through, ...args], { cwd: ROOT, env: { ...process.env, ...env } })
  running.add(child)
  const ended = new Promise<void>((done) => child.once('exit', () => (running.delete(child), done())))
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)))
  const lines: string[] = []
  const waiting: (() => void)[] = []
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line)
    for (const wake of waiting.splice(0)) wake()
  })
  const next = async (fits: (line: string) => boolean): Promise<string> => {
    for (;;) {
      const at = lines.findIndex(fits)
      if (at >= 0) return lines.splice(0, at + 1).at(-1)!
      const over = await Promise.race([
        new Promise<false>((wake) => waiting.push(() => wake(false))),
        ended.then(() => true),
      ])
      if (over && !lines.some(fits)) throw new Error(`${entry} ended: ${said}`)
    }
  }
  return {
    pid: child.pid!,
    answer: async <T>() => JSON.parse(await next((line) => line.startsWith('{'))) as T,
    line: (pattern) => next((line) => pattern.test(line)),
    say: (order) => void child.stdin.write(`${JSON.stringify(order)}\n`),
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** A port that nobody listens on now. */
export const freePort = (): Promise<number> =>
  new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => done(port))
    })
  })

const KIB = 1024
const MIB = 1024 * 1024

/** Highest resident memory of a process so far, MiB (Linux; undefined elsewhere). */
export async function peakMemoryMb(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const peak = /VmHWM:\s+(\d+) kB/.exec(status)?.[1]
  return peak === undefined ? undefined : Math.round((Number(peak) * KIB) / MIB)
}

/** A clock tick of Linux's process accounting. ms */
const TICK_MS = 10
/** Of the fields after the program's name in /proc/PID/stat: time in user and in system mode, in ticks. */
const [USER, SYSTEM] = [11, 12]

/** Processor time of these processes so far, all threads, ms (Linux; NaN elsewhere). Those that are gone count nothing. */
export async function processorMs(pids: readonly number[]): Promise<number> {
  if (process.platform !== 'linux') return NaN
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')))
  const ticks = stats.map((stat) => {
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return Number(fields[USER] ?? 0) + Number(fields[SYSTEM] ?? 0)
  })
  return ticks.reduce((sum, each) => sum + each, 0) * TICK_MS
}
