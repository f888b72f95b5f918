/** What goes wrong, on order. */

export interface Fault {
  /** A method's name, or `file` for downloads; left out: any but getUpdates */
  on?: string
  chat?: number
  /** How often; left out: until taken back */
  times?: number
  /** 0 to 1; left out: always */
  chance?: number
  /**
   * `answer`: an error instead of the work. `cut-before`: the connection is cut, nothing was done. `cut-after`: all is done, then the
   * connection is cut. `garbage`: all is done, the answer is no JSON. `slow`: all is done, later. `redirect`: elsewhere.
   */
  do:
    | {
        kind: 'answer'
        code: number
        description: string
        parameters?: { retry_after?: number; migrate_to_chat_id?: number }
      }
    | { kind: 'cut-before' }
    | { kind: 'cut-after' }
    | { kind: 'garbage'; status?: number; body?: string }
    | { kind: 'slow'; ms: number }
    | { kind: 'redirect'; to: string }
}

export const FAULTS = {
  tooMany: (seconds: number): Fault['do'] => ({
    kind: 'answer',
    code: 429,
    description: `Too Many Requests: retry after ${seconds}`,
    parameters: { retry_after: seconds },
  }),
  blocked: { kind: 'answer', code: 403, description: 'Forbidden: bot was blocked by the user' },
  broken: { kind: 'answer', code: 500, description: 'Internal Server Error' },
} satisfies Record<string, Fault['do'] | ((seconds: number) => Fault['do'])>

export class Faults {
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
  strike(method: string, chat: number | undefined): Fault['do'] | undefined {
    const hit = this.#standing.find(
      ({ fault, left }) =>
        left > 0 &&
        (fault.on === undefined ? method !== 'getUpdates' : fault.on === method) &&
        (fault.chat === undefined || fault.chat === chat) &&
        (fault.chance === undefined || this.random() < fault.chance),
    )
    if (!hit) return undefined
    hit.left--
    return hit.fault.do
  }
}
