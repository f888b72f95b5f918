/**
 * Abusive words of a report: kept as they were said, for the official; masked for the shop, which is to answer the matter and
 * not the insult. A list catches what is common and no more; nothing is refused because of it.
 */
import { fold } from '../locales/fold.js'

/** As they are written: without their diacritics they are ordinary words (lợn, các, bưởi, đeo). */
const WRITTEN = [
  'địt',
  'đéo',
  'đếch',
  'lồn',
  'cặc',
  'buồi',
  'đĩ',
  'ngu',
  'khốn nạn',
  'mất dạy',
  'chó đẻ',
  'óc chó',
  'súc vật',
  'vô học',
  'mẹ mày',
]
/** Folded: insults however they are written. */
const CODED = new Set(['dm', 'dmm', 'dcm', 'vcl', 'vkl', 'clgt', 'fuck', 'shit', 'bitch'])

const WORD = /[\p{L}\p{M}\d]+/gu
const mask = (said: string): string => '•'.repeat([...said].length)

/** The words with abuse masked, letter by letter; all else as it was said. */
export function maskAbuse(said: string): string {
  const composed = said.normalize('NFC')
  const phrases = WRITTEN.reduce(
    (masked, phrase) =>
      masked.replace(new RegExp(`(?<![\\p{L}\\p{M}])${phrase}(?![\\p{L}\\p{M}])`, 'giu'), (hit) => mask(hit)),
    composed,
  )
  return phrases.replace(WORD, (word) => (CODED.has(fold(word)) ? mask(word) : word))
}
