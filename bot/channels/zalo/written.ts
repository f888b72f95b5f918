/**
 * Whether a request of Node's fetch got onto a connection: what parts "certainly not sent" from "nobody knows". fetch itself
 * tells one kind of error for both, and for our own time limit nothing at all; undici, which it is made of, tells on its
 * diagnostics channels when a request's head is written.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe } from 'node:diagnostics_channel'

export interface Seen {
  /** The request's head was written to an open connection: it may have arrived. */
  written: boolean
}

const calls = new AsyncLocalStorage<Seen>()
const seenOf = new WeakMap<object, Seen>()

subscribe('undici:request:create', (told) => {
  const seen = calls.getStore()
  if (seen) seenOf.set((told as { request: object }).request, seen)
})
subscribe('undici:client:sendHeaders', (told) => {
  const seen = seenOf.get((told as { request: object }).request)
  if (seen) seen.written = true
})

/** Runs what fetches; `seen` is right from the moment it throws or answers. */
export const watching = <T>(seen: Seen, work: () => Promise<T>): Promise<T> => calls.run(seen, work)
