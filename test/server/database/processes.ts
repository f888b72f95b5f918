/** Looking at, and starting, real processes (Linux). */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const KEEPER = fileURLToPath(new URL('./keeper.ts', import.meta.url))

/** Processes that work in this folder: a server and all its helpers stand in their data folder. */
export const processesIn = (folder: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`) === folder
      } catch {
        return false
      }
    })

export const isDead = (pid: number): boolean => {
  try {
    return /\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return true
  }
}

export const until = async (condition: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> => {
  const deadline = Date.now() + withinMs
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not so within ${withinMs} ms: ${condition.toString()}`)
    await sleep(20)
  }
}

export interface Keeper {
  child: ChildProcess
  url: string
  adopted: boolean
  sentence?: string
  /** Ends its input and waits for its end. */
  leave(): Promise<void>
  /** kill -9, and waits until it is gone. */
  kill(): Promise<void>
}

/** Starts keeper.ts and waits for its line. `uid`: as another user. */
export const startKeeper = async (dataDir: string, as: { uid?: number; gid?: number } = {}): Promise<Keeper> => {
  const child = spawn(process.execPath, ['--import', 'tsx', KEEPER, dataDir], {
    ...as,
    cwd: ROOT,
    env: { PATH: process.env.PATH, TSX_DISABLE_CACHE: as.uid === undefined ? undefined : '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), ended])) as [unknown]
  if (typeof line !== 'string') throw new Error('the keeper ended without a word')
  const told = JSON.parse(line) as { url: string; adopted: boolean; sentence?: string }
  return {
    child,
    ...told,
    async leave() {
      child.stdin.end()
      await ended
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
