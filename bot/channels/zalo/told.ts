/** Counts what happened: `what` names the counter, `why` is one of a few fixed words. */
export type Count = (what: 'webhook' | 'event' | 'call' | 'media' | 'grant' | 'consent', why: string) => void
