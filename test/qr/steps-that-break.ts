/**
 * Steps for the reader under test: the width of the picture says what goes wrong. They run in the worker thread,
 * so what breaks here breaks the way a decoder would.
 */
import type { Step } from '../../qr/step.js'
import { STEPS as REAL } from '../../qr/steps.js'

/** Known to Node, not to its types without those of a browser. */
declare const WebAssembly: {
  instantiate(bytes: Uint8Array): Promise<{ instance: { exports: Record<string, unknown> } }>
}

export const BREAKS = { hang: 301, exit: 302, throw: 303, heap: 304, rejection: 305, wasmTrap: 306 } as const

const breaking: Step = {
  name: 'breaking',
  longSide: 1600,
  async read({ width }) {
    if (width === BREAKS.hang) for (;;);
    if (width === BREAKS.exit) process.exit(1)
    if (width === BREAKS.throw) throw new Error('a step that throws')
    if (width === BREAKS.heap) {
      // in small pieces: V8 ends the whole process over a single piece of more than 16 MB at the limit
      const hoard: number[][] = []
      for (;;) hoard.push(new Array<number>(250_000).fill(1.5))
    }
    if (width === BREAKS.rejection) {
      void Promise.reject(new Error('nobody listens'))
      await new Promise(() => undefined)
    }
    // (module (func (export "f") unreachable)): what an abort inside a WebAssembly decoder looks like
    if (width === BREAKS.wasmTrap) {
      const bytes = Uint8Array.from([
        0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0, 11,
      ])
      const { instance } = await WebAssembly.instantiate(bytes)
      ;(instance.exports.f as () => void)()
    }
    return []
  },
}

export const STEPS: readonly Step[] = [breaking, ...REAL]
