/** What of Zalo can be called, and how it breaks. */

export type Endpoint = 'oauth' | 'cs' | 'message' | 'upload' | 'getoa' | 'quota' | 'media' | 'permission'

/**
 * `code`: an error code with HTTP 200 instead of the work. `status`: another HTTP status, nothing done. `cut-before`: the connection is cut,
 * nothing was done. `cut-after`: all is done, then it is cut. `garbage`: all is done, the answer is no JSON. `slow`: all
 * is done at once, the answer comes later. `redirect`: elsewhere. `endless`: bytes that never end.
 */
export type Break =
  | { kind: 'code'; code: number; message?: string }
  | { kind: 'status'; status: number; body?: string }
  | { kind: 'cut-before' }
  | { kind: 'cut-after' }
  | { kind: 'garbage'; body?: string }
  | { kind: 'slow'; ms: number }
  | { kind: 'redirect'; to: string }
  | { kind: 'endless' }
