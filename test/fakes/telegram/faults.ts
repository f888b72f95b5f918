/** How it breaks. */
import type { Fault as FaultOf } from '../faults.js'

/**
 * `answer`: an error instead of the work. `cut-before`: the connection is cut, nothing was done. `cut-after`: all is done, then the
 * connection is cut. `garbage`: all is done, the answer is no JSON. `slow`: all is done, later. `redirect`: elsewhere.
 */
export type Break =
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

export type Fault = FaultOf<Break>

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
