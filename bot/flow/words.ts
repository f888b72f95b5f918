/** The words that always work, in both languages, with or without diacritics, and how typed text is compared. */
import { fold } from '../../locales/fold.js'
import { LANGUAGES, say, type Text } from '../../locales/say.js'

export type Word = 'back' | 'cancel' | 'skip' | 'done' | 'menu' | 'help'

const WORDS: Record<Word, string[]> = {
  back: ['quay lại', 'quay lai', 'lùi lại', 'trở lại', 'back', 'go back'],
  cancel: ['huỷ', 'huỷ bỏ', 'thôi không làm nữa', 'cancel'],
  skip: ['bỏ qua', 'skip'],
  done: ['xong', 'xong rồi', 'xong hết rồi', 'done', 'finished'],
  menu: ['menu', 'thực đơn'],
  help: ['giúp', 'giúp tôi', 'giúp với', 'giúp đỡ', 'trợ giúp', 'help', 'help me'],
}

/** Said out of politeness after anything. */
const POLITE = /(?: (?:ạ|a|nhé|nhe|nha|please))+$/u

/** Letters, digits and single spaces: what is left to compare when marks, emoji and capitals are gone. */
export const plain = (said: string): string =>
  fold(said.normalize('NFKC'))
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

const byPlain = new Map(
  Object.entries(WORDS).flatMap(([word, ways]) => ways.map((way) => [plain(way), word as Word] as const)),
)
const LONGEST = Math.max(...[...byPlain.keys()].map((way) => way.length))

/** Which always-working word this is, if it is one and nothing else. */
export function isWord(said: string): Word | null {
  if (said.length > LONGEST * 4) return null
  const typed = plain(said)
  return byPlain.get(typed) ?? byPlain.get(typed.replace(POLITE, '')) ?? null
}

/** What people say to what is right, or to the one thing that is proposed. */
const YES = new Set(
  [
    ...['đúng', 'đúng rồi', 'đúng vậy', 'phải', 'phải rồi', 'được', 'được rồi', 'đồng ý', 'vâng', 'ừ', 'có', 'gửi đi'],
    ...['ok', 'oke', 'okay', 'yes', 'yes it is', 'right', 'correct', 'that is right'],
  ].map(plain),
)
export const isYes = (said: string): boolean => {
  const typed = plain(said.slice(0, LONGEST * 4))
  return YES.has(typed) || YES.has(typed.replace(POLITE, ''))
}

/** Said for politeness' sake, and no answer to anything. */
const SMALL_TALK = new Set(
  ['chào', 'chào bạn', 'xin chào', 'a lô', 'alo', 'dạ', 'cảm ơn', 'hi', 'hello', 'thanks', 'thank you'].map(plain),
)
export const isSmallTalk = (said: string): boolean => {
  const typed = plain(said.slice(0, LONGEST * 4))
  return SMALL_TALK.has(typed) || SMALL_TALK.has(typed.replace(POLITE, '')) || isYes(said)
}

/** "Huy" is a given name as well as HUỶ without its mark: where free text is asked for, it needs a question back. */
export const mayBeName = (said: string): boolean => said.trim() === 'Huy'

/** Whether what was typed is this label, in either language, with or without diacritics. */
export function isLabel(said: string, label: Text): boolean {
  const typed = plain(said)
  return typed !== '' && LANGUAGES.some((language) => plain(say(language, label)) === typed)
}

/** The same with diacritics as written: tells "cám" from "cam". */
export const isLabelExactly = (said: string, label: Text): boolean =>
  LANGUAGES.some(
    (language) => say(language, label).normalize('NFC').toLowerCase() === said.normalize('NFC').toLowerCase(),
  )

/** How much of a person's words is quoted back to them, in letters. */
const QUOTE_MAX = 40
export const quote = (said: string): string => {
  const letters = [...said.replace(/\s+/g, ' ')]
  return letters.length <= QUOTE_MAX ? letters.join('') : `${letters.slice(0, QUOTE_MAX - 1).join('')}…`
}

/**
 * What may be kept of typed text. PostgreSQL holds neither NUL nor half a surrogate pair; other control characters and
 * those that turn the direction of writing would let one person's words change how the rest of a card reads.
 */
export const clean = (said: string): string =>
  said
    .replace(/\r\n?/g, '\n')
    .replace(/(?!\n)\p{Cc}/gu, (c) => (c === '\t' ? ' ' : ''))
    .replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .trim()

/** The same, where marks that were typed count as well: "cam" is part of "Cám gạo", "cám" is no part of "Cam Canh". */
export function namesPart(label: Text, typed: string): boolean {
  const marked = (said: string) => said.normalize('NFC').toLowerCase()
  const isBare = plain(typed) === marked(typed)
  const held = LANGUAGES.flatMap((language) => marked(say(language, label)).split(' '))
  const wanted = marked(typed).split(' ')
  return holdsWords(label, typed) && (isBare || wanted.every((word) => held.some((one) => one.startsWith(word))))
}

/** Whether a label, in either language, holds every word typed, or the beginning of one. */
export function holdsWords(label: Text, typed: string): boolean {
  const wanted = plain(typed).split(' ')
  if (wanted[0] === '') return false
  return LANGUAGES.some((language) => {
    const held = plain(say(language, label)).split(' ')
    return wanted.every((word) => held.some((one) => one.startsWith(word)))
  })
}
