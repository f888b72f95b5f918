/** Entries of `test/fakes` as processes of their own, that can be killed. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface Processes {
  /** Those that live now */
  pids(): number[]
  /** Starts one more; resolves with its pid when it says that it works. */
  start(): Promise<number>
  /** The first thing that it said */
  said(pid: number): string
  /** kill -9; false: it was dead already */
  kill(pid: number): boolean
  /** Stops all with SIGTERM. */
  stop(): Promise<void>
}

/** @param again a killed one is started again at once; @param quiet what they say of their own death is not shown */
export function processes(
  entry: string,
  env: Record<string, string>,
  { again = false, quiet = false } = {},
): Processes {
  const file = fileURLToPath(new URL(entry, import.meta.url))
  const children = new Map<number, ChildProcess>()
  const sayings = new Map<number, string>()
  const starting = new Set<Promise<unknown>>()
  let stopping = false

  const start = async (): Promise<number> => {
    const { NODE_OPTIONS: _, ...inherited } = process.env
    const child = spawn(process.execPath, ['--import', 'tsx', file], {
      env: { ...inherited, ...env },
      stdio: ['ignore', 'pipe', quiet ? 'ignore' : 'inherit'],
    })
    const pid = child.pid!
    children.set(pid, child)
    child.once('exit', () => {
      children.delete(pid)
      if (!again || stopping) return
      const started = start().finally(() => starting.delete(started))
      starting.add(started)
    })
    const [said] = (await once(child.stdout, 'data')) as [Buffer]
    sayings.set(pid, said.toString().trim())
    return pid
  }

  return {
    pids: () => [...children.keys()],
    said: (pid) => sayings.get(pid) ?? '',
    start,
    kill: (pid) => children.get(pid)?.kill('SIGKILL') ?? false,
    async stop() {
      stopping = true
      await Promise.allSettled(starting)
      const ends = [...children.values()].map((child) => {
        const exit = once(child, 'exit')
        child.kill('SIGTERM')
        return exit
      })
      await Promise.all(ends)
    },
  }
}
