/**
 * Stops the waiting on the screen of whoever pressed a button: as soon as the press is stored, because the message that it
 * leads to may be overtaken by a newer one before it is sent; and, should that fail, with the message.
 */
import type { Answer, Api } from './client.js'
import type { Timing } from './limits.js'
import type { Count } from './told.js'

export interface Presses {
  /** Answers the press, once: who asks again gets the same answer. What failed is tried anew by the next who asks. */
  answer(pressId: string, signal: AbortSignal): Promise<Answer>
}

/** So many presses are remembered as answered; a second answer to a forgotten one would do no harm. */
const REMEMBERED_MAX = 1_000

export function pressAnswers({ api, timing, count }: { api: Api; timing: Timing; count: Count }): Presses {
  const answers = new Map<string, Promise<Answer>>()

  const ask = async (pressId: string, signal: AbortSignal): Promise<Answer> => {
    const answer = await api.call('answerCallbackQuery', { callback_query_id: pressId }, timing.pressMs, signal)
    if (answer.kind !== 'ok') {
      answers.delete(pressId)
      count('call', 'press not answered')
    }
    return answer
  }

  return {
    answer(pressId, signal) {
      const known = answers.get(pressId)
      if (known) return known
      if (answers.size >= REMEMBERED_MAX) answers.delete(answers.keys().next().value!)
      const answer = ask(pressId, signal)
      answers.set(pressId, answer)
      return answer
    },
  }
}
