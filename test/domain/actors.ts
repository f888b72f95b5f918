/** Who asks, in tests of the domain. */
import type { Actor, Operator } from '../../domain/actor.js'

/** Noon in Việt Nam on a Tuesday. */
export const NOW = new Date('2026-11-24T05:00:00Z')
export const TODAY = '2026-11-24'
export const OPERATOR: Operator = { operator: true, now: NOW }

export const actorOf = (person: { id: number | null; chatId: number }, now = NOW): Actor => ({
  chatId: person.chatId,
  personId: person.id,
  channel: 'console',
  now,
  language: 'vi',
})

/** The key of a refusal, or what was answered instead: for one-line expectations. */
export const refusalOf = (answer: unknown): unknown => {
  const refused = (answer as { refused?: { key?: string } } | null)?.refused
  return refused?.key ?? answer
}

/** What was not refused; throws with the refusal otherwise. */
export const granted = <T>(answer: T): Exclude<T, { refused: unknown }> => {
  const key = refusalOf(answer)
  if (typeof key === 'string' && key.startsWith('refusal.')) throw new Error(`Refused: ${key}`)
  return answer as Exclude<T, { refused: unknown }>
}
