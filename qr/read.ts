/**
 * From the bytes of a photo to all the codes on it, in worker threads. A hostile, huge or endless picture gets a refusal;
 * a thread that hangs or dies is replaced, and the process goes on. Two things a thread cannot be kept from, and both end
 * the process: an abort inside a native library, and a single piece of JavaScript heap over 16 MB at its limit (pixels and
 * WebAssembly lie outside of the heap). Whoever calls counts attempts before, so that such a picture is given up.
 */
import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'
import { MAX_PICTURE_BYTES, type NotAdmitted, pictureFormat } from './admit.js'
import type { KeptJpeg } from './clean-picture.js'
import type { ReadAnswer, ReadCode, ReadTask, ReadThread, Started } from './read-worker.js'
import type { Unread } from './unread.js'

export type { ReadCode } from './read-worker.js'
export type { Unread } from './unread.js'

export type ReadRefusal =
  | NotAdmitted
  /** the file ends too early, and what there is of it shows no code */
  | 'truncated'
  /** searched for too long */
  | 'deadline'
  /** the worker died over it */
  | 'crashed'

export type ReadOutcome =
  | {
      kind: 'read'
      /** Empty when nothing was found. Corners in pixels of the full picture as shown, clockwise from the code's own top left */
      codes: ReadCode[]
      /** Why there are none, where pixels tell */
      unread?: Unread
      size: { width: number; height: number }
      ms: number
      /** A HEIC, where it was asked for */
      kept?: KeptJpeg
      /** Steps that broke on this picture (`name: message`); for the log and for whoever mends them */
      broken: string[]
    }
  | { kind: 'refused'; why: ReadRefusal; ms: number }

export interface ReaderOptions {
  /** Pictures read at once. A thread with its WebAssembly takes some 60 MB. */
  threads?: number
  /** From the moment a thread takes a picture in hand; then the thread is replaced. */
  deadlineMs?: number
  /** Address (file: URL) of a module that exports `STEPS`, instead of steps.ts */
  steps?: string
  /** Told why a thread died or broke; it has been replaced. The message holds nothing of the picture. */
  onTrouble?: (error: Error) => void
}

export interface ReadOptions {
  /** Aborting it frees the thread. */
  signal?: AbortSignal
  /**
   * For a picture that was not sent for its code: only the cheapest steps look at it (some 20 ms, on a large noisy
   * picture 0.3 s, where all steps take up to 3 s), and nothing is said about why none was found.
   */
  glance?: boolean
  /** For a picture that is to be kept: one that only its thread may open (HEIC) comes back as it is to be kept. */
  keep?: boolean
}

export interface Reader {
  /** Reads one picture; waits for a free thread. Rejects with an AbortError when `signal` is aborted, and never else. */
  read(bytes: Uint8Array, options?: ReadOptions): Promise<ReadOutcome>
  /** Stops the threads; pictures in hand are refused as crashed. */
  close(): Promise<void>
}

export const DEFAULT_THREADS = 2
/** The longest honest picture seen took 1.5 s on a busy machine. */
export const DEFAULT_DEADLINE_MS = 8000
/** So long a picture is searched, unless it shows a code before. */
const BUDGET_MS = 3000
/** A thread starts within a second or two; when a free one has not taken the picture by then, none will. */
const START_MS = 60_000
/** Megabytes of JavaScript heap of a thread; pixels and WebAssembly lie outside of it. */
const HEAP_MB = 256

export function makeReader(options: ReaderOptions = {}): Reader {
  const {
    threads = DEFAULT_THREADS,
    deadlineMs = DEFAULT_DEADLINE_MS,
    steps = beside('./steps.ts'),
    onTrouble,
  } = options
  const pool = new Piscina({
    filename: fileURLToPath(beside('./read-thread.mjs')),
    name: 'read',
    minThreads: threads,
    maxThreads: threads,
    workerData: { steps } satisfies ReadThread,
    atomics: 'disabled',
    execArgv: [], // the thread's entry brings its own loader, whatever started this process
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  })
  const taken = new Map<number, () => void>()
  pool.on('message', ({ started }: Started) => taken.get(started)?.())
  pool.on('error', (error: Error) => onTrouble?.(error))
  const gate = makeGate(threads)
  let count = 0

  /** One picture in one thread, for which the gate has let it in. */
  async function inThread(
    bytes: Uint8Array,
    { signal, glance = false, keep = false }: ReadOptions,
  ): Promise<ReadAnswer | { refused: ReadRefusal }> {
    const id = ++count
    const stop = new AbortController()
    let why: 'deadline' | 'crashed' = 'crashed'
    let timer = setTimeout(() => stop.abort(), START_MS)
    taken.set(id, () => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        why = 'deadline'
        stop.abort()
      }, deadlineMs)
    })
    const onAbort = (): void => stop.abort()
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      return (await pool.run(
        { id, bytes, glance, keep, deadlineMs, budgetMs: Math.min(BUDGET_MS, deadlineMs / 2) } satisfies ReadTask,
        {
          signal: stop.signal,
        },
      )) as ReadAnswer
    } catch (error) {
      signal?.throwIfAborted()
      if (!stop.signal.aborted && error instanceof Error) onTrouble?.(error)
      return { refused: why }
    } finally {
      clearTimeout(timer)
      taken.delete(id)
      signal?.removeEventListener('abort', onAbort)
    }
  }

  async function read(bytes: Uint8Array, options: ReadOptions = {}): Promise<ReadOutcome> {
    const { signal } = options
    signal?.throwIfAborted()
    const from = performance.now()
    const early = refusedAtOnce(bytes)
    const answer = early ? { refused: early } : await gate(() => inThread(bytes, options), signal)
    const ms = Math.round(performance.now() - from)
    return 'refused' in answer ? { kind: 'refused', why: answer.refused, ms } : { kind: 'read', ...answer, ms }
  }

  return { read, close: () => pool.destroy() }
}

const beside = (name: string): string => new URL(name, import.meta.url).href

/** Lets in so many at once, the others in their order; who is aborted while waiting leaves the line. */
function makeGate(places: number): <T>(work: () => Promise<T>, signal?: AbortSignal) => Promise<T> {
  const line = new Set<() => void>()
  let inside = 0
  /** Waits for a place; resolves to false when aborted before there was one. */
  const wait = (signal?: AbortSignal): Promise<boolean> =>
    new Promise((resolve) => {
      const enter = (): void => {
        signal?.removeEventListener('abort', leave)
        resolve(true)
      }
      const leave = (): void => {
        line.delete(enter)
        resolve(false)
      }
      line.add(enter)
      signal?.addEventListener('abort', leave, { once: true })
    })
  return async (work, signal) => {
    if (inside < places) inside++
    else if (!(await wait(signal))) signal?.throwIfAborted()
    try {
      return await work()
    } finally {
      const [next] = line
      if (next) {
        line.delete(next)
        next() // hands its place on
      } else inside--
    }
  }
}

/** What needs no thread to be told. */
function refusedAtOnce(bytes: Uint8Array): NotAdmitted | undefined {
  if (bytes.length === 0) return 'empty'
  if (bytes.length > MAX_PICTURE_BYTES) return 'too-many-bytes'
  const format = pictureFormat(bytes)
  return format === undefined ? 'not-a-picture' : format === 'unsupported' ? 'unsupported-format' : undefined
}
