/** What runs in a worker thread: lets a picture in, decodes it, searches it step by step. */
import { parentPort, workerData } from 'node:worker_threads'
import sharp, { type Sharp } from 'sharp'
import { type Admitted, type NotAdmitted, admit } from './admit.js'
import { type KeptJpeg, cleanJpeg } from './clean-picture.js'
import { openHeic } from './heic.js'
import { type Corners, type Found, type Grey, type Point, type Step, overlap } from './step.js'
import { type Unread, whyUnread } from './unread.js'

export interface ReadTask {
  id: number
  bytes: Uint8Array
  /** Only the steps that are marked for it, and not a word about why nothing was found */
  glance: boolean
  /** Whether a HEIC comes back as it is to be kept */
  keep: boolean
  deadlineMs: number
  /** No step begins later, and those that may take long end by themselves. */
  budgetMs: number
}

/** What a thread is started with. */
export interface ReadThread {
  /** Address of the module with `STEPS` */
  steps: string
}

export interface ReadCode extends Found {
  /** Name of the step that found it */
  step: string
}

export type ReadAnswer =
  | {
      codes: ReadCode[]
      size: Size
      /** Why there are none, where pixels tell */
      unread?: Unread
      kept?: KeptJpeg
      /** Steps that broke, with the error's message */
      broken: string[]
    }
  | { refused: NotAdmitted | 'truncated' }

/** Posted when a worker takes a task in hand, so that its deadline begins then and not while it queues. */
export interface Started {
  started: number
}

// libvips keeps no picture after its use, and one thread of it is enough beside the other workers
sharp.cache(false)
sharp.concurrency(1)

// before the first picture comes, so that no deadline has to wait for it
const { STEPS } = (await import((workerData as ReadThread).steps)) as { STEPS: readonly Step[] }
for (const step of STEPS) await step.prepare?.()

/** Once a code was read, others are looked for no longer than this, from the beginning. */
const MORE_MS = 2000

/** Reads one picture. Never throws because of what the bytes hold. */
export async function read(task: ReadTask): Promise<ReadAnswer> {
  parentPort?.postMessage({ started: task.id } satisfies Started)
  const admitted = await admit(task.bytes)
  if ('refused' in admitted) return admitted
  const look = looker(task, admitted)
  const longSide = Math.max(admitted.width, admitted.height)
  const codes: ReadCode[] = []
  const broken: string[] = []
  let more = false
  const from = performance.now()
  for (const step of task.glance ? STEPS.filter(({ atAGlance }) => atAGlance) : STEPS) {
    const until = from + (codes.length > 0 ? Math.min(task.budgetMs, MORE_MS) : task.budgetMs)
    if (performance.now() > until) break
    if (codes.length > 0 && !step.seeksMore) continue
    if (codes.length === 1 && step.seeksMore === 'where-likely' && !more) continue
    if (step.worthIt && !step.worthIt(longSide)) continue
    const picture = await look.at(step.longSide)
    if (!picture) return { refused: 'damaged' }
    try {
      const before = codes.length
      const read = codes.map((code) => ({ ...code, corners: scaled(code.corners, admitted, picture) }))
      for (const found of await step.read(picture, { read, until, seesMore: () => (more = true) })) {
        const code = { ...found, corners: scaled(found.corners, picture, admitted), step: step.name }
        if (!codes.slice(0, before).some((known) => overlap(known.corners, code.corners))) codes.push(code)
      }
    } catch (error) {
      broken.push(`${step.name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  // half a picture that shows no code is to be sent again; one that shows it is good enough
  if (codes.length === 0 && look.truncated) return { refused: 'truncated' }
  const unread = codes.length > 0 || task.glance ? undefined : await why(look, longSide)
  const kept = task.keep ? await look.kept() : undefined
  return { codes, unread, ...(kept && { kept }), size: { width: admitted.width, height: admitted.height }, broken }
}

async function why(look: ReturnType<typeof looker>, longSide: number): Promise<Unread | undefined> {
  const picture = await look.at(WHY_LONG_SIDE)
  return picture && whyUnread(picture, longSide / Math.max(picture.width, picture.height), performance.now() + WHY_MS)
}

/** A cloth or a table has thousands of places that look like a piece of a code: looking through all takes 6 s. */
const WHY_MS = 600
/** px of the longer side at which it is told why nothing was found */
const WHY_LONG_SIDE = 1600

/** The grey picture at any size, each size decoded once. */
function looker(
  task: ReadTask,
  { format, width, height }: Admitted,
): {
  truncated: boolean
  at(longSide: number): Promise<Grey | undefined>
  kept(): Promise<KeptJpeg | undefined>
} {
  const done = new Map<number, Grey>()
  let heic: Promise<Sharp> | undefined
  const opened = async (failOn: 'truncated' | 'none'): Promise<Sharp> =>
    format === 'heic'
      ? (await (heic ??= openHeic(task.bytes))).clone()
      : sharp(task.bytes, { limitInputPixels: false, failOn, autoOrient: true, animated: false })
  return {
    truncated: false,
    async kept() {
      return format === 'heic'
        ? opened('none')
            .then(cleanJpeg)
            .catch(() => undefined)
        : undefined
    },
    async at(longSide) {
      const side = Math.min(longSide, Math.max(width, height))
      const known = done.get(side)
      if (known) return known
      const decode = async (failOn: 'truncated' | 'none'): Promise<Grey> =>
        (await opened(failOn))
          .timeout({ seconds: Math.ceil(task.deadlineMs / 1000) })
          .flatten({ background: '#ffffff' })
          .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
          .greyscale()
          .raw()
          .toBuffer({ resolveWithObject: true })
          .then(({ data, info }) => ({
            data: firstChannel(data, info.channels),
            width: info.width,
            height: info.height,
          }))
      const picture = await (this.truncated ? decode('none') : decode('truncated')).catch(() => {
        this.truncated = true
        return decode('none').catch(() => undefined)
      })
      if (picture) done.set(side, picture)
      return picture
    },
  }
}

const firstChannel = (data: Uint8Array, channels: number): Uint8Array =>
  channels === 1 ? data : data.filter((_, i) => i % channels === 0)

interface Size {
  width: number
  height: number
}

/** From one size of the picture to another. */
function scaled(corners: Corners, from: Size, to: Size): Corners {
  const [x, y] = [to.width / from.width, to.height / from.height]
  return corners.map((corner): Point => [round(corner[0] * x), round(corner[1] * y)]) as Corners
}

const round = (pixels: number): number => Math.round(pixels * 10) / 10
