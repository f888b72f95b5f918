/** What goes wrong, on order. */

export type Endpoint = 'oauth' | 'cs' | 'message' | 'upload' | 'getoa' | 'quota' | 'media' | 'permission'

export interface Fault {
  /** Left out: any but media */
  on?: Endpoint
  /** Only for this person */
  user?: string
  /** How often; left out: until taken back */
  times?: number
  /** 0 to 1; left out: always */
  chance?: number
  /**
   * `code`: an error code with HTTP 200 instead of the work. `status`: another HTTP status, nothing done. `cut-before`: the connection is cut,
   * nothing was done. `cut-after`: all is done, then it is cut. `garbage`: all is done, the answer is no JSON. `slow`: all
   * is done at once, the answer comes later. `redirect`: elsewhere. `endless`: bytes that never end.
   */
  do:
    | { kind: 'code'; code: number; message?: string }
    | { kind: 'status'; status: number; body?: string }
    | { kind: 'cut-before' }
    | { kind: 'cut-after' }
    | { kind: 'garbage'; body?: string }
    | { kind: 'slow'; ms: number }
    | { kind: 'redirect'; to: string }
    | { kind: 'endless' }
}

export class Faults {
  /** Calls that were struck so far */
  struck = 0
  #standing: { fault: Fault; left: number }[] = []

  constructor(private readonly random: () => number = Math.random) {}

  /** Returns what takes it back. */
  add(fault: Fault): () => void {
    const entry = { fault, left: fault.times ?? Infinity }
    this.#standing.push(entry)
    return () => {
      this.#standing = this.#standing.filter((other) => other !== entry)
    }
  }

  clear(): void {
    this.#standing = []
  }

  /** The first one that strikes this call, used up once more. */
  strike(endpoint: Endpoint, user: string | undefined): Fault['do'] | undefined {
    const hit = this.#standing.find(
      ({ fault, left }) =>
        left > 0 &&
        (fault.on === undefined ? endpoint !== 'media' : fault.on === endpoint) &&
        (fault.user === undefined || fault.user === user) &&
        (fault.chance === undefined || this.random() < fault.chance),
    )
    if (!hit) return undefined
    hit.left--
    this.struck++
    return hit.fault.do
  }
}
