/** Told of a press that is nothing to store, so that it is answered. */
export type Dismiss = (pressId: string) => void

/** Counts what happened: `what` names the counter, `why` is one of a few fixed words. */
export type Count = (what: 'webhook' | 'ignored' | 'poll' | 'call', why: string) => void
