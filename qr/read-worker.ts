/** What runs in a worker thread: lets a picture in, decodes it, searches it step by step. */
import { parentPort, workerData } from 'node:worker_threads'
import sharp from 'sharp'
import { type Admitted, type NotAdmitted, admit } from './admit.js'
import type { Found, Grey, Point, Step } from './step.js'

export interface ReadTask {
  id: number
  bytes: Uint8Array
  deadlineMs: number
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
      size: { width: number; height: number }
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

/** Reads one picture. Never throws because of what the bytes hold. */
export async function read(task: ReadTask): Promise<ReadAnswer> {
  parentPort?.postMessage({ started: task.id } satisfies Started)
  const admitted = await admit(task.bytes)
  if ('refused' in admitted) return admitted
  const look = looker(task, admitted)
  const longSide = Math.max(admitted.width, admitted.height)
  const codes: ReadCode[] = []
  const broken: string[] = []
  for (const step of STEPS) {
    if (codes.length > 0) break
    if (step.worthIt && !step.worthIt(longSide)) continue
    const picture = await look.at(step.longSide)
    if (!picture) return { refused: 'damaged' }
    try {
      const found = await step.read(picture)
      codes.push(...found.map((code) => ({ ...code, corners: scaled(code, picture, admitted), step: step.name })))
    } catch (error) {
      broken.push(`${step.name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  // half a picture that shows no code is to be sent again; one that shows it is good enough
  if (codes.length === 0 && look.truncated) return { refused: 'truncated' }
  return { codes, size: { width: admitted.width, height: admitted.height }, broken }
}

/** The grey picture at any size, each size decoded once. */
function looker(
  task: ReadTask,
  { width, height }: Admitted,
): { truncated: boolean; at(longSide: number): Promise<Grey | undefined> } {
  const done = new Map<number, Grey>()
  return {
    truncated: false,
    async at(longSide) {
      const side = Math.min(longSide, Math.max(width, height))
      const known = done.get(side)
      if (known) return known
      const decode = (failOn: 'truncated' | 'none'): Promise<Grey> =>
        sharp(task.bytes, { limitInputPixels: false, failOn, autoOrient: true, animated: false })
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

/** Corners in pixels of the full picture as shown. */
function scaled({ corners }: Found, from: Grey, to: { width: number; height: number }): Found['corners'] {
  const [x, y] = [to.width / from.width, to.height / from.height]
  return corners.map((corner): Point => [round(corner[0] * x), round(corner[1] * y)]) as Found['corners']
}

const round = (pixels: number): number => Math.round(pixels * 10) / 10
