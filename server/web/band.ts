/** The band at the top of a page: the answer as a word, a shape and a sentence. */
import type { Text } from '../../locales/say.js'
import { html, type Html } from './html.js'
import { icon } from './icons.js'
import type { Visit } from './visit.js'

/** Each has its ground in the style sheet and its own outline in icons.ts. */
export type Tone = 'checked' | 'stated' | 'expired' | 'sold-out' | 'held' | 'recalled' | 'destroyed' | 'unknown'

export interface Band {
  tone: Tone
  /** Read in a second */
  word: Text
  /** The first line of what every channel says */
  answer: Text
  /** What goes on below it; `strong`: what to do */
  more?: { text: Text; strong?: boolean }[]
}

export const bandOf = ({ say }: Visit, { tone, word, answer, more = [] }: Band): Html => {
  const { sign, said } = signOf(say(answer))
  return html`<section class="band ${tone}">
    <div class="wrap">
      ${icon(tone, 'shape')}
      <div class="verdict">
        <h1>${sign !== '' && html`<span class="hidden" aria-hidden="true">${sign} </span>`}${said}</h1>
        <p class="word">${say(word)}</p>
        ${more.map(
          ({ text, strong }) => html`<p${strong === true && html` class="advice"`}>${withoutSign(say(text))}</p>`,
        )}
      </div>
    </div>
  </section>`
}

/** The sign that a chat shows before a line is drawn here; it stays in the page's words, unseen. */
export function signOf(line: string): { sign: string; said: string } {
  const [, sign = '', said = line] = /^(\p{Extended_Pictographic}\uFE0F?) +(.*)$/su.exec(line) ?? []
  return { sign, said }
}

export const withoutSign = (line: string): string => signOf(line).said
