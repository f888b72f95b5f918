/** What a domain function answers when it must say no: a value with a text to show, never an exception. */
import { text, type Param, type Text, type TextKey } from '../locales/say.js'

export interface Refused {
  refused: Text
}

/** Keys of the texts that say no. */
export type RefusalKey = Extract<TextKey, `refusal.${string}`>

export const refuse = (key: RefusalKey, params?: Record<string, Param>): Refused => ({ refused: text(key, params) })

export const isRefused = (answer: unknown): answer is Refused =>
  typeof answer === 'object' && answer !== null && 'refused' in answer
