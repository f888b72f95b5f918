/** What the files of verbs share. */
import { isRefused, type Refused } from '../../domain/refusal.js'
import { say } from '../../locales/say.js'
import type { Foundation } from '../foundation.js'
import { Trouble } from '../trouble.js'

/** Wraps a verb's work; see desk.ts. */
export type Verb = <Args extends unknown[]>(
  work: (house: Foundation, ...args: Args) => Promise<unknown>,
) => (...args: Args) => Promise<void>

/** What was answered; a refusal is said to the operator. */
export function granted<T>(answer: T): Exclude<T, Refused> {
  if (isRefused(answer)) throw new Trouble(say('en', answer.refused))
  return answer as Exclude<T, Refused>
}

export function oneOf(known: readonly string[], what: string): void {
  if (!known.includes(what)) throw new Trouble(`"${what}" is not known here: admin -- --help lists the verbs.`)
}
